"""What the figures say, in sentences of the active language."""

from collections.abc import Callable
from datetime import date
from enum import Enum
from fractions import Fraction

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.portal import percent
from kpi.choices import ProgramStatus
from kpi.standing import MilestoneStanding
from reports.standing import PlanStanding, Total


def day_label(day: date) -> str:
    return date_format(day, "d.m.Y")


class Counted(Enum):
    """What a number of the answer counts: each leads to its own list."""

    ACHIEVED = "achieved"
    DUE = "due"
    LATE = "late"
    CRITICAL = "critical"


# Turns a number of a sentence into what stands for it: itself, or a link to what it counts.
Mark = Callable[[Counted, int], str]


def plain(_counted: Counted, number: int) -> str:
    return str(number)


def answer(standing: PlanStanding, mark: Mark = plain) -> str:
    """Where the plan stands, in one breath: what is achieved of what is due, and what is late.

    The percentage is the attainment, rounded as everywhere else. Where weights make it another than the two numbers before it
    give, it says that it is weighted.
    """
    words = {"day": day_label(standing.as_of)}
    if not standing.programs:
        return _("As at %(day)s: no programmes.") % words
    figures = standing.total.revised
    attainment, due = figures.attainment, figures.due_count
    if attainment is None:
        first = _("As at %(day)s: nothing is due yet.") % words
    else:
        counted_alone = Fraction(figures.achieved_of_due_count, due)
        sentence = (
            ngettext(
                "As at %(day)s: %(achieved)s of %(count)s milestone due achieved (%(percent)s).",
                "As at %(day)s: %(achieved)s of %(count)s milestones due achieved (%(percent)s).",
                due,
            )
            if percent(counted_alone) == percent(attainment)
            else ngettext(
                "As at %(day)s: %(achieved)s of %(count)s milestone due achieved "
                "(weighted attainment %(percent)s).",
                "As at %(day)s: %(achieved)s of %(count)s milestones due achieved "
                "(weighted attainment %(percent)s).",
                due,
            )
        )
        first = sentence % {
            **words,
            "achieved": mark(Counted.ACHIEVED, figures.achieved_of_due_count),
            "count": mark(Counted.DUE, due),
            "percent": percent(attainment),
        }
    return f"{first} {lateness(standing.total, mark)}"


def lateness(total: Total, mark: Mark = plain) -> str:
    """How many programmes are late and how many critical."""
    late, critical = total.count(ProgramStatus.LATE), total.count(ProgramStatus.CRITICAL)
    if not late and not critical:
        return _("No programme is late.")
    parts = []
    if late:
        words = ngettext("%(count)s programme late", "%(count)s programmes late", late)
        parts.append(words % {"count": mark(Counted.LATE, late)})
    if critical:
        words = (
            ngettext("%(count)s critical", "%(count)s critical", critical)
            if late
            else ngettext("%(count)s programme critical", "%(count)s programmes critical", critical)
        )
        parts.append(words % {"count": mark(Counted.CRITICAL, critical)})
    return f"{', '.join(parts)}."


def counted(achieved: int, due: int) -> str:
    """What an attainment is made of."""
    if not due:
        return _("Nothing due yet")
    return ngettext(
        "%(achieved)d of %(count)d milestone due",
        "%(achieved)d of %(count)d milestones due",
        due,
    ) % {"achieved": achieved, "count": due}


def progress_words(actual: Fraction | None, planned: Fraction | None) -> str:
    return _("Actual %(actual)s, planned %(planned)s") % {
        "actual": percent(actual),
        "planned": percent(planned),
    }


def unverified_words(unverified: int, achieved: int) -> str:
    if not achieved:
        return _("Nothing achieved yet")
    return ngettext(
        "%(unverified)d of %(count)d achievement rests on an update not yet verified",
        "%(unverified)d of %(count)d achievements rest on updates not yet verified",
        achieved,
    ) % {"unverified": unverified, "count": achieved}


def told_in_full(standing: MilestoneStanding) -> str:
    """A milestone's reason, with the mark of a result that nobody has verified yet."""
    if standing.is_verified:
        return standing.reason
    return f"{standing.reason} {_('Not yet verified')}."


def status_counts(total: Total) -> str:
    """How many programmes there are of each status, those with none left out."""
    return ", ".join(
        f"{status.label} {total.counts[status]}" for status in ProgramStatus if total.counts[status]
    )
