from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from kpi.choices import KpiKind, Outcome, RevisionKind
from kpi.models import Milestone, Revision
from teras.choices import PlanState
from tests.factories import (
    make_agency,
    make_amendment,
    make_kpi,
    make_milestone,
    make_plan,
    make_program,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        (KpiKind.DONE, Decimal(1)),
        (KpiKind.AT_LEAST, None),
        (KpiKind.AT_MOST, None),
        (KpiKind.PERCENT, None),
        (KpiKind.PERCENT, Decimal(101)),
        (KpiKind.AT_LEAST, Decimal(-1)),
    ],
)
def test_kpi_target_goes_with_its_kind(kind: KpiKind, target: Decimal | None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_kpi(kind=kind, target_value=target)  # type: ignore[arg-type]


def test_kpi_at_most_zero_is_a_target() -> None:
    assert make_kpi(kind=KpiKind.AT_MOST, target_value=Decimal(0)).pk


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": Outcome.ACHIEVED},
        {"achieved_on": date(2021, 5, 1)},
        {"outcome": Outcome.NOT_ACHIEVED, "closing_reason": "Tiada peruntukan"},
        {"outcome": Outcome.NOT_ACHIEVED, "closed_on": date(2021, 5, 1)},
        {"closed_on": date(2021, 5, 1)},
        {"outcome": "mungkin"},
    ],
)
def test_milestone_outcome_and_its_date_go_together(wrong: dict[str, str | date]) -> None:
    milestone = make_milestone()
    with pytest.raises(IntegrityError), transaction.atomic():
        Milestone.objects.filter(pk=milestone.pk).update(**wrong)


@pytest.mark.parametrize("due", [date(2018, 12, 31), date(2024, 1, 1)])
def test_milestone_lies_inside_the_plan(due: date) -> None:
    with pytest.raises(IntegrityError, match="milestone_inside_plan"), transaction.atomic():
        make_milestone(due)
    inside = make_milestone(date(2023, 12, 31), make_kpi(make_program(make_plan(slug="lain"))))
    with pytest.raises(IntegrityError, match="milestone_inside_plan"), transaction.atomic():
        Milestone.objects.filter(pk=inside.pk).update(due=due)


@pytest.mark.parametrize("due", [date(2019, 1, 1), date(2023, 12, 31)])
def test_milestone_on_the_plans_first_and_last_day(due: date) -> None:
    assert make_milestone(due).pk


def test_milestone_first_date_is_frozen_in_force() -> None:
    milestone = make_milestone()
    with pytest.raises(IntegrityError, match="first_date_frozen"), transaction.atomic():
        Milestone.objects.filter(pk=milestone.pk).update(baseline_due=date(2022, 6, 30))


def test_milestone_first_date_is_free_in_a_draft() -> None:
    plan = make_plan(state=PlanState.DRAFT)
    milestone = make_milestone(program=make_program(plan))
    Milestone.objects.filter(pk=milestone.pk).update(baseline_due=date(2022, 6, 30))
    milestone.refresh_from_db()
    assert milestone.baseline_due == date(2022, 6, 30)


def test_milestone_once_per_date() -> None:
    milestone = make_milestone()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_milestone(milestone.baseline_due, milestone.kpi)


def test_revision_needs_an_amendment_of_the_same_plan() -> None:
    milestone = make_milestone()
    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.objects.create(milestone=milestone, due=date(2022, 6, 30))
    foreign = make_amendment(make_plan(make_agency("mbmb")))
    with pytest.raises(IntegrityError, match="amendment_of_its_plan"), transaction.atomic():
        Revision.objects.create(milestone=milestone, amendment=foreign, due=date(2022, 6, 30))


@pytest.mark.parametrize(
    ("kind", "due"), [(RevisionKind.MOVED, None), (RevisionKind.DROPPED, date(2022, 6, 30))]
)
def test_revision_has_a_date_exactly_when_it_moves(kind: RevisionKind, due: date | None) -> None:
    milestone = make_milestone()
    amendment = make_amendment(milestone.kpi.program.plan)
    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.objects.create(milestone=milestone, amendment=amendment, kind=kind, due=due)
