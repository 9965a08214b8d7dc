"""Closed vocabularies of the programs room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Duty(models.TextChoices):
    """What an officer is to a programme."""

    ACCOUNTABLE = "accountable", _("Accountable officer")
    DEPUTY = "deputy", _("Deputy")
    MEMBER = "member", _("Team member")


class Decision(models.TextChoices):
    """What an amendment decides of a programme."""

    ADDED = "added", _("Added")
    DROPPED = "dropped", _("Dropped")
    POSTPONED = "postponed", _("Postponed")
    RESUMED = "resumed", _("Resumed")
