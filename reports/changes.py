"""What changed in a plan between two days: the standing of one beside that of the other.

Pure over facts. The first day itself is not part of the time between, the last one is.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpi.choices import MilestoneStatus, ProgramStatus
from kpi.facts import MilestoneFacts, ProgramFacts
from kpi.reasons import due_label
from programs.choices import Decision
from reports.standing import Occurrence, PlanStanding, ProgramLine


@dataclass(frozen=True)
class StatusChange:
    """A programme whose status is another than before; ``before`` is None where it was added."""

    line: ProgramLine
    before: ProgramStatus | None


@dataclass(frozen=True)
class MilestoneChange:
    line: ProgramLine
    occurrence: Occurrence


@dataclass(frozen=True)
class DecisionChange:
    """What an amendment decided of one programme, a sentence each."""

    line: ProgramLine
    sentences: list[str]


@dataclass(frozen=True)
class AmendmentChange:
    """A committee's decision, and what it changed, programme by programme in printed order."""

    meeting: str
    decided_on: date
    decisions: list[DecisionChange] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(len(decision.sentences) for decision in self.decisions)


@dataclass(frozen=True)
class Changes:
    """All that changed after ``since`` up to and with ``as_of``, by facts' own dates."""

    since: date
    as_of: date
    statuses: list[StatusChange]
    achieved: list[MilestoneChange]
    missed: list[MilestoneChange]
    overdue: list[MilestoneChange]
    amendments: list[AmendmentChange]

    @property
    def is_empty(self) -> bool:
        return not (
            self.statuses or self.achieved or self.missed or self.overdue or self.amendments
        )


def changes_between(
    before: PlanStanding, now: PlanStanding, facts: dict[int, ProgramFacts]
) -> Changes:
    """Compare two standings of the same plan; of the later one's programmes and year alone."""
    since, as_of = before.as_of, now.as_of
    was = {line.program.pk: line.standing.status for line in before.programs}
    found: dict[MilestoneStatus, list[MilestoneChange]] = defaultdict(list)
    for line in now.programs:
        for occurrence in line.occurrences:
            if now.year is not None and not occurrence.is_in_year(now.year):
                continue
            on = _changed_on(occurrence)
            if on is not None and since < on <= as_of:
                found[occurrence.standing.status].append(MilestoneChange(line, occurrence))
    return Changes(
        since=since,
        as_of=as_of,
        statuses=sorted(
            (
                StatusChange(line, was.get(line.program.pk))
                for line in now.programs
                if was.get(line.program.pk) is not line.standing.status
            ),
            key=lambda change: list(ProgramStatus).index(change.line.standing.status),
        ),
        achieved=_by_day(found[MilestoneStatus.ACHIEVED] + found[MilestoneStatus.ACHIEVED_LATE]),
        missed=_by_day(found[MilestoneStatus.MISSED]),
        overdue=_by_day(found[MilestoneStatus.OVERDUE]),
        amendments=_amendments(now.programs, facts, since, as_of),
    )


def _changed_on(occurrence: Occurrence) -> date | None:
    """The day on which a milestone came to be what it is; an overdue one, the day after it was due.

    None for what nothing has happened to.
    """
    standing = occurrence.standing
    if standing.status is MilestoneStatus.OVERDUE:
        return standing.due + timedelta(days=1)
    return standing.achieved_on or standing.missed_on


def _by_day(found: list[MilestoneChange]) -> list[MilestoneChange]:
    return sorted(found, key=lambda c: _changed_on(c.occurrence) or date.min, reverse=True)


def _amendments(
    lines: Iterable[ProgramLine], facts: dict[int, ProgramFacts], since: date, as_of: date
) -> list[AmendmentChange]:
    found: dict[tuple[date, str], AmendmentChange] = {}
    for line in lines:
        sentences: dict[tuple[date, str], list[str]] = defaultdict(list)
        program = facts[line.program.pk]
        for decision in program.decisions:
            words = _("Programme: %(decision)s") % {"decision": Decision(decision.decision).label}
            sentences[decision.decided_on, decision.meeting].append(words)
        added = {
            occurrence.milestone.pk: occurrence.milestone.added_by
            for occurrence in line.occurrences
            if occurrence.milestone.added_by
        }
        for milestone in program.milestones:
            by = added.get(milestone.key)
            if by:
                words = _("Milestone %(due)s added") % {"due": due_label(milestone.baseline_due)}
                sentences[by.decided_on, by.meeting].append(words)
            for key, words in _revisions(milestone):
                sentences[key].append(words)
        for (decided_on, meeting), told in sentences.items():
            if since < decided_on <= as_of:
                key = (decided_on, meeting)
                amendment = found.setdefault(key, AmendmentChange(meeting, decided_on))
                amendment.decisions.append(DecisionChange(line, told))
    return [found[key] for key in sorted(found, reverse=True)]


def _revisions(milestone: MilestoneFacts) -> Iterable[tuple[tuple[date, str], str]]:
    """Each revision's decision with its sentence: from the date that stood before it."""
    stood = milestone.baseline_due
    for revision in milestone.revisions:
        words = {"before": due_label(stood)}
        if revision.due is None:
            sentence = _("Milestone %(before)s dropped") % words
        else:
            sentence = _("Milestone %(before)s moved to %(after)s") % {
                **words,
                "after": due_label(revision.due),
            }
            stood = revision.due
        yield (revision.decided_on, revision.meeting), sentence


def summary(found: Changes, recorded: int, returned: int) -> str:
    """All of it in one sentence, what did not happen left out."""
    statuses, achieved, missed = len(found.statuses), len(found.achieved), len(found.missed)
    overdue, amendments = len(found.overdue), len(found.amendments)
    told = [
        (
            statuses,
            ngettext(
                "%(count)d programme changed status",
                "%(count)d programmes changed status",
                statuses,
            ),
        ),
        (
            achieved,
            ngettext("%(count)d milestone achieved", "%(count)d milestones achieved", achieved),
        ),
        (
            missed,
            ngettext(
                "%(count)d milestone closed as not achieved",
                "%(count)d milestones closed as not achieved",
                missed,
            ),
        ),
        (
            overdue,
            ngettext(
                "%(count)d milestone became overdue",
                "%(count)d milestones became overdue",
                overdue,
            ),
        ),
        (
            amendments,
            ngettext("%(count)d committee decision", "%(count)d committee decisions", amendments),
        ),
        (recorded, ngettext("%(count)d update recorded", "%(count)d updates recorded", recorded)),
        (returned, ngettext("%(count)d update returned", "%(count)d updates returned", returned)),
    ]
    parts = [words % {"count": count} for count, words in told if count]
    return f"{', '.join(parts)}." if parts else ""
