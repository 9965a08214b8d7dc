"""What the portal is for, told once in a browser on MPAG's real plan.

An officer records progress with evidence; management's dashboard changes, with the reason; the head
verifies, and writes the 2021 review; management approves it; the head issues it as a PDF that can no
longer change.
"""

import hashlib
from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from playwright.sync_api import FilePayload, Page, Request, expect

from accounts.choices import Role
from accounts.models import User
from exchange.actions import load_plan
from exchange.plan_file import read_plan_file
from kpi.models import Milestone
from programs.actions import assign_officer
from programs.choices import Duty
from progress.actions import Report, record_update, verify_update
from progress.choices import Claim
from progress.models import Evidence, ProgressUpdate
from reports.choices import GapKind
from reports.december import readiness
from reports.models import AnnualReview, IssuedDocument
from teras.append_only import RecordIsFrozen
from teras.models import Plan
from tests.browser import Portal
from tests.factories import (
    PASSWORD,
    make_kpi,
    make_milestone,
    make_plan,
    make_program,
    make_user,
)
from tests.progress.files import image

FIXTURE = Path(__file__).resolve().parent.parent / "fixtures" / "psict-mpag-2019-2023.yaml"
PLAN = "/mpag/psict-2019-2023/"
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture
def plan(transactional_db: None) -> Plan:
    return load_plan(by=None, plan_file=read_plan_file(FIXTURE)).plan


@pytest.fixture
def officer(plan: Plan) -> User:
    head = make_user(Role.HEAD, plan.agency, full_name="Farid bin Hamdan")
    officer = make_user(Role.OFFICER, plan.agency, full_name="Aminah binti Osman")
    program = plan.programs.get(code="1.8")
    assign_officer(by=head, program=program, user=officer, duty=Duty.ACCOUNTABLE)
    return officer


@pytest.fixture
def head(officer: User) -> User:
    return User.objects.get(full_name="Farid bin Hamdan")


@pytest.fixture
def management(plan: Plan) -> User:
    return make_user(Role.MANAGEMENT, plan.agency, full_name="Rahimah binti Ghani")


def as_person(portal: Portal, person: User, size: dict[str, int]) -> None:
    portal.page.context.clear_cookies()
    portal.page.set_viewport_size({"width": size["width"], "height": size["height"]})
    portal.sign_in(person)


@pytest.mark.browser_context_args(reduced_motion="no-preference")
def test_story_from_progress_to_issued_review(
    portal: Portal, plan: Plan, officer: User, head: User, management: User, tmp_path: Path
) -> None:
    page = portal.page
    wifi = f"{PLAN}program/1.8/"
    as_at_2021 = f"{PLAN}?setakat=2021-12-31"

    # Management sees the programme as critical, with the reason.
    as_person(portal, management, DESKTOP)
    portal.open(f"{wifi}?setakat=2021-12-31")
    expect(page.locator("main")).to_contain_text("Kritikal")
    expect(page.locator("main")).to_contain_text("tertunggak 184 hari")
    portal.open(as_at_2021)
    before = page.locator(".answer__text").inner_text()

    # The officer, on a phone, records that it was done, with a file.
    as_person(portal, officer, PHONE)
    portal.open("/tugasan/")
    row = page.locator(f"#sasaran-{milestone_of(plan, '1.8')}")
    row.locator(".task__open a").click()
    evidence = tmp_path / "Sijil siap kerja (wi-fi).pdf"
    evidence.write_bytes(b"%PDF-1.4\n% sijil\n%%EOF\n")
    page.locator("input[name=claim][value=achieved]").check()
    page.locator("input[name=effective_on]").fill("2021-07-15")
    expect(row.locator(".day-said")).to_have_text("Khamis, 15 Julai 2021")
    page.locator("input[name=actual_value]").fill("1")
    page.locator("textarea[name=narrative]").fill("Perolehan siap; sijil siap kerja dilampirkan.")
    row.locator("summary").last.click()
    page.locator("textarea[name=issues]").fill("Bekalan lewat kerana PKP.")
    page.locator("input[name=uploads]").first.set_input_files(evidence)
    row.locator(".form__actions button").first.click()
    expect(row.locator("[role=status]")).to_contain_text("Kemas kini telah direkodkan")
    update = ProgressUpdate.objects.get()
    assert update.recorded_by == officer
    held = Evidence.objects.get()
    assert held.name == evidence.name
    assert held.sha256 == hashlib.sha256(evidence.read_bytes()).hexdigest()

    # Management's dashboard has changed, and the programme says why; the evidence can be had.
    as_person(portal, management, DESKTOP)
    portal.open(as_at_2021)
    after = page.locator(".answer__text").inner_text()
    assert after != before
    portal.open(f"{wifi}?setakat=2021-12-31")
    expect(page.locator("main")).to_contain_text("Dicapai lewat")
    expect(page.locator("main")).to_contain_text("15 hari selepas tarikh sasaran")
    expect(page.locator("main")).to_contain_text("Belum disahkan")
    with page.expect_download() as download:
        page.get_by_role("link", name=evidence.name).first.click()
    assert Path(download.value.path()).read_bytes() == evidence.read_bytes()

    # The head verifies it, writes the review of 2021 and issues it.
    as_person(portal, head, DESKTOP)
    portal.open("/tugasan/pengesahan/")
    page.locator("form[action$='/sahkan/'] button").click()
    expect(page.locator("form[action$='/sahkan/']")).to_have_count(0)
    say_why_the_rest_is_late(plan, head)
    portal.open(f"{PLAN}laporan/")
    page.locator("form:has(input[name=year][value='2021']) button").click()
    if page.locator("textarea[name=summary]").count() == 0:
        page.locator("a[href$='/sunting/']").first.click()
    page.locator("textarea[name=summary]").fill("Tahun 2021 terjejas oleh PKP.")
    for name in ("reviewed_by", "approved_by"):
        page.locator(f"select[name={name}]").select_option(label=management.full_name)
    page.locator("form.form .form__actions button").first.click()
    page.locator("form[action$='/hantar/'] button").click()
    expect(page.locator("[aria-current=step]")).to_contain_text("Dalam semakan")

    # Management, whom it names, approves it; the head issues it.
    as_person(portal, management, DESKTOP)
    portal.open(f"{PLAN}laporan/2021/1/")
    page.locator("form[action$='/sahkan/'] button").click()
    expect(page.locator("[aria-current=step]")).to_contain_text("Disahkan")
    as_person(portal, head, DESKTOP)
    portal.open(f"{PLAN}laporan/2021/1/")
    page.locator("a[href$='/terbit/']").first.click()
    page.locator("form[method=post]:has(input[name=version]) button").click()
    page.wait_for_url("**/laporan/2021/1/")

    # What is issued is what the PDF in hand is, and nothing changes it any more.
    document = IssuedDocument.objects.get()
    review = AnnualReview.objects.get()
    assert review.is_issued
    assert document.is_intact()
    response = page.request.get(f"{portal.address}{PLAN}laporan/2021/1/pdf/")
    assert hashlib.sha256(response.body()).hexdigest() == document.pdf_sha256
    edit = page.request.get(f"{portal.address}{PLAN}laporan/2021/1/sunting/", max_redirects=0)
    assert edit.status != 200
    assert page.locator("a[href$='/sunting/'], a[href$='/terbit/']").count() == 0
    with pytest.raises(RecordIsFrozen):
        review.save()

    # Management reads it.
    as_person(portal, management, DESKTOP)
    portal.open(f"{PLAN}laporan/")
    expect(page.locator("a[href$='/laporan/2021/1/pdf/']")).to_be_visible()


def say_why_the_rest_is_late(plan: Plan, head: User) -> None:
    """Without it no review of the year is issued. Another head confirms what this one says."""
    another = make_user(Role.HEAD, plan.agency)
    for gap in readiness(plan, 2021).of_kind(GapKind.NO_REASON):
        assert gap.occurrence
        report = Report(
            date(2021, 12, 1), Claim.ONGOING, "Belum dilaksanakan.", issues="Terjejas oleh PKP."
        )
        milestone = gap.occurrence.milestone
        update = record_update(by=head, milestone=milestone, report=report, today=date(2022, 1, 3))
        verify_update(by=another, update=update)


# Officers

ON_A_PHONE = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
with_and_without_script = pytest.mark.parametrize(
    "script",
    [
        pytest.param(True, marks=pytest.mark.browser_context_args(**ON_A_PHONE), id="script"),
        pytest.param(
            False,
            marks=pytest.mark.browser_context_args(**ON_A_PHONE, java_script_enabled=False),
            id="no-script",
        ),
    ],
)
PHOTO = FilePayload(name="tapak.jpg", mimeType="image/jpeg", buffer=image("JPEG"))


def make_ten_milestones(officer: User) -> list[Milestone]:
    program = make_program(make_plan(), "1.1", officer=officer)
    return [
        make_milestone(date(2021, month, 28), kpi=make_kpi(program, indicator=f"Sesi {month}"))
        for month in range(1, 11)
    ]


@with_and_without_script
def test_officer_on_a_phone_records_updates_and_photos_one_after_another(
    portal: Portal, script: bool
) -> None:
    officer = make_user(full_name="Aminah binti Osman")
    milestones = make_ten_milestones(officer)[: 10 if script else 3]
    page = portal.page
    portal.sign_in(officer)
    portal.open("/tugasan/")
    loads: list[str] = []

    def count(asked: Request) -> None:
        if asked.is_navigation_request():
            loads.append(asked.url)

    page.on("request", count)

    for number, milestone in enumerate(milestones):
        row = page.locator(f"#sasaran-{milestone.pk}")
        row.locator(".task__open a").tap()
        form = page.locator("form[data-draft]")
        form.locator(f"input[value={'open' if number % 2 else 'achieved'}]").check()
        form.locator("textarea[name=narrative]").fill(f"Sesi ke-{number + 1} diadakan.")
        if number < 3:
            form.locator("input[capture]").set_input_files([PHOTO])
            if script:
                expect(form.locator(".drop__list")).to_contain_text("tapak.jpg · 1 KB")
        form.locator(".form__actions button").tap()
        if script:
            said = row.locator("[role=status]")
            expect(said).to_be_focused()
            expect(row.get_by_role("link", name="Betulkan")).to_be_visible()
        else:
            said = page.locator("main [role=status]").first
        expect(said).to_contain_text("Kemas kini telah direkodkan")

    assert (len(loads) == 0) is script
    # As many wait as were not achieved, said without a page load too.
    waiting = sum(int(number) for number in page.locator("h2 .count").all_inner_texts())
    assert waiting == 10 - len(milestones[::2])
    assert [update.narrative for update in ProgressUpdate.objects.order_by("pk")] == [
        f"Sesi ke-{number + 1} diadakan." for number in range(len(milestones))
    ]
    assert [held.sha256 for held in Evidence.objects.all()] == [
        hashlib.sha256(PHOTO["buffer"]).hexdigest()
    ] * 3


@pytest.mark.browser_context_args(**ON_A_PHONE)
def test_officer_loses_no_text_to_a_dead_network_a_reload_or_an_ended_session(
    portal: Portal,
) -> None:
    officer = make_user(full_name="Aminah binti Osman")
    first, second, *_rest = make_ten_milestones(officer)
    page = portal.page
    portal.sign_in(officer)
    portal.open("/tugasan/")

    # The network is gone while saving: it is said, nothing is lost, and one tap more records once.
    portal.expect("ERR_FAILED|htmx:(afterRequest|sendError)")
    row = page.locator(f"#sasaran-{first.pk}")
    row.locator(".task__open a").tap()
    row.locator("textarea[name=narrative]").fill("Ditulis di tapak.")
    row.locator("input[multiple]").set_input_files([PHOTO])
    dropped = page.evaluate_handle(
        "() => { const all = new DataTransfer(); all.items.add(new File(['x'], 'b.pdf')); return all }"
    )
    row.locator("[data-files]").dispatch_event("drop", {"dataTransfer": dropped})
    expect(row.locator(".drop__list li")).to_have_count(2)
    row.get_by_role("button", name="b.pdf").tap()
    expect(row.locator(".drop__list li")).to_have_count(1)
    page.route("**/sasaran/**", lambda route: route.abort())
    row.locator(".form__actions button").tap()
    expect(row.get_by_role("alert")).to_contain_text("Tiada sambungan ke portal")
    expect(row.get_by_role("alert")).to_be_focused()
    expect(row.locator("textarea[name=narrative]")).to_have_value("Ditulis di tapak.")
    page.unroute("**/sasaran/**")
    row.locator(".form__actions button").dblclick()
    expect(row.locator("[role=status]")).to_contain_text("Kemas kini telah direkodkan")
    assert ProgressUpdate.objects.get().evidence.get().name == "tapak.jpg"

    # A reload opens the row again with the text in it.
    row = page.locator(f"#sasaran-{second.pk}")
    row.locator(".task__open a").tap()
    row.locator("textarea[name=narrative]").fill("Belum disimpan.")
    page.reload()
    expect(row.locator("textarea[name=narrative]")).to_have_value("Belum disimpan.")
    expect(row.locator("[data-restored]")).to_be_visible()
    assert not axe_faults(page)

    # The session has ended: signing in leads to the form, filled.
    Session.objects.all().delete()
    row.locator(".form__actions button").tap()
    page.wait_for_url("**/akaun/masuk/**")
    expect(page.locator("main")).to_contain_text("Apa yang anda taip disimpan")
    page.locator("input[name=login]").fill(officer.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    expect(page.locator("textarea[name=narrative]")).to_have_value("Belum disimpan.")
    page.locator("form[data-draft] .form__actions button").first.tap()
    expect(page.locator("main [role=status]").first).to_contain_text("Kemas kini telah direkodkan")
    assert ProgressUpdate.objects.filter(narrative="Belum disimpan.").count() == 1
    # Nothing of it stays behind in the browser.
    assert page.evaluate("Object.keys(sessionStorage).filter((k) => k.startsWith('draf:'))") == []


def axe_faults(page: Page) -> list[str]:
    options = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag22aa"]}}
    return [fault["id"] for fault in Axe().run(page, options=options).response["violations"]]


def milestone_of(plan: Plan, code: str) -> int:
    return plan.programs.get(code=code).kpis.get().milestones.get().pk
