"""The site map leaves no page out, and everybody's pages are really got to."""

import pytest
from django.http import HttpResponse
from django.urls import Resolver404, path, resolve

from accounts.choices import Role
from tests import site_addresses
from tests.site_addresses import (
    NEVER_IN_THE_ADMIN,
    NOT_PAGES,
    ONLY_SENT,
    CannotReach,
    addresses,
)
from tests.site_crawl import Site
from tests.site_map import pages

pytestmark = [pytest.mark.once, pytest.mark.xdist_group("site"), pytest.mark.django_db]


def name_at(address: str) -> str:
    try:
        return resolve(address.split("?", maxsplit=1)[0]).view_name
    except Resolver404:
        return ""


def test_every_page_of_the_map_is_shown_to_somebody(site: Site) -> None:
    """An address that the map cannot reach, or that answers everybody with a refusal, is missing."""
    shown = {each.page.name for each in site.seen if each.status not in {403, 404, 500}}
    refusals = {
        " (no such page)",
        " (no such code)",
        " (forged form)",
        " (server error)",
    }
    missing = {page.name for page in pages()} - shown - refusals
    assert not missing, f"say in tests/site_map.py how to get there: {sorted(missing)}"


def test_no_page_breaks_for_anybody(site: Site) -> None:
    broken = {each.name for each in site.seen if each.status == 500}
    assert broken <= {" (server error) as visitor in ms", " (server error) as visitor in en"}
    assert not site.broken, "what a page brings along is there"


def test_page_of_an_address_is_that_address_and_not_where_it_led(site: Site) -> None:
    led_to = {
        (each.page.name, name_at(each.address))
        for each in site.seen
        if each.status not in {403, 404, 500}
    }
    elsewhere = [
        page.name
        for page in pages()
        if page.address_name and not page.state and (page.name, page.address_name) not in led_to
    ]
    assert not elsewhere, "leads away: give it a state, or say in NOT_PAGES why it is no page"


def test_what_is_left_out_is_there_and_has_a_reason() -> None:
    known = {name for name, _parameters in addresses()}
    assert set(NOT_PAGES) <= known, "an address that is gone needs no excuse"
    assert {page.address_name for page in pages()} >= ONLY_SENT
    assert known >= NEVER_IN_THE_ADMIN
    assert all(NOT_PAGES.values())


def test_everybody_looks_at_every_page_of_the_portal(site: Site) -> None:
    asked = {(each.page.name, each.who) for each in site.seen if each.language == "ms"}
    for page in pages(of_admin=False):
        if page.address_name and not page.state:
            assert {who for name, who in asked if name == page.name} >= set(Role.values)


def test_new_address_cannot_be_left_out() -> None:
    def view(_request: object, thing: int) -> HttpResponse:
        return HttpResponse(str(thing))

    new = [path("baharu/<int:thing>/", view, name="new")]
    ((name, parameters),) = site_addresses._addresses(list(new), "", ())
    with pytest.raises(CannotReach, match=r"new: say in tests/site_addresses.py what thing is"):
        site_addresses.world_arguments(name, parameters, SomeWorld())  # type: ignore[arg-type]


class SomeWorld:
    class plan:  # noqa: N801 - stands for the world's
        slug = "psict"

        class agency:  # noqa: N801
            slug = "mpag"

    class draft:  # noqa: N801
        period, edition, version = 2021, 1, 1
