"""Reads a plan's facts for the rule of standing: a constant number of queries, whatever its size.

Here the database's rows become the plain values of ``kpi.facts``; nothing else does that.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from kpi.choices import RevisionKind
from kpi.facts import DecisionFact, MilestoneFacts, ProgramFacts, RevisionFact, UpdateFact
from kpi.models import Milestone, Revision
from kpi.queries import in_printed_order
from programs.choices import Decision
from programs.models import Program, ProgramDecision
from programs.queries import programs_of
from progress.choices import Claim, VerificationDecision
from progress.models import ProgressUpdate
from teras.models import Plan


@dataclass(frozen=True)
class PlanRows:
    """A plan's rows, read once, in printed order."""

    programs: list[Program]
    milestones: dict[int, list[Milestone]]
    facts: dict[int, ProgramFacts]


def read_plan(plan: Plan) -> PlanRows:
    """Rows and facts of the plan's programmes: five queries, whatever its size."""
    return _read(list(programs_of(plan)), {"program__plan": plan})


def read_programs(programs: Iterable[Program]) -> PlanRows:
    """Rows and facts of these programmes, which may belong to several plans."""
    chosen = list(programs)
    return _read(chosen, {"program__in": [program.pk for program in chosen]})


def _read(chosen: list[Program], within: dict[str, Plan | list[int]]) -> PlanRows:
    in_kpi = {f"kpi__{path}": value for path, value in within.items()}
    in_milestone = {f"milestone__{path}": value for path, value in in_kpi.items()}
    milestone_rows = in_printed_order(Milestone.objects.filter(**in_kpi)).select_related("added_by")

    milestones: dict[int, list[Milestone]] = defaultdict(list)
    for milestone in milestone_rows:
        milestones[milestone.kpi.program_id].append(milestone)

    # Of the rest the bare values: rows would take half of the time.
    revisions: dict[int, list[RevisionFact]] = defaultdict(list)
    for milestone_key, decided_on, kind, due, meeting in (
        Revision.objects.filter(**in_milestone)
        .order_by("amendment__decided_on", "amendment__number")
        .values_list("milestone_id", "amendment__decided_on", "kind", "due", "amendment__meeting")
    ):
        revisions[milestone_key].append(
            RevisionFact(decided_on=decided_on, kind=RevisionKind(kind), due=due, meeting=meeting)
        )

    decisions: dict[int, list[DecisionFact]] = defaultdict(list)
    for program_key, decided_on, decision, meeting in (
        ProgramDecision.objects.filter(**within)
        .order_by("amendment__decided_on", "amendment__number")
        .values_list("program_id", "amendment__decided_on", "decision", "amendment__meeting")
    ):
        decisions[program_key].append(
            DecisionFact(decided_on=decided_on, decision=Decision(decision), meeting=meeting)
        )

    # Updates that were returned do not count (``counting``), but a reason that called them never
    # recorded would lie.
    updates: dict[int, list[UpdateFact]] = defaultdict(list)
    returned: dict[int, list[date]] = defaultdict(list)
    for milestone_key, effective_on, claim, verdict in (
        ProgressUpdate.objects.uncorrected()
        .filter(**in_milestone)
        .order_by("effective_on", "recorded_at", "pk")
        .values_list("milestone_id", "effective_on", "claim", "verification__decision")
    ):
        if verdict == VerificationDecision.RETURNED:
            returned[milestone_key].append(effective_on)
            continue
        updates[milestone_key].append(
            UpdateFact(
                effective_on=effective_on,
                outcome=Claim(claim).outcome,
                is_verified=verdict == VerificationDecision.VERIFIED,
            )
        )

    facts = {
        program.pk: ProgramFacts(
            key=program.pk,
            weight=Fraction(program.weight),
            decisions=tuple(decisions[program.pk]),
            milestones=tuple(
                MilestoneFacts(
                    key=milestone.pk,
                    baseline_due=milestone.baseline_due,
                    revisions=tuple(revisions[milestone.pk]),
                    updates=tuple(updates[milestone.pk]),
                    added_on=milestone.added_by.decided_on if milestone.added_by else None,
                    closing_reason=milestone.closing_reason,
                    returned=tuple(returned[milestone.pk]),
                )
                for milestone in milestones[program.pk]
            ),
        )
        for program in chosen
    }
    return PlanRows(programs=chosen, milestones=dict(milestones), facts=facts)
