"""A process that issues a review and is killed on the way, for ``test_killed``.

It waits for lines ``point review version`` and starts a process of its own for each, which is killed
there by the one signal that nothing can catch. It answers with the signal its child died of.
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django

django.setup()

import weasyprint.document  # noqa: E402 - loaded once, before any child

import reports.actions  # noqa: E402
from reports.drawing import _style_and_fonts  # noqa: E402
from reports.models import AnnualReview  # noqa: E402


def die(*_given: object, **_named: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def after(module: Any, name: str) -> Callable[[], None]:
    """Dies once this is done."""

    def patch() -> None:
        real = getattr(module, name)

        def done(*given: object, **named: object) -> None:
            real(*given, **named)
            die()

        setattr(module, name, done)

    return patch


def quickly() -> None:
    """Draws nothing: for the points after drawing, of which nothing depends on the drawing."""
    actions: Any = reports.actions
    actions.render_pdf = lambda _snapshot: b"%PDF"
    actions.check_pdf = lambda _pdf, _snapshot: 1


def at_the_transactions_end() -> None:
    quickly()
    after(reports.actions, "saved")()


POINTS: dict[str, Callable[[], None]] = {
    "before it is drawn": lambda: setattr(reports.actions, "render_pdf", die),
    "while it is drawn": after(weasyprint.document.Document, "_render"),
    "after it was checked": after(reports.actions, "check_pdf"),
    "before the transaction ends": at_the_transactions_end,
    "after the transaction": quickly,
}


def issue_and_die(point: str, review: int, version: int) -> None:
    POINTS[point]()
    draft = AnnualReview.objects.get(pk=review)
    reports.actions.issue_review(by=draft.prepared_by, review=draft, version=version)
    die()


def main() -> None:
    _style_and_fonts("css/document.css")
    for line in sys.stdin:
        point, review, version = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            issue_and_die(point, int(review), int(version))
        _pid, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.WTERMSIG(status) if os.WIFSIGNALED(status) else 'it ended'}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
