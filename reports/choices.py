"""Closed vocabularies of the reports room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReviewState(models.TextChoices):
    """Where an annual review stands. Superseded is not stored: a later issued edition says so."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("Under review")
    ISSUED = "issued", _("Issued")


class Part(models.TextChoices):
    """The milestones that a figure is made of, so that each figure leads to the list behind it."""

    DUE = "tempoh", _("Due by the date")
    MISSING = "belum", _("Due and not achieved")
    ACHIEVED = "dicapai", _("Achieved, early ones too")
    UNVERIFIED = "belum-sah", _("Achieved, not yet verified")


class Verdict(models.TextChoices):
    """What can be said of a document that somebody holds in hand."""

    CURRENT = "current", _("Genuine")
    SUPERSEDED = "superseded", _("Superseded")
    ALTERED = "altered", _("Altered")
    UNKNOWN = "unknown", _("Unknown")

    @property
    def tone(self) -> str:
        return {"current": "success", "superseded": "warning", "altered": "danger"}.get(
            self.value, "neutral"
        )

    @property
    def shape(self) -> str:
        return {"current": "check", "superseded": "history", "altered": "alert"}.get(
            self.value, "search"
        )
