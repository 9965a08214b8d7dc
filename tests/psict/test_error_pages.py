"""Errors look like the portal and say what to do, in the person's language."""

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
    assert "site-header" in response.content.decode()


def test_server_error_page_needs_neither_context_nor_database() -> None:
    content = render_to_string("500.html")
    assert "<h1>" in content
    assert "{%" not in content


def test_forbidden_page_renders_without_a_plan() -> None:
    request = RequestFactory().get("/")
    assert "<h1>" in render_to_string("403.html", request=request)
