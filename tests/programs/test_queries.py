"""Reads of programmes."""

import pytest
from pytest_django import DjangoAssertNumQueries

from programs.choices import Duty
from programs.models import Assignment
from programs.queries import officer_of, programs_of
from tests.factories import make_plan, make_program, make_user

pytestmark = pytest.mark.django_db


def test_programs_of_gives_the_accountable_officer_and_thrust_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    plan, officer = make_plan(), make_user()
    first = make_program(plan, "1.10", officer=officer)
    second = make_program(plan, "1.2")
    for program in (first, second):
        Assignment.objects.create(program=program, user=make_user(), duty=Duty.DEPUTY)

    with django_assert_num_queries(1):
        read = [(p.code, officer_of(p), p.strategy.teras.number) for p in programs_of(plan)]

    assert read == [("1.10", officer, 1), ("1.2", None, 1)]
