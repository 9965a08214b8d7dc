"""Light or dark by one's own choice: kept, and without a script."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PAGE = "/akaun/masuk/?next=/tugasan/"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_theme_chosen_lasts_and_returns_to_the_page(client: Client, theme: str) -> None:
    response = client.post(reverse("set_theme"), {"theme": theme, "next": PAGE})
    assert response["Location"] == PAGE
    assert client.cookies["tema"]["samesite"] == "Lax"
    assert f'data-theme="{theme}"' in client.get(PAGE).content.decode()


def test_theme_of_the_device_is_the_default_and_can_be_chosen_again(client: Client) -> None:
    assert "data-theme=" not in client.get(PAGE).content.decode()
    client.post(reverse("set_theme"), {"theme": "dark"})
    client.post(reverse("set_theme"), {"theme": ""})
    assert "data-theme=" not in client.get(PAGE).content.decode()


def test_admin_follows_the_same_choice(client: Client) -> None:
    client.force_login(make_user(Role.ADMINISTRATOR))
    client.post(reverse("set_theme"), {"theme": "dark"})
    page = client.get(reverse("admin:index")).content.decode()
    assert '<meta name="theme" content="dark">' in page
    # Django's own switch would keep a second choice of its own.
    assert "theme.js" not in page


@pytest.mark.parametrize(
    "address", ["//lain.test/", "https://lain.test/", "javascript:alert(1)", ""]
)
def test_theme_switch_never_leads_to_another_site(client: Client, address: str) -> None:
    response = client.post(reverse("set_theme"), {"theme": "dark", "next": address})
    assert response["Location"] == "/"


def test_theme_nobody_offers_is_ignored(client: Client) -> None:
    client.cookies["tema"] = 'x" onload="'
    assert "data-theme=" not in client.get(PAGE).content.decode()


def test_theme_is_not_chosen_by_a_link(client: Client) -> None:
    assert client.get(reverse("set_theme"), {"theme": "dark"}).status_code == 405
    assert "tema" not in client.cookies


def test_theme_is_not_chosen_by_another_site() -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(reverse("set_theme"), {"theme": "dark"}).status_code == 403


def test_switches_return_to_the_page_with_all_that_its_address_asks(client: Client) -> None:
    client.force_login(make_user())
    page = client.get("/tugasan/?a=1&b=dua%20tiga").content.decode()
    assert page.count('name="next" value="/tugasan/?a=1&amp;b=dua%20tiga"') >= 2
    assert settings.LANGUAGE_COOKIE_SAMESITE == "Lax"
