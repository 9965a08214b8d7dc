"""Answers that Django leaves without a page get one, in the portal's dress."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.http.response import HttpResponse
from django.shortcuts import render

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def method_not_allowed_page(get_response: GetResponse) -> GetResponse:
    """Middleware: says what to do at an address that only acts on what is sent to it.

    People come there by signing in again after pressing a button, or by a bookmark.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        is_blank = isinstance(response, HttpResponse) and not response.content
        if response.status_code != 405 or not is_blank:
            return response
        page: HttpResponse = render(request, "405.html", status=405)
        page.headers["Allow"] = response.headers.get("Allow", "")
        return page

    return middleware
