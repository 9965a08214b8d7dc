"""Those who only read: management from the sentence on top to the evidence, the auditor to the history.

Each story is told with scripts and without.
"""

from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import expect

from accounts.choices import Role
from accounts.models import User
from kpi.models import Milestone
from progress.actions import Report, record_update, verify_update
from progress.choices import Claim
from progress.evidence import keep
from tests.browser import Portal
from tests.factories import make_milestone, make_plan, make_program, make_user
from tests.progress.files import image

PHOTO = image("JPEG")
with_and_without_script = pytest.mark.parametrize(
    "script",
    [
        pytest.param(True, id="script"),
        pytest.param(
            False, marks=pytest.mark.browser_context_args(java_script_enabled=False), id="no-script"
        ),
    ],
)


@pytest.fixture
def milestone(transactional_db: None) -> Milestone:
    """One that Aminah reported as achieved, with a photo, and Farid verified; another is late."""
    plan = make_plan()
    officer = make_user(Role.OFFICER, plan.agency, full_name="Aminah binti Osman")
    head = make_user(Role.HEAD, plan.agency, full_name="Farid bin Hamdan")
    achieved = make_milestone(date(2021, 6, 30), program=make_program(plan, "1.1", officer=officer))
    make_milestone(date(2021, 3, 31), program=make_program(plan, "1.2", officer=officer))
    photo = SimpleUploadedFile("tapak.jpg", PHOTO, "image/jpeg")
    report = Report(date(2021, 6, 20), Claim.ACHIEVED, "Siap dipasang.", files=(keep(photo),))
    update = record_update(by=officer, milestone=achieved, report=report, today=date(2022, 1, 3))
    verify_update(by=head, update=update)
    return achieved


def person(milestone: Milestone, role: Role) -> User:
    return make_user(role, milestone.kpi.program.plan.agency)


@with_and_without_script
def test_management_goes_from_the_sentence_to_the_evidence_in_three_clicks(
    portal: Portal, milestone: Milestone, script: bool
) -> None:
    page = portal.page
    portal.sign_in(person(milestone, Role.MANAGEMENT))
    portal.open(f"{milestone.kpi.program.plan.get_absolute_url()}?setakat=2021-12-31")
    expect(page.locator(".answer__text")).to_contain_text("1 daripada 2 sasaran dicapai")

    page.locator(".answer__text a").first.click()
    expect(page.locator("main table tbody tr")).to_have_count(1)
    page.locator(f"main table a[href$='#sasaran-{milestone.pk}']").first.click()
    expect(page.locator("main")).to_contain_text("Siap dipasang.")
    with page.expect_download() as download:
        page.locator(f"#sasaran-{milestone.pk} a[href^='/bukti/']").first.click()
    assert Path(download.value.path()).read_bytes() == PHOTO


@with_and_without_script
def test_auditor_reads_who_did_what_and_when(
    portal: Portal, milestone: Milestone, script: bool
) -> None:
    page = portal.page
    program = milestone.kpi.program
    portal.sign_in(person(milestone, Role.AUDITOR))
    portal.open(f"{program.get_absolute_url()}?setakat=2021-12-31")
    main = page.locator("main")
    expect(main).to_contain_text("Aminah binti Osman")
    expect(main).to_contain_text("Farid bin Hamdan")

    page.get_by_role("link", name="Pentadbiran").first.click()
    page.locator("a[href$='/programs/program/']").first.click()
    page.locator(f"a[href*='/programs/program/{program.pk}/change/']").first.click()
    page.locator(f"a[href$='/programs/program/{program.pk}/history/']").first.click()
    expect(page.locator("h1")).to_contain_text("Lihat sejarah: 1.1")
    expect(page.locator("#change-history, #content table").first).to_be_visible()
    assert page.locator("form[method=post] button[name=_save]").count() == 0
