"""What the dashboard shows, made from a standing: figures, bars, curve and grid with their links."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.templatetags.portal import icon, percent, points
from kpi.attainment import Basis
from kpi.choices import MilestoneStatus, ProgramStatus
from reports import words
from reports.charts import GridRow, SCurve, Segment, s_curve, stacked_bar, year_grid
from reports.choices import Part
from reports.comparison import Change, Then, in_number, in_points
from reports.links import Links
from reports.standing import (
    Occurrence,
    PlanStanding,
    ProgramLine,
    TerasLine,
    Total,
    progress_curve,
)
from reports.words import Counted
from teras.models import Teras

LATE = (ProgramStatus.CRITICAL, ProgramStatus.LATE)


@dataclass(frozen=True)
class Figure:
    """One large figure; ``value`` is None where there is no figure, ``changes`` are against then."""

    label: str
    value: str | None
    unit: str
    note: str
    href: str
    tone: str = ""
    changes: Sequence[Change] = ()


@dataclass(frozen=True)
class TerasPart:
    """A thrust's row: its bar of programmes by status, and its figures with their lists."""

    teras: Teras
    total: Total
    segments: list[Segment]
    url: str
    attainment_url: str
    missing_url: str


# One occurrence in the year grid, with the milestone's key. Written here and not in a template: a
# large plan has thousands, and this takes a tenth of the time.
_CELL_LINK = (
    '<li><a href="{}#sasaran-{}" class="cell{} has-tip tone-{}" aria-describedby="petak-{}">'
)
_CELL_STATUS = (
    '{}<span class="cell__letter" aria-hidden="true">{}</span><span class="cell__label">{}</span>'
)
_CELL_REASON = '<span class="tip" role="tooltip" id="petak-{}">{}</span></a></li>'


def answer_html(standing: PlanStanding, links: Links) -> SafeString:
    """The answer, each number in it a link to the list of what it counts."""
    in_force = {"asas": "pindaan"}
    lists = {
        Counted.ACHIEVED: links.milestones(**in_force, bahagian=Part.MET.value),
        Counted.DUE: links.milestones(**in_force, bahagian=Part.DUE.value),
        Counted.LATE: links.programs(status=ProgramStatus.LATE.value),
        Counted.CRITICAL: links.programs(status=ProgramStatus.CRITICAL.value),
    }
    # The sentence is made with marks that need no escaping, and the links put in afterwards.
    found: list[SafeString] = []

    def mark(counted: Counted, number: int) -> str:
        found.append(format_html('<a href="{}">{}</a>', lists[counted], number))
        return f"\N{OBJECT REPLACEMENT CHARACTER}{len(found) - 1};"

    html = str(escape(words.answer(standing, mark)))
    for position, link in enumerate(found):
        html = html.replace(f"\N{OBJECT REPLACEMENT CHARACTER}{position};", link)
    # A number stays with the word it counts.
    html = html.replace("</a> ", "</a>\N{NO-BREAK SPACE}")
    return mark_safe(html)  # noqa: S308 - all of it is escaped above


def figures(standing: PlanStanding, links: Links, before: Sequence[Then] = ()) -> list[Figure]:
    """The few large figures, the plan in force first, each with its change against earlier days."""
    total = standing.total
    late = total.count(*LATE)
    unverified = total.revised.unverified
    return [
        _attainment(_("Attainment, revised dates"), total, Basis.REVISED, links, before),
        _attainment(_("Attainment, original dates"), total, Basis.ORIGINAL, links, before),
        Figure(
            label=_("Variance, in points"),
            value=None if total.revised.variance is None else points(total.revised.variance),
            unit="",
            note=words.progress_words(total.revised.actual, total.revised.planned),
            href=links.milestones(asas="pindaan", bahagian=Part.MISSING.value),
            changes=in_points(
                total.revised.variance, before, lambda then: then.variance, more_is_better=True
            ),
        ),
        Figure(
            label=_("Late or critical"),
            value=str(late),
            unit="",
            note=words.lateness(total),
            href=links.programs(status=[status.value for status in LATE]),
            tone="danger" if total.count(ProgramStatus.CRITICAL) else "warning" if late else "",
            changes=in_number(late, before, lambda then: then.late),
        ),
        Figure(
            label=_("Not yet verified"),
            value=None if unverified is None else percent(unverified).removesuffix("%"),
            unit="%",
            note=words.unverified_words(
                total.revised.unverified_count, total.revised.achieved_count
            ),
            href=links.milestones(asas="pindaan", bahagian=Part.UNVERIFIED.value),
            changes=in_points(
                unverified, before, lambda then: then.unverified, more_is_better=False
            ),
        ),
    ]


def _attainment(
    label: str, total: Total, basis: Basis, links: Links, before: Sequence[Then]
) -> Figure:
    of_basis = total.figures(basis)
    is_revised = basis is Basis.REVISED
    return Figure(
        label=label,
        value=None
        if of_basis.attainment is None
        else percent(of_basis.attainment).removesuffix("%"),
        unit="%",
        note=words.counted(of_basis.achieved_of_due_count, of_basis.due_count),
        href=links.milestones(asas="pindaan" if is_revised else "asal", bahagian=Part.DUE.value),
        changes=in_points(
            of_basis.attainment,
            before,
            lambda then: then.attainment if is_revised else then.original,
            more_is_better=True,
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
) -> list[tuple[Teras, list[GridRow[ProgramLine, SafeString]]]]:
    """Programmes by years, a cell an occurrence under the year of its present date."""
    told = {
        status: format_html(_CELL_STATUS, icon(status.shape), status.letter, status.label)
        for status in MilestoneStatus
    }
    return [
        (
            teras.teras,
            year_grid(
                (
                    (line, _cells(line, links.program(line.program), told))
                    for line in teras.programs
                ),
                standing.years,
            ),
        )
        for teras in standing.teras
    ]


def _cells(
    line: ProgramLine, url: str, told: dict[MilestoneStatus, SafeString]
) -> list[tuple[date, SafeString]]:
    several = len({occurrence.milestone.kpi_id for occurrence in line.occurrences}) > 1
    address = escape(url)
    cells: list[tuple[date, SafeString]] = []
    for occurrence in line.occurrences:
        status, key = occurrence.standing.status, occurrence.milestone.pk
        reason = escape(_cell_reason(occurrence, name_indicator=several))
        html = (
            _CELL_LINK.format(
                address,
                key,
                "" if occurrence.standing.is_verified else " cell--unverified",
                status.tone,
                key,
            )
            + told[status]
            + _CELL_REASON.format(key, reason)
        )
        cells.append((occurrence.standing.due, mark_safe(html)))  # noqa: S308 - escaped above
    return cells


def _cell_reason(occurrence: Occurrence, *, name_indicator: bool) -> str:
    reason = words.told_in_full(occurrence.standing)
    return f"{occurrence.milestone.kpi.indicator}: {reason}" if name_indicator else reason
