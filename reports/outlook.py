"""All that the dashboard, the page of changes and the meeting sheet speak of, read together.

The plan's rows are read once and judged as at two days: the one the page shows and an earlier one.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import QueryDict

from kpi.facts import ProgramFacts
from progress.facts import read_plan
from reports.changes import Changes, changes_between
from reports.comparison import Then, of_review, of_standing, recent_day
from reports.forms import StandingFilter
from reports.links import Links
from reports.queries import Updates, last_review, read_updates
from reports.standing import PlanStanding, ProgramLine, plan_standing
from teras.models import Plan

# Late programmes in the dashboard's short list; their updates are read.
WORST_SHOWN = 8


@dataclass(frozen=True)
class Outlook:
    """A plan, or the part of it that was asked for, as at a day and as at an earlier one."""

    form: StandingFilter
    links: Links
    standing: PlanStanding
    before: PlanStanding
    facts: dict[int, ProgramFacts]
    worst: list[ProgramLine]
    updates: Updates
    review_year: int | None
    compared: list[Then]

    @property
    def changes(self) -> Changes:
        return changes_between(self.before, self.standing, self.facts)

    @property
    def first_day(self) -> date:
        """The first day of the time between the two."""
        return self.before.as_of + timedelta(days=1)

    @property
    def since_review(self) -> date | None:
        """The first day after the last issued review's date."""
        return None if self.review_year is None else date(self.review_year + 1, 1, 1)

    @property
    def since_recent(self) -> date:
        return recent_day(self.standing.as_of) + timedelta(days=1)


def read_outlook(
    plan: Plan,
    as_of: date,
    asked: QueryDict,
    *,
    keep_date: bool,
    first_day: date | None = None,
    worst_shown: int = WORST_SHOWN,
) -> Outlook:
    """Read the plan in seven queries and judge it as at the day, and the day before ``first_day``.

    Without one the earlier day is 90 days ago. A review is compared with the whole plan alone: it
    says nothing of an officer's programmes.
    """
    rows = read_plan(plan)
    form = StandingFilter(asked, plan_standing(plan, rows, as_of))
    standing = form.narrow()
    since = first_day - timedelta(days=1) if first_day else recent_day(as_of)
    before = plan_standing(plan, rows, since)
    if form.chosen:
        keys = {line.program.pk for line in standing.programs}
        before = before.narrowed(lambda line: line.program.pk in keys, standing.year)
    worst = standing.needing_attention()
    review = last_review(plan, as_of)
    said = of_review(*review) if review and "figures" in review[1] and not form.chosen else None
    then = [said, of_standing(before)]
    return Outlook(
        form=form,
        links=Links(plan, as_of if keep_date else None, form.chosen),
        standing=standing,
        before=before,
        facts=rows.facts,
        worst=worst,
        updates=read_updates(standing, since, worst[:worst_shown]),
        review_year=review[0] if review else None,
        compared=[each for each in then if each is not None],
    )
