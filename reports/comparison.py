"""How the large figures changed: since what the last issued review said, and since 90 days ago."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from accounts.templatetags.portal import points
from kpi.choices import ProgramStatus
from reports.standing import PlanStanding

RECENT = timedelta(days=90)


@dataclass(frozen=True)
class Then:
    """The large figures as they stood on an earlier day; None where there was no figure.

    ``since`` are the words for that day, such as "since the 2020 review". Shares are from 0 to 1.
    """

    since: str
    attainment: Fraction | None
    original: Fraction | None
    variance: Fraction | None
    late: int | None
    unverified: Fraction | None


@dataclass(frozen=True)
class Change:
    """A figure's change in words, and whether that is good news: None where it is neither."""

    text: str
    is_better: bool | None

    @property
    def tone(self) -> str:
        return {True: "success", False: "danger-soft", None: ""}[self.is_better]


def recent_day(as_of: date) -> date:
    return as_of - RECENT


def of_standing(standing: PlanStanding) -> Then | None:
    """What the same facts say as at the standing's earlier date; none before the plan began."""
    if standing.as_of < standing.plan.first_day:
        return None
    total = standing.total
    return Then(
        since=_("since %(days)d days ago") % {"days": RECENT.days},
        attainment=total.revised.attainment,
        original=total.original.attainment,
        variance=total.revised.variance,
        late=total.count(ProgramStatus.LATE, ProgramStatus.CRITICAL),
        unverified=total.revised.unverified,
    )


def of_review(year: int, snapshot: dict[str, Any]) -> Then:
    """What an issued review said, read from its snapshot: not what we would say of that day now."""
    figures = snapshot["figures"]
    late = {ProgramStatus.LATE.value, ProgramStatus.CRITICAL.value}
    return Then(
        since=_("since the %(year)d review") % {"year": year},
        attainment=_exact(figures["revised"]["attainment"]),
        original=_exact(figures["original"]["attainment"]),
        variance=_exact(figures["revised"]["variance"]),
        late=sum(
            status["count"]
            for status in snapshot["counts"]["programs_by_status"]
            if status["value"] in late
        ),
        unverified=_exact(figures["revised"]["unverified"]),
    )


def _exact(ratio: str | None) -> Fraction | None:
    return None if ratio is None else Fraction(ratio)


def in_points(
    now: Fraction | None,
    before: Sequence[Then],
    figure: Callable[[Then], Fraction | None],
    *,
    more_is_better: bool,
) -> list[Change]:
    """Changes of a share, in percentage points; nothing where either side has no figure."""
    found = []
    for then in before:
        was = figure(then)
        if now is None or was is None:
            continue
        difference = points(now - was)
        words = _("%(difference)s points") % {"difference": difference}
        found.append(_change(words, now - was, then, more_is_better=more_is_better))
    return found


def in_number(
    now: int, before: Sequence[Then], figure: Callable[[Then], int | None]
) -> list[Change]:
    """Changes of a number of programmes, of which fewer is better."""
    return [
        _change(f"{now - was:+d}".replace("-", "\N{MINUS SIGN}"), now - was, then)
        for then in before
        if (was := figure(then)) is not None
    ]


def _change(
    words: str, difference: Fraction | int, then: Then, *, more_is_better: bool = False
) -> Change:
    # By what is shown: a change too small for a decimal reads as none.
    if not difference or points(Fraction(difference)) == "0":
        return Change(_("unchanged %(since)s") % {"since": then.since}, None)
    return Change(f"{words} {then.since}", (difference > 0) == more_is_better)
