"""The frame round every page: how fresh the plan is, and what is told to whom."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from accounts.choices import Role
from programs.models import Program
from progress.models import ProgressUpdate
from teras.models import Plan
from tests.factories import (
    make_agency,
    make_milestone,
    make_plan,
    make_program,
    make_update,
    make_user,
)

pytestmark = pytest.mark.django_db
LABEL = "Pelan dikemas kini pada"


def footer(client: Client, address: str) -> str:
    return client.get(address).content.decode().split("<footer")[1]


@pytest.fixture
def plan() -> Plan:
    plan = make_plan()
    Plan.history.update(history_date=datetime(2020, 3, 1, tzinfo=UTC))
    return plan


def test_page_says_when_the_plan_was_last_changed(plan: Plan, client: Client) -> None:
    client.force_login(make_user(Role.MANAGEMENT, plan.agency))
    assert "01.03.2020" in footer(client, plan.get_absolute_url())
    program = make_program(plan, "1.1", officer=make_user(Role.OFFICER, plan.agency))
    Program.history.update(history_date=datetime(2020, 4, 2, tzinfo=UTC))
    assert "02.04.2020" in footer(client, plan.get_absolute_url())
    make_update(
        make_milestone(program=program),
        make_user(Role.OFFICER, plan.agency),
        recorded_at=datetime(2020, 5, 3, tzinfo=UTC),
    )
    assert ProgressUpdate.objects.exists()
    assert "03.05.2020" in footer(client, plan.get_absolute_url())
    # One's own pages speak of one's own plan.
    assert "03.05.2020" in footer(client, "/tiada/")


def test_stranger_learns_nothing_of_a_plan_from_its_missing_page(
    plan: Plan, client: Client
) -> None:
    client.force_login(make_user(Role.HEAD, make_agency("mbmb")))
    missing = client.get(plan.get_absolute_url())
    assert missing.status_code == 404
    assert LABEL not in missing.content.decode()


def test_nobody_learns_it_without_signing_in(plan: Plan, client: Client) -> None:
    assert LABEL not in footer(client, "/privasi/")
    assert LABEL not in footer(client, "/akaun/masuk/")
