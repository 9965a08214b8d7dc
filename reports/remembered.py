"""Parts of pages that this process has made before and need not make again.

A part is kept under all that it is made from: the plan, the token of the last change, the days,
what was asked for, the language. Under the same key stands the same part, so nothing here ever goes
by time, and nothing needs to be thrown away when something changes: a change makes another key.
Parts are made without the request, so no person, form token or message can be in one.

Each process remembers for itself, and nothing of it outlives the process: a new version of the
portal starts with an empty memory.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from django.utils.safestring import SafeString
from django.utils.translation import get_language

from teras.last_change import token_of
from teras.models import Plan

# Somebody who asks for every day there is must not fill the memory: what was asked for longest ago
# makes place. MPAG's dashboard has 0.12 million characters.
MOST_PARTS = 64
MOST_CHARACTERS = 8_000_000


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


_memory = Memory()


def remembered(plan: Plan, *depends_on: Hashable, make: Callable[[], Part]) -> Part:
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
        part = make()
        _memory.keep(key, part)
    return part
