"""The maintenance page: switched by a file, alike from the portal and from nginx, safe alone."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from psict.maintenance import PAGE, RETRY_AFTER, policy
from tests.browser import Portal
from tests.test_contrast import TOKENS

NGINX = (settings.BASE_DIR / "deploy" / "nginx.conf").read_text()
README = (settings.BASE_DIR / "deploy" / "README.md").read_text()


@pytest.fixture
def closed(settings: Settings, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    (tmp_path / "maintenance").touch()
    return tmp_path / "maintenance"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/", "/akaun/masuk/", "/pentadbiran/", "/tiada/", "/cari/?q=a"]
)
def test_every_address_is_closed_without_asking_the_database(
    address: str,
    closed: Path,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(0):
        response = client.get(address)
    assert response.status_code == 503
    assert response["Retry-After"] == str(RETRY_AFTER)
    assert response["Cache-Control"] == "no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response.content.decode() == PAGE.read_text()


@pytest.mark.django_db
def test_what_is_sent_meanwhile_is_not_taken(closed: Path, client: Client) -> None:
    assert client.post("/akaun/masuk/", {"login": "a@b.test"}).status_code == 503


@pytest.mark.django_db
def test_portal_opens_at_once_when_the_file_goes(closed: Path, client: Client) -> None:
    assert client.get("/akaun/masuk/").status_code == 503
    closed.unlink()
    assert client.get("/akaun/masuk/").status_code == 200


@pytest.mark.django_db
def test_monitor_is_answered_meanwhile(closed: Path, client: Client) -> None:
    assert client.get("/kesihatan/").status_code == 200


def test_page_speaks_both_languages_and_says_what_to_do() -> None:
    page = PAGE.read_text()
    assert '<html lang="ms">' in page
    assert '<section lang="en">' in page
    for words in ("tiada apa-apa yang hilang", "Cuba lagi", "nothing is lost", "send it again"):
        assert words in page


def test_page_fetches_nothing() -> None:
    assert not re.findall(r"src=|<link|<script|@import|url\(|https?:|style=", PAGE.read_text())


def test_page_has_the_portals_colours() -> None:
    """Of the tokens, or of the mark's drawing."""
    known = TOKENS + (settings.BASE_DIR / "static" / "img" / "mark.svg").read_text()
    for colour in re.findall(r"#[0-9a-f]{3,6}\b", PAGE.read_text()):
        assert colour in known, colour


def test_nginx_shows_the_same_page_under_the_same_policy() -> None:
    assert f'Content-Security-Policy "{policy()}" always' in NGINX
    assert f"Retry-After {RETRY_AFTER} always" in NGINX
    assert "error_page 502 504 =503 /maintenance.html" in NGINX
    assert "root /opt/psict/deploy;" in NGINX
    assert PAGE.name == "maintenance.html"
    assert "/var/lib/psict/maintenance" in README


def test_page_keeps_its_own_policy_in_the_browser(closed: Path, portal: Portal) -> None:
    portal.expect("503")
    assert portal.open("/").status == 503
    panel = portal.page.locator(".words")
    assert panel.evaluate("part => getComputedStyle(part).borderRadius") == "16px"
