"""What the pages of a review show to whoever reads them: whose turn, what is lacking, what was issued."""

import re
from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from reports.canonical import serialise, sha256
from reports.choices import ReviewKind
from reports.material import Issue
from reports.models import AnnualReview, IssuedDocument
from reports.review_queries import next_act
from reports.sign_off import submit_review
from reports.snapshot import build_snapshot
from tests.factories import make_user
from tests.reports.issued import mark_issued
from tests.reports.review_world import ReviewWorld

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> ReviewWorld:
    return ReviewWorld()


def words(client: Client, name: str, review: AnnualReview) -> str:
    response = client.get(reverse(name, args=review.address))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_whose_turn_it_is_speaks_to_the_reader(world: ReviewWorld, client: Client) -> None:
    review = world.review()
    mine, anothers = next_act(review, world.head), next_act(review, world.officer)
    assert mine
    assert anothers
    assert mine.words == "Tulis draf, kemudian hantar untuk semakan."
    assert anothers.words.startswith("Rosnah ")
    client.force_login(world.head)
    assert mine.words in words(client, "review", review)
    submit_review(by=world.head, review=review, version=1)
    client.force_login(world.reviewer)
    shown = words(client, "review", AnnualReview.objects.get())
    assert "Baca teks dan angka" in shown
    assert "Nurul menyemak" not in shown


def test_what_is_lacking_is_one_step_away_from_the_turn(world: ReviewWorld, client: Client) -> None:
    review = world.review(summary="")
    client.force_login(world.head)
    shown = words(client, "review", review)
    assert 'href="#sebelum-terbit"' in shown
    assert 'id="sebelum-terbit"' in shown


def test_only_one_button_of_a_draft_is_the_main_one(world: ReviewWorld, client: Client) -> None:
    """To write while something is lacking, to submit once nothing is."""
    client.force_login(world.head)
    main = re.compile(
        r'<(?:a|button) class="button(?: button--block)?"[^>]*>(?:<svg.*?</svg>)?([^<]*)'
    )
    review = world.review(summary="")
    assert main.findall(words(client, "review", review)) == ["Sunting draf"]
    AnnualReview.objects.update(summary="Pelan berjalan baik.")
    assert main.findall(words(client, "review", review)) == ["Hantar untuk semakan"]


def test_texts_not_written_are_named_in_one_line(world: ReviewWorld, client: Client) -> None:
    review = world.review(issues="Perolehan lewat.")
    client.force_login(world.head)
    shown = words(client, "review", review)
    assert "dokumen: Cadangan; Kesimpulan." in shown
    assert ">Cadangan</h2>" not in shown
    assert ">Isu dan cabaran</h2>" in shown


def test_people_are_offered_by_name_and_by_post_where_two_share_one(
    world: ReviewWorld, client: Client
) -> None:
    make_user(Role.OFFICER, world.plan.agency, full_name="Faizal", post="Juruteknik")
    review = world.review(reviewed_by=None)
    client.force_login(world.head)
    shown = words(client, "review_edit", review)
    assert ">Rosnah</option>" in shown
    assert ">Faizal, Penolong Pegawai</option>" in shown
    assert ">Faizal, Juruteknik</option>" in shown
    assert '<option value="" selected>Belum dinamakan</option>' in shown
    assert "---" not in shown


def test_stranger_cannot_be_named(world: ReviewWorld, client: Client) -> None:
    review = world.review()
    client.force_login(world.head)
    sent = {"version": 1, "prepared_by": make_user(None).pk}
    page = client.post(reverse("review_edit", args=review.address), sent)
    assert "Pilih pegawai daripada senarai." in page.content.decode()
    assert AnnualReview.objects.get().prepared_by == world.head


def test_refused_issue_says_whose_turn_it_is(world: ReviewWorld, client: Client) -> None:
    review = world.review()
    submit_review(by=world.head, review=review, version=1)
    client.force_login(world.head)
    shown = words(client, "review_issue", review)
    assert "Nurul menyemak" in shown
    assert "Dalam semakan" in shown


def test_decisions_say_how_far_each_programme_came(world: ReviewWorld, client: Client) -> None:
    """Not what it would have gone on with: the plan has ended."""
    for year in (2021, 2022):
        done = world.milestone("1.1", date(year, 6, 30))
        world.update(done, date(year, 6, 20), verified=True)
    world.milestone("1.1", date(2023, 12, 31))
    closing = world.review(year=world.plan.last_year, kind=ReviewKind.CLOSING)
    client.force_login(world.head)
    shown = words(client, "review_carries", closing)
    assert "2 daripada 3 dicapai" in shown
    assert "sasaran seterusnya" not in shown
    assert "setakat 31.12.2023 · 1 belum diputuskan" in shown
    assert "akhir tahun" not in words(client, "review_edit", closing)


def issued(world: ReviewWorld, snapshot: str) -> AnnualReview:
    review = world.review()
    pdf = b"%PDF-1.7"
    IssuedDocument.objects.create(
        review=review,
        snapshot=snapshot,
        snapshot_sha256=sha256(snapshot),
        pdf=pdf,
        pdf_sha256=sha256(pdf),
        page_count=1,
        issued_by=world.head,
    )
    return mark_issued(review)


def test_issued_review_shows_its_answer_and_figures_as_issued(
    world: ReviewWorld, client: Client
) -> None:
    """Whatever was recorded since."""
    world.update(world.milestone("1.1", date(2021, 6, 30)), date(2021, 6, 20), verified=True)
    late = world.milestone("1.2", date(2021, 3, 31))
    issue = Issue(at=datetime(2022, 1, 14, tzinfo=UTC), by=world.head)
    review = issued(world, serialise(build_snapshot(world.review(2022), issue)))
    AnnualReview.objects.filter(year=2022).delete()
    world.update(late, date(2021, 4, 1), verified=True)
    client.force_login(make_user(Role.AUDITOR, world.plan.agency))
    shown = words(client, "review", review)
    assert "1 daripada 2 sasaran dicapai (50%)" in shown
    assert '<dd class="figure__value">50%</dd>' in shown
    assert "ikut tarikh asal 50%" in shown


def test_issued_review_whose_record_holds_no_answer_is_shown_without(
    world: ReviewWorld, client: Client
) -> None:
    client.force_login(world.head)
    assert "answer__text" not in words(client, "review", issued(world, "{}"))


@pytest.mark.parametrize(
    ("language", "back"), [("ms", "Kembali ke draf"), ("en", "Back to the draft")]
)
def test_preview_leads_back_and_to_paper_in_the_readers_language(
    language: str, back: str, world: ReviewWorld, client: Client
) -> None:
    review = world.review(language="ms")
    client.force_login(world.head)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    shown = words(client, "review_preview_html", review)
    assert '<html lang="ms">' in shown
    bar = re.search(r'<nav class="screen-bar" lang="(\w+)".*?</nav>', shown)
    assert bar
    assert bar[1] == language
    assert f">{back}</a>" in bar[0]
    assert f'href="{reverse("review_preview", args=review.address)}"' in bar[0]
    assert re.search(r'document-print[^"]*\.css" media="print"', shown)


def test_plan_without_reviews_begins_with_its_first_year(
    world: ReviewWorld, client: Client
) -> None:
    client.force_login(world.head)
    where = reverse("reviews", args=world.plan.address)
    years = re.findall(r'id="tahun-(\d+)"', client.get(where).content.decode())
    assert years == sorted(years)
    world.review(2019)
    years = re.findall(r'id="tahun-(\d+)"', client.get(where).content.decode())
    assert years == sorted(years, reverse=True)
