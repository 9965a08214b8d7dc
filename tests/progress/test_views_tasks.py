import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.choices import Role
from accounts.models import User
from kpi.actions import drop_milestone, move_milestone
from kpi.models import Milestone
from progress.actions import return_update
from progress.choices import Claim
from tests.factories import (
    make_amendment,
    make_milestone,
    make_plan,
    make_program,
    make_update,
    make_user,
)

pytestmark = pytest.mark.django_db


def page(client: Client, user: User) -> str:
    client.force_login(user)
    response = client.get(reverse("tasks"))
    assert response.status_code == 200
    return response.text


def test_tasks_row_says_what_is_due_why_and_leads_to_the_form(
    client: Client, officer: User, head: User, milestone: Milestone
) -> None:
    program = milestone.kpi.program
    amendment = make_amendment(program.plan)
    move_milestone(by=head, milestone=milestone, amendment=amendment, due=date(2022, 3, 31))
    text = page(client, officer)
    assert program.code in text
    assert program.name in text
    assert milestone.kpi.indicator in text
    assert "31.03.2022" in text
    assert "30.06.2021" in text
    assert "Overdue by 640 days" in text
    form = reverse("record_update", args=[*program.plan.address, milestone.pk])
    assert f'href="{form}?next=/tugasan/"' in text


def test_tasks_of_a_plan_that_ended_say_as_at_which_day(
    client: Client, officer: User, milestone: Milestone
) -> None:
    assert "31.12.2023" in page(client, officer)


def test_tasks_show_the_heads_words_and_the_way_to_correct(
    client: Client, officer: User, head: User, milestone: Milestone
) -> None:
    update = make_update(milestone, officer)
    return_update(by=head, update=update, note="Sila lampirkan <surat>.")
    text = page(client, officer)
    assert "Sila lampirkan &lt;surat&gt;." in text
    form = reverse("correct_update", args=[*milestone.kpi.program.plan.address, update.pk])
    assert f'href="{form}?next=/tugasan/"' in text


def test_tasks_come_late_soon_returned_and_then_the_rest(
    client: Client, officer: User, head: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("progress.views.tasks.today", lambda: date(2021, 6, 1))
    program = make_program(officer=officer)
    rest = make_milestone(date(2023, 6, 30), program=program)
    back = make_milestone(date(2022, 12, 31), program=program)
    soon = make_milestone(date(2021, 7, 31), program=program)
    late = make_milestone(date(2021, 3, 31), program=program)
    later = make_milestone(date(2021, 5, 31), program=program)
    for milestone in (back, later):
        update = make_update(milestone, officer)
        return_update(by=head, update=update, note="Lampirkan bukti.")
    text = page(client, officer)
    assert re.findall(r'id="sasaran-(\d+)"', text) == [
        str(milestone.pk) for milestone in (late, later, soon, back, rest)
    ]
    headings = re.findall(r'<h2[^>]*id="(\w+)"', text)
    assert headings == ["overdue", "due_soon", "returned", "upcoming"]


def test_tasks_of_a_returned_update_on_a_closed_milestone_stand_in_the_list_too(
    client: Client, officer: User, head: User, milestone: Milestone
) -> None:
    returned = make_update(milestone, officer, claim=Claim.ONGOING)
    return_update(by=head, update=returned, note="Nyatakan tarikh.")
    drop_milestone(
        by=head, milestone=milestone, amendment=make_amendment(milestone.kpi.program.plan)
    )
    text = page(client, officer)
    assert "Nyatakan tarikh." in text
    assert (
        reverse("record_update", args=[*milestone.kpi.program.plan.address, milestone.pk])
        not in text
    )


def test_tasks_open_in_place_and_work_as_links_too(
    client: Client, officer: User, milestone: Milestone
) -> None:
    text = page(client, officer)
    form = reverse("record_update", args=[*milestone.kpi.program.plan.address, milestone.pk])
    assert f'href="{form}?next=/tugasan/" hx-get="{form}"' in text
    assert "<form" not in text.split('class="tasks"')[1].split("</ul>")[0]


def test_tasks_without_a_programme_say_whom_to_ask(client: Client, officer: User) -> None:
    assert "Ask the head" in page(client, officer)


def test_tasks_all_done_say_so(client: Client, officer: User, milestone: Milestone) -> None:
    make_update(milestone)
    text = page(client, officer)
    assert "Every milestone of your programmes is closed" in text
    assert milestone.kpi.program.plan.get_absolute_url() in text


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.OFFICER, 200),
        (Role.HEAD, 200),
        (Role.ADMINISTRATOR, 403),
        (Role.MANAGEMENT, 403),
        (Role.AUDITOR, 403),
        (None, 403),
    ],
)
def test_tasks_are_for_those_who_record(client: Client, role: Role | None, status: int) -> None:
    client.force_login(make_user(role))
    assert client.get(reverse("tasks")).status_code == status


def test_tasks_of_an_anonymous_visitor_lead_to_sign_in(client: Client) -> None:
    response = client.get(reverse("tasks"))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("size", [1, 3])
def test_tasks_take_the_same_queries_whatever_the_size(
    client: Client, officer: User, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    head = make_user(Role.HEAD)
    for number in range(size):
        plan = make_plan(slug=f"pelan-{number}")
        for _ in range(size):
            program = make_program(plan, officer=officer)
            make_milestone(date(2022, 6, 30), program=program)
            update = make_update(make_milestone(program=program), officer)
            return_update(by=head, update=update, note="Lampirkan bukti.")
    client.force_login(officer)
    with django_assert_num_queries(16):
        response = client.get(reverse("tasks"))
    assert response.text.count('<li class="task ') == 2 * size * size
