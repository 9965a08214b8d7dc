"""The page people see while the portal is being worked on: the file ``maintenance`` in PSICT_VAR.

Everything but the monitor's address and the static files then answers 503, before the database or
anything else is asked. The page stands alone, so that nginx can show it when the portal is down.
"""

import base64
import hashlib
import re
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

GetResponse = Callable[[HttpRequest], HttpResponseBase]

PAGE = settings.BASE_DIR / "deploy" / "maintenance.html"
OPEN = frozenset({"/kesihatan/"})
# Seconds until a browser, or a program that asks, had better try again.
RETRY_AFTER = 300


@cache
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def policy() -> str:
    """Nothing but the page's own style, known by its SHA-256."""
    style = re.findall(r"<style>(.*?)</style>", page(), re.DOTALL)[0]
    sha256 = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{sha256}'; base-uri 'none'; frame-ancestors 'none'"
    )


def is_on() -> bool:
    return (settings.VAR_DIR / "maintenance").exists()


def closed_for_maintenance(get_response: GetResponse) -> GetResponse:
    """Middleware: the maintenance page instead of any other while the file is there."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path in OPEN or not is_on():
            return get_response(request)
        return HttpResponse(
            page(),
            status=503,
            headers={
                "Retry-After": str(RETRY_AFTER),
                "Cache-Control": "no-store",
                "Content-Language": "ms, en",
                "Content-Security-Policy": policy(),
            },
        )

    return middleware
