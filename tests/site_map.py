"""The site map: every page of the portal, the states it can be in, and how to get there.

Each address of the URL configuration is a page unless ``NOT_PAGES`` says why not. Most need no
entry: what their parameters mean stands in ``site_addresses``. A page whose parameters are new says
there what they are, in ``KEYS``; one with states worth looking at has them in ``site_states``. What checks all pages
(accessibility, languages, weight, policy) walks this map; ``test_site_map.py`` fails for an address
that it cannot reach.
"""

from collections.abc import Iterator

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.site_addresses import (
    NEVER_IN_THE_ADMIN,
    NOT_PAGES,
    ONLY_SENT,
    addresses,
    world_arguments,
)
from tests.site_review_states import by_review
from tests.site_states import ADMIN, PORTAL, Page, by_accident, by_query, by_sending, get
from tests.site_world import World


def pages(*, of_admin: bool | None = None) -> list[Page]:
    """All of them, or only the portal's or the admin's."""
    found = [*_by_address(), *by_query(), *by_sending(), *by_accident(), *by_review()]
    return [
        page
        for page in found
        if of_admin is None or page.address_name.startswith("admin:") == of_admin
    ]


def _who(name: str) -> tuple[str, ...]:
    return ADMIN if name.startswith("admin:") else PORTAL


def _by_address() -> Iterator[Page]:
    for name, parameters in addresses():
        if name in NOT_PAGES or name in NEVER_IN_THE_ADMIN or name in ONLY_SENT:
            continue

        def ask(
            client: Client, world: World, name: str = name, parameters: tuple[str, ...] = parameters
        ) -> HttpResponse:
            return get(client, reverse(name, args=world_arguments(name, parameters, world)))

        yield Page(name, "", _who(name), ask)
