"""What the portal says of itself to anybody, and that it is true."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import Agency
from tests.factories import PASSWORD, make_agency, make_user

pytestmark = pytest.mark.django_db
STATEMENTS = ("disclaimer", "privacy", "accessibility")


@pytest.mark.parametrize("name", STATEMENTS)
@pytest.mark.parametrize("language", ["ms", "en"])
def test_statement_tells_anybody_whom_to_ask(client: Client, name: str, language: str) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    agency = make_agency()
    Agency.objects.filter(pk=agency.pk).update(email="ict@majlis.test", phone="06-555 1234")
    page = client.get(reverse(name)).content.decode()
    main = page.split("<main")[1].split("</main>")[0]
    assert "mailto:ict@majlis.test" in main
    assert "06-555 1234" in main
    assert re.search(r"\d\d\.\d\d\.20\d\d", page.split("<footer")[1])


@pytest.mark.parametrize("name", STATEMENTS)
def test_statement_of_a_portal_of_several_agencies_names_none_that_says_no_address(
    client: Client, name: str
) -> None:
    make_agency("mpag", "Majlis Perbandaran Satu")
    make_agency("mbmb", "Majlis Bandaraya Dua")
    page = client.get(reverse(name)).content.decode()
    assert "Majlis Perbandaran Satu" not in page
    assert "Majlis Bandaraya Dua" not in page


@pytest.mark.parametrize("name", STATEMENTS)
def test_statement_of_a_portal_of_several_agencies_tells_how_to_reach_each(
    client: Client, name: str
) -> None:
    for slug, phone in (("mpag", "06-555 1111"), ("mbmb", "06-555 2222")):
        agency = make_agency(slug, f"Majlis {slug}")
        Agency.objects.filter(pk=agency.pk).update(email=f"ict@{slug}.test", phone=phone)
    main = client.get(reverse(name)).content.decode().split("<main")[1]
    for told in ("Majlis mpag", "mailto:ict@mbmb.test", "06-555 1111", "06-555 2222"):
        assert told in main


def test_every_page_leads_to_the_statements(client: Client) -> None:
    user = make_user()
    for signed_in in (False, True):
        if signed_in:
            client.force_login(user)
        page = client.get("/tiada/" if signed_in else reverse("account_login")).content.decode()
        footer = page.split("<footer")[1]
        assert all(f'href="{reverse(name)}"' in footer for name in STATEMENTS)


def test_privacy_policy_names_every_cookie_the_portal_sets(client: Client) -> None:
    client.post(reverse("set_language"), {"language": "en"})
    client.post(reverse("set_theme"), {"theme": "dark"})
    client.post(reverse("set_keys"), {"keys": "0"})
    user = make_user()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    client.get("/tugasan/")
    page = client.get(reverse("privacy")).content.decode()
    assert {
        settings.SESSION_COOKIE_NAME,
        settings.CSRF_COOKIE_NAME,
        "bahasa",
        "tema",
        "kekunci",
    } <= set(client.cookies)
    for name in client.cookies:
        assert f'<th scope="row">{name}</th>' in page, name


def test_privacy_policy_is_right_about_how_long_cookies_stay() -> None:
    # The page says so in words: change both together.
    assert settings.SESSION_COOKIE_AGE == 12 * 60 * 60
    assert settings.ACCOUNT_SESSION_REMEMBER is False
    assert settings.LANGUAGE_COOKIE_AGE is None
    assert settings.CSRF_COOKIE_AGE == 364 * 24 * 60 * 60 or settings.CSRF_COOKIE_AGE >= 31_000_000
