"""What a year's record still lacks before its review can be issued, and who can mend it.

All is asked as at 31 December of the year, of the milestones due in it by the dates then in force.
*Late* is what is overdue on that day or was closed without success. Its reason is the "issues" of an
update that counts, or the reason it was closed with; its corrective action likewise.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.db.models.expressions import ExpressionWrapper
from django.db.models.fields import BooleanField

from accounts.models import Membership, User
from kpi.choices import MilestoneStatus
from progress.models import ProgressUpdate
from reports.choices import GapKind
from reports.queries import standing_of
from reports.standing import Occurrence, PlanStanding, ProgramLine
from teras.models import Plan

LATE = frozenset({MilestoneStatus.OVERDUE, MilestoneStatus.MISSED})


@dataclass(frozen=True)
class Told:
    """What the updates that count say of one milestone, up to the last day of the year."""

    last_on: date | None = None
    waits: bool = False
    has_reason: bool = False
    has_action: bool = False


@dataclass(frozen=True)
class Gap:
    """One thing that is lacking; of a whole programme where it names no milestone."""

    kind: GapKind
    line: ProgramLine
    occurrence: Occurrence | None = None


@dataclass(frozen=True)
class OfficersGaps:
    """What one person is asked to mend; ``officer`` is None for what waits for the head."""

    officer: User | None
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class Readiness:
    """Every gap of a year, or of the whole plan up to its end, in printed order.

    No gap means little where there is no milestone.
    """

    plan: Plan
    year: int
    gaps: tuple[Gap, ...] = field(default=())
    has_milestones: bool = True

    def of_kind(self, kind: GapKind) -> list[Gap]:
        return [gap for gap in self.gaps if gap.kind is kind]

    @property
    def by_kind(self) -> list[tuple[GapKind, list[Gap]]]:
        return [(kind, found) for kind in GapKind if (found := self.of_kind(kind))]

    @property
    def blocking(self) -> list[Gap]:
        return [gap for gap in self.gaps if gap.kind.blocks]

    def by_person(self, present: Collection[int]) -> list[OfficersGaps]:
        """Each officer's own list by name; what nobody else can mend comes last, for the head.

        ``present`` are keys of people who still hold a role in the agency.
        """
        found: dict[User | None, list[Gap]] = defaultdict(list)
        for gap in self.gaps:
            officer = gap.line.officer
            is_there = officer is not None and officer.is_active and officer.pk in present
            found[officer if is_there and not gap.kind.is_the_heads else None].append(gap)
        named = sorted(found.items(), key=lambda pair: (pair[0] is None, str(pair[0] or "")))
        return [OfficersGaps(officer, tuple(gaps)) for officer, gaps in named]


def readiness(plan: Plan, year: int, *, whole: bool = False) -> Readiness:
    """What the year's record lacks, or the plan's up to then: seven queries, whatever its size."""
    standing = standing_of(plan, date(year, 12, 31))
    told = _told(standing)
    years = range(plan.first_year, year + 1) if whole else range(year, year + 1)
    gaps = tuple(_gaps(standing, years, told, people_present(plan)))
    has_milestones = any(
        occurrence.is_in_year(each)
        for line in standing.programs
        for occurrence in line.occurrences
        for each in years
    )
    return Readiness(plan, year, gaps, has_milestones)


def people_present(plan: Plan) -> set[int]:
    """Keys of those who hold a role in the plan's agency."""
    holders = Membership.objects.filter(agency=plan.agency_id)
    return set(holders.values_list("user_id", flat=True))


def _gaps(
    standing: PlanStanding, years: range, told: Mapping[int, Told], present: Collection[int]
) -> Iterator[Gap]:
    for line in standing.programs:
        of_year = [
            occurrence
            for occurrence in line.occurrences
            if any(occurrence.is_in_year(year) for year in years)
            and occurrence.standing.status.is_live
        ]
        if not of_year:
            continue
        officer = line.officer
        if officer is None or not officer.is_active or officer.pk not in present:
            yield Gap(GapKind.NO_OFFICER, line)
        if not any(_was_told_in(told.get(o.milestone.pk), years) for o in line.occurrences):
            yield Gap(GapKind.NO_REPORT, line)
        for occurrence in of_year:
            yield from _gaps_of_milestone(line, occurrence, told.get(occurrence.milestone.pk))


def _was_told_in(told: Told | None, years: range) -> bool:
    return told is not None and told.last_on is not None and told.last_on.year in years


def _gaps_of_milestone(
    line: ProgramLine, occurrence: Occurrence, told: Told | None
) -> Iterator[Gap]:
    told = told or Told()
    status = occurrence.standing.status
    if told.waits:
        yield Gap(GapKind.UNVERIFIED, line, occurrence)
    elif not status.is_closed:
        yield Gap(GapKind.NO_OUTCOME, line, occurrence)
    if status in LATE:
        if not told.has_reason and not occurrence.standing.closing_reason:
            yield Gap(GapKind.NO_REASON, line, occurrence)
        elif not told.has_action:
            yield Gap(GapKind.NO_ACTION, line, occurrence)


def _told(standing: PlanStanding) -> dict[int, Told]:
    keys = [o.milestone.pk for line in standing.programs for o in line.occurrences]
    rows = (
        ProgressUpdate.objects.counting()
        .filter(milestone__in=keys, effective_on__lte=standing.as_of)
        .annotate(
            has_reason=_says(issues=""),
            has_action=_says(corrective_action=""),
        )
        .values_list(
            "milestone_id", "effective_on", "verification__decision", "has_reason", "has_action"
        )
        .order_by("effective_on")
    )
    found: dict[int, Told] = defaultdict(Told)
    for key, day, decision, has_reason, has_action in rows:
        before = found[key]
        found[key] = Told(
            last_on=day,
            waits=before.waits or decision is None,
            has_reason=before.has_reason or has_reason,
            has_action=before.has_action or has_action,
        )
    return dict(found)


def _says(**empty: str) -> "ExpressionWrapper[Q]":
    return ExpressionWrapper(~Q(**empty), output_field=BooleanField())
