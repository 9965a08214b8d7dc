"""Who signed a review off, and on which day, as its snapshot keeps it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import User
from reports.choices import StepKind
from reports.edition_differences import differences
from reports.models import AnnualReview, ReviewStep
from reports.snapshot import build_snapshot
from reports.snapshot_comparison import compare
from tests.reports.review_world import ReviewWorld

pytestmark = pytest.mark.django_db


def step(review: AnnualReview, kind: StepKind, by: User, day: int) -> None:
    """At eleven at night by Greenwich, when it is the next day already in Malaysia."""
    at = datetime(2022, 1, day, 23, tzinfo=UTC)
    note = "Betulkan." if kind == StepKind.RETURNED else ""
    ReviewStep.objects.create(review=review, kind=kind, by=by, at=at, note=note, version=1)


def days(review: AnnualReview) -> list[str | None]:
    people: Any = build_snapshot(AnnualReview.objects.get(pk=review.pk))["people"]
    return [people[name]["on"] for name in ("prepared_by", "reviewed_by", "approved_by")]


def test_day_of_each_step_is_kept_with_who_took_it() -> None:
    world = ReviewWorld()
    review = world.review()
    assert days(review) == [None, None, None]
    step(review, StepKind.SUBMITTED, world.head, 9)
    step(review, StepKind.REVIEWED, world.reviewer, 11)
    step(review, StepKind.APPROVED, world.approver, 13)
    assert days(review) == ["2022-01-10", "2022-01-12", "2022-01-14"]


@pytest.mark.parametrize("back", [StepKind.RETURNED, StepKind.REOPENED])
def test_what_went_back_to_draft_is_signed_off_by_nobody(back: StepKind) -> None:
    world = ReviewWorld()
    review = world.review()
    step(review, StepKind.SUBMITTED, world.head, 2)
    step(review, StepKind.REVIEWED, world.reviewer, 3)
    step(review, back, world.reviewer, 4)
    assert days(review) == [None, None, None]
    step(review, StepKind.SUBMITTED, world.head, 5)
    assert days(review) == ["2022-01-06", None, None]


def test_step_that_somebody_else_took_says_who_and_dates_nobody() -> None:
    """A head submits what an officer prepared."""
    world = ReviewWorld()
    review = world.review()
    step(review, StepKind.SUBMITTED, world.officer, 2)
    assert days(review) == [None, None, None]
    people: Any = build_snapshot(AnnualReview.objects.get(pk=review.pk))["people"]
    taken = {"name": world.officer.full_name, "on": "2022-01-03"}
    assert people["prepared_by"]["for_them"] == taken
    step(review, StepKind.SUBMITTED, world.head, 4)
    assert days(review) == ["2022-01-05", None, None]


def test_another_day_of_the_same_people_is_no_difference() -> None:
    """Nor is it one that an edition issued before days were kept has none."""
    world = ReviewWorld()
    review = world.review()
    before: Any = build_snapshot(review)
    step(review, StepKind.SUBMITTED, world.head, 9)
    after: Any = build_snapshot(AnnualReview.objects.get(pk=review.pk))
    assert after["people"] != before["people"]
    for person in before["people"].values():
        del person["on"]
    assert compare(before, after)["people"] == []
    assert differences(before, after) == []
