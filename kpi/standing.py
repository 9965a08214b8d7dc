"""The rule of standing: what a milestone or programme is, as at a date.

Pure functions of facts and a date. In each function the first condition that fits wins, in the
order of the design's two tables. Dates are inclusive: due on the day is not yet overdue.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from kpi.choices import Freshness, MilestoneStatus, Outcome, ProgramStatus
from kpi.facts import DecisionFact, MilestoneFacts, ProgramFacts, Thresholds
from kpi.reasons import milestone_reason, program_reason
from programs.choices import Decision


@dataclass(frozen=True, slots=True)
class MilestoneStanding:
    """A milestone's status as at a date, and what it was judged by.

    ``due`` is the date in force then. ``achieved_on`` or ``missed_on`` is set where it was closed.
    ``is_verified`` speaks of the update that closed it. ``has_returned`` says that one was sent
    back and not corrected, so that "nothing recorded" would be untrue. ``suspended_by`` names the
    meeting and date of the decision that dropped or postponed it.
    """

    key: int
    status: MilestoneStatus
    as_of: date
    due: date
    baseline_due: date
    achieved_on: date | None = None
    missed_on: date | None = None
    is_verified: bool = True
    last_update_on: date | None = None
    suspended_by: tuple[str, date] | None = None
    closing_reason: str = ""
    has_returned: bool = False

    @property
    def days_overdue(self) -> int:
        """Days since the due date while still open; 0 otherwise."""
        return (self.as_of - self.due).days if self.status is MilestoneStatus.OVERDUE else 0

    @property
    def is_moved(self) -> bool:
        return self.due != self.baseline_due

    @property
    def reason(self) -> str:
        """One sentence, in the active language, on why the status is what it is."""
        return milestone_reason(self)

    @property
    def full_reason(self) -> str:
        """The same for documents: what somebody wrote when closing it, up to 600 signs, is not cut."""
        return milestone_reason(self, in_full=True)


@dataclass(frozen=True, slots=True)
class ProgramStanding:
    """A programme's status as at a date, with the standing of each milestone in the plan then."""

    key: int
    status: ProgramStatus
    as_of: date
    thresholds: Thresholds
    milestones: tuple[MilestoneStanding, ...] = ()
    suspended_by: DecisionFact | None = None
    last_update_on: date | None = None
    freshness: Freshness = field(default=Freshness.NONE)

    @property
    def live(self) -> list[MilestoneStanding]:
        return [m for m in self.milestones if m.status.is_live]

    @property
    def has_returned(self) -> bool:
        return any(m.has_returned for m in self.milestones)

    @property
    def worst_overdue(self) -> MilestoneStanding | None:
        overdue = [m for m in self.milestones if m.days_overdue]
        return max(overdue, key=lambda m: m.days_overdue, default=None)

    @property
    def next_due(self) -> MilestoneStanding | None:
        ahead = [m for m in self.live if not m.status.is_closed and not m.days_overdue]
        return min(ahead, key=lambda m: m.due, default=None)

    @property
    def reason(self) -> str:
        """One sentence, in the active language, on why the status is what it is."""
        return program_reason(self)


def milestone_standing(
    milestone: MilestoneFacts,
    as_of: date,
    thresholds: Thresholds,
    suspended_by: DecisionFact | None = None,
) -> MilestoneStanding:
    """Judge one milestone; ``suspended_by`` is its programme's decision in force at the date."""
    updates = milestone.updates_as_of(as_of)
    due = milestone.due_as_of(as_of)
    achieved = next((u for u in updates if u.outcome is Outcome.ACHIEVED), None)
    missed = next((u for u in updates if u.outcome is Outcome.NOT_ACHIEVED), None)
    closing = achieved or missed
    dropped_by = milestone.dropped_by(as_of)
    suspension: tuple[str, date] | None = None

    if achieved:
        in_time = achieved.effective_on <= due
        status = MilestoneStatus.ACHIEVED if in_time else MilestoneStatus.ACHIEVED_LATE
    elif missed:
        status = MilestoneStatus.MISSED
    elif dropped_by:
        status = MilestoneStatus.DROPPED
        suspension = (dropped_by.meeting, dropped_by.decided_on)
    elif suspended_by:
        is_drop = suspended_by.decision is Decision.DROPPED
        status = MilestoneStatus.DROPPED if is_drop else MilestoneStatus.POSTPONED
        suspension = (suspended_by.meeting, suspended_by.decided_on)
    elif due < as_of:
        status = MilestoneStatus.OVERDUE
    elif due - as_of <= timedelta(days=thresholds.due_soon_days):
        status = MilestoneStatus.DUE_SOON
    else:
        status = MilestoneStatus.UPCOMING

    return MilestoneStanding(
        key=milestone.key,
        status=status,
        as_of=as_of,
        due=due,
        baseline_due=milestone.baseline_due,
        achieved_on=achieved.effective_on if achieved else None,
        missed_on=missed.effective_on if missed and not achieved else None,
        is_verified=closing.is_verified if closing else True,
        last_update_on=updates[-1].effective_on if updates else None,
        suspended_by=suspension,
        closing_reason=milestone.closing_reason if missed and not achieved else "",
        has_returned=any(day <= as_of for day in milestone.returned),
    )


def program_standing(program: ProgramFacts, as_of: date, thresholds: Thresholds) -> ProgramStanding:
    """Judge one programme from its milestones in the plan at the date."""
    suspended_by = program.suspended_by(as_of)
    milestones = tuple(
        milestone_standing(m, as_of, thresholds, suspended_by)
        for m in program.milestones
        if m.is_in_plan(as_of)
    )
    updated = [m.last_update_on for m in milestones if m.last_update_on]
    last_update_on = max(updated, default=None)
    return ProgramStanding(
        key=program.key,
        status=_program_status(milestones, suspended_by, last_update_on, thresholds),
        as_of=as_of,
        thresholds=thresholds,
        milestones=milestones,
        suspended_by=suspended_by,
        last_update_on=last_update_on,
        freshness=freshness(last_update_on, as_of, thresholds),
    )


def _program_status(
    milestones: tuple[MilestoneStanding, ...],
    suspended_by: DecisionFact | None,
    last_update_on: date | None,
    thresholds: Thresholds,
) -> ProgramStatus:
    if suspended_by:
        is_drop = suspended_by.decision is Decision.DROPPED
        return ProgramStatus.DROPPED if is_drop else ProgramStatus.POSTPONED
    live = [m for m in milestones if m.status.is_live]
    if milestones and not live:
        # Nothing is left of it: every milestone was dropped one by one.
        return ProgramStatus.DROPPED
    if live and all(m.status.is_achieved for m in live):
        return ProgramStatus.COMPLETED
    if live and all(m.status.is_closed for m in live):
        return ProgramStatus.CLOSED_SHORT
    days_overdue = max((m.days_overdue for m in live), default=0)
    if days_overdue > thresholds.critical_days:
        return ProgramStatus.CRITICAL
    if days_overdue:
        return ProgramStatus.LATE
    if last_update_on is None and not any(m.due <= m.as_of for m in live):
        return ProgramStatus.NOT_STARTED
    return ProgramStatus.ON_TRACK


def freshness(last_update_on: date | None, as_of: date, thresholds: Thresholds) -> Freshness:
    """How recent the last update is, beside the plan's interval; both limits are inclusive."""
    if last_update_on is None:
        return Freshness.NONE
    days = (as_of - last_update_on).days
    if days <= thresholds.update_interval_days:
        return Freshness.FRESH
    return Freshness.AGEING if days <= thresholds.stale_days else Freshness.STALE
