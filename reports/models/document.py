"""What was issued, to the last byte."""

import hashlib
import json

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from reports.models.review import AnnualReview
from teras.append_only import AppendOnly


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
        return str(self.review)

    def is_intact(self) -> bool:
        """Whether snapshot and PDF still are what their SHA-256 says."""
        return (
            hashlib.sha256(self.snapshot.encode()).hexdigest() == self.snapshot_sha256
            and hashlib.sha256(self.pdf).hexdigest() == self.pdf_sha256
        )

    @property
    def signature(self) -> dict[str, str] | None:
        """What the document says of the certificate it is signed by; None where it is not."""
        told: dict[str, str] | None = json.loads(self.snapshot).get("review", {}).get("signature")
        return told
