"""What is carried from a plan that ends into the one that follows."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.history import HistoricalRecords
from programs.models import Program
from reports.choices import CarryDecision
from reports.models.review import LONGEST_NOTE, AnnualReview, PartOfReview, no_longer_than


class ReviewCarry(PartOfReview):
    """What a closing report says becomes of a programme that was not completed."""

    review = models.ForeignKey(
        AnnualReview,
        verbose_name=_("closing report"),
        on_delete=models.CASCADE,
        related_name="carries",
    )
    program = models.ForeignKey(
        Program, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="carries"
    )
    decision = models.CharField(_("decision"), max_length=12, choices=CarryDecision)
    words = models.TextField(
        _("in words"),
        blank=True,
        help_text=_("How it goes on; or, where it is not carried, why not."),
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("decision on a programme not completed")
        verbose_name_plural = _("decisions on programmes not completed")
        ordering = ("program__position",)
        constraints = (
            models.UniqueConstraint(fields=["review", "program"], name="reviewcarry_one_a_program"),
            models.CheckConstraint(
                condition=Q(decision__in=CarryDecision.values), name="reviewcarry_decision_known"
            ),
            models.CheckConstraint(
                condition=~Q(decision=CarryDecision.NOT_CARRIED, words=""),
                name="reviewcarry_not_carried_with_words",
                violation_error_message=_("Say why it is not carried."),
            ),
            models.CheckConstraint(
                condition=no_longer_than(LONGEST_NOTE, "words"),
                name="reviewcarry_words_bounded",
                violation_error_message=_("A text is too long."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.review} · {self.program.code}"
