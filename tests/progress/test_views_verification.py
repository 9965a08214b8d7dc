from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.choices import Role
from accounts.models import User
from kpi.choices import Outcome
from kpi.models import Milestone
from progress.actions import Report, record_update, verify_update
from progress.choices import Claim, UpdateState
from progress.evidence import keep
from progress.models import ProgressUpdate, Verification
from progress.views.verification import UPDATES_A_PAGE
from tests.factories import (
    make_agency,
    make_milestone,
    make_plan,
    make_program,
    make_update,
    make_user,
)
from tests.progress.files import upload

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

pytestmark = pytest.mark.django_db

QUEUE = "/tugasan/pengesahan/"


def address(name: str, update: ProgressUpdate) -> str:
    return reverse(name, args=[*update.milestone.kpi.program.plan.address, update.pk])


def said(response: "_MonkeyPatchedWSGIResponse") -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def state_of(update: ProgressUpdate) -> UpdateState:
    return ProgressUpdate.objects.get(pk=update.pk).state


def test_verify_queue_shows_what_is_to_be_decided(
    client: Client, officer: User, head: User, milestone: Milestone
) -> None:
    report = Report(
        date(2021, 6, 1), Claim.ACHIEVED, "Siap dipasang.", files=(keep(upload("bukti.pdf")),)
    )
    update = record_update(by=officer, milestone=milestone, report=report, today=date(2021, 8, 1))
    client.force_login(head)
    text = client.get(QUEUE).text
    for told in ("Siap dipasang.", "bukti.pdf", "Nurul Aini", milestone.kpi.program.name):
        assert told in text
    assert address("verify_update", update) in text
    assert address("return_update", update) in text


def test_verify_queue_shows_ones_own_apart_without_buttons(
    client: Client, head: User, milestone: Milestone
) -> None:
    update = make_update(milestone, head)
    client.force_login(head)
    text = client.get(QUEUE).text
    assert "waiting for another head" in text
    assert update.narrative in text
    assert address("verify_update", update) not in text


def test_verify_queue_empty_says_what_will_come(client: Client, head: User) -> None:
    client.force_login(head)
    assert "Nothing waits for you" in client.get(QUEUE).text


@pytest.mark.parametrize("role", [Role.OFFICER, Role.ADMINISTRATOR, Role.MANAGEMENT, Role.AUDITOR])
def test_verification_is_for_heads(
    client: Client, officer: User, milestone: Milestone, role: Role
) -> None:
    update = make_update(milestone, officer)
    client.force_login(make_user(role))
    assert client.get(QUEUE).status_code == 403
    for name in ("verify_update", "return_update"):
        assert client.post(address(name, update), {"note": "Tidak."}).status_code == 403
    assert not Verification.objects.exists()


def test_verification_is_not_found_from_another_agency_or_plan(
    client: Client, officer: User, head: User, milestone: Milestone
) -> None:
    update = make_update(milestone, officer)
    other = make_plan(slug="psict-2024-2028", first_year=2024, last_year=2028)
    client.force_login(head)
    elsewhere = reverse("verify_update", args=[*other.address, update.pk])
    assert client.post(elsewhere).status_code == 404
    client.force_login(make_user(Role.HEAD, make_agency("mbmb")))
    assert client.post(address("verify_update", update)).status_code == 404
    assert not Verification.objects.exists()


def test_verify_update_leads_back_to_the_queue_with_a_message(
    client: Client, officer: User, head: User, milestone: Milestone
) -> None:
    update = make_update(milestone, officer)
    client.force_login(head)
    response = client.post(address("verify_update", update))
    assert response["Location"] == QUEUE
    assert "Verified" in said(response)
    assert state_of(update) is UpdateState.VERIFIED


def test_verify_update_of_ones_own_is_forbidden(
    client: Client, head: User, milestone: Milestone
) -> None:
    update = make_update(milestone, head)
    client.force_login(head)
    for name in ("verify_update", "return_update"):
        assert client.post(address(name, update), {"note": "Ya."}).status_code == 403
    assert state_of(update) is UpdateState.UNVERIFIED


def test_verify_update_decided_meanwhile_says_so(
    client: Client, officer: User, head: User, milestone: Milestone
) -> None:
    update = make_update(milestone, officer)
    verify_update(by=make_user(Role.HEAD), update=update)
    client.force_login(head)
    assert "no longer waiting" in said(client.post(address("verify_update", update)))


def test_return_update_sends_words_and_reopens_and_leads_where_asked(
    client: Client, officer: User, head: User, milestone: Milestone
) -> None:
    update = make_update(milestone, officer)
    client.force_login(head)
    back = update.get_absolute_url()
    response = client.post(
        address("return_update", update), {"note": "Sila lampirkan surat.", "next": back}
    )
    assert response["Location"] == back
    assert update.verification.note == "Sila lampirkan surat."
    milestone.refresh_from_db()
    assert milestone.outcome == Outcome.OPEN


def test_return_update_without_words_asks_for_them(
    client: Client, officer: User, head: User, milestone: Milestone
) -> None:
    update = make_update(milestone, officer)
    client.force_login(head)
    response = client.post(address("return_update", update), {"note": "  ", "next": QUEUE})
    assert response.status_code == 200
    assert 'id="id_note"' in response.text
    assert f'value="{QUEUE}"' in response.text
    assert state_of(update) is UpdateState.UNVERIFIED


def test_return_update_decided_meanwhile_keeps_the_words(
    client: Client, officer: User, head: User, milestone: Milestone
) -> None:
    update = make_update(milestone, officer)
    verify_update(by=make_user(Role.HEAD), update=update)
    client.force_login(head)
    response = client.post(address("return_update", update), {"note": "Kata-kata panjang saya."})
    assert "no longer waiting" in response.text
    assert "Kata-kata panjang saya." in response.text


@pytest.mark.parametrize("name", ["verify_update", "return_update"])
def test_decisions_are_never_taken_by_a_link(
    client: Client, officer: User, head: User, milestone: Milestone, name: str
) -> None:
    update = make_update(milestone, officer)
    client.force_login(head)
    assert client.get(address(name, update)).status_code == 405
    assert state_of(update) is UpdateState.UNVERIFIED


def test_verify_queue_is_cut_into_pages(
    client: Client, officer: User, head: User, milestone: Milestone
) -> None:
    for _ in range(UPDATES_A_PAGE + 1):
        make_update(milestone, officer, claim=Claim.ONGOING)
    client.force_login(head)
    assert client.get(QUEUE).text.count("/sahkan/") == UPDATES_A_PAGE
    assert client.get(QUEUE, {"page": 2}).text.count("/sahkan/") == 1


@pytest.mark.parametrize("size", [1, 5])
def test_verify_queue_takes_the_same_queries_whatever_the_size(
    client: Client, head: User, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    report = Report(date(2021, 6, 1), Claim.ONGOING, "Jalan.", files=(keep(upload()),))
    plan = make_plan()
    for _ in range(size):
        officer = make_user()
        milestone = make_milestone(program=make_program(plan, officer=officer))
        for author in (officer, head):
            record_update(by=author, milestone=milestone, report=report, today=date(2021, 8, 1))
    client.force_login(head)
    with django_assert_num_queries(11):
        response = client.get(QUEUE)
    assert response.text.count("/sahkan/") == size
