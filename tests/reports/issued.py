"""Approved and issued reviews for tests that ask neither how it comes about nor how it looks."""

import hashlib

from accounts.choices import Role
from reports.choices import ReviewState, StepKind
from reports.codes import MARK
from reports.models import AnnualReview, IssuedDocument, ReviewStep
from teras.models import Plan
from tests.factories import make_user


def approve(review: AnnualReview) -> AnnualReview:
    """Approved by whom it names (by somebody of management where nobody is), as the database asks."""
    review.refresh_from_db()
    if review.approved_by is None:
        review.approved_by = make_user(Role.MANAGEMENT, review.plan.agency)
        AnnualReview.objects.filter(pk=review.pk).update(approved_by=review.approved_by)
    for kind, by in (
        (StepKind.SUBMITTED, review.prepared_by),
        (StepKind.APPROVED, review.approved_by),
    ):
        ReviewStep.objects.create(
            review=review, kind=kind, by=by, version=review.version, is_sample=review.is_sample
        )
    AnnualReview.objects.filter(pk=review.pk).update(state=ReviewState.APPROVED)
    review.refresh_from_db()
    return review


def mark_issued(review: AnnualReview) -> AnnualReview:
    """Approved and called issued; the document is made already."""
    approve(review)
    AnnualReview.objects.filter(pk=review.pk).update(state=ReviewState.ISSUED)
    review.refresh_from_db()
    return review


def make_issued_document(
    plan: Plan, *, code: str | None, year: int = 2021, edition: int = 1, summary: str = "Ringkasan"
) -> IssuedDocument:
    """An issued review whose document is a few bytes, with its code where the portal puts it."""
    head = make_user(Role.HEAD, plan.agency)
    review = AnnualReview.objects.create(
        plan=plan, year=year, edition=edition, prepared_by=head, summary=summary
    )
    document = give_document(review, code)
    mark_issued(review)
    return document


def give_document(review: AnnualReview, code: str | None = None) -> IssuedDocument:
    """The few bytes of a document that a review is issued with."""
    snapshot, pdf = "{}", f"%PDF-1.7 {review.plan_id} {review.edition} {MARK}{code}".encode()
    return IssuedDocument.objects.create(
        review=review,
        code=code,
        snapshot=snapshot,
        snapshot_sha256=hashlib.sha256(snapshot.encode()).hexdigest(),
        pdf=pdf,
        pdf_sha256=hashlib.sha256(pdf).hexdigest(),
        page_count=1,
        issued_by=review.prepared_by,
    )
