import pytest
from django.contrib.staticfiles import finders
from django.test import Client


@pytest.mark.django_db
def test_browser_is_led_to_the_sign_without_signing_in_and_may_keep_that(client: Client) -> None:
    response = client.get("/favicon.ico")
    assert response.status_code == 302
    assert "max-age=86400" in response["Cache-Control"]
    name = response["Location"].split("/static/")[1]
    assert finders.find(name)
