"""An officer with a milestone of their own, and the head."""

import pytest
from django.test import Client

from accounts.choices import Role
from accounts.models import User
from kpi.models import Milestone
from tests.factories import make_milestone, make_program, make_user


@pytest.fixture
def officer() -> User:
    return make_user(full_name="Nurul Aini")


@pytest.fixture
def head() -> User:
    return make_user(Role.HEAD, full_name="Rosnah")


@pytest.fixture
def milestone(officer: User) -> Milestone:
    return make_milestone(program=make_program(officer=officer))


@pytest.fixture
def client(client: Client) -> Client:
    """A browser that asks for English, so that tests can read the sentences."""
    client.cookies["bahasa"] = "en"
    return client
