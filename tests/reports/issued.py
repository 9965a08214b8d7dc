"""Issued documents for tests that do not ask how a document looks."""

import hashlib

from accounts.choices import Role
from reports.choices import ReviewState
from reports.codes import MARK
from reports.models import AnnualReview, IssuedDocument
from teras.models import Plan
from tests.factories import make_user


def make_issued_document(
    plan: Plan, *, code: str | None, year: int = 2021, edition: int = 1, summary: str = "Ringkasan"
) -> IssuedDocument:
    """An issued review whose document is a few bytes, with its code where the portal puts it."""
    head = make_user(Role.HEAD, plan.agency)
    review = AnnualReview.objects.create(
        plan=plan, year=year, edition=edition, prepared_by=head, summary=summary
    )
    snapshot, pdf = "{}", f"%PDF-1.7 {plan.pk} {edition} {MARK}{code}".encode()
    document = IssuedDocument.objects.create(
        review=review,
        code=code,
        snapshot=snapshot,
        snapshot_sha256=hashlib.sha256(snapshot.encode()).hexdigest(),
        pdf=pdf,
        pdf_sha256=hashlib.sha256(pdf).hexdigest(),
        page_count=1,
        issued_by=head,
    )
    AnnualReview.objects.filter(pk=review.pk).update(state=ReviewState.ISSUED)
    review.refresh_from_db()
    return document
