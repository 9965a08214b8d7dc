"""Verbs of the annual review: begin, save, issue, and begin a corrected edition."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.history import explain
from accounts.models import User
from accounts.permissions import Permission, require
from reports.canonical import serialise, sha256
from reports.choices import GapKind, ReviewState
from reports.december import readiness
from reports.document import check_pdf, render_pdf
from reports.material import Issue, last_day_of, one_view_of_the_facts
from reports.models import AnnualReview, IssuedDocument
from reports.review_queries import changes_since, people_of
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
    if plan.reviews.filter(year=year).exists():
        raise ValidationError(_("The review of this year was begun already."))
    review = AnnualReview(plan=plan, year=year, prepared_by=by, is_sample=by.is_sample)
    return _save(review, by, _("Review begun"))


@transaction.atomic
def begin_edition(*, by: User, review: AnnualReview) -> AnnualReview:
    """Begin the next edition of an issued review, to correct it; its words are taken over.

    Raises ``ValidationError`` where the review is no issued one, or not the year's latest.
    """
    require(by, Permission.PREPARE_REVIEW, review.plan.agency)
    Plan.objects.select_for_update().get(pk=review.plan_id)
    editions = AnnualReview.objects.filter(plan=review.plan_id, year=review.year)
    latest = editions.order_by("-edition").first()
    if latest is None or not latest.is_issued:
        raise ValidationError(_("This year already has a draft."))
    if latest.pk != review.pk:
        raise ValidationError(_("A later edition was issued already. Correct that one."))
    return _save(
        AnnualReview(
            plan=latest.plan,
            year=latest.year,
            edition=latest.edition + 1,
            summary=latest.summary,
            issues=latest.issues,
            proposals=latest.proposals,
            prepared_by=by,
            reviewed_by=latest.reviewed_by,
            approved_by=None if latest.approved_by_id == by.pk else latest.approved_by,
            is_sample=by.is_sample or latest.is_sample,
        ),
        by,
        _("New edition begun"),
    )


@transaction.atomic
def save_review(*, by: User, review: AnnualReview, text: ReviewText, version: int) -> AnnualReview:
    """Save a draft. ``version`` is the one the page was opened with.

    Raises ``ValidationError`` by field, ``ReviewChangedMeanwhile``, or ``RecordIsFrozen``.
    """
    require(by, Permission.PREPARE_REVIEW, review.plan.agency)
    locked = _locked(review, version)
    known = {person.pk for person in people_of(locked)}
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
        setattr(locked, field, user)
    for field in ("summary", "issues", "proposals", "changes"):
        setattr(locked, field, getattr(text, field).replace("\r\n", "\n").strip())
    locked.version += 1
    locked.is_sample = locked.is_sample or by.is_sample
    return _save(locked, by, _("Draft saved"))


def issue_review(*, by: User, review: AnnualReview, version: int) -> IssuedDocument:
    """Issue a draft: snapshot, PDF from the snapshot alone, check, and then all or nothing.

    Rendering takes seconds, so no lock is held meanwhile; what was saved in between refuses the
    issue. Until the last write nothing is changed, wherever it fails. Raises ``ValidationError``
    by field, ``ReviewChangedMeanwhile``, ``RecordIsFrozen`` or ``DocumentIsUnsound``.
    """
    require(by, Permission.ISSUE_REVIEW, review.plan.agency)
    with one_view_of_the_facts():
        draft = _locked(review, version)
        missing = missing_for_issue(draft, timezone.localdate())
        if missing:
            raise ValidationError({field: [words] for field, words in missing.items()})
        issue = Issue(at=timezone.now().replace(microsecond=0), by=by)
        snapshot = serialise(build_snapshot(draft, issue))
    content = json.loads(snapshot)
    pdf = render_pdf(content)
    pages = check_pdf(pdf, content)
    with transaction.atomic():
        locked = _locked(review, version)
        document = IssuedDocument.objects.create(
            review=locked,
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
        _save(locked, by, _("Review issued"))
    return document


def problem_with_year(plan: Plan, year: int, today: date) -> str | None:
    """Why a review of the year cannot be begun; None where it can."""
    if plan.is_draft:
        return _("The plan is still a draft. Reviews begin once it is in force.")
    if year not in plan.years:
        return _("The plan runs from %(first)s to %(last)s.") % {
            "first": plan.first_year,
            "last": plan.last_year,
        }
    if date(year, 12, 1) > today:
        return _(
            "The review of %(year)s begins on 01.12.%(year)s and speaks as at 31.12.%(year)s."
        ) % {"year": year}
    return None


def missing_for_issue(review: AnnualReview, today: date) -> dict[str, str]:
    """What a draft still lacks before it can be issued, by field; empty when nothing does."""
    missing: dict[str, str] = {}
    if not review.summary:
        missing["summary"] = _("Write the executive summary.")
    if review.edition > 1 and not review.changes:
        missing["changes"] = _("Say what this edition changes, and why.")
    if review.reviewed_by_id is None:
        missing["reviewed_by"] = _("Name who reviewed it.")
    if review.approved_by_id is None:
        missing["approved_by"] = _("Name who approves it.")
    elif review.approved_by_id == review.prepared_by_id:
        missing["approved_by"] = _("Nobody approves alone what they prepared.")
    if last_day_of(review) > today:
        missing["year"] = _("The year is not over yet.")
    ready = readiness(review.plan, review.year)
    for kind, words in (
        (GapKind.UNVERIFIED, _("Updates on the year's milestones that wait for verification: %s.")),
        (GapKind.NO_REASON, _("Late milestones of the year without a reason: %s.")),
    ):
        codes = ", ".join(dict.fromkeys(gap.line.program.code for gap in ready.of_kind(kind)))
        if codes:
            missing[kind.value] = words % codes
    return missing


def _locked(review: AnnualReview, version: int) -> AnnualReview:
    """The review's row, locked, if it still is as the page that was opened knew it."""
    locked = (
        AnnualReview.objects.select_for_update(of=("self",))
        .select_related("plan__agency", "prepared_by", "reviewed_by", "approved_by")
        .get(pk=review.pk)
    )
    if locked.is_issued:
        raise RecordIsFrozen(AnnualReview)
    if locked.version != version:
        raise ReviewChangedMeanwhile(changes_since(locked, version), locked.version)
    return locked


def _save(review: AnnualReview, by: User, reason: str) -> AnnualReview:
    explain(review, by=by, reason=reason)
    review.full_clean()
    review.save()
    return review
