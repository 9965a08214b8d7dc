"""Every page with the sample data, looked at by a browser: policy, accessibility, phone width.

The ``portal`` fixture fails on a violation of the content security policy, an error on the console
or a request that leaves the portal.
"""

from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from exchange.actions import load_plan
from exchange.demo.loading import load_demo
from exchange.plan_file import read_plan_file
from reports.actions import begin_review
from teras.models import Plan
from tests.browser import Portal
from tests.test_stories import FIXTURE, PLAN

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE, DESKTOP = 360, 1440
HEAD, OFFICER = "ketua@contoh.test", "pegawai@contoh.test"
REVIEW = f"{PLAN}laporan/2021/1/"

PAGES = {
    HEAD: [
        PLAN,
        f"{PLAN}?setakat=2021-12-31",
        f"{PLAN}pelan/",
        f"{PLAN}program/",
        f"{PLAN}program/?status=critical",
        f"{PLAN}sasaran/",
        f"{PLAN}program/1.8/",
        f"{PLAN}program/2.5/",
        f"{PLAN}program/4.4/",
        "/tugasan/",
        "/tugasan/pengesahan/",
        f"{PLAN}laporan/",
        REVIEW,
        f"{REVIEW}sunting/",
        f"{REVIEW}terbit/",
        "/akaun/kata-laluan/",
        "/tiada/",
    ],
    OFFICER: ["/tugasan/"],
}
# What looks otherwise on a wide screen: the others only have more room.
ON_A_DESK_TOO = {PLAN, f"{PLAN}pelan/", f"{PLAN}program/1.8/", "/tugasan/"}


@pytest.fixture
def plan(live_server: LiveServer, settings: Settings, tmp_path: object) -> Plan:
    settings.VAR_DIR = tmp_path
    plan = load_plan(by=None, plan_file=read_plan_file(FIXTURE)).plan
    load_demo(plan)
    head = User.objects.get(email=HEAD)
    begin_review(by=head, plan=plan, year=2021, today=date(2026, 1, 1))
    return plan


@pytest.mark.once
def test_pages_are_accessible_and_fit_a_phone(portal: Portal, plan: Plan) -> None:
    portal.expect("404")  # the page that is not there is one of them
    found: list[str] = []
    for email, addresses in PAGES.items():
        portal.page.context.clear_cookies()
        portal.sign_in(User.objects.get(email=email))
        for address in [*addresses, *_forms(portal, plan, email)]:
            found += faults(portal, address, PHONE)
            if address in ON_A_DESK_TOO:
                found += faults(portal, address, DESKTOP)
    portal.page.context.clear_cookies()
    found += faults(portal, "/akaun/masuk/", PHONE) + faults(portal, "/akaun/masuk/", DESKTOP)
    assert not found, "\n".join(found)


def _forms(portal: Portal, plan: Plan, email: str) -> list[str]:
    if email != OFFICER:
        return []
    portal.open("/tugasan/")
    links = portal.page.locator("a[href*='/sasaran/'][href*='/kemas-kini/'], a[href*='/betulkan/']")
    return [str(link.get_attribute("href")) for link in links.all()[:2]]


def faults(portal: Portal, address: str, width: int) -> list[str]:
    page = portal.page
    page.set_viewport_size({"width": width, "height": 800})
    portal.open(address)
    found = [
        f"{fault['id']}: {fault['nodes'][0]['html'][:200]}"
        for fault in Axe()
        .run(
            page,
            options={"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]},
        )
        .response["violations"]
    ]
    wide = page.evaluate("document.scrollingElement.scrollWidth")
    if wide > width:
        found.append(f"scrolls sideways: {wide} px wide")
    return [f"{address} at {width}: {fault}" for fault in found]
