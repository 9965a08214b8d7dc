"""The annual review of a plan: a draft people write, then a record that never changes."""

import hashlib
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import User
from reports.choices import Classification, DocumentLanguage, ReviewState
from teras.append_only import AppendOnly, RecordIsFrozen
from teras.models import Plan


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

    def remove_sample(self) -> int:
        """Delete the sample reviews of this set; the database refuses any other issued one."""
        return self.filter(is_sample=True)._raw_delete(self.db)


class AnnualReview(models.Model):
    """The yearly review (*Laporan Kajian Semula Tahunan*) of a plan, as at 31 December.

    A correction of an issued review is a new edition of the same year.
    """

    plan = models.ForeignKey(
        Plan, verbose_name=_("plan"), on_delete=models.PROTECT, related_name="reviews"
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
                fields=["plan", "year", "edition"], name="annualreview_edition_unique"
            ),
            models.UniqueConstraint(
                fields=["plan", "year"],
                condition=~Q(state=ReviewState.ISSUED),
                name="annualreview_one_draft_a_year",
                violation_error_message=_("This year already has a draft."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=ReviewState.values), name="annualreview_state_known"
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
        )

    def __str__(self) -> str:
        return f"{self.plan.code} · {self.year} · {self.edition}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk and AnnualReview.objects.issued().filter(pk=self.pk).exists():
            raise RecordIsFrozen(type(self))
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("review", args=[*self.plan.address, self.year, self.edition])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if AnnualReview.objects.issued().filter(pk=self.pk).exists():
            raise RecordIsFrozen(type(self))
        return super().delete(*args, **kwargs)

    @property
    def is_issued(self) -> bool:
        return self.state == ReviewState.ISSUED


class IssuedDocument(AppendOnly):
    """What was issued: the snapshot, the PDF made from it alone, and the SHA-256 of both."""

    review = models.OneToOneField(
        AnnualReview,
        verbose_name=_("annual review"),
        on_delete=models.PROTECT,
        related_name="document",
    )
    code = models.CharField(
        _("code"),
        max_length=9,
        unique=True,
        null=True,  # a document issued before there were codes has none
        help_text=_("Printed on the document; leads to the page that says whether it is genuine."),
    )
    snapshot = models.TextField(_("snapshot"), help_text=_("Canonical JSON."))
    snapshot_sha256 = models.CharField(_("SHA-256 of the snapshot"), max_length=64)
    pdf = models.BinaryField(_("PDF"))
    pdf_sha256 = models.CharField(_("SHA-256 of the PDF"), max_length=64)
    page_count = models.PositiveIntegerField(_("pages"))
    issued_by = models.ForeignKey(
        User, verbose_name=_("issued by"), on_delete=models.PROTECT, related_name="reviews_issued"
    )
    issued_at = models.DateTimeField(_("issued at"), default=timezone.now)
    is_sample = models.BooleanField(_("sample data"), default=False)

    class Meta:
        verbose_name = _("issued document")
        verbose_name_plural = _("issued documents")
        ordering = ("-issued_at",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(snapshot="") & ~Q(snapshot_sha256="") & ~Q(pdf_sha256=""),
                name="issueddocument_whole",
            ),
            models.CheckConstraint(condition=Q(page_count__gte=1), name="issueddocument_has_pages"),
        )

    def __str__(self) -> str:
        return f"{self.review} · {self.pdf_sha256[:12]}"

    def is_intact(self) -> bool:
        """Whether snapshot and PDF still are what their SHA-256 says."""
        return (
            hashlib.sha256(self.snapshot.encode()).hexdigest() == self.snapshot_sha256
            and hashlib.sha256(self.pdf).hexdigest() == self.pdf_sha256
        )
