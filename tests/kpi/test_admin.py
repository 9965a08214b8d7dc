"""Indicators, milestones and amendments in the admin."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import User
from kpi.choices import KpiKind, Outcome, RevisionKind
from kpi.models import Kpi, Milestone, Revision
from programs.choices import Decision
from programs.models import Program
from teras.choices import PlanState
from teras.models import Amendment
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
from tests.programs.test_admin import confirm, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(client: Client) -> User:
    head = make_user(Role.HEAD)
    client.force_login(head)
    return head


def _no(*prefixes: str) -> dict[str, int]:
    return {f"{p}-{count}": 0 for p in prefixes for count in ("TOTAL_FORMS", "INITIAL_FORMS")}


# Indicators


def _add(client: Client, program: Program, **changed: object) -> Any:
    sent = {
        "program": program.pk,
        "number": 1,
        "indicator": "Latihan dibuat",
        "kind": KpiKind.DONE,
        "schedule_as_printed": "Jun setiap tahun (2020-2021)",
        "change_reason": "Ikut dokumen",
    }
    where = reverse("admin:kpi_kpi_add")
    return client.post(where, {**sent, **_no("milestones", "rewordings"), **changed})


def _dues() -> list[date]:
    return list(Milestone.objects.order_by("due").values_list("due", flat=True))


def test_indicator_of_a_draft_brings_its_milestones(client: Client, head: User) -> None:
    assert _add(client, make_program(make_plan(state=PlanState.DRAFT))).status_code == 302
    assert _dues() == [date(2020, 6, 30), date(2021, 6, 30)]
    reasons = Milestone.history.values_list("history_change_reason", "history_user")
    assert set(reasons) == {("Ikut dokumen", head.pk)}


def test_changed_schedule_of_a_draft_moves_its_milestones(client: Client, head: User) -> None:
    _add(client, make_program(make_plan(state=PlanState.DRAFT)))
    kpi = Kpi.objects.get()
    where = reverse("admin:kpi_kpi_change", args=[kpi.pk])
    sent = {
        "number": 1,
        "indicator": kpi.indicator,
        "kind": kpi.kind,
        "schedule_as_printed": "Jun 2021",
        "program": kpi.program_id,
        "change_reason": "Salah cetak",
    }
    assert client.post(where, {**sent, **_no("milestones", "rewordings")}).status_code == 302
    assert _dues() == [date(2021, 6, 30)]


@pytest.mark.parametrize("schedule", ["bila-bila masa", "Jun 2031", ""])
def test_schedule_that_does_not_fit_is_refused_at_its_field(
    schedule: str, client: Client, head: User
) -> None:
    program = make_program(make_plan(state=PlanState.DRAFT))
    response = _add(client, program, schedule_as_printed=schedule)
    assert "schedule_as_printed" in response.context["adminform"].form.errors
    assert not Kpi.objects.exists()


def test_indicator_joins_a_plan_in_force_by_an_amendment_with_what_lies_ahead(
    client: Client, head: User
) -> None:
    plan = make_plan()
    program = make_program(plan)
    refused = _add(client, program)
    assert "added_by" in refused.context["adminform"].form.errors
    amendment = make_amendment(plan, date(2020, 11, 10))
    assert _add(client, program, added_by=amendment.pk).status_code == 302
    milestone = Milestone.objects.get()
    assert (milestone.due, milestone.added_by) == (date(2021, 6, 30), amendment)


def test_indicator_all_of_whose_dates_are_past_is_not_added(client: Client, head: User) -> None:
    plan = make_plan()
    amendment = make_amendment(plan, date(2022, 1, 10))
    response = _add(client, make_program(plan), added_by=amendment.pk)
    assert "schedule_as_printed" in response.context["adminform"].form.errors
    assert not Kpi.objects.exists()


def test_promise_of_a_plan_in_force_stays_and_its_note_changes(client: Client, head: User) -> None:
    kpi = make_kpi(make_program(make_plan()), schedule_as_printed="Jun 2021")
    sent = {
        "indicator": "Lain",
        "schedule_as_printed": "Jun 2022",
        "kind": KpiKind.PERCENT,
        "target_value": "5",
        "note": "Nota",
        "change_reason": "Semakan",
    }
    client.post(
        reverse("admin:kpi_kpi_change", args=[kpi.pk]),
        {**sent, **_no("milestones", "rewordings")},
    )
    kpi.refresh_from_db()
    assert (kpi.schedule_as_printed, kpi.kind, kpi.note) == ("Jun 2021", KpiKind.DONE, "Nota")
    assert kpi.indicator != "Lain"


def test_indicators_come_from_a_file_with_their_milestones(client: Client, head: User) -> None:
    plan = make_plan(state=PlanState.DRAFT)
    make_program(plan, "1.1")
    rows = (
        "plan,program,number,indicator,kind,target_value,unit,schedule_as_printed\n"
        "mpag/psict-2019-2023,1.1,1,Dua sesi,at_least,2,sesi,Dis setiap tahun (2020-2021)\n"
    )
    preview = send(client, "kpi_kpi", rows.encode())
    assert not Kpi.objects.exists()
    confirm(client, "kpi_kpi", preview)
    kpi = Kpi.objects.get()
    assert (kpi.kind, kpi.target_value, kpi.unit) == (KpiKind.AT_LEAST, Decimal(2), "sesi")
    assert _dues() == [date(2020, 12, 31), date(2021, 12, 31)]


def test_file_does_not_change_what_a_plan_in_force_promised(client: Client, head: User) -> None:
    kpi = make_kpi(make_program(make_plan(), "1.1"), indicator="Asal")
    rows = (
        "plan,program,number,indicator,schedule_as_printed\n"
        f"mpag/psict-2019-2023,1.1,1,Lain,{kpi.schedule_as_printed}\n"
    )
    preview = send(client, "kpi_kpi", rows.encode())
    (wrong,) = preview.context["result"].invalid_rows
    assert len(wrong.error_dict) == 1
    assert preview.context.get("confirm_form") is None


def test_exported_indicators_come_in_again_and_change_nothing(client: Client, head: User) -> None:
    make_kpi(
        make_program(make_plan(), "1.1"),
        kind=KpiKind.AT_MOST,
        target_value=Decimal(0),
        unit="permohonan",
    )
    for kind in ("0", "1"):
        file = client.post(reverse("admin:kpi_kpi_export"), {"format": kind, "resource": "0"})
        preview = send(client, "kpi_kpi", file.content, kind)
        assert [row.import_type for row in preview.context["result"].rows] == ["skip"]


# Amendments


def _record(client: Client, **changed: object) -> Any:
    sent = {"committee": "JPICT", "meeting": "JPICT Bil. 2/2021", "reason": "Ditangguhkan"}
    return client.post(
        reverse("admin:teras_amendment_add"), {**sent, "decided_on": "10.11.2021", **changed}
    )


def test_amendment_is_recorded_under_the_next_number(client: Client, head: User) -> None:
    plan = make_plan()
    make_amendment(plan)
    assert _record(client, plan=plan.pk).status_code == 302
    made = Amendment.objects.latest("pk")
    assert (made.number, made.decided_on) == (2, date(2021, 11, 10))
    assert made.history.get().history_user == head


def test_amendment_of_a_day_to_come_is_refused_at_its_field(client: Client, head: User) -> None:
    response = _record(client, plan=make_plan().pk, decided_on="10.11.2099")
    assert "decided_on" in response.context["adminform"].form.errors
    assert not Amendment.objects.exists()


def _decide(client: Client, amendment: Amendment, **changed: object) -> Any:
    kept = {name: getattr(amendment, name) for name in ("committee", "meeting", "reason")}
    parts = _no("revisions", "program_decisions", "rewordings")
    where = reverse("admin:teras_amendment_change", args=[amendment.pk])
    return client.post(where, {**kept, **parts, **changed})


def test_amendment_says_when_its_reason_must_be_given(client: Client, head: User) -> None:
    amendment = make_amendment(make_plan())
    told = "Wajib jika butiran pindaan di atas diubah."
    where = reverse("admin:teras_amendment_change", args=[amendment.pk])
    assert told in client.get(where).content.decode()
    assert told not in client.get(reverse("admin:teras_amendment_add")).content.decode()
    refused = _decide(client, amendment, meeting="JPICT Bil. 9/2021")
    assert "change_reason" in refused.context["adminform"].form.errors


def _move(milestone: Milestone, due: str) -> dict[str, object]:
    return {
        "revisions-TOTAL_FORMS": 1,
        "revisions-0-milestone": milestone.pk,
        "revisions-0-kind": RevisionKind.MOVED,
        "revisions-0-due": due,
    }


def test_milestone_is_moved_under_an_amendment_and_keeps_its_first_date(
    client: Client, head: User
) -> None:
    milestone = make_milestone(date(2021, 6, 30))
    amendment = make_amendment(milestone.kpi.program.plan)
    assert _decide(client, amendment, **_move(milestone, "31.03.2022")).status_code == 302
    milestone.refresh_from_db()
    assert milestone.due == date(2022, 3, 31)
    assert milestone.baseline_due == date(2021, 6, 30)
    latest = milestone.history.first()
    assert (latest.history_user, latest.history_change_reason) == (head, str(amendment))


def test_milestone_is_not_moved_out_of_the_plan(client: Client, head: User) -> None:
    milestone = make_milestone(date(2021, 6, 30))
    amendment = make_amendment(milestone.kpi.program.plan)
    response = _decide(client, amendment, **_move(milestone, "31.03.2031"))
    (formset, *_others) = response.context["inline_admin_formsets"]
    assert "due" in formset.formset.forms[0].errors
    assert not Revision.objects.exists()


def test_achieved_milestone_is_not_offered_for_a_decision(client: Client, head: User) -> None:
    milestone = make_milestone(date(2021, 6, 30))
    make_update(milestone)
    amendment = make_amendment(milestone.kpi.program.plan)
    assert _decide(client, amendment, **_move(milestone, "31.03.2022")).status_code == 200
    assert not Revision.objects.exists()


def test_milestone_of_another_plan_is_not_offered(client: Client, head: User) -> None:
    foreign = make_milestone(program=make_program(make_plan(make_agency("mbmb"))))
    amendment = make_amendment(make_plan())
    assert _decide(client, amendment, **_move(foreign, "31.03.2022")).status_code == 200
    assert not Revision.objects.exists()


def test_milestone_is_dropped_programme_postponed_and_indicator_reworded_at_once(
    client: Client, head: User
) -> None:
    milestone = make_milestone()
    program = milestone.kpi.program
    amendment = make_amendment(program.plan)
    sent = {
        "revisions-TOTAL_FORMS": 1,
        "revisions-0-milestone": milestone.pk,
        "revisions-0-kind": RevisionKind.DROPPED,
        "program_decisions-TOTAL_FORMS": 1,
        "program_decisions-0-program": program.pk,
        "program_decisions-0-decision": Decision.POSTPONED,
        "rewordings-TOTAL_FORMS": 1,
        "rewordings-0-kpi": milestone.kpi_id,
        "rewordings-0-indicator": "Kata-kata baharu",
    }
    assert _decide(client, amendment, **sent).status_code == 302
    milestone.refresh_from_db()
    assert milestone.outcome == Outcome.DROPPED
    assert program.decisions.get().decision == Decision.POSTPONED
    assert milestone.kpi.rewordings.get().indicator == "Kata-kata baharu"
    assert milestone.kpi.indicator == "Sistem dilaksanakan"


def test_decision_once_made_is_not_changed_by_a_forged_form(client: Client, head: User) -> None:
    milestone = make_milestone()
    amendment = make_amendment(milestone.kpi.program.plan)
    _decide(client, amendment, **_move(milestone, "31.03.2022"))
    made = Revision.objects.get()
    forged = {
        **_move(milestone, "31.12.2023"),
        "revisions-INITIAL_FORMS": 1,
        "revisions-0-id": made.pk,
        "revisions-0-amendment": amendment.pk,
        "revisions-0-DELETE": "on",
    }
    _decide(client, amendment, **forged)
    assert Revision.objects.get().due == date(2022, 3, 31)


def test_words_of_an_amendment_change_with_a_reason_and_its_day_never(
    client: Client, head: User
) -> None:
    amendment = make_amendment(make_plan())
    refused = _decide(client, amendment, meeting="JPICT Bil. 3/2020")
    assert "change_reason" in refused.context["adminform"].form.errors
    _decide(
        client,
        amendment,
        meeting="JPICT Bil. 3/2020",
        decided_on="01.01.2019",
        change_reason="Nombor mesyuarat",
    )
    amendment.refresh_from_db()
    assert (amendment.meeting, amendment.decided_on) == ("JPICT Bil. 3/2020", date(2020, 11, 10))


# Milestones


def test_milestone_is_read_only_even_for_root(client: Client) -> None:
    milestone = make_milestone()
    client.force_login(make_user(None, is_superuser=True))
    where = reverse("admin:kpi_milestone_change", args=[milestone.pk])
    assert client.post(where, {"due": "2023-01-01"}).status_code == 403


def test_milestone_page_leads_officers_to_recording_and_auditors_nowhere(client: Client) -> None:
    milestone = make_milestone()
    where = reverse("admin:kpi_milestone_change", args=[milestone.pk])
    record = f"{reverse('admin:progress_progressupdate_add')}?milestone={milestone.pk}"
    client.force_login(make_user(Role.OFFICER))
    assert record in client.get(where).content.decode()
    client.force_login(make_user(Role.AUDITOR))
    assert record not in client.get(where).content.decode()
