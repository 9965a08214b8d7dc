import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import User
from kpi.choices import Outcome
from kpi.models import Milestone
from progress.actions import return_update, verify_update
from progress.choices import UpdateState
from progress.models import ProgressUpdate
from tests.factories import (
    make_agency,
    make_milestone,
    make_plan,
    make_update,
    make_user,
)
from tests.progress.sending import GOOD, address, correction, hidden, send

pytestmark = pytest.mark.django_db

# Correcting


def test_correct_update_form_is_filled_with_what_was_said(
    client: Client, officer: User, head: User, milestone: Milestone
) -> None:
    update = make_update(milestone, officer, narrative="Siap separuh.")
    return_update(by=head, update=update, note="Tarikh salah.")
    client.force_login(officer)
    text = client.get(correction(update)).text
    assert text.count("Siap separuh.") == 2
    assert 'value="2021-05-02"' in text
    assert "Tarikh salah." in text
    assert "It stays visible in the history" in text


def test_correct_update_takes_the_place_of_the_former(
    client: Client, officer: User, milestone: Milestone
) -> None:
    update = make_update(milestone, officer)
    response = send(client, officer, correction(update), claim="open", narrative="Belum siap.")
    right = ProgressUpdate.objects.get(corrects=update)
    assert response["Location"] == right.get_absolute_url()
    assert ProgressUpdate.objects.get(pk=update.pk).state is UpdateState.CORRECTED
    milestone.refresh_from_db()
    assert milestone.outcome == Outcome.OPEN


def test_correct_update_corrected_already_leads_to_the_history(
    client: Client, officer: User, milestone: Milestone
) -> None:
    update = make_update(milestone, officer)
    send(client, officer, correction(update), claim="open")
    response = client.get(correction(update))
    assert response["Location"] == update.get_absolute_url()


def test_correct_update_decided_meanwhile_is_told(
    client: Client, officer: User, head: User, milestone: Milestone
) -> None:
    update = make_update(milestone, officer)
    client.force_login(officer)
    seen = hidden(client.get(correction(update)).text, "seen")[0]
    verify_update(by=head, update=update)
    response = client.post(correction(update), {**GOOD, "seen": seen})
    assert response.status_code == 409
    assert "Rosnah verified an update" in response.text


def test_correct_update_in_place_undoes_what_was_just_recorded(
    client: Client, officer: User, milestone: Milestone
) -> None:
    htmx = {"HX-Request": "true"}
    update = make_update(milestone, officer)
    client.force_login(officer)
    form = client.get(correction(update), headers=htmx).text
    assert "<html" not in form
    assert "Siap dilaksanakan." in form
    sent = {**GOOD, "claim": "open", "seen": hidden(form, "seen")[0]}
    row = client.post(correction(update), sent, headers=htmx).text
    assert "Correction recorded." in row
    assert "Overdue" in row
    milestone.refresh_from_db()
    assert milestone.outcome == Outcome.OPEN


def test_correct_update_tapped_twice_corrects_once(
    client: Client, officer: User, milestone: Milestone
) -> None:
    update = make_update(milestone, officer)
    client.force_login(officer)
    seen = hidden(client.get(correction(update)).text, "seen")[0]
    for _ in range(2):
        response = client.post(correction(update), {**GOOD, "claim": "open", "seen": seen})
        assert response.status_code == 302
    assert ProgressUpdate.objects.count() == 2


def test_correct_update_in_place_corrected_already_says_so_in_the_row(
    client: Client, officer: User, milestone: Milestone
) -> None:
    update = make_update(milestone, officer)
    send(client, officer, correction(update), claim="open")
    row = client.get(correction(update), headers={"HX-Request": "true"}).text
    assert "already corrected" in row
    assert "<html" not in row


# Who


@pytest.mark.parametrize("kind", ["record", "correct"])
def test_recording_is_for_the_head_and_the_programmes_officers(
    client: Client, officer: User, head: User, milestone: Milestone, kind: str
) -> None:
    url = address(milestone)
    if kind == "correct":
        url = correction(make_update(milestone, officer))
    others = [
        (officer, 200),
        (head, 200),
        (make_user(Role.OFFICER), 403),
        (make_user(Role.ADMINISTRATOR), 403),
        (make_user(Role.MANAGEMENT), 403),
        (make_user(Role.AUDITOR), 403),
        (make_user(None), 404),
        (make_user(Role.HEAD, make_agency("mbmb")), 404),
    ]
    for user, status in others:
        client.force_login(user)
        assert client.get(url).status_code == status
        if status != 200:
            assert client.post(url, GOOD).status_code == status
    assert ProgressUpdate.objects.count() == (kind == "correct")


def test_recording_under_another_plans_address_is_not_found(client: Client, head: User) -> None:
    milestone = make_milestone()
    update = make_update(milestone)
    other = make_plan(slug="psict-2024-2028", first_year=2024, last_year=2028)
    client.force_login(head)
    for name, key in [("record_update", milestone.pk), ("correct_update", update.pk)]:
        url = reverse(name, args=[*other.address, key])
        assert client.get(url).status_code == 404
        assert client.post(url, GOOD).status_code == 404
