"""Programmes in the admin."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from accounts.admin_access import AgencyAdmin, AgencyFilter, address_in_portal, person
from accounts.admin_base import PartInline, ShownInline
from accounts.models import User
from accounts.permissions import Permission
from accounts.resources import ImportExportAdmin
from programs.actions import decide_program
from programs.choices import Decision, Duty
from programs.forms import PROMISED, AssignmentForm, ProgramForm, plain
from programs.models import Assignment, Program, ProgramDecision, SubItem
from programs.resources import ProgramResource
from teras.admin import DraftAdmin
from teras.models import Amendment, Plan


def offer_amendments(page: AgencyAdmin[Any], form: Any, request: HttpRequest, obj: object) -> None:
    """Let what is new say which amendment adds it; what is there has said so already."""
    field = form.base_fields.pop("added_by", None)
    if field is not None and obj is None:
        amendments: Any = page.admin_site.get_model_admin(Amendment)
        # A copy, for this request alone: the form's class is everybody's.
        form.base_fields["added_by"] = deepcopy(field)
        form.base_fields["added_by"].queryset = amendments.limited(request, Permission.KEEP_PLAN)


class SubItemInline(PartInline[SubItem, Program]):
    model = SubItem
    fields = ("number", "text")


class AssignmentInline(PartInline[Assignment, Program]):
    model = Assignment
    form = AssignmentForm
    fields = ("user", "duty")
    autocomplete_fields = ("user",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Assignment]:
        return super().get_queryset(request).select_related("user", "program")


class DecisionInline(ShownInline[ProgramDecision, Program]):
    model = ProgramDecision
    fields = ("decision", "amendment")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProgramDecision]:
        return super().get_queryset(request).select_related("amendment", "program")


@admin.register(Program)
class ProgramAdmin(ImportExportAdmin[Program], DraftAdmin[Program]):
    agency_path = "plan__agency"
    may_import = Permission.KEEP_PLAN
    resource_classes = (ProgramResource,)
    form = ProgramForm
    inlines = (SubItemInline, AssignmentInline, DecisionInline)
    history_parts = ("sub_items", "assignments", "decisions")
    list_display = ("code", "name", "strategy_number", "accountable", "plan")
    list_display_links = ("name",)
    list_filter = (
        ("plan", AgencyFilter),
        ("strategy__teras", AgencyFilter),
        "assignments__duty",
    )
    list_select_related = ("plan__agency", "strategy__teras__plan")
    search_fields = ("code", "name", "assignments__user__full_name", "plan__code")
    autocomplete_fields = ("strategy",)
    view_on_site = staticmethod(address_in_portal)

    @admin.display(description=gettext_lazy("strategy"), ordering="strategy")
    def strategy_number(self, obj: Program) -> str:
        return f"{obj.strategy.teras.number}.{obj.strategy.number}"

    @admin.display(description=gettext_lazy("accountable officer"))
    def accountable(self, obj: Program) -> str:
        found = [a.user.full_name for a in obj.assignments.all() if a.duty == Duty.ACCOUNTABLE]
        return found[0] if found else "–"

    @admin.display(description=gettext_lazy("weight"))
    def weight_as_read(self, obj: Program) -> str:
        return plain(obj.weight)

    def plan_of(self, obj: Any) -> Plan:
        return obj.plan  # type: ignore[no-any-return]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Program]:
        officers = Assignment.objects.select_related("user")
        return super().get_queryset(request).prefetch_related(Prefetch("assignments", officers))

    def get_fields(self, request: HttpRequest, obj: Program | None = None) -> tuple[str, ...]:
        if obj is None:
            return ("strategy", "added_by", "code", "name", "weight", "note")
        weight = "weight" if obj.plan.is_draft else "weight_as_read"
        return ("plan", "strategy", "code", "name", weight, "position", "note")

    def get_readonly_fields(
        self, request: HttpRequest, obj: Program | None = None
    ) -> tuple[str, ...]:
        if obj is None:
            return ()
        return ("plan",) if obj.plan.is_draft else ("plan", "code", "weight_as_read", *PROMISED)

    def prepare(self, form: Any, request: HttpRequest, obj: object) -> None:
        offer_amendments(self, form, request, obj)

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Program, form: Any, change: bool) -> None:  # noqa: FBT001 -- Django's signature
        super().save_model(request, obj, form, change)
        amendment = form.cleaned_data.get("added_by")
        if not change and amendment is not None:
            decide_program(
                by=person(request), program=obj, amendment=amendment, decision=Decision.ADDED
            )

    def choices_for(self, db_field: Any, request: HttpRequest) -> QuerySet[Any] | None:
        found = super().choices_for(db_field, request)
        if db_field.related_model is User and found is not None:
            return found.filter(is_active=True)
        return found
