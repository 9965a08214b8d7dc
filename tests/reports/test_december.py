"""What a year's record lacks before its review, by kind and by person; and the letters about it."""

import socket
from datetime import date

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import Settings
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.choices import Role
from accounts.models import Membership, User
from progress.choices import Claim
from reports.choices import GapKind, ReviewKind
from reports.december import people_present, readiness
from reports.models import WHOLE_PLAN
from reports.reminders import letters, send_letters
from teras.models import Plan
from tests.factories import make_milestone, make_plan, make_program, make_user
from tests.reports.review_world import ReviewWorld

pytestmark = pytest.mark.django_db

TODAY = date(2022, 1, 5)


@pytest.fixture
def world() -> ReviewWorld:
    return ReviewWorld()


def kinds(plan: Plan, year: int = 2021) -> list[tuple[str, GapKind]]:
    return [(gap.line.program.code, gap.kind) for gap in readiness(plan, year).gaps]


def test_milestone_achieved_and_verified_lacks_nothing(world: ReviewWorld) -> None:
    world.update(world.milestone("1.1", date(2021, 6, 30)), date(2021, 6, 20), verified=True)
    assert kinds(world.plan) == []


def test_update_that_waits_stops_the_issue(world: ReviewWorld) -> None:
    world.update(world.milestone("1.1", date(2021, 6, 30)), date(2021, 6, 20))
    assert kinds(world.plan) == [("1.1", GapKind.UNVERIFIED)]
    assert [gap.kind for gap in readiness(world.plan, 2021).blocking] == [GapKind.UNVERIFIED]


def test_milestone_never_reported_is_asked_for_everything(world: ReviewWorld) -> None:
    world.milestone("1.1", date(2021, 6, 30))
    assert kinds(world.plan) == [
        ("1.1", GapKind.NO_REPORT),
        ("1.1", GapKind.NO_OUTCOME),
        ("1.1", GapKind.NO_REASON),
    ]


@pytest.mark.parametrize(
    ("said", "lacks"),
    [
        ({}, [GapKind.NO_OUTCOME, GapKind.NO_REASON]),
        ({"issues": "Perolehan lewat."}, [GapKind.NO_OUTCOME, GapKind.NO_ACTION]),
        ({"issues": "Perolehan lewat.", "corrective_action": "Mesyuarat."}, [GapKind.NO_OUTCOME]),
    ],
)
def test_late_milestone_needs_a_reason_then_an_action(
    world: ReviewWorld, said: dict[str, str], lacks: list[GapKind]
) -> None:
    late = world.milestone("1.1", date(2021, 3, 31))
    world.update(late, date(2021, 5, 2), Claim.ONGOING, verified=True, **said)
    assert [kind for _code, kind in kinds(world.plan)] == lacks


def test_reason_given_after_the_year_is_not_in_its_review(world: ReviewWorld) -> None:
    late = world.milestone("1.1", date(2021, 3, 31))
    world.update(late, date(2022, 1, 2), Claim.ONGOING, verified=True, issues="Perolehan lewat.")
    assert ("1.1", GapKind.NO_REASON) in kinds(world.plan)
    assert ("1.1", GapKind.NO_REPORT) in kinds(world.plan)


def test_day_after_the_due_date_decides_what_is_late(world: ReviewWorld) -> None:
    """Due on 31 December is not late on that day, but its outcome is asked for."""
    world.update(
        world.milestone("1.1", date(2021, 12, 31)), date(2021, 5, 2), Claim.ONGOING, verified=True
    )
    assert kinds(world.plan) == [("1.1", GapKind.NO_OUTCOME)]


def test_milestones_of_other_years_and_postponed_ones_are_not_asked_for(world: ReviewWorld) -> None:
    world.milestone("1.1", date(2020, 6, 30))
    world.milestone("1.2", date(2022, 6, 30))
    world.milestone("1.3", date(2021, 6, 30))
    world.postpone("1.3", date(2021, 4, 1))
    moved = world.milestone("1.4", date(2021, 6, 30))
    world.move(moved, date(2022, 6, 30), date(2021, 4, 1))
    assert kinds(world.plan) == []


@pytest.mark.parametrize("how", ["inactive", "without a role", "never assigned"])
def test_programme_whose_officer_has_left_waits_for_the_head(world: ReviewWorld, how: str) -> None:
    milestone = world.milestone("1.1", date(2021, 6, 30))
    world.update(milestone, date(2021, 6, 20), verified=True)
    if how == "inactive":
        world.officer.is_active = False
        world.officer.save()
    elif how == "without a role":
        Membership.objects.filter(user=world.officer).delete()
    else:
        milestone.kpi.program.assignments.all().delete()
    assert kinds(world.plan) == [("1.1", GapKind.NO_OFFICER)]
    (asked,) = readiness(world.plan, 2021).by_person(people_present(world.plan))
    assert asked.officer is None


def test_readiness_takes_the_same_queries_whatever_the_size(
    world: ReviewWorld, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for size in (2, 20):
        plan = make_plan(slug=f"psict-{size}")
        for number in range(size):
            make_milestone(date(2021, 6, 30), program=make_program(plan, f"1.{number + 1}"))
        with django_assert_num_queries(7):
            assert len(readiness(plan, 2021).gaps) == 4 * size


def test_empty_plan_lacks_nothing() -> None:
    assert readiness(make_plan(), 2021).gaps == ()


# --- letters -----------------------------------------------------------------------------------


def test_letter_names_what_its_officer_can_mend_and_nothing_of_others(
    world: ReviewWorld, settings: Settings
) -> None:
    world.milestone("1.1", date(2021, 6, 30))
    other = make_user(Role.OFFICER, world.plan.agency, full_name="Aminah")
    make_milestone(date(2021, 6, 30), program=make_program(world.plan, "1.9", officer=other))
    with translation.override("en"):
        found = letters(world.plan, 2021, sender=world.head, today=TODAY)
    assert [letter.to for letter in found] == [other, world.officer]
    assert "1.9" in found[0].body
    assert "- 1.1 " not in found[0].body
    assert "Kepada Aminah" in found[0].body
    assert f"{settings.PORTAL_ADDRESS}/tugasan/" in found[0].body


def test_letter_is_plain_text_whatever_people_wrote(world: ReviewWorld) -> None:
    world.milestone("1.1", date(2021, 6, 30))
    program = world.plan.programs.get()
    program.name = "Rangkaian <b>& wi-fi\nBcc: x@y.test"
    program.save()
    (letter,) = letters(world.plan, 2021, sender=world.head, today=TODAY)
    assert "<b>& wi-fi" in letter.body
    assert "\n" not in letter.subject


def test_letters_reach_a_real_mail_server_and_one_refused_does_not_stop_the_rest(
    world: ReviewWorld, settings: Settings
) -> None:
    world.milestone("1.1", date(2021, 6, 30))
    other = make_user(Role.OFFICER, world.plan.agency, full_name="Aminah")
    make_milestone(date(2021, 6, 30), program=make_program(world.plan, "1.9", officer=other))
    received: list[str] = []

    class Inbox(Message):
        def handle_message(self, message) -> None:  # type: ignore[no-untyped-def]  # the package's own
            received.append(message["To"])

        async def handle_RCPT(self, server, session, envelope, address, options):  # type: ignore[no-untyped-def]  # noqa: N802
            if address == other.email:
                return "452 Mailbox full"
            envelope.rcpt_tos.append(address)
            return "250 OK"

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(Inbox(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = port
        settings.EMAIL_USE_TLS = False
        sent = send_letters(by=world.head, plan=world.plan, year=2021, today=TODAY)
    finally:
        controller.stop()
    assert received == [world.officer.email]
    assert sent.to == (world.officer,)
    assert sent.failed == (other,)


def test_mail_server_that_is_not_there_loses_nothing(
    world: ReviewWorld, settings: Settings
) -> None:
    world.milestone("1.1", date(2021, 6, 30))
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    sent = send_letters(by=world.head, plan=world.plan, year=2021, today=TODAY)
    assert sent.failed == (world.officer,)


def test_only_who_prepares_the_review_sends(world: ReviewWorld) -> None:
    with pytest.raises(PermissionDenied):
        send_letters(by=world.officer, plan=world.plan, year=2021, today=TODAY)


# --- the page ----------------------------------------------------------------------------------


def page(client: Client, user: User, plan: Plan, year: int = 2021) -> str:
    client.force_login(user)
    response = client.get(reverse("december", args=[*plan.address, year]))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_page_says_what_stops_the_issue_and_where_to_mend_it(
    client: Client, world: ReviewWorld
) -> None:
    late = world.milestone("1.2", date(2021, 3, 31))
    content = page(client, world.head, world.plan)
    assert "<strong>1 perkara</strong> dalam rekod menghalang penerbitan" in content
    assert f"#sasaran-{late.pk}" in content
    assert "Salin surat" in content


def test_letters_are_sent_by_one_click_where_there_is_a_mail_server(
    client: Client, world: ReviewWorld, settings: Settings
) -> None:
    world.milestone("1.2", date(2021, 3, 31))
    settings.EMAIL_HOST = "mel.mpag.test"
    assert "Hantar senarai kepada 1 pegawai" in page(client, world.head, world.plan)
    response = client.post(
        reverse("december_letters", args=[*world.plan.address, 2021]), follow=True
    )
    assert [message.to for message in mail.outbox] == [[world.officer.email]]
    assert mail.outbox[0].reply_to == [world.head.email]
    assert "1 surat dihantar: Faizal." in response.content.decode()


def test_without_a_mail_server_nothing_is_sent(client: Client, world: ReviewWorld) -> None:
    world.milestone("1.2", date(2021, 3, 31))
    client.force_login(world.head)
    client.post(reverse("december_letters", args=[*world.plan.address, 2021]))
    assert mail.outbox == []


def test_officer_sees_the_page_but_not_the_letters(client: Client, world: ReviewWorld) -> None:
    world.milestone("1.2", date(2021, 3, 31))
    assert "surat-" not in page(client, world.officer, world.plan)


def test_complete_record_says_so(client: Client, world: ReviewWorld) -> None:
    world.update(world.milestone("1.1", date(2021, 6, 30)), date(2021, 6, 20), verified=True)
    assert "Rekod lengkap" in page(client, world.head, world.plan)


def test_whole_plan_lists_what_no_single_year_does_and_the_closing_report_leads_there(
    client: Client, world: ReviewWorld
) -> None:
    """What was due in 2021 is asked for in 2021 alone, but the closing report tells of it too."""
    late = world.milestone("4.4", date(2021, 3, 31))
    closing = world.review(year=world.plan.last_year, kind=ReviewKind.CLOSING)
    assert f"#sasaran-{late.pk}" not in page(client, world.head, world.plan, world.plan.last_year)
    content = page(client, world.head, world.plan, WHOLE_PLAN)
    assert f"#sasaran-{late.pk}" in content
    assert "laporan akhir" in content
    assert "Laporan Tahunan" not in content
    review = client.get(closing.get_absolute_url()).content.decode()
    assert "Sasaran pelan yang lewat tanpa sebab: 4.4." in review
    where = reverse("december", args=[*world.plan.address, WHOLE_PLAN])
    assert f'href="{where}#no_reason"' in review
    assert 'id="no_reason"' in content


def test_letter_on_the_whole_plan_says_that_it_is_about_the_closing_report(
    world: ReviewWorld,
) -> None:
    world.milestone("4.4", date(2021, 3, 31))
    last = world.plan.last_year
    assert letters(world.plan, last, sender=world.head, today=TODAY) == []
    (letter,) = letters(world.plan, last, sender=world.head, today=TODAY, whole=True)
    assert "laporan akhir" in letter.subject
    assert "aporan akhir" in letter.body
    assert "- 4.4 " in letter.body


def test_each_person_is_named_once_with_the_letter_to_be_printed_as_text(
    client: Client, world: ReviewWorld
) -> None:
    world.milestone("1.2", date(2021, 3, 31))
    content = page(client, world.head, world.plan)
    assert content.count(f"<summary>{world.officer}") == 1
    assert content.count("Kepada Faizal,") == 2  # in the field to copy, and on paper


def test_year_outside_the_plan_is_not_there(client: Client, world: ReviewWorld) -> None:
    client.force_login(world.head)
    assert client.get(reverse("december", args=[*world.plan.address, 2018])).status_code == 404
