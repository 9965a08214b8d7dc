"""What happens to a draft on its way: the steps it takes, and what is remarked on it."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from reports.choices import StepKind
from reports.models.review import LONGEST_NOTE, AnnualReview, no_longer_than
from teras.append_only import AppendOnly


class ReviewStep(AppendOnly):
    """Who took a draft a step further, or back, and when."""

    review = models.ForeignKey(
        AnnualReview,
        verbose_name=_("annual review"),
        on_delete=models.PROTECT,
        related_name="steps",
    )
    kind = models.CharField(_("step"), max_length=10, choices=StepKind)
    by = models.ForeignKey(
        User, verbose_name=_("who"), on_delete=models.PROTECT, related_name="review_steps"
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    note = models.TextField(_("words"), blank=True)
    version = models.PositiveIntegerField(_("version"))
    # On approval: the SHA-256 of the facts that the review spoke of then.
    facts_sha256 = models.CharField(_("SHA-256 of the facts"), max_length=64, blank=True)
    is_sample = models.BooleanField(_("sample data"), default=False)

    class Meta:
        verbose_name = _("step of a review")
        verbose_name_plural = _("steps of a review")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=StepKind.values), name="reviewstep_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind=StepKind.RETURNED, note=""), name="reviewstep_returned_with_words"
            ),
            models.CheckConstraint(
                condition=no_longer_than(LONGEST_NOTE, "note"), name="reviewstep_note_bounded"
            ),
        )

    def __str__(self) -> str:
        return f"{self.review} · {self.get_kind_display()}"

    @property
    def step(self) -> StepKind:
        return StepKind(self.kind)


class ReviewComment(AppendOnly):
    """What somebody remarks on a draft: on one of its texts, or on the whole."""

    review = models.ForeignKey(
        AnnualReview,
        verbose_name=_("annual review"),
        on_delete=models.PROTECT,
        related_name="comments",
    )
    # The text's name, as in the form; empty: the whole.
    about = models.CharField(_("about"), max_length=20, blank=True)
    text = models.TextField(_("comment"))
    by = models.ForeignKey(
        User, verbose_name=_("who"), on_delete=models.PROTECT, related_name="review_comments"
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    is_sample = models.BooleanField(_("sample data"), default=False)

    class Meta:
        verbose_name = _("comment on a draft")
        verbose_name_plural = _("comments on a draft")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(text="") & no_longer_than(LONGEST_NOTE, "text"),
                name="reviewcomment_says_something_and_ends",
            ),
        )

    def __str__(self) -> str:
        return f"{self.review} · {self.by}"


class CommentResolution(AppendOnly):
    """That a comment is dealt with, who said so and when."""

    comment = models.OneToOneField(
        ReviewComment,
        verbose_name=_("comment"),
        on_delete=models.PROTECT,
        related_name="resolution",
    )
    by = models.ForeignKey(User, verbose_name=_("who"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)
    is_sample = models.BooleanField(_("sample data"), default=False)

    class Meta:
        verbose_name = _("comment dealt with")
        verbose_name_plural = _("comments dealt with")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.comment} · {self.by}"
