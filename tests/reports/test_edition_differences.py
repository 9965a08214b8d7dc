"""A corrected edition lists every difference: nothing that the record tells is passed over."""

import copy
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from progress.choices import Claim, UpdateState
from reports.actions import begin_edition, issue_review
from reports.document import render_html
from reports.edition_differences import STATUSES, differences
from reports.models import AnnualReview
from reports.review_comparison import since_last_edition
from reports.snapshot import build_snapshot
from tests.reports.issued import approve
from tests.reports.review_world import ReviewWorld, receipt
from tests.reports.words import words_of

SNAPSHOTS = Path(__file__).parent / "snapshots"
# What follows from what is told, in any language, or is the edition's own.
FOLLOWS = re.compile(
    r"schema|schema_version|editions|since_last_\w+|answer|figures|counts|s_curve|next_year|committees"
    r"|review\.(year|edition|kind|code|check_url|signature|issued_\w+)"
    r"|narrative\.changes"
    r"|.*\.(figures|status_counts|tone|shape|label|letter|\w+_label|freshness|last_update_on)"
    r"|.*\.(reason|days_overdue|place_in_year|actual_value_text|target_text|milestones_of_the_year)"
    r"|.*\.evidence\.\*\.(number|update)"
    r"|amendments\.\*\.decisions\.\*\.words|agency\.crest\.(content_type|base64)"
)
# A reason of the committee's is its own word, and no status follows from it.
TOLD_ALL_THE_SAME = {"amendments.*.reason"}


def stored(name: str) -> Any:
    return json.loads((SNAPSHOTS / name).read_text())


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict):
        for name in value:
            yield from leaves(value[name], (*path, name))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from leaves(each, (*path, number))
    else:
        yield path


def follows(path: tuple[str | int, ...]) -> bool:
    named = ["*" if isinstance(step, int) else step for step in path]
    if ".".join(named) in TOLD_ALL_THE_SAME:
        return False
    return any(FOLLOWS.fullmatch(".".join(named[: n + 1])) for n in range(len(named)))


def changed(name: str, value: Any) -> Any:
    """Something else of the same kind."""
    if name == "latest_update":
        return {"effective_on": "2021-01-31", "recorded_on": "2021-02-01", "narrative": "x"}
    if name.endswith("_on") and value is None:
        return "2021-01-31"
    if name == "value" and value in STATUSES:
        return "dropped" if value != "dropped" else "postponed"
    if name == "state":
        return next(state.value for state in UpdateState if state.value != value)
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return "2021-01-31" if value != "2021-01-31" else "2021-02-28"
    return OTHERS.get(value, f"{value or ''}x")


OTHERS = {
    "ms": "en",
    "terbuka": "terhad",
    "terhad": "terbuka",
    "done": "at_least",
    "at_least": "done",
    "at_most": "done",
    "percent": "done",
    "accountable": "deputy",
    "deputy": "accountable",
    "other": "deputy",
}


def test_every_leaf_of_the_record_that_differs_is_told() -> None:
    """One sort of leaf after the other is changed, some of each, all else the same."""
    before = stored("version_2_2021.json")
    after = copy.deepcopy(before)
    tried: dict[str, int] = {}
    passed_over = []
    for path in leaves(before):
        sort = ".".join("*" if isinstance(step, int) else step for step in path)
        if follows(path) or tried.get(sort, 0) == 2:
            continue
        tried[sort] = tried.get(sort, 0) + 1
        holder = after
        for step in path[:-1]:
            holder = holder[step]
        kept = holder[path[-1]]
        holder[path[-1]] = changed(str(path[-1]), kept)
        if not differences(before, after):
            passed_over.append(sort)
        holder[path[-1]] = kept
    assert passed_over == []
    assert len(tried) > 60


def test_part_that_no_one_thought_of_is_told_as_it_stands() -> None:
    before = stored("version_2_2021.json")
    found: Any = differences({**before, "later": {"a": [1]}}, {**before, "later": {"a": [2]}})
    assert [(row["label"], row["before"], row["after"]) for row in found] == [("A.1", "1", "2")]


@pytest.mark.parametrize("path", ["version_1_2021.json", "version_2_2021.json"])
def test_same_record_has_no_difference(path: str) -> None:
    assert differences(stored(path), stored(path)) == []


def test_what_an_older_schema_never_said_is_no_difference() -> None:
    before, after = stored("version_2_2021.json"), stored("version_2_2021.json")
    for name in ("file_reference", "classification"):
        del before["review"][name]
    del before["narrative"]["conclusion"]
    del before["agency"]["crest"]
    for teras in before["teras"]:
        del teras["narrative"]
    assert differences(before, after) == []


@pytest.fixture
def world() -> ReviewWorld:
    world = ReviewWorld()
    world.fill()
    return world


@pytest.fixture
def first(world: ReviewWorld, monkeypatch: pytest.MonkeyPatch) -> AnnualReview:
    """An issued first edition, of which nothing was drawn."""
    monkeypatch.setattr("reports.actions.render_pdf", lambda _snapshot: b"%PDF")
    monkeypatch.setattr("reports.actions.check_pdf", lambda _pdf, _snapshot: 1)
    world.verify_all()
    review = world.approved(issues="Satu.\n\nDua.\n\nTiga.")
    issue_review(by=world.head, review=review, version=1)
    review.refresh_from_db()
    return review


def rows(review: AnnualReview) -> list[tuple[str, str, str, str]]:
    with translation.override("en"):
        found = since_last_edition(review)
    assert found is not None
    return [(row["place"], row["label"], row["before"], row["after"]) for row in found]


@pytest.mark.django_db
def test_edition_of_the_same_facts_and_texts_has_no_difference(first: AnnualReview) -> None:
    second = begin_edition(by=first.prepared_by, review=first)
    assert rows(second) == []
    page = words_of(render_html(build_snapshot(second), is_draft=True))
    assert "Tiada fakta dan tiada teks yang berbeza daripada edisi 1." in page


@pytest.mark.django_db
def test_first_edition_has_none_to_differ_from(first: AnnualReview) -> None:
    assert since_last_edition(first) is None


@pytest.mark.django_db
def test_changed_text_is_told_by_the_paragraphs_that_differ(first: AnnualReview) -> None:
    second = begin_edition(by=first.prepared_by, review=first)
    second.issues = "Satu.\n\nDua, dibetulkan.\n\nTiga."
    second.save()
    assert rows(second) == [("Report", "Issues and challenges", "Dua.", "Dua, dibetulkan.")]


@pytest.mark.django_db
def test_changed_facts_are_told_where_they_stand(world: ReviewWorld, first: AnnualReview) -> None:
    world.milestone("2.3", date(2021, 10, 31), teras=2)
    world.update(
        world.plan.programs.get(code="1.2").kpis.get().milestones.get(due=date(2021, 3, 31)),
        date(2021, 12, 20),
        Claim.ACHIEVED,
        narrative="Siap dipasang.",
        files=(receipt("sijil.pdf"),),
    )
    second = begin_edition(by=first.prepared_by, review=first)
    told = rows(second)
    place = "Programme 1.2, milestone Mar 2021"
    assert (place, "Achieved on", "", "20.12.2021") in told
    assert (place, "Status", "Overdue", "Achieved late") in told
    assert (place, "What happened", "Siap.", "Siap dipasang.") in told
    assert (f"{place}, evidence sijil.pdf", "The whole", "", "added") in told
    assert ("Programme 2.3", "The whole", "", "added") in told
    assert ("Thrust 2, strategy 1", "Programmes", "2.1, 2.2", "2.1, 2.2, 2.3") in told
    assert not [row for row in told if row[0].startswith(("Programme 1.1", "Agency", "Report"))]


@pytest.mark.django_db
def test_document_and_page_list_what_differs(
    first: AnnualReview, world: ReviewWorld, client: Client
) -> None:
    second = begin_edition(by=first.prepared_by, review=first)
    AnnualReview.objects.filter(pk=second.pk).update(
        summary="Pelan berjalan amat baik.", changes="Ringkasan dibetulkan."
    )
    second.refresh_from_db()
    snapshot: Any = build_snapshot(second)
    words = words_of(render_html(snapshot, is_draft=True)).splitlines()
    start = words.index("Perbezaan daripada edisi 1 yang digantikan oleh edisi ini")
    assert {"Ringkasan eksekutif", "Pelan berjalan baik.", "Pelan berjalan amat baik."} <= set(
        words[start:]
    )
    assert "Ringkasan dibetulkan. 1 perbezaan, disenaraikan di bawah." in words

    for review in (second, issue_review(by=world.head, review=approve(second), version=1).review):
        client.force_login(world.head)
        page = " ".join(client.get(review.get_absolute_url()).content.decode().split())
        assert "1 perbezaan daripada edisi sebelumnya" in page
        assert re.search(
            r">Pelan berjalan baik\.</span></td><td[^>]*><span>Pelan berjalan amat baik\.</span></td>",
            page,
        )


@pytest.mark.django_db
def test_edition_in_another_language_differs_by_its_language_alone(first: AnnualReview) -> None:
    second = begin_edition(by=first.prepared_by, review=first)
    second.language = "en"
    second.save()
    assert [row[:2] for row in rows(second)] == [("Report", "Language")]
