"""The admin's front door and its order: allauth's sign-in, the permission table, the plan's shape."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.templatetags import admin_list
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
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

ICONS = {True: ("yes", _("Yes")), False: ("no", _("No")), None: ("unknown", _("Unknown"))}


def _yes_or_no(value: bool | None) -> SafeString:  # noqa: FBT001 - as Django calls it
    """Django's own icon, which says True and False to those who cannot see it, in words."""
    name, words = ICONS[value]
    return format_html('<img src="{}" alt="{}">', static(f"admin/img/icon-{name}.svg"), words)


admin_list._boolean_icon = _yes_or_no  # type: ignore[attr-defined]  # no setting says it


class PortalAdminSite(AdminSite):
    site_header = _("PSICT portal administration")
    site_title = _("PSICT portal")
    index_title = _("Administration")
    enable_nav_sidebar = True
    empty_value_display = "–"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        # Each deletion asks for its reason, and so for a page of its own.
        self.disable_action("delete_selected")

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return user.is_authenticated and is_allowed_anywhere(user, Permission.ENTER_ADMIN)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002 -- Django's signature
        """Every page asks here first. Who is not signed in never gets so far: the middleware of
        the whole portal sends them to sign in, and then back."""
        guarded = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not self.has_permission(request):
                raise PermissionDenied
            return guarded(request, *args, **kwargs)

        return inner

    def login(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """The admin has no sign-in of its own."""
        if not self.has_permission(request):
            raise PermissionDenied
        return redirect("admin:index")

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

    def get_urls(self) -> list[Any]:
        # Django's way round to an object's page asks nobody's permission, so it tells anyone who
        # enters the admin what other agencies have. The pages here link directly.
        kept = [each for each in super().get_urls() if getattr(each, "name", "") != "view_on_site"]
        for each in kept:
            # Those who are not signed in go to the portal's own page, as from anywhere else.
            view: Any = getattr(each, "callback", None)
            if hasattr(view, "login_url"):
                view.login_url = reverse_lazy("account_login")
        return kept

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        rooms = super().get_app_list(request, app_label)
        for room in rooms:
            room["models"].sort(key=lambda model: _place(ORDER.get(room["app_label"], ()), model))
        return sorted(rooms, key=lambda room: _rank(tuple(ORDER), room["app_label"]))


def _place(order: tuple[str, ...], model: dict[str, Any]) -> int:
    return _rank(order, model["object_name"])


def _rank(order: tuple[str, ...], name: str) -> int:
    return order.index(name) if name in order else len(order)
