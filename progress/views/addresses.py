"""Where a page leads back to, and whether it is a page that is asked for."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def asked_return(request: HttpRequest, otherwise: str = "") -> str:
    """The page of this portal that ``?next=`` or the form's ``next`` names; empty for none."""
    asked = request.POST.get("next") or request.GET.get("next", "") or otherwise
    is_ours = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if is_ours else ""


def is_in_place(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page that is open, not for a page."""
    return request.headers.get("HX-Request") == "true"
