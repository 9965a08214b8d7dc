"""Pages are one person's: nothing between keeps them, and the browser asks again each time."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def private_pages(get_response: GetResponse) -> GetResponse:
    """Middleware: says so of every answer that does not say itself how it may be kept.

    Not ``no-store``: a browser would then lose what somebody was writing on the way back to it.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    return middleware
