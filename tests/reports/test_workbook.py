"""A workbook's cells are what they say: dates, numbers, and words that cannot act."""

import io
import re
import zipfile
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell

from reports.workbook import LONGEST_TEXT, POINTS, About, Column, List, Toned, Value, put, workbook

HOSTILE = [
    "=HYPERLINK(\"http://jahat.test\";\"klik\")",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "=1+1\x00\x0b",
]  # fmt: skip
ABOUT = About(
    title="Program & sasaran",
    facts=[("Setakat", date(2021, 12, 31)), ("Tapisan", "=1+1")],
    notes=["@nota"],
    address="http://portal.test/?a=1",
    author="=Ketua",
)


def made(*rows: tuple[Value, ...], columns: int = 1) -> bytes:
    heads = [Column(f"Lajur {number}", 12, "Maksud") for number in range(columns)]
    return workbook(ABOUT, [List("Senarai", heads, rows)])


def cell_of(value: Value) -> Cell:
    found = load_workbook(io.BytesIO(made((value,))))["Senarai"]["A2"]
    assert isinstance(found, Cell)
    return found


def parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


@pytest.mark.parametrize("text", HOSTILE)
def test_text_like_a_formula_stays_text_marked_as_one(text: str) -> None:
    cell = cell_of(text)
    assert cell.data_type == "s"
    assert cell.quotePrefix
    kept = re.sub(r"[\x00-\x08\x0b]", "", text).replace("\r", "\n")
    assert cell.value == kept


def test_no_sheet_of_a_hostile_workbook_holds_a_formula() -> None:
    column = Column("=HEAD()", 12, "=1+1")
    content = workbook(ABOUT, [List("Senarai", [column], [(text,) for text in HOSTILE])])
    sheets = {n: x for n, x in parts(content).items() if n.startswith("xl/worksheets/sheet")}
    assert len(sheets) == 3
    assert not [name for name, xml in sheets.items() if re.search(r"<f[ >/]", xml)]
    # Nor one that a program would come to by reading a cell anew as it was typed.
    book = load_workbook(io.BytesIO(content))
    acting = [c for page in book for row in page for c in row if c.data_type == "f"]
    assert not acting


def test_ordinary_text_is_not_marked() -> None:
    assert not cell_of("Naik taraf wi-fi").quotePrefix


def test_control_characters_are_left_out_and_line_breaks_are_of_one_kind() -> None:
    assert cell_of("a\x00b\x0bc\x1f\r\nd\re").value == "abc\nd\ne"


def test_text_that_looks_like_an_escape_is_kept_as_it_is() -> None:
    assert "_x005F_x0041_" in parts(made(("kod _x0041_",)))["xl/worksheets/sheet2.xml"]


@pytest.mark.parametrize("letter", ["a", "😀"])
def test_text_longer_than_a_cell_holds_is_cut_and_says_so(letter: str) -> None:
    text = cell_of(letter * 40_000).value
    assert isinstance(text, str)
    assert len(text.encode("utf-16-le")) // 2 <= LONGEST_TEXT
    assert text.endswith("…")
    assert cell_of("a" * LONGEST_TEXT).value == "a" * LONGEST_TEXT


def test_dates_and_numbers_are_real() -> None:
    cells = Workbook().active
    assert cells is not None
    pairs: list[tuple[Value, object]] = [
        (date(2021, 6, 30), date(2021, 6, 30)),
        (Decimal("2.50"), Decimal("2.50")),
        (Fraction(1, 3), 1 / 3),
        (0, 0),
        (None, None),
    ]
    for number, (value, kept) in enumerate(pairs, start=1):
        cell = cells.cell(1, number)
        assert isinstance(cell, Cell)
        put(cell, value)
        assert cell.value == kept
        assert cell.data_type != "s"


def test_status_is_a_word_on_its_tone() -> None:
    cell = cell_of(Toned("Kritikal", "danger"))
    assert cell.value == "Kritikal"
    assert cell.fill.fgColor.rgb == "00FCA5A5"
    assert cell_of(Toned("Belum bermula", "neutral")).fill.fill_type is None


def test_sheet_has_frozen_filtered_heads_and_prints_across_a4_with_them_on_each_page() -> None:
    book = load_workbook(io.BytesIO(made(("a", "b"), ("c", "d"), columns=2)))
    page = book["Senarai"]
    assert page.freeze_panes == "B2"
    assert page.auto_filter.ref == "A1:B3"
    assert page.column_dimensions["A"].width == 12
    assert (page.page_setup.orientation, str(page.page_setup.paperSize)) == ("landscape", "9")
    assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (1, 0)
    assert page.print_title_rows == "$1:$1"
    # An ampersand would begin a command of the header's.
    assert page.oddHeader is not None
    assert page.oddHeader.left.text == "Program && sasaran"


def test_first_sheet_says_what_it_is_and_last_what_columns_mean() -> None:
    book = load_workbook(io.BytesIO(made(("a",))))
    assert book.sheetnames[1] == "Senarai"
    first, last = book[book.sheetnames[0]], book[book.sheetnames[-1]]
    facts = {row[0].value: row[1] for row in first.iter_rows(min_row=3, max_col=2) if row[0].value}
    assert facts["Setakat"].data_type == "d"
    assert facts["Tapisan"].value == "=1+1"
    assert facts["Tapisan"].data_type == "s"
    assert [[c.value for c in row] for row in last.iter_rows(min_row=2)] == [
        ["Senarai", "Lajur 0", "Maksud"]
    ]
    assert book.properties.creator == "=Ketua"


def test_row_is_as_high_as_its_longest_text_needs() -> None:
    book = load_workbook(io.BytesIO(made(("kata " * 40,), ("kata",))))
    heights = [book["Senarai"].row_dimensions[row].height for row in (2, 3)]
    assert heights[0] is not None
    assert heights[1] is not None
    assert heights[0] > 5 * heights[1] > 0


def test_variance_carries_its_sign() -> None:
    assert POINTS.startswith("+0.0%;")
