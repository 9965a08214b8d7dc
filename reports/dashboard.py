"""What the dashboard shows, made from a standing: figures, bars, curve and grid with their links."""

from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.portal import percent, points
from kpi.attainment import Basis
from kpi.choices import Freshness, MilestoneStatus, ProgramStatus
from reports import words
from reports.charts import GridRow, SCurve, Segment, s_curve, stacked_bar, year_grid
from reports.choices import Part
from reports.links import Links
from reports.standing import (
    Occurrence,
    PlanStanding,
    ProgramLine,
    TerasLine,
    Total,
    progress_curve,
)
from teras.models import Plan, Teras

LATE = (ProgramStatus.CRITICAL, ProgramStatus.LATE)
WORST_SHOWN = 8


@dataclass(frozen=True)
class Figure:
    """One large figure; ``value`` is None where there is no figure."""

    label: str
    value: str | None
    unit: str
    note: str
    href: str
    tone: str = ""


@dataclass(frozen=True)
class TerasPart:
    """A thrust's row: its bar of programmes by status, and its figures with their lists."""

    teras: Teras
    total: Total
    segments: list[Segment]
    url: str
    attainment_url: str
    missing_url: str


class GridCell(TypedDict):
    """One occurrence in the year grid; a dictionary, which templates read quickest.

    ``icon`` is the shape's drawing.
    """

    tone: str
    label: str
    letter: str
    icon: SafeString
    reason: str
    url: str


@dataclass(frozen=True)
class DayLink:
    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Note:
    text: str
    url: str


def figures(standing: PlanStanding, links: Links) -> list[Figure]:
    """The few large figures, the plan in force first."""
    total = standing.total
    late = total.count(*LATE)
    unverified = total.revised.unverified
    return [
        _attainment(_("Attainment, revised dates"), total, Basis.REVISED, links),
        _attainment(_("Attainment, original dates"), total, Basis.ORIGINAL, links),
        Figure(
            label=_("Variance, in points"),
            value=None if total.revised.variance is None else points(total.revised.variance),
            unit="",
            note=words.progress_words(total.revised.actual, total.revised.planned),
            href=links.milestones(asas="pindaan", bahagian=Part.MISSING.value),
        ),
        Figure(
            label=_("Late or critical"),
            value=str(late),
            unit="",
            note=words.lateness(total),
            href=links.programs(status=[status.value for status in LATE]),
            tone="danger" if total.count(ProgramStatus.CRITICAL) else "warning" if late else "",
        ),
        Figure(
            label=_("Not yet verified"),
            value=None if unverified is None else percent(unverified).removesuffix("%"),
            unit="%",
            note=words.unverified_words(
                total.revised.unverified_count, total.revised.achieved_count
            ),
            href=links.milestones(asas="pindaan", bahagian=Part.UNVERIFIED.value),
        ),
    ]


def _attainment(label: str, total: Total, basis: Basis, links: Links) -> Figure:
    of_basis = total.figures(basis)
    return Figure(
        label=label,
        value=None
        if of_basis.attainment is None
        else percent(of_basis.attainment).removesuffix("%"),
        unit="%",
        note=words.counted(of_basis.achieved_of_due_count, of_basis.due_count),
        href=links.milestones(
            asas="pindaan" if basis is Basis.REVISED else "asal", bahagian=Part.DUE.value
        ),
    )


def teras_parts(standing: PlanStanding, links: Links) -> list[TerasPart]:
    return [_teras_part(line, links) for line in standing.teras]


def _teras_part(line: TerasLine, links: Links) -> TerasPart:
    number = line.teras.number
    return TerasPart(
        teras=line.teras,
        total=line.total,
        segments=stacked_bar(
            (
                status.value,
                str(status.label),
                status.tone,
                status.shape,
                line.total.counts[status],
                links.programs(teras=number, status=status.value),
            )
            for status in ProgramStatus
        ),
        url=links.programs(teras=number),
        attainment_url=links.milestones(teras=number, asas="pindaan", bahagian=Part.DUE.value),
        missing_url=links.milestones(teras=number, asas="pindaan", bahagian=Part.MISSING.value),
    )


def curve(standing: PlanStanding) -> SCurve | None:
    """The S-curve; none where there is nothing to draw."""
    if not standing.total.original.total and not standing.total.revised.total:
        return None
    drawn = progress_curve(standing)
    return s_curve(drawn.days, drawn.original, drawn.revised, drawn.actual, standing.as_of)


def grid(
    standing: PlanStanding, links: Links
) -> list[tuple[Teras, list[GridRow[ProgramLine, GridCell]]]]:
    """Programmes by years, a cell an occurrence under the year of its present date."""
    icons = {
        status: render_to_string(f"components/shapes/{status.shape}.svg")
        for status in MilestoneStatus
    }
    return [
        (
            teras.teras,
            year_grid(
                (
                    (line, _cells(line, links.program(line.program), icons))
                    for line in teras.programs
                ),
                standing.years,
            ),
        )
        for teras in standing.teras
    ]


def _cells(
    line: ProgramLine, url: str, icons: dict[MilestoneStatus, SafeString]
) -> list[tuple[date, GridCell]]:
    several = len({occurrence.milestone.kpi_id for occurrence in line.occurrences}) > 1
    cells: list[tuple[date, GridCell]] = []
    for occurrence in line.occurrences:
        status = occurrence.standing.status
        cell = GridCell(
            tone=status.tone,
            label=str(status.label),
            letter=str(status.letter),
            icon=icons[status],
            reason=_cell_reason(occurrence, name_indicator=several),
            url=f"{url}#sasaran-{occurrence.milestone.pk}",
        )
        cells.append((occurrence.standing.due, cell))
    return cells


def _cell_reason(occurrence: Occurrence, *, name_indicator: bool) -> str:
    reason = occurrence.standing.reason
    return f"{occurrence.milestone.kpi.indicator}: {reason}" if name_indicator else reason


def day_links(plan: Plan, as_of: date, today: date, links: Links) -> list[DayLink]:
    """The plan's year ends that have passed, and today: one click each."""
    ends = [date(year, 12, 31) for year in plan.years if date(year, 12, 31) < today]
    return [
        DayLink(words.day_label(day), links.dashboard_on(day), day == as_of) for day in ends
    ] + [DayLink(_("Today"), links.dashboard_on(today), today == as_of)]


def freshness_notes(standing: PlanStanding, links: Links) -> list[Note]:
    """How many running programmes are silent, and since when."""
    running = [line for line in standing.programs if line.expects_updates]
    silent = sum(line.standing.freshness is Freshness.NONE for line in running)
    stale = sum(line.standing.freshness is Freshness.STALE for line in running)
    notes = []
    if silent:
        sentence = ngettext(
            "%(count)d running programme has no update at all.",
            "%(count)d running programmes have no update at all.",
            silent,
        )
        notes.append(
            Note(sentence % {"count": silent}, links.programs(kesegaran=Freshness.NONE.value))
        )
    if stale:
        sentence = ngettext(
            "%(count)d running programme has had no update for more than %(days)d days.",
            "%(count)d running programmes have had no update for more than %(days)d days.",
            stale,
        )
        given = {"count": stale, "days": standing.plan.stale_days}
        notes.append(Note(sentence % given, links.programs(kesegaran=Freshness.STALE.value)))
    return notes
