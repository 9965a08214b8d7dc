"""The facts that standing is computed from: plain values, read once, never changed.

Whatever these hold may lie after the date a page asks for; the functions in ``standing`` take the
date and leave out what had not happened by then.
"""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from kpi.choices import Outcome, RevisionKind
from programs.choices import Decision


@dataclass(frozen=True, slots=True)
class Thresholds:
    """A plan's status settings, in days."""

    due_soon_days: int = 90
    critical_days: int = 60
    update_interval_days: int = 90
    stale_days: int = 180


@dataclass(frozen=True, slots=True)
class RevisionFact:
    """An amendment's decision on one milestone; ``due`` is None where it drops the milestone."""

    decided_on: date
    kind: RevisionKind
    due: date | None
    meeting: str


@dataclass(frozen=True, slots=True)
class DecisionFact:
    """An amendment's decision on a whole programme."""

    decided_on: date
    decision: Decision
    meeting: str


@dataclass(frozen=True, slots=True)
class UpdateFact:
    """An update that counts: neither returned nor corrected by a later one."""

    effective_on: date
    outcome: Outcome
    is_verified: bool


@dataclass(frozen=True, slots=True)
class MilestoneFacts:
    """One milestone. Revisions are in the order decided, updates in order of effective date.

    ``added_on`` is when the amendment that added it was decided, None for the plan's own.
    ``returned`` are the days of updates that do not count because they were sent back.
    """

    key: int
    baseline_due: date
    revisions: tuple[RevisionFact, ...] = ()
    updates: tuple[UpdateFact, ...] = ()
    added_on: date | None = None
    closing_reason: str = ""
    returned: tuple[date, ...] = ()

    def is_in_plan(self, as_of: date) -> bool:
        return self.added_on is None or self.added_on <= as_of

    def due_as_of(self, as_of: date) -> date:
        """The date set by the latest revision decided on or before ``as_of``."""
        dates = [r.due for r in self.revisions if r.decided_on <= as_of and r.due is not None]
        return dates[-1] if dates else self.baseline_due

    def dropped_by(self, as_of: date) -> RevisionFact | None:
        """The revision that drops the milestone, if the latest one in force does."""
        in_force = [r for r in self.revisions if r.decided_on <= as_of]
        if in_force and in_force[-1].kind is RevisionKind.DROPPED:
            return in_force[-1]
        return None

    def updates_as_of(self, as_of: date) -> list[UpdateFact]:
        return [u for u in self.updates if u.effective_on <= as_of]


@dataclass(frozen=True, slots=True)
class ProgramFacts:
    """One programme with its milestones. Decisions are in the order decided."""

    key: int
    weight: Fraction = Fraction(1)
    decisions: tuple[DecisionFact, ...] = ()
    milestones: tuple[MilestoneFacts, ...] = field(default=())

    @property
    def added_on(self) -> date | None:
        return next((d.decided_on for d in self.decisions if d.decision is Decision.ADDED), None)

    def is_in_plan(self, as_of: date) -> bool:
        return self.added_on is None or self.added_on <= as_of

    def suspended_by(self, as_of: date) -> DecisionFact | None:
        """The decision that drops or postpones the programme, if the latest one in force does."""
        in_force = [d for d in self.decisions if d.decided_on <= as_of]
        if in_force and in_force[-1].decision in {Decision.DROPPED, Decision.POSTPONED}:
            return in_force[-1]
        return None
