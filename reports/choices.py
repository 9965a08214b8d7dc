"""Closed vocabularies of the reports room."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ReviewState(models.TextChoices):
    """Where an annual review stands. Superseded is not stored: a later issued edition says so."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("Under review")
    APPROVED = "approved", pgettext_lazy("review", "Approved")
    ISSUED = "issued", _("Issued")

    @property
    def tone(self) -> str:
        return {"in_review": "info", "approved": "success-soft", "issued": "success"}.get(
            self.value, "warning"
        )

    @property
    def shape(self) -> str:
        return {"in_review": "search", "approved": "check", "issued": "lock"}.get(
            self.value, "pencil"
        )


class ReviewKind(models.TextChoices):
    """What a review tells of: one year of the plan, or the whole of it at its end."""

    ANNUAL = "annual", _("Annual review")
    CLOSING = "closing", _("Closing report")


class CarryDecision(models.TextChoices):
    """What becomes of a programme that the plan ends without completing."""

    CARRIED = "carried", _("Carried into the next plan")
    NOT_CARRIED = "not_carried", _("Not carried")


class StepKind(models.TextChoices):
    """What somebody did with a draft on its way to the issue."""

    SUBMITTED = "submitted", pgettext_lazy("review", "Submitted for review")
    REVIEWED = "reviewed", pgettext_lazy("review", "Reviewed")
    RETURNED = "returned", pgettext_lazy("review", "Returned")
    APPROVED = "approved", pgettext_lazy("review", "Approved")
    REOPENED = "reopened", pgettext_lazy("review", "Taken back to draft")

    @property
    def tone(self) -> str:
        return {"submitted": "info", "returned": "danger-soft", "reopened": "warning"}.get(
            self.value, "success-soft"
        )

    @property
    def shape(self) -> str:
        return {"submitted": "arrow-right", "returned": "history", "reopened": "pencil"}.get(
            self.value, "check"
        )


# The steps after which nothing counts as submitted, reviewed or approved any more.
BACK_TO_DRAFT = (StepKind.RETURNED, StepKind.REOPENED)


class Classification(models.TextChoices):
    """Who may read a document, in the words of the government's security instructions."""

    OPEN = "terbuka", pgettext_lazy("classification", "Open")
    RESTRICTED = "terhad", pgettext_lazy("classification", "Restricted")


class DocumentLanguage(models.TextChoices):
    """The languages a review's document can speak; each names itself."""

    MALAY = "ms", "Bahasa Melayu"
    ENGLISH = "en", "English"


class Part(models.TextChoices):
    """The milestones that a figure is made of, so that each figure leads to the list behind it."""

    DUE = "tempoh", _("Due by the date")
    MET = "tempoh-dicapai", _("Due and achieved")
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


class Found(models.TextChoices):
    """What a search finds, in the order in which its results stand."""

    PROGRAM = "program", _("Programmes")
    KPI = "kpi", _("KPIs")
    OFFICER = "pegawai", _("Officers")
    UPDATE = "kemas-kini", _("Updates")
    REVIEW = "laporan", _("Reviews")


class GapKind(models.TextChoices):
    """What a year's record still lacks before its review can speak of it, worst first."""

    UNVERIFIED = "unverified", _("Update not verified")
    NO_REASON = "no_reason", _("Late without a reason")
    NO_OUTCOME = "no_outcome", _("No verified outcome")
    NO_ACTION = "no_action", _("Late without a corrective action")
    NO_REPORT = "no_report", _("Nothing reported")
    NO_OFFICER = "no_officer", _("Officer has left")

    @property
    def blocks(self) -> bool:
        """Whether a review cannot be issued while there is one."""
        return self in {GapKind.UNVERIFIED, GapKind.NO_REASON}

    @property
    def request(self) -> Promise:
        """What is asked of whoever can mend it."""
        return {
            GapKind.UNVERIFIED: _("Verify the update, or return it."),
            GapKind.NO_REASON: _("Record an update that says, under issues, why it is late."),
            GapKind.NO_OUTCOME: _("Record what became of it, or how far it has come."),
            GapKind.NO_ACTION: _("Record an update that says what is done to mend it."),
            GapKind.NO_REPORT: _("Record at least one update on the programme."),
            GapKind.NO_OFFICER: _("Assign the programme to somebody who is there."),
        }[self]

    @property
    def is_the_heads(self) -> bool:
        """Whether it waits for the head, and not for the programme's officer."""
        return self in {GapKind.UNVERIFIED, GapKind.NO_OFFICER}
