"""The head's decisions on updates."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, is_allowed_anywhere
from accounts.requests import PortalRequest
from accounts.signing_in import Typed, forget_typed, keeps_typed, typed_at
from progress import actions
from progress.choices import UpdateState
from progress.forms import ReturnForm
from progress.models import ProgressUpdate
from progress.queries import (
    queue_of,
    read_brief,
    rows_of,
    updates_for_another_head,
    updates_seen_by_head,
    who_decided,
)
from progress.views.addresses import asked_return
from teras.queries import plan_for


@require_safe
def verify_queue(request: PortalRequest, pk: int | None = None) -> HttpResponse:
    """What waits for my decision, one of them open; my own wait for somebody else's."""
    if not is_allowed_anywhere(request.user, Permission.VERIFY_PROGRESS):
        raise PermissionDenied
    return _desk(request, pk, ReturnForm())


@require_POST
def verify_update(request: PortalRequest, agency: str, plan: str, pk: int) -> HttpResponse:
    update = _update_to_decide(request, agency, plan, pk)
    # What follows it can only be told before it leaves the queue.
    onward = asked_return(request) or _address_of(queue_of(request.user, pk).next_waiting)
    try:
        actions.verify_update(by=request.user, update=update)
    except ValidationError:
        messages.warning(request, _told_late(update))
        return redirect(asked_return(request) or _address_of(pk))
    messages.success(request, _decided(update, _("Verified: %(update)s.")))
    return redirect(onward)


@keeps_typed
def return_update(request: PortalRequest, agency: str, plan: str, pk: int) -> HttpResponse:
    """Send an update back; where that is refused, or signing in comes first, the head's words are
    kept. Without any there is nothing to show here but the update itself."""
    update = _update_to_decide(request, agency, plan, pk)
    if request.method != "POST":
        typed = typed_at(request)
        if not typed:
            return redirect(_address_of(pk))
        return _to_return(request, update, ReturnForm(typed.fields), typed)
    onward = asked_return(request) or _address_of(queue_of(request.user, pk).next_waiting)
    form = ReturnForm(request.POST)
    if form.is_valid():
        forget_typed(request)
        try:
            actions.return_update(by=request.user, update=update, note=form.cleaned_data["note"])
        except ValidationError:
            form.add_error(None, _told_late(update))
        else:
            messages.success(request, _decided(update, _("Returned: %(update)s.")))
            return redirect(onward)
    return _to_return(request, update, form)


def _to_return(
    request: PortalRequest, update: ProgressUpdate, form: ReturnForm, typed: Typed | None = None
) -> HttpResponse:
    """The form with the head's words in it: in the queue, or alone where they came from elsewhere."""
    leads_back = asked_return(request, typed.fields.get("next", "") if typed else "")
    if not leads_back:
        return _desk(request, update.pk, form, typed)
    return render(
        request,
        "progress/return_update.html",
        {
            "plan": update.milestone.kpi.program.plan,
            "update": update,
            "form": form,
            "typed": typed,
            "next": leads_back,
        },
    )


def _desk(
    request: PortalRequest, pk: int | None, form: ReturnForm, typed: Typed | None = None
) -> HttpResponse:
    queue = queue_of(request.user, pk)
    update = (
        get_object_or_404(updates_seen_by_head(request.user), pk=queue.chosen)
        if queue.chosen
        else None
    )
    response = render(
        request,
        "progress/verify_queue.html",
        {
            "queue": queue,
            "rows": rows_of(queue.keys_shown),
            "own": updates_for_another_head(request.user),
            "brief": read_brief(update) if update else None,
            "is_waiting": update is not None and update.state is UpdateState.UNVERIFIED,
            "may_decide": update is not None and actions.may_verify(request.user, update),
            "form": form,
            "typed": typed,
            # Where somebody asked for one update, reading begins there and not at the list.
            "takes_focus": not form.is_bound and (pk or "HX-Request" in request.headers),
        },
    )
    if form.is_bound and pk:
        # The page stands at the update's own address, which can be asked for again.
        response["HX-Push-Url"] = _address_of(pk)
    return response


def _address_of(key: int | None) -> str:
    return reverse("verify_queue_update", args=[key]) if key else reverse("verify_queue")


def _decided(update: ProgressUpdate, words: str) -> SafeString:
    """What was decided, and the way to mend it: a decision itself is never taken back."""
    return format_html(
        '{} {} <a href="{}">{}</a>',
        words % {"update": update},
        _("The decision stays in the history."),
        reverse("correct_update", args=[*update.milestone.kpi.program.plan.address, update.pk]),
        _("Made by mistake? Record a correction"),
    )


def _told_late(update: ProgressUpdate) -> str:
    """What a second head is told who decides on what somebody else has decided already."""
    return " ".join(
        (
            who_decided(update),
            _("It is no longer waiting; your decision was not recorded."),
        )
    )


def _update_to_decide(request: PortalRequest, agency: str, plan: str, pk: int) -> ProgressUpdate:
    the_plan = plan_for(request.user, Permission.VERIFY_PROGRESS, agency, plan)
    update = get_object_or_404(
        ProgressUpdate.objects.select_related(
            "milestone__kpi__program__plan__agency", "recorded_by"
        ).prefetch_related("evidence"),
        pk=pk,
        milestone__kpi__program__plan=the_plan,
    )
    if not actions.may_verify(request.user, update):
        raise PermissionDenied
    return update
