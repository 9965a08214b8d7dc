"""The part of a review's snapshot that tells what committees decided in its year."""

from datetime import date

from django.utils.translation import gettext as _

from kpi.choices import RevisionKind
from kpi.facts import RevisionFact
from kpi.models import Revision
from kpi.reasons import due_label
from programs.choices import Decision
from reports.canonical import Json
from reports.material import Material
from teras.models import Amendment


def amendments(material: Material) -> list[Json]:
    """Each decision of the year with its meeting, its reason and all it changed, in words too."""
    return [
        {
            "number": amendment.number,
            "committee": amendment.committee,
            "meeting": amendment.meeting,
            "decided_on": amendment.decided_on.isoformat(),
            "reason": amendment.reason,
            "decisions": _decisions(material, amendment),
        }
        for amendment in material.amendments
    ]


def _decisions(material: Material, amendment: Amendment) -> list[Json]:
    of_programs: list[Json] = [
        {
            "kind": decided.decision,
            "code": decided.program.code,
            "subject": decided.program.name,
            "words": str(Decision(decided.decision).label),
        }
        for decided in amendment.program_decisions.all()
    ]
    of_milestones: list[Json] = [
        {
            "kind": f"milestone_{revision.kind}",
            "code": revision.milestone.kpi.program.code,
            "subject": revision.milestone.kpi.indicator,
            "from": _due_before(material, revision, amendment).isoformat(),
            "to": revision.due.isoformat() if revision.due else None,
            "words": _revision_words(_due_before(material, revision, amendment), revision),
        }
        for revision in amendment.revisions.all()
    ]
    added: list[Json] = [
        {
            "kind": "milestone_added",
            "code": milestone.kpi.program.code,
            "subject": milestone.kpi.indicator,
            "to": milestone.baseline_due.isoformat(),
            "words": _("Milestone added: %(due)s") % {"due": due_label(milestone.baseline_due)},
        }
        for milestone in amendment.added_milestones.all()
    ]
    reworded: list[Json] = [
        {
            "kind": "kpi_reworded",
            "code": rewording.kpi.program.code,
            "subject": rewording.kpi.indicator,
            "words": _("Reworded: %(indicator)s") % {"indicator": rewording.indicator},
        }
        for rewording in amendment.rewordings.all()
    ]
    return of_programs + of_milestones + added + reworded


def _due_before(material: Material, revision: Revision, amendment: Amendment) -> date:
    """The date that stood before this decision: of the revision before it, else the original."""
    due = revision.milestone.baseline_due
    for fact in _revision_facts(material, revision):
        if fact.meeting == amendment.meeting and fact.decided_on == amendment.decided_on:
            break
        due = fact.due or due
    return due


def _revision_facts(material: Material, revision: Revision) -> tuple[RevisionFact, ...]:
    facts = material.rows.facts[revision.milestone.kpi.program_id]
    return next(m.revisions for m in facts.milestones if m.key == revision.milestone_id)


def _revision_words(before: date, revision: Revision) -> str:
    if revision.kind == RevisionKind.MOVED and revision.due:
        return _("Moved from %(before)s to %(after)s") % {
            "before": due_label(before),
            "after": due_label(revision.due),
        }
    return _("Milestone %(due)s dropped") % {"due": due_label(before)}
