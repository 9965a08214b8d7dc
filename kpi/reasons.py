"""Why a status is what it is: one sentence each, in the active language."""

from datetime import date, timedelta
from textwrap import shorten
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpi.choices import MilestoneStatus, ProgramStatus

if TYPE_CHECKING:
    from kpi.standing import MilestoneStanding, ProgramStanding

CLOSING_REASON_LENGTH = 160
# In a document: what is longer follows the table's row as a narrative, which may run over pages.
LONGEST_IN_FULL = 600


def cut(text: str, length: int) -> str:
    """The text on one line, of so many signs at most, cut at a blank; within a word only if need be."""
    line = " ".join(text.split())
    at_blank = shorten(line, length, placeholder="…")
    return at_blank if 2 * len(at_blank) > min(len(line), length) else Truncator(line).chars(length)


def due_label(day: date) -> str:
    """A due date as plans speak of it: the month where it is a month's last day, else the day."""
    if (day + timedelta(days=1)).day == 1:
        return date_format(day, "M Y")
    return _day(day)


def _day(day: date) -> str:
    # The same in both languages, and made thousands of times for a large plan.
    return f"{day:%d.%m.%Y}"


def _due(standing: "MilestoneStanding", label: str = "") -> str:
    """The date in force, as the plan speaks of it or as ``label`` does; the first one beside it."""
    label = label or due_label(standing.due)
    if standing.is_moved:
        return _("%(due)s (originally %(first)s)") % {
            "due": label,
            "first": due_label(standing.baseline_due),
        }
    return label


def _since(standing: "MilestoneStanding | ProgramStanding") -> str:
    if standing.last_update_on is not None:
        return _("last update %(day)s") % {"day": _day(standing.last_update_on)}
    if standing.has_returned:
        return _("no update that counts, what was recorded was returned")
    return _("no update recorded")


def milestone_reason(standing: "MilestoneStanding", *, in_full: bool = False) -> str:
    match standing.status:
        case MilestoneStatus.ACHIEVED | MilestoneStatus.ACHIEVED_LATE:
            return _achieved(standing)
        case MilestoneStatus.MISSED:
            return _missed(standing, in_full=in_full)
        case MilestoneStatus.DROPPED | MilestoneStatus.POSTPONED:
            assert standing.suspended_by is not None
            meeting, decided_on = standing.suspended_by
            words = {"meeting": meeting, "day": _day(decided_on)}
            if standing.status is MilestoneStatus.DROPPED:
                return _("Dropped by %(meeting)s on %(day)s.") % words
            return _("Postponed by %(meeting)s on %(day)s.") % words
        case MilestoneStatus.OVERDUE:
            return ngettext(
                "Overdue by %(days)d day: due %(due)s; %(since)s.",
                "Overdue by %(days)d days: due %(due)s; %(since)s.",
                standing.days_overdue,
            ) % {
                "days": standing.days_overdue,
                "due": _due(standing),
                "since": _since(standing),
            }
        case MilestoneStatus.DUE_SOON:
            days = (standing.due - standing.as_of).days
            words = {"due": _due(standing), "since": _since(standing)}
            if days == 0:
                words["due"] = _due(standing, _day(standing.due))
                return _("Due on %(due)s, not achieved yet; %(since)s.") % words
            return ngettext(
                "Due in %(days)d day, %(due)s; %(since)s.",
                "Due in %(days)d days, %(due)s; %(since)s.",
                days,
            ) % {"days": days, **words}
        case MilestoneStatus.UPCOMING:
            return _("Not due before %(due)s.") % {"due": _due(standing)}


def _missed(standing: "MilestoneStanding", *, in_full: bool) -> str:
    assert standing.missed_on is not None
    because = standing.closing_reason.strip()
    if not in_full or len(because) > LONGEST_IN_FULL:
        because = cut(because, CLOSING_REASON_LENGTH)
    words = {"day": _day(standing.missed_on), "due": _due(standing), "because": because}
    if because:
        return _("Closed as not achieved on %(day)s, due %(due)s: %(because)s") % words
    return _("Closed as not achieved on %(day)s, due %(due)s.") % words


def _achieved(standing: "MilestoneStanding") -> str:
    assert standing.achieved_on is not None
    words = {"day": _day(standing.achieved_on), "due": _due(standing)}
    days_late = (standing.achieved_on - standing.due).days
    if days_late > 0:
        return ngettext(
            "Achieved on %(day)s, %(days)d day after it was due: %(due)s.",
            "Achieved on %(day)s, %(days)d days after it was due: %(due)s.",
            days_late,
        ) % {"days": days_late, **words}
    return _("Achieved on %(day)s, in time for %(due)s.") % words


def program_reason(standing: "ProgramStanding") -> str:
    live = standing.live
    achieved = [m for m in live if m.status.is_achieved]
    missed = sum(m.status is MilestoneStatus.MISSED for m in live)
    match standing.status:
        case ProgramStatus.DROPPED | ProgramStatus.POSTPONED:
            return _suspended(standing)
        case ProgramStatus.COMPLETED:
            last = max(m.achieved_on for m in achieved if m.achieved_on)
            words = {"count": len(live), "day": _day(last)}
            # Not a plural: Malay has none, and "all 1" would be odd in it too.
            if len(live) == 1:
                return _("Its only milestone was achieved on %(day)s.") % words
            return _("All %(count)d milestones achieved, the last on %(day)s.") % words
        case ProgramStatus.CLOSED_SHORT:
            if len(live) == 1:
                return _("Its only milestone was closed as not achieved.")
            return _("All %(count)d milestones closed, %(missed)d of them not achieved.") % {
                "count": len(live),
                "missed": missed,
            }
        case ProgramStatus.CRITICAL | ProgramStatus.LATE:
            return _overdue(standing)
        case ProgramStatus.NOT_STARTED:
            return _not_started(standing)
        case ProgramStatus.ON_TRACK:
            return _on_track(standing, len(achieved), missed)


def _not_started(standing: "ProgramStanding") -> str:
    ahead = standing.next_due
    if ahead is None:
        return _("No milestone and no update yet.")
    words = {"due": _due(ahead)}
    if standing.has_returned:
        return _("Nothing due before %(due)s; what was recorded was returned.") % words
    return _("Nothing due before %(due)s, and no update yet.") % words


def _suspended(standing: "ProgramStanding") -> str:
    if standing.suspended_by is None:
        return _("Every milestone was dropped by an amendment.")
    words = {
        "meeting": standing.suspended_by.meeting,
        "day": _day(standing.suspended_by.decided_on),
    }
    if standing.status is ProgramStatus.DROPPED:
        return _("Dropped by %(meeting)s on %(day)s.") % words
    return _("Postponed by %(meeting)s on %(day)s.") % words


def _overdue(standing: "ProgramStanding") -> str:
    worst = standing.worst_overdue
    assert worst is not None
    others = sum(1 for m in standing.milestones if m.days_overdue) - 1
    words = {
        "due": _due(worst),
        "days": worst.days_overdue,
        "limit": standing.thresholds.critical_days,
        "since": _since(standing),
    }
    if standing.status is ProgramStatus.CRITICAL:
        sentence = (
            ngettext(
                "Milestone %(due)s overdue by %(days)d day, past the limit of %(limit)d; %(since)s",
                "Milestone %(due)s overdue by %(days)d days, past the limit of %(limit)d; "
                "%(since)s",
                worst.days_overdue,
            )
            % words
        )
    else:
        sentence = (
            ngettext(
                "Milestone %(due)s overdue by %(days)d day; %(since)s",
                "Milestone %(due)s overdue by %(days)d days; %(since)s",
                worst.days_overdue,
            )
            % words
        )
    if others:
        more = ngettext("%(count)d more overdue", "%(count)d more overdue", others)
        sentence = f"{sentence}; {more % {'count': others}}"
    return f"{sentence}."


def _on_track(standing: "ProgramStanding", achieved: int, missed: int) -> str:
    total = len(standing.live)
    parts = [
        ngettext(
            "%(achieved)d of %(total)d milestone achieved",
            "%(achieved)d of %(total)d milestones achieved",
            total,
        )
        % {"achieved": achieved, "total": total}
    ]
    if missed:
        parts.append(
            ngettext("%(count)d not achieved", "%(count)d not achieved", missed) % {"count": missed}
        )
    if ahead := standing.next_due:
        # What falls due on the very day counts as due already, but is not overdue.
        words = _("due on this day: %(due)s") if ahead.due == ahead.as_of else _("next due %(due)s")
        parts.append(words % {"due": _due(ahead)})
    return f"{'; '.join(parts)}."
