"""The request a view gets once sign-in has been checked, which the middleware does for all."""

from django.http import HttpRequest

from accounts.models import User


class PortalRequest(HttpRequest):
    """A request whose user is signed in."""

    user: User
