"""Indicators, milestones and amendments in the admin.

Amendments stand here because what they decide is decided by this room's actions.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy

from accounts.admin_access import AgencyFilter, person
from accounts.admin_base import PartInline, PortalAdmin, ReadOnlyAdmin, ShownInline
from accounts.admin_forms import REASON, ModelT, ReasonForm, take_refusal, try_out
from accounts.models import User
from accounts.permissions import Permission
from accounts.resources import ImportExportAdmin
from kpi.actions import add_milestones, place_milestones
from kpi.choices import Outcome
from kpi.forms import DecidedForm, DecisionForm, KpiForm, RevisionForm, RewordingForm
from kpi.models import Kpi, Milestone, Revision, Rewording
from kpi.resources import PROMISED, KpiResource
from programs.admin import offer_amendments
from programs.forms import plain
from programs.models import Program, ProgramDecision
from teras.actions import record_amendment
from teras.admin import DraftAdmin
from teras.choices import PlanState
from teras.dates import today
from teras.models import Amendment, Plan


def measured(value: Decimal | None, kpi: Kpi) -> str:
    """A value as people say it: with its unit, without the noughts that the database keeps."""
    return "–" if value is None else f"{plain(value)} {kpi.unit}".strip()


class MilestoneInline(ShownInline[Milestone, Kpi]):
    model = Milestone
    fields = ("baseline_due", "due", "outcome", "achieved_on", "actual", "closed_on")
    readonly_fields = fields
    show_change_link = True

    @admin.display(description=gettext_lazy("actual value"))
    def actual(self, obj: Milestone) -> str:
        return measured(obj.actual_value, obj.kpi)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Milestone]:
        return super().get_queryset(request).select_related("kpi__program")


class RewordingShown(ShownInline[Rewording, Kpi]):
    model = Rewording
    fields = ("indicator", "amendment")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rewording]:
        return super().get_queryset(request).select_related("amendment")


@admin.register(Kpi)
class KpiAdmin(ImportExportAdmin[Kpi], DraftAdmin[Kpi]):
    agency_path = "program__plan__agency"
    may_import = Permission.KEEP_PLAN
    resource_classes = (KpiResource,)
    form = KpiForm
    inlines = (MilestoneInline, RewordingShown)
    history_parts = ("milestones", "rewordings")
    list_display = (
        "code",
        "number",
        "indicator",
        "kind",
        "target",
        "schedule_as_printed",
        "milestone_count",
        "plan",
    )
    list_display_links = ("indicator",)
    list_filter = (
        ("program__plan", AgencyFilter),
        ("program__strategy__teras", AgencyFilter),
        "kind",
    )
    list_select_related = ("program__plan__agency",)
    search_fields = ("indicator", "program__code", "program__name", "schedule_as_printed")
    ordering = ("program__plan", "program__position", "program__code", "number")
    autocomplete_fields = ("program",)

    @admin.display(description=gettext_lazy("programme"), ordering="program__position")
    def code(self, obj: Kpi) -> str:
        return obj.program.code

    @admin.display(description=gettext_lazy("plan"), ordering="program__plan")
    def plan(self, obj: Kpi) -> Plan:
        return obj.program.plan

    @admin.display(description=gettext_lazy("target value"))
    def target(self, obj: Kpi) -> str:
        return measured(obj.target_value, obj)

    @admin.display(description=gettext_lazy("milestones"), ordering="milestone_count")
    def milestone_count(self, obj: Any) -> int:
        return int(obj.milestone_count)

    def plan_of(self, obj: Any) -> Plan:
        return obj.program.plan  # type: ignore[no-any-return]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Kpi]:
        return super().get_queryset(request).annotate(milestone_count=Count("milestones"))

    def get_fields(self, request: HttpRequest, obj: Kpi | None = None) -> tuple[str, ...]:
        first = ("program", "added_by") if obj is None else ("program",)
        return (*first, "number", *PROMISED, "note")

    def get_readonly_fields(self, request: HttpRequest, obj: Kpi | None = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        return ("program",) if self.plan_of(obj).is_draft else ("program", "number", *PROMISED)

    def prepare(self, form: Any, request: HttpRequest, obj: object) -> None:
        offer_amendments(self, form, request, obj)

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Kpi, form: Any, change: bool) -> None:  # noqa: FBT001 -- Django's signature
        """Save, and make the milestones what the schedule says: the draft's, or the added ones."""
        super().save_model(request, obj, form, change)
        reason = form.cleaned_data.get(REASON, "")
        amendment = form.cleaned_data.get("added_by")
        if self.plan_of(obj).is_draft:
            place_milestones(by=person(request), kpi=obj, reason=reason)
        elif not change:
            add_milestones(
                by=person(request), kpi=obj, amendment=amendment, reason=reason or str(amendment)
            )


class RevisionShown(ShownInline[Revision, Milestone]):
    model = Revision
    fields = ("kind", "due", "amendment")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Revision]:
        return super().get_queryset(request).select_related("amendment")


@admin.register(Milestone)
class MilestoneAdmin(ReadOnlyAdmin[Milestone]):
    """What milestones are, to read: dates change by amendments, outcomes by updates."""

    agency_path = "kpi__program__plan__agency"
    inlines = (RevisionShown,)
    history_parts = ("revisions",)
    list_display = ("code", "indicator", "due_on", "baseline_due", "outcome", "achieved_on", "plan")
    list_display_links = ("indicator",)
    list_filter = (
        ("kpi__program__plan", AgencyFilter),
        ("kpi__program__strategy__teras", AgencyFilter),
        "outcome",
    )
    list_select_related = ("kpi__program__plan__agency", "added_by")
    search_fields = ("kpi__indicator", "kpi__program__code", "kpi__program__name")
    ordering = (
        "kpi__program__plan",
        "kpi__program__position",
        "kpi__program__code",
        "kpi__number",
        "baseline_due",
    )
    date_hierarchy = "due"
    fields = (
        "kpi",
        ("baseline_due", "due"),
        "added_by",
        "outcome",
        ("achieved_on", "actual"),
        ("closed_on", "closing_reason"),
    )
    readonly_fields = ("actual",)
    change_form_template = "admin/kpi/milestone/change_form.html"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        obj = self.get_object(request, object_id)
        is_open = obj is not None and obj.outcome in {Outcome.OPEN, Outcome.NOT_ACHIEVED}
        may_record = is_open and self.may(request, Permission.RECORD_OWN_PROGRESS, obj)
        context = {"may_record": may_record, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    @admin.display(description=gettext_lazy("programme"), ordering="kpi__program__position")
    def code(self, obj: Milestone) -> str:
        return obj.kpi.program.code

    @admin.display(description=gettext_lazy("actual value"))
    def actual(self, obj: Milestone) -> str:
        return measured(obj.actual_value, obj.kpi)

    @admin.display(description=gettext_lazy("plan"), ordering="kpi__program__plan")
    def plan(self, obj: Milestone) -> Plan:
        return obj.kpi.program.plan

    @admin.display(description=gettext_lazy("indicator"), ordering="kpi__indicator")
    def indicator(self, obj: Milestone) -> str:
        return obj.kpi.indicator

    @admin.display(description=gettext_lazy("due date"), ordering="due")
    def due_on(self, obj: Milestone) -> str:
        return date_format(obj.due, "SHORT_DATE_FORMAT")


class DecidedInline(PartInline[ModelT, Amendment]):
    """Decisions under an amendment: added by their action, and then they stand."""

    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Amendment | None) -> bool:  # type: ignore[override]  # an inline is asked with its parent
        # What is decided is written once the amendment itself is there.
        return obj is not None and super().has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Amendment | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Amendment | None = None) -> bool:
        return False

    def get_formset(self, request: HttpRequest, obj: Amendment | None = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        if issubclass(formset.form, DecidedForm):
            formset.form.user = person(request)
        for name, choices in self.of_plan(obj.plan if obj else None).items():
            if name in formset.form.base_fields:
                formset.form.base_fields[name].queryset = choices  # type: ignore[attr-defined]
        return formset

    def of_plan(self, plan: Plan | None) -> dict[str, QuerySet[Any]]:
        """What of the amendment's plan can be decided on."""
        raise NotImplementedError


class RevisionInline(DecidedInline[Revision]):
    model = Revision
    form = RevisionForm
    fields = ("milestone", "kind", "due")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Revision]:
        return super().get_queryset(request).select_related("milestone__kpi__program", "amendment")

    def of_plan(self, plan: Plan | None) -> dict[str, QuerySet[Any]]:
        found = Milestone.objects.filter(kpi__program__plan=plan).exclude(
            outcome__in=(Outcome.ACHIEVED, Outcome.NOT_ACHIEVED)
        )
        ordered = found.order_by("kpi__program__position", "kpi__program__code", "due")
        return {"milestone": ordered.select_related("kpi__program")}


class DecisionInline(DecidedInline[ProgramDecision]):
    model = ProgramDecision
    form = DecisionForm
    fields = ("program", "decision")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProgramDecision]:
        return super().get_queryset(request).select_related("program", "amendment")

    def of_plan(self, plan: Plan | None) -> dict[str, QuerySet[Any]]:
        return {"program": Program.objects.filter(plan=plan)}


class RewordingInline(DecidedInline[Rewording]):
    model = Rewording
    form = RewordingForm
    fields = ("kpi", "indicator")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rewording]:
        return super().get_queryset(request).select_related("kpi", "amendment")

    def of_plan(self, plan: Plan | None) -> dict[str, QuerySet[Any]]:
        found = Kpi.objects.filter(program__plan=plan).order_by(
            "program__position", "program__code", "number"
        )
        return {"kpi": found.select_related("program")}


class AmendmentForm(ReasonForm[Amendment]):
    user: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A decision under the amendment carries the amendment as its reason.
        if REASON in self.fields:
            self.fields[REASON].required = False
            if not self.instance._state.adding:
                when = gettext("Required where the amendment's own details are changed.")
                self.fields[REASON].help_text = f"{when} {self.fields[REASON].help_text}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        is_change = not self.instance._state.adding and self.changed_data
        if is_change and REASON not in self.errors and not cleaned.get(REASON):
            self.add_error(REASON, self.fields[REASON].error_messages["required"])
        if self.instance._state.adding and not self.errors:
            take_refusal(self, try_out(self.record))
        return cleaned

    def record(self) -> Amendment:
        told = {name: self.cleaned_data[name] for name in ("plan", "committee", "meeting")}
        why = {name: self.cleaned_data[name] for name in ("decided_on", "reason")}
        return record_amendment(by=self.user, **told, **why, today=today())


@admin.register(Amendment)
class AmendmentAdmin(PortalAdmin[Amendment]):
    """A committee's decision, recorded once; what it decides is added beneath it."""

    agency_path = "plan__agency"
    may_add = may_change = Permission.KEEP_PLAN
    form = AmendmentForm
    inlines = (RevisionInline, DecisionInline, RewordingInline)
    history_parts = ("revisions", "program_decisions", "rewordings")
    list_display = ("number", "meeting", "committee", "decided_on", "reason", "plan")
    list_display_links = ("meeting",)
    list_filter = (("plan", AgencyFilter), "committee")
    list_select_related = ("plan__agency",)
    search_fields = ("meeting", "committee", "reason", "plan__code")
    date_hierarchy = "decided_on"
    fixed_after_adding = ("plan", "number", "decided_on")

    def get_fields(self, request: HttpRequest, obj: Amendment | None = None) -> tuple[str, ...]:
        fields = ("plan", "committee", "meeting", "decided_on", "reason")
        return fields if obj is None else ("plan", "number", *fields[1:])

    def get_inlines(self, request: HttpRequest, obj: Amendment | None) -> Any:
        return self.inlines if obj is not None else ()

    def save_model(self, request: HttpRequest, obj: Amendment, form: Any, change: bool) -> None:  # noqa: FBT001 -- Django's signature
        if change:
            super().save_model(request, obj, form, change)
            return
        made = form.record()
        obj.__dict__.update(made.__dict__)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:  # noqa: FBT001 -- Django's signature
        """Each decision by its action; the rows themselves are never saved from here."""
        formset.new_objects = [each.act() for each in formset.extra_forms if each.has_changed()]
        formset.changed_objects, formset.deleted_objects = [], []

    def choices_for(self, db_field: Any, request: HttpRequest) -> QuerySet[Any] | None:
        found = super().choices_for(db_field, request)
        if db_field.related_model is Plan and found is not None:
            return found.exclude(state=PlanState.DRAFT)
        return found
