"""History shows values as people read them, not as they are stored."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation
from simple_history.models import DeletedObject

from accounts.admin_history import as_read
from accounts.models import User
from teras.choices import PlanState
from teras.models import Plan


@pytest.mark.parametrize(
    ("value", "malay"),
    [
        (None, "–"),
        ("", "–"),
        (DeletedObject(User, None), "–"),
        (True, "Ya"),
        (False, "Tidak"),
        (0, 0),
        (date(2021, 6, 30), "30.06.2021"),
        (datetime(2021, 6, 30, 16, 30, tzinfo=UTC), "01.07.2021 00:30"),
        (PlanState.IN_FORCE.value, PlanState.IN_FORCE.label),
        ("a state of long ago", "a state of long ago"),
    ],
)
def test_values_are_told_as_on_pages(value: object, malay: object) -> None:
    with translation.override("ms"):
        assert str(as_read(Plan._meta.get_field("state"), value)) == str(malay)


def test_a_deleted_person_is_told_from_nobody() -> None:
    told = as_read(Plan._meta.get_field("succeeds"), DeletedObject(User, 7))
    assert "7" in str(told)
