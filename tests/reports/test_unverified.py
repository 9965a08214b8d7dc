"""A result that nobody has verified yet says so wherever it is shown."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from progress.actions import verify_update
from progress.models import ProgressUpdate
from teras.models import Plan
from tests.factories import make_user

pytestmark = pytest.mark.django_db
# Achieved late, by an update that still waits for the head.
MARKED = r"Achieved on 01\.08\.2021[^<]*"


def page(client: Client, plan: Plan, name: str) -> str:
    response = client.get(reverse(name, args=plan.address) + "?setakat=2021-12-31")
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("name", ["dashboard", "milestones", "plan_tree", "plan_gantt"])
def test_result_is_marked_on_every_page_until_somebody_verifies_it(
    name: str, plan: Plan, reader: Client
) -> None:
    html = page(reader, plan, name)
    rows = re.findall(r"<(?:li|tr)\b(?:(?!<(?:li|tr)\b).)*?" + MARKED, html, re.DOTALL)
    assert rows
    assert "Not yet verified" in html.split("</form>")[-1]
    if name in {"milestones", "plan_tree"}:
        assert all("Not yet verified" in row for row in rows)
    else:
        assert re.search(MARKED + r"Not yet verified", html)
    for update in ProgressUpdate.objects.filter(verification__isnull=True):
        verify_update(by=make_user(Role.HEAD), update=update)
    content = page(reader, plan, name).split('id="content"')[1]
    assert not re.search(MARKED + r"Not yet verified", content)
    assert '<span class="tag">Not yet verified</span>' not in content
    assert "cell--unverified" not in content
    assert "gantt__unverified" not in content.split("gantt-legend")[-1].split("</ul>")[0]


def test_gantt_draws_a_mark_and_explains_it(plan: Plan, reader: Client) -> None:
    html = page(reader, plan, "plan_gantt")
    assert html.count('href="#gantt-unverified"') == 1
    assert html.count('<span class="tag">Not yet verified</span>') == 1
    legend = html.split("gantt-legend")[1].split("</ul>")[0]
    assert "Not yet verified" in legend
    assert "Revised date" in legend
    # Nothing of these is drawn, so nothing is to be explained.
    assert "Period, original and to date" not in legend
    assert "From first to last milestone" not in legend
