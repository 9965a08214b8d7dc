"""What a browser puts on paper of the pages on which a review is written and read."""

import pytest
from playwright.sync_api import expect

from tests.browser import Portal
from tests.reports.review_world import ReviewWorld


@pytest.mark.django_db(transaction=True)
def test_draft_is_printed_with_its_words_and_its_grounds(portal: Portal) -> None:
    world = ReviewWorld()
    long = "\n".join(f"Ayat {number} bagi ringkasan." for number in range(40))
    review = world.review(summary=long)
    page = portal.page
    portal.sign_in(world.head)
    portal.open(f"{review.get_absolute_url()}sunting/")
    page.emulate_media(media="print")
    text = page.locator("textarea[name=summary]")
    expect(text).to_be_visible()
    # All of it, however long: nothing is left behind a scroll bar that paper does not have.
    assert text.evaluate("it => it.scrollHeight <= it.clientHeight + 1")
    assert text.evaluate("it => getComputedStyle(it).borderTopWidth") == "0px"
    expect(page.locator(".form__actions--stay")).to_be_hidden()
    expect(page.locator(".form-note")).to_be_hidden()

    page.emulate_media(media="screen")
    portal.open(f"{review.get_absolute_url()}pratonton/halaman/")
    expect(page.locator(".screen-bar")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".screen-bar")).to_be_hidden()
    exact = "getComputedStyle(document.querySelector('.cover__title')).printColorAdjust"
    assert page.evaluate(exact) == "exact"
