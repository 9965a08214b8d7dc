"""From HTML to PDF, with the project's own style sheets and fonts and nothing else.

Import it where a PDF is drawn and not before: WeasyPrint takes longer to load than all the rest of
the portal, and most processes never draw one.
"""

import gc
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from typing import NoReturn

from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from weasyprint import CSS, HTML
from weasyprint.css.counters import CounterStyle
from weasyprint.html import UA
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

# An address that leads nowhere: it only gives the style sheet's own relative addresses a root.
STATIC_ROOT = "https://static.invalid/"
CONTENT_TYPES = {".css": "text/css", ".woff2": "font/woff2", ".svg": "image/svg+xml"}
# Fonts are shared, and each rendering takes some 150 MB: one at a time in a process.
_one_at_a_time = Lock()


class OwnFilesOnly(URLFetcher):  # type: ignore[misc]  # WeasyPrint carries no types
    """Gives the renderer the project's own style sheets, fonts and drawings, and nothing else.

    ``pictures`` are the document's own, PNG by the name the page knows each by.
    """

    def __init__(self, pictures: Mapping[str, bytes] | None = None) -> None:
        super().__init__()
        self.pictures = pictures or {}

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        name = url.removeprefix(STATIC_ROOT)
        if name != url and name in self.pictures:
            return URLFetcherResponse(url, self.pictures[name], {"Content-Type": "image/png"})
        kind = CONTENT_TYPES.get(Path(name).suffix)
        if name == url or ".." in name or kind is None:
            self._refuse(url)
        try:
            path = finders.find(name)
        except SuspiciousFileOperation:
            path = None
        if path is None:
            self._refuse(url)
        return URLFetcherResponse(url, Path(path).read_bytes(), {"Content-Type": kind})

    def _refuse(self, url: str) -> NoReturn:
        # Fatal, so that no document comes out that lacks what its template asked for.
        raise FatalURLFetchingError(f"not one of the document's own files: {url[:200]}")


class Page(HTML):  # type: ignore[misc]  # WeasyPrint carries no types
    """A page whose elements carry no styles for what none of ours has: notes, and marks of lists.

    WeasyPrint's own style sheet gives each element six such, which nothing draws; they took a tenth
    of the time and half of what is left to clear away.
    """

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:  # noqa: FBT001, FBT002 - its own
        return [_lean_style_sheet()]


@cache
def _lean_style_sheet() -> CSS:
    """WeasyPrint's style sheet, with marks for list items alone and no notes."""
    rules = re.sub(r"(?m)^::(footnote|note)-.*$", "", UA).replace("\n::marker ", "\nli::marker ")
    return CSS(string=rules, counter_style=CounterStyle())


def draw(
    html: str,
    style_sheet: str,
    *,
    pictures: Mapping[str, bytes] | None = None,
    **options: object,
) -> bytes:
    """The PDF of a page, by a style sheet of the static folder and WeasyPrint's own options.

    Raises ``FatalURLFetchingError`` where the page asks for anything else but its own pictures.
    """
    with _one_at_a_time, _without_collections():
        page = Page(string=html, base_url=STATIC_ROOT, url_fetcher=OwnFilesOnly(pictures))
        style, fonts = _style_and_fonts(style_sheet)
        written: bytes = page.write_pdf(stylesheets=[style], font_config=fonts, **options)
    return written


@contextmanager
def _without_collections() -> Iterator[None]:
    """Look for rubbish once, at the end: a drawing makes a million objects needed until then.

    Going through all of them again and again takes a quarter of its time. What was there before is
    left out of the search.
    """
    was_on = gc.isenabled()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.collect()
        gc.unfreeze()
        if was_on:
            gc.enable()


@cache
def _style_and_fonts(style_sheet: str) -> tuple[CSS, FontConfiguration]:
    """Read once for a process: unpacking the fonts takes longer than a page of the document."""
    fonts = FontConfiguration()
    address = f"{STATIC_ROOT}{style_sheet}"
    return CSS(url=address, url_fetcher=OwnFilesOnly(), font_config=fonts), fonts
