"""The frame round every page: how fresh the plan is, and what is told to whom."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from programs.models import Program
from teras.dates import today
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


def updated(client: Client, address: str) -> str:
    """The day that the foot of a page gives for the plan's last change; empty where it gives none."""
    foot = client.get(address).content.decode().split("<footer")[1]
    found = re.search(rf"{LABEL}\s*<time[^>]*>([^<]*)</time>", foot)
    return found.group(1) if found else ""


@pytest.fixture
def plan() -> Plan:
    plan = make_plan()
    Plan.history.update(history_date=datetime(2020, 3, 1, tzinfo=UTC))
    return plan


def test_page_says_when_the_plan_was_last_changed(plan: Plan, client: Client) -> None:
    officer = make_user(Role.OFFICER, plan.agency)
    client.force_login(make_user(Role.MANAGEMENT, plan.agency))
    page = reverse("programs", args=plan.address)
    assert updated(client, page) == "01.03.2020"
    program = make_program(plan, "1.1", officer=officer)
    Program.history.update(history_date=datetime(2020, 4, 2, tzinfo=UTC))
    assert updated(client, page) == "02.04.2020"
    make_update(make_milestone(program=program), officer)
    assert updated(client, page) == f"{today():%d.%m.%Y}"
    # One's own pages, and those that are not there, speak of one's own plan.
    assert updated(client, "/tiada/") == f"{today():%d.%m.%Y}"


def test_stranger_learns_nothing_of_a_plan_from_its_missing_page(
    plan: Plan, client: Client
) -> None:
    client.force_login(make_user(Role.HEAD, make_agency("mbmb")))
    missing = client.get(plan.get_absolute_url())
    assert missing.status_code == 404
    assert LABEL not in missing.content.decode()


def test_nobody_learns_it_without_signing_in(plan: Plan, client: Client) -> None:
    assert not updated(client, reverse("privacy"))
    assert not updated(client, reverse("account_login"))


def test_switches_on_a_form_sent_in_vain_return_to_a_page_that_opens(client: Client) -> None:
    agency = make_agency()
    officer = make_user(Role.OFFICER, agency)
    program = make_program(make_plan(agency), "1.1", officer=officer)
    update = make_update(make_milestone(program=program), officer)
    client.force_login(make_user(Role.HEAD, agency))
    queue = reverse("verify_queue") + "?page=1"
    address = reverse("return_update", args=[*program.plan.address, update.pk])
    assert client.get(address).status_code == 302, "the form's answer is no page to come back to"
    response = client.post(
        address,
        {"note": ""},
        headers={"referer": f"http://testserver{queue}", "host": "testserver"},
    )
    assert response.status_code == 200
    assert f'name="next" value="{queue}"' in response.content.decode()
    elsewhere = client.post(address, {"note": ""}, headers={"referer": "https://lain.test/x"})
    assert "lain.test" not in elsewhere.content.decode()


@pytest.mark.parametrize(
    ("name", "marked"),
    [
        ("dashboard", "Papan pemuka"),
        ("changes", "Papan pemuka"),
        ("meeting_sheet", "Papan pemuka"),
        ("plan_tree", "Pelan"),
        ("programs", "Pelan"),
        ("milestones", "Pelan"),
        ("reviews", "Laporan"),
        ("compare_reviews", "Laporan"),
    ],
)
def test_menu_marks_where_one_is_as_the_trail_says(
    name: str, marked: str, plan: Plan, client: Client
) -> None:
    client.force_login(make_user(Role.MANAGEMENT, plan.agency))
    response = client.get(reverse(name, args=plan.address))
    assert [link.label for link in response.context["navigation"] if link.current] == [marked]
    labels = [str(label) for label, _url in response.context.get("breadcrumbs") or []]
    assert marked in labels or name in {"dashboard", "reviews", "compare_reviews"}


def test_person_of_one_agency_sees_it_on_every_page_and_others_none(client: Client) -> None:
    own, other = make_agency("mpag"), make_agency("mbmb")
    own.name, other.name = "Majlis Satu", "Majlis Dua"
    own.save()
    other.save()
    client.force_login(make_user(Role.OFFICER, own))
    for name in ("tasks", "search", "account_change_password"):
        page = client.get(reverse(name)).content.decode()
        assert page.count("Majlis Satu") >= 2, name
        assert "Majlis Dua" not in page
    client.logout()
    assert "Majlis Satu" not in client.get(reverse("account_login")).content.decode()
