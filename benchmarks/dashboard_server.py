"""What benchmarks.dashboard has gunicorn serve: the portal, and beside it a view that renders nothing."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from psict.wsgi import application

__all__ = ["application", "urlpatterns"]


def empty(_request: HttpRequest) -> HttpResponse:
    """Renders nothing; that somebody is signed in was asked before, as for every page."""
    return HttpResponse()


# The product itself has no such address.
urlpatterns = [path("kosong/", empty), path("", include("psict.urls"))]
settings.ROOT_URLCONF = __name__
