"""The head at the queue in a browser: by keyboard alone, and without JavaScript by forms."""

from datetime import date

import pytest
from playwright.sync_api import Browser, expect

from accounts.models import User
from kpi.models import Milestone
from progress.actions import Report, record_update
from progress.choices import Claim, UpdateState
from progress.evidence import keep
from progress.models import ProgressUpdate
from tests.browser import Portal
from tests.progress.files import image, paper, upload

QUEUE = "/tugasan/pengesahan/"


@pytest.fixture
def waiting(
    transactional_db: None, officer: User, milestone: Milestone, head: User
) -> list[ProgressUpdate]:
    files = (keep(upload("laporan.pdf", paper(2))), keep(upload("gambar.png", image("PNG"))))
    return [
        record_update(
            by=officer,
            milestone=milestone,
            report=Report(date(2021, 6, number), Claim.ONGOING, f"Kisah {number}.", files=files),
            today=date(2021, 8, 1),
        )
        for number in (1, 2, 3)
    ]


def states(updates: list[ProgressUpdate]) -> list[UpdateState]:
    return [ProgressUpdate.objects.get(pk=update.pk).state for update in updates]


def test_head_verifies_two_and_returns_one_by_keyboard_alone(
    portal: Portal, head: User, waiting: list[ProgressUpdate]
) -> None:
    page, press = portal.page, portal.page.keyboard.press
    desk, title = page.locator("#desk"), page.locator("#desk-title")
    page.set_viewport_size({"width": 1440, "height": 900})
    portal.sign_in(head)
    portal.open(QUEUE)
    page.evaluate("window.isTheFirstPage = true")

    # The evidence is seen beside the words, drawn by the portal.
    for picture in page.locator(".exhibit__page img").all():
        picture.scroll_into_view_if_needed()
        # Drawn now, for the first time, on a machine that may be busy.
        expect(picture).to_have_js_property("complete", value=True, timeout=30_000)
        assert picture.evaluate("image => image.naturalWidth")

    # Outside of the queue no key means anything.
    press("s")
    press("j")
    expect(desk).to_contain_text("Kisah 1.")
    expect(page.locator("body")).to_be_focused()

    # Into the queue, on to the second and back to the first, which is verified.
    for key in ("Tab", "Enter", "Tab"):  # the skip link, and on
        press(key)
    expect(page.locator(".desk__row").first).to_be_focused()
    press("j")
    expect(desk.locator(".desk__claim > div > section .narrative").first).to_have_text("Kisah 2.")
    expect(title).to_be_focused()
    press("k")
    expect(desk.locator(".desk__row[aria-current]")).to_contain_text("Nurul Aini")
    expect(desk.locator(".narrative").first).to_have_text("Kisah 1.")
    press("s")
    expect(page.locator("[data-key=s]")).to_be_focused()
    assert states(waiting) == [UpdateState.UNVERIFIED] * 3
    press("Enter")
    expect(desk.get_by_role("status")).to_be_visible()
    expect(desk.locator(".narrative").first).to_have_text("Kisah 2.")

    # Whoever opens the form by hand is led to its field; what opened it closes it again.
    opener, note = page.locator(".desk__decide summary"), page.locator("#id_note")
    opener.click()
    expect(note).to_be_focused()
    expect(opener.get_by_text("Batal", exact=True)).to_be_visible()
    expect(page.locator(".desk__decide")).to_have_css("position", "static")
    press("Escape")
    press("Enter")
    expect(note).to_be_hidden()

    # The second goes back, once there are words; keys are letters while one writes.
    press("b")
    page.keyboard.type("Sila lampirkan bukti kerja.")
    press("Control+Enter")
    expect(desk.locator(".narrative").first).to_have_text("Kisah 3.")

    # The third ends the queue, which says what next. All that without a page load in between.
    expect(title).to_be_focused()
    press("s")
    press("Enter")
    expect(desk.locator(".empty")).to_be_visible()
    assert page.evaluate("window.isTheFirstPage")
    assert states(waiting) == [UpdateState.VERIFIED, UpdateState.RETURNED, UpdateState.VERIFIED]
    returned = ProgressUpdate.objects.get(pk=waiting[1].pk).verification
    assert returned.note == "Sila lampirkan bukti kerja."


def test_head_decides_without_javascript_by_forms(
    browser: Browser, portal: Portal, head: User, waiting: list[ProgressUpdate]
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="ms-MY")
    plain = Portal(context.new_page(), portal.address)
    page = plain.page
    plain.sign_in(head)
    plain.open(QUEUE)
    page.locator(".desk__row").nth(1).click()
    page.wait_for_url(f"**{QUEUE}{waiting[1].pk}/")
    page.locator(".desk__decide form button").first.click()
    page.wait_for_url(f"**{QUEUE}{waiting[2].pk}/")
    page.locator(".desk__decide summary").click()
    page.locator("#id_note").fill("Sila lampirkan bukti kerja.")
    page.locator(".desk__decide details button").click()
    page.wait_for_url(f"**{QUEUE}{waiting[0].pk}/")
    expect(page.get_by_role("status")).to_be_visible()
    assert not plain.unexpected()
    context.close()
    assert states(waiting) == [UpdateState.UNVERIFIED, UpdateState.VERIFIED, UpdateState.RETURNED]
