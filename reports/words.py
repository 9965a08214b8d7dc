"""What the figures say, in sentences of the active language."""

from datetime import date
from fractions import Fraction

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.portal import percent
from kpi.choices import ProgramStatus
from reports.standing import PlanStanding, Total


def day_label(day: date) -> str:
    return date_format(day, "d.m.Y")


def answer(standing: PlanStanding) -> str:
    """Where the plan stands, in one breath: what is achieved of what is due, and what is late."""
    words = {"day": day_label(standing.as_of)}
    if not standing.programs:
        return _("As at %(day)s: no programmes.") % words
    figures = standing.total.revised
    if figures.attainment is None:
        first = _("As at %(day)s: nothing is due yet.") % words
    else:
        first = ngettext(
            "As at %(day)s: %(achieved)d of %(count)d milestone due achieved "
            "(attainment %(percent)s).",
            "As at %(day)s: %(achieved)d of %(count)d milestones due achieved "
            "(attainment %(percent)s).",
            figures.due_count,
        ) % {
            **words,
            "achieved": figures.achieved_of_due_count,
            "count": figures.due_count,
            "percent": percent(figures.attainment),
        }
    return f"{first} {lateness(standing.total)}"


def lateness(total: Total) -> str:
    """How many programmes are late and how many critical."""
    late, critical = total.count(ProgramStatus.LATE), total.count(ProgramStatus.CRITICAL)
    if not late and not critical:
        return _("No programme is late.")
    parts = []
    if late:
        parts.append(ngettext("%(count)d programme late", "%(count)d programmes late", late))
        parts[0] %= {"count": late}
    if critical:
        words = (
            ngettext("%(count)d critical", "%(count)d critical", critical)
            if late
            else ngettext("%(count)d programme critical", "%(count)d programmes critical", critical)
        )
        parts.append(words % {"count": critical})
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


def status_counts(total: Total) -> str:
    """How many programmes there are of each status, those with none left out."""
    return ", ".join(
        f"{status.label} {total.counts[status]}" for status in ProgramStatus if total.counts[status]
    )
