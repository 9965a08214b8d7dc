"""Who reads most reports, and the plan that most of them read."""

import pytest
from django.test import Client

from accounts.choices import Role
from teras.models import Plan
from tests.factories import make_user
from tests.reports.plans import make_mixed_plan


@pytest.fixture
def plan() -> Plan:
    return make_mixed_plan()


@pytest.fixture
def reader(client: Client) -> Client:
    """Somebody of management, who reads English."""
    client.force_login(make_user(Role.MANAGEMENT))
    client.cookies["bahasa"] = "en"
    return client
