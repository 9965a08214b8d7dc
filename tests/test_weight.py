"""Every page is light: under 100 KB at the first visit, fonts apart, and under 30 KB afterwards.

Reckoned from what each page names and how small the server makes it; one page is loaded by a
browser from the real server, to hold the reckoning against what really travels.
"""

import gzip
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from threading import Thread

import pytest
from django.contrib.staticfiles import finders
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from playwright.sync_api import Page
from pytest_django import Settings
from whitenoise.compress import Compressor

from accounts.choices import Role
from exchange.actions import load_plan
from exchange.plan_file import read_plan_file
from tests.browser import Portal
from tests.factories import make_user
from tests.site_crawl import BROUGHT, UPLOADED, Seen, Site
from tests.site_world import FIXTURE

FIRST, AFTERWARDS = 100_000, 30_000
# Names with a hash are longer than those that tests use; and each answer has a head.
NAME, HEAD = 13, 400
PADDING = 100  # of a compressed page, against guesses by its length
FONTS = (".woff2", ".woff")
IMPORTED = re.compile(r"url\(\s*['\"]?([^'\")]+)['\"]?\s*\)|@import\s+['\"]([^'\"]+)")
compressor = Compressor(log=lambda _line: None, quiet=True)


@cache
def travels(path: str) -> int:
    """Bytes of a static file as the server sends it, with what a style sheet brings along."""
    found = finders.find(path)
    assert isinstance(found, str), path
    content = Path(found).read_bytes()
    size = len(content)
    if compressor.should_compress(path):
        # Behind TLS, as people get it, browsers ask for the smaller of the two.
        size = min(len(content), len(compressor.compress_brotli(content)))
    size += HEAD
    if path.endswith(".css"):
        for one, other in IMPORTED.findall(content.decode()):
            named = str((Path("/") / path).parent / (one or other)).split("?")[0].split("#")[0]
            inner = str(Path(named).resolve()).lstrip("/")
            # Pictures are asked for only where a rule that names them applies.
            if inner.endswith(".css"):
                size += travels(inner)
    return size


def weight(seen: Seen, site: Site) -> tuple[int, int]:
    """Bytes at the first visit, and afterwards."""
    html = seen.html
    page = len(gzip.compress(html.encode(), 6)) + PADDING + HEAD
    first = again = page
    for address in set(re.findall(BROUGHT, html)):
        if address.startswith("/static/"):
            if not address.endswith(FONTS):
                first += travels(address.removeprefix("/static/")) + NAME
            continue
        # What people uploaded weighs what it weighs, and is shown when it comes into view.
        if address.startswith(UPLOADED):
            continue
        file = site.files.get(address)
        if file is None:
            continue
        compressed = min(len(file.content), len(gzip.compress(file.content, 6))) + HEAD
        first += compressed
        if "ETag" in file.headers:  # asked for again, and not sent again
            again += HEAD
        elif "max-age=" not in file.headers.get("Cache-Control", ""):
            again += compressed
    return first, again


def heavy(site: Site) -> Iterator[str]:
    for seen in site.seen:
        first, again = weight(seen, site)
        if first >= FIRST:
            yield f"{seen.name}: {first / 1000:.1f} KB at first"
        if again >= AFTERWARDS:
            yield f"{seen.name}: {again / 1000:.1f} KB afterwards"


@pytest.mark.once
@pytest.mark.xdist_group("site")
@pytest.mark.django_db
def test_every_page_is_light(site: Site) -> None:
    found = list(heavy(site))
    assert not found, "\n".join(found)


@pytest.fixture
def server(settings: Settings, tmp_path: Path, transactional_db: None) -> Iterator[str]:
    """The portal as in operation, its own static files collected, hashed and compressed."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    there = ThreadedWSGIServer(("127.0.0.1", 0), QuietHandler)
    there.daemon_threads = True
    there.set_app(WSGIHandler())
    thread = Thread(target=there.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{there.server_port}"
    there.shutdown()
    thread.join()
    there.server_close()


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *_words: object) -> None:
        pass


@pytest.mark.django_db(transaction=True)
def test_browser_is_sent_a_light_dashboard_and_keeps_what_it_has(server: str, page: Page) -> None:
    plan = load_plan(by=None, plan_file=read_plan_file(FIXTURE)).plan
    portal = Portal(page, server)
    portal.sign_in(make_user(Role.MANAGEMENT, plan.agency))
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    sent: dict[str, float] = {}
    names: dict[str, str] = {}
    devtools.on(
        "Network.responseReceived",
        lambda event: names.update({event["requestId"]: event["response"]["url"]}),
    )
    devtools.on(
        "Network.loadingFinished",
        lambda event: sent.update({event["requestId"]: event["encodedDataLength"]}),
    )

    def travelled() -> float:
        portal.open(plan.get_absolute_url())
        page.wait_for_load_state("networkidle")
        total = sum(size for key, size in sent.items() if not names[key].endswith(FONTS))
        sent.clear()
        return total

    first, again = travelled(), travelled()
    page.close()
    assert 10_000 < first < FIRST
    assert 2_000 < again < AFTERWARDS
    assert not portal.unexpected()
