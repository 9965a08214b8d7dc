from datetime import date

import pytest
from django.db import IntegrityError, transaction

from teras.choices import PlanState
from teras.models import Objective, Teras
from tests.factories import make_agency, make_amendment, make_plan

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "wrong",
    [
        {"first_year": 2024, "last_year": 2023},
        {"first_year": 19, "last_year": 23},
        {"state": "mungkin"},
        {"update_interval_days": 200, "stale_days": 100},
    ],
)
def test_plan_refused_by_the_database(wrong: dict[str, int | str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_plan(**wrong)  # type: ignore[arg-type]


def test_plan_code_unique_in_its_agency_only() -> None:
    make_plan(make_agency("mpag"))
    make_plan(make_agency("mbmb"))
    with pytest.raises(IntegrityError), transaction.atomic():
        make_plan(make_agency("mpag"))


def test_plan_days_are_whole_years() -> None:
    plan = make_plan()
    assert (plan.first_day, plan.last_day) == (date(2019, 1, 1), date(2023, 12, 31))
    assert list(plan.years) == [2019, 2020, 2021, 2022, 2023]


def test_plan_is_a_draft_until_brought_into_force() -> None:
    assert make_plan(state=PlanState.DRAFT).is_draft
    assert not make_plan(slug="psict-lain").is_draft


def test_numbers_unique_within_their_parent() -> None:
    plan = make_plan()
    teras = Teras.objects.create(plan=plan, number=1, name="Infrastruktur")
    Objective.objects.create(teras=teras, number=1, text="Pemantapan rangkaian")
    with pytest.raises(IntegrityError), transaction.atomic():
        Teras.objects.create(plan=plan, number=1, name="Aplikasi")
    with pytest.raises(IntegrityError), transaction.atomic():
        Objective.objects.create(teras=teras, number=1, text="Pengukuhan")


def test_amendment_says_who_and_why() -> None:
    amendment = make_amendment(make_plan())
    amendment.reason = ""
    with pytest.raises(IntegrityError), transaction.atomic():
        amendment.save()


def test_plan_with_amendments_cannot_be_deleted() -> None:
    plan = make_plan()
    make_amendment(plan)
    with pytest.raises(IntegrityError), transaction.atomic():
        plan.delete()
