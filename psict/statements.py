"""What every public site says of itself, to anybody: disclaimer, privacy, accessibility."""

from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Agency

# The day each text was last changed, shown below it: change it together with the text.
DISCLAIMER_CHANGED = date(2026, 11, 22)
PRIVACY_CHANGED = date(2026, 11, 22)
ACCESSIBILITY_CHANGED = date(2026, 11, 22)


@login_not_required
@require_safe
def disclaimer(request: HttpRequest) -> HttpResponse:
    return _statement(request, "disclaimer", DISCLAIMER_CHANGED)


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return _statement(request, "privacy", PRIVACY_CHANGED)


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return _statement(request, "accessibility", ACCESSIBILITY_CHANGED)


def _statement(request: HttpRequest, name: str, changed: date) -> HttpResponse:
    reached = Agency.objects.exclude(email="", phone="").order_by("name")
    return render(
        request, f"statements/{name}.html", {"page_changed": changed, "agencies": reached}
    )
