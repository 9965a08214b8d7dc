"""Where a whole plan stands as at a date: the rule of standing applied to every programme.

Pure over the rows of ``progress.facts.read_plan``: nothing here asks the database. Dashboard, lists
and the annual review all read this one result, so that they cannot disagree.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from accounts.models import User
from kpi.attainment import (
    Basis,
    Figures,
    Share,
    actual_curve,
    figures,
    planned_curve,
    shares,
)
from kpi.choices import Freshness, ProgramStatus
from kpi.facts import ProgramFacts, Thresholds
from kpi.models import Milestone
from kpi.queries import thresholds_of
from kpi.standing import MilestoneStanding, ProgramStanding, program_standing
from programs.models import Program
from programs.queries import officer_of
from progress.facts import PlanRows
from teras.models import Plan, Strategy, Teras

# Of these nobody expects an update: settled, or with nothing due yet.
_EXPECTS_NONE = frozenset(
    {
        ProgramStatus.NOT_STARTED,
        ProgramStatus.COMPLETED,
        ProgramStatus.CLOSED_SHORT,
        ProgramStatus.POSTPONED,
        ProgramStatus.DROPPED,
    }
)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One milestone: its row, its standing, and its part in the figures on each basis, if any."""

    milestone: Milestone
    standing: MilestoneStanding
    original: Share | None
    revised: Share | None

    def share(self, basis: Basis) -> Share | None:
        return self.original if basis is Basis.ORIGINAL else self.revised

    def is_in_year(self, year: int, basis: Basis | None = None) -> bool:
        """Whether it is due in the year: by the date in force, or by its date on a basis."""
        if basis is None:
            return self.standing.due.year == year
        share = self.share(basis)
        return share is not None and share.due.year == year


@dataclass(frozen=True, slots=True)
class ProgramLine:
    """One programme as at the date: status with reason, occurrences, figures on both bases."""

    program: Program
    officer: User | None
    standing: ProgramStanding
    occurrences: tuple[Occurrence, ...]
    original: Figures
    revised: Figures

    @property
    def teras(self) -> Teras:
        return self.program.strategy.teras

    @property
    def days_overdue(self) -> int:
        worst = self.standing.worst_overdue
        return worst.days_overdue if worst else 0

    @property
    def expects_updates(self) -> bool:
        return self.standing.status not in _EXPECTS_NONE

    @property
    def is_stale(self) -> bool:
        """Still running, and without an update for longer than the plan's limit, or at all."""
        return self.expects_updates and self.standing.freshness in {
            Freshness.STALE,
            Freshness.NONE,
        }


@dataclass(frozen=True)
class Total:
    """A set of programmes taken together: their figures on both bases, how many of each status."""

    original: Figures
    revised: Figures
    counts: dict[ProgramStatus, int]

    def figures(self, basis: Basis) -> Figures:
        return self.original if basis is Basis.ORIGINAL else self.revised

    def count(self, *statuses: ProgramStatus) -> int:
        return sum(self.counts[status] for status in statuses)

    @property
    def programs(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class StrategyLine:
    strategy: Strategy
    programs: tuple[ProgramLine, ...]
    total: Total


@dataclass(frozen=True)
class TerasLine:
    teras: Teras
    strategies: tuple[StrategyLine, ...]
    total: Total

    @property
    def programs(self) -> list[ProgramLine]:
        return [line for strategy in self.strategies for line in strategy.programs]


@dataclass(frozen=True)
class PlanStanding:
    """The plan as at the date, or the part of it that was asked for.

    ``year`` is set where only the milestones due in one year count; each basis goes by its own
    dates. Programmes added after the date are left out; dropped and postponed ones are in.
    """

    plan: Plan
    as_of: date
    year: int | None
    programs: tuple[ProgramLine, ...]
    teras: tuple[TerasLine, ...]
    total: Total

    @property
    def years(self) -> list[int]:
        return list(self.plan.years) if self.year is None else [self.year]

    def shares(self, basis: Basis) -> list[Share]:
        """The milestones that count on a basis, within the year if one was asked for."""
        found = []
        for line in self.programs:
            found += _shares(line.occurrences, basis, self.year)
        return found

    def with_status(self, *statuses: ProgramStatus) -> list[ProgramLine]:
        return [line for line in self.programs if line.standing.status in statuses]

    def needing_attention(self) -> list[ProgramLine]:
        """Programmes with a milestone overdue, the longest overdue first."""
        late = self.with_status(ProgramStatus.CRITICAL, ProgramStatus.LATE)
        return sorted(late, key=lambda line: -line.days_overdue)

    def narrowed(
        self, wanted: Callable[[ProgramLine], bool], year: int | None = None
    ) -> "PlanStanding":
        """The same standing of the wanted programmes alone, with the milestones of one year."""
        chosen = [line for line in self.programs if wanted(line)]
        if year is not None:
            chosen = [
                _line_of_year(line, year, self.as_of)
                for line in chosen
                if any(
                    occurrence.is_in_year(year, basis)
                    for occurrence in line.occurrences
                    for basis in (None, *Basis)
                )
            ]
        return _assembled(self.plan, self.as_of, chosen, year)


def plan_standing(plan: Plan, rows: PlanRows, as_of: date) -> PlanStanding:
    """Judge every programme that is in the plan at the date, in printed order."""
    thresholds = thresholds_of(plan)
    lines = [
        program_line(
            program,
            rows.facts[program.pk],
            rows.milestones.get(program.pk, []),
            as_of,
            thresholds,
        )
        for program in rows.programs
        if rows.facts[program.pk].is_in_plan(as_of)
    ]
    return _assembled(plan, as_of, lines, None)


def program_line(
    program: Program,
    facts: ProgramFacts,
    milestones: Iterable[Milestone],
    as_of: date,
    thresholds: Thresholds,
) -> ProgramLine:
    """Judge one programme and its milestones."""
    standing = program_standing(facts, as_of, thresholds)
    original = {share.key: share for share in shares(facts, standing, Basis.ORIGINAL)}
    revised = {share.key: share for share in shares(facts, standing, Basis.REVISED)}
    rows = {milestone.pk: milestone for milestone in milestones}
    return ProgramLine(
        program=program,
        officer=officer_of(program),
        standing=standing,
        occurrences=tuple(
            Occurrence(rows[m.key], m, original.get(m.key), revised.get(m.key))
            for m in standing.milestones
        ),
        original=figures(original.values(), as_of),
        revised=figures(revised.values(), as_of),
    )


@dataclass(frozen=True)
class ProgressCurve:
    """Progress (0 to 1) by each of the days; ``actual`` ends with the date of the standing."""

    days: list[date]
    original: list[float]
    revised: list[float]
    actual: list[float]


def progress_curve(standing: PlanStanding) -> ProgressCurve:
    """Planned progress by the original and the revised dates, and actual progress to the date.

    Actual progress is of the plan in force. The days are the first one, each month's last, and the
    date itself; they reach past the plan's end where the date does.
    """
    plan, as_of = standing.plan, standing.as_of
    first, last = plan.first_day, plan.last_day
    if standing.year is not None:
        first, last = date(standing.year, 1, 1), date(standing.year, 12, 31)
    days = sorted({first, as_of, *_month_ends(first, max(last, as_of))})
    days = [day for day in days if day >= first]
    original, revised = standing.shares(Basis.ORIGINAL), standing.shares(Basis.REVISED)
    return ProgressCurve(
        days=days,
        original=planned_curve(original, days),
        revised=planned_curve(revised, days),
        actual=actual_curve(revised, [day for day in days if day <= as_of]),
    )


def _month_ends(first: date, last: date) -> list[date]:
    months = range(first.year * 12 + first.month, last.year * 12 + last.month + 1)
    return [date(month // 12, month % 12 + 1, 1) - timedelta(days=1) for month in months]


def _shares(occurrences: Iterable[Occurrence], basis: Basis, year: int | None) -> list[Share]:
    found = (occurrence.share(basis) for occurrence in occurrences)
    return [s for s in found if s is not None and (year is None or s.due.year == year)]


def _line_of_year(line: ProgramLine, year: int, as_of: date) -> ProgramLine:
    return replace(
        line,
        original=figures(_shares(line.occurrences, Basis.ORIGINAL, year), as_of),
        revised=figures(_shares(line.occurrences, Basis.REVISED, year), as_of),
    )


def _assembled(
    plan: Plan, as_of: date, lines: Iterable[ProgramLine], year: int | None
) -> PlanStanding:
    programs = tuple(lines)
    ordered = sorted(programs, key=lambda line: (line.teras.number, line.program.strategy.number))
    teras = []
    for _number, of_teras in groupby(ordered, key=lambda line: line.teras.number):
        strategies = []
        for _strategy, of_strategy in groupby(of_teras, key=lambda line: line.program.strategy_id):
            members = tuple(of_strategy)
            strategies.append(StrategyLine(members[0].program.strategy, members, _total(members)))
        teras.append(
            TerasLine(
                strategies[0].programs[0].teras,
                tuple(strategies),
                _sum(strategy.total for strategy in strategies),
            )
        )
    return PlanStanding(
        plan=plan,
        as_of=as_of,
        year=year,
        programs=programs,
        teras=tuple(teras),
        total=_sum(line.total for line in teras),
    )


def _total(lines: Iterable[ProgramLine]) -> Total:
    return _sum(
        Total(line.original, line.revised, Counter([line.standing.status])) for line in lines
    )


def _sum(parts: Iterable[Total]) -> Total:
    original, revised = Figures(), Figures()
    counts: Counter[ProgramStatus] = Counter()
    for part in parts:
        original, revised = original + part.original, revised + part.revised
        counts.update(part.counts)
    return Total(original, revised, counts)
