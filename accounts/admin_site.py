"""The admin's front door: allauth's sign-in, and the portal's own permission table."""

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission, is_allowed_anywhere


class PortalAdminSite(AdminSite):
    site_header = _("PSICT portal administration")
    site_title = _("PSICT portal")
    index_title = _("Administration")
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return user.is_authenticated and is_allowed_anywhere(user, Permission.ENTER_ADMIN)

    def login(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Send anonymous people to the one sign-in page; refuse those whose role has no admin."""
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.get_full_path(), resolve_url("account_login"))
