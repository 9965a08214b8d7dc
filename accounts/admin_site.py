"""The admin's front door and its order: allauth's sign-in, the permission table, the plan's shape."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission, is_allowed_anywhere

# The rooms in the order of the plan's shape, people last; what is not named comes after by name.
ORDER = {
    "teras": ("Plan", "Teras", "Strategy", "Amendment"),
    "programs": ("Program",),
    "kpi": ("Kpi", "Milestone"),
    "progress": ("ProgressUpdate", "Evidence", "Verification"),
    "reports": ("AnnualReview", "IssuedDocument"),
    "accounts": ("Agency", "User"),
}


class PortalAdminSite(AdminSite):
    site_header = _("PSICT portal administration")
    site_title = _("PSICT portal")
    index_title = _("Administration")
    enable_nav_sidebar = True

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        # Each deletion asks for its reason, and so for a page of its own.
        self.disable_action("delete_selected")

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return user.is_authenticated and is_allowed_anywhere(user, Permission.ENTER_ADMIN)

    def login(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Send anonymous people to the one sign-in page; refuse those whose role has no admin."""
        if request.user.is_authenticated:
            if self.has_permission(request):
                return redirect("admin:index")
            raise PermissionDenied
        return redirect_to_login(request.get_full_path(), resolve_url("account_login"))

    def logout(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> Any:
        return redirect("account_logout")

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> Any:
        return redirect("account_change_password")

    def password_change_done(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> Any:
        return redirect("account_change_password")

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        rooms = super().get_app_list(request, app_label)
        for room in rooms:
            room["models"].sort(key=lambda model: _place(ORDER.get(room["app_label"], ()), model))
        return sorted(rooms, key=lambda room: _rank(tuple(ORDER), room["app_label"]))


def _place(order: tuple[str, ...], model: dict[str, Any]) -> int:
    return _rank(order, model["object_name"])


def _rank(order: tuple[str, ...], name: str) -> int:
    return order.index(name) if name in order else len(order)
