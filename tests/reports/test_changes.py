"""What changed between two days, told in words, and the page that tells it."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from accounts.choices import Role
from kpi.actions import reword_kpi
from kpi.choices import ProgramStatus
from progress.actions import return_update
from progress.choices import Claim
from progress.facts import read_plan
from progress.models import ProgressUpdate, Verification
from reports.changes import Changes, changes_between, summary
from reports.queries import read_updates
from reports.standing import plan_standing
from teras.models import Plan
from tests.factories import make_amendment, make_milestone, make_program, make_update, make_user
from tests.reports.plans import END_2021, make_plan_of
from tests.reports.test_dashboard import Page

pytestmark = pytest.mark.django_db
# Session, person, roles, plan, five of the standing, review, updates, amendments, the frame.
QUERIES = 13


def changed(plan: Plan, since: date, as_of: date = END_2021) -> Changes:
    rows = read_plan(plan)
    with override("en"):
        return changes_between(
            plan_standing(plan, rows, since), plan_standing(plan, rows, as_of), rows.facts
        )


def test_programmes_are_told_with_their_status_before_and_now_worst_first(plan: Plan) -> None:
    found = changed(plan, date(2020, 12, 31))
    told = [(c.line.program.code, c.before, c.line.standing.status) for c in found.statuses]
    assert told == [
        ("1.2", ProgramStatus.NOT_STARTED, ProgramStatus.CRITICAL),
        ("1.3", ProgramStatus.NOT_STARTED, ProgramStatus.LATE),
        ("2.1", ProgramStatus.NOT_STARTED, ProgramStatus.ON_TRACK),
        ("1.1", ProgramStatus.ON_TRACK, ProgramStatus.COMPLETED),
    ]


def test_programme_that_was_added_had_no_status_before(plan: Plan) -> None:
    found = changed(plan, END_2021, date(2022, 3, 1))
    added = next(c for c in found.statuses if c.line.program.code == "2.4")
    assert added.before is None
    (amendment,) = found.amendments
    assert amendment.decided_on == date(2022, 3, 1)
    assert [d.sentences for d in amendment.decisions] == [["Programme: Added"]]


@pytest.mark.parametrize(
    ("since", "as_of", "achieved"),
    [
        (date(2021, 7, 31), date(2021, 8, 1), ["1.1"]),  # the last day is part of the time
        (date(2021, 8, 1), END_2021, []),  # the day compared with is not
        (date(2020, 5, 31), END_2021, ["1.1", "1.1"]),
    ],
)
def test_milestones_achieved_within_the_time(
    plan: Plan, since: date, as_of: date, achieved: list[str]
) -> None:
    found = changed(plan, since, as_of)
    assert [change.line.program.code for change in found.achieved] == achieved


def test_milestone_becomes_overdue_on_the_day_after_it_was_due(plan: Plan) -> None:
    assert [c.line.program.code for c in changed(plan, date(2021, 11, 30)).overdue] == ["1.3"]
    assert changed(plan, date(2021, 12, 1)).overdue == []


def test_closed_as_missed_is_told_on_its_day(plan: Plan) -> None:
    milestone = plan.programs.get(code="1.3").kpis.get().milestones.get()
    make_update(milestone, on=date(2021, 12, 15), claim=Claim.NOT_ACHIEVED)
    found = changed(plan, date(2021, 12, 14))
    assert [change.line.program.code for change in found.missed] == ["1.3"]
    assert found.overdue == []


def test_amendments_are_told_with_the_date_that_stood_before(plan: Plan) -> None:
    (amendment,) = changed(plan, date(2020, 11, 9)).amendments
    told = {d.line.program.code: d.sentences for d in amendment.decisions}
    assert told == {
        "2.1": ["Milestone Mar 2021 moved to Sep 2022"],
        "2.2": ["Programme: Postponed"],
    }
    assert changed(plan, date(2020, 11, 10)).amendments == []


def test_nothing_between_equal_days(plan: Plan) -> None:
    found = changed(plan, END_2021)
    assert found.is_empty
    with override("en"):
        assert summary(found, 0, 0) == ""


def test_summary_counts_each_kind_and_leaves_out_what_did_not_happen(plan: Plan) -> None:
    with override("en"):
        assert summary(changed(plan, date(2021, 7, 31)), 3, 1) == (
            "4 programmes changed status, 1 milestone achieved, 1 milestone became overdue, "
            "3 updates recorded, 1 update returned."
        )


def recorded_on(plan: Plan, moment: datetime, narrative: str) -> ProgressUpdate:
    milestone = plan.programs.get(code="1.2").kpis.get().milestones.get()
    return ProgressUpdate.objects.create(
        milestone=milestone,
        effective_on=date(2021, 3, 1),
        claim=Claim.ONGOING,
        narrative=narrative,
        recorded_by=make_user(),
        recorded_at=moment,
    )


def test_updates_are_told_by_the_day_they_were_written_down_in_malaysia(plan: Plan) -> None:
    before = recorded_on(plan, datetime(2021, 6, 30, 15, 59, tzinfo=UTC), "Sebelum")
    first = recorded_on(plan, datetime(2021, 6, 30, 16, 0, tzinfo=UTC), "Pertama")  # 1 July there
    last = recorded_on(plan, datetime(2021, 12, 31, 15, 59, tzinfo=UTC), "Terakhir")
    after = recorded_on(plan, datetime(2021, 12, 31, 16, 0, tzinfo=UTC), "Selepas")
    Verification.objects.create(
        update=before,
        decision="returned",
        note="Lampirkan bukti.",
        decided_by=make_user(),
        decided_at=datetime(2021, 8, 1, tzinfo=UTC),
    )
    standing = plan_standing(plan, read_plan(plan), END_2021)
    found = read_updates(standing, date(2021, 6, 30))
    assert found.recorded == [last, first]
    assert found.returned == [before]
    assert after not in found.recorded


def test_page_tells_every_kind_with_links_to_the_day(plan: Plan, reader: Client) -> None:
    head = make_user(Role.HEAD, plan.agency)
    kpi = plan.programs.get(code="2.3").kpis.get()
    amendment = make_amendment(plan, date(2021, 5, 5))
    reword_kpi(by=head, kpi=kpi, amendment=amendment, indicator="Petunjuk baharu")
    recorded_on(plan, datetime(2021, 9, 1, tzinfo=UTC), "Spesifikasi disediakan.")
    address = reverse("changes", args=plan.address)
    page = Page(reader.get(f"{address}?sejak=2020-11-10&setakat=2021-12-31").content.decode())
    assert "From 10.11.2020 to 31.12.2021, both included." in page.text
    assert "4 programmes changed status" not in page.text  # postponed on the first day, so 5
    for words in (
        "5 programmes changed status, 1 milestone achieved, 2 milestones became overdue, ",
        "1 committee decision, 1 update recorded.",
        "Milestone Mar 2021 moved to Sep 2022",
        "Programme: Postponed",
        "KPI 1 reworded: “Petunjuk baharu”",
        "Perolehan ditangguhkan",
        "Spesifikasi disediakan.",
        "Milestone Jun 2021 overdue by 184 days",
    ):
        assert words in page.text
    within = [link for link in page.links if link.startswith(plan.get_absolute_url() + "program/")]
    assert len(within) > 8
    assert [link for link in within if "setakat=2021-12-31" not in link] == []


def test_page_without_changes_says_so(plan: Plan, reader: Client) -> None:
    address = reverse("changes", args=plan.address)
    page = Page(reader.get(f"{address}?sejak=2021-12-31&setakat=2021-12-31").content.decode())
    assert "Nothing changed in this time" in page.text


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("", "03.10.2021"),
        ("&sejak=entah", "03.10.2021"),
        ("&sejak=2021-02-30", "03.10.2021"),
        ("&sejak=2035-01-01", "31.12.2021"),
        ("&sejak=1990-01-01", "01.01.2019"),
    ],
)
def test_day_to_compare_with_stays_within_the_plan_and_the_date(
    asked: str, first: str, plan: Plan, reader: Client
) -> None:
    address = reverse("changes", args=plan.address)
    text = Page(reader.get(f"{address}?setakat=2021-12-31{asked}").content.decode()).text
    assert f"From {first} to 31.12.2021, both included." in text


def test_page_narrowed_to_a_thrust_tells_of_it_alone(plan: Plan, reader: Client) -> None:
    address = reverse("changes", args=plan.address)
    response = reader.get(f"{address}?sejak=2021-01-01&setakat=2021-12-31&teras=2")
    codes = {
        line.code
        for group in response.context["groups"]
        for part in group.parts
        for line in part.lines
    }
    assert codes == {"2.1"}
    assert [chip.value for chip in response.context["chips"]] == ["2. Teras 2"]


def test_returned_update_is_told_with_its_words(plan: Plan, reader: Client) -> None:
    head, officer = make_user(Role.HEAD, plan.agency), make_user(Role.OFFICER, plan.agency)
    program = make_program(plan, "9.1", officer=officer)
    update = make_update(make_milestone(date(2021, 6, 30), program=program), officer)
    return_update(by=head, update=update, note="Minit tiada tandatangan.")
    today = localdate(update.recorded_at).isoformat()
    response = reader.get(f"{reverse('changes', args=plan.address)}?setakat={today}")
    assert "Returned: Minit tiada tandatangan." in Page(response.content.decode()).text


@pytest.mark.parametrize("size", [3, 300])
def test_page_takes_as_many_queries_whatever_the_size(
    size: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    plan = make_plan_of(size, make_user(Role.HEAD))
    client.force_login(make_user(Role.HEAD))
    address = reverse("changes", args=plan.address)
    with django_assert_num_queries(QUERIES):
        client.get(f"{address}?sejak=2019-01-01&setakat=2021-12-31")
