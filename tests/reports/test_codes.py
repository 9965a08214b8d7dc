"""The address that is printed beside a document's code: whether anybody else can open it."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from reports.codes import leads_to_itself
from tests.reports.review_world import ReviewWorld


@pytest.mark.parametrize(
    ("address", "is_own"),
    [
        ("http://localhost", True),
        ("http://localhost:8000", True),
        ("http://psict.localhost", True),
        ("http://127.0.0.1:8000", True),
        ("http://[::1]:8000", True),
        ("http://0.0.0.0:8000", True),
        ("https://psict.majlis.gov.my", False),
        ("http://10.1.2.3", False),
        ("http://portal", False),
    ],
)
def test_address_of_ones_own_machine_leads_nobody_else_there(address: str, is_own: bool) -> None:
    assert leads_to_itself(address) is is_own


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("printed", "is_warned"), [("http://localhost", True), ("https://psict.contoh.test", False)]
)
def test_issue_page_warns_before_such_an_address_is_printed_for_good(
    printed: str, is_warned: bool, client: Client, settings: Settings
) -> None:
    world = ReviewWorld()
    world.fill()
    world.verify_all()
    review = world.approved()
    settings.PORTAL_ADDRESS = printed
    client.force_login(world.head)
    agency, plan = world.plan.address
    page = client.get(reverse("review_issue", args=[agency, plan, review.period, 1]))
    text = page.content.decode()
    assert printed in text
    assert ("PSICT_ADDRESS" in text) is is_warned
