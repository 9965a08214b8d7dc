"""Progress in the admin: recorded, verified and imported by the same actions and rules."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from accounts.choices import Role
from accounts.models import User
from kpi.choices import KpiKind, Outcome
from kpi.models import Milestone
from progress.choices import Claim, UpdateState
from progress.models import ProgressUpdate
from progress.queries import milestone_version
from teras.models import Plan
from tests.factories import (
    make_agency,
    make_kpi,
    make_milestone,
    make_plan,
    make_program,
    make_update,
    make_user,
)
from tests.programs.test_admin import confirm, send

pytestmark = pytest.mark.django_db

LIST = "admin:progress_progressupdate_changelist"


@pytest.fixture
def officer(client: Client) -> User:
    officer = make_user(Role.OFFICER)
    client.force_login(officer)
    return officer


@pytest.fixture
def milestone(officer: User) -> Milestone:
    return make_milestone(program=make_program(officer=officer))


def _record(client: Client, milestone: Milestone, **changed: object) -> Any:
    sent = {
        "claim": Claim.ACHIEVED,
        "effective_on": "02.05.2021",
        "narrative": "Siap.",
        "seen": milestone_version(milestone),
    }
    where = f"{reverse('admin:progress_progressupdate_add')}?milestone={milestone.pk}"
    return client.post(where, {**sent, **changed})


# Recording


def test_officer_records_with_evidence(client: Client, officer: User, milestone: Milestone) -> None:
    pdf = SimpleUploadedFile("minit.pdf", b"%PDF-1.7 minit")
    assert _record(client, milestone, uploads=[pdf]).status_code == 302
    update = ProgressUpdate.objects.get()
    assert (update.recorded_by, update.effective_on) == (officer, date(2021, 5, 2))
    assert update.evidence.get().content_type == "application/pdf"
    milestone.refresh_from_db()
    assert (milestone.outcome, milestone.achieved_on) == (Outcome.ACHIEVED, date(2021, 5, 2))


@pytest.mark.parametrize(
    ("field", "value"),
    [("effective_on", "01.01.2099"), ("effective_on", "31.12.2018"), ("narrative", " ")],
)
def test_what_the_action_refuses_is_shown_at_its_field_and_nothing_is_saved(
    field: str, value: str, client: Client, milestone: Milestone
) -> None:
    response = _record(client, milestone, **{field: value})
    assert field in response.context["form"].errors
    assert not ProgressUpdate.objects.exists()


def test_file_sent_with_an_error_elsewhere_is_not_lost(
    client: Client, milestone: Milestone
) -> None:
    pdf = SimpleUploadedFile("minit.pdf", b"%PDF-1.7 minit")
    refused = _record(client, milestone, uploads=[pdf], narrative="")
    ((_receipt, token),) = refused.context["form"].kept
    assert token in refused.content.decode()
    _record(client, milestone, kept=[token])
    assert ProgressUpdate.objects.get().evidence.get().name == "minit.pdf"


def test_value_below_the_target_is_not_achieved(client: Client, officer: User) -> None:
    kpi = make_kpi(
        make_program(officer=officer), kind=KpiKind.AT_LEAST, target_value=Decimal(2), unit="sesi"
    )
    milestone = make_milestone(kpi=kpi)
    response = _record(client, milestone, actual_value="1")
    assert "actual_value" in response.context["form"].errors
    assert _record(client, milestone, actual_value="2").status_code == 302


def test_officer_does_not_record_on_anothers_programme(client: Client, officer: User) -> None:
    foreign = make_milestone()
    response = _record(client, foreign)
    assert "milestone" in response.context["form"].errors
    assert not ProgressUpdate.objects.exists()


def test_milestone_of_another_agency_is_not_found_by_guessing(
    client: Client, officer: User
) -> None:
    foreign = make_milestone(program=make_program(make_plan(make_agency("mbmb"))))
    response = _record(client, foreign)
    assert "milestone" in response.context["form"].errors
    assert foreign.kpi.indicator not in response.content.decode()


def test_second_of_two_officers_is_told_and_keeps_what_they_wrote(
    client: Client, officer: User, milestone: Milestone
) -> None:
    seen = milestone_version(milestone)
    make_update(milestone, narrative="Sudah siap semalam.")
    told = _record(client, milestone, seen=seen, narrative="Siap hari ini.")
    page = told.content.decode()
    assert "Sudah siap semalam." in page
    assert "Siap hari ini." in page
    assert ProgressUpdate.objects.count() == 1


# Deciding


def _act(client: Client, action: str, *updates: ProgressUpdate, **sent: object) -> Any:
    chosen = {"action": action, "index": 0, "_selected_action": [u.pk for u in updates]}
    return client.post(reverse(LIST), {**chosen, **sent}, follow=True)


def test_head_verifies_several_and_never_their_own(client: Client) -> None:
    head, officer = make_user(Role.HEAD), make_user(Role.OFFICER)
    program = make_program(officer=officer)
    theirs = make_update(make_milestone(program=program), officer)
    own = make_update(make_milestone(date(2022, 6, 30), program=program), head)
    client.force_login(head)
    response = _act(client, "verify_selected", theirs, own)
    states = {u.pk: u.state for u in ProgressUpdate.objects.select_related("verification")}
    assert states == {theirs.pk: UpdateState.VERIFIED, own.pk: UpdateState.UNVERIFIED}
    assert {str(m.level_tag) for m in response.context["messages"]} == {"success", "warning"}


def test_update_is_returned_with_words_and_counts_no_longer(client: Client) -> None:
    officer = make_user(Role.OFFICER)
    milestone = make_milestone(program=make_program(officer=officer))
    update = make_update(milestone, officer)
    client.force_login(make_user(Role.HEAD))
    asked = _act(client, "return_selected", update)
    assert "note" in asked.context["form"].fields
    refused = _act(client, "return_selected", update, note=" ")
    assert "note" in refused.context["form"].errors
    _act(client, "return_selected", update, note="Lampirkan minit.")
    update = ProgressUpdate.objects.select_related("verification").get()
    assert (update.state, update.verification.note) == (UpdateState.RETURNED, "Lampirkan minit.")
    milestone.refresh_from_db()
    assert milestone.outcome == Outcome.OPEN


@pytest.mark.parametrize("role", [Role.OFFICER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_nobody_but_the_head_decides(role: Role, client: Client) -> None:
    update = make_update(make_milestone())
    client.force_login(make_user(role))
    _act(client, "verify_selected", update)
    assert not hasattr(ProgressUpdate.objects.get(), "verification")


def test_update_of_another_agency_is_not_decided(client: Client) -> None:
    update = make_update(make_milestone(program=make_program(make_plan(make_agency("mbmb")))))
    client.force_login(make_user(Role.HEAD))
    _act(client, "verify_selected", update)
    assert not hasattr(ProgressUpdate.objects.get(), "verification")


def test_no_update_is_deleted_in_bulk(client: Client) -> None:
    update = make_update(make_milestone())
    client.force_login(make_user(None, is_superuser=True))
    _act(client, "delete_selected", update, post="yes")
    assert ProgressUpdate.objects.filter(pk=update.pk).exists()


# As a file

HEADER = "plan,program,kpi,baseline_due,effective_on,claim,actual_value,narrative\n"


@pytest.fixture
def plan(client: Client) -> Plan:
    client.force_login(make_user(Role.HEAD))
    plan = make_plan()
    make_milestone(program=make_program(plan, "1.10"))
    return plan


def _row(**changed: str) -> str:
    row = {
        "plan": "mpag/psict-2019-2023",
        "program": "1.10",
        "kpi": "1",
        "baseline_due": "30.06.2021",
        "effective_on": "2021-05-02",
        "claim": "achieved",
        "actual_value": "",
        "narrative": "Siap.",
    }
    return ",".join({**row, **changed}.values()) + "\n"


def test_updates_come_from_a_file_by_the_same_action(client: Client, plan: Plan) -> None:
    preview = send(client, "progress_progressupdate", (HEADER + _row()).encode())
    assert not ProgressUpdate.objects.exists()
    confirm(client, "progress_progressupdate", preview)
    update = ProgressUpdate.objects.get()
    assert update.state == UpdateState.UNVERIFIED
    milestone = Milestone.objects.get()
    assert (milestone.outcome, milestone.achieved_on) == (Outcome.ACHIEVED, date(2021, 5, 2))


def test_headings_and_outcomes_of_a_workbook_are_read_in_malay(client: Client, plan: Plan) -> None:
    client.cookies["bahasa"] = "ms"
    exported = client.post(
        reverse("admin:progress_progressupdate_export"), {"format": "1", "resource": "0"}
    )
    headings = exported.content.decode("utf-8-sig").splitlines()[0].split(",")
    assert "Tarikh asal" in headings
    book = Workbook()
    sheet: Any = book.active
    sheet.append(headings)
    told = ["mpag/psict-2019-2023", "1.10", 1, date(2021, 6, 30), date(2021, 5, 2)]
    sheet.append([*told, "Dicapai", None, None, "Siap."])
    file = BytesIO()
    book.save(file)
    preview = send(client, "progress_progressupdate", file.getvalue(), kind="0")
    confirm(client, "progress_progressupdate", preview)
    assert ProgressUpdate.objects.get().narrative == "Siap."


@pytest.mark.parametrize(
    "wrong",
    [
        {"program": "9.9"},
        {"kpi": "2"},
        {"baseline_due": "30.06.2022"},
        {"baseline_due": "entah"},
        {"effective_on": "2099-01-01"},
        {"claim": "mungkin"},
        {"actual_value": "3"},
        {"narrative": ""},
        {"plan": "mbmb/psict-2019-2023"},
    ],
)
def test_bad_row_is_named_with_its_column_and_nothing_is_imported(
    wrong: dict[str, str], client: Client, plan: Plan
) -> None:
    make_plan(make_agency("mbmb"))
    rows = HEADER + _row(claim="open", narrative="Baik.") + _row(**wrong)
    preview = send(client, "progress_progressupdate", rows.encode())
    assert preview.context.get("confirm_form") is None
    (row,) = preview.context["result"].invalid_rows
    assert row.number == 2
    assert row.field_specific_errors
    assert not ProgressUpdate.objects.exists()


def test_row_on_a_milestone_that_the_row_before_achieved_is_refused(
    client: Client, plan: Plan
) -> None:
    rows = HEADER + _row() + _row(narrative="Sekali lagi.")
    preview = send(client, "progress_progressupdate", rows.encode())
    (row,) = preview.context["result"].invalid_rows
    assert row.number == 2
    assert row.non_field_specific_errors


def test_file_imported_twice_records_once(client: Client, plan: Plan) -> None:
    rows = (HEADER + _row(claim="open")).encode()
    for _attempt in range(2):
        preview = send(client, "progress_progressupdate", rows)
        confirm(client, "progress_progressupdate", preview)
    assert ProgressUpdate.objects.count() == 1


def test_word_given_twice_imports_once_and_says_so(client: Client, plan: Plan) -> None:
    preview = send(client, "progress_progressupdate", (HEADER + _row(claim="open")).encode())
    confirm(client, "progress_progressupdate", preview)
    again = confirm(client, "progress_progressupdate", preview)
    assert again.redirect_chain[0][0] == reverse("admin:progress_progressupdate_import")
    assert ProgressUpdate.objects.count() == 1
