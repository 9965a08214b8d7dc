"""How changes are told: groups of lines, each with its page, and the days one may compare with."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from kpi.choices import MilestoneStatus, ProgramStatus
from programs.models import Program
from progress.models import ProgressUpdate
from reports.changes import AmendmentChange, Changes, MilestoneChange, StatusChange
from reports.comparison import RECENT
from reports.links import Links
from reports.outlook import Outlook
from reports.queries import Updates
from teras.models import Amendment

UPDATES_SHOWN = 100
NARRATIVE_LENGTH = 200


@dataclass(frozen=True)
class ChangeLine:
    """One change in words: a status to show (``was`` before it), the sentence, and its page."""

    code: str
    name: str
    url: str
    sentence: str
    status: ProgramStatus | MilestoneStatus | None = None
    was: ProgramStatus | None = None
    on: date | None = None
    by: str = ""


@dataclass(frozen=True)
class ChangePart:
    """Lines below each other; those of an amendment have its meeting as title, its reason as note."""

    lines: list[ChangeLine]
    title: str = ""
    note: str = ""


@dataclass(frozen=True)
class ChangeGroup:
    """All changes of one kind; ``more`` are counted but not shown."""

    anchor: str
    title: str
    count: int
    parts: list[ChangePart] = field(default_factory=list)
    more: int = 0


@dataclass(frozen=True)
class SinceChoice:
    label: str
    url: str
    is_shown: bool


def since_choices(outlook: Outlook) -> list[SinceChoice]:
    """The last issued review and 90 days ago, one click each."""
    found = []
    if outlook.since_review:
        label = _("Since the %(year)d review") % {"year": outlook.review_year}
        found.append((label, outlook.since_review))
    found.append((_("Last %(days)d days") % {"days": RECENT.days}, outlook.since_recent))
    return [
        SinceChoice(label, outlook.links.changes(day), day == outlook.first_day)
        for label, day in found
    ]


def change_lines(changes: Changes, updates: Updates, links: Links) -> list[ChangeLine]:
    """The changes in one list: statuses, committees' decisions, milestones, returned updates."""
    return [
        *_status_lines(changes.statuses, links),
        *(
            line
            for each in changes.amendments
            for line in _amendment_lines(each, links, each.meeting)
        ),
        *_milestone_lines(changes.missed, links),
        *_milestone_lines(changes.achieved, links),
        *_update_lines(updates.returned, links),
    ]


def change_groups(
    changes: Changes, updates: Updates, amendments: Iterable[Amendment], links: Links
) -> list[ChangeGroup]:
    """The changes kind by kind, all of them; kinds of which there are none are left out."""
    recorded = updates.recorded[:UPDATES_SHOWN]
    plain = (
        (
            "status",
            _("Programmes that changed status"),
            list(_status_lines(changes.statuses, links)),
        ),
        ("dicapai", _("Milestones achieved"), list(_milestone_lines(changes.achieved, links))),
        (
            "tidak-dicapai",
            _("Milestones closed as not achieved"),
            list(_milestone_lines(changes.missed, links)),
        ),
        (
            "tertunggak",
            _("Milestones that became overdue"),
            list(_milestone_lines(changes.overdue, links)),
        ),
        ("dikembalikan", _("Updates returned"), list(_update_lines(updates.returned, links))),
    )
    groups = [
        ChangeGroup(anchor, title, len(lines), [ChangePart(lines)])
        for anchor, title, lines in plain
        if lines
    ]
    decided = _amendment_parts(changes.amendments, amendments, links)
    if decided:
        groups.insert(1, ChangeGroup("pindaan", _("Amendments decided"), len(decided), decided))
    if recorded:
        lines = list(_update_lines(recorded, links))
        more = len(updates.recorded) - len(recorded)
        groups.append(
            ChangeGroup(
                "kemas-kini",
                _("Updates recorded"),
                len(updates.recorded),
                [ChangePart(lines)],
                more,
            )
        )
    return groups


def _status_lines(changes: Iterable[StatusChange], links: Links) -> Iterator[ChangeLine]:
    for change in changes:
        standing = change.line.standing
        yield _line(
            change.line.program,
            links,
            standing.reason,
            status=standing.status,
            was=change.before,
        )


def _amendment_lines(
    change: AmendmentChange, links: Links, meeting: str = ""
) -> Iterator[ChangeLine]:
    for decision in change.decisions:
        decided = "; ".join(decision.sentences)
        yield _line(
            decision.line.program,
            links,
            f"{meeting}: {decided}" if meeting else decided,
            on=change.decided_on,
        )


def _amendment_parts(
    changes: Iterable[AmendmentChange], amendments: Iterable[Amendment], links: Links
) -> list[ChangePart]:
    """Each amendment with its reason; those that only reworded an indicator too."""
    by_key = {(amendment.decided_on, amendment.meeting): amendment for amendment in amendments}
    lines = {
        (change.decided_on, change.meeting): list(_amendment_lines(change, links))
        for change in changes
    }
    for key, amendment in by_key.items():
        reworded = [
            _line(
                rewording.kpi.program,
                links,
                _("KPI %(number)d reworded: “%(indicator)s”")
                % {"number": rewording.kpi.number, "indicator": rewording.indicator},
                on=amendment.decided_on,
            )
            for rewording in amendment.rewordings.all()
        ]
        if reworded:
            lines[key] = [*lines.get(key, []), *reworded]
    return [
        ChangePart(
            lines[key],
            title=f"{key[1]} · {key[0]:%d.%m.%Y}",
            note=by_key[key].reason if key in by_key else "",
        )
        for key in sorted(lines, reverse=True)
    ]


def _milestone_lines(changes: Iterable[MilestoneChange], links: Links) -> Iterator[ChangeLine]:
    for change in changes:
        standing = change.occurrence.standing
        yield _line(
            change.line.program,
            links,
            standing.reason,
            anchor=f"#sasaran-{standing.key}",
            status=standing.status,
            on=standing.achieved_on or standing.missed_on,
        )


def _update_lines(updates: Iterable[ProgressUpdate], links: Links) -> Iterator[ChangeLine]:
    for update in updates:
        returned = update.verification.note if _is_returned(update) else ""
        told = " ".join(update.narrative.split())
        short = told if len(told) <= NARRATIVE_LENGTH else f"{told[: NARRATIVE_LENGTH - 1]}…"
        yield _line(
            update.milestone.kpi.program,
            links,
            _("Returned: %(note)s") % {"note": returned}
            if returned
            else f"{update.get_claim_display()}: {short}",
            anchor=f"#kemas-kini-{update.pk}",
            on=update.effective_on,
            by=str(update.recorded_by),
        )


def _is_returned(update: ProgressUpdate) -> bool:
    return bool(getattr(update, "verification", None)) and update.verification.is_return


def _line(
    program: Program,
    links: Links,
    sentence: str,
    *,
    anchor: str = "",
    status: ProgramStatus | MilestoneStatus | None = None,
    was: ProgramStatus | None = None,
    on: date | None = None,
    by: str = "",
) -> ChangeLine:
    url = f"{links.program(program)}{anchor}"
    return ChangeLine(program.code, program.name, url, sentence, status, was, on, by)
