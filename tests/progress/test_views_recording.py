import re
from datetime import date
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from kpi.choices import KpiKind, Outcome
from kpi.models import Milestone
from progress.choices import Claim
from progress.evidence import keep
from progress.models import Evidence, ProgressUpdate
from tests.factories import (
    make_kpi,
    make_milestone,
    make_plan,
    make_program,
    make_update,
    make_user,
)
from tests.progress.files import upload
from tests.progress.sending import GOOD, address, hidden, send

pytestmark = pytest.mark.django_db

# Opening


def test_record_update_form_says_what_it_is_about(
    client: Client, officer: User, milestone: Milestone
) -> None:
    client.force_login(officer)
    text = client.get(address(milestone)).text
    assert milestone.kpi.program.name in text
    assert milestone.kpi.indicator in text
    assert "30.06.2021" in text
    assert "Overdue by 914 days" in text
    # The plan has ended: its last day is the day that is offered.
    assert 'value="2023-12-31"' in text


def test_record_update_form_asks_for_a_value_only_where_there_is_a_target(
    client: Client, officer: User, milestone: Milestone
) -> None:
    measured = make_milestone(
        kpi=make_kpi(
            milestone.kpi.program, kind=KpiKind.AT_LEAST, target_value=Decimal(2), unit="sesi"
        )
    )
    client.force_login(officer)
    assert 'name="actual_value"' not in client.get(address(milestone)).text
    text = client.get(address(measured)).text
    assert 'name="actual_value"' in text
    assert "at least 2 sesi" in text


def test_record_update_form_folds_difficulties_away_unless_late(
    client: Client, officer: User
) -> None:
    program = make_program(make_plan(last_year=2099), officer=officer)
    late = make_milestone(date(2021, 6, 30), program=program)
    ahead = make_milestone(date(2098, 6, 30), program=program)
    client.force_login(officer)
    assert '<details class="fold" open>' in client.get(address(late)).text
    assert '<details class="fold" open>' not in client.get(address(ahead)).text


def test_record_update_form_of_a_missed_milestone_offers_achieved_only(
    client: Client, officer: User, milestone: Milestone
) -> None:
    make_update(milestone, claim=Claim.NOT_ACHIEVED)
    client.force_login(officer)
    text = client.get(address(milestone)).text
    assert re.findall(r'name="claim" value="(\w+)"', text) == ["achieved"]


def test_record_update_form_of_an_achieved_milestone_leads_to_its_page_with_the_reason(
    client: Client, officer: User, milestone: Milestone
) -> None:
    make_update(milestone)
    client.force_login(officer)
    response = client.get(address(milestone))
    assert response.status_code == 302
    assert response["Location"] == milestone.kpi.program.get_absolute_url()
    assert "achieved already" in str(next(iter(get_messages(response.wsgi_request))))


# Saving


def test_record_update_saves_all_that_was_said_and_leads_to_the_entry(
    client: Client, officer: User, milestone: Milestone
) -> None:
    response = send(
        client,
        officer,
        address(milestone),
        [upload("a.pdf"), upload("b.pdf")],
        percent="100",
        issues="Lewat dihantar.",
        corrective_action="Pembekal ditegur.",
        link="contoh.test/minit",
    )
    update = ProgressUpdate.objects.get()
    assert response["Location"] == update.get_absolute_url()
    assert (update.recorded_by, update.claim) == (officer, Claim.ACHIEVED)
    assert update.effective_on == date(2021, 6, 1)
    assert update.narrative == "Siap dipasang."
    assert update.percent == 100
    assert update.issues == "Lewat dihantar."
    assert update.corrective_action == "Pembekal ditegur."
    names = ["a.pdf", "b.pdf", "https://contoh.test/minit"]
    assert [item.name for item in update.evidence.all()] == names
    milestone.refresh_from_db()
    assert milestone.outcome == Outcome.ACHIEVED
    shown = client.get(response["Location"]).text
    assert f'id="kemas-kini-{update.pk}"' in shown
    assert f'data-saved="{address(milestone)}"' in shown
    assert "See it on the page of programme" not in shown, "one is there"


def test_record_update_after_the_plan_ended_leads_to_a_day_that_shows_it(
    client: Client, officer: User, milestone: Milestone
) -> None:
    response = send(client, officer, address(milestone), effective_on="2024-02-01")
    update = ProgressUpdate.objects.get()
    assert f'id="kemas-kini-{update.pk}"' in client.get(response["Location"]).text


def test_record_update_takes_dates_as_people_write_them(
    client: Client, officer: User, milestone: Milestone
) -> None:
    send(client, officer, address(milestone), effective_on="01.06.2021")
    assert ProgressUpdate.objects.get().effective_on == date(2021, 6, 1)


@pytest.mark.parametrize(
    ("asked", "is_ours"),
    [
        ("/tugasan/", True),
        ("https://jahat.test/", False),
        ("//jahat.test", False),
        ("javascript:alert(1)", False),
    ],
)
def test_record_update_leads_back_only_within_the_portal(
    client: Client, officer: User, milestone: Milestone, asked: str, is_ours: bool
) -> None:
    response = send(client, officer, address(milestone), next=asked)
    assert (response["Location"] == asked) is is_ours
    leads_on = "See it on the page of programme" in client.get("/tugasan/").text
    assert leads_on is is_ours


# What is refused keeps what was entered


def test_record_update_with_an_error_keeps_words_and_files_for_the_next_attempt(
    client: Client, officer: User, milestone: Milestone
) -> None:
    url = address(milestone)
    response = send(
        client,
        officer,
        url,
        [upload("surat tawaran.pdf")],
        effective_on="2099-01-01",
        issues="Hujan.",
        link="https://contoh.test/a",
    )
    text = response.text
    assert not ProgressUpdate.objects.exists()
    assert "This day has not come yet." in text
    for kept in ("Siap dipasang.", "Hujan.", "2099-01-01", "https://contoh.test/a"):
        assert kept in text
    assert "surat tawaran.pdf" in text
    again = client.post(
        url, {**GOOD, "seen": hidden(text, "seen")[0], "kept": hidden(text, "kept")}
    )
    assert again.status_code == 302
    assert [item.name for item in Evidence.objects.all()] == ["surat tawaran.pdf"]


def test_record_update_with_an_error_in_the_form_itself_keeps_files_too(
    client: Client, officer: User, milestone: Milestone
) -> None:
    text = send(client, officer, address(milestone), [upload()], narrative="").text
    assert len(hidden(text, "kept")) == 1


def test_record_update_leaves_out_a_kept_file_when_told(
    client: Client, officer: User, milestone: Milestone
) -> None:
    url = address(milestone)
    files = [upload("a.pdf", b"%PDF-a"), upload("b.pdf", b"%PDF-b")]
    text = send(client, officer, url, files, narrative="").text
    send(client, officer, url, kept=hidden(text, "kept"), left_out=["0"])
    assert [item.name for item in Evidence.objects.all()] == ["b.pdf"]


def test_record_update_with_one_bad_file_names_it_and_keeps_the_good_one(
    client: Client, officer: User, milestone: Milestone, settings: Settings
) -> None:
    settings.EVIDENCE_MAX_BYTES = 2**20
    files = [
        upload("baik.pdf"),
        upload("jahat.pdf", b"<html>"),
        upload("besar.pdf", b"%PDF-" + bytes(2**20)),
        upload("kosong.pdf", b""),
    ]
    text = send(client, officer, address(milestone), files).text
    assert not ProgressUpdate.objects.exists()
    assert "jahat.pdf is not a file the portal accepts" in text
    assert "besar.pdf is larger than 1 MB" in text
    assert "kosong.pdf is empty" in text
    assert len(hidden(text, "kept")) == 1
    assert "baik.pdf" in text


def test_record_update_with_too_many_files_lets_one_choose(
    client: Client, officer: User, milestone: Milestone, settings: Settings
) -> None:
    settings.EVIDENCE_MAX_FILES = 1
    url = address(milestone)
    files = [upload("a.pdf", b"%PDF-a"), upload("b.pdf", b"%PDF-b")]
    text = send(client, officer, url, files).text
    assert "At most 1 files" in text
    send(client, officer, url, kept=hidden(text, "kept"), left_out=["1"])
    assert [item.name for item in Evidence.objects.all()] == ["a.pdf"]


def test_record_update_does_not_take_somebody_elses_receipt(
    client: Client, officer: User, milestone: Milestone
) -> None:
    stolen = keep(upload()).sign(make_user())
    text = send(client, officer, address(milestone), kept=[stolen]).text
    assert "no longer held" in text
    assert not ProgressUpdate.objects.exists()


def test_record_update_same_file_chosen_again_is_attached_once(
    client: Client, officer: User, milestone: Milestone
) -> None:
    url = address(milestone)
    text = send(client, officer, url, [upload()], narrative="").text
    send(client, officer, url, [upload()], kept=hidden(text, "kept"))
    assert Evidence.objects.count() == 1


# Somebody else meanwhile


def test_record_update_changed_meanwhile_says_who_and_keeps_everything(
    client: Client, officer: User, head: User, milestone: Milestone
) -> None:
    url = address(milestone)
    client.force_login(officer)
    seen = hidden(client.get(url).text, "seen")[0]
    make_update(milestone, head, claim=Claim.ONGOING, narrative="Ditangguh <esok>.")
    mine = {**GOOD, "narrative": "Punya saya.", "seen": seen, "uploads": [upload("saya.pdf")]}
    response = client.post(url, mine)
    assert response.status_code == 409
    text = response.text
    assert "Rosnah" in text
    assert "Ditangguh &lt;esok&gt;." in text
    assert "Punya saya." in text
    assert "saya.pdf" in text
    assert ProgressUpdate.objects.count() == 1
    renewed = hidden(text, "seen")[0]
    assert renewed != seen
    again = client.post(url, {**mine, "seen": renewed, "kept": hidden(text, "kept"), "uploads": []})
    assert again.status_code == 302
    assert ProgressUpdate.objects.filter(narrative="Punya saya.").exists()
    assert Evidence.objects.get().name == "saya.pdf"


def test_record_update_on_what_was_achieved_meanwhile_says_so(
    client: Client, officer: User, head: User, milestone: Milestone
) -> None:
    url = address(milestone)
    client.force_login(officer)
    seen = hidden(client.get(url).text, "seen")[0]
    make_update(milestone, head)
    text = client.post(url, {**GOOD, "narrative": "Punya saya.", "seen": seen}).text
    assert "achieved already" in text
    assert "Punya saya." in text


def test_record_update_without_a_version_is_not_taken_blindly(
    client: Client, officer: User, milestone: Milestone
) -> None:
    client.force_login(officer)
    assert client.post(address(milestone), GOOD).status_code == 409
    assert not ProgressUpdate.objects.exists()


@pytest.mark.parametrize("field", ["narrative", "issues", "corrective_action"])
def test_record_update_with_a_book_for_a_sentence_is_refused_and_keeps_it(
    client: Client, officer: User, milestone: Milestone, field: str
) -> None:
    client.force_login(officer)
    response = client.post(address(milestone), {**GOOD, "seen": "0-0", field: "Perkataan " * 2_001})
    assert response.status_code == 200
    assert "Perkataan Perkataan" in response.text
    assert not ProgressUpdate.objects.exists()


def test_record_update_with_a_version_that_was_never_given_is_told_of_changes(
    client: Client, officer: User, milestone: Milestone
) -> None:
    client.force_login(officer)
    for seen in ("9" * 5_000 + "-0", f"{'9' * 30}-{'9' * 30}", "apa-apa"):
        assert client.post(address(milestone), {**GOOD, "seen": seen}).status_code == 409


def test_record_update_form_offers_files_by_the_camera_and_says_what_is_too_large(
    client: Client, officer: User, milestone: Milestone
) -> None:
    client.force_login(officer)
    text = client.get(address(milestone)).text
    assert 'capture="environment"' in text
    assert f'data-limit="{20 * 2**20}"' in text


# Sent twice


def test_record_update_tapped_twice_records_once_and_says_it_is_recorded(
    client: Client, officer: User, milestone: Milestone
) -> None:
    url = address(milestone)
    client.force_login(officer)
    seen = hidden(client.get(url).text, "seen")[0]
    form = {**GOOD, "seen": seen, "link": "https://contoh.test/a"}
    first = client.post(url, {**form, "uploads": [upload()]})
    second = client.post(url, {**form, "uploads": [upload()]})
    assert second.status_code == 302
    assert second["Location"] == first["Location"]
    assert ProgressUpdate.objects.count() == 1
    assert Evidence.objects.count() == 2


@pytest.mark.parametrize(
    "other",
    [
        {"narrative": "Lain."},
        {"effective_on": "2021-06-02"},
        {"issues": "Hujan."},
        {"uploads": [upload("lain.pdf", b"%PDF-lain")]},
    ],
)
def test_record_update_sent_again_with_something_else_is_told_of_the_first(
    client: Client, officer: User, milestone: Milestone, other: dict[str, str]
) -> None:
    url = address(milestone)
    client.force_login(officer)
    seen = hidden(client.get(url).text, "seen")[0]
    client.post(url, {**GOOD, "claim": "open", "seen": seen})
    again = client.post(url, {**GOOD, "claim": "open", "seen": seen, **other})
    assert again.status_code == 409
    assert ProgressUpdate.objects.count() == 1


def test_record_update_same_words_by_a_colleague_are_not_taken_for_ones_own(
    client: Client, officer: User, head: User, milestone: Milestone
) -> None:
    url = address(milestone)
    client.force_login(officer)
    seen = hidden(client.get(url).text, "seen")[0]
    make_update(milestone, head, on=date(2021, 6, 1), narrative=GOOD["narrative"])
    assert client.post(url, {**GOOD, "seen": seen}).status_code == 409
