"""The reports room's first page."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.permissions import Permission, is_allowed_anywhere
from accounts.requests import PortalRequest
from teras.queries import ones_plan


def home(request: PortalRequest) -> HttpResponse:
    """Lead to one's plan; somebody without any is told what to do."""
    plan = ones_plan(request.user)
    if plan:
        return redirect(plan)
    context = {
        "has_agency": request.user.is_superuser or bool(request.user.roles_by_agency),
        "may_keep": is_allowed_anywhere(request.user, Permission.KEEP_PLAN),
    }
    return render(request, "reports/no_plan.html", context)
