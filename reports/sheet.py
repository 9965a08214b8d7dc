"""One side of A4 for a committee: the answer, the figures, and the decisions asked for.

The sheet holds the worst programmes that fit and says how many more there are and where. How many
fit is estimated in lines of the table; a PDF that still runs over is drawn again with fewer.
"""

import io
from dataclasses import dataclass, replace
from datetime import date
from math import ceil

import pikepdf
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from reports import words
from reports.attention import AttentionRow, attention_rows
from reports.changes import summary
from reports.dashboard import LATE, Figure, TerasPart, figures, teras_parts
from reports.links import Links
from reports.outlook import Outlook
from reports.standing import PlanStanding

STYLE_SHEET = "css/sheet.css"
# Read for so many at most; fewer fit where their reasons are long.
SHEET_ROWS = 12
# What fits in one line of the table's columns, and how many lines the page has for tables.
NAME, REASON, ASK = 34, 52, 42
LINES = 41
TERAS_SHOWN = 8


@dataclass(frozen=True)
class Sheet:
    """What stands on the sheet; ``rows`` are those that fit, ``more`` how many do not."""

    standing: PlanStanding
    answer: str
    figures: list[Figure]
    teras: list[TerasPart]
    rows: list[AttentionRow]
    late: int
    list_url: str
    changes: str
    changes_first_day: date
    only: str
    printed_on: date

    @property
    def more(self) -> int:
        return self.late - len(self.rows)


def lines_of(row: AttentionRow) -> int:
    """Lines that a row of the table takes: those of its longest column."""
    line = row.line
    reason = 1 + ceil(len(line.standing.reason) / REASON)
    asks = sum(ceil(len(ask) / ASK) for ask in row.asks)
    return max(ceil((len(line.program.name) + 6) / NAME), reason, asks)


def fitting(rows: list[AttentionRow], lines: int) -> list[AttentionRow]:
    """The first rows that fit into so many lines together."""
    kept = []
    for row in rows:
        lines -= lines_of(row)
        if lines < 0:
            break
        kept.append(row)
    return kept


def sheet_context(outlook: Outlook, portal_url: str, printed_on: date) -> Sheet:
    """The sheet of what was asked for, as at its date, with the rows that are estimated to fit."""
    standing, updates = outlook.standing, outlook.updates
    dated = Links(standing.plan, standing.as_of, outlook.form.chosen)
    teras = teras_parts(standing, dated)[:TERAS_SHOWN]
    rows = attention_rows(outlook.worst[:SHEET_ROWS], outlook.facts, updates, dated)
    chips = outlook.form.chips(dated)
    return Sheet(
        standing=standing,
        answer=words.answer(standing),
        figures=figures(standing, dated, outlook.compared),
        teras=teras,
        rows=fitting(rows, LINES - 2 * len(teras)),
        late=len(outlook.worst),
        list_url=portal_url.rstrip("/") + dated.programs(status=[status.value for status in LATE]),
        changes=summary(outlook.changes, len(updates.recorded), len(updates.returned)),
        changes_first_day=outlook.first_day,
        only="; ".join(f"{chip.label}: {chip.value}" for chip in chips),
        printed_on=printed_on,
    )


def render_sheet_pdf(outlook: Outlook, portal_url: str, printed_on: date) -> bytes:
    """The sheet as a PDF of exactly one page, in the active language."""
    from reports.drawing import draw  # noqa: PLC0415 - loads the renderer, see there

    sheet = sheet_context(outlook, portal_url, printed_on)
    while True:
        html = render_to_string(
            "reports/sheet/document.html",
            {
                "sheet": sheet,
                "plan": sheet.standing.plan,
                "agency": sheet.standing.plan.agency,
                "language": translation.get_language(),
                "title": _("Meeting sheet"),
            },
        )
        pdf = draw(html, STYLE_SHEET, pdf_variant="pdf/ua-1")
        if pages_of(pdf) == 1 or not sheet.rows:
            return pdf
        sheet = replace(sheet, rows=sheet.rows[:-1])


def pages_of(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)
