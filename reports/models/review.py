"""The annual review of a plan: a draft people write, then a record that never changes."""

from typing import Any, ClassVar, Self, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.history import HistoricalRecords
from accounts.models import User
from reports.choices import Classification, DocumentLanguage, ReviewKind, ReviewState
from teras.append_only import RecordIsFrozen
from teras.models import Plan, Teras

# Characters in one text of a review: some 4,500 words, twice what a chapter should take.
LONGEST_TEXT = 30_000
LONGEST_NOTE = 4_000
# What stands for a year in the address of a closing report.
WHOLE_PLAN = 0


def no_longer_than(longest: int, *fields: str) -> Q:
    """A condition on texts, which no length of column bounds."""
    condition = Q()
    for field in fields:
        condition &= Q(LessThanOrEqual(Length(field), longest))
    return condition


class AnnualReviewQuerySet(models.QuerySet["AnnualReview"]):
    """Refuses what would touch an issued review."""

    def _refuse_issued(self) -> None:
        if self.filter(state=ReviewState.ISSUED).exists():
            raise RecordIsFrozen(self.model)

    def update(self, **kwargs: Any) -> int:
        self._refuse_issued()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_issued()
        return super().delete()

    def issued(self) -> "AnnualReviewQuerySet":
        return self.filter(state=ReviewState.ISSUED)

    def drafts(self) -> "AnnualReviewQuerySet":
        return self.exclude(state=ReviewState.ISSUED)

    def of_kind(self, kind: str) -> "AnnualReviewQuerySet":
        return self.filter(kind=kind)

    def of_period(self, period: int) -> "AnnualReviewQuerySet":
        """Those of a year, or of the whole plan; see ``AnnualReview.period``."""
        if period == WHOLE_PLAN:
            return self.of_kind(ReviewKind.CLOSING)
        return self.of_kind(ReviewKind.ANNUAL).filter(year=period)

    def editions_of(self, review: "AnnualReview") -> "AnnualReviewQuerySet":
        """Every edition of the same report, this one too."""
        return self.filter(plan=review.plan_id, kind=review.kind, year=review.year)

    def remove_sample(self) -> int:
        """Delete the sample reviews of this set; the database refuses any other issued one."""
        sample = self.filter(is_sample=True)
        keys = list(sample.values_list("pk", flat=True))
        for name, path in (
            ("CommentResolution", "comment__review"),
            ("ReviewComment", "review"),
            ("ReviewStep", "review"),
            ("TerasText", "review"),
            ("ReviewCarry", "review"),
        ):
            rest = apps.get_model("reports", name)._default_manager.filter(**{f"{path}__in": keys})
            rest._raw_delete(rest.db)
        return sample._raw_delete(self.db)


class AnnualReview(models.Model):
    """The yearly review (*Laporan Kajian Semula Tahunan*) of a plan, as at 31 December.

    A correction of an issued review is a new edition of the same year. The closing report (*laporan
    akhir*) tells of the whole plan as at its last day, and carries its last year.
    """

    plan = models.ForeignKey(
        Plan, verbose_name=_("plan"), on_delete=models.PROTECT, related_name="reviews"
    )
    kind = models.CharField(
        _("kind"), max_length=10, choices=ReviewKind, default=ReviewKind.ANNUAL, editable=False
    )
    year = models.PositiveSmallIntegerField(_("year"))
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    state = models.CharField(
        _("state"), max_length=10, choices=ReviewState, default=ReviewState.DRAFT, editable=False
    )
    file_reference = models.CharField(
        _("file reference"),
        max_length=100,
        blank=True,
        help_text=_("As the agency's registry files it, for example MPAG.BTM.100-1/2/3 (12)."),
    )
    classification = models.CharField(
        _("classification"),
        max_length=10,
        choices=Classification,
        default=Classification.OPEN,
        help_text=_("Printed on the cover, and on every page where it is restricted."),
    )
    language = models.CharField(
        _("language of the document"),
        max_length=2,
        choices=DocumentLanguage,
        default=DocumentLanguage.MALAY,
        help_text=_("What people wrote stays as they wrote it; headings and sentences change."),
    )
    summary = models.TextField(_("executive summary"), blank=True)
    issues = models.TextField(_("issues and challenges"), blank=True)
    proposals = models.TextField(_("proposals"), blank=True)
    conclusion = models.TextField(_("conclusion"), blank=True)
    changes = models.TextField(
        _("summary of changes"),
        blank=True,
        help_text=_("From the second edition on: what changed and why."),
    )
    prepared_by = models.ForeignKey(
        User,
        verbose_name=_("prepared by"),
        on_delete=models.PROTECT,
        related_name="reviews_prepared",
    )
    reviewed_by = models.ForeignKey(
        User,
        verbose_name=_("reviewed by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reviews_reviewed",
    )
    approved_by = models.ForeignKey(
        User,
        verbose_name=_("approved by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reviews_approved",
    )
    # Texts that are last year's, unchanged, and that somebody said still hold: their names.
    confirmed = models.JSONField(_("confirmed"), default=list, blank=True, editable=False)
    # Whether the portal saved it while somebody was typing, rather than they themselves.
    autosaved = models.BooleanField(_("saved by itself"), default=False, editable=False)
    # Grows with every save of the draft, so that two people cannot overwrite each other.
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("begun at"), default=timezone.now, editable=False)
    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)

    objects = AnnualReviewQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("annual review")
        verbose_name_plural = _("annual reviews")
        ordering = ("plan", "-year", "-edition")
        constraints = (
            models.UniqueConstraint(
                fields=["plan", "kind", "year", "edition"], name="annualreview_edition_unique"
            ),
            models.UniqueConstraint(
                fields=["plan", "kind", "year"],
                condition=~Q(state=ReviewState.ISSUED),
                name="annualreview_one_draft_a_year",
                violation_error_message=_("This year already has a draft."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=ReviewState.values), name="annualreview_state_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ReviewKind.values), name="annualreview_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(edition__gte=1), name="annualreview_edition_from_one"
            ),
            models.CheckConstraint(
                condition=Q(classification__in=Classification.values),
                name="annualreview_classification_known",
            ),
            models.CheckConstraint(
                condition=Q(language__in=DocumentLanguage.values),
                name="annualreview_language_known",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("prepared_by")),
                name="annualreview_approved_by_another",
                violation_error_message=_("Nobody approves alone what they prepared."),
            ),
            models.CheckConstraint(
                condition=no_longer_than(
                    LONGEST_TEXT, "summary", "issues", "proposals", "conclusion", "changes"
                ),
                name="annualreview_texts_bounded",
                violation_error_message=_("A text is too long."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.plan.code})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk and AnnualReview.objects.issued().filter(pk=self.pk).exists():
            raise RecordIsFrozen(type(self))
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("review", args=self.address)

    @property
    def address(self) -> list[str | int]:
        """What names it in the addresses of its pages."""
        return [*self.plan.address, self.period, self.edition]

    @property
    def period(self) -> int:
        """The year it tells of, or what stands for the whole plan."""
        return WHOLE_PLAN if self.is_closing else self.year

    @property
    def is_closing(self) -> bool:
        return self.kind == ReviewKind.CLOSING

    @property
    def title(self) -> str:
        """What people call it, without its edition."""
        if self.is_closing:
            return gettext("Closing report %(first)s–%(last)s") % {
                "first": self.plan.first_year,
                "last": self.plan.last_year,
            }
        return gettext("Annual review %(year)s") % {"year": self.year}

    @property
    def name(self) -> str:
        """What people call it, edition and all."""
        return gettext("%(report)s, edition %(number)s") % {
            "report": self.title,
            "number": self.edition,
        }

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if AnnualReview.objects.issued().filter(pk=self.pk).exists():
            raise RecordIsFrozen(type(self))
        return super().delete(*args, **kwargs)

    @property
    def is_issued(self) -> bool:
        return self.state == ReviewState.ISSUED

    @property
    def stage(self) -> ReviewState:
        return ReviewState(self.state)

    @property
    def is_deletable(self) -> bool:
        """A draft nobody has submitted or remarked on; the rest stays, as others have acted on it."""
        return (
            self.state == ReviewState.DRAFT
            and not self.steps.exists()
            and not self.comments.exists()
        )


# What was approved is what is issued: its texts change in neither state.
SETTLED = (ReviewState.APPROVED, ReviewState.ISSUED)

PartT = TypeVar("PartT", bound=models.Model)


class PartOfReviewQuerySet(models.QuerySet[PartT, PartT]):
    """Refuses what would touch the parts of an approved or issued review."""

    def _refuse_settled(self) -> None:
        if self.filter(review__state__in=SETTLED).exists():
            raise RecordIsFrozen(self.model)

    def update(self, **kwargs: Any) -> int:
        self._refuse_settled()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_settled()
        return super().delete()


class PartOfReview(models.Model):
    """A row of a review beside its own: as frozen as the review whose ``review`` it names."""

    review_id: int
    # The review's version with which it was last saved, so that a version can be put together.
    version = models.PositiveIntegerField(_("version"), editable=False)

    objects: ClassVar["models.Manager[Self]"] = PartOfReviewQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._refuse_settled()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self._refuse_settled()
        return super().delete(*args, **kwargs)

    def _refuse_settled(self) -> None:
        if AnnualReview.objects.filter(pk=self.review_id, state__in=SETTLED).exists():
            raise RecordIsFrozen(type(self))


class TerasText(PartOfReview):
    """What a review says of one thrust."""

    review = models.ForeignKey(
        AnnualReview,
        verbose_name=_("annual review"),
        on_delete=models.CASCADE,
        related_name="teras_texts",
    )
    teras = models.ForeignKey(
        Teras, verbose_name=_("thrust"), on_delete=models.PROTECT, related_name="review_texts"
    )
    text = models.TextField(_("text"), blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("text on a thrust")
        verbose_name_plural = _("texts on the thrusts")
        ordering = ("teras__number",)
        constraints = (
            models.UniqueConstraint(fields=["review", "teras"], name="terastext_one_a_teras"),
            models.CheckConstraint(
                condition=no_longer_than(LONGEST_TEXT, "text"),
                name="terastext_bounded",
                violation_error_message=_("A text is too long."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.review} · {self.teras}"
