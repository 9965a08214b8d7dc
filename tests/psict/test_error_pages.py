"""Errors look like the portal and say what to do, in the person's language."""

from unittest.mock import patch

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_page_not_found_looks_like_the_portal(client: Client) -> None:
    client.force_login(make_user())
    response = client.get("/tiada/halaman/ini/langsung/")
    assert response.status_code == 404
    assert "site-header" in response.content.decode()
    main = response.content.decode().split("<main")[1]
    assert f'action="{reverse("search")}"' in main


def test_page_not_found_offers_no_search_to_whom_it_would_only_send_to_sign_in(
    client: Client,
) -> None:
    main = client.get("/tiada/").content.decode().split("<main")[1]
    assert reverse("search") not in main


def test_forgotten_token_is_explained() -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post(reverse("account_login"), {"login": "a@b.test"})
    assert response.status_code == 403
    assert "site-header" in response.content.decode()


def test_too_many_attempts_is_explained(client: Client) -> None:
    address = reverse("account_login")
    for _attempt in range(40):
        response = client.post(address, {"login": "a@b.test", "password": "bukan-ini-dia"})
    assert response.status_code == 429
    page = response.content.decode()
    assert "site-header" in page
    assert "kata laluan" in page
    assert f'href="{address}"' in page


def test_too_many_questions_are_no_matter_of_passwords(client: Client) -> None:
    for _attempt in range(40):
        response = client.get(reverse("check_code", args=["7K3M-Q9XD"]))
    assert response.status_code == 429
    main = response.content.decode().split("<main")[1].split("</main>")[0]
    assert "Sila tunggu sebentar" in main
    assert "kata laluan" not in main
    assert reverse("check_code", args=["7K3M-Q9XD"]) in main


def test_server_error_page_needs_neither_context_nor_database() -> None:
    content = render_to_string("500.html")
    assert "<h1>" in content
    assert "{%" not in content


@pytest.mark.parametrize(("language", "other"), [("ms", "en"), ("en", "ms")])
def test_server_error_is_told_in_the_chosen_language_and_once_in_the_other(
    language: str, other: str
) -> None:
    client = Client(raise_request_exception=False)
    client.cookies["bahasa"] = language
    with patch("psict.statements._statement", side_effect=RuntimeError):
        response = client.get(reverse("disclaimer"))
    page = response.content.decode()
    assert response.status_code == 500
    assert f'<html lang="{language}">' in page
    said = {
        "ms": "Langkah terakhir anda belum disimpan; cuba",
        "en": "Your last step was not saved;",
    }
    assert said[other] in page.split(f'lang="{other}"', 1)[1]
    heading = {"ms": "Masalah", "en": "Something went wrong"}[language]
    assert heading in page


def test_forbidden_page_renders_without_a_plan() -> None:
    request = RequestFactory().get("/")
    assert "<h1>" in render_to_string("403.html", request=request)
