"""What the admin's scripts do, in a browser.

How its pages look and whether they are accessible is asked with all others, in ``tests/test_pages.py``.
"""

from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from accounts.choices import Role
from accounts.models import User
from programs.models import Program
from progress.models import ProgressUpdate
from reports.models import AnnualReview
from teras.choices import PlanState
from tests.accounts.test_admin import make_issued_review
from tests.browser import Portal
from tests.factories import (
    make_agency,
    make_amendment,
    make_milestone,
    make_plan,
    make_program,
    make_update,
    make_user,
)


@pytest.fixture
def root(live_server: LiveServer) -> User:
    """Whoever may see every page, and a plan with something on each."""
    agency = make_agency()
    plan = make_plan(agency)
    officer = make_user(Role.OFFICER, agency)
    milestones = [
        make_milestone(date(year, 6, 30), program=make_program(plan, f"1.{year}", officer=officer))
        for year in (2021, 2022)
    ]
    make_update(milestones[0], officer)
    make_amendment(plan)
    root = make_user(Role.HEAD, agency, is_superuser=True)
    AnnualReview.objects.create(plan=plan, year=2021, prepared_by=root)
    make_issued_review(2020, root, plan=plan)
    make_plan(
        agency, slug="psict-2024-2028", state=PlanState.DRAFT, first_year=2024, last_year=2028
    )
    return root


def test_milestone_is_found_by_typing_and_progress_recorded(portal: Portal, root: User) -> None:
    portal.sign_in(root)
    page = portal.page
    portal.open(reverse("admin:progress_progressupdate_add"))
    page.locator(".select2-selection").click()
    page.locator(".select2-search__field").fill("1.2022")
    page.locator(".select2-results__option", has_text="30.06.2022").click()
    page.locator(".submit-row input[type=submit]").click()
    page.locator("input[name=effective_on]").fill("2022-06-01")
    page.locator("input[name=claim][value=achieved]").check()
    page.locator("textarea[name=narrative]").fill("Siap dipasang.")
    page.locator(".submit-row input[type=submit]").click()
    expect(page.locator("ul.messagelist")).to_be_visible()
    assert ProgressUpdate.objects.latest("pk").narrative == "Siap dipasang."


def test_row_is_added_to_a_form_and_each_of_its_fields_has_a_label(
    portal: Portal, root: User
) -> None:
    program = Program.objects.get(code="1.2021")
    portal.sign_in(root)
    page = portal.page
    portal.open(reverse("admin:programs_program_change", args=[program.pk]))
    page.locator("#sub_items-group .add-row a").click()
    label = page.locator("label[for=id_sub_items-0-text]")
    expect(label).to_have_count(1)
    page.locator("#id_sub_items-0-number").fill("1")
    page.locator("#id_sub_items-0-text").fill("FinIS 2.0")
    page.locator("#id_change_reason").fill("Ikut dokumen")
    page.locator("input[name=_save]").click()
    expect(page.locator("ul.messagelist li.success")).to_be_visible()
    assert program.sub_items.get().text == "FinIS 2.0"


def test_file_is_previewed_and_confirmed_within_the_policy(
    portal: Portal, root: User, tmp_path: Path
) -> None:
    file = tmp_path / "program.csv"
    program = Program.objects.get(code="1.2021")
    file.write_text(
        "plan,code,strategy,name\nmpag/psict-2019-2023,1.2021,1.1,Nama baharu\n", encoding="utf-8"
    )
    portal.sign_in(root)
    page = portal.page
    portal.open(reverse("admin:programs_program_import"))
    page.locator("input[type=file]").set_input_files(file)
    page.locator("select[name=format]").select_option("1")
    page.locator(".submit-row input[type=submit]").click()
    expect(page.locator("ins")).to_have_text("Nama baharu")
    page.locator("input[name=confirm]").click()
    expect(page.locator("ul.messagelist li.success")).to_be_visible()
    program.refresh_from_db()
    assert program.name == "Nama baharu"
