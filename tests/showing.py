"""Pages that were crawled, shown in a browser as they came, and asked for faults of accessibility.

The portal's answers are served to the browser by the test itself, headers and all: so a page that
only comes of a sent form, or of a broken server, is shown like any other, and no server runs.
"""

import base64
import mimetypes
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Route

from tests.markup import Element
from tests.site_crawl import UPLOADED, Seen, Site

ORIGIN = "http://localhost:8999"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# A picture of one point.
BLANK = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
)
OF_COLOURS = ["color-contrast"]
OF_LAYOUT = ["target-size", "scrollable-region-focusable"]
REFLOW, PHONE, TABLET, DESKTOP = 320, 360, 768, 1440

# Takes out what was looked at before: an element goes when each kind of element in it was seen on an
# earlier page, or twice on this one. What something that stays refers to stays as well.
THIN_OUT = """({classes, known}) => {
  const styled = new Set(classes), before = new Set(known), times = new Map();
  const telling = /^(class|role|type|lang|scope|tabindex|hidden|disabled|aria-(hidden|current|expanded|invalid))$/;
  const geometry = /^(d|points|x|y|x1|x2|y1|y2|cx|cy|r|width|height|transform|href|id|for)$/;
  const hash = (text) => {
    let a = 0xdeadbeef, b = 0x41c6ce57;
    for (let i = 0; i < text.length; i++) {
      a = Math.imul(a ^ text.charCodeAt(i), 2654435761);
      b = Math.imul(b ^ text.charCodeAt(i), 1597334677);
    }
    return 4294967296 * (2097151 & b) + (a >>> 0);
  };
  const own = (element) => `<${element.localName} ` + [...element.attributes]
    .filter((each) => !geometry.test(each.name))
    .map(({name, value}) => name === "class"
      ? value.split(/\\s+/).filter((each) => styled.has(each)).sort().join(".")
      : telling.test(name) ? `${name}=${value}` : name).sort().join(" ");
  const kinds = new Map();
  const name = (element, place) => {
    const kind = hash(place + own(element));
    kinds.set(element, kind);
    for (const child of element.children) name(child, `${kind}`);
  };
  name(document.body, "");
  const referring = document.querySelectorAll("[for],[aria-labelledby],[aria-describedby],[aria-controls],[list]");
  const held = [...referring].flatMap((each) =>
    ["for", "aria-labelledby", "aria-describedby", "aria-controls", "list"]
      .flatMap((name) => (each.getAttribute(name) ?? "").split(" ").filter(Boolean))
      .map((id) => [each, document.getElementById(id)]).filter(([, target]) => target));
  const fixed = /^(option|label|legend|summary|caption|th|td|dt|dd|title|desc|tbody|thead)$/;
  const named = /^(a|button|label|legend|summary|caption|th|dt|svg|select|figure)$/;
  const seen = (kind) => before.has(kind) || (times.get(kind) ?? 0) > 1;
  const look = (element) => {
    const all = [element, ...element.querySelectorAll("*")];
    if (!fixed.test(element.localName) && all.every((each) => seen(kinds.get(each)))
      && !held.some(([from, to]) => element.contains(to) && !element.contains(from))) {
      element.remove();
      return;
    }
    times.set(kinds.get(element), (times.get(kinds.get(element)) ?? 0) + 1);
    if (!named.test(element.localName)) for (const child of [...element.children]) look(child);
  };
  for (const child of [...document.body.children]) look(child);
  return [...new Set(kinds.values())];
}"""
RUN_AXE = """({only, without}) => axe.run(document, {
  runOnly: only, rules: without, resultTypes: ["violations"], preload: false,
}).then(({violations}) => violations.flatMap((fault) =>
  fault.nodes.slice(0, 3).map((node) => `${fault.id}: ${node.html.slice(0, 240)}`)))"""
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


class Showing:
    """One browser page that shows crawled pages one after another."""

    def __init__(self, page: Page, site: Site) -> None:
        self.page, self.site = page, site
        self.shown: Seen | None = None
        self._classes = sorted(styled_classes())
        self._known: set[int] = set()
        page.emulate_media(reduced_motion="reduce")
        page.context.route(f"{ORIGIN}/**", self._answer)

    def _answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        if route.request.is_navigation_request() and self.shown is not None:
            headers = {**self.shown.headers, "content-type": "text/html; charset=utf-8"}
            route.fulfill(status=self.shown.status, headers=headers, body=self.shown.html)
            return
        if path.startswith(UPLOADED):
            route.fulfill(body=BLANK, content_type="image/png")
            return
        brought = self.site.files.get(path)
        if brought is not None:
            route.fulfill(body=brought.content, headers=brought.headers)
            return
        found = finders.find(path.removeprefix("/static/").split("?")[0])
        if isinstance(found, str):
            kind = mimetypes.guess_type(found)[0] or "application/octet-stream"
            route.fulfill(body=Path(found).read_bytes(), content_type=kind)
        else:
            route.fulfill(status=404, body="")

    def show(self, seen: Seen) -> None:
        self.shown = seen
        self.page.goto(f"{ORIGIN}{seen.address}")

    def wear(self, theme: Literal["light", "dark"]) -> None:
        """As for somebody whose system is light or dark, which the portal follows."""
        self.page.emulate_media(color_scheme=theme)
        self.page.evaluate(NO_FADING)

    def _wide(self, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": 800})

    def _axe(
        self, where: str, kind: str, values: list[str], leave_out: Iterable[str] = ()
    ) -> Iterator[str]:
        assert self.shown is not None
        without = {rule: {"enabled": False} for rule in leave_out}
        only = {"type": kind, "values": values}
        for fault in self.page.evaluate(RUN_AXE, {"only": only, "without": without}):
            yield f"{self.shown.name} ({where}): {fault}"

    def faults(self, seen: Seen) -> Iterator[str]:
        """Every rule once on a phone; again what another width or the dark theme can change."""
        self._wide(DESKTOP)
        self.page.emulate_media(color_scheme="light")
        self.show(seen)
        self.page.evaluate(AXE_SCRIPT)
        for width in (DESKTOP, TABLET, REFLOW, PHONE):
            yield from self._sideways(width)
            if width != REFLOW:
                yield from self._axe(f"{width} px", "rule", OF_LAYOUT)
        known = {"classes": self._classes, "known": list(self._known)}
        self._known.update(self.page.evaluate(THIN_OUT, known))
        yield from self._axe("phone", "tag", WCAG, leave_out=OF_LAYOUT)
        themes: tuple[tuple[int, Literal["light", "dark"]], ...]
        themes = (PHONE, "dark"), (DESKTOP, "dark"), (DESKTOP, "light")
        for width, theme in themes:
            self._wide(width)
            self.wear(theme)
            yield from self._axe(f"{width} px, {theme}", "rule", OF_COLOURS)

    def _sideways(self, width: int) -> Iterator[str]:
        self._wide(width)
        wide = self.page.evaluate("document.scrollingElement.scrollWidth")
        if wide > width:
            assert self.shown is not None
            yield f"{self.shown.name} at {width} px: scrolls sideways, {wide} px wide"


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
    left.sort(key=lambda each: -len(each[0]))
    had: set[int] = set()
    chosen = []
    for held, seen in left:
        if not held <= had:
            chosen.append(seen)
            had |= held
    return chosen
