"""Verbs that put texts into a draft from elsewhere: last year's review, or an older version."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from reports.actions import ReviewText, save_review
from reports.models import AnnualReview
from reports.review_texts import TERAS, last_year, texts_of
from reports.versions import texts_at


@transaction.atomic
def take_over_last_year(*, by: User, review: AnnualReview, name: str, version: int) -> AnnualReview:
    """Put last year's text in the place of this year's, to be changed or confirmed.

    What stood there stays among the versions. Raises ``ValidationError`` where last year said
    nothing, and whatever ``save_review`` raises.
    """
    before = last_year(review)
    if before is None or name not in before.texts:
        raise ValidationError(_("Last year's review says nothing there."))
    text = with_texts(review, {name: before.texts[name]})
    return save_review(by=by, review=review, text=text, version=version)


@transaction.atomic
def bring_back(
    *, by: User, review: AnnualReview, number: int, name: str, version: int
) -> AnnualReview:
    """Put a text of an older version back, or all of them where no name is given.

    It is a new version with old words: nothing in between is lost.
    """
    texts = texts_at(review, number)
    if name:
        if name not in texts:
            raise ValidationError(_("There is no such part."))
        texts = {name: texts[name]}
    return save_review(by=by, review=review, text=with_texts(review, texts), version=version)


def with_texts(review: AnnualReview, texts: Mapping[str, str]) -> ReviewText:
    """What the stored draft says, with these texts in place of its own."""
    stored = AnnualReview.objects.select_related(
        "plan", "prepared_by", "reviewed_by", "approved_by"
    ).get(pk=review.pk)
    words = {**texts_of(stored), "changes": stored.changes, **texts}
    return ReviewText(
        summary=words["summary"],
        issues=words["issues"],
        proposals=words["proposals"],
        conclusion=words["conclusion"],
        changes=words["changes"],
        teras={
            int(name.removeprefix(TERAS)): text
            for name, text in words.items()
            if name.startswith(TERAS)
        },
        prepared_by=stored.prepared_by,
        reviewed_by=stored.reviewed_by,
        approved_by=stored.approved_by,
        file_reference=stored.file_reference,
        classification=stored.classification,
        language=stored.language,
    )
