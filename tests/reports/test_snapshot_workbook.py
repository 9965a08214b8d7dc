"""The workbook inside a review's document: its figures as real numbers and dates, and safe to open."""

import io
import json
import zipfile
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from reports.snapshot_workbook import workbook_of

STORED = Path(__file__).parent / "snapshots"


@pytest.fixture
def snapshot() -> Any:
    return json.loads((STORED / "version_2_2021.json").read_text())


def book_of(snapshot: Any) -> Any:
    return load_workbook(io.BytesIO(workbook_of(snapshot)))


def test_same_snapshot_gives_the_same_bytes(snapshot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    first = workbook_of(snapshot)

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "Later":
            return cls(2031, 5, 6, 7, 8, 9, tzinfo=tz)

    monkeypatch.setattr("openpyxl.packaging.core.datetime.datetime", Later)
    monkeypatch.setattr("openpyxl.writer.excel.datetime.datetime", Later)
    assert workbook_of(snapshot) == first
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2022-01-14T09:30:00Z" in parts.read("docProps/core.xml")


def test_figures_can_be_computed_again_from_the_sheet(snapshot: Any) -> None:
    sheet = book_of(snapshot).worksheets[1]
    whole = [cell.value for cell in sheet[sheet.max_row]]
    attainment, due, achieved_of_due = whole[5], whole[10], whole[11]
    assert attainment == pytest.approx(achieved_of_due / due)
    exact = Fraction(snapshot["figures"]["revised"]["attainment"])
    assert attainment == pytest.approx(float(exact))


def test_figures_are_shown_short_and_a_variance_with_its_sign(snapshot: Any) -> None:
    sheet = book_of(snapshot).worksheets[1]
    shown = [cell.number_format for cell in sheet[sheet.max_row]][5:]
    assert shown == [*["0.0%"] * 3, "+0.0%;\N{MINUS SIGN}0.0%;0.0%", *["0.00"] * 4]


def test_dates_are_dates_and_heads_are_frozen_and_filtered(snapshot: Any) -> None:
    book = book_of(snapshot)
    milestones = book.worksheets[3]
    assert isinstance(milestones["F2"].value, datetime)
    assert milestones["F2"].is_date
    _about, *sheets = book.worksheets
    assert all(sheet.freeze_panes.endswith("2") for sheet in sheets)
    assert all(sheet.auto_filter.ref for sheet in sheets)


def test_it_is_of_the_same_make_as_a_list_of_the_portal(snapshot: Any) -> None:
    """Heads that stand out and are printed on each sheet of paper, across an A4 one."""
    about, *sheets = book_of(snapshot).worksheets
    assert "2021" in about["A1"].value
    for sheet in sheets:
        assert (sheet["A1"].font.bold, sheet["A1"].font.color.rgb) == (True, "00FFFFFF")
        assert sheet.print_title_rows == "$1:$1"
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("landscape", 1)


def test_every_column_is_explained(snapshot: Any) -> None:
    _about, *sheets, meanings = book_of(snapshot).worksheets
    explained = {(row[0], row[1]) for row in meanings.iter_rows(min_row=2, values_only=True)}
    assert explained == {(sheet.title, cell.value) for sheet in sheets for cell in sheet[1]}
    assert all(row[2] for row in meanings.iter_rows(min_row=2, values_only=True))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")'])
def test_text_never_acts_as_a_formula(text: str, snapshot: Any) -> None:
    snapshot["teras"][0]["strategies"][0]["programs"][0]["name"] = text
    cell = book_of(snapshot).worksheets[2]["D2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_control_character_in_a_text_is_left_out_and_stops_nothing(snapshot: Any) -> None:
    snapshot["teras"][0]["strategies"][0]["programs"][0]["name"] = "Rangkaian\x0b\x00 baharu"
    snapshot["agency"]["name"] = "Majlis\x1f Contoh"
    book = book_of(snapshot)
    assert book.worksheets[2]["D2"].value == "Rangkaian baharu"
    assert book.properties.creator == "Majlis Contoh"
