"""The whole plan as a tree: thrusts, strategies, programmes, indicators, milestones."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch

from kpi.models import Kpi
from programs.models import SubItem
from reports.links import Links
from reports.queries import reworded_indicators
from reports.standing import Occurrence, PlanStanding, ProgramLine, Total
from teras.models import Strategy, Teras


@dataclass(frozen=True)
class KpiBranch:
    """An indicator in the words in force at the date; ``was`` are the original ones if reworded."""

    kpi: Kpi
    indicator: str
    was: str
    occurrences: list[Occurrence]


@dataclass(frozen=True)
class ProgramBranch:
    line: ProgramLine
    url: str
    sub_items: list[SubItem]
    kpis: list[KpiBranch]


@dataclass(frozen=True)
class StrategyBranch:
    strategy: Strategy
    programs: list[ProgramBranch]


@dataclass(frozen=True)
class TerasBranch:
    """A thrust with all that hangs on it; ``total`` is None where it has no programmes yet."""

    teras: Teras
    strategies: list[StrategyBranch]
    total: Total | None


def plan_tree(standing: PlanStanding, links: Links) -> list[TerasBranch]:
    """Every thrust and strategy of the plan, also those without programmes; seven queries."""
    plan = standing.plan
    branches = _program_branches(standing, links)
    totals = {line.teras.pk: line.total for line in standing.teras}
    thrusts = plan.teras.prefetch_related(
        "objectives", "alignments", Prefetch("strategies", Strategy.objects.order_by("number"))
    )
    return [
        TerasBranch(
            teras=teras,
            strategies=[
                StrategyBranch(strategy, branches[strategy.pk])
                for strategy in teras.strategies.all()
            ],
            total=totals.get(teras.pk),
        )
        for teras in thrusts.order_by("number")
    ]


def _program_branches(standing: PlanStanding, links: Links) -> dict[int, list[ProgramBranch]]:
    sub_items: dict[int, list[SubItem]] = defaultdict(list)
    for item in SubItem.objects.filter(program__plan=standing.plan).order_by("number"):
        sub_items[item.program_id].append(item)
    kpis: dict[int, list[Kpi]] = defaultdict(list)
    for kpi in Kpi.objects.filter(program__plan=standing.plan).order_by("number"):
        kpis[kpi.program_id].append(kpi)
    reworded = reworded_indicators(standing.plan, standing.as_of)
    branches: dict[int, list[ProgramBranch]] = defaultdict(list)
    for line in standing.programs:
        key = line.program.pk
        branches[line.program.strategy_id].append(
            ProgramBranch(
                line,
                links.program(line.program),
                sub_items[key],
                _kpi_branches(line, kpis[key], reworded),
            )
        )
    return branches


def _kpi_branches(
    line: ProgramLine, kpis: Iterable[Kpi], reworded: dict[int, str]
) -> list[KpiBranch]:
    return [
        KpiBranch(
            kpi=kpi,
            indicator=reworded.get(kpi.pk, kpi.indicator),
            was=kpi.indicator if reworded.get(kpi.pk, kpi.indicator) != kpi.indicator else "",
            occurrences=[o for o in line.occurrences if o.milestone.kpi_id == kpi.pk],
        )
        for kpi in kpis
    ]
