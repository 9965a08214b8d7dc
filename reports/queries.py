"""Reads for the pages on where a plan stands."""

from datetime import date

from kpi.models import Rewording
from progress.facts import read_plan
from progress.models import ProgressUpdate
from reports.standing import PlanStanding, plan_standing
from teras.models import Plan


def standing_of(plan: Plan, as_of: date) -> PlanStanding:
    """The plan's standing: five queries, whatever its size."""
    return plan_standing(plan, read_plan(plan), as_of)


def latest_updates(standing: PlanStanding, limit: int) -> list[ProgressUpdate]:
    """The last updates up to the date on what the standing covers, whatever became of them."""
    keys = [
        occurrence.milestone.pk
        for line in standing.programs
        for occurrence in line.occurrences
        if standing.year is None or occurrence.is_in_year(standing.year)
    ]
    return list(
        ProgressUpdate.objects.filter(milestone__in=keys, effective_on__lte=standing.as_of)
        .select_related("milestone__kpi__program", "recorded_by", "verification", "corrected_by")
        .order_by("-effective_on", "-recorded_at", "-pk")[:limit]
    )


def reworded_indicators(plan: Plan, as_of: date) -> dict[int, str]:
    """The words in force at the date of the indicators that an amendment reworded, by key."""
    decided = Rewording.objects.filter(
        amendment__plan=plan, amendment__decided_on__lte=as_of
    ).order_by("amendment__decided_on", "amendment__number")
    return {rewording.kpi_id: rewording.indicator for rewording in decided}
