"""Takes pictures of every page of the site map, with the sample data: ``make shots``.

Each page in each of its states, as the first person who sees it, in both languages, at three widths,
light and dark, and as it prints: into ``var/shots/``, with a contact sheet ``index.html``. Besides,
each component by itself and the README's dashboard, into ``docs/pictures/``. No server runs: the
pages are made and shown as the tests do it (``tests/site_crawl.py``, ``tests/showing.py``).
"""

import argparse
import html
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from tests.showing import Showing
    from tests.site_crawl import Seen, Site

BASE = Path(__file__).resolve().parent.parent
WIDTHS = (360, 768, 1440)
THEMES = ("light", "dark")
LANGUAGES = ("ms", "en")
PICTURES = BASE / "docs" / "pictures"
# A component's picture: the page that shows it, the element, and how wide the page is.
BOARD, PROGRAM, DESK = "dashboard (as at)", "program (2.5)", "verify_queue"
COMPONENTS = {
    "as_at": (BOARD, ".as-at", 1100),
    "masthead": (BOARD, ".masthead", 900),
    "search_box": (BOARD, ".search-box", 1100),
    "breadcrumbs": (PROGRAM, ".breadcrumbs", 760),
    "answer": (BOARD, ".answer", 760),
    "figure": (BOARD, ".figures", 900),
    "bar": (BOARD, ".bar", 760),
    "chart": (BOARD, "svg.chart", 900),
    "year-grid": (BOARD, "table.year-grid", 900),
    "year-grid--list": (BOARD, "table.year-grid", 360),
    "cell": (BOARD, ".year-grid .cell", 900),
    "asks": (BOARD, ".asks", 1100),
    "segmented": (BOARD, ".segmented", 760),
    "changes": ("changes", ".changes", 900),
    "sheet": ("meeting_sheet", ".sheet", 1000),
    "status": ("programs (filtered)", ".status", 760),
    "reason": ("programs (filtered)", ".reason", 760),
    "filters": ("programs (filtered)", ".filters", 900),
    "table": ("programs (filtered)", "table.table", 1000),
    "export_button": ("programs", "a[download]", 900),
    "empty": ("milestones (nothing found)", ".empty", 760),
    "icon": ("milestones (nothing found)", ".empty .icon", 760),
    "tree": ("plan_tree", ".tree, main details", 760),
    "plan_ways": ("plan_tree", "nav.segmented", 760),
    "gantt": ("plan_gantt", "svg.gantt, .gantt", 1100),
    "gantt-year": ("plan_gantt", ".gantt-year", 760),
    "panel": (PROGRAM, ".panel", 760),
    "facts": (PROGRAM, "dl.facts", 760),
    "table-small": (PROGRAM, ".table-small", 560),
    "timeline": (PROGRAM, ".timeline > li", 760),
    "acts": (PROGRAM, ".acts", 760),
    "tag": (PROGRAM, ".tag", 760),
    "narrative": (PROGRAM, ".timeline .narrative", 560),
    "tasks": ("tasks (with work)", ".tasks", 900),
    "button": ("record_update", ".form__actions", 560),
    "form": ("record_update", "form.form", 560),
    "drop": ("record_update", ".drop", 560),
    "day-said": ("record_update", ".field:has(.day-said)", 560),
    "field": ("record_update (with errors)", ".field:has(textarea)", 560),
    "form_errors": ("record_update (with errors)", ".form .notice", 560),
    "messages": ("record_update (recorded)", "main .stack--tight:has(> .notice)", 760),
    "desk": (DESK, "#desk", 1440),
    "exhibit": (DESK, ".exhibit", 700),
    "dots": (DESK, ".desk__claim .dots", 1440),
    "kbd": (DESK, "kbd", 1440),
    "key_switch": ("accessibility", "form.cluster", 760),
    "prose": ("privacy", ".prose", 760),
    "table-scroll": ("privacy", ".table-scroll", 560),
    "search-form": ("search (found)", "main form", 760),
    "results": ("search (found)", ".result", 760),
    "pagination": ("search (found)", ".pagination", 760),
    "notice": ("review (superseded)", ".notice", 760),
    "stages": ("review", ".stages", 900),
    "turn": ("review", ".turn", 900),
    "draft-part": ("review_edit", ".draft-part", 760),
    "carry": ("review_carries", ".panel:has(.carry)", 900),
    "difference": ("review_version (with differences)", ".difference", 760),
    "side-by-side": ("compare_reviews (compared)", ".side-by-side", 900),
    "leaf": ("review_pages", ".leaf", 760),
    "fold": ("december", "details.fold", 560),
    "list-lined": ("december", ".list-lined", 560),
}


def world_of_pages(only: str) -> "Site":
    """Every page, as the first person who gets more than a refusal."""
    from tests.site_crawl import Site, brought, clients, look, quickly
    from tests.site_map import pages
    from tests.site_world import make_world

    site = Site()
    with quickly(Path(os.environ["PSICT_VAR"])):
        world = make_world()
        everybody = {language: clients(world, language) for language in LANGUAGES}
        for page in pages():
            if not re.search(only, page.name):
                continue
            for language in LANGUAGES:
                people = everybody[language]
                found = (look(page, who, people[who], world, language) for who in page.who)
                refusals = {403, 404} if page.address_name else set()
                got = [seen for seen in found if seen and seen.status not in refusals]
                # Who is led elsewhere, as a visitor to the sign-in page, does not see the page.
                there = (seen for seen in got if is_there(seen))
                seen = next(there, got[0] if got else None)
                if seen is None:
                    continue
                site.seen.append(seen)
                for address in brought(seen.marked):
                    site.bring(address, people[seen.who])
    return site


def is_there(seen: "Seen") -> bool:
    from django.urls import Resolver404, resolve

    try:
        return resolve(seen.address.split("?", maxsplit=1)[0]).view_name == seen.page.address_name
    except Resolver404:
        return False


def file_name(seen: "Seen") -> str:
    words = re.sub(r"[^a-z0-9]+", "-", seen.page.name.lower()).strip("-")
    return f"{words}-{seen.language}"


def shoot(showing: "Showing", seen: "Seen", folder: Path) -> Iterator[str]:
    """All pictures of a page; their files' names."""
    page, name = showing.page, file_name(seen)
    showing.show(seen)
    for theme in THEMES:
        showing.wear("dark" if theme == "dark" else "light")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            target = f"{name}-{width}-{theme}.png"
            page.screenshot(path=folder / target, full_page=True)
            yield target
    printed = folder / f"{name}-print"
    page.pdf(path=printed.with_suffix(".pdf"), prefer_css_page_size=True)
    subprocess.run(  # noqa: S603 - poppler, on the file just made
        ["/usr/bin/pdftoppm", "-png", "-r", "50", "-f", "1", "-l", "1", "-singlefile",
         str(printed.with_suffix(".pdf")), str(printed)],
        check=True,
    )  # fmt: skip
    yield f"{printed.name}.png"


def contact_sheet(shots: dict[str, list[str]], folder: Path) -> None:
    rows = "".join(
        f"<h2>{html.escape(name)}</h2><p>"
        + "".join(
            f'<a href="{file}"><img src="{file}" height="320" loading="lazy" title="{file}"></a> '
            for file in files
        )
        + "</p>"
        for name, files in shots.items()
    )
    page = f"<!doctype html><meta charset=utf-8><title>Pictures of every page</title>{rows}"
    (folder / "index.html").write_text(page, encoding="utf-8")


def shoot_components(showing: "Showing", site: "Site") -> list[str]:
    """Each component by itself, small; gives the names of those not found."""
    from PIL import Image

    by_name = {seen.page.name: seen for seen in site.seen if seen.language == "ms"}
    missing = []
    for name, (where, selector, width) in COMPONENTS.items():
        seen = by_name.get(where)
        if seen is not None:
            showing.page.set_viewport_size({"width": width, "height": 1000})
            showing.show(seen)
            showing.wear("light")
        element = showing.page.locator(selector).first
        if seen is not None and element.count() and not element.is_visible():
            element.evaluate("element => element.closest('details')?.setAttribute('open', '')")
        if seen is None or not element.count() or not element.is_visible():
            missing.append(name)
            continue
        target = PICTURES / f"{name}.png"
        element.screenshot(path=target)
        with Image.open(target) as picture:
            small = picture.convert("RGB").crop((0, 0, picture.width, min(picture.height, 480)))
            small.quantize(128).save(target, optimize=True)
    return missing


def shoot_for_the_readme(showing: "Showing", site: "Site") -> None:
    for seen in site.seen:
        if seen.page.name == "dashboard (as at)" and seen.language == "ms":
            showing.page.set_viewport_size({"width": 1280, "height": 1100})
            showing.show(seen)
            showing.page.screenshot(path=PICTURES / "dashboard.png")


def take(showing: "Showing", site: "Site", asked: argparse.Namespace) -> None:
    PICTURES.mkdir(exist_ok=True)
    asked.folder.mkdir(parents=True, exist_ok=True)
    if not asked.only:
        shoot_for_the_readme(showing, site)
    missing = shoot_components(showing, site)
    shots: dict[str, list[str]] = {}
    for seen in site.seen if not asked.components else []:
        shots.setdefault(seen.page.name, []).extend(shoot(showing, seen, asked.folder))
    contact_sheet(shots, asked.folder)
    if missing and not asked.only:
        sys.exit(f"No picture of: {', '.join(missing)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="a regular expression of the pages' names")
    parser.add_argument("--components", action="store_true", help="only docs/pictures/")
    parser.add_argument("--folder", type=Path, default=BASE / "var" / "shots")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as var:
        for name in ("DATABASE_URL", "PSICT_DEBUG"):
            os.environ.pop(name, None)
        os.environ |= {
            "PSICT_VAR": var, "PSICT_HTTPS": "0", "PSICT_HOSTS": "testserver,localhost",
            "DJANGO_SETTINGS_MODULE": "psict.settings", "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
        }  # fmt: skip
        sys.path.insert(0, str(BASE))
        import django
        from django.core.management import call_command
        from django.test.utils import setup_test_environment

        django.setup()
        setup_test_environment()

        from tests.browser import CHROMIUM, CHROMIUM_OPTIONS
        from tests.showing import showing

        call_command("migrate", verbosity=0)
        of_components = "|".join(f"^{re.escape(page)}$" for page, *_rest in COMPONENTS.values())
        site = world_of_pages(of_components if asked.components else asked.only)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
            context = browser.new_context(locale="ms-MY", timezone_id="Asia/Kuala_Lumpur")
            with showing(context.new_page(), site) as there:
                take(there, site, asked)
            browser.close()


if __name__ == "__main__":
    main()
