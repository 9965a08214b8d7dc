"""Changes of the large figures against earlier days, in words, and silence where there was none."""

from datetime import date
from fractions import Fraction

import pytest
from django.test import Client
from django.utils.translation import override

from accounts.choices import Role
from reports.canonical import serialise, sha256
from reports.comparison import Change, Then, in_number, in_points, of_review, of_standing
from reports.models import AnnualReview, IssuedDocument
from reports.queries import last_review, standing_of
from reports.snapshot import build_snapshot
from tests.factories import make_milestone, make_update, make_user
from tests.reports.issued import make_issued_document, mark_issued
from tests.reports.plans import END_2021, make_mixed_plan

REVIEW = Then("since the 2020 review", Fraction(1, 2), None, Fraction(-1, 10), 3, None)
RECENT = Then("since 90 days ago", Fraction(45, 100), Fraction(1, 4), None, 6, Fraction(0))


def attainment(now: Fraction | None, *before: Then) -> list[Change]:
    with override("en"):
        return in_points(now, before, lambda then: then.attainment, more_is_better=True)


def test_change_names_both_earlier_days() -> None:
    assert attainment(Fraction(54, 100), REVIEW, RECENT) == [
        Change("+4 points since the 2020 review", is_better=True),
        Change("+9 points since 90 days ago", is_better=True),
    ]


def test_fall_is_told_with_a_minus_sign_and_as_worse() -> None:
    assert attainment(Fraction(40, 100), REVIEW) == [
        Change("\N{MINUS SIGN}10 points since the 2020 review", is_better=False)
    ]


def test_without_a_figure_on_either_side_nothing_is_said() -> None:
    assert attainment(None, REVIEW, RECENT) == []
    with override("en"):
        assert in_points(Fraction(1), [REVIEW], lambda t: t.original, more_is_better=True) == []
        assert attainment(Fraction(1)) == []


def test_no_difference_is_called_unchanged_not_zero() -> None:
    expected = [Change("unchanged since the 2020 review", is_better=None)]
    assert attainment(Fraction(1, 2), REVIEW) == expected
    assert attainment(Fraction(10001, 20000), REVIEW) == expected


def test_fewer_late_programmes_is_better() -> None:
    with override("en"):
        changes = in_number(4, [REVIEW, RECENT], lambda then: then.late)
    assert [(change.text, change.is_better) for change in changes] == [
        ("+1 since the 2020 review", False),
        ("\N{MINUS SIGN}2 since 90 days ago", True),
    ]


@pytest.mark.django_db
def test_review_is_compared_by_what_it_said_then_not_by_what_the_facts_say_now(
    client: Client,
) -> None:
    plan = make_mixed_plan()
    head = make_user(Role.HEAD, plan.agency)
    approver = make_user(Role.MANAGEMENT, plan.agency)
    forgotten = make_milestone(date(2020, 9, 30), program=plan.programs.get(code="1.3"))
    review = AnnualReview.objects.create(
        plan=plan, year=2020, prepared_by=head, approved_by=approver, summary="Ringkasan"
    )
    review.refresh_from_db()
    snapshot, pdf = serialise(build_snapshot(review)), b"%PDF-1.7"
    IssuedDocument.objects.create(
        review=review,
        snapshot=snapshot,
        snapshot_sha256=sha256(snapshot),
        pdf=pdf,
        pdf_sha256=sha256(pdf),
        page_count=1,
        issued_by=head,
    )
    mark_issued(review)
    # Recorded only after the review was issued, on a day before its date.
    make_update(forgotten, on=date(2020, 9, 1))

    found = last_review(plan, END_2021)
    assert found is not None
    with override("en"):
        said = of_review(*found)
        now_said = of_standing(standing_of(plan, date(2020, 12, 31)))
    assert now_said is not None
    assert (said.attainment, now_said.attainment) == (Fraction(1, 2), Fraction(1))
    assert (said.late, now_said.late) == (1, 0)
    assert said.since == "since the 2020 review"

    client.force_login(approver)
    client.cookies["bahasa"] = "en"
    html = client.get(f"{plan.get_absolute_url()}?setakat=2021-12-31").content.decode()
    assert "points since the 2020 review" in html
    narrowed = client.get(f"{plan.get_absolute_url()}?setakat=2021-12-31&teras=1").content.decode()
    assert "since the 2020 review" not in narrowed
    assert "since 90 days ago" in narrowed


@pytest.mark.django_db
def test_last_review_is_the_latest_edition_of_the_latest_year_before_the_day() -> None:
    plan = make_mixed_plan()
    make_issued_document(plan, code=None, year=2019)
    make_issued_document(plan, code=None, year=2020)
    make_issued_document(plan, code=None, year=2020, edition=2)
    make_issued_document(plan, code=None, year=2021)
    AnnualReview.objects.create(plan=plan, year=2022, prepared_by=make_user())

    def year(as_of: date) -> int | None:
        found = last_review(plan, as_of)
        return found[0] if found else None

    assert [year(date(y, 12, 31)) for y in (2019, 2020, 2021, 2022, 2023)] == [
        None,
        2019,
        2020,
        2021,
        2021,
    ]
    assert year(date(2021, 1, 1)) == 2020


@pytest.mark.django_db
def test_before_the_plan_began_there_is_nothing_to_compare_with() -> None:
    plan = make_mixed_plan()
    assert of_standing(standing_of(plan, date(2018, 12, 31))) is None
    assert of_standing(standing_of(plan, plan.first_day)) is not None
