"""Reads for the pages on where a plan stands."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import Q
from django.utils import timezone

from kpi.models import Rewording
from progress.choices import UpdateState, VerificationDecision
from progress.facts import read_plan
from progress.models import ProgressUpdate
from reports.choices import ReviewKind
from reports.models import AnnualReview, IssuedDocument
from reports.standing import PlanStanding, ProgramLine, plan_standing
from teras.models import Amendment, Plan

_COUNTING = {UpdateState.UNVERIFIED, UpdateState.VERIFIED}


def standing_of(plan: Plan, as_of: date) -> PlanStanding:
    """The plan's standing: five queries, whatever its size."""
    return plan_standing(plan, read_plan(plan), as_of)


def last_review(plan: Plan, as_of: date) -> tuple[int, dict[str, Any]] | None:
    """The year of the last issued review of a day before this one, and what its snapshot said in
    figures; one query, and another when it is asked for first."""
    found = (
        AnnualReview.objects.issued()
        .filter(plan=plan, kind=ReviewKind.ANNUAL, year__lt=as_of.year)
        .order_by("-year", "-edition")
        .values_list("year", "document__snapshot_sha256", "document")
        .first()
    )
    return (found[0], _said_in_figures(*found[1:])) if found else None


@lru_cache(maxsize=64)
def _said_in_figures(_sha256: str, document: int) -> dict[str, Any]:
    """Parsed once: of some hundred kilobytes the dashboard needs these, and they never change."""
    snapshot = json.loads(
        IssuedDocument.objects.values_list("snapshot", flat=True).get(pk=document)
    )
    return {part: snapshot[part] for part in ("review", "figures", "counts") if part in snapshot}


@dataclass(frozen=True)
class Updates:
    """Updates of what a standing covers: those of the time asked for, and those on what is late."""

    recorded: list[ProgressUpdate]
    returned: list[ProgressUpdate]
    on_overdue: dict[int, list[ProgressUpdate]]

    def obstacle(self, line: ProgramLine) -> str:
        """What the latest update on an overdue milestone of the programme names as its issue."""
        told = [u for u in self._on(line) if u.state in _COUNTING]
        return told[0].issues if told else ""

    def returned_of(self, line: ProgramLine) -> int:
        """How many updates on its overdue milestones went back and were not corrected since."""
        return sum(update.state is UpdateState.RETURNED for update in self._on(line))

    def _on(self, line: ProgramLine) -> list[ProgressUpdate]:
        return self.on_overdue.get(line.program.pk, [])


def read_updates(
    standing: PlanStanding, since: date, overdue_of: Iterable[ProgramLine] = ()
) -> Updates:
    """What was recorded or returned after a day up to the standing's date, the newest first.

    By the day it was written down, not the day it tells of. With programmes given, also every
    update on their overdue milestones. One query.
    """
    start, end = _midnight_after(since), _midnight_after(standing.as_of)
    keys = [
        occurrence.milestone.pk
        for line in standing.programs
        for occurrence in line.occurrences
        if standing.year is None or occurrence.is_in_year(standing.year)
    ]
    overdue = [
        occurrence.milestone.pk
        for line in overdue_of
        for occurrence in line.occurrences
        if occurrence.standing.days_overdue
    ]
    is_recorded = Q(milestone__in=keys, recorded_at__gte=start, recorded_at__lt=end)
    is_returned = Q(
        milestone__in=keys,
        verification__decision=VerificationDecision.RETURNED,
        verification__decided_at__gte=start,
        verification__decided_at__lt=end,
    )
    on_overdue = Q(milestone__in=overdue, effective_on__lte=standing.as_of)
    found = list(
        ProgressUpdate.objects.filter(is_recorded | is_returned | on_overdue)
        .select_related(
            "milestone__kpi__program", "recorded_by", "verification__decided_by", "corrected_by"
        )
        .order_by("-effective_on", "-recorded_at", "-pk")
    )
    wanted, late = set(keys), set(overdue)
    by_program: dict[int, list[ProgressUpdate]] = defaultdict(list)
    for update in found:
        if update.milestone_id in late and update.effective_on <= standing.as_of:
            by_program[update.milestone.kpi.program_id].append(update)
    own = [update for update in found if update.milestone_id in wanted]
    return Updates(
        recorded=[update for update in own if start <= update.recorded_at < end],
        returned=[
            update
            for update in own
            if getattr(update, "verification", None)
            and update.verification.is_return
            and start <= update.verification.decided_at < end
        ],
        on_overdue=by_program,
    )


def _midnight_after(day: date) -> datetime:
    """The first moment of the next day in the portal's time zone."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def amendments_between(plan: Plan, since: date, as_of: date) -> list[Amendment]:
    """Amendments decided after a day up to another, with what they reworded; two queries."""
    return list(
        Amendment.objects.filter(plan=plan, decided_on__gt=since, decided_on__lte=as_of)
        .prefetch_related("rewordings__kpi__program")
        .order_by("-decided_on", "-number")
    )


def reworded_indicators(plan: Plan, as_of: date) -> dict[int, str]:
    """The words in force at the date of the indicators that an amendment reworded, by key."""
    decided = Rewording.objects.filter(
        amendment__plan=plan, amendment__decided_on__lte=as_of
    ).order_by("amendment__decided_on", "amendment__number")
    return {rewording.kpi_id: rewording.indicator for rewording in decided}


def actual_values(plan: Plan, as_of: date) -> dict[int, Decimal]:
    """What was reached by the date, by milestone: as the latest update that gives a value says."""
    told = (
        ProgressUpdate.objects.counting()
        .filter(
            milestone__kpi__program__plan=plan,
            effective_on__lte=as_of,
            actual_value__isnull=False,
        )
        .order_by("effective_on", "recorded_at", "pk")
        .values_list("milestone", "actual_value")
    )
    return {milestone: value for milestone, value in told if value is not None}
