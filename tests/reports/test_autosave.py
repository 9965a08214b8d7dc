"""A draft that saves itself while somebody writes, in a browser."""

import pytest
from playwright.sync_api import expect

from accounts.choices import Role
from reports.actions import save_review
from reports.drafting import with_texts
from reports.models import AnnualReview
from tests.browser import Portal
from tests.factories import make_user
from tests.reports.review_world import ReviewWorld

AFTER_TYPING = 3_000  # milliseconds; static/js/autosave.js


@pytest.mark.django_db(transaction=True)
def test_draft_saves_itself_survives_a_dead_network_and_overwrites_nobody(portal: Portal) -> None:
    world = ReviewWorld()
    review = world.review()
    page = portal.page
    page.clock.install()  # so that nobody waits for the seconds after which it saves
    portal.sign_in(world.head)
    portal.open(f"{review.get_absolute_url()}sunting/")
    said, text = page.locator("[data-autosaved]"), page.locator("textarea[name=summary]")
    text.fill("Separuh ayat")
    page.clock.fast_forward(AFTER_TYPING)
    expect(said).to_contain_text("Disimpan", timeout=15_000)
    assert AnnualReview.objects.get().summary == "Separuh ayat"
    assert AnnualReview.objects.get().autosaved

    # The network is gone: it is said, and the text stays.
    portal.expect("ERR_FAILED")
    page.route("**/simpan/", lambda route: route.abort())
    text.fill("Ditulis tanpa sambungan")
    page.clock.fast_forward(AFTER_TYPING)
    expect(said).to_contain_text("Tiada sambungan", timeout=15_000)
    expect(text).to_have_value("Ditulis tanpa sambungan")
    page.unroute("**/simpan/")

    # Meanwhile somebody else saves: theirs stands, and the page says who.
    other = make_user(Role.HEAD, world.plan.agency, full_name="Azman bin Ali")
    stored = AnnualReview.objects.get()
    theirs = with_texts(stored, {"summary": "Kata Azman."})
    save_review(by=other, review=stored, text=theirs, version=stored.version)
    portal.expect("409")
    text.fill("Ditulis bersama-sama")
    page.clock.fast_forward(AFTER_TYPING)
    expect(said).to_contain_text("Azman bin Ali", timeout=15_000)
    assert AnnualReview.objects.get().summary == "Kata Azman."

    # The button shows both texts.
    page.locator(".form__actions button").first.click()
    expect(page.get_by_role("alert")).to_contain_text("Azman bin Ali")
    expect(text).to_have_value("Ditulis bersama-sama")
    expect(page.locator("main")).to_contain_text("Kata Azman.")
