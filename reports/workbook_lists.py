"""The sheets of a plan's lists: programmes, milestones, and the plan by quarter."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kpi.choices import KpiKind, MilestoneStatus
from reports.standing import Occurrence, PlanStanding, ProgramLine
from reports.workbook import DATE, PERCENT, POINTS, Column, List, Toned, Value

# Which milestone gives a quarter its colour, where there are several: what asks for most first.
_WEIGHT = (
    MilestoneStatus.OVERDUE,
    MilestoneStatus.MISSED,
    MilestoneStatus.DUE_SOON,
    MilestoneStatus.UPCOMING,
    MilestoneStatus.ACHIEVED_LATE,
    MilestoneStatus.ACHIEVED,
    MilestoneStatus.POSTPONED,
    MilestoneStatus.DROPPED,
)


def programs_sheet(standing: PlanStanding) -> List:
    """A row for each programme, with its figures by revised dates, and attainment by original."""
    weights = _("A programme's weight is shared equally by its milestones.")
    columns = [
        Column(_("Code"), 7, _("The programme's code in the plan.")),
        Column(_("Programme"), 34, _("The programme's name.")),
        Column(_("Thrust"), 9, _("Number of the thrust.")),
        Column(_("Strategy"), 10, _("Numbers of thrust and strategy.")),
        Column(_("Weight"), 10, _("What the programme counts beside the others.")),
        Column(_("Accountable officer"), 20, _("Who answers for the programme.")),
        Column(_("Status"), 15, _("Where the programme stands at the date.")),
        Column(_("Reason"), 38, _("Why it has that status.")),
        Column(
            _("Updates"),
            14,
            _("How recent the last update is, against the interval that the plan asks for."),
        ),
        Column(_("Last update"), 12, _("The day of which the latest update tells."), DATE),
        Column(_("Milestones"), 11, _("Milestones that count, by revised dates.")),
        Column(_("Due"), 9, _("Those of them due on or before the date.")),
        Column(_("Achieved of due"), 10, _("Those of the due ones that are achieved.")),
        Column(
            _("Attainment"),
            12,
            _("Weight achieved of what is due, divided by the weight due; by revised dates.")
            + f" {weights} "
            + _("Empty where nothing is due yet."),
            PERCENT,
        ),
        Column(
            _("Planned progress"),
            10,
            _("Weight due, divided by the weight of all; by revised dates."),
            PERCENT,
        ),
        Column(
            _("Actual progress"),
            10,
            _("Weight achieved, early too, divided by the weight of all; by revised dates."),
            PERCENT,
        ),
        Column(_("Variance"), 10, _("Actual less planned progress, in percentage points."), POINTS),
        Column(
            _("Attainment, original dates"),
            12,
            _(
                "The same by the dates of the plan as it came into force: what was dropped or "
                "postponed counts as due and not achieved, what was added is left out."
            ),
            PERCENT,
        ),
        Column(
            _("Unverified"),
            11,
            _("Achieved milestones that rest on an update nobody has verified yet."),
        ),
    ]
    return List(_("Programmes"), columns, [_program(line) for line in standing.programs], fixed=2)


def _program(line: ProgramLine) -> Sequence[Value]:
    program, standing, figures = line.program, line.standing, line.revised
    return (
        program.code,
        program.name,
        line.teras.number,
        f"{line.teras.number}.{program.strategy.number}",
        program.weight,
        str(line.officer or ""),
        Toned(str(standing.status.label), standing.status.tone),
        standing.reason,
        str(standing.freshness.label) if line.expects_updates else "",
        standing.last_update_on,
        figures.total_count,
        figures.due_count,
        figures.achieved_of_due_count,
        figures.attainment,
        figures.planned,
        figures.actual,
        figures.variance,
        line.original.attainment,
        figures.unverified_count,
    )


def milestones_sheet(
    found: Sequence[tuple[ProgramLine, Occurrence]],
    reworded: Mapping[int, str],
    values: Mapping[int, Decimal],
) -> List:
    """A row for each milestone; ``values`` are what was reached by the date, by milestone."""
    columns = [
        Column(_("Code"), 7, _("The programme's code in the plan.")),
        Column(_("Programme"), 28, _("The programme's name.")),
        Column(_("Indicator"), 38, _("The indicator in the words in force at the date.")),
        Column(
            _("Measure"),
            13,
            _("How it is judged: done or not, at least, at most, or a percentage."),
        ),
        Column(
            _("Target value"), 9, _("What the milestone must reach; empty for done or not done.")
        ),
        Column(
            _("Actual value"),
            9,
            _("What the latest update up to the date that gives a value says was reached."),
        ),
        Column(_("Unit"), 10, _("What the values count.")),
        Column(_("Original date"), 12, _("The date of the plan as it came into force."), DATE),
        Column(
            _("Date in force"), 12, _("The original date, or that of the latest decision."), DATE
        ),
        Column(_("Actual date"), 12, _("The day it was achieved."), DATE),
        Column(_("Closed as missed on"), 12, _("The day it was closed as not achieved."), DATE),
        Column(_("Status"), 17, _("Where the milestone stands at the date.")),
        Column(_("Reason"), 38, _("Why it has that status.")),
        Column(
            _("Days overdue"),
            10,
            _("The date of this workbook less the date in force, while still open."),
        ),
        Column(
            _("Verified"),
            10,
            _("Whether somebody else confirmed the update that closed it; empty while open."),
        ),
        Column(_("Accountable officer"), 20, _("Who answers for the programme.")),
    ]
    rows = [_milestone(line, each, reworded, values) for line, each in found]
    return List(_("Milestones"), columns, rows, fixed=2)


def _milestone(
    line: ProgramLine,
    occurrence: Occurrence,
    reworded: Mapping[int, str],
    values: Mapping[int, Decimal],
) -> Sequence[Value]:
    milestone, standing = occurrence.milestone, occurrence.standing
    kpi = milestone.kpi
    verified = ""
    if standing.status.is_closed:
        verified = _("yes") if standing.is_verified else _("no")
    return (
        line.program.code,
        line.program.name,
        reworded.get(kpi.pk, kpi.indicator),
        str(KpiKind(kpi.kind).label),
        kpi.target_value,
        values.get(milestone.pk),
        "%" if kpi.kind == KpiKind.PERCENT else kpi.unit,
        standing.baseline_due,
        standing.due,
        standing.achieved_on,
        standing.missed_on,
        Toned(str(standing.status.label), standing.status.tone),
        standing.reason,
        standing.days_overdue or None,
        verified,
        str(line.officer or ""),
    )


def quarters_sheet(found: Sequence[tuple[ProgramLine, Occurrence]], years: Sequence[int]) -> List:
    """A row for each programme, a column for each quarter, in it the letters of its milestones."""
    days = [occurrence.standing.due for _line, occurrence in found]
    first = min([*years, *(day.year for day in days)])
    last = max([*years, *(day.year for day in days)])
    quarters = [(year, quarter) for year in range(first, last + 1) for quarter in (1, 2, 3, 4)]
    letters = "; ".join(f"{status.letter} = {status.label}" for status in MilestoneStatus)
    meaning = _(
        "The milestones whose date in force lies in the quarter, by the letters of their status: "
        "%(letters)s. The colour is that of the one that asks for most."
    ) % {"letters": letters}
    columns = [
        Column(_("Code"), 7, _("The programme's code in the plan.")),
        Column(_("Programme"), 40, _("The programme's name.")),
        *(
            Column(
                f"{year} {_quarter(quarter)}",
                6,
                meaning if number == 0 else "",
            )
            for number, (year, quarter) in enumerate(quarters)
        ),
    ]
    rows: list[Sequence[Value]] = []
    for line, pairs in groupby(found, key=lambda pair: pair[0]):
        within: dict[tuple[int, int], list[MilestoneStatus]] = {}
        for _line, occurrence in pairs:
            status = occurrence.standing.status
            within.setdefault(_quarter_of(occurrence.standing.due), []).append(status)
        rows.append(
            (
                line.program.code,
                line.program.name,
                *(_letters(within.get(quarter, ())) for quarter in quarters),
            )
        )
    return List(_("By quarter"), columns, rows, fixed=2)


def _quarter(number: int) -> str:
    return pgettext("quarter of a year", "Q%(quarter)s") % {"quarter": number}


def _quarter_of(day: date) -> tuple[int, int]:
    return day.year, (day.month + 2) // 3


def _letters(statuses: Sequence[MilestoneStatus]) -> Value:
    if not statuses:
        return None
    worst = min(statuses, key=_WEIGHT.index)
    return Toned(" ".join(str(status.letter) for status in statuses), worst.tone)
