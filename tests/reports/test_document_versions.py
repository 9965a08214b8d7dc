"""A review stored by an earlier version of the portal is drawn again in the same words."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from reports.document import LAYOUTS, check_pdf, render_html, render_pdf
from reports.snapshot import SCHEMA_VERSION
from tests.reports.words import words_of

SNAPSHOTS = Path(__file__).parent / "snapshots"
STORED = sorted(SNAPSHOTS.glob("version_*.json"))
# The present version's words are still being written; they are stored when the next one begins.
WITH_WORDS = [path for path in STORED if path.with_suffix(".txt").exists()]


def snapshot_in(path: Path) -> Any:
    return json.loads(path.read_text())


@pytest.mark.parametrize("path", WITH_WORDS, ids=lambda path: path.stem)
def test_stored_snapshot_is_drawn_in_the_same_words(path: Path) -> None:
    """Whatever language is active, and with nothing else to read from."""
    with translation.override("en"):
        page = render_html(snapshot_in(path), is_draft=False)
    assert words_of(page) == path.with_suffix(".txt").read_text()


@pytest.mark.once
@pytest.mark.xdist_group("document")
@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_stored_snapshot_still_becomes_a_pdf(path: Path) -> None:
    snapshot = snapshot_in(path)
    assert check_pdf(render_pdf(snapshot), snapshot) > 10


def test_every_version_of_the_schema_has_a_layout_and_a_stored_snapshot() -> None:
    versions = {snapshot_in(path)["schema_version"] for path in STORED}
    assert versions == set(LAYOUTS) == set(range(1, SCHEMA_VERSION + 1))
    said = {snapshot_in(path)["schema_version"] for path in WITH_WORDS}
    assert said >= set(range(1, SCHEMA_VERSION))
