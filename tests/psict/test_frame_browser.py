"""What the frame of every page does with a script: theme at once, menus and tips that go away."""

from datetime import date

from playwright.sync_api import expect

from accounts.choices import Role
from tests.browser import Portal
from tests.factories import make_agency, make_milestone, make_plan, make_program, make_user

DARK, LIGHT = "rgb(18, 18, 21)", "rgb(244, 244, 245)"


def test_frame_at_work(portal: Portal) -> None:
    agency = make_agency()
    plan = make_plan(agency)
    make_milestone(date(2021, 6, 30), program=make_program(plan, "1.1"))
    portal.sign_in(make_user(Role.ADMINISTRATOR, agency))
    page = portal.page

    # The theme changes where one stands, in the admin too, and stays on the next page.
    portal.open("/pentadbiran/")
    page.locator(".theme summary").click()
    with page.expect_response("**/tema/"):
        page.locator(".theme button[value=dark]").click()
    expect(page.locator("body")).to_have_css("background-color", DARK)
    expect(page.locator(".theme button[value=dark]")).to_have_attribute("aria-pressed", "true")
    portal.open(plan.get_absolute_url())
    expect(page.locator("html")).to_have_css("background-color", DARK)
    page.locator(".theme summary").click()
    page.locator(".theme button[value=light]").click()
    expect(page.locator("html")).to_have_css("background-color", LIGHT)

    # A menu closes by Escape, and the focus stays where it was opened.
    page.keyboard.press("Escape")
    expect(page.locator(".theme .menu__list")).to_be_hidden()
    expect(page.locator(".theme summary")).to_be_focused()

    # A tip shows on focus and on hover, can be pointed at, and goes by Escape.
    cell = page.locator(".cell.has-tip").first
    tip = cell.locator(".tip")
    cell.focus()
    expect(tip).to_be_visible()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    cell.blur()
    cell.hover()
    expect(tip).to_be_visible()
    tip.hover()
    expect(tip).to_be_visible()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
