"""A person at a browser, and what the browser complained about meanwhile."""

import os
import re
import shutil
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from playwright.sync_api import ConsoleMessage, Page, Request, Response

from accounts.models import User
from tests.factories import PASSWORD, session_of

# Debian's Chromium, quiet on the network; without windows where that is to be had.
CHROMIUM = (
    os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
)
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    # Pages live for a second: code that is compiled to run quickly is never run long enough.
    "--js-flags=--no-opt,--no-maglev",
]
# Draws no picture, which takes a quarter of the time: what stands where, in which colours, is known
# without one. Nothing can be pressed there, for that waits for the next picture.
STILL = [*CHROMIUM_OPTIONS, "--disable-threaded-compositing"]

# Says each violation of the content security policy aloud, from the first line of every page on.
WATCH_THE_POLICY = """
document.addEventListener("securitypolicyviolation", (event) => {
    console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
});
"""


@dataclass
class Portal:
    """The running portal as somebody sees it in a browser.

    ``complaints`` holds violations of the content security policy, errors on the console or in a
    script, and requests to anywhere else. The ``portal`` fixture fails the test for any that
    ``expect`` has not announced.
    """

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.context.add_init_script(WATCH_THE_POLICY)
        self.page.context.on("console", self._heard)
        self.page.context.on("request", self._asked)
        self.page.context.on("weberror", lambda error: self._complain(f"script: {error.error}"))

    def _complain(self, complaint: str) -> None:
        self.complaints.append(f"{complaint} (on {self.page.url})")

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._complain(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        # What a page makes for itself (blob:, data:, about:) goes nowhere.
        if urlsplit(request.url).scheme in {"http", "https", "ws", "wss"} and not (
            request.url.startswith(f"{self.address}/")
        ):
            self._complain(f"left the portal: {request.url}")

    def expect(self, pattern: str) -> None:
        """Announce complaints that this test is about, by a regular expression."""
        self.expected.append(pattern)

    def unexpected(self) -> list[str]:
        return [
            complaint
            for complaint in self.complaints
            if not any(re.search(pattern, complaint) for pattern in self.expected)
        ]

    def open(self, path: str = "/") -> Response:
        response = self.page.goto(f"{self.address}{path}")
        assert response is not None
        return response

    def sign_in(self, user: User) -> None:
        """At once, by a session of the user's own."""
        self.page.context.add_cookies(
            [
                {
                    "name": settings.SESSION_COOKIE_NAME,
                    "value": session_of(user),
                    "url": self.address,
                    "httpOnly": True,
                    "sameSite": "Lax",
                }
            ]
        )

    def sign_in_by_form(self, user: User, password: str = PASSWORD) -> None:
        """As people do."""
        self.open(reverse("account_login"))
        self.page.locator("input[name=login]").fill(user.email)
        self.page.locator("input[name=password]").fill(password)
        self.page.locator("input[name=password]").press("Enter")
        self.page.wait_for_url(lambda url: reverse("account_login") not in url)
