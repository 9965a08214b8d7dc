"""Verbs of the closing report: begin it, and decide what is carried into the next plan.

Saving, signing off and issuing are those of every review.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.history import explain
from accounts.models import User
from accounts.permissions import Permission, require
from reports.actions import add_step, locked_draft, saved
from reports.carries import to_decide
from reports.choices import ReviewKind, ReviewState, StepKind
from reports.models import AnnualReview, ReviewCarry
from reports.review_queries import latest_issued
from reports.review_texts import tidied
from teras.models import Plan


@dataclass(frozen=True)
class Decided:
    """What becomes of a programme, a value of ``CarryDecision``; empty: not decided yet."""

    decision: str
    words: str = ""


def problem_with_closing(plan: Plan, today: date, last: AnnualReview | None) -> str | None:
    """Why the closing report cannot be begun; None where it can. ``last``: the last year's review."""
    if plan.is_draft:
        return _("The plan is still a draft. Reviews begin once it is in force.")
    if today <= plan.last_day:
        return _("The closing report is begun once the plan has ended.")
    if last is None:
        return _("The closing report is begun once the review of %(year)s is issued.") % {
            "year": plan.last_year
        }
    return None


@transaction.atomic
def begin_closing(*, by: User, plan: Plan, today: date) -> AnnualReview:
    """Begin the first edition of the plan's closing report, as at the plan's last day.

    Raises ``ValidationError`` before the review of the last year is issued, or where it was begun.
    """
    require(by, Permission.PREPARE_REVIEW, plan.agency)
    Plan.objects.select_for_update().get(pk=plan.pk)
    problem = problem_with_closing(plan, today, latest_issued(plan, plan.last_year))
    if problem:
        raise ValidationError(problem)
    if plan.reviews.filter(kind=ReviewKind.CLOSING).exists():
        raise ValidationError(_("The closing report was begun already."))
    review = AnnualReview(
        plan=plan,
        kind=ReviewKind.CLOSING,
        year=plan.last_year,
        prepared_by=by,
        is_sample=by.is_sample,
    )
    return saved(review, by, _("Closing report begun"))


@transaction.atomic
def save_carries(
    *, by: User, review: AnnualReview, decided: Mapping[str, Decided], version: int
) -> AnnualReview:
    """Store what becomes of the programmes not completed, by code; those left out stay.

    What was submitted or approved goes back to draft by it. Raises ``ValidationError`` by code,
    ``ReviewChangedMeanwhile`` or ``RecordIsFrozen``.
    """
    require(by, Permission.PREPARE_REVIEW, review.plan.agency)
    locked = locked_draft(review, version)
    if not locked.is_closing:
        raise ValidationError(_("Only a closing report decides what is carried on."))
    open_to_decide = {each.line.program.code: each for each in to_decide(locked)}
    if strange := decided.keys() - open_to_decide.keys():
        raise ValidationError({min(strange): [_("This programme is not to be decided on.")]})
    changed = {
        code: Decided(each.decision, tidied(each.words))
        for code, each in decided.items()
        if Decided(each.decision, tidied(each.words)) != _stored(open_to_decide[code].carry)
    }
    if not changed:
        return locked
    was_draft = locked.state == ReviewState.DRAFT
    locked.version += 1
    locked.autosaved = False
    locked.state = ReviewState.DRAFT
    locked.is_sample = locked.is_sample or by.is_sample
    saved(locked, by, _("Decisions on what is carried on saved"))
    for code, each in changed.items():
        _write(locked, open_to_decide[code].carry, open_to_decide[code].line.program.pk, each, by)
    if not was_draft:
        add_step(locked, StepKind.REOPENED, by)
    return locked


def _stored(carry: ReviewCarry | None) -> Decided:
    return Decided(carry.decision, carry.words) if carry else Decided("")


def _write(
    review: AnnualReview, carry: ReviewCarry | None, program: int, decided: Decided, by: User
) -> None:
    row = carry or ReviewCarry(review=review, program_id=program)
    explain(row, by=by, reason=_("Draft saved"))
    if not decided.decision:
        if row.pk:
            row.delete()
        return
    row.decision, row.words, row.version = decided.decision, decided.words, review.version
    try:
        row.full_clean()
    except ValidationError as error:
        raise ValidationError({row.program.code: error.messages}) from error
    row.save()
