"""Loads a plan file: the database becomes what the file says, wholly or not at all."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.history import explain
from accounts.models import Agency, User
from accounts.permissions import Permission, require
from exchange.plan_diff import Change, differences
from exchange.plan_entries import (
    SETTINGS,
    AgencyEntry,
    KpiEntry,
    PlanFile,
    ProgramEntry,
    TerasEntry,
)
from exchange.queries import as_plan_file, plan_of, printed_kpis
from kpi.actions import place_milestones
from kpi.models import Kpi
from programs.choices import Decision
from programs.models import Program, SubItem
from teras.actions import bring_into_force
from teras.models import Alignment, Objective, Plan, Strategy, Teras

RecordT = TypeVar("RecordT", bound=models.Model)
Value = str | int | object | None


@dataclass(frozen=True)
class Loading:
    """What loading did: the plan, and every change made; a new plan has none to list."""

    plan: Plan
    is_new: bool
    changes: tuple[Change, ...]


class NeedsAmendment(ValidationError):
    """The file changes what, in a plan in force, only an amendment can change."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self.changes = [change for change in changes if change.needs_amendment]
        super().__init__([change.text for change in self.changes])


def changes_by(plan_file: PlanFile, *, put_in_force: bool = True) -> list[Change] | None:
    """What loading the file would change; None for a plan that is not here yet."""
    plan = plan_of(plan_file)
    if plan is None:
        return None
    changes = differences(as_plan_file(plan), plan_file)
    if plan.is_draft and put_in_force:
        changes.append(Change(_("The plan is put in force: its dates become the original dates.")))
    return changes


@transaction.atomic
def load_plan(
    *, by: User | None, plan_file: PlanFile, put_in_force: bool = True, reason: str = ""
) -> Loading:
    """Make the plan what the file says; loading the same again changes nothing, nor its history.

    A draft changes freely, and is put in force at the end unless ``put_in_force`` is False. ``by``
    is None for the command line. Raises ``NeedsAmendment`` where a plan in force would get other
    dates, targets or weights, or programmes more or fewer; ``ValidationError`` for what the models
    refuse; ``PermissionDenied``.
    """
    plan = plan_of(plan_file)
    _require(by, plan_file)
    if plan is not None:
        locked = Plan.objects.select_for_update(of=("self",)).select_related("agency")
        plan = locked.get(pk=plan.pk)
    changes = changes_by(plan_file, put_in_force=put_in_force)
    is_in_force = plan is not None and not plan.is_draft
    if is_in_force and any(change.needs_amendment for change in changes or ()):
        raise NeedsAmendment(changes or ())
    if changes is None or changes:
        writer = _Writer(by, reason or _("Plan file loaded"))
        written = writer.plan(plan_file, plan)
        if written.is_draft and put_in_force:
            written = bring_into_force(by=by, plan=written)
        plan = written
    assert plan is not None
    return Loading(plan=plan, is_new=changes is None, changes=tuple(changes or ()))


def _require(by: User | None, plan_file: PlanFile) -> None:
    if by is None:
        return
    agency = Agency.objects.filter(slug=plan_file.agency.slug).first()
    if agency is None:
        # A new agency has no roles yet, so only who looks after the installation may begin one.
        if not (by.is_active and by.is_superuser):
            raise PermissionDenied
    else:
        require(by, Permission.KEEP_PLAN, agency)


class _Writer:
    """Writes entries to the database; saves only what differs, so history says only what changed."""

    def __init__(self, by: User | None, reason: str) -> None:
        self._by = by
        self._reason = reason

    def plan(self, entry: PlanFile, present: Plan | None) -> Plan:
        plan = present or Plan(slug=entry.slug)
        settings = {
            name: days
            for name, days in zip(SETTINGS, entry.settings, strict=True)
            if days is not None
        }
        self._save(
            plan,
            agency=self._agency(entry.agency),
            code=entry.code,
            title=entry.title,
            first_year=entry.first_year,
            last_year=entry.last_year,
            vision=entry.vision,
            mission=entry.mission,
            note=entry.note,
            **settings,
        )
        strategies: dict[tuple[int, int], Strategy] = {}
        for teras_entry in entry.teras:
            self._teras(plan, teras_entry, strategies)
        kept: list[Kpi] = []
        for position, (teras, strategy, program) in enumerate(entry.programs, start=1):
            place = strategies[teras.number, strategy.number]
            kept += self._program(plan, place, position, program)
        self._remove_others(plan, strategies, kept, entry)
        if plan.is_draft:
            for kpi in kept:
                # Read anew: a changed schedule or year must not meet what was cached before.
                place_milestones(by=self._by, kpi=Kpi.objects.get(pk=kpi.pk), reason=self._reason)
        return plan

    def _agency(self, entry: AgencyEntry) -> Agency:
        agency = Agency.objects.filter(slug=entry.slug).first() or Agency(slug=entry.slug)
        return self._save(
            agency,
            name=entry.name,
            short_name=entry.short_name,
            address=entry.address,
            email=entry.email,
            phone=entry.phone,
            website=entry.website,
        )

    def _teras(
        self, plan: Plan, entry: TerasEntry, strategies: dict[tuple[int, int], Strategy]
    ) -> None:
        teras = plan.teras.filter(number=entry.number).first() or Teras(
            plan=plan, number=entry.number
        )
        self._save(teras, name=entry.name, note=entry.note)
        for number, text in enumerate(entry.objectives, start=1):
            objective = teras.objectives.filter(number=number).first()
            self._save(objective or Objective(teras=teras, number=number), text=text)
        self._delete(teras.objectives.filter(number__gt=len(entry.objectives)))
        if entry.alignments is not None:
            for framework, target in entry.alignments:
                if not teras.alignments.filter(framework=framework, target=target).exists():
                    self._save(Alignment(teras=teras, framework=framework, target=target))
            self._delete(
                alignment
                for alignment in teras.alignments.all()
                if (alignment.framework, alignment.target) not in entry.alignments
            )
        for strategy_entry in entry.strategies:
            strategy = teras.strategies.filter(number=strategy_entry.number).first()
            strategies[entry.number, strategy_entry.number] = self._save(
                strategy or Strategy(teras=teras, number=strategy_entry.number),
                name=strategy_entry.name,
                note=strategy_entry.note,
            )

    def _program(
        self, plan: Plan, strategy: Strategy, position: int, entry: ProgramEntry
    ) -> list[Kpi]:
        program = plan.programs.filter(code=entry.code).first()
        program = self._save(
            program or Program(plan=plan, code=entry.code),
            strategy=strategy,
            position=position,
            name=entry.name,
            weight=entry.weight,
            note=entry.note,
        )
        for number, text in enumerate(entry.sub_items, start=1):
            item = program.sub_items.filter(number=number).first()
            self._save(item or SubItem(program=program, number=number), text=text)
        self._delete(program.sub_items.filter(number__gt=len(entry.sub_items)))
        return [
            self._kpi(program, number, kpi_entry)
            for number, kpi_entry in enumerate(entry.kpis, start=1)
        ]

    def _kpi(self, program: Program, number: int, entry: KpiEntry) -> Kpi:
        kpi = program.kpis.filter(number=number).first() or Kpi(program=program, number=number)
        return self._save(
            kpi,
            indicator=entry.indicator,
            kind=entry.kind,
            target_value=entry.target,
            unit=entry.unit,
            schedule_as_printed=entry.schedule,
            note=entry.note,
        )

    def _remove_others(
        self,
        plan: Plan,
        strategies: dict[tuple[int, int], Strategy],
        kpis: list[Kpi],
        entry: PlanFile,
    ) -> None:
        """Delete what a draft's file no longer has; in force nothing gets here that would be."""
        printed = Program.objects.filter(plan=plan).exclude(decisions__decision=Decision.ADDED)
        codes = [program.code for _teras, _strategy, program in entry.programs]
        self._delete(
            printed_kpis().filter(program__in=printed).exclude(pk__in=[kpi.pk for kpi in kpis])
        )
        self._delete(printed.exclude(code__in=codes))
        kept = [strategy.pk for strategy in strategies.values()]
        self._delete(Strategy.objects.filter(teras__plan=plan).exclude(pk__in=kept))
        self._delete(plan.teras.exclude(number__in=[teras.number for teras in entry.teras]))

    def _save(self, record: RecordT, **values: Value) -> RecordT:
        """Set what differs and save; None in an optional text leaves what is there."""
        changed = record._state.adding
        for name, value in values.items():
            field = record._meta.get_field(name)
            if value is None and isinstance(field, models.CharField | models.TextField):
                continue
            if getattr(record, name, None) != value:
                setattr(record, name, value)
                changed = True
        if changed:
            record.full_clean()
            explain(record, by=self._by, reason=self._reason)
            record.save()
        return record

    def _delete(self, records: Iterable[models.Model]) -> None:
        for record in records:
            explain(record, by=self._by, reason=self._reason)
            record.delete()
