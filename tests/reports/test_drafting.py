"""The words of a draft: on each thrust, last year's beside them, saved by themselves, and versions."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.choices import Role
from reports.actions import ReviewChangedMeanwhile, begin_edition, begin_review, save_review
from reports.difference import difference
from reports.drafting import bring_back, take_over_last_year, with_texts
from reports.models import AnnualReview, TerasText
from reports.review_missing import missing_for_review
from reports.review_texts import last_year, names_for, texts_of, unconfirmed
from reports.versions import texts_at, versions_of
from tests.factories import make_strategy, make_user
from tests.reports.issued import give_document, mark_issued
from tests.reports.review_world import ReviewWorld

pytestmark = pytest.mark.django_db

TODAY = date(2022, 1, 14)
LAST = {"summary": "Ringkasan 2020.", "issues": "Perolehan\nlewat.", "teras_2": "Aplikasi siap."}


@pytest.fixture
def world() -> ReviewWorld:
    world = ReviewWorld()
    for number in (1, 2):
        make_strategy(world.plan, number)
    return world


def write(world: ReviewWorld, review: AnnualReview, **texts: str) -> AnnualReview:
    stored = AnnualReview.objects.get(pk=review.pk)
    text = with_texts(stored, texts)
    return save_review(by=world.head, review=stored, text=text, version=stored.version)


def issued_in_2020(world: ReviewWorld, edition: int = 1, **texts: str) -> AnnualReview:
    """Issued with these words; its document is a few bytes."""
    review = world.review(2020, edition=edition, summary="")
    write(world, review, **{**LAST, **texts})
    give_document(review)
    return mark_issued(review)


# Texts


def test_review_says_something_of_each_thrust_in_order(world: ReviewWorld) -> None:
    review = write(world, world.review(), teras_1=" Wi-fi siap.\r\n", conclusion="Diteruskan.")
    assert names_for(world.plan) == [
        "summary", "teras_1", "teras_2", "issues", "proposals", "conclusion",
    ]  # fmt: skip
    assert list(texts_of(review).values())[1:3] == ["Wi-fi siap.", ""]
    assert review.version == 2
    text = TerasText.objects.get()
    assert (text.teras.number, text.version) == (1, 2)
    assert text.history.get().history_user == world.head


def test_text_on_a_thrust_that_is_not_sent_is_kept(world: ReviewWorld) -> None:
    review = write(world, world.review(), teras_1="Wi-fi siap.")
    review = write(world, review, summary="Lain.")
    assert texts_of(review)["teras_1"] == "Wi-fi siap."


def test_nothing_new_makes_no_version(world: ReviewWorld) -> None:
    review = write(world, world.review(), teras_1="Wi-fi siap.")
    before = review.history.count()
    assert write(world, review, teras_1="Wi-fi siap. ").version == 2
    assert review.history.count() == before


def test_corrected_edition_takes_over_what_was_said_of_the_thrusts(world: ReviewWorld) -> None:
    issued = issued_in_2020(world)
    second = begin_edition(by=world.head, review=issued)
    assert texts_of(second) == texts_of(issued)


def test_text_that_is_too_long_is_refused_in_words(world: ReviewWorld) -> None:
    for name in ("summary", "teras_1"):
        with pytest.raises(ValidationError):
            write(world, world.review() if name == "summary" else fresh(), **{name: "a" * 30_001})
    assert not TerasText.objects.exists()


def fresh() -> AnnualReview:
    return AnnualReview.objects.select_related("plan__agency").get(year=2021)


# Last year's


def test_last_years_texts_are_those_of_the_latest_issued_edition(world: ReviewWorld) -> None:
    assert last_year(world.review()) is None
    issued_in_2020(world)
    issued_in_2020(world, edition=2, issues="Dibetulkan.", changes="Isu dibetulkan.")
    world.review(2020, edition=3, summary="Draf sahaja.")
    before = last_year(fresh())
    assert before
    assert before.review.edition == 2
    assert before.texts == {**LAST, "issues": "Dibetulkan."}


def test_text_taken_over_unchanged_waits_for_a_word(world: ReviewWorld) -> None:
    issued_in_2020(world)
    review = world.review()
    take_over_last_year(by=world.head, review=review, name="teras_2", version=1)
    take_over_last_year(by=world.head, review=fresh(), name="issues", version=2)
    assert unconfirmed(fresh()) == ["teras_2", "issues"]
    assert set(missing_for_review(fresh())) == {"teras_2", "issues"}
    # Confirmed, it is missing no more; changed, it needs no word; broken into other lines, it does.
    text = with_texts(fresh(), {"issues": "Perolehan lewat."})
    confirmed = {**vars(text), "confirmed": ["teras_2", "summary"]}
    saved = save_review(by=world.head, review=fresh(), text=type(text)(**confirmed), version=3)
    assert saved.confirmed == ["teras_2"]
    assert unconfirmed(fresh()) == ["issues"]
    write(world, fresh(), issues="Perolehan lewat lagi.")
    assert missing_for_review(fresh()) == {}


def test_word_on_a_text_is_gone_once_it_has_been_changed(world: ReviewWorld) -> None:
    issued_in_2020(world)
    text = with_texts(world.review(), {"issues": LAST["issues"]})
    confirmed = type(text)(**{**vars(text), "confirmed": ["issues"]})
    save_review(by=world.head, review=fresh(), text=confirmed, version=1)
    write(world, fresh(), issues="Lain.")
    write(world, fresh(), issues=LAST["issues"])
    assert unconfirmed(fresh()) == ["issues"]


@pytest.mark.parametrize("name", ["conclusion", "teras_9", "state", "<script>"])
def test_what_last_year_did_not_say_cannot_be_taken_over(name: str, world: ReviewWorld) -> None:
    issued_in_2020(world)
    review = world.review()
    with pytest.raises(ValidationError):
        take_over_last_year(by=world.head, review=review, name=name, version=1)
    assert fresh().version == 1


# Saved by itself


def test_autosave_never_overwrites_what_another_saved(world: ReviewWorld) -> None:
    other = make_user(Role.HEAD, world.plan.agency, full_name="Azman bin Ali")
    review = world.review()
    theirs = with_texts(review, {"teras_1": "Kata Azman."})
    save_review(by=other, review=review, text=theirs, version=1, by_itself=True)
    mine = with_texts(review, {"teras_1": "Kata saya."})
    with pytest.raises(ReviewChangedMeanwhile) as meanwhile:
        save_review(by=world.head, review=review, text=mine, version=1, by_itself=True)
    assert "Azman bin Ali" in meanwhile.value.changes[0]
    assert "Teras 1" in meanwhile.value.changes[0]
    assert texts_of(fresh())["teras_1"] == "Kata Azman."


@pytest.mark.parametrize("sent", [0, 7])
def test_page_of_a_version_nobody_knows_is_told_that_nothing_was_saved(
    sent: int, world: ReviewWorld, client: Client
) -> None:
    """As after an older copy of the database was put back: no history tells of what was between."""
    review = begin_review(by=world.head, plan=world.plan, year=2021, today=TODAY)
    client.force_login(world.head)
    words = {"version": sent, "prepared_by": world.head.pk, "summary": "Kata saya."}
    page = client.post(reverse("review_edit", args=review.address), words)
    told = page.content.decode()
    assert page.status_code == 409
    assert "Belum disimpan" in told
    assert len(page.context["changes"]) == 1
    assert page.context["changes"][0] in told
    assert "Kata saya." in told
    assert "Tetap simpan yang saya masukkan" in told
    assert "data-autosave=" not in told
    assert fresh().summary == ""
    again = client.post(reverse("review_edit", args=review.address), {**words, "version": 1})
    assert again.status_code == 302
    assert fresh().summary == "Kata saya."


def autosave(world: ReviewWorld, words: str, minutes_ago: int) -> None:
    review = fresh()
    text = with_texts(review, {"summary": words})
    saved = save_review(
        by=world.head, review=review, text=text, version=review.version, by_itself=True
    )
    at = timezone.now() - timedelta(minutes=minutes_ago)
    saved.history.filter(version=saved.version).update(history_date=at)


def test_what_saved_itself_within_ten_minutes_is_one_version(world: ReviewWorld) -> None:
    begin_review(by=world.head, plan=world.plan, year=2021, today=TODAY)
    for number, minutes_ago in enumerate((40, 35, 31, 20, 15)):
        autosave(world, f"Kata {number}", minutes_ago)
    write(world, fresh(), summary="Kata akhir.")
    found = versions_of(fresh())
    assert [(version.number, version.saves, version.autosaved) for version in found] == [
        (7, 1, False), (6, 2, True), (4, 3, True), (1, 1, False),
    ]  # fmt: skip


@pytest.mark.parametrize("saves", [2, 12])
def test_versions_take_one_query_however_many_there_were(
    saves: int, world: ReviewWorld, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    review = begin_review(by=world.head, plan=world.plan, year=2021, today=TODAY)
    for number in range(saves):
        write(world, review, summary=f"Kata {number}")
    with django_assert_num_queries(1):
        assert len(versions_of(review)) == saves + 1


# Older versions


def test_older_version_says_what_every_text_said_then(world: ReviewWorld) -> None:
    begin_review(by=world.head, plan=world.plan, year=2021, today=TODAY)
    write(world, fresh(), summary="Dua.", teras_1="Satu A.")
    write(world, fresh(), teras_2="Dua A.")
    write(world, fresh(), summary="Empat.", teras_1="")
    said = [texts_at(fresh(), number) for number in (1, 2, 3, 4)]
    assert [(t["summary"], t["teras_1"], t["teras_2"]) for t in said] == [
        ("", "", ""), ("Dua.", "Satu A.", ""), ("Dua.", "Satu A.", "Dua A."), ("Empat.", "", "Dua A."),
    ]  # fmt: skip
    with pytest.raises(Http404):
        texts_at(fresh(), 5)


def test_older_words_are_brought_back_as_a_new_version(world: ReviewWorld) -> None:
    begin_review(by=world.head, plan=world.plan, year=2021, today=TODAY)
    write(world, fresh(), summary="Lama.", teras_1="Lama A.")
    write(world, fresh(), summary="Baharu.", teras_1="Baharu A.")
    bring_back(by=world.head, review=fresh(), number=2, name="teras_1", version=3)
    assert (fresh().summary, texts_of(fresh())["teras_1"]) == ("Baharu.", "Lama A.")
    bring_back(by=world.head, review=fresh(), number=2, name="", version=4)
    assert (fresh().summary, fresh().version) == ("Lama.", 5)
    assert texts_at(fresh(), 3)["summary"] == "Baharu."
    with pytest.raises(ReviewChangedMeanwhile):
        bring_back(by=world.head, review=fresh(), number=1, name="", version=4)
    with pytest.raises(ValidationError):
        bring_back(by=world.head, review=fresh(), number=1, name="state", version=5)


def told(before: str, after: str) -> list[list[tuple[str, str]]]:
    return [[(p.kind, p.text) for p in par.pieces] for par in difference(before, after)]


def test_difference_shows_words_within_a_paragraph_and_whole_paragraphs() -> None:
    before = "Pelan berjalan baik.\n\nKekal."
    after = "Pelan berjalan agak baik.\n\nKekal.\n\nBaharu."
    assert told(before, after) == [
        [("same", "Pelan berjalan "), ("added", "agak "), ("same", "baik.")],
        [("same", "Kekal.")],
        [("added", "Baharu.")],
    ]


def test_difference_keeps_every_word_of_both_texts_however_hostile() -> None:
    for before, after in (
        ("a " * 15_000, "b " * 15_000),
        ("a b " * 1_400, "b a " * 1_400),
        ("<script>alert(1)</script>", "\n\n\n \u202e & <ins>"),
        ("", "Baharu."),
        ("Lama.", ""),
    ):
        found = difference(before, after)
        for text, left_out in ((before, "added"), (after, "removed")):
            words = " ".join(p.text for par in found for p in par.pieces if p.kind != left_out)
            assert words.split() == text.split()
