"""Plans, thrusts and strategies in the admin. Amendments, which reach further, are in ``kpi``."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ValidationError
from django.db.models import CharField, Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy

from accounts.admin_access import AgencyFilter, address_in_portal, person
from accounts.admin_base import PartInline, PortalAdmin, ShownInline
from accounts.admin_forms import ModelT, ParentT, ReasonForm, try_out
from accounts.models import User
from accounts.permissions import Permission
from teras.actions import bring_into_force
from teras.choices import PlanState
from teras.models import Alignment, Objective, Plan, Strategy, Teras

ORDER_OF_STATES = list(PlanState)


class PlanForm(ReasonForm[Plan]):
    user: User

    def clean_state(self) -> str:
        """A plan goes from draft into force and to its end, never back: its first dates count."""
        state = PlanState(self.cleaned_data["state"])
        before = PlanState(self.initial["state"])
        step = ORDER_OF_STATES.index(state) - ORDER_OF_STATES.index(before)
        if step < 0:
            raise ValidationError(gettext("A plan does not go back to a former state."))
        if step > 1:
            raise ValidationError(gettext("A draft plan comes into force before it ends."))
        if self.comes_into_force(state):
            refusal = try_out(lambda: bring_into_force(by=self.user, plan=self.instance))
            if refusal is not None:
                raise refusal
        return state.value

    def comes_into_force(self, state: str) -> bool:
        return state == PlanState.IN_FORCE and self.initial.get("state") == PlanState.DRAFT


class TerasLinks(ShownInline[Teras, Plan]):
    model = Teras
    fields = ("number", "name")
    readonly_fields = fields
    show_change_link = True


@admin.register(Plan)
class PlanAdmin(PortalAdmin[Plan]):
    agency_path = "agency"
    may_add = may_change = may_delete = Permission.KEEP_PLAN
    form = PlanForm
    inlines = (TerasLinks,)
    history_parts = ("teras",)
    list_display = ("code", "agency", "state", "first_year", "last_year", "teras_count")
    list_filter = ("state", ("agency", AgencyFilter))
    list_select_related = ("agency",)
    search_fields = ("code", "title", "agency__name", "agency__short_name")
    # Said aloud: counting would drop the model's own.
    ordering = ("agency", "-first_year")
    prepopulated_fields = {"slug": ("code",)}
    view_on_site = staticmethod(address_in_portal)
    fieldsets = (
        (None, {"fields": ("agency", "code", "slug", "title", ("first_year", "last_year"))}),
        (gettext_lazy("Standing"), {"fields": ("state", "succeeds")}),
        (gettext_lazy("Texts"), {"fields": ("vision", "mission", "note")}),
        (
            gettext_lazy("Status settings"),
            {"fields": ("due_soon_days", "critical_days", "update_interval_days", "stale_days")},
        ),
    )

    @admin.display(description=gettext_lazy("thrusts"), ordering="teras_count")
    def teras_count(self, obj: Any) -> int:
        return int(obj.teras_count)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Plan]:
        return super().get_queryset(request).annotate(teras_count=Count("teras"))

    def is_deletable(self, obj: Plan) -> bool:
        return obj.is_draft

    def get_readonly_fields(self, request: HttpRequest, obj: Plan | None = None) -> tuple[str, ...]:
        fixed = super().get_readonly_fields(request, obj)
        if obj is None:
            return fixed
        # Dates were placed by the years: a plan file changes both together.
        has_dates = obj.programs.filter(kpis__milestones__isnull=False).exists()
        is_open = obj.is_draft and not has_dates
        return (*fixed, "agency") if is_open else (*fixed, "agency", "first_year", "last_year")

    def get_fieldsets(self, request: HttpRequest, obj: Plan | None = None) -> Any:
        shown = super().get_fieldsets(request, obj)
        if obj is None:
            # Every plan begins as a draft.
            shown[1][1]["fields"] = ["succeeds"]
        return shown

    def save_model(self, request: HttpRequest, obj: Plan, form: Any, change: bool) -> None:  # noqa: FBT001 -- Django's signature
        if not (change and form.comes_into_force(obj.state)):
            super().save_model(request, obj, form, change)
            return
        obj.state = PlanState.DRAFT
        if form.changed_data != ["state"]:
            super().save_model(request, obj, form, change)
        obj.state = bring_into_force(by=person(request), plan=obj).state

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Plan | None = None
    ) -> dict[str, Any]:
        return {} if obj else super().get_prepopulated_fields(request, obj)


class DraftAdmin(PortalAdmin[ModelT]):
    """Parts of a plan: added and taken away while it is a draft, put right afterwards."""

    may_add = may_change = may_delete = Permission.KEEP_PLAN

    def plan_of(self, obj: Any) -> Plan:
        raise NotImplementedError

    def is_deletable(self, obj: ModelT) -> bool:
        return self.plan_of(obj).is_draft


class DraftInline(PartInline[ModelT, ParentT]):
    """Parts that only a draft plan loses."""

    def has_delete_permission(self, request: HttpRequest, obj: ParentT | None = None) -> bool:
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or self._parent().is_deletable(obj))


class ObjectiveInline(PartInline[Objective, Teras]):
    model = Objective
    fields = ("number", "text")


class AlignmentInline(PartInline[Alignment, Teras]):
    model = Alignment
    fields = ("framework", "target")


class OneLine(AdminTextareaWidget):
    """A name too long to be read in a field of one line: it is shown on several, and kept on one."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        return " ".join(value.split()) if isinstance(value, str) else value


class StrategyInline(DraftInline[Strategy, Teras]):
    model = Strategy
    formfield_overrides: ClassVar[Any] = {
        **PartInline.formfield_overrides,
        CharField: {"widget": OneLine(attrs={"rows": 2})},
    }
    fields = ("number", "name", "note")
    show_change_link = True


@admin.register(Teras)
class TerasAdmin(DraftAdmin[Teras]):
    agency_path = "plan__agency"
    inlines = (ObjectiveInline, AlignmentInline, StrategyInline)
    history_parts = ("objectives", "alignments", "strategies")
    list_display = ("number", "name", "plan")
    list_display_links = ("name",)
    list_filter = (("plan", AgencyFilter),)
    list_select_related = ("plan__agency",)
    search_fields = ("name", "plan__code")
    autocomplete_fields = ("plan",)
    fixed_after_adding = ("plan",)
    fields = ("plan", "number", "name", "note")

    def name_in_filter(self, obj: Teras) -> str:
        """Every plan has its thrust 1, so each is named with its plan."""
        return f"{obj.plan.code}: {obj}"

    def plan_of(self, obj: Any) -> Plan:
        return obj.plan  # type: ignore[no-any-return]


@admin.register(Strategy)
class StrategyAdmin(DraftAdmin[Strategy]):
    agency_path = "teras__plan__agency"
    list_display = ("teras_number", "number", "name", "plan")
    list_display_links = ("name",)
    list_filter = (("teras__plan", AgencyFilter), ("teras", AgencyFilter))
    list_select_related = ("teras__plan__agency",)
    search_fields = ("name", "teras__name", "teras__plan__code")
    ordering = ("teras__plan", "teras__number", "number")
    autocomplete_fields = ("teras",)
    fixed_after_adding = ("teras",)
    fields = ("teras", "number", "name", "note")

    @admin.display(description=gettext_lazy("thrust"), ordering="teras__number")
    def teras_number(self, obj: Strategy) -> int:
        return obj.teras.number

    @admin.display(description=gettext_lazy("plan"), ordering="teras__plan")
    def plan(self, obj: Strategy) -> Plan:
        return obj.teras.plan

    def plan_of(self, obj: Any) -> Plan:
        return obj.teras.plan  # type: ignore[no-any-return]
