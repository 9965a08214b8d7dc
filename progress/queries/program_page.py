"""One programme as at a date: what was promised, what became of it, and its history."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from kpi.attainment import Basis, Figures, program_figures
from kpi.choices import Freshness, Outcome, RevisionKind
from kpi.facts import MilestoneFacts, RevisionFact
from kpi.models import Kpi, Milestone, Revision, Rewording
from kpi.queries import thresholds_of
from kpi.reasons import due_label
from kpi.standing import MilestoneStanding, ProgramStanding, program_standing
from programs.models import Program, ProgramDecision
from progress.choices import UpdateState
from progress.facts import read_programs
from progress.models import Evidence, ProgressUpdate
from teras.models import Amendment


@dataclass(frozen=True)
class MilestonePart:
    milestone: Milestone
    standing: MilestoneStanding
    moved_by: RevisionFact | None
    value: Decimal | None
    evidence: list[Evidence]

    @property
    def value_text(self) -> str:
        return "" if self.value is None else self.milestone.kpi.in_unit(self.value)


@dataclass(frozen=True)
class KpiPart:
    """An indicator with its original words, those given to it since, and its milestones."""

    kpi: Kpi
    rewordings: list[Rewording]
    milestones: list[MilestonePart]

    @property
    def words(self) -> str:
        return self.rewordings[-1].indicator if self.rewordings else self.kpi.indicator


@dataclass(frozen=True)
class AmendmentPart:
    """An amendment and what it changed in the programme, a sentence each."""

    amendment: Amendment
    changes: list[str]


@dataclass(frozen=True)
class ProgramPage:
    program: Program
    as_of: date
    is_in_plan: bool
    standing: ProgramStanding
    original: Figures
    revised: Figures
    kpis: list[KpiPart]
    amendments: list[AmendmentPart]
    updates: list[ProgressUpdate]
    later_updates: int

    @property
    def freshness(self) -> Freshness:
        return self.standing.freshness

    @property
    def days_since_update(self) -> int | None:
        last = self.standing.last_update_on
        return (self.as_of - last).days if last else None


def read_program_page(program: Program, as_of: date) -> ProgramPage:
    """The programme as at the date, from facts up to it; a fixed number of queries.

    Updates are newest first, returned and corrected ones among them. Needs the plan's agency and
    the strategy's thrust selected.
    """
    plan = program.plan
    rows = read_programs([program])
    facts = rows.facts[program.pk]
    standing = program_standing(facts, as_of, thresholds_of(plan))
    milestones = {milestone.pk: milestone for milestone in rows.milestones.get(program.pk, [])}
    kpis = list(program.kpis.prefetch_related("rewordings__amendment"))
    by_key = {kpi.pk: kpi for kpi in kpis}
    for kpi in kpis:
        kpi.program = program
    for milestone in milestones.values():
        milestone.kpi = by_key[milestone.kpi_id]
    updates = _updates(program, milestones)
    shown = [update for update in updates if update.effective_on <= as_of]
    values = _values(shown)
    parts: dict[int, list[MilestonePart]] = defaultdict(list)
    by_milestone = {fact.key: fact for fact in facts.milestones}
    for judged in standing.milestones:
        milestone = milestones[judged.key]
        moved_by = _moved_by(by_milestone[judged.key], as_of)
        parts[milestone.kpi_id].append(
            MilestonePart(
                milestone,
                judged,
                moved_by,
                values.get(milestone.pk),
                _evidence(shown, milestone.pk),
            )
        )
    return ProgramPage(
        program=program,
        as_of=as_of,
        is_in_plan=facts.is_in_plan(as_of),
        standing=standing,
        original=program_figures(facts, standing, Basis.ORIGINAL),
        revised=program_figures(facts, standing, Basis.REVISED),
        kpis=[KpiPart(kpi, _rewordings(kpi, as_of), parts[kpi.pk]) for kpi in kpis],
        amendments=_amendments(program, kpis, milestones.values(), as_of),
        updates=shown,
        later_updates=len(updates) - len(shown),
    )


def _updates(program: Program, milestones: dict[int, Milestone]) -> list[ProgressUpdate]:
    updates = list(
        ProgressUpdate.objects.filter(milestone__kpi__program=program)
        .select_related("recorded_by", "verification__decided_by", "corrected_by", "corrects")
        .prefetch_related("evidence")
    )
    for update in updates:
        update.milestone = milestones[update.milestone_id]
    return updates


def _values(updates: Iterable[ProgressUpdate]) -> dict[int, Decimal]:
    """The value each milestone stands at: of the update that achieved it, else the latest one."""
    values: dict[int, Decimal] = {}
    final: set[int] = set()
    for update in sorted(updates, key=lambda u: (u.effective_on, u.recorded_at, u.pk)):
        counts = update.state in {UpdateState.UNVERIFIED, UpdateState.VERIFIED}
        if not counts or update.actual_value is None or update.milestone_id in final:
            continue
        values[update.milestone_id] = update.actual_value
        if update.claimed.outcome is Outcome.ACHIEVED:
            final.add(update.milestone_id)
    return values


def _evidence(updates: Iterable[ProgressUpdate], milestone: int) -> list[Evidence]:
    """What was given with the milestone's updates that count, the newest first."""
    return [
        evidence
        for update in updates
        if update.milestone_id == milestone
        and update.state in {UpdateState.UNVERIFIED, UpdateState.VERIFIED}
        for evidence in update.evidence.all()
    ]


def _moved_by(milestone: MilestoneFacts, as_of: date) -> RevisionFact | None:
    moves = [r for r in milestone.revisions if r.decided_on <= as_of and r.due is not None]
    return moves[-1] if moves else None


def _rewordings(kpi: Kpi, as_of: date) -> list[Rewording]:
    """New words in force at the date, in the order decided."""
    return sorted(
        (r for r in kpi.rewordings.all() if r.amendment.decided_on <= as_of),
        key=lambda r: (r.amendment.decided_on, r.amendment.number),
    )


def _amendments(
    program: Program, kpis: list[Kpi], milestones: Iterable[Milestone], as_of: date
) -> list[AmendmentPart]:
    """Amendments decided by the date that changed the programme, in the order decided."""
    changes: dict[Amendment, list[str]] = defaultdict(list)
    for decision in ProgramDecision.objects.filter(program=program).select_related("amendment"):
        words = {"decision": decision.get_decision_display()}
        changes[decision.amendment].append(_("Programme: %(decision)s") % words)
    for milestone in milestones:
        if milestone.added_by:
            words = {"due": due_label(milestone.baseline_due)}
            changes[milestone.added_by].append(_("Milestone %(due)s added") % words)
    for revision in Revision.objects.filter(milestone__kpi__program=program).select_related(
        "amendment", "milestone"
    ):
        changes[revision.amendment].append(_revised(revision))
    for kpi in kpis:
        for rewording in kpi.rewordings.all():
            changes[rewording.amendment].append(
                _("KPI %(number)d reworded: “%(indicator)s”")
                % {"number": kpi.number, "indicator": rewording.indicator}
            )
    in_force = [amendment for amendment in changes if amendment.decided_on <= as_of]
    return [
        AmendmentPart(amendment, changes[amendment])
        for amendment in sorted(in_force, key=lambda a: (a.decided_on, a.number))
    ]


def _revised(revision: Revision) -> str:
    original = due_label(revision.milestone.baseline_due)
    if revision.kind == RevisionKind.DROPPED or revision.due is None:
        return _("Milestone %(original)s dropped") % {"original": original}
    return _("Milestone %(original)s moved to %(due)s") % {
        "original": original,
        "due": due_label(revision.due),
    }
