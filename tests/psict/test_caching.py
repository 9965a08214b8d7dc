from pathlib import Path

import pytest
from django.core.cache.backends.filebased import FileBasedCache
from django.test import Client

from psict import settings as own_settings
from tests.factories import make_milestone, make_user

pytestmark = pytest.mark.django_db


def test_pages_are_kept_by_nobody_in_between_and_asked_for_again(client: Client) -> None:
    plan = make_milestone().kpi.program.plan
    client.force_login(make_user())
    for address in (plan.get_absolute_url(), "/", "/tugasan/", "/tiada/"):
        assert client.get(address).headers["Cache-Control"] == "private, no-cache"


def test_page_that_says_itself_how_it_is_kept_is_left_alone(client: Client) -> None:
    assert "no-store" in client.get("/kesihatan/").headers["Cache-Control"]


def test_many_addresses_that_try_to_sign_in_push_none_of_them_out(tmp_path: Path) -> None:
    cache = FileBasedCache(
        str(tmp_path), {"OPTIONS": own_settings.CACHES["default"].get("OPTIONS", {})}
    )
    for number in range(500):
        cache.set(f"cuba-{number}", number)
    assert all(cache.get(f"cuba-{number}") == number for number in range(500))
