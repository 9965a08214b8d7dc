"""Keys that act by themselves, such as / for the search: one's own choice, kept in a cookie.

A person who speaks to the computer can set one off unawares, so that each can be switched off
(WCAG 2.1.4). Pages then do not load the script at all.
"""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

COOKIE = "kekunci"
OFF = "0"
A_YEAR = 365 * 24 * 60 * 60


@login_not_required
@require_POST
def set_keys(request: HttpRequest) -> HttpResponse:
    """Keep the choice (``keys`` is 0 for off) and go back to the page it was made on."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        back, {request.get_host()}, require_https=request.is_secure()
    ):
        back = "/"
    response = redirect(back)
    if request.POST.get("keys") == OFF:
        response.set_cookie(
            COOKIE, OFF, max_age=A_YEAR, secure=settings.LANGUAGE_COOKIE_SECURE, samesite="Lax"
        )
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response
