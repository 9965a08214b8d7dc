"""A process that issues a review is killed at each step: nothing is issued, or all of it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection, transaction

from reports.actions import locked_draft
from reports.choices import ReviewState
from reports.models import AnnualReview, IssuedDocument
from tests.reports.review_world import ReviewWorld

pytestmark = pytest.mark.django_db(transaction=True)

BASE = Path(__file__).resolve().parents[2]
NOTHING_ISSUED = (
    "before it is drawn",
    "while it is drawn",
    "after it was checked",
    "before the transaction ends",
)
Kill = Callable[[str, AnnualReview], None]


def database_url() -> str:
    """The test's own database, as another process is told of it."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{quote(str(told['NAME']))}"
    person = told["USER"] + (f":{quote(told['PASSWORD'], safe='')}" if told["PASSWORD"] else "")
    port = f":{told['PORT']}" if told["PORT"] else ""
    return f"postgresql://{person}@{quote(told['HOST'], safe='')}{port}/{told['NAME']}"


@pytest.fixture
def kill(tmp_path: Path) -> Iterator[Kill]:
    """Issues a review in another process, which is killed at a point on the way."""
    for name in ("var", "temporary"):
        (tmp_path / name).mkdir()
    others = {n: v for n, v in os.environ.items() if not n.startswith(("PSICT_", "DATABASE_URL"))}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.reports.dying"],
        cwd=BASE,
        env={
            **others,
            "DJANGO_SETTINGS_MODULE": "psict.settings",
            "PSICT_VAR": str(tmp_path / "var"),
            "TMPDIR": str(tmp_path / "temporary"),
            "DATABASE_URL": database_url(),
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:

        def at(point: str, review: AnnualReview) -> None:
            assert process.stdin
            assert process.stdout
            process.stdin.write(f"{point}\t{review.pk}\t{review.version}\n")
            process.stdin.flush()
            assert process.stdout.readline() == f"{int(signal.SIGKILL)}\n", point

        yield at
        assert process.stdin
        process.stdin.close()
    assert list((tmp_path / "temporary").iterdir()) == []
    # What the settings make at any start is all there is.
    assert {path.name for path in (tmp_path / "var").rglob("*")} <= {"secret-key", "cache"}


def everything_of(review: AnnualReview) -> dict[str, object]:
    """All that is stored of a review but its document."""
    return {
        "review": AnnualReview.objects.filter(pk=review.pk).values().get(),
        "history": list(review.history.values()),
        "steps": list(review.steps.values()),
        "texts": list(review.teras_texts.values()),
    }


def test_review_whose_process_is_killed_is_issued_whole_or_not_at_all(kill: Kill) -> None:
    world = ReviewWorld()
    world.milestone("1.1", date(2022, 6, 30))
    review = world.approved()
    before = everything_of(review)

    for point in NOTHING_ISSUED:
        kill(point, review)
        assert not IssuedDocument.objects.exists(), point
        assert everything_of(review) == before, point
        with transaction.atomic():  # waits in vain where a lock was left
            if connection.vendor == "postgresql":
                connection.cursor().execute("SET LOCAL lock_timeout = '10s'")
            locked_draft(review, review.version)

    # Once more, and this time it is killed when all was done: the same draft is issued, whole.
    kill("after the transaction", review)
    document = IssuedDocument.objects.get()
    assert document.is_intact()
    assert document.code
    review.refresh_from_db()
    assert review.state == ReviewState.ISSUED
    assert review.history.filter(state=ReviewState.ISSUED).count() == 1
