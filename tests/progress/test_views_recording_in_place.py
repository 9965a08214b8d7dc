"""Recording in a row of the worklist, without leaving the page."""

import re
from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from kpi.models import Milestone
from progress.choices import Claim
from progress.models import ProgressUpdate
from tests.factories import make_milestone, make_update
from tests.progress.files import upload
from tests.progress.sending import GOOD, address, correction, hidden

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def test_record_update_in_place_is_a_row_not_a_page(
    client: Client, officer: User, milestone: Milestone
) -> None:
    client.force_login(officer)
    response = client.get(address(milestone), headers=HTMX)
    assert "<html" not in response.text
    assert f'id="sasaran-{milestone.pk}"' in response.text
    assert f'hx-post="{address(milestone)}"' in response.text
    # A row's ids are its own, and what a browser keeps of a row is not taken for the page.
    assert f'id="m{milestone.pk}_narrative"' in response.text
    assert "HX-Request" in response["Vary"]
    assert "HX-Request" in client.get(address(milestone))["Vary"]


def test_record_update_in_place_shows_the_new_standing_and_the_way_to_correct(
    client: Client, officer: User, milestone: Milestone
) -> None:
    url = address(milestone)
    client.force_login(officer)
    seen = hidden(client.get(url, headers=HTMX).text, "seen")[0]
    text = client.post(url, {**GOOD, "seen": seen}, headers=HTMX).text
    update = ProgressUpdate.objects.get()
    assert "<html" not in text
    assert 'role="status"' in text
    assert "Update recorded." in text
    assert "Not yet verified" in text
    assert "Achieved" in text
    assert f'hx-get="{correction(update)}"' in text
    assert "hx-post" not in text


def test_record_update_in_place_tells_how_many_wait_now(
    client: Client, officer: User, milestone: Milestone
) -> None:
    make_milestone(date(2021, 9, 30), program=milestone.kpi.program)
    client.force_login(officer)
    page = client.get("/tugasan/").text
    assert '<span class="count" id="count-overdue">2</span>' in page
    assert '<span id="count-upcoming" hidden></span>' in page, "there to be changed in place"
    seen = hidden(client.get(address(milestone), headers=HTMX).text, "seen")[0]
    text = client.post(address(milestone), {**GOOD, "seen": seen}, headers=HTMX).text
    told = dict(re.findall(r'<span id="count-(\w+)" hx-swap-oob="innerHTML">(\d+)</span>', text))
    assert told == {"overdue": "1", "due_soon": "0", "returned": "0", "upcoming": "0"}
    assert all(f'id="count-{key}"' in page for key in told)
    # What was refused has changed no count.
    assert "hx-swap-oob" not in client.post(address(milestone), {}, headers=HTMX).text


def test_record_update_in_place_after_the_plan_ended_shows_what_was_recorded(
    client: Client, officer: User, milestone: Milestone
) -> None:
    url = address(milestone)
    client.force_login(officer)
    seen = hidden(client.get(url, headers=HTMX).text, "seen")[0]
    late = {**GOOD, "seen": seen, "effective_on": "2024-02-01"}
    assert "Achieved late" in client.post(url, late, headers=HTMX).text


def test_record_update_in_place_with_an_error_keeps_words_and_files(
    client: Client, officer: User, milestone: Milestone
) -> None:
    url = address(milestone)
    client.force_login(officer)
    seen = hidden(client.get(url, headers=HTMX).text, "seen")[0]
    wrong = {**GOOD, "seen": seen, "effective_on": "2099-01-01", "uploads": [upload("minit.pdf")]}
    text = client.post(url, wrong, headers=HTMX).text
    assert "This day has not come yet." in text
    assert "Siap dipasang." in text
    assert "minit.pdf" in text
    assert len(hidden(text, "kept")) == 1


def test_record_update_in_place_of_a_closed_milestone_says_why_in_the_row(
    client: Client, officer: User, milestone: Milestone
) -> None:
    make_update(milestone)
    client.force_login(officer)
    response = client.get(address(milestone), headers=HTMX)
    assert response.status_code == 200
    assert "achieved already" in response.text
    assert "<form" not in response.text


@pytest.mark.parametrize("others", [0, 4])
def test_record_update_form_takes_the_same_queries_whatever_the_programme_holds(
    client: Client,
    officer: User,
    milestone: Milestone,
    others: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(others):
        make_update(make_milestone(program=milestone.kpi.program))
        make_update(milestone, officer, claim=Claim.ONGOING)
    client.force_login(officer)
    client.get(address(milestone), headers=HTMX)
    with django_assert_num_queries(15):
        client.get(address(milestone), headers=HTMX)
