"""What a review's snapshot says, from the facts as at 31 December of its year and nothing later."""

import hashlib
import io
import json
from base64 import b64decode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import translation
from PIL import Image
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.crest import keep
from kpi.models import Milestone
from progress.actions import return_update
from progress.choices import Claim
from progress.models import ProgressUpdate
from reports.canonical import serialise
from reports.material import Issue, one_view_of_the_facts
from reports.snapshot import SCHEMA_VERSION, build_snapshot
from tests.factories import make_amendment, make_user
from tests.reports.review_world import ReviewWorld, programs_of, receipt

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> ReviewWorld:
    return ReviewWorld()


def snapshot_of(world: ReviewWorld, year: int = 2021) -> Any:
    return build_snapshot(world.review(year))


def told(snapshot: Any) -> dict[str, list[tuple[str, str]]]:
    """By programme, the milestones that the year's review tells of, and why it does."""
    return {
        code: [
            (milestone["baseline_due"], milestone["place_in_year"])
            for kpi in program["kpis"]
            for milestone in kpi["milestones"]
            if milestone["place_in_year"]
        ]
        for code, program in programs_of(snapshot).items()
    }


def keys_in(content: Any) -> Iterator[str]:
    if isinstance(content, dict):
        yield from content
        for value in content.values():
            yield from keys_in(value)
    elif isinstance(content, list):
        for value in content:
            yield from keys_in(value)


def test_snapshot_is_canonical_and_says_its_schema(world: ReviewWorld) -> None:
    world.fill()
    review = world.review()
    first = serialise(build_snapshot(review))
    assert serialise(build_snapshot(review)) == first
    assert json.loads(first)["schema_version"] == SCHEMA_VERSION == 2
    assert serialise(json.loads(first)) == first


def test_snapshot_needs_no_key_of_a_live_row(world: ReviewWorld) -> None:
    world.fill()
    names = set(keys_in(snapshot_of(world)))
    assert not {name for name in names if name in {"id", "pk", "key"} or name.endswith("_id")}


def test_snapshot_speaks_its_own_language_whoever_asks(world: ReviewWorld) -> None:
    world.fill()
    review = world.review()
    with translation.override("en"):
        in_english = build_snapshot(review)
    with translation.override("ms"):
        assert build_snapshot(review) == in_english
    assert in_english["language"] == "ms"


def test_snapshot_speaks_the_language_of_its_review(world: ReviewWorld) -> None:
    world.fill()
    with translation.override("ms"):
        snapshot: Any = build_snapshot(world.review(language="en", classification="terhad"))
    assert snapshot["language"] == "en"
    assert snapshot["review"]["classification"] == {"value": "terhad", "label": "Restricted"}
    assert programs_of(snapshot)["2.2"]["status"]["label"] == "Postponed"


def test_evidence_is_numbered_through_the_document(world: ReviewWorld) -> None:
    first = world.milestone("1.1", date(2021, 6, 30))
    world.update(first, date(2021, 6, 1), files=(receipt("a.pdf"), receipt("b.pdf")))
    world.update(world.milestone("2.1", date(2021, 3, 31), teras=2), date(2021, 3, 1), files=(receipt("c.pdf"),))  # fmt: skip
    numbered = [
        (evidence["number"], evidence["name"])
        for program in programs_of(snapshot_of(world)).values()
        for kpi in program["kpis"]
        for milestone in kpi["milestones"]
        for evidence in milestone.get("evidence", [])
    ]
    assert numbered == [(1, "a.pdf"), (2, "b.pdf"), (3, "c.pdf")]


def test_crest_travels_in_the_snapshot(world: ReviewWorld) -> None:
    """So that the document can be drawn when the agency has another one, or none."""
    assert snapshot_of(world)["agency"]["crest"] is None
    picture = io.BytesIO()
    Image.new("RGBA", (8, 8), "#1d4ed8").save(picture, "PNG")
    agency = world.plan.agency
    agency.crest = keep(SimpleUploadedFile("jata.png", picture.getvalue()))
    agency.save()
    crest = snapshot_of(world, 2022)["agency"]["crest"]
    assert hashlib.sha256(b64decode(crest["base64"])).hexdigest() == crest["sha256"] == agency.crest


def test_milestones_of_the_year_and_why_each_is_told(world: ReviewWorld) -> None:
    world.milestone("1.1", date(2021, 6, 30))
    world.milestone("1.2", date(2022, 6, 30))
    moved_out = world.milestone("1.3", date(2021, 3, 31))
    world.move(moved_out, date(2022, 3, 31), date(2021, 1, 15))
    moved_in = world.milestone("1.4", date(2020, 12, 31))
    world.move(moved_in, date(2021, 2, 28), date(2020, 11, 1))
    world.update(world.milestone("1.5", date(2020, 12, 31)), date(2021, 1, 20))
    world.update(world.milestone("1.6", date(2022, 12, 31)), date(2021, 11, 1))
    world.milestone("1.7", date(2019, 6, 30))
    world.update(world.milestone("1.8", date(2020, 6, 30)), date(2020, 6, 1))
    assert told(snapshot_of(world)) == {
        "1.1": [("2021-06-30", "due")],
        "1.2": [],
        "1.3": [("2021-03-31", "moved")],
        "1.4": [("2020-12-31", "due")],
        "1.5": [("2020-12-31", "closed")],
        "1.6": [("2022-12-31", "closed")],
        "1.7": [("2019-06-30", "overdue")],
        "1.8": [],
    }


def test_what_happened_after_the_year_is_not_told(world: ReviewWorld) -> None:
    milestone = world.milestone("1.1", date(2021, 6, 30))
    before = build_snapshot(world.review())
    world.update(milestone, date(2022, 1, 3))
    other = world.milestone("1.2", date(2022, 6, 30))
    world.move(other, date(2023, 6, 30), date(2022, 2, 1))
    after: Any = snapshot_of(world, year=2022)
    assert told(after)["1.1"] == [("2021-06-30", "closed")]
    review = world.plan.reviews.get(year=2021)
    again: Any = build_snapshot(review)
    assert programs_of(again)["1.1"] == programs_of(before)["1.1"]
    assert told(again)["1.2"] == []
    assert [row["month"] for row in again["next_year"]] == ["2022-06"]


def test_figures_are_exact_and_can_be_computed_again(world: ReviewWorld) -> None:
    world.fill()
    snapshot = snapshot_of(world)
    for basis in ("original", "revised"):
        figures = snapshot["figures"][basis]
        weights = {name: Fraction(text) for name, text in figures["weights"].items()}
        assert Fraction(figures["attainment"]) == weights["achieved_of_due"] / weights["due"]
        assert Fraction(figures["planned"]) == weights["due"] / weights["total"]
        assert Fraction(figures["actual"]) == weights["achieved"] / weights["total"]
        assert Fraction(figures["variance"]) == Fraction(figures["actual"]) - Fraction(
            figures["planned"]
        )
    # Again from the milestones themselves: each programme's weight, shared by its live ones.
    total = achieved_of_due = due = Fraction(0)
    for program in programs_of(snapshot).values():
        live = [
            milestone
            for kpi in program["kpis"]
            for milestone in kpi["milestones"]
            if milestone["status"]["value"] not in {"dropped", "postponed"}
        ]
        for milestone in live:
            share = Fraction(str(program["weight"])) / len(live)
            total += share
            if milestone["due"] <= "2021-12-31":
                due += share
                achieved_of_due += share if milestone["achieved_on"] else 0
    revised = snapshot["figures"]["revised"]
    assert revised["attainment"] == str(achieved_of_due / due) == "4/5"
    assert revised["weights"]["total"] == str(total)
    assert revised["counts"]["due"] == 3


def test_unverified_part_is_told(world: ReviewWorld) -> None:
    world.fill()
    revised = snapshot_of(world)["figures"]["revised"]
    assert revised["counts"]["achieved_unverified"] == 1
    assert revised["unverified"] == "1/2"


def test_nothing_due_gives_no_figure(world: ReviewWorld) -> None:
    world.milestone("1.1", date(2022, 6, 30))
    revised = snapshot_of(world)["figures"]["revised"]
    assert (revised["attainment"], revised["planned"], revised["variance"]) == (None, None, None)


def test_milestone_says_dates_target_value_and_evidence(world: ReviewWorld) -> None:
    world.fill()
    programs = programs_of(snapshot_of(world))
    done = programs["1.1"]["kpis"][0]["milestones"][0]
    assert done["status"]["value"] == "achieved"
    assert (done["baseline_due"], done["due"]) == ("2021-06-30", "2021-06-30")
    assert done["achieved_on"] == "2021-06-20"
    assert done["is_verified"]
    assert [(e["name"], e["size"], e["sha256"]) for e in done["evidence"]] == [
        ("minit.pdf", 2048, "ab" * 32)
    ]
    measured = programs["1.3"]["kpis"][0]
    assert (measured["target_value"], measured["unit"]) == ("2", "sesi")
    assert measured["milestones"][0]["actual_value"] == "3"
    assert measured["milestones"][0]["status"]["value"] == "achieved_late"


def test_latest_update_brings_issues_and_corrective_action(world: ReviewWorld) -> None:
    late = world.milestone("1.1", date(2021, 3, 31))
    world.update(late, date(2021, 2, 1), Claim.ONGOING, issues="Lama", corrective_action="Lama")
    world.update(late, date(2021, 4, 1), Claim.ONGOING, issues="Baharu", corrective_action="Kini")
    sent_back = world.update(late, date(2021, 5, 1), Claim.ONGOING, issues="Silap")
    return_update(by=world.head, update=sent_back, note="Betulkan.")
    programs = programs_of(snapshot_of(world))
    update = programs["1.1"]["kpis"][0]["milestones"][0]["latest_update"]
    assert (update["issues"], update["corrective_action"]) == ("Baharu", "Kini")
    assert update["recorded_by"] == {"name": "Faizal", "post": "Penolong Pegawai"}


def test_officers_are_named_with_their_duty(world: ReviewWorld) -> None:
    world.fill()
    programs = programs_of(snapshot_of(world))
    assert [(o["name"], o["duty"]) for o in programs["1.1"]["officers"]] == [
        ("Faizal", "accountable")
    ]
    assert programs["1.3"]["officers"] == []


def test_indicator_is_in_the_words_in_force_beside_the_printed_ones(world: ReviewWorld) -> None:
    world.milestone("1.1", date(2021, 6, 30))
    world.reword("1.1", "Perkataan baharu", date(2021, 2, 1))
    world.reword("1.1", "Perkataan kemudian", date(2022, 2, 1))
    programs = programs_of(snapshot_of(world))
    kpi = programs["1.1"]["kpis"][0]
    assert kpi["indicator"] == "Perkataan baharu"
    assert kpi["indicator_as_printed"] == "Petunjuk 1.1"


def test_amendments_of_the_year_with_what_each_decided(world: ReviewWorld) -> None:
    milestone = world.milestone("1.1", date(2021, 6, 30))
    world.move(milestone, date(2021, 9, 30), date(2020, 10, 1))
    world.move(milestone, date(2022, 3, 31), date(2021, 8, 1))
    make_amendment(world.plan, date(2022, 1, 1))
    amendments = snapshot_of(world)["amendments"]
    assert [amendment["decided_on"] for amendment in amendments] == ["2021-08-01"]
    (decision,) = amendments[0]["decisions"]
    # From where it stood then, not from the original date.
    assert (decision["from"], decision["to"]) == ("2021-09-30", "2022-03-31")
    assert decision["code"] == "1.1"
    assert decision["words"]


def test_postponed_programme_is_told_with_its_decision(world: ReviewWorld) -> None:
    world.fill()
    snapshot = snapshot_of(world)
    programs = programs_of(snapshot)
    assert programs["2.2"]["status"]["value"] == "postponed"
    kinds = [d["kind"] for a in snapshot["amendments"] for d in a["decisions"]]
    assert kinds == ["milestone_moved", "postponed"]


def test_next_year_by_month_leaves_out_what_is_closed_or_suspended(world: ReviewWorld) -> None:
    world.milestone("1.1", date(2022, 6, 30))
    world.update(world.milestone("1.2", date(2022, 6, 30)), date(2021, 12, 1))
    world.milestone("1.3", date(2022, 3, 31))
    world.milestone("1.4", date(2023, 3, 31))
    world.milestone("1.5", date(2022, 9, 30))
    world.postpone("1.5", date(2021, 7, 1))
    months = snapshot_of(world)["next_year"]
    assert [(m["month"], [row["code"] for row in m["milestones"]]) for m in months] == [
        ("2022-03", ["1.3"]),
        ("2022-06", ["1.1"]),
    ]


def test_counts_agree_with_what_is_listed(world: ReviewWorld) -> None:
    world.fill()
    snapshot = snapshot_of(world)
    listed = [place for pairs in told(snapshot).values() for _due, place in pairs]
    counts = snapshot["counts"]
    assert counts["due_in_year"] == listed.count("due") == 4
    assert sum(row["count"] for row in counts["due_in_year_by_status"]) == 4
    assert counts["still_open"] == 3
    assert counts["moved_out_of_year"] == listed.count("moved") == 1
    assert counts["programs"] == sum(row["count"] for row in counts["programs_by_status"]) == 5


def test_curve_ends_with_the_figures(world: ReviewWorld) -> None:
    world.fill()
    snapshot = snapshot_of(world)
    at_the_date = next(p for p in snapshot["s_curve"] if p["day"] == "2021-12-31")
    revised = snapshot["figures"]["revised"]
    assert at_the_date["actual"] == f"{float(Fraction(revised['actual'])):.6f}"
    assert at_the_date["revised"] == f"{float(Fraction(revised['planned'])):.6f}"
    assert all(p["actual"] is None for p in snapshot["s_curve"] if p["day"] > "2021-12-31")


def test_people_narrative_and_issue_are_kept(world: ReviewWorld) -> None:
    world.fill()
    review = world.review(issues="Isu.", proposals="Cadangan.")
    at = datetime(2022, 1, 14, 1, 30, tzinfo=UTC)
    snapshot: Any = build_snapshot(review, Issue(at=at, by=world.head))
    assert snapshot["review"]["issued_at"] == "2022-01-14T09:30:00+08:00"
    assert snapshot["people"]["approved_by"] == {"name": "Shahril", "post": "YDP", "on": None}
    assert snapshot["narrative"]["issues"] == "Isu."
    draft: Any = build_snapshot(review)
    assert draft["review"]["issued_at"] is None


@pytest.mark.parametrize("of", ["update", "amendment", "review", "issuer", "nothing"])
def test_sample_data_anywhere_makes_the_review_a_sample(of: str, world: ReviewWorld) -> None:
    by = world.head
    milestone = world.milestone("1.1", date(2021, 6, 30))
    if of == "update":
        world.officer.is_sample = True
        world.update(milestone, date(2021, 6, 1))
    if of == "amendment":
        amendment = make_amendment(world.plan)
        type(amendment).objects.filter(pk=amendment.pk).update(is_sample=True)
    if of == "issuer":
        by = make_user(agency=world.plan.agency, is_sample=True)
    review = world.review(is_sample=of == "review")
    issue = Issue(at=datetime(2022, 1, 1, tzinfo=UTC), by=by)
    assert build_snapshot(review, issue)["is_sample"] is (of != "nothing")


@pytest.mark.django_db(transaction=True)
def test_snapshot_is_of_one_moment(world: ReviewWorld) -> None:
    """What another commits between two reads is in both or in neither."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets nobody write meanwhile")
    milestone = world.milestone("1.1", date(2021, 6, 30))

    def record() -> None:
        try:
            world.update(milestone, date(2021, 6, 1))
        finally:
            connection.close()

    with one_view_of_the_facts():
        before = ProgressUpdate.objects.count()
        with ThreadPoolExecutor(1) as other:
            other.submit(record).result()
        assert ProgressUpdate.objects.count() == before
    assert ProgressUpdate.objects.count() == before + 1


@pytest.mark.parametrize("programs", [1, 6])
def test_query_count_does_not_grow_with_the_plan(
    programs: int, world: ReviewWorld, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(programs):
        milestone = world.milestone(f"1.{number}", date(2021, 6, 30))
        world.move(milestone, date(2021, 9, 30), date(2021, 2, 1))
        world.update(milestone, date(2021, 9, 1), verified=True)
    review = world.review()
    review = (
        type(review)
        .objects.select_related("plan__agency", "prepared_by", "reviewed_by", "approved_by")
        .get(pk=review.pk)
    )
    with django_assert_num_queries(23):
        build_snapshot(review)


def test_value_of_a_plan_without_programmes(world: ReviewWorld) -> None:
    snapshot = snapshot_of(world)
    assert snapshot["teras"] == []
    assert snapshot["figures"]["revised"]["counts"]["total"] == 0
    assert Milestone.objects.count() == 0
