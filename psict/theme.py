"""Light, dark, or as the system has it: one's own choice, kept in a cookie."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

COOKIE = "tema"
CHOICES = ("light", "dark")
A_YEAR = 365 * 24 * 60 * 60


def chosen_theme(request: HttpRequest) -> str:
    """``light`` or ``dark``; empty where the system decides."""
    theme = request.COOKIES.get(COOKIE, "")
    return theme if theme in CHOICES else ""


@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep the choice and go back to the page it was made on. Anything else than a theme: the system's."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        back, {request.get_host()}, require_https=request.is_secure()
    ):
        back = "/"
    response = redirect(back)
    theme = request.POST.get("theme", "")
    if theme in CHOICES:
        response.set_cookie(
            COOKIE, theme, max_age=A_YEAR, secure=settings.LANGUAGE_COOKIE_SECURE, samesite="Lax"
        )
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response
