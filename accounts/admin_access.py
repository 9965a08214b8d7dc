"""The permission table in the admin: who finds, sees, adds, changes and deletes what.

A model's admin names the path from the model to its agency and the permission that each deed asks
for; the rest follows. Another agency's object is not found, whatever address is guessed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.filters import RelatedFieldListFilter
from django.contrib.admin.views.main import ERROR_FLAG
from django.contrib.admin.widgets import AutocompleteSelect
from django.db import models
from django.db.models import QuerySet
from django.forms import Media
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext
from simple_history.admin import SimpleHistoryAdmin

from accounts.admin_forms import ModelT
from accounts.models import Agency, User
from accounts.permissions import Permission, agencies_allowed, is_allowed, is_allowed_anywhere

if TYPE_CHECKING:

    class HistoryAdmin(admin.ModelAdmin[ModelT]): ...

    _Page = admin.options.BaseModelAdmin[Any]

else:
    from accounts.admin_forms import Subscriptable

    class HistoryAdmin(Subscriptable, SimpleHistoryAdmin):
        pass

    _Page = object


def person(request: HttpRequest) -> User:
    """The signed-in person: nobody else gets past the admin's door."""
    return cast("User", request.user)


def address_in_portal(obj: Any) -> str:
    """Where the portal shows the object."""
    return cast("str", obj.get_absolute_url())


class NamedAutocompleteSelect(AutocompleteSelect):
    """A field that is chosen by searching, and has a name to those who cannot see its label."""

    def build_attrs(
        self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        attrs = super().build_attrs(base_attrs, extra_attrs)
        what = capfirst(str(self.field.verbose_name))
        return {**attrs, "data-placeholder": gettext("%(what)s: search") % {"what": what}}


class FindsByTyping(_Page):
    """Gives each field chosen by searching its name."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if "widget" not in kwargs and db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = NamedAutocompleteSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class AgencyAdmin(FindsByTyping, HistoryAdmin[ModelT]):
    """Asks the permission table, for the agency the object belongs to, before anything."""

    agency_path: ClassVar[str]
    may_view: ClassVar[Permission] = Permission.ENTER_ADMIN
    may_add: ClassVar[Permission | None] = None
    may_change: ClassVar[Permission | None] = None
    may_delete: ClassVar[Permission | None] = None
    view_on_site: Any = False
    list_per_page = 50

    @property
    def media(self) -> Media:
        """Django's scripts without those that make addresses out of names, where nothing is made so.

        The library for letters beyond ASCII is the heaviest of all and never asked: addresses in
        the portal have none. What acts on chosen rows comes with the lists.
        """
        jquery = "jquery.js" if settings.DEBUG else "jquery.min.js"
        scripts = [f"vendor/jquery/{jquery}", "jquery.init.js", "core.js"]
        scripts += ["admin/RelatedObjectLookups.js"]
        if self.prepopulated_fields:
            scripts += ["urlify.js", "prepopulate.js"]
        return Media(js=[f"admin/js/{script}" for script in scripts])

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        media = self.media + Media(js=["admin/js/actions.js"])
        title = capfirst(str(self.opts.verbose_name_plural))
        context = {"media": media, "title": title, **(extra_context or {})}
        try:
            return super().changelist_view(request, context)
        except OverflowError:
            # A number in the address that no database holds. Django looks for other errors of that
            # kind only, and answers them so.
            return redirect(f"{request.path}?{ERROR_FLAG}=1")

    def agency_of(self, obj: models.Model) -> Agency:
        found: Any = obj
        for step in self.agency_path.split("__"):
            found = getattr(found, step)
        return cast("Agency", found)

    def may(
        self, request: HttpRequest, permission: Permission | None, obj: ModelT | None = None
    ) -> bool:
        """Whether the permission holds for the object's agency, or anywhere without an object."""
        if permission is None:
            return False
        if obj is None or obj._state.adding:
            return is_allowed_anywhere(person(request), permission)
        return is_allowed(person(request), permission, self.agency_of(obj))

    def is_open(self, obj: ModelT) -> bool:
        """Whether the object may still be changed, whoever asks."""
        return True

    def is_deletable(self, obj: ModelT) -> bool:
        """Whether the object may still be deleted, whoever asks."""
        return True

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may(request, self.may_view)

    def has_view_permission(self, request: HttpRequest, obj: ModelT | None = None) -> bool:
        return self.may(request, self.may_view, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may(request, self.may_add)

    def has_change_permission(self, request: HttpRequest, obj: ModelT | None = None) -> bool:
        return self.may(request, self.may_change, obj) and (obj is None or self.is_open(obj))

    def has_delete_permission(self, request: HttpRequest, obj: ModelT | None = None) -> bool:
        return self.may(request, self.may_delete, obj) and (obj is None or self.is_deletable(obj))

    def limited(self, request: HttpRequest, permission: Permission) -> QuerySet[ModelT]:
        """The objects of the agencies in which the permission holds."""
        found = self.model._default_manager.all()
        if isinstance(self.list_select_related, tuple):
            found = found.select_related(*self.list_select_related)
        agencies = agencies_allowed(person(request), permission)
        if agencies is not None:
            found = found.filter(self.in_agencies(agencies))
        ordering = self.get_ordering(request)
        return found.order_by(*ordering) if ordering else found

    def in_agencies(self, agencies: set[int]) -> models.Q:
        return models.Q(**{f"{self.agency_path}__in": agencies})

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModelT]:
        return self.limited(request, self.may_view)

    def choices_for(
        self, db_field: models.Field[Any, Any], request: HttpRequest
    ) -> QuerySet[Any] | None:
        return choices_of(self.admin_site, db_field, request, self.may_change or self.may_add)

    def get_field_queryset(
        self, db: str | None, db_field: Any, request: HttpRequest
    ) -> QuerySet[Any] | None:
        return self.choices_for(db_field, request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[ModelT], bool]:
        """Where a form's field searches, only what that form's permission covers is offered."""
        match = request.resolver_match
        if match and match.url_name == "autocomplete":
            source = _admin_of_source(self.admin_site, request)
            permission = source and (source.may_change or source.may_add)
            if permission:
                queryset = queryset.filter(
                    pk__in=self.limited(request, permission).order_by().values("pk")
                )
        return super().get_search_results(request, queryset, search_term)


def choices_of(
    site: admin.AdminSite,
    db_field: models.Field[Any, Any],
    request: HttpRequest,
    permission: Permission | None,
) -> QuerySet[Any] | None:
    """What a field may point to: objects of the agencies in which the permission holds."""
    related = site._registry.get(cast("type[models.Model]", db_field.related_model))
    if isinstance(related, AgencyAdmin) and permission is not None:
        return related.limited(request, permission)
    return None


def _admin_of_source(site: admin.AdminSite, request: HttpRequest) -> AgencyAdmin[Any] | None:
    wanted = (request.GET.get("app_label"), request.GET.get("model_name"))
    for model, model_admin in site._registry.items():
        if (model._meta.app_label, model._meta.model_name) == wanted:
            return model_admin if isinstance(model_admin, AgencyAdmin) else None
    return None


class AgencyFilter(RelatedFieldListFilter):
    """A filter that names only what the person may see."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, Any]]:
        related = model_admin.admin_site.get_model_admin(field.related_model)
        name = getattr(related, "name_in_filter", str)
        return [(str(found.pk), name(found)) for found in related.get_queryset(request)]
