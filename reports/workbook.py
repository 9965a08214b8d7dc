"""Writes a workbook of what a page lists: real dates and numbers, and words that cannot act.

The first sheet says what it is, as at when and by whom; the last what each column means. A status
stands as its label on its tone's light ground, never as a colour alone.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from textwrap import wrap

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from accounts.resources import FORMULA_STARTS

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DATE, MOMENT, PERCENT = "dd.mm.yyyy", "dd.mm.yyyy hh:mm", "0.0%"
POINTS = "+0.0%;\N{MINUS SIGN}0.0%;0.0%"
# What a cell holds at most, counted as the format counts: in units of UTF-16.
LONGEST_TEXT = 32_767
# The portal's tones as grounds for dark text.
FILLS = {
    tone: PatternFill("solid", fgColor=colour)
    for tone, colour in {
        "success": "BBF7D0",
        "success-soft": "DCFCE7",
        "info": "DBEAFE",
        "warning": "FEF08A",
        "danger": "FCA5A5",
        "danger-soft": "FECACA",
        "muted": "E4E4E7",
    }.items()
}
_HEAD_FILL = PatternFill("solid", fgColor="172554")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_A4 = 9
_FACE = "Arial"
_SIZE, _LINE_HEIGHT, _MOST_LINES = 10, 13.5, 24
_TEXT = Font(name=_FACE, size=_SIZE, color="18181B")
_HEAD = Font(name=_FACE, size=_SIZE, bold=True, color="FFFFFF")
_LABEL = Font(name=_FACE, size=_SIZE, bold=True, color="3F3F46")
_TITLE = Font(name=_FACE, size=16, bold=True, color="172554")
_LINK = Font(name=_FACE, size=_SIZE, color="1D4ED8", underline="single")
_TOP = Alignment(vertical="top", wrap_text=True)
_MIDDLE = Alignment(vertical="center", wrap_text=True)
_CENTRE = Alignment(horizontal="center", vertical="top", wrap_text=True)
_LINE = Border(bottom=Side(style="thin", color="D4D4D8"))


@dataclass(frozen=True)
class Column:
    """What a column is headed, how wide it is, what it means, and how its numbers are shown."""

    title: str
    width: int
    meaning: str
    format: str = ""


@dataclass(frozen=True, slots=True)
class Toned:
    """A status by its label (or letters), and the tone of its ground."""

    text: str
    tone: str


Value = str | int | Decimal | Fraction | date | Toned | None


@dataclass(frozen=True)
class List:
    """One sheet: its columns and rows; the first ``fixed`` columns stay in view beside them."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    fixed: int = 1


@dataclass(frozen=True)
class About:
    """What the first sheet says: a title, facts by name, and sentences below them."""

    title: str
    facts: Sequence[tuple[str, Value]]
    notes: Sequence[str] = ()
    address: str = ""
    author: str = ""


def workbook(about: About, lists: Sequence[List]) -> bytes:
    """The XLSX file, in words of the active language."""
    made = io.BytesIO()
    book_of(about, lists).save(made)
    return made.getvalue()


def book_of(about: About, lists: Sequence[List]) -> Workbook:
    """The workbook before it is saved."""
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    book.properties.creator = clean(about.author)
    book.properties.title = clean(about.title)
    _write_about(book.create_sheet(_("About this workbook")), about)
    styles = _Styles(book)
    for each in [*lists, _meanings(lists)]:
        page = book.create_sheet(each.title)
        _write(page, each, styles)
        _set_up_print(page, about)
    return book


def clean(text: str) -> str:
    """The text as a file of XML can hold it: line breaks of one kind, no control characters."""
    return ILLEGAL_CHARACTERS_RE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def put(cell: Cell, value: Value) -> None:
    """Put a value into a cell as what it is: a text stays one, whatever it begins with."""
    if isinstance(value, Toned):
        put(cell, value.text)
        if fill := FILLS.get(value.tone):
            cell.fill = fill
    elif isinstance(value, str):
        text = _shortened(_ESCAPE.sub("_x005F_", clean(value)))
        cell.value = text
        cell.data_type = "s"
        # What the spreadsheet itself puts before such a text, so that editing it stays harmless.
        cell.quotePrefix = value.startswith(FORMULA_STARTS)
    elif isinstance(value, Fraction):
        cell.value = float(value)
    else:
        cell.value = value


def _shortened(text: str) -> str:
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST_TEXT:
        return text
    return units[: 2 * (LONGEST_TEXT - 1)].decode("utf-16-le", "ignore") + "…"


def _cell(page: Worksheet, row: int, column: int) -> Cell:
    found = page.cell(row, column)
    assert isinstance(found, Cell)
    return found


class _Styles:
    """One named style for each format, which is far quicker than a style for each cell."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.known: dict[str, str] = {}

    def of(self, number_format: str) -> str:
        if number_format not in self.known:
            name = f"psict {len(self.known)}"
            style = NamedStyle(
                name=name,
                font=_TEXT,
                number_format=number_format or "General",
                alignment=_TOP,
                border=_LINE,
            )
            self.book.add_named_style(style)
            self.known[number_format] = name
        return self.known[number_format]


def _write(page: Worksheet, sheet: List, styles: _Styles) -> None:
    for number, column in enumerate(sheet.columns, start=1):
        head = _cell(page, 1, number)
        put(head, column.title)
        head.font, head.fill, head.alignment = _HEAD, _HEAD_FILL, _MIDDLE
        page.column_dimensions[get_column_letter(number)].width = column.width
    _set_height(page, 1, [(column.title, column.width - 2) for column in sheet.columns])
    names = [styles.of(column.format) for column in sheet.columns]
    for line, row in enumerate(sheet.rows, start=2):
        for number, value in enumerate(row, start=1):
            cell = _cell(page, line, number)
            cell.style = names[number - 1]
            if value is not None:
                put(cell, value)
            if isinstance(value, Toned) and sheet.columns[number - 1].width < 10:
                cell.alignment = _CENTRE
        widths = [column.width for column in sheet.columns]
        _set_height(page, line, list(zip(row, widths, strict=True)))
    last = get_column_letter(len(sheet.columns))
    page.freeze_panes = f"{get_column_letter(sheet.fixed + 1)}2"
    page.auto_filter.ref = f"A1:{last}{len(sheet.rows) + 1}"
    page.sheet_view.showGridLines = False


def _set_height(page: Worksheet, row: int, cells: Sequence[tuple[Value, float]]) -> None:
    """As high as the longest text needs: not every program fits heights when it opens a file."""
    texts = [
        (value.text if isinstance(value, Toned) else value, max(1, int(1.15 * width)))
        for value, width in cells
        if isinstance(value, str | Toned)
    ]
    lines = max(
        (
            sum(max(1, len(wrap(line, width))) for line in text[:LONGEST_TEXT].split("\n"))
            for text, width in texts
            if len(text) > width or "\n" in text
        ),
        default=1,
    )
    page.row_dimensions[row].height = _LINE_HEIGHT * min(lines, _MOST_LINES) + 3


def _write_about(page: Worksheet, about: About) -> None:
    page.column_dimensions["A"].width = 26
    page.column_dimensions["B"].width = 92
    title = _cell(page, 1, 1)
    put(title, about.title)
    title.font = _TITLE
    page.row_dimensions[1].height = 26
    line = 3
    for name, value in about.facts:
        label, cell = _cell(page, line, 1), _cell(page, line, 2)
        put(label, name)
        put(cell, value)
        label.font, label.alignment = _LABEL, _TOP
        cell.font = _TEXT
        cell.alignment = Alignment(horizontal="left", vertical="top", wrap_text=True)
        _set_height(page, line, [(value, 92)])
        label.border = cell.border = _LINE
        if isinstance(value, datetime):
            cell.number_format = MOMENT
        elif isinstance(value, date):
            cell.number_format = DATE
        line += 1
    if about.address:
        label, cell = _cell(page, line, 1), _cell(page, line, 2)
        put(label, _("The page"))
        put(cell, about.address)
        label.font, label.alignment = _LABEL, _TOP
        cell.hyperlink = about.address
        cell.font, cell.alignment = _LINK, _TOP
        label.border = cell.border = _LINE
        line += 1
    for number, note in enumerate(about.notes, start=line + 1):
        cell = _cell(page, number, 2)
        put(cell, note)
        cell.font, cell.alignment = _TEXT, _TOP
        _set_height(page, number, [(note, 92)])
    page.sheet_view.showGridLines = False
    _set_up_print(page, replace(about, address=""), heads=False)


def _set_up_print(page: Worksheet, about: About, *, heads: bool = True) -> None:
    """A4 across, as many pages down as it takes, the heads on each."""
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = _A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_margins.left = page.page_margins.right = 0.4
    page.page_margins.top = page.page_margins.bottom = 0.7
    page.page_margins.header = page.page_margins.footer = 0.3
    # In a header "&" begins a command.
    page.oddHeader = HeaderFooterItem(
        left=_HeaderFooterPart(text=clean(about.title)[:100].replace("&", "&&"))
    )
    page.oddFooter = HeaderFooterItem(
        left=_HeaderFooterPart(text="&A"), right=_HeaderFooterPart(text="&P / &N")
    )
    if heads:
        page.print_title_rows = "1:1"


def _meanings(lists: Sequence[List]) -> List:
    return List(
        _("Columns"),
        [Column(_("Sheet"), 22, ""), Column(_("Column"), 30, ""), Column(_("Meaning"), 100, "")],
        [
            (each.title, column.title, column.meaning)
            for each in lists
            for column in each.columns
            if column.meaning
        ],
        fixed=2,
    )


__all__ = [
    "CONTENT_TYPE",
    "DATE",
    "LONGEST_TEXT",
    "PERCENT",
    "POINTS",
    "About",
    "Column",
    "List",
    "Toned",
    "Value",
    "book_of",
    "clean",
    "put",
    "workbook",
]
