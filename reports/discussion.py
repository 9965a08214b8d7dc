"""Verbs of the comments on a draft: remark, and say that a remark is dealt with.

Whoever may see the draft may remark. Comments stay as they were written, with who and when, also
after the issue; they never enter the document, and nobody outside the draft's circle reads them.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission, is_allowed, require
from reports.models import AnnualReview, CommentResolution, ReviewComment
from reports.review_texts import names_for, tidied
from teras.append_only import RecordIsFrozen


@transaction.atomic
def comment_on(*, by: User, review: AnnualReview, text: str, about: str = "") -> ReviewComment:
    """Remark on one text of a draft, by its name, or on the whole.

    Raises ``ValidationError`` by field, or ``RecordIsFrozen`` once the review is issued.
    """
    require(by, Permission.SEE_DRAFT_REVIEW, review.plan.agency)
    locked = _open(review.pk)
    if about and about not in names_for(locked.plan):
        raise ValidationError({"about": [_("There is no such part.")]})
    comment = ReviewComment(
        review=locked,
        about=about,
        text=tidied(text),
        by=by,
        is_sample=by.is_sample or locked.is_sample,
    )
    comment.full_clean()
    comment.save()
    return comment


@transaction.atomic
def resolve_comment(*, by: User, comment: ReviewComment) -> CommentResolution:
    """Say that a comment is dealt with: its author, or whoever prepares the review.

    Saying it twice changes nothing. Raises ``PermissionDenied`` or ``RecordIsFrozen``.
    """
    locked = _open(comment.review_id)
    if not may_resolve(by, comment):
        raise PermissionDenied
    return CommentResolution.objects.get_or_create(
        comment=comment,
        defaults={"by": by, "is_sample": by.is_sample or comment.is_sample or locked.is_sample},
    )[0]


def may_resolve(by: User, comment: ReviewComment) -> bool:
    agency = comment.review.plan.agency
    return is_allowed(by, Permission.PREPARE_REVIEW, agency) or (
        by == comment.by and is_allowed(by, Permission.SEE_DRAFT_REVIEW, agency)
    )


def _open(review: int) -> AnnualReview:
    locked = (
        AnnualReview.objects.select_for_update(of=("self",))
        .select_related("plan__agency")
        .get(pk=review)
    )
    if locked.is_issued:
        raise RecordIsFrozen(ReviewComment)
    return locked
