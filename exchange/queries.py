"""Reads a plan from the database as a plan file says it."""

from django.db.models import Prefetch, QuerySet

from exchange.plan_entries import (
    SETTINGS,
    AgencyEntry,
    KpiEntry,
    PlanFile,
    ProgramEntry,
    StrategyEntry,
    TerasEntry,
)
from kpi.choices import KpiKind
from kpi.models import Kpi
from programs.choices import Decision
from programs.models import Program
from teras.models import Plan, Strategy


def plan_of(plan_file: PlanFile) -> Plan | None:
    """The plan that the file speaks of, known by its address in the portal."""
    return (
        Plan.objects.select_related("agency")
        .filter(agency__slug=plan_file.agency.slug, slug=plan_file.slug)
        .first()
    )


def printed_kpis() -> QuerySet[Kpi]:
    """Indicators of the plans as printed, without those that an amendment added."""
    return Kpi.objects.exclude(milestones__added_by__isnull=False)


def as_plan_file(plan: Plan) -> PlanFile:
    """The plan as printed: what amendments moved, dropped or added since is left out."""
    kpis = printed_kpis().order_by("number")
    programs = Program.objects.exclude(decisions__decision=Decision.ADDED).prefetch_related(
        "sub_items", Prefetch("kpis", kpis)
    )
    strategies = Strategy.objects.order_by("number").prefetch_related(
        Prefetch("programs", programs.order_by("position", "code"))
    )
    thrusts = plan.teras.order_by("number").prefetch_related(
        "objectives", "alignments", Prefetch("strategies", strategies)
    )
    agency = plan.agency
    return PlanFile(
        agency=AgencyEntry(
            slug=agency.slug,
            name=agency.name,
            short_name=agency.short_name,
            address=agency.address or None,
            email=agency.email or None,
            phone=agency.phone or None,
            website=agency.website or None,
        ),
        code=plan.code,
        slug=plan.slug,
        title=plan.title,
        first_year=plan.first_year,
        last_year=plan.last_year,
        vision=plan.vision or None,
        mission=plan.mission or None,
        note=plan.note or None,
        settings=tuple(getattr(plan, name) for name in SETTINGS),
        teras=tuple(
            TerasEntry(
                number=teras.number,
                name=teras.name,
                objectives=tuple(objective.text for objective in teras.objectives.all()),
                alignments=tuple(sorted((a.framework, a.target) for a in teras.alignments.all()))
                or None,
                note=teras.note or None,
                strategies=tuple(_strategy(strategy) for strategy in teras.strategies.all()),
            )
            for teras in thrusts
        ),
    )


def _strategy(strategy: Strategy) -> StrategyEntry:
    return StrategyEntry(
        number=strategy.number,
        name=strategy.name,
        note=strategy.note or None,
        programs=tuple(
            ProgramEntry(
                code=program.code,
                name=program.name,
                weight=program.weight,
                sub_items=tuple(item.text for item in program.sub_items.all()),
                note=program.note or None,
                kpis=tuple(_kpi(kpi) for kpi in program.kpis.all()),
            )
            for program in strategy.programs.all()
        ),
    )


def _kpi(kpi: Kpi) -> KpiEntry:
    return KpiEntry(
        indicator=kpi.indicator,
        schedule=kpi.schedule_as_printed,
        kind=KpiKind(kpi.kind),
        target=kpi.target_value,
        unit=kpi.unit,
        note=kpi.note or None,
    )
