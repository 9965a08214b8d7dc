"""The meeting sheet: one side of A4, whatever the plan."""

import io
import re

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import User
from programs.models import Program
from reports.sheet import fitting, height_of, pages_of
from teras.models import Plan
from tests.browser import Portal
from tests.factories import make_plan, make_user
from tests.reports.plans import make_mixed_plan, make_plan_of
from tests.reports.test_dashboard import Page

pytestmark = pytest.mark.django_db
AT = "?setakat=2021-12-31"
# Every programme of a late plan is critical by then.
LATE_AT = "?setakat=2023-12-31"
WORDY = "Peningkatan dan penyelarasan infrastruktur serta perkhidmatan digital bersepadu "


def make_late_plan(size: int) -> Plan:
    """A plan whose programmes all owe what was due in June 2022, with names as long as they get."""
    plan = make_plan_of(size, make_user(Role.HEAD))
    programs = list(plan.programs.all())
    for program in programs:
        program.name = f"{WORDY}{program.code}: {WORDY}"
    Program.objects.bulk_update(programs, ["name"])
    return plan


def pdf_of(reader: Client, plan: Plan, query: str = AT) -> bytes:
    response = reader.get(f"{reverse('meeting_sheet_pdf', args=plan.address)}{query}")
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    return response.content


@pytest.fixture(params=["mixed", "empty", "300 programmes"])
def some_plan(request: pytest.FixtureRequest) -> Plan:
    match request.param:
        case "mixed":
            return make_mixed_plan()
        case "empty":
            return make_plan()
    return make_late_plan(300)


def test_pdf_is_one_side_of_a4_whatever_the_plan(some_plan: Plan, reader: Client) -> None:
    with pikepdf.open(io.BytesIO(pdf_of(reader, some_plan, LATE_AT))) as document:
        assert len(document.pages) == 1
        width, height = [float(side) for side in document.pages[0].MediaBox][2:]
        fonts = {str(font.BaseFont) for font in document.pages[0].Resources.Font.values()}
        assert document.Root.MarkInfo.Marked
    assert (round(width), round(height)) == (595, 842)
    assert all(re.search("Inter|Poppins", font) for font in fonts)


def test_pdf_is_one_side_in_malay_too(client: Client) -> None:
    client.force_login(make_user(Role.MANAGEMENT))
    assert pages_of(pdf_of(client, make_late_plan(30), LATE_AT)) == 1


def test_pdf_is_named_for_the_plan_and_the_day(reader: Client) -> None:
    plan = make_mixed_plan()
    response = reader.get(f"{reverse('meeting_sheet_pdf', args=plan.address)}{AT}")
    assert "helaian-mesyuarat-2021-12-31.pdf" in response["Content-Disposition"]
    same = reader.get(f"{reverse('meeting_sheet', args=plan.address)}{AT}&format=pdf")
    assert same["Content-Type"] == "application/pdf"


def test_page_tells_the_answer_the_exceptions_and_what_is_asked(reader: Client) -> None:
    plan = make_mixed_plan()
    page = Page(reader.get(f"{reverse('meeting_sheet', args=plan.address)}{AT}").content.decode())
    for words in (
        "As at 31.12.2021: 2 of 4 milestones due achieved (weighted attainment 25%).",
        "Milestone Jun 2021 overdue by 184 days, past the limit of 60; no update recorded.",
        "Decide: move the date, postpone or drop.",
        "Lim Wei Jian",
        "Appoint an accountable officer.",
    ):
        assert words in page.text
    assert "the whole list" not in page.text


def test_too_many_exceptions_are_cut_at_the_worst_and_the_rest_counted_with_its_address(
    reader: Client,
) -> None:
    plan = make_late_plan(300)
    response = reader.get(f"{reverse('meeting_sheet', args=plan.address)}{LATE_AT}")
    sheet = response.context["sheet"]
    late = [line.program.code for line in sheet.standing.needing_attention()]
    shown = [row.line.program.code for row in sheet.rows]
    assert len(late) == 300
    assert 2 <= len(shown) < len(late)
    assert shown == late[: len(shown)]
    assert sheet.more == len(late) - len(shown)
    text = Page(response.content.decode()).text
    assert f"And {sheet.more} more programmes late or critical" in text
    assert sheet.list_url in Page(response.content.decode()).links
    listed = reader.get(sheet.list_url.removeprefix("http://testserver"))
    assert listed.context["page"].paginator.count == len(late)


def test_rows_that_fit_are_the_first_ones_even_where_a_later_one_is_shorter(reader: Client) -> None:
    plan = make_mixed_plan()
    response = reader.get(f"{reverse('meeting_sheet', args=plan.address)}{AT}")
    first, second = response.context["sheet"].rows
    assert fitting([first, second], height_of(first) + height_of(second)) == [first, second]
    assert fitting([first, second], height_of(first) + height_of(second) - 0.1) == [first]
    assert fitting([first, second], 1.0) == []


def test_sheet_of_sample_data_says_so(reader: Client) -> None:
    plan = make_mixed_plan()
    address = reverse("meeting_sheet", args=plan.address) + AT
    assert "Sample data" not in Page(reader.get(address).content.decode()).text
    User.objects.filter(pk=make_user().pk).update(is_sample=True)
    sheet = reader.get(address).content.decode().partition('<article class="sheet">')[2]
    assert "Sample data" in sheet


def test_sheet_narrowed_to_a_thrust_says_so(reader: Client) -> None:
    plan = make_mixed_plan()
    address = reverse("meeting_sheet", args=plan.address)
    response = reader.get(f"{address}{AT}&teras=1")
    assert "Only: Thrust: 1. Teras 1" in Page(response.content.decode()).text
    assert pages_of(pdf_of(reader, plan, f"{AT}&teras=1")) == 1


def test_page_prints_on_one_side_of_a4(portal: Portal) -> None:
    plan = make_late_plan(300)
    portal.sign_in(make_user(Role.MANAGEMENT))
    portal.open(f"{reverse('meeting_sheet', args=plan.address)}{LATE_AT}")
    assert pages_of(portal.page.pdf(prefer_css_page_size=True)) == 1
