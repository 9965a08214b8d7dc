"""One side of A4 for a committee: the answer, the figures, and the decisions asked for.

The sheet holds the worst programmes that fit and says how many more there are and where. How many
fit is estimated in lines of the table; a PDF that still runs over is drawn again with fewer.
"""

import io
from dataclasses import dataclass, replace
from datetime import date
from math import ceil

import pikepdf
from django.http import HttpRequest
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
# Letters that fit in one line of the table's columns, rather too few than too many.
NAME, REASON, ASK = 25, 34, 46
ASKS_SHOWN = 2
# Heights in millimetres: what is left for tables, a line of text, and the space around a row.
ROOM, LINE, PADDING = 150.0, 3.81, 2.2
TERAS_SHOWN = 8
NAME_LENGTH = 110


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


def height_of(row: AttentionRow) -> float:
    """Millimetres that a row of the table takes: those of its longest column."""
    line = row.line
    name = ceil((min(len(line.program.name), NAME_LENGTH) + 5) / NAME)
    reason = 1 + ceil(len(line.standing.reason) / REASON)
    asks = sum(ceil(len(ask) / ASK) for ask in row.asks)
    return max(name, reason, asks) * LINE + PADDING


def fitting(rows: list[AttentionRow], room: float) -> list[AttentionRow]:
    """The first rows that fit into so many millimetres together."""
    kept = []
    for row in rows:
        room -= height_of(row)
        if room < 0:
            break
        kept.append(row)
    return kept


def sheet_context(outlook: Outlook, portal_url: str, printed_on: date) -> Sheet:
    """The sheet of what was asked for, as at its date, with the rows that are estimated to fit."""
    standing, updates = outlook.standing, outlook.updates
    dated = Links(standing.plan, standing.as_of, outlook.form.chosen)
    teras = teras_parts(standing, dated)[:TERAS_SHOWN]
    rows = [
        replace(row, asks=row.asks[:ASKS_SHOWN])
        for row in attention_rows(outlook.worst[:SHEET_ROWS], outlook.facts, updates, dated)
    ]
    chips = outlook.form.chips(dated)
    return Sheet(
        standing=standing,
        answer=words.answer(standing),
        figures=figures(standing, dated, outlook.compared),
        teras=teras,
        rows=fitting(rows, ROOM - len(teras) * (2 * LINE + PADDING)),
        late=len(outlook.worst),
        list_url=portal_url.rstrip("/") + dated.programs(status=[status.value for status in LATE]),
        changes=summary(outlook.changes, len(updates.recorded), len(updates.returned)),
        changes_first_day=outlook.first_day,
        only="; ".join(f"{chip.label}: {chip.value}" for chip in chips),
        printed_on=printed_on,
    )


def render_sheet_pdf(outlook: Outlook, request: HttpRequest, printed_on: date) -> bytes:
    """The sheet as a PDF of exactly one page, in the active language."""
    from reports.drawing import draw  # noqa: PLC0415 - loads the renderer, see there

    sheet = sheet_context(outlook, request.build_absolute_uri("/"), printed_on)
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
            request,
        )
        pdf = draw(html, STYLE_SHEET, pdf_variant="pdf/ua-1")
        if pages_of(pdf) == 1 or not sheet.rows:
            return pdf
        sheet = replace(sheet, rows=sheet.rows[:-1])


def pages_of(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)
