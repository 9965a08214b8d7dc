import re
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
from progress.actions import Report, correct_update, record_update, return_update, verify_update
from progress.choices import Claim, UpdateState
from progress.evidence import keep
from progress.models import ProgressUpdate, Verification
from progress.queries.verification import ROWS_A_PAGE
from tests.factories import (
    make_agency,
    make_milestone,
    make_plan,
    make_program,
    make_update,
    make_user,
)
from tests.progress.files import image, office, paper, upload

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
    assert address("verify_update", update) not in text
    opened = client.get(f"{QUEUE}{update.pk}/").text
    assert update.narrative in opened
    assert "Nobody verifies their own" in opened
    assert address("verify_update", update) not in opened
    assert address("return_update", update) not in opened


def test_verify_queue_empty_says_what_will_come(client: Client, head: User) -> None:
    client.force_login(head)
    text = client.get(QUEUE).text
    assert "Nothing waits for you" in text
    assert "To the dashboard" in text


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
    assert f'value="{QUEUE}"' in response.text  # where somebody came from elsewhere, they go back
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


def test_decisions_are_never_taken_by_a_link(
    client: Client, officer: User, head: User, milestone: Milestone
) -> None:
    update = make_update(milestone, officer)
    client.force_login(head)
    assert client.get(address("verify_update", update)).status_code == 405
    assert client.get(address("return_update", update))["Location"] == queue_address(update)
    assert state_of(update) is UpdateState.UNVERIFIED


def queue_address(update: ProgressUpdate) -> str:
    return f"{QUEUE}{update.pk}/"


@pytest.fixture
def three(officer: User, milestone: Milestone) -> list[ProgressUpdate]:
    return [
        make_update(milestone, officer, claim=Claim.ONGOING, narrative=f"Kisah ke-{number}.")
        for number in (1, 2, 3)
    ]


def test_verify_queue_opens_the_oldest_and_each_has_an_address(
    client: Client, head: User, three: list[ProgressUpdate]
) -> None:
    client.force_login(head)
    first = client.get(QUEUE).text
    assert "Kisah ke-1." in first
    assert "Kisah ke-2." not in first
    for update in three:
        assert f'href="{queue_address(update)}"' in first
    second = client.get(queue_address(three[1])).text
    assert "2 of 3" in second
    assert re.search(rf'href="{queue_address(three[1])}" aria-current="true"', second)
    # What one reads stands beside what was said before it.
    assert "What Nurul Aini wrote" in second
    assert "Kisah ke-1." in second


@pytest.mark.parametrize("name", ["verify_update", "return_update"])
def test_decision_opens_the_next_and_after_the_last_the_first_left(
    client: Client, head: User, three: list[ProgressUpdate], name: str
) -> None:
    client.force_login(head)
    said = {"note": "Lampirkan minit."}
    assert client.post(address(name, three[1]), said)["Location"] == queue_address(three[2])
    assert client.post(address(name, three[2]), said)["Location"] == queue_address(three[0])
    assert client.post(address(name, three[0]), said)["Location"] == QUEUE


def test_decision_is_told_with_the_way_to_mend_it(
    client: Client, head: User, three: list[ProgressUpdate]
) -> None:
    client.force_login(head)
    text = client.post(address("verify_update", three[0]), follow=True).text
    assert 'role="status"' in text
    assert "Verified: " in text
    assert address("correct_update", three[0]) in text
    assert "Kisah ke-2." in text


def test_return_update_in_the_queue_without_words_stays_there_and_asks(
    client: Client, head: User, three: list[ProgressUpdate]
) -> None:
    client.force_login(head)
    response = client.post(address("return_update", three[1]), {"note": " "})
    assert response.status_code == 200
    assert "Kisah ke-2." in response.text
    assert re.search(r"<details open>\s*<summary[^>]*data-key=\"b\"", response.text)
    assert 'role="alert"' in response.text
    # Loaded anew the page asks for the update, never for the address the words were sent to.
    assert response["HX-Push-Url"] == queue_address(three[1])
    assert state_of(three[1]) is UpdateState.UNVERIFIED


@pytest.mark.parametrize("was_returned", [False, True])
def test_decision_after_another_heads_says_who_decided_and_changes_nothing(
    client: Client, head: User, three: list[ProgressUpdate], was_returned: bool
) -> None:
    other = make_user(Role.HEAD, full_name="Rosmah binti Daud")
    if was_returned:
        return_update(by=other, update=three[0], note="Kurang jelas.")
    else:
        verify_update(by=other, update=three[0])
    client.force_login(head)
    response = client.post(address("verify_update", three[0]))
    assert response["Location"] == queue_address(three[0])
    text = client.get(response["Location"]).text
    assert f"Rosmah binti Daud {'returned' if was_returned else 'verified'}" in text
    assert "your decision was not recorded" in text
    assert queue_address(three[1]) in text
    kept = client.post(address("return_update", three[0]), {"note": "Kata-kata saya."}).text
    assert "Rosmah binti Daud" in kept
    assert "Kata-kata saya." in kept
    assert Verification.objects.count() == 1


def test_decision_on_what_was_corrected_meanwhile_says_who_corrected_it(
    client: Client, head: User, officer: User, three: list[ProgressUpdate]
) -> None:
    report = Report(date(2021, 6, 2), Claim.ONGOING, "Pembetulan.")
    correct_update(by=officer, update=three[0], report=report, today=date(2021, 8, 1))
    client.force_login(head)
    text = client.post(address("verify_update", three[0]), follow=True).text
    assert "Nurul Aini put a correction in the place of" in text
    assert not Verification.objects.exists()


def test_verify_queue_shows_what_changed_and_why_it_was_returned(
    client: Client, head: User, officer: User, milestone: Milestone
) -> None:
    former = make_update(milestone, officer, claim=Claim.ONGOING, narrative="Separuh jalan.")
    return_update(by=head, update=former, note="Nyatakan tarikh.")
    update = correct_update(
        by=officer,
        update=former,
        report=Report(date(2021, 7, 16), Claim.ACHIEVED, "Siap semua.", percent=100),
        today=date(2021, 8, 1),
    )
    client.force_login(head)
    text = client.get(queue_address(update)).text
    for told in (
        "16 days after the due date",
        "against the update it corrects",
        "Nyatakan tarikh.",
        "Separuh jalan.",
        "02.05.2021",
    ):
        assert told in text
    assert re.search(r"Percent done</th><td[^>]*>–</td><td><strong>100%", text)


def test_verify_queue_gives_a_long_text_in_full(
    client: Client, head: User, officer: User, milestone: Milestone
) -> None:
    words = " ".join(f"perkataan{number}" for number in range(2_000))
    update = make_update(milestone, officer, narrative=words)
    client.force_login(head)
    assert words in client.get(queue_address(update)).text


def test_verify_queue_shows_evidence_in_the_page(
    client: Client, head: User, officer: User, milestone: Milestone
) -> None:
    files = (
        keep(upload("laporan.pdf", paper(2))),
        keep(upload("gambar.png", image("PNG"))),
        keep(upload("rosak.pdf", b"%PDF-1.7 <script>alert(1)</script>")),
        keep(upload("kiraan.xlsx", office("xl/"))),
    )
    report = Report(date(2021, 6, 1), Claim.ONGOING, "Jalan.", files=files)
    update = record_update(by=officer, milestone=milestone, report=report, today=date(2021, 8, 1))
    client.force_login(head)
    text = client.get(queue_address(update)).text
    shown = {item.name: item.pk for item in update.evidence.all()}
    sources = re.findall(r'<img src="(/bukti/[^"]+)"', text)
    assert sources == [
        f"/bukti/{shown['laporan.pdf']}/muka/1/",
        f"/bukti/{shown['laporan.pdf']}/muka/2/",
        f"/bukti/{shown['gambar.png']}/muka/1/",
    ]
    assert "damaged or locked" in text
    assert "not shown in the page" in text
    for key in shown.values():
        assert f'href="/bukti/{key}/"' in text
    # What a person sent can be drawn or downloaded, and nothing else.
    assert not re.search(r"<(iframe|object|embed)", text)


def test_verify_queue_is_not_found_for_another_agency_or_a_guess(
    client: Client, head: User, three: list[ProgressUpdate]
) -> None:
    client.force_login(make_user(Role.HEAD, make_agency("mbmb")))
    assert client.get(queue_address(three[0])).status_code == 404
    assert "Kisah" not in client.get(QUEUE).text
    client.force_login(head)
    assert client.get(f"{QUEUE}999999/").status_code == 404


def test_verify_queue_longer_than_its_list_leads_on(
    client: Client, officer: User, head: User, milestone: Milestone
) -> None:
    updates = [make_update(milestone, officer, claim=Claim.ONGOING) for _ in range(ROWS_A_PAGE + 2)]
    client.force_login(head)
    text = client.get(QUEUE).text
    assert text.count('class="desk__row"') == ROWS_A_PAGE
    assert "2 newer" in text
    assert queue_address(updates[ROWS_A_PAGE]) in text
    on = client.get(queue_address(updates[ROWS_A_PAGE])).text
    assert on.count('class="desk__row"') == 2
    assert f"{ROWS_A_PAGE} older" in on


@pytest.mark.parametrize("size", [1, 5])
def test_verify_queue_takes_the_same_queries_whatever_the_size(
    client: Client, head: User, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    files = (keep(upload("gambar.png", image("PNG"))),)
    report = Report(date(2021, 6, 1), Claim.ONGOING, "Jalan.", files=files)
    plan = make_plan()
    for _ in range(size):
        officer = make_user()
        milestone = make_milestone(program=make_program(plan, officer=officer))
        for author in (officer, head):
            record_update(by=author, milestone=milestone, report=report, today=date(2021, 8, 1))
    client.force_login(head)
    with django_assert_num_queries(12):
        response = client.get(QUEUE)
    assert response.text.count('class="desk__row"') == 2 * size
