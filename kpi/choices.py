"""Closed vocabularies of the kpi room: value, label, and how a status looks."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class KpiKind(models.TextChoices):
    """How an indicator is measured."""

    DONE = "done", _("Done or not done")
    AT_LEAST = "at_least", _("At least a number")
    AT_MOST = "at_most", _("At most a number")
    PERCENT = "percent", _("At least a percentage")

    @property
    def has_target(self) -> bool:
        return self is not KpiKind.DONE


class Outcome(models.TextChoices):
    """What became of a milestone, as recorded."""

    OPEN = "open", _("Open")
    ACHIEVED = "achieved", _("Achieved")
    NOT_ACHIEVED = "not_achieved", _("Not achieved")
    DROPPED = "dropped", _("Dropped")


class RevisionKind(models.TextChoices):
    """What an amendment decides of a single milestone."""

    MOVED = "moved", _("Moved")
    DROPPED = "dropped", _("Dropped")


class _Status(models.TextChoices):
    """A status with the tone, shape and letter it is shown by; declared in order of display.

    Tone names a colour pair of the style sheet, shape an icon; the letter stands in small cells.
    """

    tone: str
    shape: str

    def __new__(cls, value: str, tone: str, shape: str) -> "_Status":
        member = str.__new__(cls, value)
        member._value_ = value
        member.tone = tone
        member.shape = shape
        return member


class MilestoneStatus(_Status):
    ACHIEVED = "achieved", "success", "check", _("Achieved")
    ACHIEVED_LATE = "achieved_late", "success-soft", "check-late", _("Achieved late")
    MISSED = "missed", "danger-soft", "cross", _("Not achieved")
    OVERDUE = "overdue", "danger", "alert", _("Overdue")
    DUE_SOON = "due_soon", "warning", "clock", _("Due soon")
    UPCOMING = "upcoming", "neutral", "circle", _("Upcoming")
    POSTPONED = "postponed", "muted", "pause", _("Postponed")
    DROPPED = "dropped", "muted", "dash", _("Dropped")

    @property
    def letter(self) -> Promise:
        return _LETTERS[self]

    @property
    def is_live(self) -> bool:
        return self not in {MilestoneStatus.DROPPED, MilestoneStatus.POSTPONED}

    @property
    def is_achieved(self) -> bool:
        return self in {MilestoneStatus.ACHIEVED, MilestoneStatus.ACHIEVED_LATE}

    @property
    def is_closed(self) -> bool:
        return self.is_achieved or self is MilestoneStatus.MISSED


_LETTERS: dict[MilestoneStatus, Promise] = {
    MilestoneStatus.ACHIEVED: pgettext_lazy("letter of achieved", "A"),
    MilestoneStatus.ACHIEVED_LATE: pgettext_lazy("letter of achieved late", "AL"),
    MilestoneStatus.MISSED: pgettext_lazy("letter of not achieved", "X"),
    MilestoneStatus.OVERDUE: pgettext_lazy("letter of overdue", "!"),
    MilestoneStatus.DUE_SOON: pgettext_lazy("letter of due soon", "S"),
    MilestoneStatus.UPCOMING: pgettext_lazy("letter of upcoming", "U"),
    MilestoneStatus.POSTPONED: pgettext_lazy("letter of postponed", "P"),
    MilestoneStatus.DROPPED: pgettext_lazy("letter of dropped", "D"),
}


class ProgramStatus(_Status):
    CRITICAL = "critical", "danger", "octagon", _("Critical")
    LATE = "late", "warning", "triangle", _("Late")
    ON_TRACK = "on_track", "info", "play", _("On track")
    NOT_STARTED = "not_started", "neutral", "circle", _("Not started")
    COMPLETED = "completed", "success", "check", _("Completed")
    CLOSED_SHORT = "closed_short", "danger-soft", "half", _("Closed, incomplete")
    POSTPONED = "postponed", "muted", "pause", _("Postponed")
    DROPPED = "dropped", "muted", "dash", _("Dropped")


class Freshness(_Status):
    """How recent a programme's last update is; beside its status, never part of it."""

    FRESH = "fresh", "success-soft", "check", _("Up to date")
    AGEING = "ageing", "warning", "clock", _("Update due")
    STALE = "stale", "danger-soft", "alert", _("No recent update")
    NONE = "none", "muted", "dash", _("No update")
