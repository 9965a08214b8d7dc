"""The portal's sign for a browser's tab, where what is shown there names none: a PDF, a file."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
@cache_control(public=True, max_age=24 * 60 * 60)
def favicon(_request: HttpRequest) -> HttpResponse:
    """Browsers ask for it unasked; they may keep the answer for a day."""
    return redirect(static("img/favicon.svg"))
