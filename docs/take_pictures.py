"""Takes a picture of every page, from a portal of its own with the sample data: ``make shots``.

All pages in both languages, at phone and desktop width, into ``var/shots/``; and the README's picture
of the dashboard into ``docs/pictures/``.
"""

import argparse
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

BASE = Path(__file__).resolve().parent.parent
PLAN = "/mpag/psict-2019-2023/"
WIDTHS = {"phone": 360, "desktop": 1440}
LANGUAGES = ("ms", "en")
PAGES = {
    "pengurusan": {
        "dashboard": PLAN,
        "dashboard-2021": f"{PLAN}?setakat=2021-12-31",
        "plan": f"{PLAN}pelan/",
        "programmes": f"{PLAN}program/",
        "milestones": f"{PLAN}sasaran/",
        "programme": f"{PLAN}program/4.3/",
        "reviews": f"{PLAN}laporan/",
    },
    "pegawai": {"tasks": "/tugasan/"},
    "ketua": {
        "tasks-of-the-head": "/tugasan/",
        "verify": "/tugasan/pengesahan/",
        "programme-of-the-head": f"{PLAN}program/1.8/",
        "admin": "/pentadbiran/",
        "admin-programmes": "/pentadbiran/programs/program/",
    },
}
README_PICTURE = BASE / "docs" / "pictures" / "dashboard.png"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


@contextmanager
def portal() -> Iterator[tuple[str, str]]:
    """A running portal with sample data, in a folder that goes with it: address and password."""
    with tempfile.TemporaryDirectory() as var:
        environment = {**os.environ, "PSICT_VAR": var, "PSICT_HTTPS": "0", "PSICT_DEBUG": "0"}
        environment.pop("DATABASE_URL", None)

        def manage(*command: str) -> str:
            done = subprocess.run(  # noqa: S603 - the project's own command
                [sys.executable, str(BASE / "manage.py"), *command],
                env=environment, capture_output=True, text=True, check=True, cwd=BASE,
            )  # fmt: skip
            return done.stdout

        manage("migrate", "--verbosity", "0")
        manage("collectstatic", "--no-input", "--verbosity", "0")
        manage("load_plan", "fixtures/psict-mpag-2019-2023.yaml", "--no-input")
        manage("load_demo")
        password = (Path(var) / "demo-password").read_text().strip()
        port = free_port()
        server = subprocess.Popen(  # noqa: S603 - the project's own server
            [sys.executable, "-m", "gunicorn", "--no-control-socket", "--log-level", "warning",
             "--threads", "4", "--bind", f"127.0.0.1:{port}", "psict.wsgi"],
            env=environment, cwd=BASE,
        )  # fmt: skip
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(f"{address}/kesihatan/")
            yield address, password
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=20)


def wait_for(address: str, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            with urlopen(address, timeout=5):  # noqa: S310 - this machine's own address
                return
        except (URLError, OSError):
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def signed_in(browser: Browser, address: str, who: str, password: str) -> Page:
    context = browser.new_context(
        locale="ms-MY", timezone_id="Asia/Kuala_Lumpur", reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"{address}/akaun/masuk/")
    page.fill("input[name=login]", f"{who}@contoh.test")
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/masuk/" not in url)
    return page


def shoot(page: Page, address: str, language: str, width: int, path: Path) -> None:
    # Of the whole portal: a cookie set for a page's address would hold for that page alone.
    page.context.add_cookies(
        [{"name": "bahasa", "value": language, "domain": "127.0.0.1", "path": "/"}]
    )
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, full_page=True)


def shoot_all(browser: Browser, address: str, password: str, folder: Path, only: str) -> None:
    for who, fixed in PAGES.items():
        page = signed_in(browser, address, who, password)
        pages = dict(fixed)
        if who == "pegawai":
            page.goto(f"{address}/tugasan/")
            form = page.locator("a[href*='/sasaran/'][href*='/kemas-kini/']").first
            pages["record"] = form.get_attribute("href") or ""
        for name, path in pages.items():
            if not re.search(only, name):
                continue
            for language in LANGUAGES:
                for size, width in WIDTHS.items():
                    target = folder / f"{name}-{language}-{size}.png"
                    shoot(page, f"{address}{path}", language, width, target)
        page.context.close()
    visitor = browser.new_context(reduced_motion="reduce").new_page()
    visitor.goto(f"{address}/akaun/masuk/")
    for size, width in WIDTHS.items():
        shoot(visitor, f"{address}/akaun/masuk/", "ms", width, folder / f"sign-in-ms-{size}.png")


def shoot_for_the_readme(browser: Browser, address: str, password: str) -> None:
    page = signed_in(browser, address, "pengurusan", password)
    page.set_viewport_size({"width": 1280, "height": 1100})
    page.goto(f"{address}{PLAN}?setakat=2021-12-31")
    README_PICTURE.parent.mkdir(exist_ok=True)
    page.screenshot(path=README_PICTURE)
    page.context.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="a regular expression of the pages' names")
    parser.add_argument("--folder", type=Path, default=BASE / "var" / "shots")
    asked = parser.parse_args()
    with portal() as (address, password), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(OPTIONS))
        shoot_for_the_readme(browser, address, password)
        shoot_all(browser, address, password, asked.folder, asked.only)
        browser.close()


if __name__ == "__main__":
    main()
