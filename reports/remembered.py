"""Parts of pages that were made before and need not be made again.

A part is kept under all that it is made from: the plan, the token of the last change, the days,
what was asked for, the language. Under the same key stands the same part, so nothing here ever goes
by time, and nothing needs to be thrown away when something changes: a change makes another key.
Parts are made without the request, so no person, form token or message can be in one.

Each process remembers for itself. What everybody asks for first lies on a shelf too, where the
other processes of the same server find it. Nothing outlives the server: a new version of the portal
starts with an empty memory, and takes nothing from a shelf that another one filled.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import astuple, dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from django.core.cache import cache
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from teras.last_change import token_of
from teras.models import Plan

# Somebody who asks for every day there is must not fill the memory: what was asked for longest ago
# makes place. MPAG's dashboard has 0.12 million characters.
MOST_PARTS = 64
MOST_CHARACTERS = 8_000_000
# Plans, each in one language, of which the shelf keeps in mind that people look at them.
MOST_LOOKED_AT = 8

logger = logging.getLogger(__name__)
Key = tuple[Hashable, ...]


@dataclass(frozen=True)
class Part:
    """A part of a page, and what the frame around it says of the plan.

    ``is_whole`` is False where the page has to add what depends on who reads it.
    """

    html: SafeString
    is_whole: bool
    has_sample_data: bool
    last_updated: datetime | None


class Memory:
    """The parts used last, bounded in number and in characters; safe for threads."""

    def __init__(self, parts: int = MOST_PARTS, characters: int = MOST_CHARACTERS) -> None:
        self._most_parts = parts
        self._most_characters = characters
        self._parts: OrderedDict[Hashable, Part] = OrderedDict()
        self._characters = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._parts)

    @property
    def characters(self) -> int:
        return self._characters

    def get(self, key: Hashable) -> Part | None:
        with self._lock:
            part = self._parts.get(key)
            if part is not None:
                self._parts.move_to_end(key)
            return part

    def keep(self, key: Hashable, part: Part) -> None:
        with self._lock:
            self._forget(key)
            self._parts[key] = part
            self._characters += len(part.html)
            while self._parts and (
                len(self._parts) > self._most_parts or self._characters > self._most_characters
            ):
                self._forget(next(iter(self._parts)))

    def _forget(self, key: Hashable) -> None:
        part = self._parts.pop(key, None)
        if part is not None:
            self._characters -= len(part.html)


class Shelf:
    """One part for each plan and language, the one made last, for all processes of a server.

    It lies in the portal's cache with the whole key it was made under, and is given for that key
    alone. Closed, it keeps and gives nothing: a process by itself needs none. What is damaged or
    cannot be read or written is as good as an empty shelf.
    """

    def __init__(self) -> None:
        self._server = ""

    def open(self, server: str) -> None:
        """Share with those who name the same server; an empty name closes it."""
        self._server = server

    def get(self, key: Key) -> Part | None:
        match self._read(self._place(key)):
            case [made_under, [str(html), bool(is_whole), bool(has_sample), updated]] if (
                made_under == (self._server, *key)
            ):
                return Part(SafeString(html), is_whole, has_sample, updated)
        return None

    def keep(self, key: Key, part: Part) -> None:
        # Bare values: another version of the portal has to be able to read that it is not its own.
        html, *rest = astuple(part)
        self._write(self._place(key), ((self._server, *key), [str(html), *rest]))
        looked_at, latest = self.looked_at(), _plan_and_language(key)
        if latest not in looked_at:
            self._write(_LOOKED_AT, (self._server, [latest, *looked_at][:MOST_LOOKED_AT]))

    def looked_at(self) -> list[tuple[int, str]]:
        """Keys of the plans, each with the language, for whose parts somebody had to wait last."""
        match self._read(_LOOKED_AT):
            case [self._server, [*found]]:
                return found
        return []

    def claim(self, change: Hashable) -> bool:
        """Whether this process is the first to see a change, and so has to make what it changed."""
        mine = (self._server, change)
        if self._read(_CLAIMED) == mine:
            return False
        self._write(_CLAIMED, mine)
        return True

    def _read(self, place: str) -> Any:
        try:
            return cache.get(place) if self._server else None
        except Exception:  # noqa: BLE001
            # A file that was cut off or is none of ours can fail in any way as it is unpacked.
            logger.warning("What lies in the cache as %s cannot be read.", place)
            return None

    def _write(self, place: str, told: object) -> None:
        try:
            if self._server:
                cache.set(place, told, timeout=None)
        except OSError:
            logger.warning("What is to lie in the cache as %s cannot be written.", place)

    @staticmethod
    def _place(key: Key) -> str:
        return "part-{}-{}".format(*_plan_and_language(key))


_LOOKED_AT, _CLAIMED = "parts-looked-at", "parts-claimed"


def _plan_and_language(key: Key) -> tuple[Hashable, Hashable]:
    plan, _token, language, *_rest = key
    return plan, language


_memory = Memory()
shelf = Shelf()


def remembered(
    plan: Plan, *depends_on: Hashable, make: Callable[[], Part], is_shared: bool = False
) -> Part:
    """The part made of this plan as it is now, and of these, in the language of the page.

    ``plan`` is what ``teras.queries.plan_for`` has read for somebody who may see it, with the token
    of that moment. What ``make`` reads is at least as new as the token: a change in between leaves
    a part too new under a key that nobody asks for again.
    """
    token = token_of(plan)
    if not token:
        return make()
    key = (plan.pk, token, get_language(), *depends_on)
    part = _memory.get(key)
    if part is None:
        part = shelf.get(key) if is_shared else None
        if part is None:
            part = make()
            if is_shared:
                shelf.keep(key, part)
        _memory.keep(key, part)
    return part
