import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def language_of(client: Client, **headers: str) -> str:
    response = client.get(reverse("account_login"), headers=headers)
    content = response.content.decode()
    assert f'<html lang="{response.headers["Content-Language"]}"' in content
    return response.headers["Content-Language"]


def test_language_is_malay_whatever_the_browser_prefers(client: Client) -> None:
    assert language_of(client, **{"accept-language": "en-US,en;q=0.9"}) == "ms"


def test_language_switch_lasts_and_returns_to_the_page(client: Client) -> None:
    response = client.post(
        reverse("set_language"), {"language": "en", "next": "/akaun/masuk/?next=/tugasan/"}
    )
    assert response["Location"] == "/akaun/masuk/?next=/tugasan/"
    assert language_of(client) == "en"


def test_language_switch_never_leads_to_another_site(client: Client) -> None:
    response = client.post(reverse("set_language"), {"language": "en", "next": "//lain.test/"})
    assert response["Location"] == "/"


def test_language_nobody_offers_is_ignored(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "../etc"
    assert language_of(client) == "ms"
