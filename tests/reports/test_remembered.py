"""What is remembered of the dashboard: as new as the data, nobody else's, and bounded."""

import pickle
import re
import zlib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.safestring import SafeString
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.choices import Role
from accounts.models import Agency, User
from exchange.demo.clearing import clear_demo
from kpi.actions import drop_milestone, move_milestone, reword_kpi
from kpi.models import Kpi, Milestone
from programs.actions import assign_officer, decide_program
from programs.choices import Decision, Duty
from programs.models import Program
from progress.actions import Report, correct_update, return_update, verify_update
from progress.choices import Claim
from progress.models import ProgressUpdate
from reports import remembered
from reports.remembered import Memory, Part
from teras import last_change
from teras.actions import record_amendment
from teras.models import Amendment, Plan, Teras
from tests.factories import make_agency, make_amendment, make_plan, make_update, make_user
from tests.reports.issued import make_issued_document
from tests.reports.plans import make_plan_of
from tests.site_states import fields, get

pytestmark = pytest.mark.django_db
AT = "?setakat=2021-12-31"
# Session, person, roles, and the plan with the token.
QUERIES = 4


@pytest.fixture(autouse=True)
def memory(monkeypatch: pytest.MonkeyPatch) -> Memory:
    memory = Memory()
    monkeypatch.setattr(remembered, "_memory", memory)
    return memory


@pytest.fixture(autouse=True)
def _shelf() -> Iterator[None]:
    """As in a server of several processes."""
    remembered.shelf.open("pelayan")
    yield
    remembered.shelf.open("")


@pytest.fixture
def head() -> User:
    return make_user(Role.HEAD, is_superuser=True)


def part(html: str) -> Part:
    return Part(SafeString(html), is_whole=True, has_sample_data=False, last_updated=None)


def page(client: Client, address: str) -> str:
    """The page without form tokens and the time of printing, which are other ones each time."""
    response = client.get(address)
    assert response.status_code == 200
    html = re.sub(r'(csrfmiddlewaretoken" value=")\w+', r"\1", response.content.decode())
    return re.sub(r'(<p class="print-only">).*?</p>', r"\1", html)


@pytest.mark.parametrize("size", [3, 300])
def test_repeated_dashboard_asks_four_things_and_is_the_same(
    size: int, client: Client, memory: Memory, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    plan = make_plan_of(size, make_user(Role.HEAD))
    client.force_login(make_user(Role.HEAD))
    first = page(client, plan.get_absolute_url() + AT)
    assert len(memory) == 1
    with django_assert_num_queries(QUERIES):
        again = page(client, plan.get_absolute_url() + AT)
    assert again == first


def milestone_of(code: str) -> Milestone:
    return Milestone.objects.get(kpi__program__code=code)


def program_of(code: str) -> Program:
    return Program.objects.get(code=code)


def record_an_amendment(head: User) -> Amendment:
    return record_amendment(
        by=head,
        plan=Plan.objects.get(),
        committee="JPICT",
        meeting="JPICT Bil. 9/2021",
        decided_on=date(2021, 12, 1),
        reason="Mesyuarat",
        today=date(2026, 1, 1),
    )


def revise(head: User) -> Amendment:
    return make_amendment(Plan.objects.get(), date(2021, 12, 1))


def unverified() -> ProgressUpdate:
    return ProgressUpdate.objects.filter(
        verification__isnull=True, milestone__kpi__program__code="1.1"
    ).get()


def correct(head: User) -> None:
    report = Report(effective_on=date(2021, 9, 1), claim=Claim.ACHIEVED, narrative="Betul.")
    correct_update(by=head, update=unverified(), report=report, today=date(2026, 1, 1))


ACTIONS: dict[str, Callable[[User], object]] = {
    "update recorded": lambda head: make_update(
        milestone_of("1.2"), head, on=date(2021, 12, 1), claim=Claim.ACHIEVED
    ),
    "update verified": lambda head: verify_update(by=head, update=unverified()),
    "update returned": lambda head: return_update(by=head, update=unverified(), note="Bukti?"),
    "update corrected": correct,
    "milestone moved": lambda head: move_milestone(
        by=head, milestone=milestone_of("1.2"), amendment=revise(head), due=date(2022, 3, 31)
    ),
    "milestone dropped": lambda head: drop_milestone(
        by=head, milestone=milestone_of("1.2"), amendment=revise(head)
    ),
    "programme postponed": lambda head: decide_program(
        by=head, program=program_of("1.2"), amendment=revise(head), decision=Decision.POSTPONED
    ),
    "officer assigned": lambda head: assign_officer(
        by=head, program=program_of("1.3"), user=head, duty=Duty.ACCOUNTABLE
    ),
    "review issued": lambda _head: make_issued_document(Plan.objects.get(), code="ABCD", year=2020),
}

ROWS: dict[str, Callable[[], object]] = {
    "officer's name": lambda: User.objects.filter(assignments__isnull=False).update(
        full_name="Nama Baharu"
    ),
    "plan's limit": lambda: Plan.objects.update(critical_days=1),
    "plan's title": lambda: Plan.objects.update(title="Tajuk Baharu"),
    "thrust's name": lambda: Teras.objects.update(name="Teras Baharu"),
    "programme's name": lambda: Program.objects.update(name="Program Baharu"),
    "programme's weight": lambda: Program.objects.filter(code="1.2").update(weight=9),
    "agency's short name": lambda: Agency.objects.update(short_name="BARU"),
    "amendment's meeting": lambda: Amendment.objects.update(meeting="JPICT Bil. 77/2020"),
    "milestone's reason": lambda: Milestone.objects.filter(kpi__program__code="1.3").delete(),
}


def shows_at_once(client: Client, address: str, change: Callable[[], object]) -> None:
    before = page(client, address)
    assert page(client, address) == before
    change()
    after = page(client, address)
    assert after != before
    in_another_process()
    assert after == page(client, address)
    remembered.shelf.open("")
    in_another_process()
    assert after == page(client, address)


def in_another_process() -> Memory:
    """What comes now is asked of a process that has nothing in its own memory."""
    remembered._memory = Memory()
    return remembered._memory


@pytest.mark.parametrize("kind", ACTIONS)
def test_what_is_done_shows_at_once(kind: str, plan: Plan, head: User, client: Client) -> None:
    client.force_login(make_user(Role.MANAGEMENT))
    shows_at_once(client, plan.get_absolute_url() + AT, lambda: ACTIONS[kind](head))


@pytest.mark.parametrize("kind", ROWS)
def test_row_changed_past_all_actions_shows_at_once(kind: str, plan: Plan, client: Client) -> None:
    client.force_login(make_user(Role.MANAGEMENT))
    shows_at_once(client, plan.get_absolute_url() + AT, ROWS[kind])


def test_rewording_makes_another_key(plan: Plan, head: User) -> None:
    """The dashboard shows no indicator's new words; what it is made from changed all the same."""
    before = last_change.token()
    kpi = Kpi.objects.filter(program__code="1.2").get()
    reword_kpi(by=head, kpi=kpi, amendment=Amendment.objects.get(number=1), indicator="Lain")
    assert last_change.token() != before


def test_recorded_amendment_is_told_by_the_frame(plan: Plan, head: User) -> None:
    before = last_change.token()
    record_an_amendment(head)
    assert last_change.token() != before


@pytest.mark.parametrize(
    ("name", "row", "field", "value"),
    [
        ("teras_plan", Plan.objects.get, "title", "Tajuk dari pentadbiran"),
        ("teras_plan", Plan.objects.get, "critical_days", "3"),
        ("programs_program", lambda: program_of("1.2"), "name", "Nama dari pentadbiran"),
        ("accounts_agency", Agency.objects.get, "short_name", "LAIN"),
    ],
)
def test_change_in_the_admin_shows_at_once(
    name: str,
    row: Callable[[], Plan | Program | Agency],
    field: str,
    value: str,
    plan: Plan,
    head: User,
    client: Client,
) -> None:
    client.force_login(head)
    form = reverse(f"admin:{name}_change", args=[row().pk])

    def change() -> None:
        asked = fields(get(client, form), field)
        assert field in asked
        answer = client.post(form, {**asked, field: value, "change_reason": "Ujian"})
        assert answer.status_code == 302, answer.context["adminform"].form.errors
        list(get_messages(answer.wsgi_request))
        client.get(reverse("admin:index"))  # shows the message, so that no other page does

    shows_at_once(client, plan.get_absolute_url() + AT, change)


def test_sample_banner_goes_with_the_sample_data(plan: Plan, client: Client) -> None:
    make_user(Role.OFFICER, is_sample=True)
    client.force_login(make_user(Role.MANAGEMENT))
    client.cookies["bahasa"] = "en"
    assert "Sample data" in page(client, plan.get_absolute_url())
    clear_demo()
    assert "Sample data" not in page(client, plan.get_absolute_url())


def test_agencies_with_plans_of_one_name_never_meet(client: Client, memory: Memory) -> None:
    """Same slug, code, title, programmes and milestones: only the agency and its words differ."""
    people = [make_user(Role.HEAD, make_agency(slug)) for slug in ("mpag", "mbmb")]
    plans = [make_plan_of(3, by) for by in people]
    for by, own in zip(people, plans, strict=True):
        Program.objects.filter(plan=own).update(name=f"Rahsia {by.memberships.get().agency.slug}")
    assert plans[0].slug == plans[1].slug
    for round_ in range(3):
        if round_ == 2:
            memory = in_another_process()
        for by, own, other in zip(people, plans, reversed(plans), strict=True):
            client.force_login(by)
            shown = page(client, own.get_absolute_url())
            assert f"Rahsia {own.agency.slug}" in shown
            assert f"Rahsia {other.agency.slug}" not in shown
            assert client.get(other.get_absolute_url()).status_code == 404
    assert len(memory) == 2


def test_who_lost_the_role_gets_nothing_of_what_is_remembered(plan: Plan, client: Client) -> None:
    reader = make_user(Role.MANAGEMENT)
    client.force_login(reader)
    page(client, plan.get_absolute_url())
    reader.memberships.all().delete()
    assert client.get(plan.get_absolute_url()).status_code == 404


def test_nothing_of_a_person_is_remembered(plan: Plan, client: Client, memory: Memory) -> None:
    """Everybody shares the one part; names of readers, form tokens and messages are not in it."""
    readers = [make_user(role, full_name=f"Pembaca {role.value}") for role in Role]
    for reader in readers:
        client.force_login(reader)
        shown = page(client, plan.get_absolute_url() + AT)
        assert reader.full_name in shown
        assert not [r for r in readers if r != reader and r.full_name in shown]
    (kept,) = memory._parts.values()
    assert "csrf" not in kept.html
    assert "Pembaca" not in kept.html


def test_another_process_takes_from_the_shelf_what_everybody_asks_for_first(
    plan: Plan, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(make_user(Role.MANAGEMENT))
    for language in ("en", "ms"):
        client.cookies["bahasa"] = language
        first = page(client, plan.get_absolute_url())
        page(client, plan.get_absolute_url() + AT)  # this one each process makes for itself
        in_another_process()
        with django_assert_num_queries(QUERIES):
            assert page(client, plan.get_absolute_url()) == first
    assert remembered.shelf.looked_at() == [(plan.pk, "ms"), (plan.pk, "en")]


def test_another_start_of_the_server_takes_nothing_from_the_shelf(
    plan: Plan, client: Client
) -> None:
    client.force_login(make_user(Role.MANAGEMENT))
    page(client, plan.get_absolute_url())
    in_another_process()
    remembered.shelf.open("pelayan lain")
    assert not remembered.shelf.looked_at()
    with CaptureQueriesContext(connection) as asked:
        page(client, plan.get_absolute_url())
    assert len(asked) > QUERIES


def test_shelf_gives_a_part_for_its_whole_key_alone() -> None:
    made_under = (7, "token", "ms", "dashboard", date(2021, 12, 31))
    remembered.shelf.keep(made_under, part("satu"))
    assert remembered.shelf.get(made_under) == part("satu")
    for place, other in enumerate((8, "token lain", "en", "senarai", date(2021, 12, 30))):
        assert not remembered.shelf.get((*made_under[:place], other, *made_under[place + 1 :]))


def test_shelf_keeps_in_mind_a_few_that_are_looked_at() -> None:
    for plan in range(10):
        remembered.shelf.keep((plan, "token", "ms"), part("satu"))
    assert remembered.shelf.looked_at() == [(plan, "ms") for plan in range(9, 1, -1)]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda _file: b"rosak", id="none of ours"),
        pytest.param(lambda file: file[: len(file) // 2], id="cut off"),
        pytest.param(lambda _file: b"", id="empty"),
        pytest.param(
            lambda _file: pickle.dumps(None) + zlib.compress(pickle.dumps(("a", "b", "c"))),
            id="another shape",
        ),
        pytest.param(
            lambda _file: pickle.dumps(None) + zlib.compress(b"creports.nowhere\nPart\n."),
            id="of a module that is gone",
        ),
    ],
)
def test_damaged_shelf_is_an_empty_one_and_is_mended_by_the_next_part(
    damage: Callable[[bytes], bytes],
    plan: Plan,
    client: Client,
    settings: Settings,
    tmp_path: Path,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    files = "django.core.cache.backends.filebased.FileBasedCache"
    settings.CACHES = {"default": {"BACKEND": files, "LOCATION": tmp_path / "cache"}}
    client.force_login(make_user(Role.MANAGEMENT))
    first = page(client, plan.get_absolute_url())
    kept = [*(tmp_path / "cache").iterdir()]
    assert len(kept) == 2
    for file in kept:
        file.write_bytes(damage(file.read_bytes()))
    assert not remembered.shelf.looked_at()
    in_another_process()
    assert page(client, plan.get_absolute_url()) == first
    in_another_process()
    with django_assert_num_queries(QUERIES):
        assert page(client, plan.get_absolute_url()) == first
    assert remembered.shelf.looked_at() == [(plan.pk, "ms")]


def test_where_a_request_says_that_addresses_begin_reaches_nobody_else(
    plan: Plan, client: Client
) -> None:
    client.force_login(make_user(Role.MANAGEMENT))
    address = plan.get_absolute_url()
    assert "/jahat/mpag" in client.get(address, SCRIPT_NAME="/jahat").text
    assert "jahat" not in page(client, address)


def test_full_disk_is_an_empty_shelf(
    plan: Plan, client: Client, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        def get(self, *_args: object) -> None:
            raise OSError("No space left on device")

        def set(self, *_args: object, timeout: None) -> None:
            self.get()

    monkeypatch.setattr("reports.remembered.cache", Full())
    client.force_login(make_user(Role.MANAGEMENT))
    assert plan.title in page(client, plan.get_absolute_url())
    assert len(memory) == 1


def test_empty_plan_tells_each_role_its_own_way(client: Client, memory: Memory) -> None:
    address = make_plan().get_absolute_url()
    client.cookies["bahasa"] = "en"
    head, management = make_user(Role.HEAD), make_user(Role.MANAGEMENT)
    client.force_login(head)
    assert "To the programmes in the administration" in page(client, address)
    client.force_login(management)
    assert "To the programmes in the administration" not in page(client, address)
    assert len(memory) == 1


def test_languages_days_and_filters_have_parts_of_their_own(
    plan: Plan, client: Client, memory: Memory
) -> None:
    client.force_login(make_user(Role.MANAGEMENT))
    address = plan.get_absolute_url()
    shown = [page(client, address + query) for query in ("", AT, "?setakat=2020-12-31")]
    shown.append(page(client, f"{address}{AT}&teras=1"))
    client.cookies["bahasa"] = "en"
    shown.append(page(client, address + AT))
    assert len({*shown}) == len(memory) == 5


def test_a_day_that_passes_makes_another_part(
    plan: Plan, client: Client, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(make_user(Role.MANAGEMENT))
    for today in (date(2022, 1, 1), date(2022, 1, 2)):
        monkeypatch.setattr("teras.dates.today", lambda today=today: today)
        assert today.strftime("%d.%m.%Y") in page(client, plan.get_absolute_url())
    assert len(memory) == 2


def test_flood_of_days_stays_within_bounds(plan: Plan, client: Client, memory: Memory) -> None:
    client.force_login(make_user(Role.MANAGEMENT))
    bounded = Memory(parts=3)
    remembered._memory = bounded
    for day in range(1, 9):
        page(client, f"{plan.get_absolute_url()}?setakat=2021-05-{day:02}")
        assert len(bounded) <= 3
    assert bounded.characters == sum(len(each.html) for each in bounded._parts.values())


def test_memory_forgets_what_was_used_longest_ago() -> None:
    memory = Memory(parts=2)
    for name in ("a", "b"):
        memory.keep(name, part(name))
    assert memory.get("a")
    memory.keep("c", part("c"))
    assert [memory.get(name) is not None for name in ("a", "b", "c")] == [True, False, True]


def test_memory_is_bounded_in_characters() -> None:
    memory = Memory(characters=10)
    memory.keep("a", part("x" * 6))
    memory.keep("b", part("y" * 6))
    assert (memory.get("a"), len(memory), memory.characters) == (None, 1, 6)
    memory.keep("large", part("z" * 11))
    assert (len(memory), memory.characters) == (0, 0)


def test_without_a_token_nothing_is_remembered(plan: Plan, client: Client, memory: Memory) -> None:
    client.force_login(make_user(Role.MANAGEMENT))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM last_change")
    assert page(client, plan.get_absolute_url()) == page(client, plan.get_absolute_url())
    assert len(memory) == 0


def test_dashboard_reads_only_tables_that_move_the_token(plan: Plan, client: Client) -> None:
    """What is added to the dashboard later cannot rest on rows whose change goes unnoticed."""
    make_issued_document(plan, code="ABCD", year=2020)
    client.force_login(make_user(Role.MANAGEMENT))
    with CaptureQueriesContext(connection) as asked:
        page(client, plan.get_absolute_url() + AT)
    read = {
        table for query in asked for table in re.findall(r'(?:FROM|JOIN) "(\w+)"', query["sql"])
    }
    watched = {model._meta.db_table for model in last_change.watched()}
    assert len(read) > 12
    assert read - watched == {"django_session"}
