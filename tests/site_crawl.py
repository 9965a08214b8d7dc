"""Every page of the site map as everybody gets it, asked for once for all tests that look at it."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Template
from django.test import Client, override_settings
from django.test.utils import _TestState
from pytest_django import DjangoDbBlocker

from tests.markup import Element, read
from tests.site_addresses import CannotReach
from tests.site_map import pages
from tests.site_states import Page
from tests.site_world import World, world_in_database
from tests.spoken import OPENING, Book, Data, marking, unmarked

UNTRANSLATED = re.compile(r">([^<>\ue000-\ue002]*[a-z][^<>\ue000-\ue002]*)<")
# What a page brings along that is no static file: pictures from the database, the admin's words.
UPLOADED = "/bukti/"
BROUGHT = re.compile(
    r'<(?:(?:img|script|iframe|embed)\b[^<>]*? src|link\b[^<>]*? href|object\b[^<>]*? data)="(/[^"]+)"'
)


@dataclass
class Seen:
    """A page as somebody got it, with gettext's marks in it."""

    page: Page
    who: str
    language: str
    status: int
    address: str
    headers: dict[str, str]
    marked: str

    @property
    def name(self) -> str:
        return f"{self.page.name} as {self.who} in {self.language}"

    @property
    def html(self) -> str:
        """What people get."""
        return unmarked(self.marked)

    @property
    def tree(self) -> Element:
        return read(self.html)


@dataclass(frozen=True)
class File:
    """What a page brings along."""

    content: bytes
    kind: str
    headers: dict[str, str]


@dataclass
class Site:
    """All pages, all texts asked for on them, and what the world itself brings."""

    seen: list[Seen] = field(default_factory=list)
    book: Book = field(default_factory=Book)
    data: Data = field(default_factory=lambda: Data(""))
    files: dict[str, File] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)

    def bring(self, address: str, client: Client) -> None:
        if address not in self.files:
            response = client.get(address)
            if response.status_code != 200:
                self.broken.add(f"{address}: {response.status_code}")
                return
            content = b"".join(response) if response.streaming else response.content
            kind = response.headers["Content-Type"]
            is_words = b"\xee\x80" in content and not kind.startswith("image/")
            self.files[address] = File(
                unmarked(content.decode()).encode() if is_words else content,
                kind,
                dict(response.headers),
            )


def crawl(var: Path, blocker: DjangoDbBlocker) -> Site:
    """Each page for each person in Malay, and in English wherever somebody's page says something
    that no page before it said: both catalogues are held against all that is ever said."""
    site = Site()
    with world_in_database(var, blocker) as world, quickly(var), marking(site.book):
        said: set[str] = set()
        site.data = Data.of_the_database()
        malay, english = clients(world, "ms"), clients(world, "en")
        for page in pages():
            for who in page.who:
                seen = look(page, who, malay[who], world, "ms")
                if seen is None:
                    continue
                site.seen.append(seen)
                for address in brought(seen.marked):
                    site.bring(address, malay[who])
                new = set(_sayings(seen)) - said
                if new:
                    said |= new
                    other = look(page, who, english[who], world, "en")
                    assert other is not None
                    site.seen.append(other)
    return site


def brought(page: str) -> Iterator[str]:
    """Addresses of what the page brings along, static files apart."""
    for address in BROUGHT.findall(page):
        # What people uploaded is drawn for each page of a file, which takes its time; a blank will do.
        if not address.startswith((f"/{settings.STATIC_URL.strip('/')}/", UPLOADED)):
            yield unmarked(address)


def _sayings(seen: Seen) -> Iterator[str]:
    """What the page says: the texts asked for by number, and the words without a mark."""
    yield from OPENING.findall(seen.marked)
    yield from UNTRANSLATED.findall(seen.marked)


def look(page: Page, who: str, client: Client, world: World, language: str) -> Seen | None:
    """None for what is no page: a file, say."""
    try:
        response = page.ask(client, world)
    except CannotReach:  # which test_site_map.py says
        return None
    if not response.headers["Content-Type"].startswith("text/html"):
        return None
    request = getattr(response, "request", {})
    query = request.get("QUERY_STRING", "")
    return Seen(
        page=page,
        who=who,
        language=language,
        status=response.status_code,
        address=request.get("PATH_INFO", "/") + (f"?{query}" if query else ""),
        headers=dict(response.headers),
        marked=response.content.decode(),
    )


@contextmanager
def quickly(var: Path) -> Iterator[None]:
    """Without what a test that looks into templates' contexts would need, nor a word to the log."""
    logging.disable(logging.CRITICAL)
    cache = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(var)}
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    with (
        pytest.MonkeyPatch.context() as patch,
        override_settings(
            CACHES={"default": cache},
            STORAGES={**settings.STORAGES, "staticfiles": {"BACKEND": plain}},
            EVIDENCE_DIR=var / "evidence",
            MEDIA_ROOT=var / "media",
            EVIDENCE_PICTURES_DIR=var / "pictures",
        ),
    ):
        patch.setattr(Template, "_render", _TestState.saved_data.template_render)  # type: ignore[attr-defined]
        try:
            yield
        finally:
            logging.disable(logging.NOTSET)


def clients(world: World, language: str) -> dict[str, Client]:
    """Everybody, signed in."""
    found = {}
    for who, user in world.people.items():
        client = Client(raise_request_exception=False)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        if user is not None:
            client.force_login(user)
        found[who] = client
    return found
