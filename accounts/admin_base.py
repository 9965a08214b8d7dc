"""What every page of the admin shares: a reason for each change, and history to read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext

from accounts.admin_access import AgencyAdmin, FindsByTyping, person
from accounts.admin_forms import REASON, ModelT, ParentT, ReasonForm
from accounts.admin_history import changes_of_parts, fields_of_version, tell_changes
from accounts.history import explain
from accounts.permissions import Permission, is_allowed, is_allowed_anywhere

if TYPE_CHECKING:
    from django.contrib.admin.options import _FieldsetSpec

    class TabularInline(admin.TabularInline[ModelT, ParentT]): ...

else:
    from accounts.admin_forms import Subscriptable

    class TabularInline(Subscriptable, admin.TabularInline):
        pass


class ReadOnlyAdmin(AgencyAdmin[ModelT]):
    """Shows records that nobody changes here. What is only ever added needs no history."""

    def has_history(self) -> bool:
        return hasattr(self.model, "history")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        return super().change_view(
            request,
            object_id,
            form_url,
            {"has_history_link": self.may_see_history(request), **(extra_context or {})},
        )

    def may_see_history(self, request: HttpRequest) -> bool:
        return self.has_history() and self.may(request, Permission.SEE_HISTORY)

    # Nothing goes back to a former version from here: what happened is recorded anew.
    def revert_disabled(self, request: HttpRequest, obj: ModelT | None = None) -> bool:
        return True

    def set_history_delta_changes(
        self,
        request: HttpRequest,
        historical_records: Any,
        foreign_keys_are_objs: bool = True,  # noqa: FBT001, FBT002 -- simple-history's signature
    ) -> None:
        tell_changes(self.model, historical_records)

    def has_view_history_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        return is_allowed_anywhere(person(request), Permission.SEE_HISTORY) and (
            obj is None or is_allowed(person(request), Permission.SEE_HISTORY, self.agency_of(obj))
        )

    def has_change_history_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        return False

    def has_view_history_or_change_history_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        return self.has_view_history_permission(request, obj)

    object_history_template: ClassVar[Any] = "admin/history.html"
    object_history_list_template: ClassVar[str] = "admin/history_list.html"
    # Parts whose own history is shown with that of the whole: name of the relation to them.
    history_parts: ClassVar[tuple[str, ...]] = ()

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        self._find_with_history(request, object_id)
        key, seen = unquote(object_id), self.seen_parts(request)
        parts = changes_of_parts(self.model, key, self.history_parts, seen)
        return super().history_view(request, object_id, {"parts": parts, **(extra_context or {})})

    def seen_parts(self, request: HttpRequest) -> models.Q:
        """Which parts' history one may see of an object whose own one may."""
        return models.Q()

    def history_form_view(
        self,
        request: HttpRequest,
        object_id: str,
        version_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One version of an object, to read: nothing is saved or put back from here."""
        if request.method not in {"GET", "HEAD"}:
            raise PermissionDenied
        obj = self._find_with_history(request, object_id)
        history: Any = self.model.history.model  # type: ignore[attr-defined]
        try:
            version = history.objects.select_related("history_user").get(
                **{self.opts.pk.attname: unquote(object_id), "history_id": version_id}
            )
        except (history.DoesNotExist, ValueError):
            raise Http404 from None
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Version in the history"),
            "subtitle": str(obj),
            "opts": self.opts,
            "object": obj,
            "version": version,
            "fields": fields_of_version(self.model, version),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/history_version.html", context)

    def _find_with_history(self, request: HttpRequest, object_id: str) -> models.Model:
        """The object, or its last version where it was deleted; not found unless one may see it."""
        if not self.has_history():
            raise Http404
        try:
            found: models.Model | None = self.get_object(request, unquote(object_id))
            if found is None:
                history: Any = self.model.history  # type: ignore[attr-defined]
                last = history.filter(**{self.opts.pk.attname: unquote(object_id)}).latest()
                found = cast("models.Model", last.instance)
                found._state.adding = False
                if not self.has_view_permission(request, cast("ModelT", found)):
                    raise Http404
        except (ObjectDoesNotExist, ValueError):
            raise Http404 from None
        if not self.has_view_history_permission(request, found):
            raise PermissionDenied
        return found


class PortalAdmin(ReadOnlyAdmin[ModelT]):
    """Objects that some may change, saying why."""

    form: Any = ReasonForm
    formfield_overrides = {
        models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 4})},
        models.URLField: {"assume_scheme": "https"},
    }
    # False where the action that saves gives the reason itself.
    asks_reason: ClassVar[bool] = True
    # What of the object is fixed once it is there.
    fixed_after_adding: ClassVar[tuple[str, ...]] = ()

    def get_readonly_fields(
        self, request: HttpRequest, obj: ModelT | None = None
    ) -> tuple[str, ...]:
        fixed = self.fixed_after_adding if obj is not None else ()
        return (*self.readonly_fields, *fixed)

    def get_inlines(self, request: HttpRequest, obj: ModelT | None) -> Any:
        """What is only shown has nothing to show of what is yet to be added."""
        return [
            each for each in self.inlines if obj is not None or not issubclass(each, ShownInline)
        ]

    def form_for(self, obj: ModelT | None) -> Any:
        return self.form

    def prepare(self, form: Any, request: HttpRequest, obj: ModelT | None) -> None:
        """Give the form, made for this request alone, what only the request knows."""

    def get_form(
        self,
        request: HttpRequest,
        obj: ModelT | None = None,
        change: bool = False,  # noqa: FBT001, FBT002 -- Django's signature
        **kwargs: Any,
    ) -> type[forms.ModelForm[ModelT]]:
        kwargs.setdefault("form", self.form_for(obj))
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.user = person(request)
        self.prepare(form, request, obj)
        return cast("type[forms.ModelForm[ModelT]]", form)

    def get_fieldsets(self, request: HttpRequest, obj: ModelT | None = None) -> _FieldsetSpec:
        fieldsets = [
            (name, {**options, "fields": [f for f in options["fields"] if f != REASON]})
            for name, options in super().get_fieldsets(request, obj)
        ]
        may_write = (
            self.has_add_permission(request)
            if obj is None
            else self.has_change_permission(request, obj)
        )
        if may_write and self.asks_reason:
            classes = ["reason"] if obj is not None else ["reason", "reason--new"]
            fieldsets.append((None, {"fields": [REASON], "classes": classes}))
        return cast("_FieldsetSpec", fieldsets)

    def save_model(self, request: HttpRequest, obj: ModelT, form: Any, change: bool) -> None:  # noqa: FBT001 -- Django's signature
        """Save with the reason given; where only a part changed, the whole keeps its history."""
        if change and not form.changed_data:
            return
        explain(obj, by=person(request), reason=form.cleaned_data.get(REASON, ""))
        obj.save()

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:  # noqa: FBT001 -- Django's signature
        reason = form.cleaned_data.get(REASON, "")
        changed: Iterable[models.Model] = formset.save(commit=False)
        for gone in formset.deleted_objects:
            explain(gone, by=person(request), reason=reason)
            gone.delete()
        for part in changed:
            explain(part, by=person(request), reason=reason)
            part.save()

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask for the reason together with the confirmation."""
        context = dict(extra_context or {})
        if request.method == "POST" and not request.POST.get(REASON, "").strip():
            context["reason_missing"] = True
            # Without a reason the request is an unanswered question again.
            request.POST = QueryDict()
        return super().delete_view(request, object_id, context)

    def delete_model(self, request: HttpRequest, obj: ModelT) -> None:
        explain(obj, by=person(request), reason=request.POST.get(REASON, "").strip())
        obj.delete()

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Who may delete the whole may delete its parts; what must stay protects it."""
        listed, count, _lacking, protected = super().get_deleted_objects(objs, request)
        return listed, count, set(), protected


class PartInline(FindsByTyping, TabularInline[ModelT, ParentT]):
    """Parts of an object, changed with it by those who may change it."""

    extra = 0
    view_on_site: Any = False
    formfield_overrides = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 2})}}

    def _parent(self) -> AgencyAdmin[Any]:
        return cast("AgencyAdmin[Any]", self.admin_site.get_model_admin(self.parent_model))

    def has_view_permission(self, request: HttpRequest, obj: ParentT | None = None) -> bool:
        return self._parent().has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: ParentT | None) -> bool:  # type: ignore[override]  # an inline is asked with its parent
        return self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: ParentT | None = None) -> bool:
        if obj is None or obj._state.adding:
            return self._parent().has_add_permission(request)
        return self._parent().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: ParentT | None = None) -> bool:
        return self.has_change_permission(request, obj)

    def get_field_queryset(
        self, db: str | None, db_field: Any, request: HttpRequest
    ) -> QuerySet[Any] | None:
        return self._parent().choices_for(db_field, request)


class ShownInline(PartInline[ModelT, ParentT]):
    """Parts that are only shown here."""

    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: ParentT | None) -> bool:  # type: ignore[override]  # an inline is asked with its parent
        return False

    def has_change_permission(self, request: HttpRequest, obj: ParentT | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ParentT | None = None) -> bool:
        return False
