"""What is asked of management: a row of the table each, from facts alone."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override

from accounts.choices import Role
from kpi.actions import move_milestone
from progress.actions import return_update
from progress.choices import Claim
from progress.facts import read_plan
from progress.models import ProgressUpdate
from reports.asks import Case, asked_of_management, case_of
from reports.attention import attention_rows
from reports.links import Links
from reports.queries import read_updates
from reports.standing import plan_standing
from teras.models import Plan
from tests.factories import (
    make_amendment,
    make_kpi,
    make_milestone,
    make_plan,
    make_program,
    make_update,
    make_user,
)
from tests.reports.plans import END_2021, make_mixed_plan

DAY = date(2022, 1, 29)


@pytest.mark.parametrize(
    ("case", "asked"),
    [
        (
            Case(is_critical=False, critical_after=DAY),
            ["No decision yet; it will be critical after 29.01.2022."],
        ),
        (
            Case(is_critical=True, critical_after=DAY),
            ["Decide: move the date, postpone or drop."],
        ),
        (
            Case(is_critical=True, critical_after=DAY, times_moved=2),
            [
                "Decide again: postpone, drop or set a date that will hold; it was moved 2 times.",
            ],
        ),
        (
            Case(is_critical=False, critical_after=DAY, has_officer=False, is_silent=True),
            ["Appoint an accountable officer."],
        ),
        (
            Case(is_critical=False, critical_after=DAY, has_officer_left=True, is_silent=True),
            ["Appoint a successor: the accountable officer is no longer active."],
        ),
        (
            Case(is_critical=False, critical_after=DAY, obstacle="Bajet\n belum lulus"),
            ["Help to clear the obstacle reported: “Bajet belum lulus”"],
        ),
        (
            Case(is_critical=False, critical_after=DAY, unverified=1),
            ["Have 1 update verified or returned."],
        ),
        (
            Case(is_critical=False, critical_after=DAY, returned=2),
            ["Have 2 returned updates corrected."],
        ),
        (
            Case(is_critical=False, critical_after=DAY, is_silent=True),
            ["Ask the officer to report: there is no recent update."],
        ),
    ],
)
def test_each_fact_asks_for_what_would_mend_it(case: Case, asked: list[str]) -> None:
    with override("en"):
        assert asked_of_management(case) == asked


def test_owner_comes_before_decision_and_decision_before_the_rest() -> None:
    case = Case(
        is_critical=True,
        critical_after=DAY,
        has_officer=False,
        obstacle="Bajet",
        unverified=1,
        is_silent=True,
    )
    with override("en"):
        first, second, *rest = asked_of_management(case)
    assert first == "Appoint an accountable officer."
    assert second == "Decide: move the date, postpone or drop."
    assert len(rest) == 2
    assert "No decision yet" not in " ".join(rest)


def test_long_obstacle_is_cut_to_a_sentence() -> None:
    case = Case(is_critical=False, critical_after=DAY, obstacle="sangat " * 100)
    with override("en"):
        (asked,) = asked_of_management(case)
    assert len(asked) < 200
    assert asked.endswith(" sangat…”")


def asks_of(plan: Plan, as_of: date = END_2021) -> dict[str, list[str]]:
    rows = read_plan(plan)
    standing = plan_standing(plan, rows, as_of)
    worst = standing.needing_attention()
    updates = read_updates(standing, as_of, worst)
    with override("en"):
        found = attention_rows(worst, rows.facts, updates, Links(plan, as_of))
    return {row.line.program.code: row.asks for row in found}


@pytest.mark.django_db
def test_late_programmes_of_a_plan_are_asked_about_by_their_own_facts() -> None:
    assert asks_of(make_mixed_plan()) == {
        "1.2": [
            "Decide: move the date, postpone or drop.",
            "Ask the officer to report: there is no recent update.",
        ],
        "1.3": ["Appoint an accountable officer."],
    }


@pytest.mark.django_db
def test_obstacle_returned_update_and_moves_come_from_what_was_recorded() -> None:
    plan = make_plan()
    head = make_user(Role.HEAD, plan.agency)
    officer = make_user(Role.OFFICER, plan.agency)
    program = make_program(plan, "1.1", officer=officer, weight=Decimal(1))
    milestone = make_milestone(date(2020, 6, 30), make_kpi(program))
    amendment = make_amendment(plan, date(2020, 11, 10))
    move_milestone(by=head, milestone=milestone, amendment=amendment, due=date(2021, 9, 30))
    ProgressUpdate.objects.create(
        milestone=milestone,
        effective_on=date(2021, 10, 5),
        claim=Claim.ONGOING,
        narrative="Tender dibuka.",
        issues="Tiada pembida.",
        recorded_by=officer,
    )
    sent_back = make_update(milestone, officer, on=date(2021, 12, 1), claim=Claim.ONGOING)
    return_update(by=head, update=sent_back, note="Lampirkan minit.")
    (asked,) = asks_of(plan).values()
    assert asked == [
        "Decide again: postpone, drop or set a date that will hold; it was moved once.",
        "Help to clear the obstacle reported: “Tiada pembida.”",
        "Have 1 update verified or returned.",
        "Have 1 returned update corrected.",
    ]
    # Before the move was decided, and before anything was reported.
    assert asks_of(plan, date(2020, 10, 1))["1.1"][0] == "Decide: move the date, postpone or drop."


@pytest.mark.django_db
def test_an_officer_who_left_is_to_be_succeeded() -> None:
    plan = make_plan()
    officer = make_user(Role.OFFICER, plan.agency, is_active=False)
    make_milestone(date(2021, 11, 30), program=make_program(plan, "1.1", officer=officer))
    assert asks_of(plan)["1.1"] == [
        "Appoint a successor: the accountable officer is no longer active."
    ]


@pytest.mark.django_db
def test_nothing_is_asked_of_a_programme_that_is_not_late() -> None:
    plan = make_mixed_plan()
    rows = read_plan(plan)
    standing = plan_standing(plan, rows, END_2021)
    on_time = next(line for line in standing.programs if line.program.code == "2.1")
    with pytest.raises(AssertionError, match="without an overdue milestone"):
        case_of(on_time, rows.facts[on_time.program.pk], returned=0, obstacle="")
