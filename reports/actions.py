"""Verbs of the annual review: begin, save, issue, and begin a corrected edition.

What lies between saving and issuing, from hand to hand, is in ``sign_off``.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.history import explain
from accounts.models import User
from accounts.permissions import Permission, require
from reports.canonical import serialise, sha256
from reports.certificates import Certificate, CertificateIsUnfit, certificate_of
from reports.choices import Classification, DocumentLanguage, ReviewKind, ReviewState, StepKind
from reports.codes import new_code
from reports.document import check_pdf, render_pdf
from reports.material import Issue, one_view_of_the_facts
from reports.models import AnnualReview, IssuedDocument, ReviewCarry, ReviewStep, TerasText
from reports.review_missing import missing_for_issue, problem_with_year
from reports.review_queries import WRITTEN, changes_since, people_of
from reports.review_texts import TEXTS, facts_sha256, still_confirmed, teras_texts, tidied
from reports.signing import sign
from reports.snapshot import build_snapshot
from teras.append_only import RecordIsFrozen
from teras.models import Plan


class ReviewChangedMeanwhile(Exception):
    """Somebody saved or issued the review after the page was opened.

    ``changes`` are the sentences that say who did what; ``version`` is what to send along to save
    all the same.
    """

    def __init__(self, changes: Sequence[str], version: int) -> None:
        super().__init__(*changes)
        self.changes = list(changes)
        self.version = version


@dataclass(frozen=True)
class ReviewText:
    """What people write into a draft."""

    summary: str
    issues: str
    proposals: str
    changes: str
    prepared_by: User
    reviewed_by: User | None
    approved_by: User | None
    file_reference: str = ""
    classification: str = Classification.OPEN
    language: str = DocumentLanguage.MALAY
    conclusion: str = ""
    # By the thrust's number. None leaves them, and what was confirmed, as they are.
    teras: Mapping[int, str] | None = None
    # Names of texts that are last year's, unchanged, and still hold.
    confirmed: Collection[str] | None = None


@transaction.atomic
def begin_review(*, by: User, plan: Plan, year: int, today: date) -> AnnualReview:
    """Begin the first edition of a year's review, from 1 December of the year on.

    Writing it takes days; it is issued once the year is over. Raises ``ValidationError`` for a year
    outside the plan or before its December, or a review begun already.
    """
    require(by, Permission.PREPARE_REVIEW, plan.agency)
    Plan.objects.select_for_update().get(pk=plan.pk)
    problem = problem_with_year(plan, year, today)
    if problem:
        raise ValidationError(problem)
    if plan.reviews.filter(kind=ReviewKind.ANNUAL, year=year).exists():
        raise ValidationError(_("The review of this year was begun already."))
    review = AnnualReview(plan=plan, year=year, prepared_by=by, is_sample=by.is_sample)
    return saved(review, by, _("Review begun"))


@transaction.atomic
def begin_edition(*, by: User, review: AnnualReview) -> AnnualReview:
    """Begin the next edition of an issued review, to correct it; its words are taken over.

    Raises ``ValidationError`` where the review is no issued one, or not the year's latest.
    """
    require(by, Permission.PREPARE_REVIEW, review.plan.agency)
    Plan.objects.select_for_update().get(pk=review.plan_id)
    editions = AnnualReview.objects.editions_of(review)
    latest = editions.order_by("-edition").first()
    if latest is None or not latest.is_issued:
        raise ValidationError(_("This year already has a draft."))
    if latest.pk != review.pk:
        raise ValidationError(_("A later edition was issued already. Correct that one."))
    edition = saved(
        AnnualReview(
            plan=latest.plan,
            kind=latest.kind,
            year=latest.year,
            edition=latest.edition + 1,
            summary=latest.summary,
            issues=latest.issues,
            proposals=latest.proposals,
            conclusion=latest.conclusion,
            confirmed=latest.confirmed,
            file_reference=latest.file_reference,
            classification=latest.classification,
            language=latest.language,
            prepared_by=by,
            reviewed_by=latest.reviewed_by,
            approved_by=None if latest.approved_by_id == by.pk else latest.approved_by,
            is_sample=by.is_sample or latest.is_sample,
        ),
        by,
        _("New edition begun"),
    )
    _write_on_teras(edition, teras_texts(latest), by)
    take_over_carries(edition, latest, by)
    return edition


@transaction.atomic
def save_review(
    *,
    by: User,
    review: AnnualReview,
    text: ReviewText,
    version: int,
    by_itself: bool = False,
) -> AnnualReview:
    """Save a draft. ``version`` is the one the page was opened with.

    What was submitted or approved goes back to draft by it, so the portal does not save that
    ``by_itself``. Nothing new makes no new version. Raises ``ValidationError`` by field,
    ``ReviewChangedMeanwhile``, or ``RecordIsFrozen``.
    """
    require(by, Permission.PREPARE_REVIEW, review.plan.agency)
    locked = locked_draft(review, version)
    was_draft = locked.state == ReviewState.DRAFT
    if by_itself and not was_draft:
        raise ValidationError(
            _("It was submitted. Saving takes it back to draft, so it is left to you.")
        )
    before, teras_before = _stored(locked), teras_texts(locked)
    _name_people(locked, text)
    locked.classification, locked.language = text.classification, text.language
    for field in (*TEXTS, "changes", "file_reference"):
        setattr(locked, field, tidied(getattr(text, field)))
    teras = teras_before | {number: tidied(words) for number, words in (text.teras or {}).items()}
    kept = locked.confirmed if text.confirmed is None else text.confirmed
    locked.confirmed = still_confirmed(locked, teras, kept)
    if _stored(locked) == before and teras == teras_before:
        return locked
    locked.version += 1
    locked.autosaved = by_itself
    locked.state = ReviewState.DRAFT
    locked.is_sample = locked.is_sample or by.is_sample
    saved(locked, by, _("Saved by itself") if by_itself else _("Draft saved"))
    _write_on_teras(locked, teras, by)
    if not was_draft:
        add_step(locked, StepKind.REOPENED, by)
    return locked


def issue_review(*, by: User, review: AnnualReview, version: int) -> IssuedDocument:
    """Issue a draft: snapshot, PDF from the snapshot alone, check, and then all or nothing.

    Rendering takes seconds, so no lock is held meanwhile; what was saved in between refuses the
    issue. Until the last write nothing is changed, wherever it fails. Raises ``ValidationError``
    by field, ``ReviewChangedMeanwhile``, ``RecordIsFrozen`` or ``DocumentIsUnsound``. Only what was
    approved is issued, and only while it still says what was approved. An agency that has a
    certificate signs it, or issues nothing.
    """
    require(by, Permission.ISSUE_REVIEW, review.plan.agency)
    with one_view_of_the_facts():
        draft = locked_draft(review, version)
        missing = missing_for_issue(draft, timezone.localdate())
        if missing:
            raise ValidationError({field: [words] for field, words in missing.items()})
        if draft.state != ReviewState.APPROVED:
            raise ValidationError({"state": [_("It is issued once it has been approved.")]})
        approval = draft.steps.filter(kind=StepKind.APPROVED).last()
        issue, certificate = _issue_now(draft, by)
        snapshot = serialise(build_snapshot(draft, issue))
    content = json.loads(snapshot)
    if approval and approval.facts_sha256 not in {"", facts_sha256(content)}:
        words = _(
            "The plan's facts changed after it was approved, so it would not be issued as approved."
            " Take it back to draft and have it approved again."
        )
        raise ValidationError({"state": [words]})
    pdf = render_pdf(content)
    if certificate:
        with _refused_by_certificate():
            pdf = sign(pdf, certificate, issue.at)
    pages = check_pdf(pdf, content)
    with transaction.atomic():
        locked = locked_draft(review, version)
        document = IssuedDocument.objects.create(
            review=locked,
            code=issue.code,
            snapshot=snapshot,
            snapshot_sha256=sha256(snapshot),
            pdf=pdf,
            pdf_sha256=sha256(pdf),
            page_count=pages,
            issued_by=by,
            issued_at=issue.at,
            is_sample=content["is_sample"],
        )
        locked.state = ReviewState.ISSUED
        locked.is_sample = content["is_sample"]
        saved(locked, by, _("Review issued"))
    return document


def _issue_now(review: AnnualReview, by: User) -> tuple[Issue, Certificate | None]:
    """When, by whom and under which code it is issued, and what signs it.

    The code is drawn anew each time: what failed was never issued, and leaves none behind.
    """
    now = timezone.now().replace(microsecond=0)
    with _refused_by_certificate():
        certificate = certificate_of(review.plan.agency)
        if certificate:
            certificate.require_valid(now)
    code = new_code()
    while IssuedDocument.objects.filter(code=code).exists():
        code = new_code()
    issue = Issue(
        at=now,
        by=by,
        code=code,
        check_url=f"{settings.PORTAL_ADDRESS}{reverse('check_code', args=[code])}",
        signature=certificate.told if certificate else None,
    )
    return issue, certificate


@contextmanager
def _refused_by_certificate() -> Iterator[None]:
    try:
        yield
    except CertificateIsUnfit as unfit:
        raise ValidationError({"certificate": [str(unfit)]}) from unfit


def add_step(
    review: AnnualReview, kind: StepKind, by: User, *, note: str = "", facts: str = ""
) -> ReviewStep:
    """Keep who did what with the review, as of its present version."""
    step = ReviewStep(
        review=review,
        kind=kind,
        by=by,
        note=tidied(note),
        version=review.version,
        facts_sha256=facts,
        is_sample=by.is_sample or review.is_sample,
    )
    step.full_clean()
    step.save()
    return step


def locked_draft(review: AnnualReview, version: int) -> AnnualReview:
    """The review's row, locked, if it still is as the page that was opened knew it."""
    locked = (
        AnnualReview.objects.select_for_update(of=("self",))
        .select_related("plan__agency", "prepared_by", "reviewed_by", "approved_by")
        .prefetch_related("plan__teras")
        .get(pk=review.pk)
    )
    if locked.is_issued:
        raise RecordIsFrozen(AnnualReview)
    if locked.version != version:
        raise ReviewChangedMeanwhile(changes_since(locked, version), locked.version)
    return locked


def saved(review: AnnualReview, by: User, reason: str) -> AnnualReview:
    explain(review, by=by, reason=reason)
    review.full_clean()
    review.save()
    return review


def _stored(review: AnnualReview) -> dict[str, object]:
    """What people write into a draft, as it is now."""
    return {name: getattr(review, name) for name in (*WRITTEN, "confirmed")}


def take_over_carries(edition: AnnualReview, latest: AnnualReview, by: User) -> None:
    """Let a new edition of a closing report begin with what the one before decided."""
    for carry in latest.carries.select_related("program"):
        row = ReviewCarry(
            review=edition,
            program=carry.program,
            decision=carry.decision,
            words=carry.words,
            version=edition.version,
        )
        explain(row, by=by, reason=_("New edition begun"))
        row.full_clean()
        row.save()


def _name_people(review: AnnualReview, text: ReviewText) -> None:
    """Write down who prepares, reviews and approves. Raises ``ValidationError`` by field."""
    known = {person.pk for person in people_of(review)}
    named = {
        "prepared_by": text.prepared_by,
        "reviewed_by": text.reviewed_by,
        "approved_by": text.approved_by,
    }
    strangers = [field for field, user in named.items() if user and user.pk not in known]
    if strangers:
        raise ValidationError(
            {field: [_("This person holds no role in the agency.")] for field in strangers}
        )
    if text.approved_by == text.prepared_by:
        raise ValidationError({"approved_by": [_("Nobody approves alone what they prepared.")]})
    for field, user in named.items():
        setattr(review, field, user)


def _write_on_teras(review: AnnualReview, texts: Mapping[int, str], by: User) -> None:
    """Store the texts on the thrusts that are new, as part of the review's present version."""
    stored = {row.teras.number: row for row in review.teras_texts.select_related("teras")}
    for teras in review.plan.teras.all():
        text = texts.get(teras.number, "")
        row = stored.get(teras.number) or TerasText(review=review, teras=teras)
        if row.text != text:
            row.text, row.version = text, review.version
            explain(row, by=by, reason=_("Draft saved"))
            row.full_clean()
            row.save()
