"""What keeps a review from being begun, submitted, or approved and issued; in words, by field."""

from datetime import date

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission, is_allowed
from reports.carries import undecided
from reports.choices import GapKind
from reports.december import readiness
from reports.material import last_day_of
from reports.models import AnnualReview
from reports.review_texts import label_of, unconfirmed
from teras.models import Plan

# What the record of the year lacks rather than the draft.
RECORD = {"year", GapKind.UNVERIFIED.value, GapKind.NO_REASON.value}


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


def missing_for_review(review: AnnualReview) -> dict[str, str]:
    """What the draft itself lacks before others can review it; empty when nothing does."""
    missing: dict[str, str] = {}
    if not review.summary:
        missing["summary"] = _("Write the executive summary.")
    if review.edition > 1 and not review.changes:
        missing["changes"] = _("Say what this edition changes, and why.")
    for name in unconfirmed(review):
        missing[name] = _(
            "%(text)s: this is last year's text, unchanged. Confirm that it is still true."
        ) % {"text": label_of(name, review.plan, review.kind)}
    if codes := ", ".join(undecided(review)):
        missing["carries"] = (
            _("Programmes not completed of which nobody has said whether they are carried on: %s.")
            % codes
        )
    missing |= _missing_people(review)
    return missing


def missing_for_issue(review: AnnualReview, today: date) -> dict[str, str]:
    """What draft and record still lack before it is approved and issued, by field."""
    missing = missing_for_review(review)
    if last_day_of(review) > today:
        missing["year"] = _("The year is not over yet.")
    ready = readiness(review.plan, review.year, whole=review.is_closing)
    for kind, words in _words_on_gaps(whole=review.is_closing):
        codes = ", ".join(dict.fromkeys(gap.line.program.code for gap in ready.of_kind(kind)))
        if codes:
            missing[kind.value] = words % codes
    return missing


def _words_on_gaps(*, whole: bool) -> list[tuple[GapKind, str]]:
    """What of the record stops the issue: of the year's, or of the whole plan's."""
    if whole:
        return [
            (
                GapKind.UNVERIFIED,
                _("Updates on the plan's milestones that wait for verification: %s."),
            ),
            (GapKind.NO_REASON, _("Late milestones of the plan without a reason: %s.")),
        ]
    return [
        (GapKind.UNVERIFIED, _("Updates on the year's milestones that wait for verification: %s.")),
        (GapKind.NO_REASON, _("Late milestones of the year without a reason: %s.")),
    ]


def _missing_people(review: AnnualReview) -> dict[str, str]:
    missing: dict[str, str] = {}
    if review.reviewed_by is None:
        missing["reviewed_by"] = _("Name who reviews it.")
    elif not _can(review.reviewed_by, Permission.REVIEW_REVIEW, review):
        missing["reviewed_by"] = _("%s holds no role that reviews.") % review.reviewed_by
    if review.approved_by is None:
        missing["approved_by"] = _("Name who approves it.")
    elif review.approved_by_id == review.prepared_by_id:
        missing["approved_by"] = _("Nobody approves alone what they prepared.")
    elif not _can(review.approved_by, Permission.APPROVE_REVIEW, review):
        missing["approved_by"] = _("%s holds no role that approves.") % review.approved_by
    return missing


def _can(person: User, permission: Permission, review: AnnualReview) -> bool:
    return is_allowed(person, permission, review.plan.agency)
