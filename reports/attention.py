"""What needs attention, worst first: late programmes with what is asked, and gaps in the facts."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpi.choices import Freshness
from kpi.facts import ProgramFacts
from reports.asks import asked_of_management, case_of
from reports.forms import NOBODY
from reports.links import Links
from reports.queries import Updates
from reports.standing import PlanStanding, ProgramLine


@dataclass(frozen=True)
class AttentionRow:
    """A late programme, its page, and what is asked of management, most pressing first."""

    line: ProgramLine
    url: str
    asks: list[str]


@dataclass(frozen=True)
class Note:
    text: str
    url: str


def attention_rows(
    lines: Iterable[ProgramLine], facts: dict[int, ProgramFacts], updates: Updates, links: Links
) -> list[AttentionRow]:
    """Rows of late programmes in the order given; ``updates`` must hold those on them."""
    return [
        AttentionRow(
            line,
            links.program(line.program),
            asked_of_management(
                case_of(
                    line,
                    facts[line.program.pk],
                    returned=updates.returned_of(line),
                    obstacle=updates.obstacle(line),
                )
            ),
        )
        for line in lines
    ]


def notes(standing: PlanStanding, links: Links) -> list[Note]:
    """How many running programmes are silent, since when, and how many are nobody's."""
    running = [line for line in standing.programs if line.expects_updates]
    silent = sum(line.standing.freshness is Freshness.NONE for line in running)
    stale = sum(line.standing.freshness is Freshness.STALE for line in running)
    nobodys = sum(line.officer is None for line in standing.programs)
    found = []
    if silent:
        sentence = ngettext(
            "%(count)d running programme has no update at all.",
            "%(count)d running programmes have no update at all.",
            silent,
        )
        found.append(
            Note(sentence % {"count": silent}, links.programs(kesegaran=Freshness.NONE.value))
        )
    if stale:
        sentence = ngettext(
            "%(count)d running programme has had no update for more than %(days)d days.",
            "%(count)d running programmes have had no update for more than %(days)d days.",
            stale,
        )
        given = {"count": stale, "days": standing.plan.stale_days}
        found.append(Note(sentence % given, links.programs(kesegaran=Freshness.STALE.value)))
    if nobodys and nobodys < len(standing.programs):
        sentence = ngettext(
            "%(count)d programme has no accountable officer.",
            "%(count)d programmes have no accountable officer.",
            nobodys,
        )
        found.append(Note(sentence % {"count": nobodys}, links.programs(pegawai=NOBODY)))
    elif nobodys:
        found.append(
            Note(_("No programme has an accountable officer yet."), links.programs(pegawai=NOBODY))
        )
    return found
