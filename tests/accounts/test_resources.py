"""What every import and export shares: no text becomes a formula, and none is damaged."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.resources import FORMULA_STARTS, as_text, defuse, fuse


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_text_that_begins_like_a_formula_is_marked_as_text(start: str) -> None:
    assert defuse(f"{start}SUM(A1)") == f"'{start}SUM(A1)"


@pytest.mark.parametrize("value", ["-5", "+60.5", "Siap", "", 5, None, date(2021, 6, 30)])
def test_numbers_dates_and_plain_text_stay_as_they_are(value: object) -> None:
    assert defuse(value) == value


@given(st.text())
def test_text_comes_back_as_it_went_out(text: str) -> None:
    out = defuse(text)
    assert isinstance(out, str)
    assert not out.startswith(FORMULA_STARTS) or out.lstrip("+-")[:1].isdigit()
    if not text.startswith("'"):
        assert fuse(out) == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (2.0, "2"),
        (2.5, "2.5"),
        (datetime(2021, 6, 30, 0, 0), "2021-06-30"),  # noqa: DTZ001 -- as workbooks hold it
        (date(2021, 6, 30), "2021-06-30"),
        ("  1.10 ", "1.10"),
    ],
)
def test_cell_is_read_as_somebody_would_type_it(cell: object, text: str) -> None:
    assert as_text(cell) == text
