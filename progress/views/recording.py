"""Recording an update on a milestone, and correcting one."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.requests import PortalRequest
from kpi.models import Milestone
from kpi.queries import thresholds_of
from kpi.standing import MilestoneStanding, program_standing
from progress.actions import may_correct, may_record, why_not_recordable
from progress.facts import read_programs
from progress.forms import UpdateForm
from progress.models import ProgressUpdate
from progress.views.addresses import asked_return
from teras.dates import today
from teras.models import Plan
from teras.queries import plan_for

Sent = tuple[QueryDict, "MultiValueDict[str, UploadedFile[bytes]]"] | tuple[None, None]


def record_update(request: PortalRequest, agency: str, plan: str, pk: int) -> HttpResponse:
    """Say what happened on a milestone."""
    the_plan = plan_for(request.user, Permission.RECORD_OWN_PROGRESS, agency, plan)
    milestone = get_object_or_404(_milestones(the_plan), pk=pk)
    program = milestone.kpi.program
    if not may_record(request.user, program):
        raise PermissionDenied
    refusal = why_not_recordable(milestone)
    if refusal and request.method != "POST":
        messages.info(request, refusal)
        return redirect(program)
    form = UpdateForm(*_sent(request), milestone=milestone, user=request.user, today=today())
    return _page(request, form, the_plan)


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
    if getattr(update, "corrected_by", None) and request.method != "POST":
        messages.info(request, _("This update was already corrected. Correct the later one."))
        return redirect(update)
    form = UpdateForm(
        *_sent(request),
        milestone=update.milestone,
        user=request.user,
        today=today(),
        corrects=update,
    )
    return _page(request, form, the_plan)


def _page(request: PortalRequest, form: UpdateForm, plan: Plan) -> HttpResponse:
    if request.method == "POST" and (update := form.submit()):
        return _recorded(request, update)
    # Others may have closed it while the form was open.
    form.milestone.refresh_from_db(fields=["outcome", "closed_on"])
    program = form.milestone.kpi.program
    return render(
        request,
        "progress/record_update.html",
        {
            "agency": plan.agency,
            "plan": plan,
            "program": program,
            "breadcrumbs": [
                (plan.code, plan.get_absolute_url()),
                (program.code, program.get_absolute_url()),
                (_("Correction") if form.corrects else _("Update"), ""),
            ],
            "milestone": form.milestone,
            "standing": _standing(form.milestone, plan.default_as_of(form.today)),
            "form": form,
            "now_closed": None if form.corrects else why_not_recordable(form.milestone),
            "next": asked_return(request),
        },
        status=200 if form.changes is None else 409,
    )


def _recorded(request: PortalRequest, update: ProgressUpdate) -> HttpResponse:
    words = _("Correction recorded.") if update.corrects_id else _("Update recorded.")
    messages.success(
        request,
        format_html(
            '{} <a href="{}">{}</a>',
            words,
            update.get_absolute_url(),
            _("See it on the page of programme %(code)s")
            % {"code": update.milestone.kpi.program.code},
        ),
    )
    return redirect(asked_return(request) or update)


def _sent(request: HttpRequest) -> Sent:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _milestones(plan: Plan) -> QuerySet[Milestone]:
    return (
        Milestone.objects.filter(kpi__program__plan=plan)
        .select_related("kpi__program__plan__agency")
        .prefetch_related("kpi__program__assignments")
    )


def _standing(milestone: Milestone, as_of: date) -> MilestoneStanding | None:
    """None for a milestone that was not in the plan yet at the date."""
    program = milestone.kpi.program
    facts = read_programs([program]).facts[program.pk]
    standing = program_standing(facts, as_of, thresholds_of(program.plan))
    return next((m for m in standing.milestones if m.key == milestone.pk), None)
