"""Closed vocabularies of the progress room."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kpi.choices import Outcome


class _Shown(models.TextChoices):
    """A value with the tone and shape it is shown by."""

    tone: str
    shape: str

    def __new__(cls, value: str, tone: str = "", shape: str = "") -> "_Shown":
        member = str.__new__(cls, value)
        member._value_ = value
        member.tone = tone
        member.shape = shape
        return member


class Claim(_Shown):
    """What an update says became of its milestone."""

    ONGOING = Outcome.OPEN.value, "info", "play", _("In progress")
    ACHIEVED = Outcome.ACHIEVED.value, "success", "check", _("Achieved")
    NOT_ACHIEVED = Outcome.NOT_ACHIEVED.value, "danger-soft", "cross", _("Closed as not achieved")

    @property
    def outcome(self) -> Outcome:
        return Outcome(self.value)


class VerificationDecision(models.TextChoices):
    """What the head decides of an update."""

    VERIFIED = "verified", _("Verified")
    RETURNED = "returned", _("Returned")


class UpdateState(_Shown):
    """Where an update stands; derived, never stored."""

    UNVERIFIED = "unverified", "warning", "clock", _("Not yet verified")
    VERIFIED = "verified", "success", "check", _("Verified")
    RETURNED = "returned", "danger-soft", "alert", _("Returned for correction")
    CORRECTED = "corrected", "muted", "history", _("Corrected by a later update")
