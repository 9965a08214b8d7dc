"""What happened: updates on milestones, the evidence for them, and their verification."""

from typing import ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from kpi.models import Milestone
from progress.choices import Claim, UpdateState, VerificationDecision
from teras.append_only import AppendOnly, AppendOnlyQuerySet


class ProgressUpdateQuerySet(AppendOnlyQuerySet["ProgressUpdate"]):
    def uncorrected(self) -> "ProgressUpdateQuerySet":
        """Updates in whose place no later one stands."""
        return self.filter(corrected_by__isnull=True)

    def counting(self) -> "ProgressUpdateQuerySet":
        """Updates that figures rest on: neither returned nor corrected by a later one."""
        return self.uncorrected().exclude(verification__decision=VerificationDecision.RETURNED)

    def awaiting_verification(self) -> "ProgressUpdateQuerySet":
        return self.uncorrected().filter(verification__isnull=True)


class ProgressUpdate(AppendOnly):
    """What an officer says happened on a milestone, on a given day. Never changed afterwards."""

    milestone = models.ForeignKey(
        Milestone, verbose_name=_("milestone"), on_delete=models.PROTECT, related_name="updates"
    )
    effective_on = models.DateField(
        _("happened on"), help_text=_("The day it happened, not the day you write it down.")
    )
    claim = models.CharField(_("outcome"), max_length=12, choices=Claim, default=Claim.ONGOING)
    percent = models.PositiveSmallIntegerField(
        _("percent done"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(100)],
        help_text=_("Your own estimate, 0 to 100. It is shown but never counted."),
    )
    actual_value = models.DecimalField(
        _("actual value"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    narrative = models.TextField(_("what happened"))
    issues = models.TextField(_("issues"), blank=True)
    corrective_action = models.TextField(_("corrective action"), blank=True)
    corrects = models.OneToOneField(
        "self",
        verbose_name=_("corrects"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="corrected_by",
    )
    recorded_by = models.ForeignKey(
        User, verbose_name=_("recorded by"), on_delete=models.PROTECT, related_name="updates"
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)
    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)

    objects: ClassVar = ProgressUpdateQuerySet.as_manager()

    class Meta:
        verbose_name = _("progress update")
        verbose_name_plural = _("progress updates")
        ordering = ("-recorded_at", "-pk")
        indexes = (models.Index(fields=["milestone", "effective_on"], name="update_by_milestone"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(claim__in=Claim.values), name="progressupdate_claim_known"
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__lte=100),
                name="progressupdate_percent_at_most_100",
            ),
            models.CheckConstraint(
                condition=~Q(narrative=""), name="progressupdate_says_what_happened"
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(corrects=F("pk")),
                name="progressupdate_not_its_own_correction",
            ),
        )

    def __str__(self) -> str:
        return f"{self.milestone.kpi.program.code} · {self.effective_on:%d.%m.%Y} · {self.get_claim_display()}"

    def get_absolute_url(self) -> str:
        """Its entry on the programme's page, as at a day on which that page shows it."""
        program = self.milestone.kpi.program
        is_later = self.effective_on > program.plan.last_day
        query = f"?setakat={self.effective_on.isoformat()}" if is_later else ""
        return f"{program.get_absolute_url()}{query}#kemas-kini-{self.pk}"

    @property
    def claimed(self) -> Claim:
        return Claim(self.claim)

    @property
    def actual_value_text(self) -> str:
        return "" if self.actual_value is None else self.milestone.kpi.in_unit(self.actual_value)

    @property
    def state(self) -> UpdateState:
        """Needs ``verification`` and ``corrected_by`` selected where many are shown."""
        if getattr(self, "corrected_by", None) is not None:
            return UpdateState.CORRECTED
        verification = getattr(self, "verification", None)
        if verification is None:
            return UpdateState.UNVERIFIED
        if verification.is_return:
            return UpdateState.RETURNED
        return UpdateState.VERIFIED


class Verification(AppendOnly):
    """The head's decision on an update: taken once, by somebody else than its author."""

    update = models.OneToOneField(
        ProgressUpdate,
        verbose_name=_("progress update"),
        on_delete=models.PROTECT,
        related_name="verification",
    )
    decision = models.CharField(_("decision"), max_length=8, choices=VerificationDecision)
    note = models.TextField(_("words to the officer"), blank=True)
    decided_by = models.ForeignKey(
        User, verbose_name=_("decided by"), on_delete=models.PROTECT, related_name="verifications"
    )
    decided_at = models.DateTimeField(_("decided at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        ordering = ("-decided_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(decision__in=VerificationDecision.values),
                name="verification_decision_known",
            ),
            models.CheckConstraint(
                condition=Q(decision=VerificationDecision.VERIFIED) | ~Q(note=""),
                name="verification_return_says_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_decision_display()} · {self.decided_by}"

    @property
    def is_return(self) -> bool:
        return self.decision == VerificationDecision.RETURNED


class Evidence(AppendOnly):
    """A file or a link that shows what an update says. Files are kept under their SHA-256."""

    LINK_LENGTH = 500

    update = models.ForeignKey(
        ProgressUpdate,
        verbose_name=_("progress update"),
        on_delete=models.PROTECT,
        related_name="evidence",
    )
    name = models.CharField(_("name"), max_length=255)
    url = models.URLField(_("link"), max_length=LINK_LENGTH, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), null=True, blank=True)
    content_type = models.CharField(_("kind of file"), max_length=120, blank=True)
    uploaded_by = models.ForeignKey(
        User, verbose_name=_("added by"), on_delete=models.PROTECT, related_name="evidence"
    )
    uploaded_at = models.DateTimeField(_("added at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ("update", "pk")
        constraints = (
            models.CheckConstraint(
                condition=(Q(url="", size__isnull=False) & ~Q(sha256="") & ~Q(content_type=""))
                | (~Q(url="") & Q(sha256="", size__isnull=True, content_type="")),
                name="evidence_file_or_link",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return self.url or reverse("evidence", args=[self.pk])

    @property
    def is_file(self) -> bool:
        return bool(self.sha256)
