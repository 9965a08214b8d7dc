import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_address_that_only_acts_says_so_instead_of_staying_blank(client: Client) -> None:
    client.force_login(make_user())
    client.cookies["bahasa"] = "en"
    response = client.get(reverse("set_keys"))
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert "press it again" in response.content.decode()


def test_damaged_request_is_explained_in_the_persons_language(client: Client) -> None:
    client.cookies["bahasa"] = "en"
    response = client.get("/cari/", {"q": "\0"})
    assert response.status_code == 400
    assert "The portal cannot read this request" in response.content.decode()
    assert "site-header" in response.content.decode()
