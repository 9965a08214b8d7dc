"""Closed vocabularies of the progress room."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kpi.choices import Outcome


class Claim(models.TextChoices):
    """What an update says became of its milestone."""

    ONGOING = Outcome.OPEN.value, _("In progress")
    ACHIEVED = Outcome.ACHIEVED.value, _("Achieved")
    NOT_ACHIEVED = Outcome.NOT_ACHIEVED.value, _("Closed as not achieved")

    @property
    def outcome(self) -> Outcome:
        return Outcome(self.value)


class VerificationDecision(models.TextChoices):
    """What the head decides of an update."""

    VERIFIED = "verified", _("Verified")
    RETURNED = "returned", _("Returned")


class UpdateState(models.TextChoices):
    """Where an update stands; derived, never stored."""

    tone: str

    def __new__(cls, value: str, tone: str) -> "UpdateState":
        member = str.__new__(cls, value)
        member._value_ = value
        member.tone = tone
        return member

    UNVERIFIED = "unverified", "warning", _("Not yet verified")
    VERIFIED = "verified", "success", _("Verified")
    RETURNED = "returned", "danger", _("Returned for correction")
    CORRECTED = "corrected", "muted", _("Corrected by a later update")
