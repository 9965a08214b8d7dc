"""What every test shares: settings and network apart from the machine, and one browser."""

import ipaddress
import os
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import override_settings
from playwright.sync_api import Browser, Page
from pytest_django import DjangoDbBlocker, Settings
from pytest_django.live_server_helper import LiveServer
from xdist.scheduler.loadscope import LoadScopeScheduling

from teras import database_rules
from tests.browser import CHROMIUM, CHROMIUM_OPTIONS, STILL, Portal

if TYPE_CHECKING:
    from tests.site_crawl import Site

pytest_plugins = "tests.second_engine"

# Playwright runs a loop of its own in the test's thread, which Django takes for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture(scope="session", autouse=True)
def _settings_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What the server that browser tests talk to reads when it starts, once for all tests.

    Tests speak plain HTTP; tests of the production settings start a process of their own.
    """
    with override_settings(
        SECURE_SSL_REDIRECT=False,
        SESSION_COOKIE_SECURE=False,
        CSRF_COOKIE_SECURE=False,
        LANGUAGE_COOKIE_SECURE=False,
        STATIC_ROOT=tmp_path_factory.mktemp("static"),
    ):
        yield


@pytest.fixture(autouse=True)
def _apart_from_the_machine(settings: Settings, tmp_path: Path) -> None:
    """Files go to a folder of the test's own; passwords are hashed quickly; limits start anew."""
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    settings.EVIDENCE_PICTURES_DIR = tmp_path / "evidence-pictures"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # A name of its own: all of the same name in a process share what they hold.
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": str(tmp_path),
        }
    }
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


class NetworkIsOff(Exception):
    """A test tried to reach another machine."""


def _is_this_machine(host: object) -> bool:
    if host in {None, "", "localhost", b"localhost"}:
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def _network_is_off() -> Iterator[None]:
    """Only this machine can be reached; the rest is refused before anything is sent."""
    connect, connect_ex, getaddrinfo = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.getaddrinfo,
    )

    def check(host: object) -> None:
        if not _is_this_machine(host):
            raise NetworkIsOff(f"{host} is another machine")

    def guarded_connect(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple):
            check(address[0])
        connect(self, address)  # type: ignore[arg-type]  # passed on as it came

    def guarded_connect_ex(self: socket.socket, address: object) -> int:
        if isinstance(address, tuple):
            check(address[0])
        return connect_ex(self, address)  # type: ignore[arg-type]  # passed on as it came

    def guarded_getaddrinfo(host: object, *args: object, **kwargs: object) -> object:
        check(host)
        return getaddrinfo(host, *args, **kwargs)  # type: ignore[arg-type]  # passed on as it came

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite keeps its test database in a file, as in operation: in memory, all threads would share
    one connection, and write-ahead logging and waiting for the lock would not be tested at all."""
    if connection.vendor == "sqlite":
        file = tmp_path_factory.mktemp("database") / "test.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = str(file)


@pytest.fixture(autouse=True)
def _frozen_rows_leave_with_the_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """Take the database's own rules away before a transactional test's rows are deleted.

    Those rules refuse to delete frozen rows, which is what they are for. Deleting ends with the
    signal that puts the rules in place again, so the next test meets them.
    """
    yield
    marker = request.node.get_closest_marker("django_db")
    if not {"transactional_db", "live_server", "django_db_reset_sequences"}.isdisjoint(
        request.fixturenames
    ) or (marker and (marker.kwargs.get("transaction") or marker.args[:1] == (True,))):
        database_rules.remove()


@pytest.fixture(scope="session")
def base_url() -> None:
    """Addresses come from ``portal``. The plugin's own fixture is of a kind pytest gives up."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """Debian's Chromium, quiet on the network."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": CHROMIUM_OPTIONS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, object]) -> dict[str, object]:
    """Here, and without movement: until a page has scrolled smoothly, whoever taps has to wait."""
    return {
        "locale": "ms-MY",
        "timezone_id": "Asia/Kuala_Lumpur",
        "reduced_motion": "reduce",
        **browser_context_args,
    }


@pytest.fixture(scope="session")
def still_browser(launch_browser: Callable[..., Browser]) -> Iterator[Browser]:
    """For pages that are only looked at."""
    browser = launch_browser(args=STILL)
    yield browser
    browser.close()


@pytest.fixture
def portal(live_server: LiveServer, page: Page) -> Iterator[Portal]:
    """The portal in a browser. Fails a test whose pages complained; see ``Portal``."""
    there = Portal(page, live_server.url)
    yield there
    page.close()
    assert not there.unexpected(), "\n".join(there.unexpected())


_WITH_DATABASE = {"db", "transactional_db", "live_server", "django_db_setup"}


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark by itself whatever opens a browser or asks the database: see pyproject.toml."""
    fixtures = set(getattr(item, "fixturenames", ()))
    if fixtures & {"browser", "still_browser"}:
        item.add_marker("browser")
        item.add_marker("once")
    if item.get_closest_marker("django_db") or fixtures & _WITH_DATABASE:
        item.add_marker("database")


# Modules whose tests share something dear to make, so that one process runs all of each group.
_GROUPS = {
    "site": re.compile(r"tests/test_(site_map|pages|languages|weight)\.py"),
    "document": re.compile(r"tests/reports/test_(document\w*|signing)\.py"),
    "sample": re.compile(r"tests/exchange/test_demo\.py"),
    "clearing": re.compile(r"tests/exchange/test_clear_demo\.py"),
    "addresses": re.compile(r"tests/test_who_may_what\.py"),
    "closing": re.compile(r"tests/reports/test_closing\.py"),
}


def group_of(nodeid: str) -> str | None:
    module = nodeid.split("::", 1)[0]
    return next((group for group, of in _GROUPS.items() if of.fullmatch(module)), None)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest in one piece comes first: browsers, then groups. At the end one process
    would wait for the other."""
    items.sort(
        key=lambda item: (
            item.get_closest_marker("browser") is None,
            group_of(item.nodeid) is None,
        )
    )


@pytest.fixture(scope="session")
def site(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> "Site":
    """Every page as everybody gets it; tests that ask for it belong to the group "site"."""
    # Takes a second to load, which the process that only deals out the tests need not wait for.
    from tests.site_crawl import crawl

    return crawl(tmp_path_factory.mktemp("site"), django_db_blocker)


class ByGroup(LoadScopeScheduling):  # type: ignore[misc]  # the package carries no types
    """Gives each group to one process, and every other test to whichever is free.

    What ``xdist_group`` marks say does not reach the scheduler under pytest 9, whose items keep
    their own names; so the modules are told apart by theirs.
    """

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid) or nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByGroup:
    return ByGroup(config, log)
