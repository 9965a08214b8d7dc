import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.choices import Role
from accounts.models import User
from kpi.actions import move_milestone, reword_kpi
from kpi.choices import KpiKind
from kpi.models import Milestone
from programs.actions import decide_program
from programs.choices import Decision, Duty
from programs.models import Assignment, Program, SubItem
from progress.actions import (
    Report,
    correct_update,
    record_update,
    return_update,
    verify_update,
)
from progress.choices import Claim
from progress.evidence import keep
from tests.factories import (
    make_agency,
    make_amendment,
    make_kpi,
    make_milestone,
    make_plan,
    make_program,
    make_update,
    make_user,
)
from tests.progress.files import upload

pytestmark = pytest.mark.django_db


def page(client: Client, user: User, program: Program, as_at: str = "") -> str:
    client.force_login(user)
    query = {"setakat": as_at} if as_at else {}
    response = client.get(program.get_absolute_url(), query)
    assert response.status_code == 200
    # Each run of white space as one blank, as a browser shows it.
    return re.sub(r"\s+", " ", response.text)


def words(text: str) -> str:
    """The page's text without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_program_page_shows_what_was_promised(client: Client, head: User) -> None:
    officer, left = make_user(full_name="Faizal"), make_user(full_name="Salmah", is_active=False)
    program = make_program(
        make_plan(), "2.10", officer=officer, weight=Decimal("2.500"), note="KPI tertukar."
    )
    Assignment.objects.create(program=program, user=left, duty=Duty.DEPUTY)
    for number, text in enumerate(["FinIS 2.0", "Avis"], 1):
        SubItem.objects.create(program=program, number=number, text=text)
    kpi = make_kpi(
        program,
        kind=KpiKind.AT_LEAST,
        target_value=Decimal(1200),
        unit="permohonan",
        schedule_as_printed="Jun Setiap Tahun",
        note="Ejaan asal.",
    )
    make_milestone(kpi=kpi)
    text = words(page(client, head, program))
    for promised in (
        f"2.10 {program.name}",
        "Teras 1",
        "Strategi 1",
        "Faizal",
        "Salmah no longer active",
        "FinIS 2.0",
        "Avis",
        "2.5",
        "KPI tertukar.",
        "Ejaan asal.",
        "At least 1,200 permohonan",
        "Jun Setiap Tahun",
    ):
        assert promised in text


def test_program_page_says_where_it_stands_and_why_on_both_bases(
    client: Client, head: User, milestone: Milestone
) -> None:
    program = milestone.kpi.program
    make_update(milestone, on=date(2021, 5, 2))
    moved = make_milestone(date(2022, 6, 30), program=program)
    make_milestone(date(2022, 9, 30), program=program)
    amendment = make_amendment(program.plan)
    move_milestone(by=head, milestone=moved, amendment=amendment, due=date(2023, 6, 30))
    text = words(page(client, head, program, "2022-12-31"))
    assert "Critical" in text
    assert "overdue by 92 days, past the limit of 60" in text
    assert "Attainment 33.3% 50%" in text
    assert "Planned progress 100% 66.7%" in text
    assert "Actual progress 33.3% 33.3%" in text
    assert "Variance −66.7 −33.3" in text
    assert "1 not yet verified" in text


def test_program_page_shows_original_revised_and_actual_date_with_the_meeting(
    client: Client, head: User, milestone: Milestone
) -> None:
    program = milestone.kpi.program
    amendment = make_amendment(program.plan)
    move_milestone(by=head, milestone=milestone, amendment=amendment, due=date(2021, 9, 30))
    make_update(milestone, on=date(2021, 9, 15))
    text = words(page(client, head, program))
    assert f"30.06.2021 30.09.2021 {amendment.meeting} 15.09.2021 Achieved" in text
    assert amendment.reason in text
    assert "Milestone Jun 2021 moved to Sep 2021" in text


def test_program_page_keeps_original_words_beside_new_ones(
    client: Client, head: User, milestone: Milestone
) -> None:
    kpi = milestone.kpi
    amendment = make_amendment(kpi.program.plan)
    reword_kpi(by=head, kpi=kpi, amendment=amendment, indicator="Sistem dalam talian")
    text = words(page(client, head, kpi.program))
    assert "KPI: Sistem dalam talian" in text
    assert f"Original words {kpi.indicator}" in text
    before = words(page(client, head, kpi.program, "2020-01-01"))
    assert "Sistem dalam talian" not in before


def test_program_page_shows_a_value_beside_its_target(client: Client, head: User) -> None:
    kpi = make_kpi(kind=KpiKind.AT_LEAST, target_value=Decimal(2), unit="sesi")
    milestone = make_milestone(kpi=kpi)
    make_update(milestone, on=date(2021, 2, 1), claim=Claim.ONGOING, actual_value=Decimal(1))
    make_update(milestone, on=date(2021, 5, 2), actual_value=Decimal(3))
    program = kpi.program
    assert "1 sesi Upcoming" in words(page(client, head, program, "2021-03-01"))
    assert "3 sesi Achieved" in words(page(client, head, program))


def test_program_page_history_tells_everything_of_an_update(
    client: Client, officer: User, head: User, milestone: Milestone
) -> None:
    receipt = keep(upload("laporan akhir.pdf"))
    update = record_update(
        by=officer,
        milestone=milestone,
        report=Report(
            date(2021, 6, 1),
            Claim.ACHIEVED,
            "Perenggan satu.\n\nPerenggan <dua>.",
            percent=80,
            issues="Hujan.",
            corrective_action="Tunggu.",
            files=(receipt,),
            links=("https://contoh.test/x",),
        ),
        today=date(2021, 8, 1),
    )
    verify_update(by=head, update=update, note="Disemak di tapak.")
    html = page(client, head, milestone.kpi.program)
    text = words(html)
    for told in (
        "01.06.2021",
        "recorded by Nurul Aini on",
        "Verified",
        "80% done",
        "Perenggan &lt;dua&gt;.",
        "Hujan.",
        "Tunggu.",
        "laporan akhir.pdf",
        receipt.sha256[:12],
        "Rosnah",
        "Disemak di tapak.",
    ):
        assert told in text
    assert update.evidence.exclude(sha256="").get().get_absolute_url() in html
    assert 'href="https://contoh.test/x" rel="noreferrer noopener nofollow"' in html


def test_program_page_keeps_returned_and_corrected_updates_in_sight(
    client: Client, officer: User, head: User, milestone: Milestone
) -> None:
    wrong = make_update(milestone, officer, narrative="Tersilap.")
    return_update(by=head, update=wrong, note="Bukti tiada.")
    program = milestone.kpi.program
    assert "Returned for correction" in words(page(client, head, program))
    report = Report(date(2021, 5, 2), Claim.ONGOING, "Yang betul.")
    right = correct_update(by=officer, update=wrong, report=report, today=date(2021, 8, 1))
    html = page(client, head, program)
    for told in ("Tersilap.", "Bukti tiada.", "Yang betul.", "Corrected by a later update"):
        assert told in html
    assert f'href="#kemas-kini-{wrong.pk}"' in html
    assert f'href="#kemas-kini-{right.pk}"' in html
    assert html.index("Yang betul.") < html.index("Tersilap.")


def test_program_page_as_at_a_day_leaves_out_what_came_later(
    client: Client, head: User, milestone: Milestone
) -> None:
    program = milestone.kpi.program
    make_update(milestone, on=date(2021, 5, 2), narrative="Siap pada Mei.")
    text = words(page(client, head, program, "2021-04-30"))
    assert "As at 30.04.2021" in text
    assert "Siap pada Mei." not in text
    assert "1 update on what happened after this date is left out" in text
    assert "Due soon" in text


def test_program_page_of_an_ended_plan_speaks_of_its_last_day_with_a_way_to_today(
    client: Client, head: User, milestone: Milestone
) -> None:
    html = page(client, head, milestone.kpi.program)
    assert "As at 31.12.2023 The plan ended on 31.12.2023." in words(html)
    today = re.search(r'href="[^"]*\?setakat=(\d{4}-\d\d-\d\d)">Today<', html)
    assert today
    since = words(page(client, head, milestone.kpi.program, today.group(1)))
    assert "As at 31.12.2023" not in since
    assert "this is what has become of it since" in since


def test_program_page_before_an_amendment_added_it_says_so(client: Client, head: User) -> None:
    program = make_program()
    amendment = make_amendment(program.plan, date(2021, 3, 1))
    decide_program(by=head, program=program, amendment=amendment, decision=Decision.ADDED)
    early = words(page(client, head, program, "2021-02-28"))
    assert "not in the plan yet" in early
    assert amendment.meeting not in early
    assert "Programme: Added" in words(page(client, head, program, "2021-03-01"))


def test_program_page_carries_two_thousand_words_unbroken(
    client: Client, head: User, milestone: Milestone
) -> None:
    narrative = " ".join(f"perkataan{number}" for number in range(2000))
    make_update(milestone, narrative=narrative)
    assert narrative in page(client, head, milestone.kpi.program)


BUTTONS = {"/sasaran/", "/betulkan/", "/sahkan/", "/kembalikan/"}


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        (Role.HEAD, BUTTONS),
        (Role.OFFICER, set()),
        (Role.ADMINISTRATOR, set()),
        (Role.MANAGEMENT, set()),
        (Role.AUDITOR, set()),
    ],
)
def test_program_page_is_for_all_roles_and_its_buttons_for_those_who_may(
    client: Client, officer: User, milestone: Milestone, role: Role, shown: set[str]
) -> None:
    make_update(milestone, officer, claim=Claim.ONGOING)
    html = page(client, make_user(role), milestone.kpi.program)
    assert {button for button in BUTTONS if button in html} == shown


def test_program_page_gives_the_author_correction_but_not_verification(
    client: Client, officer: User, head: User, milestone: Milestone
) -> None:
    for author in (officer, head):
        make_update(milestone, author, claim=Claim.ONGOING)
        html = page(client, author, milestone.kpi.program)
        assert "/betulkan/" in html
        assert ("/sahkan/" in html) is (author == head)  # the head may decide on the officer's
    assert html.count("/sahkan/") == 1


def test_program_page_of_an_achieved_milestone_offers_no_more_updates(
    client: Client, head: User, milestone: Milestone
) -> None:
    address = reverse("record_update", args=[*milestone.kpi.program.plan.address, milestone.pk])
    assert address in page(client, head, milestone.kpi.program)
    make_update(milestone)
    assert address not in page(client, head, milestone.kpi.program)


def test_program_page_is_not_found_elsewhere(
    client: Client, head: User, milestone: Milestone
) -> None:
    program = milestone.kpi.program
    for stranger in (make_user(None), make_user(Role.HEAD, make_agency("mbmb"))):
        client.force_login(stranger)
        assert client.get(program.get_absolute_url()).status_code == 404
    client.force_login(head)
    other = make_plan(slug="psict-2024-2028", first_year=2024, last_year=2028)
    for address in (other.address, program.plan.address):
        code = program.code if address == other.address else "9.9.9"
        assert client.get(reverse("program", args=[*address, code])).status_code == 404


@pytest.mark.parametrize("size", [1, 4])
def test_program_page_takes_the_same_queries_whatever_the_size(
    client: Client, head: User, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    officer = make_user()
    program = make_program(officer=officer)
    for number in range(size):
        Assignment.objects.create(program=program, user=make_user(), duty=Duty.MEMBER)
        SubItem.objects.create(program=program, number=number, text=f"Bahagian {number}")
        kpi = make_kpi(program)
        amendment = make_amendment(program.plan)
        reword_kpi(by=head, kpi=kpi, amendment=amendment, indicator="Lain")
        for year in range(2020, 2020 + size):
            milestone = make_milestone(date(year, 6, 30), kpi)
            move_milestone(by=head, milestone=milestone, amendment=amendment, due=date(year, 9, 30))
            report = Report(date(2019, 2, 1), Claim.ONGOING, "Mula.", files=(keep(upload()),))
            for author in (officer, head):
                update = record_update(
                    by=author, milestone=milestone, report=report, today=date(2021, 8, 1)
                )
            correct_update(by=head, update=update, report=report, today=date(2021, 8, 1))
    client.force_login(head)
    with django_assert_num_queries(20):
        response = client.get(program.get_absolute_url())
    assert response.text.count('class="timeline__mark') == 3 * size * size


def test_program_template_has_no_style_of_its_own() -> None:
    folder = Path(__file__).parents[2] / "templates" / "progress"
    templates = [path.read_text() for path in folder.rglob("*.html")]
    assert templates
    inline = re.compile(
        r"style=|<script(?! src=\"{% static '[^']+' %}\" defer></script>)|\son\w+=|data:"
    )
    assert not [text for text in templates if inline.search(text)]
