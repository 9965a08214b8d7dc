"""What a plan file says, as plain values: the same whether read from a file or from the database.

In optional texts and settings None means that the file says nothing of them: what the portal holds
then stays as it is. ``line`` is where an entry stands in its file; it plays no part in comparing.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from kpi.choices import KpiKind
from kpi.schedule import parse_schedule

SETTINGS = ("due_soon_days", "critical_days", "update_interval_days", "stale_days")


@dataclass(frozen=True, slots=True)
class AgencyEntry:
    slug: str
    name: str
    short_name: str
    address: str | None = None
    email: str | None = None
    phone: str | None = None
    website: str | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class KpiEntry:
    """An indicator. ``schedule`` is in the plan's own words, and understood."""

    indicator: str
    schedule: str
    kind: KpiKind = KpiKind.DONE
    target: Decimal | None = None
    unit: str = ""
    note: str | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ProgramEntry:
    code: str
    name: str
    weight: Decimal = Decimal(1)
    sub_items: tuple[str, ...] = ()
    note: str | None = None
    kpis: tuple[KpiEntry, ...] = ()
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class StrategyEntry:
    number: int
    name: str
    note: str | None = None
    programs: tuple[ProgramEntry, ...] = ()
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class TerasEntry:
    """A thrust. An alignment is a framework and what the thrust is aligned with in it."""

    number: int
    name: str
    objectives: tuple[str, ...] = ()
    alignments: tuple[tuple[str, str], ...] | None = None
    note: str | None = None
    strategies: tuple[StrategyEntry, ...] = ()
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A whole plan as printed. ``settings`` are days, in the order of ``SETTINGS``."""

    agency: AgencyEntry
    code: str
    slug: str
    title: str
    first_year: int
    last_year: int
    vision: str | None = None
    mission: str | None = None
    note: str | None = None
    settings: tuple[int | None, ...] = (None,) * len(SETTINGS)
    teras: tuple[TerasEntry, ...] = ()
    line: int = field(default=0, compare=False)

    @property
    def strategies(self) -> list[tuple[TerasEntry, StrategyEntry]]:
        return [(teras, strategy) for teras in self.teras for strategy in teras.strategies]

    @property
    def programs(self) -> list[tuple[TerasEntry, StrategyEntry, ProgramEntry]]:
        """Every programme with where it stands, in printed order."""
        return [
            (teras, strategy, program)
            for teras, strategy in self.strategies
            for program in strategy.programs
        ]

    @property
    def kpis(self) -> list[KpiEntry]:
        return [kpi for _teras, _strategy, program in self.programs for kpi in program.kpis]

    @property
    def milestone_count(self) -> int:
        return sum(
            len(parse_schedule(kpi.schedule).due_dates(self.first_year, self.last_year))
            for kpi in self.kpis
        )
