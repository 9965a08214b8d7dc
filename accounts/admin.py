"""Agencies and people in the admin."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import SetPasswordForm, SetPasswordMixin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from accounts import crest
from accounts.admin_access import AgencyFilter, person
from accounts.admin_base import PartInline, PortalAdmin
from accounts.admin_forms import PartFormSet, ReasonForm
from accounts.history import explain
from accounts.models import Agency, Membership, User
from accounts.permissions import Permission, agencies_allowed

# Django's groups carry no permission here, and allauth's address book is kept by the person's own
# e-mail: neither has a page.
admin.site.unregister((Group, EmailAddress))


class AgencyForm(ReasonForm[Agency]):
    """An agency with its crest, which is checked and drawn anew before it is kept."""

    crest_file = forms.FileField(
        label=gettext_lazy("Crest"),
        required=False,
        widget=forms.FileInput(attrs={"accept": crest.ACCEPT}),
        help_text=gettext_lazy(
            "PNG, JPEG or WebP, best square with a clear ground and at least 600 pixels wide. Shown "
            "on top of every page and on the cover of reviews; without one, the portal's own mark is."
        ),
    )
    crest_removed = forms.BooleanField(label=gettext_lazy("Take the crest away"), required=False)

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("crest_removed"):
            self.instance.crest = ""
        return super().clean() or self.cleaned_data

    def clean_crest_file(self) -> None:
        if upload := self.cleaned_data.get("crest_file"):
            self.instance.crest = crest.keep(upload)


@admin.register(Agency)
class AgencyOwnAdmin(PortalAdmin[Agency]):
    """An agency's own particulars; agencies are founded by whoever looks after the installation."""

    agency_path = "pk"
    may_change = Permission.MANAGE_PEOPLE
    list_display = ("name", "short_name", "slug", "email", "phone")
    search_fields = ("name", "short_name", "slug")
    form = AgencyForm
    fieldsets = (
        (None, {"fields": ("name", "short_name", "slug")}),
        (gettext_lazy("Contact"), {"fields": ("address", "email", "phone", "website")}),
        (gettext_lazy("Crest"), {"fields": ("crest_shown", "crest_file", "crest_removed")}),
    )

    @admin.display(description=gettext_lazy("crest"))
    def crest_shown(self, obj: Agency) -> str:
        if not obj.crest:
            return "–"
        return format_html('<img class="crest" src="{}" alt="">', obj.crest_url)

    def get_fieldsets(self, request: HttpRequest, obj: Agency | None = None) -> Any:
        """What cannot be done is not offered: to change a crest, or to take none away."""
        hidden: set[str] = set()
        if obj is not None and not self.has_change_permission(request, obj):
            hidden = {"crest_file", "crest_removed"}
        elif obj is None or not obj.crest:
            hidden = {"crest_shown", "crest_removed"}
        return [
            (name, {**options, "fields": [f for f in options["fields"] if f not in hidden]})
            for name, options in super().get_fieldsets(request, obj)
        ]

    def agency_of(self, obj: Any) -> Agency:
        return cast("Agency", obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return person(request).is_superuser

    def get_readonly_fields(
        self, request: HttpRequest, obj: Agency | None = None
    ) -> tuple[str, ...]:
        # Every address in use, in letters and reports too, hangs on it.
        return ("crest_shown",) if person(request).is_superuser else ("crest_shown", "slug")


class MembershipFormSet(PartFormSet[Membership, User]):
    """Everybody has a role somewhere; without one a person could not be found again."""

    def clean(self) -> None:
        super().clean()
        kept = [
            form
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE") and form.instance.role
        ]
        if not kept and not self.instance.is_superuser and not self._roles_elsewhere():
            raise forms.ValidationError(gettext("Give the person at least one role."))

    def _roles_elsewhere(self) -> bool:
        if self.instance._state.adding:
            return False
        shown = [form.instance.pk for form in self.initial_forms]
        return self.instance.memberships.exclude(pk__in=shown).exists()


class MembershipInline(PartInline[Membership, User]):
    model = Membership
    formset = MembershipFormSet
    fields = ("agency", "role")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        found = super().get_queryset(request).select_related("agency", "user")
        agencies = agencies_allowed(person(request), Permission.SEE_HISTORY)
        return found if agencies is None else found.filter(agency__in=agencies)

    def get_extra(self, request: HttpRequest, obj: User | None = None, **kwargs: Any) -> int:
        return 1 if obj is None else 0


class PersonForm(ReasonForm[User]):
    class Meta:
        model = User
        fields = ("email", "full_name", "post", "is_active", "is_superuser")

    def clean_email(self) -> str:
        return cast("str", self.cleaned_data["email"]).lower()


class NewPersonForm(SetPasswordMixin, PersonForm):  # type: ignore[type-arg]  # not generic at run time
    """Somebody new, with a first password that they change themselves."""

    password1, password2 = SetPasswordMixin.create_password_fields()

    class Meta:
        model = User
        fields = ("email", "full_name", "post", "is_superuser")

    def clean(self) -> dict[str, Any]:
        self.validate_passwords()
        return super().clean() or self.cleaned_data

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # Django's own hook, which its types leave out
        self.validate_password_for_user(self.instance)
        self.instance.set_password(self.cleaned_data.get("password1"))


@admin.register(User)
class UserAdmin(PortalAdmin[User]):
    """People are added, changed and switched off; nobody is deleted, their record stays."""

    agency_path = "memberships__agency"
    may_view = Permission.SEE_HISTORY
    may_add = Permission.MANAGE_PEOPLE
    may_change = Permission.MANAGE_PEOPLE
    form = PersonForm
    inlines = (MembershipInline,)
    history_parts = ("memberships",)
    list_display = ("full_name", "email", "post", "roles", "is_active", "last_login")
    list_filter = (
        "is_active",
        "memberships__role",
        ("memberships__agency", AgencyFilter),
        "is_superuser",
    )
    search_fields = ("full_name", "email", "post")
    ordering = ("full_name",)
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "full_name", "post")}),
        (gettext_lazy("Access"), {"fields": ("is_active", "is_superuser")}),
        (gettext_lazy("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    change_form_template = "admin/accounts/user/change_form.html"

    @admin.display(description=gettext_lazy("roles"))
    def roles(self, obj: Any) -> str:
        return ", ".join(
            f"{held.get_role_display()} ({held.agency.short_name})"
            for held in obj.shown_memberships
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        # Beside the real ones, which the rules below ask for whole.
        held = Membership.objects.select_related("agency")
        agencies = agencies_allowed(person(request), Permission.SEE_HISTORY)
        if agencies is not None:
            held = held.filter(agency__in=agencies)
        return (
            super()
            .get_queryset(request)
            .prefetch_related(Prefetch("memberships", held, to_attr="shown_memberships"))
        )

    def seen_parts(self, request: HttpRequest) -> Q:
        """Roles in one's own agencies: what a person is elsewhere is told there."""
        agencies = agencies_allowed(person(request), Permission.SEE_HISTORY)
        return Q() if agencies is None else Q(agency__in=agencies)

    def in_agencies(self, agencies: set[int]) -> Q:
        # As a subquery: somebody with two roles is still one person in the list.
        return Q(pk__in=Membership.objects.filter(agency__in=agencies).values("user"))

    def may(self, request: HttpRequest, permission: Permission | None, obj: Any = None) -> bool:
        if permission is None or obj is None or obj._state.adding:
            return super().may(request, permission)
        agencies = agencies_allowed(person(request), permission)
        return agencies is None or not agencies.isdisjoint(obj.roles_by_agency)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        # A list filtered by the password's hash would tell it to whoever reads the list.
        is_secret = lookup.split("__", maxsplit=1)[0] == "password"
        return not is_secret and super().lookup_allowed(lookup, value, cast("HttpRequest", request))

    def is_kept_here(self, request: HttpRequest, obj: User) -> bool:
        """Whether all of the person's agencies are managed by who asks: the account is theirs."""
        agencies = agencies_allowed(person(request), Permission.MANAGE_PEOPLE)
        return agencies is None or (
            not obj.is_superuser and agencies.issuperset(obj.roles_by_agency)
        )

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if obj is not None and obj.is_superuser and not person(request).is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_view_history_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, Permission.SEE_HISTORY, obj)

    def form_for(self, obj: User | None) -> Any:
        return NewPersonForm if obj is None else PersonForm

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is not None:
            return super().get_fieldsets(request, obj)
        return (
            (None, {"fields": ("email", "full_name", "post")}),
            (gettext_lazy("Access"), {"fields": self._access_of_new(request)}),
            (None, {"fields": ("change_reason",), "classes": ("reason", "reason--new")}),
        )

    def _access_of_new(self, request: HttpRequest) -> tuple[str, ...]:
        fields = ("password1", "password2")
        return (*fields, "is_superuser") if person(request).is_superuser else fields

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        fixed = list(self.readonly_fields)
        if not person(request).is_superuser:
            fixed.append("is_superuser")
        if obj is not None and not self.is_kept_here(request, obj):
            fixed += ["email", "full_name", "post", "is_active"]
        elif obj == request.user:
            fixed += ["is_active", "is_superuser"]
        return tuple(dict.fromkeys(fixed))

    def choices_for(self, db_field: Any, request: HttpRequest) -> QuerySet[Any] | None:
        if db_field.related_model is Agency:
            agencies = agencies_allowed(person(request), Permission.MANAGE_PEOPLE)
            found = Agency.objects.all()
            return found if agencies is None else found.filter(pk__in=agencies)
        return super().choices_for(db_field, request)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001 -- Django's signature
        super().save_model(request, obj, form, change)
        # A former address must not sign in any longer.
        EmailAddress.objects.filter(user=obj).exclude(email__iexact=obj.email).delete()

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.password_view)
        return [
            path("<path:object_id>/password/", view, name="accounts_user_password"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        context = {"may_set_password": obj and self._may_set_password(request, obj)}
        return super().change_view(
            request, object_id, form_url, {**context, **(extra_context or {})}
        )

    def _may_set_password(self, request: HttpRequest, obj: User) -> bool:
        return self.has_change_permission(request, obj) and self.is_kept_here(request, obj)

    # The password is never to stand in an error report.
    @method_decorator(sensitive_post_parameters())
    def password_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Set somebody's password, which they then change themselves."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
        if not self._may_set_password(request, obj):
            raise PermissionDenied
        form = SetPasswordForm(obj, request.POST or None)
        if form.is_valid():
            explain(obj, by=person(request), reason=gettext("Password set in the admin"))
            form.save()
            self.log_change(request, obj, [{"changed": {"fields": ["password"]}}])
            if obj == request.user:
                update_session_auth_hash(request, obj)
            messages.success(request, gettext("The password of %(who)s is set.") % {"who": obj})
            return redirect("admin:accounts_user_change", obj.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Set password"),
            "subtitle": str(obj),
            "opts": self.opts,
            "original": obj,
            "form": form,
        }
        return TemplateResponse(request, "admin/accounts/user/password.html", context)
