"""A person's own work."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render

from accounts.permissions import Permission, is_allowed_anywhere
from accounts.requests import PortalRequest
from progress.queries import worklist
from teras.dates import today
from teras.queries import ones_plan


def tasks(request: PortalRequest) -> HttpResponse:
    """My milestones, the most urgent first, and what the head sent back to me."""
    if not is_allowed_anywhere(request.user, Permission.RECORD_OWN_PROGRESS):
        raise PermissionDenied
    work = worklist(request.user, today())
    return render(
        request,
        "progress/tasks.html",
        {
            "work": work,
            "several_plans": work.several_plans,
            "home_plan": ones_plan(request.user) if work.is_empty else None,
        },
    )
