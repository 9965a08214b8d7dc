"""Pages with nothing to show say what to do next, to whoever can do it and to whoever cannot."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from teras.models import Plan
from tests.factories import (
    make_agency,
    make_kpi,
    make_milestone,
    make_plan,
    make_program,
    make_user,
)

pytestmark = pytest.mark.django_db
PLAN_PAGES = ("dashboard", "plan_tree", "plan_gantt", "programs")
ENTER = reverse("admin:programs_program_changelist")


@pytest.fixture
def plan() -> Plan:
    return make_plan()


def page(role: Role | None, address: str) -> str:
    client = Client()
    client.force_login(make_user(role))
    client.cookies["bahasa"] = "en"
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]


@pytest.mark.parametrize("name", PLAN_PAGES)
def test_plan_without_programmes_leads_its_keepers_to_where_they_enter_them(
    name: str, plan: Plan
) -> None:
    address = reverse(name, args=plan.address)
    for role in (Role.HEAD, Role.ADMINISTRATOR):
        assert f'class="button" href="{ENTER}"' in page(role, address)
    for role in (Role.OFFICER, Role.MANAGEMENT, Role.AUDITOR):
        found = page(role, address)
        assert ENTER not in found
        assert "once the head of the IT division" in found


@pytest.mark.parametrize("name", ["programs", "milestones"])
def test_list_without_filters_does_not_offer_to_clear_them(name: str, plan: Plan) -> None:
    address = reverse(name, args=plan.address)
    assert "Show all" not in page(Role.HEAD, address)
    make_program(plan, "1.1")
    assert "Show all" in page(Role.HEAD, f"{address}?status=dropped")


def test_milestones_of_a_plan_that_has_none_lead_to_the_programmes(plan: Plan) -> None:
    found = page(Role.OFFICER, reverse("milestones", args=plan.address))
    assert "No milestones yet" in found
    assert reverse("programs", args=plan.address) in found


def test_programme_without_indicator_says_who_gives_it_one(plan: Plan) -> None:
    program = make_program(plan, "1.1")
    add = f"{reverse('admin:kpi_kpi_add')}?program={program.pk}"
    assert add in page(Role.HEAD, program.get_absolute_url())
    found = page(Role.OFFICER, program.get_absolute_url())
    assert "No indicator yet" in found
    assert add not in found


def test_indicator_without_milestone_says_that_nothing_can_be_recorded(plan: Plan) -> None:
    kpi = make_kpi(make_program(plan, "1.1"))
    change = reverse("admin:kpi_kpi_change", args=[kpi.pk])
    assert change in page(Role.HEAD, kpi.program.get_absolute_url())
    assert "nothing can be recorded" in page(Role.OFFICER, kpi.program.get_absolute_url())


def test_person_without_programmes_is_told_whom_to_ask_and_the_head_is_not_sent_to_the_head() -> (
    None
):
    make_plan()
    assert "Ask the head" in page(Role.OFFICER, reverse("tasks"))
    head = page(Role.HEAD, reverse("tasks"))
    assert "Ask the head" not in head
    assert ENTER in head


def test_year_without_milestones_is_not_called_complete(plan: Plan) -> None:
    make_milestone(date(2021, 6, 30), program=make_program(plan, "1.1"))
    for year, is_empty in ((2020, True), (2021, False)):
        found = page(Role.HEAD, reverse("december", args=[*plan.address, year]))
        assert (f"No milestone is due in {year}" in found) is is_empty
        assert "The record is complete" not in found


@pytest.mark.parametrize("role", [*Role, None])
def test_start_page_without_a_plan_says_what_to_do(role: Role | None) -> None:
    make_agency()
    found = page(role, "/")
    assert "No plan yet" in found
    assert "this page" in found
