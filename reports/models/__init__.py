"""The annual review of a plan: a draft people write, then a record that never changes."""

from reports.models.carry import ReviewCarry
from reports.models.document import IssuedDocument
from reports.models.review import (
    LONGEST_NOTE,
    LONGEST_TEXT,
    WHOLE_PLAN,
    AnnualReview,
    TerasText,
)
from reports.models.steps import CommentResolution, ReviewComment, ReviewStep

__all__ = [
    "LONGEST_NOTE",
    "LONGEST_TEXT",
    "WHOLE_PLAN",
    "AnnualReview",
    "CommentResolution",
    "IssuedDocument",
    "ReviewCarry",
    "ReviewComment",
    "ReviewStep",
    "TerasText",
]
