"""What changed between two reviews, found from their stored snapshots alone."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from progress.choices import Claim
from reports.canonical import serialise, sha256
from reports.models import AnnualReview, IssuedDocument
from reports.snapshot import build_snapshot
from reports.snapshot_comparison import compare
from tests.reports.issued import mark_issued
from tests.reports.review_world import ReviewWorld

STORED = Path(__file__).parent / "snapshots"


def kinds(changes: Any) -> dict[str, list[str]]:
    return {
        group["kind"]: [m["code"] for m in group["milestones"]] for group in changes["milestones"]
    }


@pytest.fixture
def world() -> ReviewWorld:
    return ReviewWorld()


def issue(review: AnnualReview) -> None:
    """Stored with its own snapshot, as issuing stores it; how that comes about is tested there."""
    snapshot = serialise(build_snapshot(review))
    IssuedDocument.objects.create(
        review=review,
        snapshot=snapshot,
        snapshot_sha256=sha256(snapshot),
        pdf=b"%PDF-1.7",
        pdf_sha256=sha256(b"%PDF-1.7"),
        page_count=1,
        issued_by=review.prepared_by,
    )
    mark_issued(review)


@pytest.mark.django_db
def test_what_became_of_milestones_between_two_years(world: ReviewWorld) -> None:
    world.update(world.milestone("1.1", date(2021, 6, 30)), date(2021, 6, 1), verified=True)
    world.update(world.milestone("1.2", date(2021, 6, 30)), date(2021, 7, 1), Claim.NOT_ACHIEVED)
    world.milestone("1.3", date(2021, 6, 30))
    world.move(world.milestone("1.4", date(2021, 6, 30)), date(2022, 6, 30), date(2021, 4, 1))
    world.milestone("1.5", date(2021, 6, 30))
    world.postpone("1.5", date(2021, 4, 1))
    world.update(world.milestone("1.6", date(2020, 6, 30)), date(2020, 6, 1))
    before, after = build_snapshot(world.review(2020)), build_snapshot(world.review(2021))
    changes: Any = compare(before, after)
    assert kinds(changes) == {
        "achieved": ["1.1"],
        "missed": ["1.2"],
        "overdue": ["1.3"],
        "moved": ["1.4"],
        "suspended": ["1.5"],
    }
    moved = next(group for group in changes["milestones"] if group["kind"] == "moved")
    (milestone,) = moved["milestones"]
    assert (milestone["before"]["due"], milestone["after"]["due"]) == ("2021-06-30", "2022-06-30")
    statuses = {p["code"]: (p["before"]["value"], p["after"]["value"]) for p in changes["programs"]}
    assert statuses["1.3"] == ("not_started", "critical")
    assert "1.6" not in statuses


def test_fact_that_is_told_differently_later_is_called_restated() -> None:
    stored = (STORED / "version_1_2021.json").read_text()
    before, after = json.loads(stored), json.loads(stored)
    milestone = after["teras"][0]["strategies"][0]["programs"][0]["kpis"][0]["milestones"][0]
    assert milestone["status"]["value"] == "achieved"
    milestone["achieved_on"] = "2019-05-01"
    assert kinds(compare(before, after)) == {"restated": ["1.1"]}


@pytest.mark.django_db
def test_figures_before_and_after_are_exact(world: ReviewWorld) -> None:
    world.update(world.milestone("1.1", date(2020, 6, 30)), date(2020, 6, 1))
    world.milestone("1.2", date(2021, 6, 30))
    changes: Any = compare(build_snapshot(world.review(2020)), build_snapshot(world.review(2021)))
    attainment = changes["figures"]["revised"]["attainment"]
    assert attainment == {"before": "1", "after": "1/2", "change": "-1/2"}


@pytest.mark.django_db
def test_nothing_changed_lists_nothing(world: ReviewWorld) -> None:
    world.fill()
    snapshot = build_snapshot(world.review())
    changes: Any = compare(snapshot, snapshot)
    listed = ("milestones", "programs", "settings", "narrative", "people")
    assert [changes[name] for name in listed] == [[]] * 5


@pytest.mark.parametrize("name", [path.name for path in sorted(STORED.glob("version_*.json"))])
def test_snapshot_of_every_version_can_be_compared(name: str) -> None:
    """In the language of the one that asks, though the stored one speaks Malay."""
    stored = json.loads((STORED / name).read_text())
    later = json.loads((STORED / name).read_text())
    program = later["teras"][0]["strategies"][0]["programs"][0]
    program["status"] = {**program["status"], "value": "critical"}
    with translation.override("en"):
        changes: Any = compare(stored, later)
    assert [(p["code"], p["after"]["label"]) for p in changes["programs"]] == [("1.1", "Critical")]


@pytest.mark.django_db
def test_review_is_compared_with_the_one_issued_before_it(world: ReviewWorld) -> None:
    done = world.milestone("1.1", date(2020, 6, 30))
    world.update(done, date(2020, 6, 1), verified=True)
    world.milestone("1.2", date(2021, 6, 30))
    first = world.review(2020)
    assert build_snapshot(first)["since_last_review"] is None
    issue(first)
    changes: Any = build_snapshot(world.review(2021))["since_last_review"]
    assert changes["before"] == {"year": 2020, "edition": 1, "as_of": "2020-12-31"}
    assert kinds(changes) == {"overdue": ["1.2"]}


@pytest.mark.django_db
def test_correction_lists_how_it_differs_from_what_it_supersedes(world: ReviewWorld) -> None:
    done = world.milestone("1.1", date(2020, 6, 30))
    world.update(done, date(2020, 6, 1), verified=True)
    issue(world.review(2020))
    assert AnnualReview.objects.issued().count() == 1
    second = world.review(2020, edition=2, summary="Diperbaiki.", changes="Ayat diperbaiki.")
    changes: Any = build_snapshot(second)["since_last_edition"]
    assert [(c["name"], c["after"]) for c in changes["narrative"]] == [("summary", "Diperbaiki.")]
    assert changes["milestones"] == []
