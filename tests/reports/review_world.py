"""A small plan with something of everything that a review tells of, and reviews of it."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.choices import Role
from kpi.actions import move_milestone, reword_kpi
from kpi.choices import KpiKind
from kpi.models import Milestone
from programs.actions import decide_program
from programs.choices import Decision
from progress.actions import Report, record_update, verify_update
from progress.choices import Claim
from progress.evidence import Receipt
from progress.models import ProgressUpdate
from reports.models import AnnualReview
from teras.models import Amendment, Plan
from tests.factories import (
    make_amendment,
    make_kpi,
    make_milestone,
    make_plan,
    make_program,
    make_strategy,
    make_user,
)
from tests.reports.issued import approve

NOW = date(2026, 1, 1)


@dataclass
class ReviewWorld:
    """A plan with two thrusts, its head and officer, and who reviews and approves."""

    plan: Plan = field(default_factory=make_plan)

    def __post_init__(self) -> None:
        agency = self.plan.agency
        self.head = make_user(Role.HEAD, agency, full_name="Rosnah", post="Ketua Bahagian TM")
        self.officer = make_user(Role.OFFICER, agency, full_name="Faizal", post="Penolong Pegawai")
        self.reviewer = make_user(Role.MANAGEMENT, agency, full_name="Nurul", post="Setiausaha")
        self.approver = make_user(Role.MANAGEMENT, agency, full_name="Shahril", post="YDP")

    def milestone(self, code: str, due: date, teras: int = 1) -> Milestone:
        """A milestone of the programme with this code, made where it is not there yet."""
        program = self.plan.programs.filter(code=code).first() or make_program(
            self.plan, code, strategy=make_strategy(self.plan, teras), officer=self.officer
        )
        kpi = program.kpis.first() or make_kpi(program, indicator=f"Petunjuk {code}")
        return make_milestone(due, kpi)

    def measured(self, code: str, due: date, target: int) -> Milestone:
        program = make_program(self.plan, code, strategy=make_strategy(self.plan))
        kpi = make_kpi(program, kind=KpiKind.AT_LEAST, target_value=Decimal(target), unit="sesi")
        return make_milestone(due, kpi)

    def update(
        self,
        milestone: Milestone,
        on: date,
        claim: Claim = Claim.ACHIEVED,
        *,
        verified: bool = False,
        **said: object,
    ) -> ProgressUpdate:
        update = record_update(
            by=self.officer if said.pop("by", None) is None else self.head,
            milestone=milestone,
            report=Report(
                effective_on=on,
                claim=claim,
                narrative=str(said.pop("narrative", "Siap.")),
                **said,  # type: ignore[arg-type]  # the report's other fields
            ),
            today=NOW,
        )
        if verified:
            verify_update(by=self.head, update=update)
        return update

    def move(self, milestone: Milestone, to: date, decided_on: date) -> Amendment:
        amendment = make_amendment(self.plan, decided_on)
        move_milestone(by=self.head, milestone=milestone, amendment=amendment, due=to)
        return amendment

    def postpone(self, code: str, decided_on: date) -> Amendment:
        amendment = make_amendment(self.plan, decided_on)
        program = self.plan.programs.get(code=code)
        decide_program(
            by=self.head, program=program, amendment=amendment, decision=Decision.POSTPONED
        )
        return amendment

    def reword(self, code: str, words: str, decided_on: date) -> None:
        kpi = self.plan.programs.get(code=code).kpis.get()
        amendment = make_amendment(self.plan, decided_on)
        reword_kpi(by=self.head, kpi=kpi, amendment=amendment, indicator=words)

    def review(self, year: int = 2021, **fields: object) -> AnnualReview:
        """A draft with everything that issuing asks for."""
        return AnnualReview.objects.create(
            **{
                "plan": self.plan,
                "year": year,
                "summary": "Pelan berjalan baik.",
                "prepared_by": self.head,
                "reviewed_by": self.reviewer,
                "approved_by": self.approver,
                **fields,
            }
        )

    def approved(self, year: int = 2021, **fields: object) -> AnnualReview:
        """A review that has come as far as it can before it is issued."""
        return approve(self.review(year, **fields))

    def fill(self) -> None:
        """Something of everything: done, late, moved, postponed, measured, ahead."""
        done = self.milestone("1.1", date(2021, 6, 30))
        self.update(
            done, date(2021, 6, 20), verified=True, files=(receipt("minit.pdf"),),
        )  # fmt: skip
        late = self.milestone("1.2", date(2021, 3, 31))
        self.update(
            late,
            date(2021, 5, 2),
            Claim.ONGOING,
            issues="Perolehan lewat.",
            corrective_action="Mesyuarat khas.",
        )
        moved = self.milestone("1.2", date(2021, 9, 30))
        self.move(moved, date(2022, 6, 30), date(2021, 4, 15))
        measured = self.measured("1.3", date(2021, 11, 30), 2)
        self.update(measured, date(2021, 12, 5), actual_value=Decimal(3), by="head")
        self.milestone("2.1", date(2022, 3, 31), teras=2)
        self.milestone("2.2", date(2021, 8, 31), teras=2)
        self.postpone("2.2", date(2021, 7, 1))

    def verify_all(self) -> None:
        """Leave nothing that waits for verification: no review is issued while something does."""
        other = make_user(Role.HEAD, self.plan.agency, full_name="Zaiton")
        for update in ProgressUpdate.objects.counting().awaiting_verification():
            verify_update(by=other, update=update)


def receipt(name: str) -> Receipt:
    return Receipt(name=name, sha256="ab" * 32, size=2048, content_type="application/pdf")


def programs_of(snapshot: Any) -> dict[str, Any]:
    """The snapshot's programmes by code; what JSON holds is only known by its schema."""
    return {
        program["code"]: program
        for teras in snapshot["teras"]
        for strategy in teras["strategies"]
        for program in strategy["programs"]
    }
