"""How far a set of programmes has come: attainment, planned and actual progress, variance.

All figures are exact fractions from 0 to 1 (never percent), weighted: a programme's weight is
shared equally by its milestones. With nothing to divide by there is no figure: None, never 0 or 1.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from operator import itemgetter

from kpi.facts import ProgramFacts
from kpi.standing import ProgramStanding


class Basis(StrEnum):
    """The dates that progress is measured against.

    ORIGINAL is the plan as it came into force: first dates; what was dropped or postponed since
    counts as due and not achieved, what was added is left out. REVISED is the plan in force at the
    date: present dates, live milestones.
    """

    ORIGINAL = "original"
    REVISED = "revised"


@dataclass(frozen=True, slots=True)
class Share:
    """One milestone's part in the figures on a basis; ``due`` is its date on that basis."""

    key: int
    weight: Fraction
    due: date
    achieved_on: date | None
    is_verified: bool

    def is_due(self, as_of: date) -> bool:
        """Due on or before the date."""
        return self.due <= as_of

    def is_achieved(self, as_of: date) -> bool:
        return self.achieved_on is not None and self.achieved_on <= as_of


@dataclass(frozen=True, slots=True)
class Figures:
    """Weights and counts that add up over programmes, and the ratios made of them."""

    total: Fraction = Fraction(0)
    due: Fraction = Fraction(0)
    achieved_of_due: Fraction = Fraction(0)
    achieved: Fraction = Fraction(0)
    achieved_unverified: Fraction = Fraction(0)
    total_count: int = 0
    due_count: int = 0
    achieved_of_due_count: int = 0
    achieved_count: int = 0
    unverified_count: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        # Written out, and nothing added where there is nothing: exact fractions are slow.
        return Figures(
            _plus(self.total, other.total),
            _plus(self.due, other.due),
            _plus(self.achieved_of_due, other.achieved_of_due),
            _plus(self.achieved, other.achieved),
            _plus(self.achieved_unverified, other.achieved_unverified),
            self.total_count + other.total_count,
            self.due_count + other.due_count,
            self.achieved_of_due_count + other.achieved_of_due_count,
            self.achieved_count + other.achieved_count,
            self.unverified_count + other.unverified_count,
        )

    @property
    def attainment(self) -> Fraction | None:
        """*Pencapaian*: of what is due by the date, the part that is achieved."""
        return self.achieved_of_due / self.due if self.due else None

    @property
    def planned(self) -> Fraction | None:
        """*Kemajuan jadual*: of the whole, the part that is due by the date."""
        return self.due / self.total if self.due and self.total else None

    @property
    def actual(self) -> Fraction | None:
        """*Kemajuan sebenar*: of the whole, the part achieved by the date, early ones too."""
        return self.achieved / self.total if self.total else None

    @property
    def variance(self) -> Fraction | None:
        """*Varians*: actual less planned; below zero is behind schedule."""
        if self.planned is None or self.actual is None:
            return None
        return self.actual - self.planned

    @property
    def unverified(self) -> Fraction | None:
        """Of what is achieved, the part that rests on updates not yet verified."""
        return self.achieved_unverified / self.achieved if self.achieved else None


def shares(program: ProgramFacts, standing: ProgramStanding, basis: Basis) -> list[Share]:
    """The milestones that count on a basis, as at the standing's date."""
    as_of = standing.as_of
    if basis is Basis.ORIGINAL:
        if program.added_on is not None:
            return []
        own = {m.key for m in program.milestones if m.added_on is None}
        counted = [(m, m.baseline_due) for m in standing.milestones if m.key in own]
    else:
        if not program.is_in_plan(as_of):
            return []
        counted = [(m, m.due) for m in standing.live]
    if not counted:
        return []
    weight = program.weight / len(counted)
    return [Share(m.key, weight, due, m.achieved_on, m.is_verified) for m, due in counted]


def figures(counted: Iterable[Share], as_of: date) -> Figures:
    """Add up milestones as at a date; what is due on the date itself counts as due.

    Milestones of equal weight, as all those of a programme are, are counted before their weights
    are added: exact fractions are slow.
    """
    by_weight: dict[Fraction, list[int]] = {}
    for share in counted:
        counts = by_weight.setdefault(share.weight, [0, 0, 0, 0, 0])
        is_due, is_achieved = share.is_due(as_of), share.is_achieved(as_of)
        counts[0] += 1
        counts[1] += is_due
        counts[2] += is_due and is_achieved
        counts[3] += is_achieved
        counts[4] += is_achieved and not share.is_verified
    return sum((_weighed(*each) for each in by_weight.items()), Figures())


def _plus(one: Fraction, other: Fraction) -> Fraction:
    if not other:
        return one
    return one + other if one else other


def _weighed(weight: Fraction, counts: list[int]) -> Figures:
    by_count = {count: weight * count for count in set(counts)}
    total, due, achieved_of_due, achieved, unverified = (by_count[count] for count in counts)
    return Figures(total, due, achieved_of_due, achieved, unverified, *counts)


def program_figures(program: ProgramFacts, standing: ProgramStanding, basis: Basis) -> Figures:
    return figures(shares(program, standing, basis), standing.as_of)


def planned_curve(counted: Sequence[Share], days: Sequence[date]) -> list[float]:
    """Planned progress (0 to 1) by each of the days, which are in order."""
    return _cumulative([(share.due, share.weight) for share in counted], counted, days)


def actual_curve(counted: Sequence[Share], days: Sequence[date]) -> list[float]:
    """Actual progress (0 to 1) by each of the days, which are in order."""
    events = [(s.achieved_on, s.weight) for s in counted if s.achieved_on is not None]
    return _cumulative(events, counted, days)


def _cumulative(
    events: Iterable[tuple[date, Fraction]], counted: Sequence[Share], days: Sequence[date]
) -> list[float]:
    total = sum((share.weight for share in counted), Fraction(0))
    if not total:
        return [0.0 for _day in days]
    waiting = sorted(events, key=itemgetter(0))
    reached, level, position, curve = Fraction(0), 0.0, 0, []
    for day in days:
        if position < len(waiting) and waiting[position][0] <= day:
            while position < len(waiting) and waiting[position][0] <= day:
                reached += waiting[position][1]
                position += 1
            level = float(reached / total)
        curve.append(level)
    return curve
