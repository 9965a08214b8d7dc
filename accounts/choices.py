"""Closed vocabularies of the accounts room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person is in an agency; what each role may do stands in ``permissions``."""

    ADMINISTRATOR = "administrator", _("Administrator")
    HEAD = "head", _("Head of IT division")
    OFFICER = "officer", _("IT division officer")
    MANAGEMENT = "management", _("Management")
    AUDITOR = "auditor", _("Auditor")
