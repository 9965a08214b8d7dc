"""The head's decisions on updates."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import Permission, is_allowed_anywhere
from accounts.requests import PortalRequest
from progress import actions
from progress.forms import ReturnForm
from progress.models import ProgressUpdate
from progress.queries import updates_for_another_head, updates_to_verify
from progress.views.addresses import asked_return
from teras.queries import plan_for

UPDATES_A_PAGE = 20


def verify_queue(request: PortalRequest) -> HttpResponse:
    """What waits for my decision; my own updates wait for somebody else's."""
    if not is_allowed_anywhere(request.user, Permission.VERIFY_PROGRESS):
        raise PermissionDenied
    queue = Paginator(updates_to_verify(request.user), UPDATES_A_PAGE)
    return render(
        request,
        "progress/verify_queue.html",
        {
            "page": queue.get_page(request.GET.get("page")),
            "own": updates_for_another_head(request.user),
            "return_form": ReturnForm(auto_id=False),
        },
    )


@require_POST
def verify_update(request: PortalRequest, agency: str, plan: str, pk: int) -> HttpResponse:
    update = _update_to_decide(request, agency, plan, pk)
    try:
        actions.verify_update(by=request.user, update=update)
    except ValidationError as refusal:
        messages.warning(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("Verified: %(update)s.") % {"update": update})
    return redirect(asked_return(request) or "verify_queue")


@require_POST
def return_update(request: PortalRequest, agency: str, plan: str, pk: int) -> HttpResponse:
    """Send an update back; where that is refused the head's words are kept on a page of their own."""
    update = _update_to_decide(request, agency, plan, pk)
    form = ReturnForm(request.POST)
    if form.is_valid():
        try:
            actions.return_update(by=request.user, update=update, note=form.cleaned_data["note"])
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, _("Returned: %(update)s.") % {"update": update})
            return redirect(asked_return(request) or "verify_queue")
    return render(
        request,
        "progress/return_update.html",
        {
            "plan": update.milestone.kpi.program.plan,
            "update": update,
            "form": form,
            "next": asked_return(request),
        },
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
