"""The closing report: when it begins, what it decides, what it tells, and that it stays."""

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import DjangoAssertNumQueries

from progress.choices import Claim
from reports.actions import ReviewChangedMeanwhile, begin_edition, issue_review
from reports.canonical import serialise
from reports.carries import to_decide, undecided
from reports.choices import CarryDecision, ReviewKind, ReviewState, StepKind
from reports.closing import Decided, begin_closing, save_carries
from reports.document import render_html
from reports.models import WHOLE_PLAN, AnnualReview, IssuedDocument, ReviewCarry
from reports.queries import last_review
from reports.review_missing import missing_for_issue, missing_for_review
from reports.review_queries import latest_issued, superseded_by
from reports.sign_off import submit_review
from reports.snapshot import build_snapshot
from teras.append_only import RecordIsFrozen
from tests.factories import make_plan
from tests.reports.issued import approve
from tests.reports.review_world import ReviewWorld, programs_of
from tests.rows import kept_rows

pytestmark = pytest.mark.django_db

TODAY = date(2024, 1, 15)
CARRIED, LEFT = CarryDecision.CARRIED.value, CarryDecision.NOT_CARRIED.value


@pytest.fixture(scope="module")
def filled(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[ReviewWorld]:
    with kept_rows(tmp_path_factory.mktemp("closing"), django_db_blocker):
        world = ReviewWorld()
        world.fill()
        world.verify_all()
        yield world


@pytest.fixture
def world(filled: ReviewWorld) -> ReviewWorld:
    """A test's own, to change as it likes."""
    return deepcopy(filled)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.actions.render_pdf", lambda _snapshot: b"%PDF-1.7 laporan")
    monkeypatch.setattr("reports.actions.check_pdf", lambda _pdf, _snapshot: 12)


@pytest.fixture
def ended(world: ReviewWorld, quick: None) -> ReviewWorld:
    """A plan whose last year's review is issued, so that it can be closed."""
    issue_review(by=world.head, review=world.approved(2023), version=1)
    return world


@pytest.fixture
def draft(ended: ReviewWorld) -> AnnualReview:
    return closing(ended)


def closing(world: ReviewWorld, **fields: object) -> AnnualReview:
    return world.review(2023, kind=ReviewKind.CLOSING, **fields)


def decide(
    world: ReviewWorld, review: AnnualReview, decided: Mapping[str, Decided] | None = None
) -> AnnualReview:
    """Every programme not completed is carried on, save what is said otherwise, by code."""
    everything = {each.line.program.code: Decided(CARRIED) for each in to_decide(review)}
    return save_carries(
        by=world.head,
        review=review,
        decided=everything | dict(decided or {}),
        version=review.version,
    )


def explain_lateness(world: ReviewWorld) -> None:
    for code in ("1.2", "2.1"):
        for milestone in world.plan.programs.get(code=code).kpis.get().milestones.all():
            world.update(
                milestone, date(2023, 12, 1), Claim.ONGOING, issues="Lewat.", corrective_action="X."
            )
    world.verify_all()


def test_closing_begins_once_the_last_years_review_is_issued(world: ReviewWorld) -> None:
    with pytest.raises(ValidationError, match="2023"):
        begin_closing(by=world.head, plan=world.plan, today=TODAY)


def test_closing_does_not_begin_before_the_plan_has_ended(ended: ReviewWorld) -> None:
    with pytest.raises(ValidationError):
        begin_closing(by=ended.head, plan=ended.plan, today=date(2023, 12, 31))


def test_closing_begins_beside_the_review_of_the_last_year(ended: ReviewWorld) -> None:
    review = begin_closing(by=ended.head, plan=ended.plan, today=TODAY)
    assert (review.kind, review.year, review.edition) == (ReviewKind.CLOSING, 2023, 1)
    assert review.get_absolute_url().endswith("/laporan/akhir/1/")
    assert review.history.get().history_user == ended.head
    with pytest.raises(ValidationError):
        begin_closing(by=ended.head, plan=ended.plan, today=TODAY)


def test_closing_is_begun_by_the_head_alone(ended: ReviewWorld) -> None:
    for person in (ended.officer, ended.reviewer):
        with pytest.raises(PermissionDenied):
            begin_closing(by=person, plan=ended.plan, today=TODAY)


@pytest.mark.parametrize("field", ["edition", "draft"])
def test_closing_is_one_for_each_plan_and_edition(field: str, draft: AnnualReview) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        AnnualReview.objects.create(
            plan=draft.plan,
            kind=ReviewKind.CLOSING,
            year=2023,
            edition=1 if field == "edition" else 2,
            prepared_by=draft.prepared_by,
        )


def test_database_refuses_a_closing_report_of_another_year(world: ReviewWorld) -> None:
    with pytest.raises(IntegrityError, match="closing_at_the_plans_end"), transaction.atomic():
        world.review(2022, kind=ReviewKind.CLOSING)


def test_database_refuses_another_kind_afterwards(draft: AnnualReview) -> None:
    with pytest.raises(IntegrityError, match="kind_never_changed"), transaction.atomic():
        AnnualReview.objects.filter(pk=draft.pk).update(kind=ReviewKind.ANNUAL)


def test_decides_on_every_programme_not_completed_and_on_no_other(draft: AnnualReview) -> None:
    assert undecided(draft) == ["1.2", "2.1", "2.2"]


def test_annual_review_decides_on_nothing(world: ReviewWorld) -> None:
    review = world.review()
    assert undecided(review) == []
    with pytest.raises(ValidationError, match="akhir"):
        save_carries(by=world.head, review=review, decided={}, version=1)


def test_closing_is_not_submitted_while_a_programme_is_undecided(
    ended: ReviewWorld, draft: AnnualReview
) -> None:
    make = {"1.2": Decided(CARRIED), "2.1": Decided(LEFT, "Tidak perlu lagi.")}
    saved = save_carries(by=ended.head, review=draft, decided=make, version=1)
    assert "2.2" in missing_for_review(saved)["carries"]
    with pytest.raises(ValidationError):
        submit_review(by=ended.head, review=saved, version=saved.version)
    decide(ended, saved)
    assert "carries" not in missing_for_review(saved)


def test_programme_is_not_left_behind_without_words(
    ended: ReviewWorld, draft: AnnualReview
) -> None:
    with pytest.raises(ValidationError) as refused, transaction.atomic():
        decide(ended, draft, {"1.2": Decided(LEFT)})
    assert "1.2" in refused.value.message_dict
    assert not draft.carries.exists()
    with pytest.raises(IntegrityError, match="with_words"), transaction.atomic():
        ReviewCarry.objects.create(
            review=draft, program=draft.plan.programs.get(code="1.2"), decision=LEFT, version=1
        )


def test_completed_programme_is_not_decided_on(ended: ReviewWorld, draft: AnnualReview) -> None:
    with pytest.raises(ValidationError):
        decide(ended, draft, {"1.1": Decided(CARRIED)})


def test_decisions_of_two_people_do_not_overwrite_each_other(
    ended: ReviewWorld, draft: AnnualReview
) -> None:
    decide(ended, draft)
    with pytest.raises(ReviewChangedMeanwhile):
        save_carries(by=ended.head, review=draft, decided={}, version=1)


def test_same_decisions_again_make_no_version(ended: ReviewWorld, draft: AnnualReview) -> None:
    first = decide(ended, draft)
    assert decide(ended, first).version == first.version == 2


def test_decision_taken_back_is_undecided_again_and_stays_in_history(
    ended: ReviewWorld, draft: AnnualReview
) -> None:
    first = decide(ended, draft, {"1.2": Decided(LEFT, "Digantikan.")})
    decide(ended, first, {"1.2": Decided("")})
    assert undecided(draft) == ["1.2"]
    told = ReviewCarry.history.filter(program__code="1.2").order_by("history_id")
    assert [(row.history_type, row.words) for row in told] == [
        ("+", "Digantikan."),
        ("-", "Digantikan."),
    ]


def test_decision_after_submitting_takes_it_back_to_draft(
    ended: ReviewWorld, draft: AnnualReview
) -> None:
    saved = decide(ended, draft)
    submit_review(by=ended.head, review=saved, version=saved.version)
    saved.refresh_from_db()
    decide(ended, saved, {"1.2": Decided(LEFT, "Digantikan.")})
    saved.refresh_from_db()
    assert saved.state == ReviewState.DRAFT
    assert [step.kind for step in saved.steps.all()] == [StepKind.SUBMITTED, StepKind.REOPENED]


@pytest.mark.parametrize("what", ["update", "delete", "insert"])
def test_database_keeps_decisions_of_what_was_approved(
    what: str, ended: ReviewWorld, draft: AnnualReview
) -> None:
    decide(ended, draft)
    draft.carries.get(program__code="2.2").delete()
    draft.refresh_from_db()
    approve(draft)
    carry, other = draft.carries.all()[0], draft.plan.programs.get(code="2.2")
    statement = {
        "update": ("UPDATE reports_reviewcarry SET words = 'lain' WHERE id = %s", [carry.pk]),
        "delete": ("DELETE FROM reports_reviewcarry WHERE id = %s", [carry.pk]),
        "insert": (
            """INSERT INTO reports_reviewcarry (review_id, program_id, decision, words, version)
            VALUES (%s, %s, 'carried', '', 1)""",
            [draft.pk, other.pk],
        ),
    }[what]
    with (
        pytest.raises(IntegrityError, match="reviewcarry_settled"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(*statement)
    with pytest.raises(RecordIsFrozen):
        carry.save()


def test_database_refuses_a_decision_on_a_programme_of_another_plan(draft: AnnualReview) -> None:
    other = ReviewWorld(make_plan(slug="psict-lain"))
    stranger = other.milestone("1.1", date(2021, 6, 30)).kpi.program
    with pytest.raises(IntegrityError, match="its_plan"), transaction.atomic():
        ReviewCarry.objects.create(review=draft, program=stranger, decision=CARRIED, version=1)


def test_closing_is_not_issued_while_an_older_milestone_lacks_a_reason(
    ended: ReviewWorld, draft: AnnualReview
) -> None:
    decide(ended, draft)
    draft.refresh_from_db()
    assert "2.1" in missing_for_issue(draft, TODAY)["no_reason"]
    assert "no_reason" not in missing_for_issue(ended.review(2023, edition=2, changes="X"), TODAY)
    explain_lateness(ended)
    assert missing_for_issue(draft, TODAY) == {}


def issued(world: ReviewWorld, review: AnnualReview) -> IssuedDocument:
    explain_lateness(world)
    decide(world, review, {"2.2": Decided(LEFT, "Tidak perlu lagi.")})
    review.refresh_from_db()
    approve(review)
    return issue_review(by=world.head, review=review, version=review.version)


def test_issued_closing_tells_of_every_milestone_year_amendment_and_decision(
    ended: ReviewWorld, draft: AnnualReview
) -> None:
    told: Any = json.loads(issued(ended, draft).snapshot)
    milestones = [
        milestone
        for program in programs_of(told).values()
        for kpi in program["kpis"]
        for milestone in kpi["milestones"]
    ]
    assert {milestone["place_in_year"] for milestone in milestones} == {"plan"}
    assert told["counts"]["milestones"] == len(milestones) == 6
    assert [year["year"] for year in told["by_year"]] == [2019, 2020, 2021, 2022, 2023]
    assert told["by_year"][-1]["figures"] == told["figures"]
    assert len(told["amendments"]) == 2
    assert [(c["code"], c["decision"]["value"], c["words"]) for c in told["carried"]] == [
        ("1.2", "carried", ""),
        ("2.1", "carried", ""),
        ("2.2", "not_carried", "Tidak perlu lagi."),
    ]
    assert told["since_last_review"] is None


def test_figures_of_a_years_end_are_those_of_its_review(ended: ReviewWorld) -> None:
    review: Any = build_snapshot(ended.review(2021))
    whole: Any = build_snapshot(closing(ended))
    (year,) = [each for each in whole["by_year"] if each["year"] == 2021]
    assert year["figures"] == review["figures"]
    assert [t["figures"] for t in year["teras"]] == [t["figures"] for t in review["teras"]]


def test_issued_closing_is_its_own_series(ended: ReviewWorld, draft: AnnualReview) -> None:
    issued(ended, draft)
    annual, whole = latest_issued(ended.plan, 2023), latest_issued(ended.plan, WHOLE_PLAN)
    assert annual is not None
    assert annual.kind == ReviewKind.ANNUAL
    assert whole == draft
    assert superseded_by(annual) is None
    found = last_review(ended.plan, date(2024, 6, 30))
    assert found is not None
    assert found[1]["review"]["kind"] == "annual"


def test_corrected_edition_begins_with_the_decisions_of_the_one_before(
    ended: ReviewWorld, draft: AnnualReview
) -> None:
    issued(ended, draft)
    edition = begin_edition(by=ended.head, review=draft)
    assert (edition.kind, edition.edition) == (ReviewKind.CLOSING, 2)
    assert undecided(edition) == []
    assert edition.carries.get(program__code="2.2").words == "Tidak perlu lagi."


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ms", ["Laporan Akhir 2019–2023", "Dibawa ke pelan seterusnya", "Tidak perlu lagi."]),
        ("en", ["Closing Report 2019–2023", "Carried into the next plan", "Tidak perlu lagi."]),
    ],
)
def test_document_of_a_closing_report_says_what_it_is_and_what_is_carried_on(
    language: str, words: list[str], ended: ReviewWorld
) -> None:
    draft = closing(ended, language=language)
    decide(ended, draft, {"2.2": Decided(LEFT, "Tidak perlu lagi.")})
    page = render_html(json.loads(serialise(build_snapshot(draft))), is_draft=True)
    assert [each for each in words if each not in page] == []
    assert "Kajian Semula Tahunan" not in page
    assert "Annual Review Report" not in page


def test_list_shows_the_closing_report_and_offers_it_once_it_can_begin(
    world: ReviewWorld, quick: None, client: Client
) -> None:
    client.force_login(world.head)
    address, begin = (
        reverse("reviews", args=world.plan.address),
        reverse("closing_begin", args=world.plan.address),
    )
    assert begin not in client.get(address).content.decode()
    issue_review(by=world.head, review=world.approved(2023), version=1)
    assert begin in client.get(address).content.decode()
    response = client.post(begin)
    assert response["Location"].endswith("/laporan/akhir/1/sunting/")
    page = client.get(address).content.decode()
    assert begin not in page
    assert "/laporan/akhir/1/" in page


def test_every_page_of_a_closing_report_opens(
    ended: ReviewWorld, draft: AnnualReview, client: Client
) -> None:
    client.force_login(ended.head)
    names = ("review", "review_edit", "review_carries", "review_preview_html", "review_versions")
    for name in (*names, "review_word"):
        assert client.get(reverse(name, args=draft.address)).status_code == 200, name
    issued(ended, draft)
    for name in ("review", "review_snapshot"):
        assert client.get(reverse(name, args=draft.address)).status_code == 200, name
    assert client.get(reverse("review_carries", args=draft.address)).status_code == 302


@pytest.mark.parametrize("programs", [3, 8])
def test_decisions_page_asks_no_more_for_a_larger_plan(
    programs: int,
    ended: ReviewWorld,
    draft: AnnualReview,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(programs - 3):
        ended.milestone(f"3.{number + 1}", date(2022, 6, 30))
    client.force_login(ended.head)
    with django_assert_num_queries(14):
        page = client.get(reverse("review_carries", args=draft.address))
    assert len(page.context["form"].rows) == programs


def test_decisions_page_saves_and_says_who_was_quicker(
    ended: ReviewWorld, draft: AnnualReview, client: Client
) -> None:
    client.force_login(ended.head)
    address = reverse("review_carries", args=draft.address)
    sent = {"version": 1, "decision_1.2": CARRIED, "decision_2.1": LEFT, "words_2.1": ""}
    page = client.post(address, sent)
    assert page.context["form"].errors == {"words_2.1": page.context["form"].errors["words_2.1"]}
    assert client.post(address, {**sent, "words_2.1": "Selesai kelak."}).status_code == 302
    assert undecided(draft) == ["2.2"]
    late = client.post(address, {**sent, "decision_2.2": CARRIED, "words_2.1": "Lain."})
    assert late.status_code == 409
    assert late.context["changes"]
    again = late.context["form"]
    assert again["version"].value() == "2"
    assert again["words_2.1"].value() == "Lain."


def test_annual_review_has_no_decisions_page(world: ReviewWorld, client: Client) -> None:
    client.force_login(world.head)
    review = world.review()
    assert client.get(reverse("review_carries", args=review.address)).status_code == 404
