"""The bar on top of every page of a plan: the day it speaks of, and the way to any other.

The day stands in the address together with whatever else does, so that a link shows the same to
somebody else, and Back and Forward work.
"""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, QueryDict

from teras import dates
from teras.models import Plan

# What another day makes void: the page of a list that may be shorter then.
_LEFT_OUT = ("setakat", "page")


@dataclass(frozen=True)
class YearEnd:
    """The last day of one of the plan's years; ``url`` is the same page on that day."""

    day: date
    url: str
    is_shown: bool


@dataclass(frozen=True)
class AsAt:
    """What ``components/as_at.html`` shows. All days are inclusive.

    ``kept`` are the other parts of the address, which the form for any day sends again. ``query``
    is what links to the plan's other pages carry on: empty where no day was asked for.
    """

    day: date
    today: date
    first: date
    plan_end: date
    year_ends: list[YearEnd]
    today_url: str
    action: str
    kept: list[tuple[str, str]]
    query: str

    @property
    def is_today(self) -> bool:
        return self.day == self.today

    @property
    def has_plan_ended(self) -> bool:
        """Whether the plan's last day is past, so that today is no longer what a page shows."""
        return self.today > self.plan_end

    @property
    def is_after_plan(self) -> bool:
        return self.day > self.plan_end


def as_at(request: HttpRequest, plan: Plan) -> AsAt:
    """The bar of the page that was asked for; the day it shows is ``teras.dates.as_of``."""
    day, today = dates.as_of(request, plan), dates.today()
    kept = request.GET.copy()
    for name in _LEFT_OUT:
        kept.pop(name, None)
    ends = [date(year, 12, 31) for year in plan.years]
    return AsAt(
        day=day,
        today=today,
        first=plan.first_day,
        plan_end=plan.last_day,
        year_ends=[
            YearEnd(end, _on(request.path, kept, end), end == day) for end in ends if end < today
        ],
        today_url=_on(request.path, kept, today),
        action=request.path,
        kept=[(name, value) for name in kept for value in kept.getlist(name)],
        query=f"?setakat={day.isoformat()}" if dates.asked_date(request) else "",
    )


def _on(path: str, kept: QueryDict, day: date) -> str:
    query = kept.copy()
    query["setakat"] = day.isoformat()
    return f"{path}?{query.urlencode()}"
