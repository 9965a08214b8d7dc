"""The admin looked at by a browser: policy, accessibility, phone width, and what its scripts do.

The ``portal`` fixture fails on a violation of the content security policy, an error on the console
or a request that leaves the portal.
"""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib import admin
from django.urls import reverse
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from accounts.choices import Role
from accounts.models import User
from kpi.models import Milestone
from programs.models import Program
from progress.models import ProgressUpdate
from reports.models import AnnualReview
from teras.choices import PlanState
from teras.models import Plan
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
from tests.test_pages import WCAG


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


def _addresses() -> list[str]:
    """Every kind of page once, and every form."""
    found = [reverse("admin:index"), reverse("admin:app_list", args=["teras"])]
    for model, page in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found.append(reverse(f"{name}_changelist"))
        obj = model._default_manager.order_by("pk").first()
        if obj is not None:
            found.append(reverse(f"{name}_change", args=[obj.pk]))
        if page.has_add_permission(_root_request()):
            found.append(reverse(f"{name}_add"))
    milestone = Milestone.objects.get(kpi__program__code="1.2022")
    review = AnnualReview.objects.get(year=2021)
    draft = Plan.objects.get(state=PlanState.DRAFT)
    user = User.objects.filter(is_superuser=False).first()
    assert user is not None
    return [
        *found,
        f"{reverse('admin:progress_progressupdate_add')}?milestone={milestone.pk}",
        f"{reverse('admin:kpi_milestone_changelist')}?due__year=2021&_facets=True",
        reverse("admin:kpi_milestone_history", args=[milestone.pk]),
        reverse(
            "admin:kpi_milestone_simple_history",
            args=[milestone.pk, milestone.history.first().pk],
        ),
        reverse("admin:teras_plan_delete", args=[draft.pk]),
        reverse("admin:reports_annualreview_issue", args=[review.pk]),
        reverse("admin:accounts_user_password", args=[user.pk]),
        reverse("admin:programs_program_import"),
        reverse("admin:programs_program_export"),
    ]


def _root_request() -> Any:
    class Asked:
        user = User.objects.get(is_superuser=True)
        resolver_match = None

    return Asked()


# One of each kind of page: the others are built of the same parts.
ACCESSIBLE = (
    "kpi/milestone",
    "programs/program",
    "teras/plan/delete",
    "progressupdate/add",
    "amendment/1/change",
    "password",
    "issue",
    "teras/teras/add",
)


@pytest.mark.once
def test_every_page_keeps_the_policy_fits_a_phone_and_is_accessible(
    portal: Portal, root: User
) -> None:
    portal.sign_in(root)
    portal.page.set_viewport_size({"width": 360, "height": 800})
    whole = {reverse("admin:index"), reverse("admin:app_list", args=["teras"])}
    found = []
    for address in _addresses():
        assert portal.open(address).status == 200, address
        width = portal.page.evaluate("document.scrollingElement.scrollWidth")
        if width > 360:
            found.append(f"{address}: {width} px wide")
        if address in whole or any(part in address for part in ACCESSIBLE):
            found += [f"{address}: {fault}" for fault in _faults(portal)]
    assert not found, "\n".join(found)


def _faults(portal: Portal) -> list[str]:
    """What axe finds. It is told to leave style sheets alone: those of Django's forms import
    another, which axe would copy into the page and so offend the policy itself. And it leaves out
    the words within a field that is chosen by searching: Django's select2 calls them a text field
    of their own, though what takes the focus and has the name is the field around them."""
    options = {
        "runOnly": {"type": "tag", "values": WCAG},
        "resultTypes": ["violations"],
        "preload": False,
    }
    context = {"exclude": [".select2-selection__rendered"]}
    found = Axe().run(portal.page, context=context, options=options).response["violations"]
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:200]}" for fault in found]


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
