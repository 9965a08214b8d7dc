"""Dashboards made anew after a change, before somebody asks for them.

The first view after a change costs several times as much as any other, and of a large plan a reader
waits for it. So a process that has answered a form makes the dashboards that people look at anew,
beside its other work, and leaves them on the shelf of ``reports.remembered``. Nothing rests on it:
whoever asks earlier, or after a change that came another way, has it made by asking.
"""

import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock, local

from django.core.signals import request_finished, request_started
from django.db import connections
from django.http import HttpRequest
from django.utils.translation import override

from reports.dashboard_part import dashboard_part
from reports.remembered import shelf
from teras.as_at import as_at
from teras.last_change import token_beside
from teras.models import Plan

logger = logging.getLogger(__name__)


# Seconds. The page that follows upon the answer goes first, and so does the next form of a row.
PAUSE = 1.0


class MadeAhead:
    """Waits for forms that a process answers; makes one thing at a time, in a thread of its own."""

    def __init__(self, pause: float = PAUSE) -> None:
        self._pause = pause
        self._request = local()
        self._lock = Lock()
        self._is_asked = False
        self._stopped = Event()
        self._thread = ThreadPoolExecutor(1, "made-ahead")

    def listen(self) -> None:
        request_started.connect(self._begun, weak=False)
        request_finished.connect(self._answered, weak=False)

    def finish(self) -> None:
        """Wait until nothing is left to make."""
        self._thread.submit(lambda: None).result()

    def stop(self) -> None:
        """Hear no more, leave what waits undone, and wait for what is being made."""
        request_started.disconnect(self._begun)
        request_finished.disconnect(self._answered)
        self._stopped.set()
        self._thread.shutdown()

    def _begun(self, environ: Mapping[str, str] | None = None, **_sent: object) -> None:
        self._request.may_change = (environ or {}).get("REQUEST_METHOD") == "POST"

    def _answered(self, **_sent: object) -> None:
        """The answer is with whoever asked; nobody waits for what comes now."""
        if not getattr(self._request, "may_change", False):
            return
        with self._lock:
            if not self._is_asked:
                self._is_asked = True
                self._thread.submit(self._make)

    def _make(self) -> None:
        if self._stopped.wait(self._pause):
            return
        with self._lock:
            # Up to here one making serves all; what changes from now on may come too late for it.
            self._is_asked = False
        make_ahead()


def make_ahead() -> None:
    """Make what people look at, as the plans are now; what has not changed costs a query each."""
    try:
        for key, language in shelf.looked_at():
            plan = (
                Plan.objects.select_related("agency")
                .annotate(last_change=token_beside())
                .filter(pk=key)
                .first()
            )
            if plan is not None:
                asked = HttpRequest()
                asked.path = plan.get_absolute_url()
                with override(language):
                    dashboard_part(asked, plan, as_at(asked, plan))
    except Exception:
        # Readers are not to be told: they have it made by asking.
        logger.exception("A dashboard could not be made ahead.")
    finally:
        connections.close_all()


def begin(server: str) -> MadeAhead:
    """In a process of a server: share with its other processes, and make ahead after each form."""
    shelf.open(server)
    maker = MadeAhead()
    maker.listen()
    return maker
