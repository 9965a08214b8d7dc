"""Begin, save and issue a review; what is issued never changes, and a failure changes nothing."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import Settings

from accounts.choices import Role
from reports.actions import (
    ReviewChangedMeanwhile,
    ReviewText,
    begin_edition,
    begin_review,
    issue_review,
    save_review,
)
from reports.certificates import CertificateIsUnfit, certificate_of
from reports.choices import ReviewState
from reports.codes import read_code
from reports.document import DocumentIsUnsound
from reports.models import AnnualReview, IssuedDocument
from reports.review_missing import missing_for_issue
from reports.signing import signature_holds
from teras.append_only import RecordIsFrozen
from teras.choices import PlanState
from tests.factories import make_plan, make_user
from tests.reports.certificates import (
    PASSWORD,
    SIGNER,
    make_certificate,
    put_certificate,
    rsa_key,
)
from tests.reports.issued import approve
from tests.reports.review_world import ReviewWorld

pytestmark = pytest.mark.django_db

TODAY = date(2022, 1, 14)


@pytest.fixture
def world() -> ReviewWorld:
    return ReviewWorld()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Draws nothing, and keeps what it was given to draw: drawing has tests of its own."""
    given: list[Any] = []

    def draw(snapshot: Any) -> bytes:
        given.append(snapshot)
        return b"%PDF " + json.dumps(snapshot, sort_keys=True).encode()

    monkeypatch.setattr("reports.actions.render_pdf", draw)
    monkeypatch.setattr("reports.actions.check_pdf", lambda pdf, _snapshot: len(pdf))
    return given


def text_of(world: ReviewWorld, **fields: Any) -> ReviewText:
    return ReviewText(
        **{
            "summary": "Ringkasan.",
            "issues": "",
            "proposals": "",
            "changes": "",
            "prepared_by": world.head,
            "reviewed_by": world.reviewer,
            "approved_by": world.approver,
            **fields,
        }
    )


# Beginning


def test_begin_review_makes_a_draft_of_the_first_edition(world: ReviewWorld) -> None:
    review = begin_review(by=world.head, plan=world.plan, year=2021, today=TODAY)
    assert (review.state, review.edition, review.prepared_by) == ("draft", 1, world.head)
    assert review.history.get().history_user == world.head


@pytest.mark.parametrize(
    ("year", "today"),
    [
        (2021, date(2021, 11, 30)),  # not December yet
        (2018, TODAY),
        (2024, date(2026, 1, 1)),
    ],
)
def test_begin_review_refuses_a_year_outside_the_plan_or_before_its_december(
    year: int, today: date, world: ReviewWorld
) -> None:
    with pytest.raises(ValidationError):
        begin_review(by=world.head, plan=world.plan, year=year, today=today)
    assert not AnnualReview.objects.exists()


def test_begin_review_on_the_first_of_december_but_not_issue_it_before_the_last(
    world: ReviewWorld,
) -> None:
    review = begin_review(by=world.head, plan=world.plan, year=2021, today=date(2021, 12, 1))
    assert "year" in missing_for_issue(review, date(2021, 12, 30))
    assert "year" not in missing_for_issue(review, date(2021, 12, 31))


def test_begin_review_refuses_a_second_draft(world: ReviewWorld) -> None:
    world.review()
    with pytest.raises(ValidationError):
        begin_review(by=world.head, plan=world.plan, year=2021, today=TODAY)


def test_begin_review_refuses_a_draft_plan(world: ReviewWorld) -> None:
    plan = make_plan(world.plan.agency, state=PlanState.DRAFT, slug="draf")
    with pytest.raises(ValidationError):
        begin_review(by=world.head, plan=plan, year=2021, today=TODAY)


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.HEAD])
def test_begin_save_and_issue_are_the_heads(role: Role, world: ReviewWorld, quick: object) -> None:
    other = make_user(role, world.plan.agency)
    review = world.review()
    with pytest.raises(PermissionDenied):
        begin_review(by=other, plan=world.plan, year=2020, today=TODAY)
    with pytest.raises(PermissionDenied):
        save_review(by=other, review=review, text=text_of(world), version=1)
    with pytest.raises(PermissionDenied):
        issue_review(by=other, review=review, version=1)
    assert not quick


# Saving


def test_save_review_keeps_what_was_written_and_who_wrote_it(world: ReviewWorld) -> None:
    review = world.review(summary="")
    text = text_of(world, summary="  Baik.\r\n\r\nSangat baik. ")
    saved = save_review(by=world.head, review=review, text=text, version=1)
    review.refresh_from_db()
    assert review.summary == "Baik.\n\nSangat baik."
    assert (saved.version, review.version) == (2, 2)
    assert review.history.first().history_user == world.head


def test_save_review_tells_the_second_person_who_saved_what(world: ReviewWorld) -> None:
    review = begin_review(by=world.head, plan=world.plan, year=2021, today=TODAY)
    other = make_user(Role.HEAD, world.plan.agency, full_name="Azman")
    first = text_of(world, summary="Kata Azman.")
    save_review(by=other, review=review, text=first, version=1)
    with pytest.raises(ReviewChangedMeanwhile) as meanwhile:
        save_review(by=world.head, review=review, text=text_of(world), version=1)
    assert len(meanwhile.value.changes) == 1
    assert "Azman" in meanwhile.value.changes[0]
    assert meanwhile.value.version == 2
    review.refresh_from_db()
    assert review.summary == "Kata Azman."
    # Told of it, they may put theirs in its place.
    save_review(by=world.head, review=review, text=text_of(world, summary="Kata saya."), version=2)
    review.refresh_from_db()
    assert review.summary == "Kata saya."


def test_nobody_approves_alone_what_they_prepared(world: ReviewWorld) -> None:
    review = world.review()
    with pytest.raises(ValidationError) as refused:
        save_review(
            by=world.head, review=review, text=text_of(world, approved_by=world.head), version=1
        )
    assert set(refused.value.message_dict) == {"approved_by"}
    with pytest.raises(IntegrityError), transaction.atomic():
        AnnualReview.objects.filter(pk=review.pk).update(approved_by=world.head)


def test_save_review_refuses_a_person_of_another_agency(world: ReviewWorld) -> None:
    stranger = make_user(None)
    with pytest.raises(ValidationError) as refused:
        save_review(
            by=world.head,
            review=world.review(),
            text=text_of(world, reviewed_by=stranger),
            version=1,
        )
    assert set(refused.value.message_dict) == {"reviewed_by"}


# Issuing


def test_issue_review_stores_snapshot_and_pdf_with_their_hashes(world: ReviewWorld) -> None:
    world.fill()
    world.verify_all()
    review = world.approved()
    document = issue_review(by=world.head, review=review, version=1)
    stored = IssuedDocument.objects.get()
    assert stored == document
    pdf = bytes(stored.pdf)
    assert pdf.startswith(b"%PDF")
    assert stored.pdf_sha256 == hashlib.sha256(pdf).hexdigest()
    assert stored.snapshot_sha256 == hashlib.sha256(stored.snapshot.encode()).hexdigest()
    assert stored.is_intact()
    assert stored.page_count > 3
    assert stored.issued_by == world.head
    review.refresh_from_db()
    assert review.state == ReviewState.ISSUED
    assert review.history.first().history_user == world.head
    assert json.loads(stored.snapshot)["review"]["issued_by"]["name"] == "Rosnah"


def test_pdf_is_drawn_from_the_stored_snapshot(world: ReviewWorld, quick: list[Any]) -> None:
    world.fill()
    world.verify_all()
    document = issue_review(by=world.head, review=world.approved(), version=1)
    assert quick == [json.loads(document.snapshot)]


@pytest.mark.parametrize(
    ("lacking", "field"),
    [
        ({"summary": ""}, "summary"),
        ({"reviewed_by": None}, "reviewed_by"),
        ({"approved_by": None}, "approved_by"),
        ({"edition": 2}, "changes"),
        ({"year": 9999}, "year"),
    ],
)
def test_issue_review_says_what_is_missing(
    lacking: dict[str, Any], field: str, world: ReviewWorld, quick: list[Any]
) -> None:
    with pytest.raises(ValidationError) as refused:
        issue_review(by=world.head, review=world.review(**lacking), version=1)
    assert list(refused.value.message_dict) == [field]
    assert not quick


def test_issued_document_has_a_code_and_the_address_that_asks_about_it(
    world: ReviewWorld, quick: list[Any], settings: Settings
) -> None:
    settings.PORTAL_ADDRESS = "https://portal.contoh.test"
    document = issue_review(by=world.head, review=world.approved(), version=1)
    assert document.code
    assert read_code(document.code) == document.code
    (given,) = quick
    assert given["review"]["code"] == document.code
    assert given["review"]["check_url"] == f"https://portal.contoh.test/semak/{document.code}/"
    assert given["review"]["signature"] is None


def test_issue_that_failed_leaves_its_code_unused(
    world: ReviewWorld, quick: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    review = world.approved()
    with monkeypatch.context() as patch:
        patch.setattr("reports.actions.check_pdf", Mock(side_effect=DocumentIsUnsound))
        with pytest.raises(DocumentIsUnsound):
            issue_review(by=world.head, review=review, version=1)
    document = issue_review(by=world.head, review=review, version=1)
    first, second = (given["review"]["code"] for given in quick)
    assert first != second == document.code


def test_code_that_is_taken_is_drawn_again(
    world: ReviewWorld, quick: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = issue_review(
        by=world.head, review=world.approved(2020, summary="Lain."), version=1
    ).code
    codes = iter([taken, "AAAA-BBBB"])
    monkeypatch.setattr("reports.actions.new_code", lambda: next(codes))
    assert issue_review(by=world.head, review=world.approved(), version=1).code == "AAAA-BBBB"


def test_agency_with_a_certificate_signs_what_it_issues(
    world: ReviewWorld, tmp_path: Path, settings: Settings, client: Client
) -> None:
    settings.SIGN_CERTIFICATES, settings.SIGN_PASSWORD = tmp_path, PASSWORD
    put_certificate(tmp_path, world.plan.agency.slug)
    document = issue_review(by=world.head, review=world.approved(), version=1)
    certificate = certificate_of(world.plan.agency)
    assert certificate
    assert signature_holds(bytes(document.pdf), certificate)
    assert json.loads(document.snapshot)["review"]["signature"]["signer"] == SIGNER
    file = SimpleUploadedFile("laporan.pdf", bytes(document.pdf))
    with translation.override("ms"):
        page = client.post(reverse("check_document"), {"file": file}).content.decode()
    assert "Fail ini tulen" in page


@pytest.mark.parametrize("when", ["at once", "while it is drawn"])
def test_certificate_that_cannot_sign_issues_nothing(
    when: str,
    world: ReviewWorld,
    quick: list[Any],
    tmp_path: Path,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.SIGN_CERTIFICATES, settings.SIGN_PASSWORD = tmp_path, PASSWORD
    ended = make_certificate(rsa_key(), valid_until=datetime(2021, 1, 1, tzinfo=UTC))
    put_certificate(tmp_path, world.plan.agency.slug, certificate=ended)
    if when != "at once":
        monkeypatch.setattr("reports.certificates.Certificate.require_valid", Mock())
        monkeypatch.setattr("reports.actions.sign", Mock(side_effect=CertificateIsUnfit("Tamat.")))
    review = world.approved()
    with pytest.raises(ValidationError) as refused:
        issue_review(by=world.head, review=review, version=1)
    assert set(refused.value.message_dict) == {"certificate"}
    assert not IssuedDocument.objects.exists()
    review.refresh_from_db()
    assert review.state == ReviewState.APPROVED
    assert bool(quick) == (when != "at once")


def test_issue_review_twice_is_refused(world: ReviewWorld, quick: list[Any]) -> None:
    review = world.approved()
    issue_review(by=world.head, review=review, version=1)
    with pytest.raises(RecordIsFrozen):
        issue_review(by=world.head, review=review, version=1)
    assert IssuedDocument.objects.count() == 1


def test_issue_review_refuses_a_version_nobody_read(world: ReviewWorld, quick: list[Any]) -> None:
    review = world.approved()
    save_review(by=world.head, review=review, text=text_of(world), version=1)
    with pytest.raises(ReviewChangedMeanwhile):
        issue_review(by=world.head, review=review, version=1)
    assert not quick


def test_what_is_saved_while_the_pdf_is_drawn_refuses_the_issue(
    world: ReviewWorld, quick: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    review = world.approved()

    def draw_slowly(_snapshot: object) -> bytes:
        text = text_of(world, summary="Kemudian.")
        save_review(by=world.head, review=review, text=text, version=1)
        return b"%PDF"

    monkeypatch.setattr("reports.actions.render_pdf", draw_slowly)
    with pytest.raises(ReviewChangedMeanwhile):
        issue_review(by=world.head, review=review, version=1)
    review.refresh_from_db()
    assert (review.state, review.summary) == (ReviewState.DRAFT, "Kemudian.")
    assert not IssuedDocument.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "step",
    [
        "reports.actions.build_snapshot",
        "reports.actions.render_pdf",
        "reports.actions.check_pdf",
        "reports.models.IssuedDocument.objects.create",
        "reports.models.AnnualReview.save",
    ],
)
def test_failure_at_any_step_leaves_the_draft_whole(
    step: str, world: ReviewWorld, quick: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    review = world.approved()
    history = review.history.count()

    def killed(*_args: object, **_kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(step, killed)
    with pytest.raises(KeyboardInterrupt):
        issue_review(by=world.head, review=review, version=1)
    monkeypatch.undo()
    left = AnnualReview.objects.get()
    assert (left.state, left.version, left.summary) == (ReviewState.APPROVED, 1, review.summary)
    assert left.history.count() == history
    assert not IssuedDocument.objects.exists()
    save_review(by=world.head, review=left, text=text_of(world), version=1)


def test_unsound_pdf_is_never_issued(world: ReviewWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.actions.render_pdf", lambda _snapshot: b"%PDF-1.7 broken")
    review = world.approved()
    with pytest.raises(DocumentIsUnsound):
        issue_review(by=world.head, review=review, version=1)
    review.refresh_from_db()
    assert review.state == ReviewState.APPROVED


def test_sample_head_issues_a_sample(world: ReviewWorld, quick: list[Any]) -> None:
    world.head.is_sample = True
    world.head.save()
    review = world.approved()
    document = issue_review(by=world.head, review=review, version=1)
    review.refresh_from_db()
    assert (document.is_sample, review.is_sample) == (True, True)
    assert json.loads(document.snapshot)["is_sample"] is True


# A corrected edition


@pytest.fixture
def issued(world: ReviewWorld, quick: list[Any]) -> AnnualReview:
    review = world.approved(proposals="Cadangan.")
    issue_review(by=world.head, review=review, version=1)
    review.refresh_from_db()
    return review


def test_begin_edition_takes_the_words_over(world: ReviewWorld, issued: AnnualReview) -> None:
    second = begin_edition(by=world.head, review=issued)
    assert (second.edition, second.state, second.changes) == (2, ReviewState.DRAFT, "")
    assert (second.summary, second.proposals) == (issued.summary, "Cadangan.")
    assert second.approved_by == world.approver


def test_corrected_edition_lists_what_it_supersedes(
    world: ReviewWorld, issued: AnnualReview, quick: list[Any]
) -> None:
    second = begin_edition(by=world.head, review=issued)
    text = text_of(world, changes="Angka program 1.1 dibetulkan.")
    save_review(by=world.head, review=second, text=text, version=1)
    issue_review(by=world.head, review=approve(second), version=2)
    assert [edition["edition"] for edition in quick[-1]["editions"]] == [1]
    assert quick[-1]["editions"][0]["pdf_sha256"] == issued.document.pdf_sha256
    assert quick[-1]["narrative"]["changes"] == "Angka program 1.1 dibetulkan."


def test_begin_edition_refuses_while_a_draft_is_open(
    world: ReviewWorld, issued: AnnualReview
) -> None:
    begin_edition(by=world.head, review=issued)
    with pytest.raises(ValidationError):
        begin_edition(by=world.head, review=issued)


def test_begin_edition_refuses_a_draft(world: ReviewWorld) -> None:
    with pytest.raises(ValidationError):
        begin_edition(by=world.head, review=world.review())


# What is issued never changes


def change_title(review: AnnualReview) -> None:
    review.summary = "Lain"
    review.save()


def bulk_change(review: AnnualReview) -> None:
    review.summary = "Lain"
    AnnualReview.objects.bulk_update([review], ["summary"])


def save_by_action(review: AnnualReview) -> None:
    text = ReviewText("Lain", "", "", "", review.prepared_by, None, None)
    save_review(by=review.prepared_by, review=review, text=text, version=review.version)


@pytest.mark.parametrize(
    "attempt",
    [
        change_title,
        bulk_change,
        save_by_action,
        lambda review: review.delete(),
        lambda review: AnnualReview.objects.filter(pk=review.pk).update(summary="Lain"),
        lambda review: AnnualReview.objects.filter(pk=review.pk).delete(),
        lambda review: type(review).objects.all().delete(),
        lambda review: review.document.save(),
        lambda review: review.document.delete(),
        lambda review: type(review.document).objects.all().update(page_count=9),
        lambda review: type(review.document).objects.all().delete(),
        lambda review: IssuedDocument.objects.bulk_update([review.document], ["page_count"]),
        lambda review: review.plan.reviews.all().delete(),
    ],
)
def test_issued_review_is_frozen_to_the_models(
    attempt: Callable[[AnnualReview], object], issued: AnnualReview
) -> None:
    before = AnnualReview.objects.values().get(), IssuedDocument.objects.values().get()
    with pytest.raises(RecordIsFrozen), transaction.atomic():
        attempt(issued)
    assert (AnnualReview.objects.values().get(), IssuedDocument.objects.values().get()) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reports_annualreview SET summary = 'Lain'",
        "UPDATE reports_annualreview SET state = 'draft'",
        "UPDATE reports_annualreview SET is_sample = NOT is_sample",
        "DELETE FROM reports_annualreview",
        "UPDATE reports_issueddocument SET page_count = 9",
        "UPDATE reports_issueddocument SET is_sample = NOT is_sample",
        "UPDATE reports_issueddocument SET pdf = snapshot_sha256, pdf_sha256 = ''",
        "DELETE FROM reports_issueddocument",
        "UPDATE reports_historicalannualreview SET history_user_id = NULL WHERE state = 'issued'",
        "DELETE FROM reports_historicalannualreview WHERE state = 'issued'",
    ],
)
def test_issued_review_is_frozen_to_the_database(statement: str, issued: AnnualReview) -> None:
    if "pdf = " in statement and connection.vendor == "postgresql":
        statement = statement.replace("pdf = snapshot_sha256", "pdf = ''")
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert IssuedDocument.objects.get().is_intact()


@pytest.mark.parametrize(
    "bypass",
    [
        lambda review: AnnualReview.objects.filter(pk=review.pk)._raw_delete("default"),
        lambda review: AnnualReview.objects.bulk_create(
            [review], update_conflicts=True, unique_fields=["id"], update_fields=["summary"]
        ),
        lambda review: (
            AnnualReview.objects.filter(pk=review.pk).remove_sample()
            or IssuedDocument.objects.filter(review=review).remove_sample()
        ),
    ],
)
def test_ways_round_the_models_end_at_the_database(
    bypass: Callable[[AnnualReview], object], issued: AnnualReview
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        bypass(issued)
    assert AnnualReview.objects.get().is_issued


def test_review_cannot_be_born_or_called_issued_without_its_document(world: ReviewWorld) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        world.review(state=ReviewState.ISSUED)
    review = world.review()
    with pytest.raises(IntegrityError), transaction.atomic():
        AnnualReview.objects.filter(pk=review.pk).update(state=ReviewState.ISSUED)


def test_issued_sample_can_be_cleared(world: ReviewWorld, quick: list[Any]) -> None:
    review = world.approved(is_sample=True)
    issue_review(by=world.head, review=review, version=1)
    assert IssuedDocument.objects.filter(review=review).remove_sample() == 1
    assert AnnualReview.objects.filter(pk=review.pk).remove_sample() == 1


def test_draft_can_be_deleted(world: ReviewWorld) -> None:
    world.review().delete()
    assert not AnnualReview.objects.exists()


def test_tampered_document_is_not_intact(world: ReviewWorld, issued: AnnualReview) -> None:
    document = IssuedDocument.objects.get()
    for field in ("pdf", "snapshot"):
        spoiled = IssuedDocument.objects.get()
        value = getattr(spoiled, field)
        setattr(spoiled, field, value[:-1])
        assert not spoiled.is_intact()
    assert document.is_intact()
