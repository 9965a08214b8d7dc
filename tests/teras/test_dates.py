from datetime import UTC, date, datetime
from unittest.mock import patch

import pytest
from django.test import RequestFactory

from teras.dates import as_of, today
from teras.models import Plan

PLAN = Plan(first_year=2019, last_year=2023)


def asked(value: str | None, now: date) -> date:
    query = {} if value is None else {"setakat": value}
    with patch("teras.dates.today", return_value=now):
        return as_of(RequestFactory().get("/", query), PLAN)


@pytest.mark.parametrize(
    ("value", "now", "expected"),
    [
        (None, date(2021, 6, 1), date(2021, 6, 1)),
        (None, date(2026, 6, 1), date(2023, 12, 31)),  # an ended plan: its last day
        ("2021-12-31", date(2026, 6, 1), date(2021, 12, 31)),
        ("2025-01-05", date(2026, 6, 1), date(2025, 1, 5)),  # after the plan, if asked for
        ("2030-01-01", date(2026, 6, 1), date(2026, 6, 1)),  # never the future
        ("1999-01-01", date(2026, 6, 1), date(2019, 1, 1)),  # never before the plan
        ("esok", date(2021, 6, 1), date(2021, 6, 1)),
        ("2021-02-30", date(2021, 6, 1), date(2021, 6, 1)),
    ],
)
def test_as_of(value: str | None, now: date, expected: date) -> None:
    assert asked(value, now) == expected


def test_today_is_the_day_in_malaysia() -> None:
    with patch("django.utils.timezone.now", return_value=datetime(2021, 12, 31, 17, tzinfo=UTC)):
        assert today() == date(2022, 1, 1)
