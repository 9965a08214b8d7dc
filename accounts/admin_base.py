"""What every page of the admin shares: the permission table, a reason for each change, history.

A model's admin names the path from the model to its agency and the permission that each deed asks
for; the rest follows. Another agency's object is not found, whatever address is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.filters import RelatedFieldListFilter
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext, gettext_lazy
from simple_history.admin import SimpleHistoryAdmin

from accounts.admin_history import changes_of_parts, fields_of_version
from accounts.history import explain
from accounts.models import Agency, User
from accounts.permissions import Permission, agencies_allowed, is_allowed, is_allowed_anywhere

ModelT = TypeVar("ModelT", bound=models.Model)
ParentT = TypeVar("ParentT", bound=models.Model)

if TYPE_CHECKING:
    from django.contrib.admin.options import _FieldsetSpec

    class HistoryAdmin(admin.ModelAdmin[ModelT]): ...

    class ReasonModelForm(forms.ModelForm[ModelT]): ...

    class TabularInline(admin.TabularInline[ModelT, ParentT]): ...

    class PartFormSet(forms.BaseInlineFormSet[ModelT, ParentT, forms.ModelForm[ModelT]]): ...

else:
    # Django's own classes take no type parameters at run time.
    class _Subscriptable:
        def __class_getitem__(cls, _parameters: object) -> type:
            return cls

    class HistoryAdmin(_Subscriptable, SimpleHistoryAdmin):
        pass

    class ReasonModelForm(_Subscriptable, forms.ModelForm):
        pass

    class TabularInline(_Subscriptable, admin.TabularInline):
        pass

    class PartFormSet(_Subscriptable, forms.BaseInlineFormSet):
        pass


REASON = "change_reason"


def person(request: HttpRequest) -> User:
    """The signed-in person: nobody else gets past the admin's door."""
    return cast("User", request.user)


class ReasonForm(ReasonModelForm[ModelT]):
    """A form that asks why; the answer goes into the history of what is saved."""

    change_reason = forms.CharField(
        label=gettext_lazy("Reason for the change"),
        max_length=500,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=gettext_lazy("Kept in the history, beside your name."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if REASON in self.fields:
            self.fields[REASON].required = not self.instance._state.adding

    @cached_property
    def changed_data(self) -> list[str]:
        return [name for name in super().changed_data if name != REASON]


class AgencyAdmin(HistoryAdmin[ModelT]):
    """Asks the permission table, for the agency the object belongs to, before anything."""

    agency_path: ClassVar[str]
    may_view: ClassVar[Permission] = Permission.ENTER_ADMIN
    may_add: ClassVar[Permission | None] = None
    may_change: ClassVar[Permission | None] = None
    may_delete: ClassVar[Permission | None] = None
    view_on_site: Any = False
    list_per_page = 50

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
    ) -> list[tuple[str, str]]:
        related = model_admin.admin_site.get_model_admin(field.related_model)
        return [(str(found.pk), str(found)) for found in related.get_queryset(request)]


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

    def has_view_history_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        return is_allowed_anywhere(person(request), Permission.SEE_HISTORY) and (
            obj is None
            or is_allowed(person(request), Permission.SEE_HISTORY, self.agency_of(obj))
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
        parts = changes_of_parts(self.model, unquote(object_id), self.history_parts)
        return super().history_view(request, object_id, {"parts": parts, **(extra_context or {})})

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
                self._refuse_foreign(request, found)
        except (ObjectDoesNotExist, ValueError):
            raise Http404 from None
        if not self.has_view_history_permission(request, found):
            raise PermissionDenied
        return found

    def _refuse_foreign(self, request: HttpRequest, obj: models.Model) -> None:
        if not is_allowed(person(request), self.may_view, self.agency_of(obj)):
            raise Http404


class PortalAdmin(ReadOnlyAdmin[ModelT]):
    """Objects that some may change, saying why."""

    form: Any = ReasonForm
    formfield_overrides = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 4})}}
    # False where the action that saves gives the reason itself.
    asks_reason: ClassVar[bool] = True
    # What of the object is fixed once it is there.
    fixed_after_adding: ClassVar[tuple[str, ...]] = ()

    def get_readonly_fields(
        self, request: HttpRequest, obj: ModelT | None = None
    ) -> tuple[str, ...]:
        fixed = self.fixed_after_adding if obj is not None else ()
        return (*self.readonly_fields, *fixed)

    def get_fieldsets(self, request: HttpRequest, obj: ModelT | None = None) -> "_FieldsetSpec":
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
            fieldsets.append((None, {"fields": [REASON], "classes": ["reason"]}))
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
            request.POST = QueryDict()  # type: ignore[assignment]
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


class PartInline(TabularInline[ModelT, ParentT]):
    """Parts of an object, changed with it by those who may change it."""

    extra = 0
    formfield_overrides = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 2})}}

    def _parent(self) -> AgencyAdmin[Any]:
        return cast("AgencyAdmin[Any]", self.admin_site.get_model_admin(self.parent_model))

    def has_view_permission(self, request: HttpRequest, obj: ParentT | None = None) -> bool:
        return self._parent().has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: ParentT | None) -> bool:
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

    def has_add_permission(self, request: HttpRequest, obj: ParentT | None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ParentT | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ParentT | None = None) -> bool:
        return False


class _TriedOut(Exception):
    pass


def try_out(action: Callable[[], object]) -> ValidationError | None:
    """What the action would refuse; done and undone at once, so that nothing of it remains."""
    try:
        with transaction.atomic():
            action()
            raise _TriedOut
    except _TriedOut:
        return None
    except PermissionDenied as error:
        return ValidationError(str(error) or gettext("Your role does not cover this."))
    except ValidationError as error:
        return error


def take_refusal(form: forms.BaseForm, refusal: ValidationError | None) -> None:
    """Show an action's refusal in the form: by field, and above it what belongs to no field."""
    if refusal is None:
        return
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal)
        return
    for name, found in refusal.error_dict.items():
        form.add_error(name if name in form.fields else None, found)
