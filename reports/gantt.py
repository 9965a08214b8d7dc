"""The plan over time: where each date stands in the chart by year and quarter. Geometry only.

Every quarter is as wide as any other, so that the lines of the drawing meet the columns of its head
however wide the page is. Across, positions are percentages of the drawing; down, they are pixels
from the middle of a row. ``templates/reports/gantt.html`` draws what these functions return.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TypedDict

from kpi.schedule import ScheduleError, Span, parse_schedule
from reports.links import Links
from reports.standing import Occurrence, PlanStanding, ProgramLine
from reports.words import told_in_full
from teras.models import Strategy, Teras

# Years drawn past the plan's end; what was moved even further stands at the edge.
LONGEST_OVERRUN = 5
# Above so many milestones the list below the chart holds one year at a time, to stay light.
LISTED_AT_ONCE = 400
LIST_YEAR = "senarai"
# The most lanes a row has; the style sheet knows a height for each.
MOST_LANES = 6
# A mark's width with its gap, and what a year is at least wide; the style sheet has the same.
MARK_WIDTH, YEAR_WIDTH = 36, 168
# The plan's dates stand in the uppermost lane, the marks of what became of them in those below.
FIRST_LANE, NEXT_LANE, PLAN_LANE, ROW_HEIGHT = 29, 22, 10, 44


@dataclass(frozen=True)
class Axis:
    """Whole years, both inclusive; ``plan_ends`` is the last one that the plan itself has."""

    first_year: int
    last_year: int
    plan_ends: int

    @property
    def years(self) -> range:
        return range(self.first_year, self.last_year + 1)

    @property
    def quarters(self) -> int:
        return 4 * len(self.years)

    def holds(self, day: date) -> bool:
        return self.first_year <= day.year <= self.last_year

    def x(self, day: date) -> float:
        """Percent of the width at the middle of the day; a day outside stands at the edge."""
        if not self.holds(day):
            return 0.0 if day.year < self.first_year else 100.0
        quarter = (day.month - 1) // 3
        start = date(day.year, 3 * quarter + 1, 1)
        end = date(day.year + quarter // 3, (3 * quarter + 3) % 12 + 1, 1)
        within = ((day - start).days + 0.5) / (end - start).days
        before = 4 * (day.year - self.first_year) + quarter
        return round(100 * (before + within) / self.quarters, 2)

    def line(self, quarter: int) -> float:
        """Percent of the width where the quarter begins, counted from 0."""
        return round(100 * quarter / self.quarters, 2)

    @property
    def year_lines(self) -> list[float]:
        return [self.line(quarter) for quarter in range(0, self.quarters + 1, 4)]

    @property
    def quarter_lines(self) -> list[float]:
        return [self.line(quarter) for quarter in range(self.quarters) if quarter % 4]

    @property
    def overrun(self) -> float | None:
        """Percent of the width where the plan's own years end, if others follow."""
        if self.last_year <= self.plan_ends:
            return None
        return self.line(4 * (self.plan_ends + 1 - self.first_year))


class Bar(TypedDict):
    """Work from one date to another, as promised and as it became."""

    x: float
    width: float
    now: float


class Mark(TypedDict):
    """One milestone; a dictionary, which templates read quickest.

    ``original``, ``due`` and ``x`` are where its first date, the one in force and its mark stand;
    ``due`` is None where it never moved. ``beyond`` says past which edge the mark's date lies.
    """

    key: int
    status: str
    words: str
    original: float
    due: float | None
    x: float
    y: int
    beyond: str
    side: str
    bar: Bar | None
    is_verified: bool


@dataclass(frozen=True)
class Row:
    """A programme, or one of its several indicators, with the marks of its milestones.

    ``plan_y`` is the height of the plan's own dates. ``extent`` spans all milestones of a
    programme whose indicators have rows of their own.
    """

    line: ProgramLine
    url: str
    indicator: str
    marks: list[Mark]
    lanes: int
    plan_y: int
    extent: tuple[float, float] | None = None


@dataclass(frozen=True)
class Group:
    strategy: Strategy
    rows: list[Row]


@dataclass(frozen=True)
class Gantt:
    """The whole chart; ``today`` is None where the date of the standing lies outside the axis."""

    axis: Axis
    teras: list[tuple[Teras, list[Group]]]
    as_of: date
    today: float | None
    anchor: str
    count: int

    @property
    def drawn(self) -> set[str]:
        """What of all that a chart may hold is in this one, for its legend."""
        rows = [row for _teras, groups in self.teras for group in groups for row in group.rows]
        marks = [mark for row in rows for mark in row.marks]
        return {
            name
            for name, is_drawn in {
                "revised": any(mark["due"] is not None for mark in marks),
                "period": any(mark["bar"] for mark in marks),
                "extent": any(row.extent for row in rows),
                "unverified": not all(mark["is_verified"] for mark in marks),
            }.items()
            if is_drawn
        }


@dataclass(frozen=True)
class Listed:
    """A line of the list by year."""

    line: ProgramLine
    occurrence: Occurrence
    indicator: str
    url: str


@dataclass(frozen=True)
class ListedYear:
    """The milestones due in a year, by date. ``rows`` is None where they stand on another page."""

    year: int
    count: int
    achieved: int
    is_open: bool
    url: str
    rows: list[Listed] | None


def gantt(standing: PlanStanding, links: Links, reworded: Mapping[int, str]) -> Gantt:
    """The chart of the standing, or of the one year it was narrowed to.

    ``reworded`` are the words of indicators that an amendment changed, by key.
    """
    axis = axis_of(standing)
    drawn = 0
    teras: list[tuple[Teras, list[Group]]] = []
    for of_teras in standing.teras:
        groups = []
        for of_strategy in of_teras.strategies:
            rows: list[Row] = []
            for line in of_strategy.programs:
                rows += _rows(line, axis, links.program(line.program), reworded, standing.year)
            drawn += sum(len(row.marks) for row in rows)
            groups.append(Group(of_strategy.strategy, rows))
        teras.append((of_teras.teras, groups))
    at = axis.x(standing.as_of)
    return Gantt(
        axis=axis,
        teras=teras,
        as_of=standing.as_of,
        today=at if axis.holds(standing.as_of) else None,
        anchor="start" if at < 10 else "end" if at > 90 else "middle",
        count=drawn,
    )


def axis_of(standing: PlanStanding) -> Axis:
    """The plan's own years, and those after it that a milestone was moved to or achieved in."""
    plan = standing.plan
    if standing.year is not None:
        return Axis(standing.year, standing.year, plan.last_year)
    latest = max(
        (day.year for line in standing.programs for o in line.occurrences for day in _dates(o)),
        default=plan.last_year,
    )
    last = min(max(plan.last_year, latest), plan.last_year + LONGEST_OVERRUN)
    return Axis(plan.first_year, last, plan.last_year)


def listed_years(
    standing: PlanStanding, links: Links, reworded: Mapping[int, str], asked: int | None = None
) -> list[ListedYear]:
    """The same milestones as a list, under the years they are due in.

    ``asked`` is the year to open, otherwise that of the date. Of a large plan only that year has
    its rows; the others are a link away.
    """
    found: dict[int, list[Listed]] = {year: [] for year in standing.years}
    for line in standing.programs:
        url = links.program(line.program)
        several = len({o.milestone.kpi_id for o in line.occurrences}) > 1
        for occurrence in _drawn(line, standing.year):
            words = _indicator(occurrence, reworded) if several else ""
            row = Listed(line, occurrence, words, f"{url}#sasaran-{occurrence.milestone.pk}")
            found.setdefault(occurrence.standing.due.year, []).append(row)
    years = [year for year in sorted(found) if found[year]]
    present = max((y for y in years if y <= standing.as_of.year), default=min(years, default=0))
    if asked in years:
        present = asked
    whole = sum(map(len, found.values())) <= LISTED_AT_ONCE
    return [
        ListedYear(
            year=year,
            count=len(found[year]),
            achieved=sum(row.occurrence.standing.status.is_achieved for row in found[year]),
            is_open=year == present,
            url=f"{links.to('plan_gantt', **{**links.kept, LIST_YEAR: year})}#senarai",
            rows=sorted(found[year], key=lambda row: row.occurrence.standing.due)
            if whole or year == present
            else None,
        )
        for year in years
    ]


def _rows(
    line: ProgramLine, axis: Axis, url: str, reworded: Mapping[int, str], year: int | None
) -> list[Row]:
    occurrences = _drawn(line, year)
    by_kpi = [list(of_kpi) for _key, of_kpi in groupby(occurrences, lambda o: o.milestone.kpi_id)]
    if len(by_kpi) < 2:
        return [_row(line, axis, url, "", occurrences)]
    places = [axis.x(day) for occurrence in occurrences for day in _dates(occurrence)]
    head = Row(line, url, "", [], 1, 0, (min(places), max(places)))
    return [
        head,
        *(_row(line, axis, url, _indicator(of_kpi[0], reworded), of_kpi) for of_kpi in by_kpi),
    ]


def _row(
    line: ProgramLine, axis: Axis, url: str, indicator: str, occurrences: Sequence[Occurrence]
) -> Row:
    ordered = sorted(occurrences, key=lambda o: (_shown_on(o), o.standing.due))
    lanes = lanes_of([axis.x(_shown_on(o)) for o in ordered], len(axis.years))
    count = max(lanes, default=0) + 1
    top = -(ROW_HEIGHT + NEXT_LANE * (count - 1)) // 2
    marks = [
        _mark(o, axis, top + FIRST_LANE + NEXT_LANE * lane)
        for o, lane in zip(ordered, lanes, strict=True)
    ]
    return Row(line, url, indicator, marks, count, top + PLAN_LANE)


def lanes_of(places: Iterable[float], years: int) -> list[int]:
    """For marks in order of place, the uppermost lane in which each touches none before it.

    Reckoned for the narrowest chart there is. A mark that finds no lane free lies over another in
    the last one.
    """
    width = 100 * MARK_WIDTH / (YEAR_WIDTH * years)
    ends: list[float] = []
    found = []
    for place in places:
        free = (lane for lane, end in enumerate(ends) if place - end >= width)
        lane = min(next(free, len(ends)), MOST_LANES - 1)
        if lane == len(ends):
            ends.append(place)
        ends[lane] = place
        found.append(lane)
    return found


def _mark(occurrence: Occurrence, axis: Axis, y: int) -> Mark:
    standing = occurrence.standing
    shown_on = _shown_on(occurrence)
    x = axis.x(shown_on)
    beyond = "" if axis.holds(shown_on) else "before" if x == 0 else "after"
    return Mark(
        key=occurrence.milestone.pk,
        status=standing.status.value,
        words=told_in_full(standing),
        original=axis.x(standing.baseline_due),
        due=axis.x(standing.due) if standing.is_moved else None,
        x=x,
        y=y,
        beyond=beyond,
        side="start" if x < 50 else "end",
        bar=_bar(occurrence, axis),
        is_verified=standing.is_verified,
    )


def _bar(occurrence: Occurrence, axis: Axis) -> Bar | None:
    starts_on = _span_start(occurrence.milestone.kpi.schedule_as_printed)
    standing = occurrence.standing
    if starts_on is None or starts_on > standing.baseline_due:
        return None
    start = axis.x(starts_on)
    closed = standing.status.is_closed
    reached = _shown_on(occurrence) if closed or standing.is_moved else starts_on
    return Bar(
        x=start,
        width=round(axis.x(standing.baseline_due) - start, 2),
        now=max(round(axis.x(reached) - start, 2), 0),
    )


def _span_start(printed: str) -> date | None:
    try:
        schedule = parse_schedule(printed)
    except ScheduleError:
        return None
    return schedule.starts_on if isinstance(schedule, Span) else None


def _drawn(line: ProgramLine, year: int | None) -> list[Occurrence]:
    """The occurrences on the chart: all, or those that by any of their dates are of the year."""
    return [
        occurrence
        for occurrence in line.occurrences
        if year is None or any(day.year == year for day in _dates(occurrence))
    ]


def _dates(occurrence: Occurrence) -> set[date]:
    standing = occurrence.standing
    return {standing.baseline_due, standing.due, _shown_on(occurrence)}


def _shown_on(occurrence: Occurrence) -> date:
    """The day its mark stands at: when it was achieved or given up, else when it is due."""
    standing = occurrence.standing
    return standing.achieved_on or standing.missed_on or standing.due


def _indicator(occurrence: Occurrence, reworded: Mapping[int, str]) -> str:
    return reworded.get(occurrence.milestone.kpi_id, occurrence.milestone.kpi.indicator)
