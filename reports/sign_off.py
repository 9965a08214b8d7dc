"""Verbs that take a draft from hand to hand: submitted, reviewed, approved, or back to draft.

The person whom the review names acts, and nobody approves what they prepared or submitted: said
here, by a constraint, and by the database's own rules. Each step is kept with who and when.
"""

import json
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission, is_allowed, require
from reports.actions import add_step, locked_draft, saved
from reports.canonical import serialise
from reports.choices import ReviewState, StepKind
from reports.models import AnnualReview, ReviewStep
from reports.review_missing import missing_for_issue, missing_for_review
from reports.review_queries import is_reviewed
from reports.review_texts import facts_sha256, tidied
from reports.snapshot import build_snapshot

UNDER_WAY = (ReviewState.IN_REVIEW, ReviewState.APPROVED)


@transaction.atomic
def submit_review(*, by: User, review: AnnualReview, version: int) -> ReviewStep:
    """Hand the draft to those who review and approve it.

    The draft's own parts must be there; the record of the year may still be mended meanwhile.
    Raises ``ValidationError`` by field, ``ReviewChangedMeanwhile`` or ``RecordIsFrozen``.
    """
    require(by, Permission.PREPARE_REVIEW, review.plan.agency)
    draft = locked_draft(review, version)
    _expect(draft, ReviewState.DRAFT)
    _refuse(missing_for_review(draft))
    if draft.approved_by == by:
        raise ValidationError(
            {"approved_by": [_("You are to approve it, so somebody else submits it.")]}
        )
    _move(draft, ReviewState.IN_REVIEW, by, _("Submitted for review"))
    return add_step(draft, StepKind.SUBMITTED, by)


@transaction.atomic
def endorse_review(*, by: User, review: AnnualReview, version: int) -> ReviewStep:
    """Say, as the one whom it names, that it has been reviewed."""
    require(by, Permission.REVIEW_REVIEW, review.plan.agency)
    draft = locked_draft(review, version)
    if draft.reviewed_by != by:
        raise PermissionDenied
    _expect(draft, ReviewState.IN_REVIEW)
    if is_reviewed(draft):
        raise ValidationError(_("It has been reviewed already."))
    _mark_sample(draft, by, _("Reviewed"))
    return add_step(draft, StepKind.REVIEWED, by)


@transaction.atomic
def approve_review(*, by: User, review: AnnualReview, version: int, today: date) -> ReviewStep:
    """Approve it, as the one whom it names: words and facts as they are now.

    Whoever reviews and approves in one person does both by this. Raises ``PermissionDenied`` for
    anybody else, and for who prepared or submitted it; ``ValidationError`` by field where anything
    is missing, since nothing may change between approval and issue.
    """
    require(by, Permission.APPROVE_REVIEW, review.plan.agency)
    draft = locked_draft(review, version)
    submitted = draft.steps.filter(kind=StepKind.SUBMITTED).last()
    if draft.approved_by != by or by in (draft.prepared_by, submitted.by if submitted else None):
        raise PermissionDenied
    _expect(draft, ReviewState.IN_REVIEW)
    _refuse(missing_for_issue(draft, today))
    if not is_reviewed(draft):
        if draft.reviewed_by != by:
            raise ValidationError(
                _("%s has not reviewed it yet.") % draft.reviewed_by, code="not_reviewed"
            )
        add_step(draft, StepKind.REVIEWED, by)
    facts = facts_sha256(json.loads(serialise(build_snapshot(draft))))
    draft.version += 1
    draft.is_sample = draft.is_sample or by.is_sample
    step = add_step(draft, StepKind.APPROVED, by, facts=facts)
    draft.state = ReviewState.APPROVED
    saved(draft, by, _("Approved"))
    return step


@transaction.atomic
def return_review(*, by: User, review: AnnualReview, version: int, note: str) -> ReviewStep:
    """Give it back to who prepares it, with words, as one of the two whom it names."""
    draft = locked_draft(review, version)
    if not may_return(by, draft):
        raise PermissionDenied
    _expect(draft, *UNDER_WAY)
    if not tidied(note):
        raise ValidationError({"note": [_("Say what is to be changed.")]})
    _move(draft, ReviewState.DRAFT, by, _("Returned"))
    return add_step(draft, StepKind.RETURNED, by, note=note)


@transaction.atomic
def reopen_review(*, by: User, review: AnnualReview, version: int) -> ReviewStep:
    """Take back to draft what was submitted or approved, to change it."""
    require(by, Permission.PREPARE_REVIEW, review.plan.agency)
    draft = locked_draft(review, version)
    _expect(draft, *UNDER_WAY)
    _move(draft, ReviewState.DRAFT, by, _("Taken back to draft"))
    return add_step(draft, StepKind.REOPENED, by)


def may_return(by: User, review: AnnualReview) -> bool:
    agency = review.plan.agency
    return (by == review.reviewed_by and is_allowed(by, Permission.REVIEW_REVIEW, agency)) or (
        by == review.approved_by and is_allowed(by, Permission.APPROVE_REVIEW, agency)
    )


def acts_open_to(by: User, review: AnnualReview) -> set[str]:
    """What this person can do with the review as it stands; the verbs above decide all the same."""
    agency, state = review.plan.agency, review.state
    if review.is_issued:
        return set()
    prepares = is_allowed(by, Permission.PREPARE_REVIEW, agency)
    reviewed = is_reviewed(review)
    submitted = [step.by_id for step in review.steps.all() if step.kind == StepKind.SUBMITTED]
    approves = (
        by == review.approved_by
        and by.pk not in (review.prepared_by_id, *submitted[-1:])
        and is_allowed(by, Permission.APPROVE_REVIEW, agency)
    )
    reviews = by == review.reviewed_by and is_allowed(by, Permission.REVIEW_REVIEW, agency)
    in_review, under_way = state == ReviewState.IN_REVIEW, state in UNDER_WAY
    able = {
        "edit": prepares,
        "submit": prepares and state == ReviewState.DRAFT,
        "reopen": prepares and under_way,
        "endorse": reviews and in_review and not reviewed and not approves,
        "approve": approves and in_review and (reviewed or reviews),
        "return": under_way and may_return(by, review),
        "issue": state == ReviewState.APPROVED and is_allowed(by, Permission.ISSUE_REVIEW, agency),
    }
    return {act for act, is_open in able.items() if is_open}


def _expect(review: AnnualReview, *states: ReviewState) -> None:
    if review.state not in states:
        raise ValidationError(
            _("It is in the state “%s”, in which this cannot be done.") % review.stage.label
        )


def _refuse(missing: dict[str, str]) -> None:
    if missing:
        raise ValidationError({field: [words] for field, words in missing.items()})


def _move(review: AnnualReview, state: ReviewState, by: User, reason: str) -> None:
    review.state = state
    review.version += 1
    review.autosaved = False
    review.is_sample = review.is_sample or by.is_sample
    saved(review, by, reason)


def _mark_sample(review: AnnualReview, by: User, reason: str) -> None:
    """What a sample person has a hand in is sample itself, and is cleared with them."""
    if by.is_sample and not review.is_sample:
        review.is_sample = True
        saved(review, by, reason)
