"""Refuses what no person types and PostgreSQL cannot hold, before it reaches the database."""

from collections.abc import Callable, Iterator

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponseBase

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def no_null_characters(get_response: GetResponse) -> GetResponse:
    """Middleware: an address or cookie with a null character is a bad request.

    What is sent in a form is refused by its fields.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if any("\0" in text for text in _texts(request)):
            raise SuspiciousOperation("A null character in the address or a cookie")
        return get_response(request)

    return middleware


def _texts(request: HttpRequest) -> Iterator[str]:
    yield request.path
    yield from request.COOKIES.values()
    for name, values in request.GET.lists():
        yield name
        yield from values
