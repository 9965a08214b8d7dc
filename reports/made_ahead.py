"""Dashboards made anew after a change, before somebody asks for them.

The first view after a change costs several times as much as any other, and of a large plan a reader
waits for it. So each process of the server looks at the token of the last change every few seconds,
whoever moved it, and one of them makes the dashboards that people look at anew and leaves them on
the shelf of ``reports.remembered``. Nothing rests on it: whoever asks earlier has it made by asking.
"""

import logging
import random
from datetime import date
from threading import Event, Thread

from django.db import connections
from django.http import HttpRequest
from django.utils.translation import override

from reports.dashboard_part import dashboard_part
from reports.remembered import shelf
from teras.as_at import as_at
from teras.dates import today
from teras.last_change import token, token_beside
from teras.models import Plan

logger = logging.getLogger(__name__)

# Seconds between two looks. The page that follows upon a form goes first.
EVERY = 2.0


class MadeAhead:
    """Looks for changes in a thread of its own until it is stopped."""

    def __init__(self, every: float = EVERY) -> None:
        self._every = every
        self._seen: tuple[str, date] | None = None
        self._has_failed = False
        self._stopped = Event()
        self._thread = Thread(target=self._watch, name="made-ahead", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Look no more, and wait for what is being made."""
        self._stopped.set()
        self._thread.join()

    def _watch(self) -> None:
        # Not in step: two processes are not to find the same change at the same moment.
        while not self._stopped.wait(self._every * random.uniform(0.7, 1.3)):  # noqa: S311
            self.look()

    def look(self) -> None:
        """If anything changed, or a new day began, make what people look at."""
        try:
            if shelf.looked_at():
                now = (token(), today())
                if now != self._seen and shelf.claim(now):
                    make_ahead()
                self._seen = now
            self._has_failed = False
        except Exception:
            # Readers are not to be told: they have it made by asking. The log, once.
            if not self._has_failed:
                logger.exception("Dashboards cannot be made ahead.")
            self._has_failed = True
        finally:
            connections.close_all()


def make_ahead() -> None:
    """Make what people look at, as the plans are now; what has not changed costs a query each."""
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


def begin(server: str) -> MadeAhead:
    """In a process of a server: share with its other processes, and make ahead what changes."""
    shelf.open(server)
    maker = MadeAhead()
    maker.start()
    return maker
