"""The reports room's first page."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.requests import PortalRequest
from teras.queries import ones_plan


def home(request: PortalRequest) -> HttpResponse:
    """Lead to one's plan; somebody without any is told what to do."""
    plan = ones_plan(request.user)
    return redirect(plan) if plan else render(request, "reports/no_plan.html")
