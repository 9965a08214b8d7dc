"""Programmes in the admin, one by one and as a file."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.choices import Role
from accounts.models import User
from programs.choices import Decision, Duty
from programs.models import Program
from teras.choices import PlanState
from teras.models import Plan
from tests.factories import (
    make_agency,
    make_amendment,
    make_plan,
    make_program,
    make_strategy,
    make_user,
)

pytestmark = pytest.mark.django_db

NO_PARTS = {
    f"{name}-{count}": 0
    for name in ("sub_items", "assignments", "decisions")
    for count in ("TOTAL_FORMS", "INITIAL_FORMS")
}


@pytest.fixture
def head(client: Client) -> User:
    head = make_user(Role.HEAD)
    client.force_login(head)
    return head


def _add(client: Client, plan: Plan, **changed: object) -> Any:
    sent = {"strategy": make_strategy(plan).pk, "code": "1.1", "name": "Wi-fi", "weight": "1"}
    return client.post(reverse("admin:programs_program_add"), {**sent, **NO_PARTS, **changed})


def test_programme_is_added_to_the_draft_of_its_strategy(client: Client, head: User) -> None:
    plan = make_plan(state=PlanState.DRAFT)
    Program.objects.filter(pk=make_program(plan, "1.0").pk).update(position=7)
    assert _add(client, plan).status_code == 302
    made = Program.objects.get(code="1.1")
    assert (made.plan, made.position) == (plan, 8)


def test_code_is_used_once_in_a_plan(client: Client, head: User) -> None:
    plan = make_plan(state=PlanState.DRAFT)
    make_program(plan, "1.1")
    assert _add(client, plan).status_code == 200
    assert Program.objects.count() == 1


def test_programme_joins_a_plan_in_force_by_an_amendment_only(client: Client, head: User) -> None:
    plan = make_plan()
    refused = _add(client, plan)
    assert "added_by" in refused.context["adminform"].form.errors
    assert not Program.objects.exists()
    amendment = make_amendment(plan)
    assert _add(client, plan, added_by=amendment.pk).status_code == 302
    decision = Program.objects.get().decisions.get()
    assert (decision.amendment, decision.decision) == (amendment, Decision.ADDED)


def test_programme_is_not_added_by_another_plans_amendment(client: Client, head: User) -> None:
    other = make_amendment(make_plan(slug="psict-2014-2018", first_year=2014, last_year=2018))
    assert _add(client, make_plan(), added_by=other.pk).status_code == 200
    assert not Program.objects.exists()


def _assign(client: Client, program: Program, officer: User) -> Any:
    return client.post(
        reverse("admin:programs_program_change", args=[program.pk]),
        {
            "name": program.name,
            "weight": "1",
            "position": program.position,
            "change_reason": "Agihan tugas",
            **NO_PARTS,
            "assignments-TOTAL_FORMS": 1,
            "assignments-0-user": officer.pk,
            "assignments-0-duty": Duty.ACCOUNTABLE,
        },
    )


def test_officer_of_the_agency_is_assigned_with_a_reason(client: Client, head: User) -> None:
    program, officer = make_program(), make_user()
    assert _assign(client, program, officer).status_code == 302
    assigned = program.assignments.get()
    assert assigned.user == officer
    latest = assigned.history.get()
    assert (latest.history_user, latest.history_change_reason) == (head, "Agihan tugas")


def test_somebody_of_another_agency_is_not_assigned(client: Client, head: User) -> None:
    program = make_program()
    assert _assign(client, program, make_user(Role.OFFICER, make_agency("mbmb"))).status_code == 200
    assert not program.assignments.exists()


def test_somebody_who_left_is_not_assigned(client: Client, head: User) -> None:
    program = make_program()
    assert _assign(client, program, make_user(is_active=False)).status_code == 200
    assert not program.assignments.exists()


def test_code_of_a_programme_in_force_stays(client: Client, head: User) -> None:
    program = make_program(make_plan(), "1.8")
    sent = {"code": "9.9", "name": "Wi-fi baharu", "weight": "1", "position": 1}
    client.post(
        reverse("admin:programs_program_change", args=[program.pk]),
        {**sent, **NO_PARTS, "change_reason": "Ejaan"},
    )
    program.refresh_from_db()
    assert (program.code, program.name) == ("1.8", "Wi-fi baharu")


def test_weight_of_a_programme_in_force_stays(client: Client, head: User) -> None:
    program = make_program(make_plan(), "1.8")
    client.post(
        reverse("admin:programs_program_change", args=[program.pk]),
        {"name": "Wi-fi baharu", "weight": "50", "position": 1, "change_reason": "Semakan"}
        | NO_PARTS,
    )
    program.refresh_from_db()
    assert (str(program.weight), program.name) == ("1.000", "Wi-fi baharu")


def test_officer_reads_programmes_and_changes_none(client: Client) -> None:
    program = make_program()
    client.force_login(make_user(Role.OFFICER))
    where = reverse("admin:programs_program_change", args=[program.pk])
    assert "<form" in client.get(where).content.decode()
    assert "change_reason" not in client.get(where).content.decode()
    assert client.post(where, {"name": "Lain", **NO_PARTS}).status_code == 403


# As a file


def send(client: Client, name: str, content: bytes, kind: str = "1") -> Any:
    """Choose a file and look at what it would do."""
    upload = SimpleUploadedFile("program.csv" if kind == "1" else "program.xlsx", content)
    sent = {"import_file": upload, "format": kind, "resource": "0"}
    return client.post(reverse(f"admin:{name}_import"), sent)


def confirm(client: Client, name: str, preview: Any) -> Any:
    """Give the word."""
    form = preview.context["confirm_form"]
    return client.post(reverse(f"admin:{name}_process_import"), form.initial, follow=True)


def test_file_changes_and_adds_programmes_of_a_draft_with_history(
    client: Client, head: User
) -> None:
    plan = make_plan(state=PlanState.DRAFT)
    program = make_program(plan, "1.1", name="Lama")
    rows = "Pelan,Kod,Strategi,Nama\nmpag/psict-2019-2023,1.1,1.1,Baharu\nmpag/psict-2019-2023,1.2,1.1,Tambahan\n"
    rows = rows.replace("Pelan,Kod,Strategi,Nama", "plan,code,strategy,name")
    preview = send(client, "programs_program", rows.encode())
    assert "<del>Lama</del> <ins>Baharu</ins>" in preview.content.decode()
    program.refresh_from_db()
    assert program.name == "Lama"
    confirm(client, "programs_program", preview)
    program.refresh_from_db()
    assert program.name == "Baharu"
    assert Program.objects.filter(plan=plan, code="1.2").exists()
    latest = program.history.first()
    assert latest.history_user == head
    assert "program.csv" in latest.history_change_reason


def test_one_bad_row_means_that_nothing_is_imported(client: Client, head: User) -> None:
    plan = make_plan(state=PlanState.DRAFT)
    make_strategy(plan)
    rows = (
        "plan,code,strategy,name\n"
        "mpag/psict-2019-2023,1.1,1.1,Baik\n"
        "mpag/psict-2019-2023,1.2,7.7,Strategi tiada\n"
        "mbmb/psict-2019-2023,1.3,1.1,Pelan orang\n"
        "mpag/psict-2019-2023,,1.1,Tiada kod\n"
    )
    preview = send(client, "programs_program", rows.encode())
    assert preview.context.get("confirm_form") is None
    wrong = {row.number + 1: set(row.error_dict) for row in preview.context["result"].invalid_rows}
    assert set(wrong) == {3, 4, 5}
    assert not Program.objects.exists()


def test_new_programme_of_a_plan_in_force_is_not_imported(client: Client, head: User) -> None:
    make_strategy(make_plan())
    rows = b"plan,code,strategy,name\nmpag/psict-2019-2023,1.1,1.1,Baharu\n"
    preview = send(client, "programs_program", rows)
    assert preview.context["result"].has_validation_errors()


def test_change_between_preview_and_word_imports_nothing(client: Client, head: User) -> None:
    plan = make_plan(state=PlanState.DRAFT)
    make_strategy(plan)
    rows = (
        b"plan,code,strategy,name\nmpag/psict-2019-2023,1.1,1.1,A\nmpag/psict-2019-2023,1.2,2.1,B\n"
    )
    make_strategy(plan, 2)
    preview = send(client, "programs_program", rows)
    Plan.objects.filter(pk=plan.pk).update(state=PlanState.IN_FORCE)
    confirm(client, "programs_program", preview)
    assert not Program.objects.exists()


def test_file_that_is_none_is_refused_in_words(client: Client, head: User) -> None:
    response = send(client, "programs_program", b"\x00\x01 bukan helaian", kind="0")
    assert "import_file" in response.context["form"].errors


def test_unknown_and_missing_columns_are_named(client: Client, head: User) -> None:
    response = send(client, "programs_program", b"plan,code,strategy,warna\na,b,c,d\n")
    assert response.context["result"].has_errors()
    assert response.context.get("confirm_form") is None


@pytest.mark.parametrize("kind", ["0", "1"])
def test_exported_file_comes_in_again_and_changes_nothing(
    kind: str, client: Client, head: User
) -> None:
    program = make_program(make_plan(), "1.10", name="=HYPERLINK(1)", note="-nota\ndua baris")
    where = reverse("admin:programs_program_export")
    file = client.post(where, {"format": kind, "resource": "0"})
    preview = send(client, "programs_program", file.content, kind)
    assert [row.import_type for row in preview.context["result"].rows] == ["skip"]
    program.refresh_from_db()
    assert (program.name, program.note) == ("=HYPERLINK(1)", "-nota\ndua baris")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_exported_text_is_no_formula(start: str, client: Client, head: User) -> None:
    make_program(make_plan(), "1.1", name=f"{start}cmd|' /C calc'!A0")
    where = reverse("admin:programs_program_export")
    workbook = load_workbook(BytesIO(client.post(where, {"format": "0", "resource": "0"}).content))
    cells = [cell for row in workbook.active.iter_rows() for cell in row]  # type: ignore[union-attr]
    assert all(cell.data_type != "f" for cell in cells)
    text = client.post(where, {"format": "1", "resource": "0"}).content.decode("utf-8-sig")
    assert f"'{start}cmd" in text


def test_export_holds_what_the_list_shows_and_nothing_of_others(client: Client, head: User) -> None:
    make_program(make_plan(), "1.1", name="Milik kita")
    make_program(make_plan(make_agency("mbmb")), "1.1", name="Milik orang")
    where = reverse("admin:programs_program_export")
    text = client.post(where, {"format": "1", "resource": "0"}).content.decode("utf-8-sig")
    assert "Milik kita" in text
    assert "Milik orang" not in text
    searched = client.post(f"{where}?q=tiada", {"format": "1", "resource": "0"})
    assert "Milik kita" not in searched.content.decode("utf-8-sig")


def test_text_that_a_workbook_cannot_hold_does_not_stop_the_export(
    client: Client, head: User
) -> None:
    make_program(make_plan(), "1.1", name="Wi-fi\x07 baharu")
    where = reverse("admin:programs_program_export")
    file = client.post(where, {"format": "0", "resource": "0"})
    sheet: Any = load_workbook(BytesIO(file.content)).active
    assert any("baharu" in str(cell.value) for row in sheet.iter_rows() for cell in row)
