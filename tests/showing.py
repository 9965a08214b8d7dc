"""Pages that were crawled, shown in a browser as they came, and asked for faults of accessibility.

The portal's answers are served to the browser as they came, headers and all, by a small server that
knows nothing else: so a page that only comes of a sent form, or of a broken server, is shown like any
other. What a page brings along the browser may keep, as it does at people's homes.
"""

import json
import mimetypes
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from django.contrib.staticfiles import finders
from PIL import Image, ImageDraw
from playwright.sync_api import Page

from tests.markup import Element
from tests.site_crawl import UPLOADED, Seen, Site

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OF_LAYOUT = ["target-size", "scrollable-region-focusable"]
REFLOW, PHONE, TABLET, DESKTOP = 320, 360, 768, 1440
Theme = Literal["light", "dark"]
# Where else than on a phone in light colours a page is looked at.
ELSEWHERE: tuple[tuple[str, int, Theme], ...] = (
    ("phone, dark", PHONE, "dark"),
    ("desktop, dark", DESKTOP, "dark"),
    ("desktop", DESKTOP, "light"),
)
# Where the browser gets axe and what is asked beside it, so that it keeps what it has read of them.
AXE = "/axe.js"
KEPT = {"Cache-Control": "max-age=600"}
ASKING = AXE_SCRIPT + Path(__file__).with_suffix(".js").read_text()


def letter() -> bytes:
    """A page as people attach them, in the place of what was uploaded, which takes long to draw."""
    page = Image.new("P", (420, 594), 0)
    page.putpalette([*(252, 252, 250), *(178, 184, 194), *(72, 82, 104)])
    draw = ImageDraw.Draw(page)
    draw.rectangle((48, 48, 92, 92), 1)
    for top, right, ink in ((52, 300, 2), (72, 220, 1), (132, 330, 2)):
        draw.rectangle((48 if top > 100 else 108, top, right, top + 9), ink)
    for number in range(17):
        top = 168 + 18 * number + 14 * (number // 6)
        draw.rectangle((48, top, 210 if number % 6 == 5 else 372 - 7 * (number % 3), top + 5), 1)
    draw.line((48, 536, 190, 536), 2, 2)
    file = BytesIO()
    page.save(file, "PNG", optimize=True)
    return file.getvalue()


LETTER = letter()

# Elements whose name or use comes from what stands in them.
NAMED = frozenset(
    {
        "a",
        "button",
        "label",
        "legend",
        "summary",
        "th",
        "td",
        "dt",
        "dd",
        "svg",
        "figure",
        "caption",
    }
)

# Colours that fade in from the other theme are not those that people read; what inherits a colour
# begins to fade when the other has ended.
NO_FADING = """() => {
  for (let times = 0; times < 9 && document.getAnimations().length; times++) {
    document.getAnimations().forEach((each) => each.finish());
  }
}"""


@dataclass
class Known:
    """What was looked at on the pages before: kinds of elements, looks of words, crowds of targets.

    Where axe could not tell, for something lies over the words, their look counts as looked at too:
    it is asked of two elements on a page, and in light colours on a phone of every new kind.
    """

    kinds: set[int] = field(default_factory=set)
    looks: set[int] = field(default_factory=set)
    crowds: set[str] = field(default_factory=set)


class Showing:
    """One browser page that shows crawled pages one after another."""

    def __init__(self, page: Page, site: Site, origin: str) -> None:
        self.page, self.site, self.origin = page, site, origin
        self.shown: Seen | None = None
        self._classes = sorted(styled_classes())
        self.known = Known()
        self._width = 0
        page.emulate_media(reduced_motion="reduce")

    def answer(self, path: str, *, is_page: bool) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and content of what the browser asks for."""
        if is_page and self.shown is not None:
            kind = {"Content-Type": "text/html; charset=utf-8"}
            return self.shown.status, {**self.shown.headers, **kind}, self.shown.html.encode()
        if path.startswith(UPLOADED):
            return 200, {"Content-Type": "image/png"}, LETTER
        brought = self.site.files.get(path)
        if brought is not None:
            return 200, brought.headers, brought.content
        if path == AXE:
            return 200, {"Content-Type": "text/javascript", **KEPT}, ASKING.encode()
        is_static = path.startswith("/static/")
        found = is_static and finders.find(path.removeprefix("/static/").split("?")[0])
        if not isinstance(found, str):
            return 404, {}, b""
        kind = {"Content-Type": mimetypes.guess_type(found)[0] or "application/octet-stream"}
        return 200, {**kind, **KEPT}, Path(found).read_bytes()

    def show(self, seen: Seen) -> None:
        self.shown = seen
        self.page.goto(f"{self.origin}{seen.address}")

    def wear(self, theme: Theme) -> None:
        """As for somebody whose system is light or dark, which the portal follows."""
        self.page.emulate_media(color_scheme=theme)
        self.page.evaluate(NO_FADING)

    def _wide(self, width: int) -> None:
        if self._width != width:
            self.page.set_viewport_size({"width": width, "height": 800})
            self._width = width

    def _axe(self, where: str, kind: str, values: list[str], elements: str = "") -> Iterator[str]:
        """``elements`` is how the page's script calls those to ask about; all, if not given."""
        assert self.shown is not None
        # Of a page that was thinned the layout says nothing any more.
        rules = {rule: {"enabled": False} for rule in OF_LAYOUT} if kind == "tag" else {}
        asked = {"runOnly": {"type": kind, "values": values}, "rules": rules}
        for fault in self._ask(f"axe(asked, {elements})", asked):
            yield f"{self.shown.name} ({where}): {fault}"

    def faults(self, seen: Seen) -> Iterator[str]:
        """Every rule on a phone; the same at a desk and in the other theme for what shows there
        first, or looks there as nothing did before; how much room there is, on the whole page at
        each width."""
        self.page.emulate_media(color_scheme="light")
        self.show(seen)
        self.page.add_script_tag(url=AXE)
        # How much room a target has shows on the whole page alone.
        for width in (DESKTOP, TABLET, REFLOW, PHONE):
            yield from self._too_little_room(width)
        before = json.dumps({"classes": self._classes, "known": list(self.known.kinds)})
        self.known.kinds.update(json.loads(self._ask("thinOut(asked)", before)))
        self._fresh()  # so that it is known how all of it, asked about here, looks
        yield from self._axe("phone", "tag", WCAG)
        for where, width, theme in ELSEWHERE:
            self._wide(width)
            self.wear(theme)
            if self._fresh():
                yield from self._axe(where, "tag", WCAG, "looking.found")

    def _fresh(self) -> int:
        """How many elements show here first, or look as none did before."""
        count, looks = json.loads(self._ask("fresh(asked)", json.dumps(list(self.known.looks))))
        self.known.looks.update(looks)
        return int(count)

    def _too_little_room(self, width: int) -> Iterator[str]:
        assert self.shown is not None
        self._wide(width)
        wide = self._ask("width()")
        if wide > width:
            yield f"{self.shown.name} at {width} px: scrolls sideways, {wide} px wide"
        if width == REFLOW:
            return
        new = []
        for number, crowd in enumerate(json.loads(self._ask("crowds()"))):
            if crowd not in self.known.crowds:
                self.known.crowds.add(crowd)
                new.append(number)
        if new:
            crowds = f"{new}.map((number) => looking.crowded[number][0])"
            yield from self._axe(f"{width} px", "rule", OF_LAYOUT, crowds)

    def _ask(self, what: str, asked: object = None) -> Any:
        """Of the page, by showing.js."""
        return self.page.evaluate(f"(asked) => looking.{what}", asked)


@contextmanager
def showing(page: Page, site: Site) -> Iterator[Showing]:
    """Serves what is shown on a port of its own, for as long as it takes."""

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            is_page = self.headers["Sec-Fetch-Dest"] == "document"
            status, headers, content = there.answer(self.path, is_page=is_page)
            self.send_response(status)
            for name, value in headers.items():
                if name != "Content-Length":
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        there = Showing(page, site, f"http://localhost:{server.server_port}")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield there
        finally:
            server.shutdown()
            thread.join()


# --- which pages to open -----------------------------------------------------------------------


def styled_classes() -> frozenset[str]:
    """Those that a style sheet names: no other can change how a page looks."""
    found: set[str] = set()
    for path, storage in (
        each
        for finder in finders.get_finders()
        for each in finder.list(["*.svg", "*.woff2", "*.js", "*.min.css", "*.png", "*.txt"])
    ):
        if path.endswith(".css"):
            found.update(re.findall(r"\.([a-zA-Z][\w-]*)", Path(storage.path(path)).read_text()))
    return frozenset(found)


def kinds(body: Element, styled: frozenset[str]) -> set[int]:
    """Every kind of element in its place: what it is, which attributes it carries, what it stands
    in up to the page itself; of what can be named or pressed also what stands in it."""
    found: set[int] = set()

    def walk(element: Element, place: int) -> None:
        own = element.outline(styled)
        inside: list[str] = []
        for child in element.children:
            shape = child.outline(styled) if isinstance(child, Element) else child.strip() and "…"
            if shape and shape not in inside:
                inside.append(shape)
        here = hash((place, own))
        found.add(hash((here, *inside)) if element.tag in NAMED else here)
        for child in element.children:
            if isinstance(child, Element):
                walk(child, here)

    walk(body, 0)
    return found


def distinct(pages: Iterable[Seen]) -> list[Seen]:
    """The fewest pages (nearly) that hold every kind of element that any of them holds."""
    styled = styled_classes()
    left: list[tuple[set[int], Seen]] = []
    for seen in pages:
        tree = seen.tree
        body = tree.find("body") or tree
        left.append((kinds(body, styled), seen))
    chosen = []
    while left:
        held, seen = max(left, key=lambda each: len(each[0]))
        chosen.append(seen)
        left = [(new, other) for rest, other in left if (new := rest - held)]
    return chosen
