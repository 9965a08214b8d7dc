"""The figures of a review's snapshot: progress on both bases, counts by status, the curve."""

from collections import Counter
from collections.abc import Mapping
from typing import Protocol, TypeVar

from kpi.attainment import Figures
from kpi.choices import Freshness, MilestoneStatus, ProgramStatus
from kpi.standing import MilestoneStanding
from reports.canonical import Json, Part, ratio
from reports.material import Material
from reports.standing import PlanStanding, progress_curve

Status = MilestoneStatus | ProgramStatus | Freshness
CountedT = TypeVar("CountedT", MilestoneStatus, ProgramStatus)


class OnBothBases(Protocol):
    """A programme or a set of them, with figures by the original and by the revised dates."""

    @property
    def original(self) -> Figures: ...

    @property
    def revised(self) -> Figures: ...


def both_bases(line: OnBothBases) -> Part:
    return {"original": _figures(line.original), "revised": _figures(line.revised)}


def _figures(of: Figures) -> Part:
    return {
        "attainment": ratio(of.attainment),
        "planned": ratio(of.planned),
        "actual": ratio(of.actual),
        "variance": ratio(of.variance),
        "unverified": ratio(of.unverified),
        "weights": {
            "total": str(of.total),
            "due": str(of.due),
            "achieved_of_due": str(of.achieved_of_due),
            "achieved": str(of.achieved),
            "achieved_unverified": str(of.achieved_unverified),
        },
        "counts": {
            "total": of.total_count,
            "due": of.due_count,
            "achieved_of_due": of.achieved_of_due_count,
            "achieved": of.achieved_count,
            "achieved_unverified": of.unverified_count,
        },
    }


def counts(material: Material) -> Part:
    """Programmes by status, and the milestones the review tells of by why it does."""
    told = [
        (occurrence.standing.status, place)
        for line in material.standing.programs
        for occurrence in line.occurrences
        if (place := place_in(material, occurrence.standing))
    ]
    places = Counter(place for _status, place in told)
    return {
        "programs": material.standing.total.programs,
        "programs_by_status": status_counts(ProgramStatus, material.standing.total.counts),
        "due_in_year": places["due"],
        "due_in_year_by_status": status_counts(
            MilestoneStatus, Counter(status for status, place in told if place == "due")
        ),
        "milestones": len(told),
        "milestones_by_status": status_counts(
            MilestoneStatus, Counter(status for status, _place in told)
        ),
        "overdue_from_before": places["overdue"],
        "moved_out_of_year": places["moved"],
        "closed_from_other_years": places["closed"],
        "still_open": sum(
            occurrence.standing.status.is_live and not occurrence.standing.status.is_closed
            for line in material.standing.programs
            for occurrence in line.occurrences
        ),
    }


def place_in(material: Material, standing: MilestoneStanding) -> str | None:
    """Why a review tells of a milestone; a closing report tells of every one."""
    if material.review.is_closing:
        return "plan"
    return place_in_year(standing, material.review.year)


def place_in_year(standing: MilestoneStanding, year: int) -> str | None:
    """Why a year's review tells of a milestone: due, moved, closed or overdue; None if it does not.

    Due in the year on the date in force; moved out of it; closed in it though due in another year;
    or overdue since before.
    """
    closed_on = standing.achieved_on or standing.missed_on
    if standing.due.year == year:
        return "due"
    if standing.baseline_due.year == year:
        return "moved"
    if closed_on and closed_on.year == year:
        return "closed"
    if standing.status is MilestoneStatus.OVERDUE:
        return "overdue"
    return None


def status_counts(vocabulary: type[CountedT], found: Mapping[CountedT, int]) -> list[Json]:
    """How many of each status, in order of display; those that do not occur are left out."""
    return [
        {**status_of(status), "count": found[status]} for status in vocabulary if found.get(status)
    ]


def status_of(status: Status) -> Part:
    return {
        "value": status.value,
        "label": str(status.label),
        "tone": status.tone,
        "shape": status.shape,
    }


def as_issued(earlier: Part) -> Part:
    """What the review of an earlier year said of the whole plan, as it was issued.

    The curve gives that year's end anew, on the plan as it is in force at a later date, so that the
    two may differ.
    """
    review = earlier["review"]
    assert isinstance(review, dict)
    return {
        **{name: review[name] for name in ("year", "edition", "as_of")},
        "figures": earlier["figures"],
    }


def s_curve(standing: PlanStanding) -> list[Json]:
    """Progress by the end of each month: planned on both bases, actual up to the review's date.

    A drawing's points, rounded to six decimals; the exact figures stand under ``figures``.
    """
    curve = progress_curve(standing)
    return [
        {
            "day": on.isoformat(),
            "original": f"{curve.original[number]:.6f}",
            "revised": f"{curve.revised[number]:.6f}",
            "actual": f"{curve.actual[number]:.6f}" if number < len(curve.actual) else None,
        }
        for number, on in enumerate(curve.days)
    ]
