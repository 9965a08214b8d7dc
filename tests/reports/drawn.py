"""A small issued document, drawn once for all tests that only look at it."""

from datetime import UTC, date, datetime
from typing import Any

from reports.canonical import Part, serialise
from reports.document import render_pdf
from reports.material import Issue
from reports.snapshot import build_snapshot
from tests.reports.review_world import ReviewWorld

ISSUED_AT = datetime(2022, 1, 14, 1, 30, tzinfo=UTC)
CODE = "7K3M-Q9XD"
ADDRESS = f"https://portal.contoh.test/semak/{CODE}/"

_drawn: dict[str, bytes] = {}


def small_snapshot(signature: Part | None = None) -> Any:
    """Of a plan with one milestone, as issued; the same each time."""
    world = ReviewWorld()
    world.milestone("1.1", date(2021, 6, 30))
    issue = Issue(at=ISSUED_AT, by=world.head, code=CODE, check_url=ADDRESS, signature=signature)
    return build_snapshot(world.review(), issue)


def drawn(snapshot: Any) -> bytes:
    key = serialise(snapshot)
    if key not in _drawn:
        _drawn[key] = render_pdf(snapshot)
    return _drawn[key]
