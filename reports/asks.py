"""What is asked of management about a programme that is late: derived from facts, one row each.

Nothing is asked that the facts do not bear out. The first sentence is what matters most; a
programme that asks for no decision yet says from which day it will.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpi.facts import ProgramFacts
from kpi.reasons import cut
from reports.standing import ProgramLine

OBSTACLE_LENGTH = 160


@dataclass(frozen=True)
class Case:
    """What is known of one late programme as at the date.

    ``days_overdue`` is of its longest overdue milestone, ``times_moved`` how often amendments have
    moved that one, ``critical_after`` the last day on which it is not critical yet. ``unverified``
    counts updates that wait for the head, ``returned`` those sent back and not corrected since.
    ``obstacle`` is what the latest update on an overdue milestone names as its issue.
    """

    is_critical: bool
    critical_after: date
    times_moved: int = 0
    has_officer: bool = True
    has_officer_left: bool = False
    unverified: int = 0
    returned: int = 0
    obstacle: str = ""
    is_silent: bool = False


def asked_of_management(case: Case) -> list[str]:
    """The sentences, most pressing first; never empty."""
    asked = []
    if not case.has_officer:
        asked.append(_("Appoint an accountable officer."))
    elif case.has_officer_left:
        asked.append(_("Appoint a successor: the accountable officer is no longer active."))
    if case.is_critical:
        asked.append(_decision(case.times_moved))
    if case.obstacle:
        asked.append(
            _("Help to clear the obstacle reported: “%(obstacle)s”")
            % {"obstacle": cut(case.obstacle, OBSTACLE_LENGTH)}
        )
    if case.unverified:
        asked.append(
            ngettext(
                "Have %(count)d update verified or returned.",
                "Have %(count)d updates verified or returned.",
                case.unverified,
            )
            % {"count": case.unverified}
        )
    if case.returned:
        asked.append(
            ngettext(
                "Have %(count)d returned update corrected.",
                "Have %(count)d returned updates corrected.",
                case.returned,
            )
            % {"count": case.returned}
        )
    if case.is_silent and case.has_officer and not case.has_officer_left:
        asked.append(_("Ask the officer to report: there is no recent update."))
    if not asked:
        asked.append(
            _("No decision yet; it will be critical after %(day)s.")
            % {"day": f"{case.critical_after:%d.%m.%Y}"}
        )
    return asked


def _decision(times_moved: int) -> str:
    if not times_moved:
        return _("Decide: move the date, postpone or drop.")
    if times_moved == 1:
        return _("Decide again: postpone, drop or set a date that will hold; it was moved once.")
    return ngettext(
        "Decide again: postpone, drop or set a date that will hold; it was moved %(count)d time.",
        "Decide again: postpone, drop or set a date that will hold; it was moved %(count)d times.",
        times_moved,
    ) % {"count": times_moved}


def case_of(line: ProgramLine, facts: ProgramFacts, *, returned: int, obstacle: str) -> Case:
    """The case of a programme with an overdue milestone."""
    worst = line.standing.worst_overdue
    assert worst is not None, "a programme without an overdue milestone asks for nothing"
    as_of, limit = line.standing.as_of, line.standing.thresholds.critical_days
    by_key = {milestone.key: milestone for milestone in facts.milestones}
    moves = [
        revision
        for revision in by_key[worst.key].revisions
        if revision.decided_on <= as_of and revision.due is not None
    ]
    return Case(
        is_critical=worst.days_overdue > limit,
        critical_after=worst.due + timedelta(days=limit),
        times_moved=len(moves),
        has_officer=line.officer is not None,
        has_officer_left=line.officer is not None and not line.officer.is_active,
        unverified=sum(
            not update.is_verified
            for milestone in facts.milestones
            for update in milestone.updates_as_of(as_of)
        ),
        returned=returned,
        obstacle=obstacle,
        is_silent=line.is_stale,
    )
