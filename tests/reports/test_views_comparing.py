"""Two issued reviews side by side."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.choices import Role
from reports.canonical import serialise, sha256
from reports.models import AnnualReview, IssuedDocument
from reports.review_comparison import RecordIsDamaged, comparison_of, marked
from reports.snapshot import build_snapshot
from tests.factories import make_user
from tests.reports import issued as issuing
from tests.reports.review_world import ReviewWorld

pytestmark = pytest.mark.django_db


def issue(world: ReviewWorld, year: int, summary: str, **fields: object) -> AnnualReview:
    """Issue what the plan says now, without drawing it."""
    draft = world.review(year, summary=summary, **fields)
    text = serialise(build_snapshot(draft))
    AnnualReview.objects.filter(pk=draft.pk).delete()
    plain = IssuedDocument.objects.create

    def create(**given: object) -> IssuedDocument:
        return plain(**{**given, "snapshot": text, "snapshot_sha256": sha256(text)})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(IssuedDocument.objects, "create", create)
        document = issuing.make_issued_document(world.plan, code=None, year=year, summary=summary)
    return document.review


@pytest.fixture
def world() -> ReviewWorld:
    made = ReviewWorld()
    made.fill()
    made.verify_all()
    return made


@pytest.fixture
def two(world: ReviewWorld) -> tuple[AnnualReview, AnnualReview]:
    return (
        issue(world, 2020, "Pelan berjalan baik dan mengikut jadual tahun ini."),
        issue(world, 2021, "Pelan berjalan <perlahan> dan mengikut jadual tahun ini."),
    )


def address(world: ReviewWorld, query: str = "") -> str:
    return reverse("compare_reviews", args=world.plan.address) + query


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(make_user(Role.AUDITOR))
    client.cookies["bahasa"] = "en"
    return client


def test_comparison_tells_statuses_dates_figures_and_words(
    world: ReviewWorld, two: tuple[AnnualReview, AnnualReview], reader: Client
) -> None:
    html = reader.get(address(world, "?dari=2020-1&ke=2021-1")).content.decode()
    compared = comparison_of(*two)
    changed = {p["code"]: (p["before"], p["after"]) for p in compared.programs}
    assert (changed["1.1"][0].value, changed["1.1"][1].value) == ("not_started", "completed")
    kinds = {kind["kind"]: kind["milestones"] for kind in compared.kinds}
    assert [(m["before"]["due"], m["after"]["due"]) for m in kinds["moved"]] == [
        (date(2021, 9, 30), date(2022, 6, 30))
    ]
    assert "<del>30.09.2021</del> <ins>30.06.2022</ins>" in html
    assert "Newly overdue" in html
    assert "<del>baik</del>" in html
    assert "<ins>&lt;perlahan&gt;</ins>" in html
    assert 'href="?dari=2021-1&amp;ke=2020-1"' in html


def test_comparison_takes_the_same_queries_whatever_differs(
    world: ReviewWorld,
    two: tuple[AnnualReview, AnnualReview],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(1):
        comparison_of(*two)


def test_review_beside_its_own_like_says_that_nothing_differs(world: ReviewWorld) -> None:
    review = issue(world, 2021, "Sama.")
    assert comparison_of(review, review).is_alike


def test_snapshot_that_was_changed_is_not_compared(
    world: ReviewWorld, two: tuple[AnnualReview, AnnualReview], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.review_comparison.sha256", lambda _content: "0" * 64)
    with pytest.raises(RecordIsDamaged):
        comparison_of(*two)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?dari=2020-1&ke=2020-1", "Choose two different reviews."),
        ("?dari=1999-1&ke=2021-1", "Select a valid choice"),
        ("?dari=2020-1", "This field is required."),
    ],
)
def test_choice_that_makes_no_sense_is_told(
    query: str, words: str, world: ReviewWorld, two: object, reader: Client
) -> None:
    response = reader.get(address(world, query))
    assert response.status_code == 200
    assert words in response.content.decode()
    assert response.context["compared"] is None


def test_list_of_reviews_offers_the_latest_two(
    world: ReviewWorld, two: object, reader: Client
) -> None:
    html = reader.get(reverse("reviews", args=world.plan.address)).content.decode()
    assert f'action="{address(world)}"' in html
    assert '<option value="2020-1" selected>2020, edition 1</option>' in html
    assert '<option value="2021-1" selected>2021, edition 1</option>' in html


def test_one_review_alone_leaves_nothing_to_compare(world: ReviewWorld, reader: Client) -> None:
    issue(world, 2021, "Satu.")
    listed = reader.get(reverse("reviews", args=world.plan.address)).content.decode()
    assert address(world) not in listed
    assert "Two reviews have to be issued first." in reader.get(address(world)).content.decode()


def test_words_are_marked_only_where_texts_are_alike() -> None:
    before, after = marked("satu dua tiga empat", "satu dua <b> empat")
    assert before == "satu dua <del>tiga</del> empat"
    assert after == "satu dua <ins>&lt;b&gt;</ins> empat"
    assert marked("satu dua", "lain benar <i>sekali</i> ini") == (
        "satu dua",
        "lain benar &lt;i&gt;sekali&lt;/i&gt; ini",
    )
