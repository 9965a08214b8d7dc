"""The plan with the sample story, made once for each module that asks for it."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import translation
from pytest_django import DjangoDbBlocker, Settings

from accounts.choices import Role
from accounts.models import User
from teras.models import Plan
from tests.exchange.sample import Rows, all_rows
from tests.exchange.test_plan_file import MPAG
from tests.factories import make_user
from tests.rows import kept_rows, use_files


@pytest.fixture(scope="module")
def loaded(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Path, Rows]]:
    """MPAG's plan with the sample story, made once for the module; and all rows before that."""
    var = tmp_path_factory.mktemp("var")
    with kept_rows(var, django_db_blocker):
        call_command("load_plan", str(MPAG), "--no-input", stdout=StringIO())
        before = all_rows()
        call_command("load_demo", stdout=StringIO())
        yield var, before


@pytest.fixture
def demo(settings: Settings, loaded: tuple[Path, Rows], db: None) -> Iterator[None]:
    """The loaded story, its files where the portal looks for them, and messages in English."""
    settings.LANGUAGE_CODE = "en"
    use_files(loaded[0], settings)
    with translation.override("en"):
        yield


@pytest.fixture
def plan(demo: None) -> Plan:
    return Plan.objects.select_related("agency").get()


@pytest.fixture
def head(plan: Plan) -> User:
    """A real head."""
    return make_user(Role.HEAD, plan.agency)


@pytest.fixture
def sample_head(demo: None) -> User:
    return User.objects.get(email="ketua@contoh.test")
