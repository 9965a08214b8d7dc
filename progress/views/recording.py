"""Recording an update on a milestone, and correcting one: on a page, or in a row of the worklist."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.requests import PortalRequest
from accounts.signing_in import forget_typed, keeps_typed, typed_at
from kpi.models import Milestone
from progress.actions import may_correct, may_record, why_not_recordable
from progress.forms import UpdateForm
from progress.models import ProgressUpdate
from progress.queries import has_several_plans, task_on, worklist
from progress.views.addresses import asked_return, is_in_place
from teras.dates import today
from teras.models import Plan
from teras.queries import plan_for

Sent = tuple[QueryDict, "MultiValueDict[str, UploadedFile[bytes]]"] | tuple[None, None]


@keeps_typed
def record_update(request: PortalRequest, agency: str, plan: str, pk: int) -> HttpResponse:
    """Say what happened on a milestone."""
    the_plan = plan_for(request.user, Permission.RECORD_OWN_PROGRESS, agency, plan)
    milestone = get_object_or_404(_milestones(the_plan), pk=pk)
    if not may_record(request.user, milestone.kpi.program):
        raise PermissionDenied
    sent = _sent(request)
    refusal = why_not_recordable(milestone)
    if refusal and sent == (None, None):
        return _refused(request, milestone, refusal, milestone.kpi.program.get_absolute_url())
    form = UpdateForm(
        *sent,
        milestone=milestone,
        user=request.user,
        today=today(),
        auto_id=_ids(request, milestone),
    )
    return _page(request, form, the_plan)


@keeps_typed
def correct_update(request: PortalRequest, agency: str, plan: str, pk: int) -> HttpResponse:
    """Put another update in the place of one; the former stays in the history."""
    the_plan = plan_for(request.user, Permission.RECORD_OWN_PROGRESS, agency, plan)
    update = get_object_or_404(
        ProgressUpdate.objects.select_related(
            "recorded_by", "verification__decided_by", "corrected_by"
        ),
        pk=pk,
        milestone__kpi__program__plan=the_plan,
    )
    update.milestone = _milestones(the_plan).get(pk=update.milestone_id)
    if not may_correct(request.user, update):
        raise PermissionDenied
    sent = _sent(request)
    if getattr(update, "corrected_by", None) and sent == (None, None):
        words = _("This update was already corrected. Correct the later one.")
        return _refused(request, update.milestone, words, update.get_absolute_url())
    form = UpdateForm(
        *sent,
        milestone=update.milestone,
        user=request.user,
        today=today(),
        corrects=update,
        auto_id=_ids(request, update.milestone),
    )
    return _page(request, form, the_plan)


def _page(request: PortalRequest, form: UpdateForm, plan: Plan) -> HttpResponse:
    """The form; where it was sent and is good, what became of it."""
    if "discard" in request.POST:
        return _discarded(request, form)
    if request.method == "POST" and (update := form.submit()):
        forget_typed(request)
        return _recorded(request, update)
    # Others may have closed it while the form was open.
    form.milestone.refresh_from_db(fields=["outcome", "closed_on"])
    row = task_on(request.user, form.milestone, plan.default_as_of(form.today))
    context = {
        "agency": plan.agency,
        "plan": plan,
        "row": row,
        "breadcrumbs": [
            (plan.code, plan.get_absolute_url()),
            (row.program.code, row.program.get_absolute_url()),
            (_("Correction") if form.corrects else _("Update"), ""),
        ],
        "form": form,
        "typed": typed_at(request) if request.method != "POST" else None,
        "now_closed": None if form.corrects else why_not_recordable(form.milestone),
        "next": _leads_back(request),
    }
    status = 200 if form.changes is None else 409
    if is_in_place(request):
        return _row(request, context, status)
    response = render(request, "progress/record_update.html", context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _discarded(request: PortalRequest, form: UpdateForm) -> HttpResponse:
    """The text that waited for its writer is not wanted any more."""
    forget_typed(request)
    program = form.milestone.kpi.program
    if is_in_place(request):
        as_of = program.plan.default_as_of(form.today)
        return _row(request, {"row": task_on(request.user, form.milestone, as_of)})
    return redirect(asked_return(request) or program)


def _recorded(request: PortalRequest, update: ProgressUpdate) -> HttpResponse:
    if is_in_place(request):
        update.milestone = _milestones(update.milestone.kpi.program.plan).get(
            pk=update.milestone_id
        )
        day = max(update.milestone.kpi.program.plan.default_as_of(today()), update.effective_on)
        row = task_on(request.user, update.milestone, day)
        counts = worklist(request.user, today()).counts
        return _row(request, {"row": row, "saved": update, "counts": counts})
    words = _("Correction recorded.") if update.corrects_id else _("Update recorded.")
    # The browser forgets its own draft of what was sent from this address.
    said = format_html('<span data-saved="{}">{}</span>', request.path, words)
    elsewhere = asked_return(request)
    if elsewhere:
        seen_on = _("See it on the page of programme %(code)s")
        said = format_html(
            '{} <a href="{}">{}</a>',
            said,
            update.get_absolute_url(),
            seen_on % {"code": update.milestone.kpi.program.code},
        )
    messages.success(request, said)
    return redirect(elsewhere or update)


def _refused(
    request: PortalRequest, milestone: Milestone, words: str, leads_to: str
) -> HttpResponse:
    """Nothing can be entered here any more; the reason stands where the person looks."""
    if is_in_place(request):
        as_of = milestone.kpi.program.plan.default_as_of(today())
        return _row(request, {"row": task_on(request.user, milestone, as_of), "refusal": words})
    messages.info(request, words)
    return redirect(leads_to)


def _row(request: PortalRequest, context: dict[str, object], status: int = 200) -> HttpResponse:
    """The milestone's row in the worklist, open or with its new standing."""
    several = has_several_plans(request.user)
    response = render(
        request,
        "progress/tasks_row.html",
        {**context, "in_place": True, "several_plans": several},
        status=status,
    )
    patch_vary_headers(response, ["HX-Request"])
    return response


def _sent(request: PortalRequest) -> Sent:
    """What was sent now, or before the person had to sign in again."""
    if request.method == "POST":
        return request.POST, request.FILES
    typed = typed_at(request)
    return (typed.fields, MultiValueDict()) if typed else (None, None)


def _leads_back(request: PortalRequest) -> str:
    """From a row, also where the form is on a page of its own after signing in again."""
    typed = typed_at(request)
    otherwise = reverse("tasks") if is_in_place(request) else ""
    return asked_return(request, typed.fields.get("next", "") if typed else otherwise)


def _ids(request: PortalRequest, milestone: Milestone) -> str:
    """Several rows may be open on one page."""
    return f"m{milestone.pk}_%s" if is_in_place(request) else "id_%s"


def _milestones(plan: Plan) -> QuerySet[Milestone]:
    return (
        Milestone.objects.filter(kpi__program__plan=plan)
        .select_related("kpi__program__plan__agency")
        .prefetch_related("kpi__program__assignments")
    )
