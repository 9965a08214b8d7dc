"""Loading a plan file: wholly or not at all, once or again, and what a plan in force refuses."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.utils import translation

from accounts.choices import Role
from accounts.models import Agency
from exchange.actions import NeedsAmendment, load_plan
from exchange.plan_file import parse_plan_file
from exchange.queries import as_plan_file
from kpi.actions import add_milestones, place_milestones
from kpi.models import Kpi, Milestone
from programs.choices import Decision
from programs.models import Program, ProgramDecision
from teras.choices import PlanState
from teras.models import Plan, Strategy, Teras
from tests.exchange.test_plan_file import MPAG, SMALL
from tests.factories import make_agency, make_amendment, make_program, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english(settings: object) -> object:
    settings.LANGUAGE_CODE = "en"  # type: ignore[attr-defined]
    with translation.override("en"):
        yield


def run(path: Path, *options: str) -> str:
    out = StringIO()
    call_command("load_plan", str(path), *options, stdout=out)
    return out.getvalue()


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "pelan.yaml"
    path.write_text(text)
    return path


def row_counts() -> dict[str, int]:
    """Rows of every table, history included."""
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


def answer(monkeypatch: pytest.MonkeyPatch, word: str) -> list[str]:
    asked: list[str] = []

    def reply(question: str) -> str:
        asked.append(question)
        return word

    monkeypatch.setattr("builtins.input", reply)
    return asked


def load(text: str, *, put_in_force: bool = True) -> Plan:
    plan_file = parse_plan_file(text.encode(), "x")
    return load_plan(by=None, plan_file=plan_file, put_in_force=put_in_force).plan


def test_load_mpag_plan_puts_85_milestones_in_force() -> None:
    said = run(MPAG, "--no-input")
    assert "4 thrusts, 10 strategies, 29 programmes, 31 KPIs, 85 milestones" in said
    assert (
        Teras.objects.count(),
        Strategy.objects.count(),
        Program.objects.count(),
        Kpi.objects.count(),
        Milestone.objects.count(),
    ) == (4, 10, 29, 31, 85)
    plan = Plan.objects.get()
    assert plan.state == PlanState.IN_FORCE
    assert plan.address == ("mpag", "psict-2019-2023")
    assert plan.vision == ""
    assert "78000 Alor Gajah" in plan.agency.address


def test_load_mpag_plan_dates_and_order_are_the_documents() -> None:
    run(MPAG, "--no-input")
    due = [
        str(day)
        for day in Milestone.objects.filter(kpi__program__code="4.3").values_list(
            "baseline_due", flat=True
        )
    ]
    assert due[:3] == ["2019-01-31", "2019-11-30", "2020-01-31"]
    assert len(due) == 10
    codes = list(Program.objects.order_by("position").values_list("code", flat=True))
    assert codes[9:19] == [f"2.{n}" for n in range(1, 11)]


def test_load_same_file_again_changes_nothing_not_even_history() -> None:
    run(MPAG, "--no-input")
    before = row_counts()
    assert "nothing to change" in run(MPAG, "--no-input")
    assert "nothing to change" in run(MPAG)
    assert "nothing to change" in run(MPAG, "--yes")
    assert row_counts() == before


def test_dumped_plan_loads_as_unchanged(tmp_path: Path) -> None:
    run(MPAG, "--no-input")
    out = StringIO()
    call_command("dump_plan", "mpag/psict-2019-2023", stdout=out)
    before = row_counts()
    assert "nothing to change" in run(write(tmp_path, out.getvalue()), "--no-input")
    assert row_counts() == before
    again = parse_plan_file(out.getvalue().encode(), "x")
    assert again == as_plan_file(Plan.objects.get())
    assert again.milestone_count == 85


def test_dump_of_unknown_plan_says_which_there_are() -> None:
    load(SMALL)
    with pytest.raises(CommandError, match="There are: mc/psict-2019-2023"):
        call_command("dump_plan", "mc/lain")


def test_dump_after_amendments_is_still_the_plan_as_printed() -> None:
    plan = load(SMALL)
    printed = as_plan_file(plan)
    added = make_program(plan, "1.99", strategy=Strategy.objects.get())
    ProgramDecision.objects.create(
        program=added, amendment=make_amendment(plan), decision=Decision.ADDED
    )
    assert as_plan_file(plan) == printed


def test_changed_file_is_shown_and_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(SMALL)
    changed = write(
        tmp_path,
        SMALL.replace("Program satu", "Program pertama").replace(
            "jadual: Jun 2019", "jadual: Jun 2019\n                catatan: Seperti dicetak"
        ),
    )
    asked = answer(monkeypatch, "tidak")
    before = row_counts()
    said = run(changed)
    assert asked == ["Make these changes? (ya/tidak) "]
    assert "- Programme 1.1, name: “Program satu” becomes “Program pertama”" in said
    assert "- Programme 1.1, KPI, note: “Seperti dicetak” (was empty)" in said
    assert "Nothing was changed." in said
    assert row_counts() == before

    answer(monkeypatch, "ya")
    run(changed)
    program = Program.objects.get()
    assert program.name == "Program pertama"
    assert program.kpis.get().note == "Seperti dicetak"
    latest = program.history.first()
    assert latest is not None
    assert latest.history_change_reason == "Plan file pelan.yaml loaded"
    assert program.history.count() == 2
    assert Teras.history.count() == 1


def test_changed_file_without_input_changes_nothing_and_fails(tmp_path: Path) -> None:
    load(SMALL)
    changed = write(tmp_path, SMALL.replace("Program satu", "Program pertama"))
    before = row_counts()
    with pytest.raises(CommandError, match="repeat the command with --yes"):
        run(changed, "--no-input")
    assert Program.objects.get().name == "Program satu"
    assert row_counts() == before
    run(changed, "--no-input", "--yes")
    assert Program.objects.get().name == "Program pertama"


def test_changed_file_with_nobody_to_answer_changes_nothing_and_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(SMALL)

    def nobody(_question: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)
    with pytest.raises(CommandError, match="Nothing was changed"):
        run(write(tmp_path, SMALL.replace("Program satu", "Lain")))
    assert Program.objects.get().name == "Program satu"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Jun 2019", "Dis 2019", "Programme 1.1, KPI, schedule: “Jun 2019” becomes “Dis 2019”"),
        ("2019-2023\nteras", "2019-2024\nteras", "Plan, last year: “2023” becomes “2024”"),
        ("kod: 1.1", "kod: 1.2", "Programme 1.1 is taken away"),
        (
            "jadual: Jun 2019",
            "jadual: Jun 2019\n                sasaran: sekurang-kurangnya 2 orang",
            "target: “siap” becomes “sekurang-kurangnya 2 orang”",
        ),
        ("nama: Program satu", "nama: Program satu\n            pemberat: 2", "weight"),
        (
            "nombor: 1\n        nama: Strategi",
            "nombor: 2\n        nama: Strategi",
            "Strategy 1.2 is new",
        ),
    ],
)
def test_plan_in_force_refuses_other_dates_and_programmes(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    load(SMALL)
    before = row_counts()
    changed = SMALL.replace(old, new).replace("Teras satu", "Teras baharu")
    with pytest.raises(CommandError, match=re.escape(said)) as refusal:
        run(write(tmp_path, changed), "--yes")
    assert "amendment (pindaan)" in str(refusal.value)
    assert row_counts() == before
    assert Teras.objects.get().name == "Teras satu"


def test_plan_in_force_accepts_other_words_for_the_same_dates() -> None:
    load(SMALL.replace("Jun 2019", "Mac & Sept 2019"))
    load(SMALL.replace("Jun 2019", "Mac dan September 2019"))
    assert Kpi.objects.get().schedule_as_printed == "Mac dan September 2019"
    assert Milestone.objects.count() == 2


def test_what_an_amendment_added_stays_when_the_file_is_loaded_again() -> None:
    plan = load(SMALL)
    program = plan.programs.get()
    added = Kpi.objects.create(
        program=program, number=2, indicator="Tambahan", schedule_as_printed="Jun 2021"
    )
    keeper = make_user(Role.HEAD, plan.agency)
    add_milestones(by=keeper, kpi=added, amendment=make_amendment(plan), reason="Pindaan")
    load(SMALL.replace("nama: Program satu", "nama: Program pertama"))
    program.refresh_from_db()
    assert program.name == "Program pertama"
    assert added.milestones.count() == 1


def test_draft_takes_other_dates_and_programmes_then_comes_into_force() -> None:
    plan = load(SMALL, put_in_force=False)
    assert plan.state == PlanState.DRAFT
    second = """\
          - kod: 1.2
            nama: Program dua
            butiran: [Satu, Dua]
            kpi:
              - petunjuk: Siap
                jadual: Mac setiap tahun
"""
    load(SMALL.replace("Jun 2019", "Dis 2020") + second, put_in_force=False)
    assert Milestone.objects.count() == 6
    assert str(Milestone.objects.earliest("pk").due) == "2020-12-31"
    plan = load(SMALL.replace("Jun 2019", "Dis 2020"))
    assert plan.state == PlanState.IN_FORCE
    assert [program.code for program in plan.programs.all()] == ["1.1"]


def test_draft_unchanged_is_put_in_force_only_when_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, SMALL)
    run(path, "--draft", "--no-input")
    assert "nothing to change" in run(path, "--draft")
    asked = answer(monkeypatch, "ya")
    assert "The plan is put in force" in run(path)
    assert asked
    assert Plan.objects.get().state == PlanState.IN_FORCE


def test_what_the_file_leaves_out_stays_as_people_filled_it() -> None:
    plan = load(SMALL)
    Plan.objects.filter(pk=plan.pk).update(vision="Peneraju digital", due_soon_days=30)
    Agency.objects.update(phone="06-5561000")
    before = row_counts()
    load(SMALL)
    assert row_counts() == before
    plan.refresh_from_db()
    assert (plan.vision, plan.due_soon_days, plan.agency.phone) == (
        "Peneraju digital",
        30,
        "06-5561000",
    )


def test_bad_file_is_refused_by_the_command_with_file_line_and_phrase(tmp_path: Path) -> None:
    path = write(tmp_path, SMALL.replace("Jun 2019", "Jum 2019"))
    with pytest.raises(CommandError) as refusal:
        run(path, "--no-input")
    assert f"{path}, line 21: “jum” in “Jum 2019” is not understood." in str(refusal.value)
    assert not Plan.objects.exists()


def test_failure_half_way_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = row_counts()
    calls = []
    real = place_milestones

    def fail_later(**words: object) -> object:
        calls.append(words)
        if len(calls) == 20:
            raise RuntimeError
        return real(**words)  # type: ignore[arg-type]

    monkeypatch.setattr("exchange.actions.place_milestones", fail_later)
    with pytest.raises(RuntimeError):
        run(MPAG, "--no-input")
    assert len(calls) == 20
    assert row_counts() == before


def test_name_taken_by_another_agency_is_refused_in_words(tmp_path: Path) -> None:
    make_agency("lain", "Majlis Contoh")
    with pytest.raises(CommandError, match="already exists"):
        run(write(tmp_path, SMALL), "--no-input")
    assert not Plan.objects.exists()


def test_load_plan_asks_who_may_keep_the_plan() -> None:
    agency = make_agency("mc", "Majlis Contoh")
    plan_file = parse_plan_file(SMALL.encode(), "x")
    with pytest.raises(PermissionDenied):
        load_plan(by=make_user(Role.OFFICER, agency), plan_file=plan_file)
    head = make_user(Role.HEAD, agency)
    plan = load_plan(by=head, plan_file=plan_file).plan
    latest = plan.history.first()
    assert latest is not None
    assert latest.history_user == head


def test_load_plan_of_a_new_agency_is_for_who_looks_after_the_installation() -> None:
    plan_file = parse_plan_file(SMALL.encode(), "x")
    with pytest.raises(PermissionDenied):
        load_plan(by=make_user(Role.ADMINISTRATOR, make_agency("lain")), plan_file=plan_file)
    assert load_plan(by=make_user(None, is_superuser=True), plan_file=plan_file).is_new


def test_needs_amendment_names_only_what_needs_one() -> None:
    load(SMALL)
    text = SMALL.replace("Jun 2019", "Dis 2019").replace("Program satu", "Lain")
    with pytest.raises(NeedsAmendment) as refusal:
        load(text)
    assert refusal.value.messages == ["Programme 1.1, KPI, schedule: “Jun 2019” becomes “Dis 2019”"]
