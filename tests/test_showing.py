"""How shown pages are searched for faults: a fault on any of them is found, where and when it shows.

What was looked at before is not looked at again (``showing.js``), so each fault is planted on the
second of two pages that are otherwise the same, too.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.http import HttpResponse
from playwright.sync_api import Browser

from tests import site_states
from tests.showing import Known, Showing, showing
from tests.site_crawl import Seen, Site

PLAIN = "<p>Perkataan</p>"
PALE = "color: #bbb; background: #fff"
TINY = ".notice {width: 12px; height: 12px; padding: 0; margin: 0; border: 0; float: left}"

FAULTS = {
    "colours": ("<p class=notice>Perkataan</p>", f".notice {{{PALE}}}", "color-contrast"),
    "colours in the dark": (
        "<p class=notice>Perkataan</p>",
        f"@media (prefers-color-scheme: dark) {{.notice {{{PALE}}}}}",
        "(phone, dark): color-contrast",
    ),
    "colours at a desk": (
        "<p class=notice>Perkataan</p>",
        f"@media (min-width: 1000px) and (prefers-color-scheme: light) {{.notice {{{PALE}}}}}",
        "(desktop): color-contrast",
    ),
    "colours at a desk in the dark": (
        "<div class=notice><p>Perkataan</p></div>",
        f"@media (min-width: 1000px) and (prefers-color-scheme: dark) {{.notice {{{PALE}}}}}",
        "(desktop, dark): color-contrast",
    ),
    "a ground at a desk": (
        "<div class=notice><p>Perkataan</p></div>",
        "@media (min-width: 1000px) {.notice {background: #777}}",
        "(desktop, dark): color-contrast",
    ),
    "faint words at a desk": (
        "<div class=notice><p>Perkataan</p></div>",
        "@media (min-width: 1000px) {.notice {opacity: .4}}",
        "(desktop, dark): color-contrast",
    ),
    "small words at a desk": (
        "<p class=notice>Perkataan</p>",
        ".notice {color: #888; font-size: 30px} @media (min-width: 1000px) {.notice {font-size: 16px}}",
        "(desktop, dark): color-contrast",
    ),
    "words that stand elsewhere in the dark": (
        "<div class=notice><p>Perkataan</p></div><div class=ground></div>",
        """.ground {height: 200px; background: #777}
        @media (prefers-color-scheme: dark) {.notice {position: absolute; margin-top: 20px}}""",
        "(phone, dark): color-contrast",
    ),
    "a name missing": ("<button></button>", "", "(phone): button-name"),
    "a name missing at a desk": (
        "<button class=notice></button>",
        ".notice {display: none} @media (min-width: 1000px) {.notice {display: block}}",
        "(desktop, dark): button-name",
    ),
    "targets too near": (
        "<button class=notice>a</button><button class=notice>b</button>",
        TINY,
        "target-size",
    ),
    "targets too near on a tablet": (
        "<button class=notice>a</button><button class=notice>b</button>",
        f".notice {{height: 60px}} @media (min-width: 700px) and (max-width: 900px) {{{TINY}}}",
        "(768 px): target-size",
    ),
    "a part that only a mouse can scroll": (
        f"<div class=notice>{9 * PLAIN}</div>",
        ".notice {height: 80px; overflow: auto}",
        "scrollable-region-focusable",
    ),
    "a page wider than a phone": (
        "<p class=notice>Perkataan</p>",
        ".notice {width: 340px}",
        "at 320 px: scrolls sideways",
    ),
}


def page_of(content: str, style: str) -> Seen:
    html = (
        '<!DOCTYPE html><html lang="ms"><head><meta charset="utf-8"><title>Laman</title>'
        '<meta name="viewport" content="width=device-width"><style>body {margin: 0; color: #111;'
        f" background: #fff}} {style}</style></head><body><main><h1>Laman</h1>{content}</main></body></html>"
    )
    where = site_states.Page("planted", "", site_states.VISITOR, lambda *_: HttpResponse())
    return Seen(where, "visitor", "ms", 200, "/", {}, html)


@pytest.fixture(scope="module")
def opened(
    still_browser: Browser, browser_context_args: dict[str, Any]
) -> Iterator[tuple[Showing, Known]]:
    """Has looked at a plain page, and what it knows since."""
    page = still_browser.new_context(**browser_context_args).new_page()
    with showing(page, Site()) as shown:
        assert list(shown.faults(page_of(PLAIN, ""))) == []
        yield shown, shown.known
        page.close()


@pytest.fixture
def there(opened: tuple[Showing, Known]) -> Showing:
    shown, known = opened
    shown.known = deepcopy(known)
    return shown


@pytest.mark.parametrize(("content", "style", "fault"), FAULTS.values(), ids=FAULTS)
def test_fault_is_found(there: Showing, content: str, style: str, fault: str) -> None:
    found = list(there.faults(page_of(PLAIN + content, style)))
    assert any(fault in each for each in found), found


def test_page_without_a_fault_is_told_from_the_others(there: Showing) -> None:
    content = "<button>Simpan</button><p>Perkataan</p><a href='#'>Lagi</a>"
    assert list(there.faults(page_of(content, ""))) == []


def test_rows_that_are_alike_are_looked_at_twice_only(there: Showing) -> None:
    row = "<tr><th><span>Kod</span></th><td>Perkataan</td></tr>"
    head = "<thead><tr><th scope=col>Kod</th><th scope=col>Nama</th></tr></thead>"
    content = f"<table>{head}<tbody>{20 * row}</tbody></table>"
    assert list(there.faults(page_of(content, ""))) == []
    assert there.page.locator("tbody tr").count() == 2
