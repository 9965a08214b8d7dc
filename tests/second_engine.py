"""Which tests the second engine is asked again.

All tests run on SQLite; ``--statements=FOLDER`` has each note there what it asked of the database
and how that ended. On PostgreSQL the same option has those run that between them ask all of it
again, each statement and each error in two tests where there are two. What commits for good (locks,
threads and processes are each engine's own) and what left no note runs in any case.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.db.backends.utils import CursorWrapper

TIMES = 2
# Numbers in names and limits, and how many values a list or how many rows a statement has.
_SHAPES = (
    (re.compile(r"\d+"), "0"),
    (re.compile(r"\(%s(?:, %s)+\)"), "(%s)"),
    (re.compile(r"(?:\(%s\), )+\(%s\)"), "(%s)"),
)


def shape(sql: str) -> str:
    """A statement without what differs from one time to the next; its values stand apart anyway."""
    for pattern, plain in _SHAPES:
        sql = pattern.sub(plain, sql)
    return sql


def fewest(asked: Mapping[str, frozenset[str]], times: int) -> set[str]:
    """The names of (nearly) the fewest that ask each thing so many times, or as often as all do.

    From the one that asks most on, whatever can be spared is left out.
    """
    often = Counter(each for things in asked.values() for each in things)
    needed = {each: min(times, count) for each, count in often.items()}
    chosen = set(asked)
    for name in sorted(asked, key=lambda name: (-len(asked[name]), name)):
        if all(often[each] > needed[each] for each in asked[name]):
            chosen.discard(name)
            often.subtract(asked[name])
    return chosen


def commits(item: pytest.Item) -> bool:
    """Whether a test's transactions are real ones. Browsers ask no more than other tests do."""
    marker = item.get_closest_marker("django_db")
    return not item.get_closest_marker("browser") and (
        "transactional_db" in getattr(item, "fixturenames", ())
        or (marker is not None and marker.kwargs.get("transaction", False))
    )


class Noting:
    """Notes what each test of this process asks."""

    def __init__(self, folder: Path) -> None:
        name = os.environ.get("PYTEST_XDIST_WORKER", "main")
        self.file = folder / f"{name}.json"
        self._numbers: dict[str, int] = {}  # of statements as they came
        self._things: dict[str, int] = {}
        self._asked: dict[str, set[int]] = {}
        self._now: set[int] = set()

    def note(self, sql: object, error: str = "") -> None:
        said = f"{sql} {error}" if error else str(sql)
        number = self._numbers.get(said)
        if number is None:
            number = self._things.setdefault(shape(said), len(self._things))
            self._numbers[said] = number
        self._now.add(number)

    def noting(self, ask: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(ask)
        def asked(cursor: CursorWrapper, sql: object, *rest: object) -> object:
            try:
                answer = ask(cursor, sql, *rest)
            except DatabaseError as error:
                self.note(sql, type(error).__name__)
                raise
            self.note(sql)
            return answer

        return asked

    def pytest_sessionstart(self) -> None:
        for name in ("execute", "executemany"):
            setattr(CursorWrapper, name, self.noting(getattr(CursorWrapper, name)))

    def begin(self, name: str) -> None:
        self._asked[name] = self._now = set()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        self.begin(item.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped:
            self._asked.pop(report.nodeid, None)

    def pytest_sessionfinish(self) -> None:
        if self._asked:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            asked = {name: sorted(numbers) for name, numbers in self._asked.items()}
            self.file.write_text(json.dumps({"things": list(self._things), "asked": asked}))


class Choosing:
    """Leaves out tests that would ask nothing new."""

    def __init__(self, folder: Path) -> None:
        self._asked: dict[str, frozenset[str]] = {}
        for file in sorted(folder.glob("*.json")):
            noted = json.loads(file.read_text())
            for name, numbers in noted["asked"].items():
                self._asked[name] = frozenset(noted["things"][number] for number in numbers)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        run = [item for item in items if item.nodeid not in self._asked or commits(item)]
        named = {item.nodeid for item in items}
        chosen = fewest({k: v for k, v in self._asked.items() if k in named}, TIMES)
        chosen.update(item.nodeid for item in run)
        config.hook.pytest_deselected(items=[each for each in items if each.nodeid not in chosen])
        items[:] = [item for item in items if item.nodeid in chosen]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--statements",
        type=Path,
        metavar="FOLDER",
        help="on SQLite: note there what each test asks of the database; on another engine: run no"
        " more tests than ask all of it again",
    )


def pytest_configure(config: pytest.Config) -> None:
    folder = config.getoption("--statements")
    if folder is not None:
        is_first = connection.vendor == "sqlite"
        config.pluginmanager.register(Noting(folder) if is_first else Choosing(folder))
