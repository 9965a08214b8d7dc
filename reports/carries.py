"""What a closing report has to decide on: the programmes that the plan ends without completing."""

from dataclasses import dataclass

from kpi.choices import ProgramStatus
from reports.models import AnnualReview, ReviewCarry
from reports.queries import standing_of
from reports.standing import PlanStanding, ProgramLine

# A programme that a committee dropped was decided on then.
DECIDED = frozenset({ProgramStatus.COMPLETED, ProgramStatus.DROPPED})


LATE = frozenset({ProgramStatus.CRITICAL, ProgramStatus.LATE, ProgramStatus.CLOSED_SHORT})


def achieved_of(line: ProgramLine) -> tuple[int, int]:
    """How many of a programme's live milestones were achieved, and how many there are."""
    live = [o.standing for o in line.occurrences if o.standing.status.is_live]
    return sum(standing.achieved_on is not None for standing in live), len(live)


def not_completed(standing: PlanStanding) -> list[ProgramLine]:
    """Programmes in printed order of which something was not achieved, save those dropped."""
    return [line for line in standing.programs if line.standing.status not in DECIDED]


@dataclass(frozen=True)
class ToDecide:
    """A programme not completed, and what the report says becomes of it; None: nothing yet."""

    line: ProgramLine
    carry: ReviewCarry | None

    @property
    def counts(self) -> tuple[int, int]:
        """How many of its milestones were achieved, and how many there are."""
        return achieved_of(self.line)

    @property
    def is_late(self) -> bool:
        """Whether its reason says more than that it would have gone on."""
        return self.line.standing.status in LATE


@dataclass(frozen=True)
class Carried:
    """A programme not completed with the decision on it, empty where there is none."""

    code: str
    name: str
    decision: str
    words: str


def to_decide(review: AnnualReview) -> list[ToDecide]:
    """Every programme the report has to decide on; six queries, whatever the plan's size."""
    standing = standing_of(review.plan, review.plan.last_day)
    decided = {carry.program_id: carry for carry in review.carries.all()}
    return [ToDecide(line, decided.get(line.program.pk)) for line in not_completed(standing)]


def undecided(review: AnnualReview) -> list[str]:
    """Codes of the programmes of which a closing report says nothing yet."""
    if not review.is_closing:
        return []
    return [each.line.program.code for each in to_decide(review) if each.carry is None]


def carried_of(review: AnnualReview) -> list[Carried]:
    """What a closing report says of each programme not completed; an issued one, as it was issued."""
    if not review.is_closing:
        return []
    if review.is_issued:
        rows = review.carries.select_related("program")
        return [
            Carried(row.program.code, row.program.name, row.get_decision_display(), row.words)
            for row in rows
        ]
    return [
        Carried(
            each.line.program.code,
            each.line.program.name,
            each.carry.get_decision_display() if each.carry else "",
            each.carry.words if each.carry else "",
        )
        for each in to_decide(review)
    ]
