"""The dashboard: the answer in words, every figure leading to its list, and its cost."""

import re
from datetime import date
from html import unescape
from html.parser import HTMLParser

import pytest
from django.forms import Select
from django.test import Client
from django.test.html import parse_html
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from accounts.choices import Role
from progress.models import Evidence, ProgressUpdate
from reports.dashboard import figures
from reports.forms import LeanSelect
from reports.links import Links
from reports.queries import standing_of
from reports.words import answer, told_in_full
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
from tests.reports.plans import END_2021, make_plan_of

pytestmark = pytest.mark.django_db
AT = "?setakat=2021-12-31"
# Session, person, roles, plan, five of the standing, the last review, updates, the frame.
QUERIES = 12


class Page(HTMLParser):
    """Links, text and attributes of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _value in attrs}
        self.links += [value or "" for name, value in attrs if tag == "a" and name == "href"]

    def handle_data(self, data: str) -> None:
        self.words.append(data.strip())

    @property
    def text(self) -> str:
        return " ".join(word for word in self.words if word)


def page_of(client: Client, address: str) -> Page:
    response = client.get(address)
    assert response.status_code == 200
    return Page(response.content.decode())


def test_dashboard_answers_first_in_one_sentence(plan: Plan, reader: Client) -> None:
    text = page_of(reader, plan.get_absolute_url() + AT).text
    assert (
        "As at 31.12.2021: 2 of 4 milestones due achieved (weighted attainment 25%). "
        "1 programme late, 1 critical."
    ) in text


def test_every_number_of_the_answer_leads_to_what_it_counts(plan: Plan, reader: Client) -> None:
    html = reader.get(plan.get_absolute_url() + AT).context["answer"]
    numbers = [(unescape(url), int(n)) for url, n in re.findall(r'<a href="(.*?)">(\d+)</a>', html)]
    assert [number for _url, number in numbers] == [2, 4, 1, 1]
    for url, number in numbers:
        assert reader.get(url).context["page"].paginator.count == number, url


def test_answer_gives_the_plain_percentage_where_weights_change_nothing(client: Client) -> None:
    plan = make_plan()
    for code, achieved in (("1.1", True), ("1.2", True), ("1.3", False)):
        milestone = make_milestone(date(2021, 6, 30), program=make_program(plan, code))
        if achieved:
            make_update(milestone)
    standing = standing_of(plan, END_2021)
    with override("en"):
        assert answer(standing) == (
            "As at 31.12.2021: 2 of 3 milestones due achieved (66.7%). 1 programme critical."
        )
    with override("ms"):
        assert answer(standing) == (
            "Setakat 31.12.2021: 2 daripada 3 sasaran dicapai (66.7%). 1 program kritikal."
        )


def test_figures_say_how_they_changed_in_90_days(plan: Plan, reader: Client) -> None:
    attainment, _original, variance, late, _unverified = reader.get(
        plan.get_absolute_url() + AT
    ).context["figures"]
    assert [c.text for c in attainment.changes] == ["\N{MINUS SIGN}8.3 points since 90 days ago"]
    assert [c.is_better for c in attainment.changes] == [False]
    assert len(variance.changes) == 1
    assert [c.text for c in late.changes] == ["+1 since 90 days ago"]


def test_figures_of_the_first_days_have_nothing_to_compare_with(plan: Plan, reader: Client) -> None:
    figures = reader.get(plan.get_absolute_url() + "?setakat=2019-02-01").context["figures"]
    assert [figure.changes for figure in figures] == [[]] * 5


def test_management_reaches_the_evidence_of_a_milestone_in_three_clicks(
    plan: Plan, reader: Client
) -> None:
    update = ProgressUpdate.objects.filter(claim="achieved").earliest("effective_on")
    evidence = Evidence.objects.create(
        update=update,
        name="minit-jpict.pdf",
        url="https://contoh.test/minit-jpict.pdf",
        uploaded_by=update.recorded_by,
    )
    answer_html = reader.get(plan.get_absolute_url() + AT).context["answer"]
    first = unescape(re.findall(r'<a href="(.*?)">', answer_html)[0])
    second = next(
        link
        for link in page_of(reader, first).links
        if link.endswith(f"#sasaran-{update.milestone_id}")
    )
    html = reader.get(second.partition("#")[0]).content.decode()
    row = html.partition(f'id="sasaran-{update.milestone_id}"')[2].partition("</tr>")[0]
    assert evidence.get_absolute_url() in Page(row).links


def test_dashboard_in_malay_says_no_english_date(plan: Plan, client: Client) -> None:
    client.force_login(make_user(Role.MANAGEMENT))
    html = client.get(plan.get_absolute_url() + AT).content.decode()
    assert '<html lang="ms"' in html
    assert "31.12.2021" in html


def test_every_figure_leads_to_the_list_behind_it(plan: Plan, reader: Client) -> None:
    standing = standing_of(plan, END_2021)
    attainment, original, variance, late, unverified = figures(standing, Links(plan, END_2021))
    expected = [
        (attainment, standing.total.revised.due_count),
        (original, standing.total.original.due_count),
        (variance, standing.total.revised.due_count - standing.total.revised.achieved_of_due_count),
        (late, 2),
        (unverified, standing.total.revised.unverified_count),
    ]
    dashboard = page_of(reader, plan.get_absolute_url() + AT)
    for figure, count in expected:
        assert figure.href in dashboard.links
        assert reader.get(figure.href).context["page"].paginator.count == count


def test_every_status_of_a_thrust_leads_to_its_programmes(plan: Plan, reader: Client) -> None:
    response = reader.get(plan.get_absolute_url() + AT)
    segments = [segment for part in response.context["teras_parts"] for segment in part.segments]
    assert sum(segment.count for segment in segments) == 6
    for segment in segments:
        listed = reader.get(segment.url).context["page"]
        assert listed.paginator.count == segment.count
        assert {line.standing.status.value for line in listed} == {segment.key}


def test_every_link_within_the_plan_keeps_the_date(plan: Plan, reader: Client) -> None:
    prefix = plan.get_absolute_url()
    for address in (prefix, reverse("programs", args=plan.address), f"{prefix}pelan/"):
        links = [link for link in page_of(reader, address + AT).links if link.startswith(prefix)]
        about_standing = [link for link in links if "/laporan/" not in link]
        assert len(about_standing) > 5
        assert [link for link in about_standing if "setakat=" not in link] == []


def test_every_link_of_the_dashboard_opens(plan: Plan, reader: Client) -> None:
    prefix = plan.get_absolute_url()
    for link in set(page_of(reader, prefix + AT).links):
        if link.startswith(prefix) and "/laporan/" not in link:
            assert reader.get(link).status_code == 200, link


def test_dashboard_filters_narrow_figures_and_their_lists(plan: Plan, reader: Client) -> None:
    response = reader.get(f"{plan.get_absolute_url()}{AT}&teras=2&tahun=2021")
    assert [line.program.code for line in response.context["standing"].programs] == ["2.1", "2.2"]
    assert [chip.value for chip in response.context["chips"]] == ["2. Teras 2", "2021"]
    original = response.context["figures"][1]
    assert reader.get(original.href).context["page"].paginator.count == 2
    assert original.note == "0 of 2 milestones due"


def test_dashboard_filters_by_officer_and_status(plan: Plan, reader: Client) -> None:
    address = plan.get_absolute_url() + AT
    officer = next(
        line.officer
        for line in standing_of(plan, END_2021).programs
        if line.officer and line.officer.full_name == "Lim Wei Jian"
    )
    of_officer = reader.get(f"{address}&pegawai={officer.pk}").context["standing"]
    assert [line.program.code for line in of_officer.programs] == ["1.2", "2.1"]
    of_nobody = reader.get(f"{address}&pegawai=0").context["standing"]
    assert [line.program.code for line in of_nobody.programs] == ["1.3", "2.3"]
    late = reader.get(f"{address}&status=late&status=critical")
    assert [line.program.code for line in late.context["standing"].programs] == ["1.2", "1.3"]
    attainment = late.context["figures"][0]
    assert reader.get(attainment.href).context["page"].paginator.count == 2


def test_filters_that_make_no_sense_narrow_nothing(plan: Plan, reader: Client) -> None:
    response = reader.get(f"{plan.get_absolute_url()}{AT}&teras=x&tahun=1900&pegawai=-1&status=no")
    assert len(response.context["standing"].programs) == 6
    assert response.context["chips"] == []


def test_dashboard_without_a_match_offers_to_clear(plan: Plan, reader: Client) -> None:
    page = page_of(reader, f"{plan.get_absolute_url()}{AT}&teras=1&status=postponed")
    assert "Nothing fits these filters" in page.text
    assert plan.get_absolute_url() + AT in page.links


@pytest.mark.parametrize(
    "name", ["dashboard", "plan_tree", "programs", "milestones", "changes", "meeting_sheet"]
)
def test_date_stands_on_top_of_every_page_of_the_plan(
    name: str, plan: Plan, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teras.dates.today", lambda: date(2026, 3, 2))
    address = reverse(name, args=plan.address)
    page = page_of(reader, f"{address}?teras=1&setakat=2020-12-31")
    assert "As at 31.12.2020 The plan ended on 31.12.2023." in page.text
    for day in ("2019-12-31", "2021-12-31", "2023-12-31", "2026-03-02"):
        assert f"{address}?teras=1&setakat={day}" in page.links
    after = page_of(reader, f"{address}?setakat=2026-03-02")
    assert "The plan ended on 31.12.2023; this is what has become of it since." in after.text


def test_date_stands_on_top_of_the_programme_page(plan: Plan, reader: Client) -> None:
    program = plan.programs.get(code="1.1")
    page = page_of(reader, program.get_absolute_url() + "?setakat=2020-12-31")
    assert "As at 31.12.2020" in page.text
    assert f"{program.get_absolute_url()}?setakat=2021-12-31" in page.links
    assert plan.get_absolute_url() + "?setakat=2020-12-31" in page.links


def test_needs_attention_says_worst_first_why_and_whose(plan: Plan, reader: Client) -> None:
    text = page_of(reader, plan.get_absolute_url() + AT).text
    attention = text[text.index("Needs attention") : text.index("By thrust")]
    assert attention.index("Program 1.2") < attention.index("Program 1.3")
    assert (
        "Milestone Jun 2021 overdue by 184 days, past the limit of 60; no update recorded."
        in attention
    )
    assert "Lim Wei Jian" in attention
    assert "Decide: move the date, postpone or drop." in attention
    assert "Appoint an accountable officer." in attention


def test_what_changed_in_90_days_is_told_with_the_way_to_all_of_it(
    plan: Plan, reader: Client
) -> None:
    response = reader.get(plan.get_absolute_url() + AT)
    page = Page(response.content.decode())
    assert "2 programmes changed status, 1 milestone became overdue." in page.text
    assert [line.code for line in response.context["change_lines"]] == ["1.3", "2.1"]
    assert "From 03.10.2021 to 31.12.2021, both included." in page.text
    everything = reverse("changes", args=plan.address)
    assert f"{everything}?setakat=2021-12-31&sejak=2021-10-03" in page.links


def test_silent_programmes_are_named_with_a_list(plan: Plan, reader: Client) -> None:
    notes = reader.get(plan.get_absolute_url() + AT).context["notes"]
    assert [note.text for note in notes] == [
        "2 running programmes have no update at all.",
        "2 programmes have no accountable officer.",
    ]
    assert [reader.get(note.url).context["page"].paginator.count for note in notes] == [2, 2]


def test_year_grid_shows_every_milestone_once_with_shape_letter_and_reason(
    plan: Plan, reader: Client
) -> None:
    response = reader.get(plan.get_absolute_url() + AT)
    cells = [
        cell
        for _teras, rows in response.context["grid"]
        for row in rows
        for _year, of_year in row.cells
        for cell in of_year
    ]
    assert len(cells) == 7
    html = response.content.decode()
    letters, labels = [], []
    for cell in cells:
        assert cell in html
        (key,) = re.findall(r'aria-describedby="petak-(\d+)"', cell)
        assert html.count(f'role="tooltip" id="petak-{key}"') == 1
        assert f'#sasaran-{key}"' in cell
        assert "<path" in cell or "<circle" in cell
        letters += re.findall(r'class="cell__letter" aria-hidden="true">([^<]+)<', cell)
        labels += re.findall(r'class="cell__label">([^<]+)<', cell)
    with override("en"):
        reasons = {
            escape(told_in_full(occurrence.standing))
            for line in response.context["standing"].programs
            for occurrence in line.occurrences
        }
    shown = re.findall(r'role="tooltip" id="petak-\d+">([^<]+)<', html)
    assert (len(letters), len(labels), set(shown)) == (7, 7, reasons)
    assert "Postponed" in labels


@pytest.mark.parametrize("value", [None, "", 2, "2", "9"])
def test_select_of_a_filter_is_what_django_makes(value: object) -> None:
    choices = [("", "Semua"), (1, "Satu & <b>"), (2, "Dua")]
    attrs = {"id": "id_teras", "aria-invalid": "true", "hidden": False, "required": True}
    lean, stock = LeanSelect(choices=choices), Select(choices=choices)
    assert parse_html(lean.render("teras", value, attrs)) == parse_html(
        stock.render("teras", value, attrs)
    )


def test_year_grid_shows_words_as_words(plan: Plan, reader: Client) -> None:
    """An indicator is named where a programme has several; nothing in it becomes markup."""
    program = plan.programs.get(code="1.2")
    make_milestone(date(2021, 9, 30), make_kpi(program, indicator='<b>Siap</b> & "lengkap"'))
    html = reader.get(plan.get_absolute_url() + AT).content.decode()
    assert "&lt;b&gt;Siap&lt;/b&gt; &amp; &quot;lengkap&quot;:" in html
    assert "<b>Siap" not in html


def test_charts_have_title_first_then_description_and_no_inline_style(
    plan: Plan, reader: Client
) -> None:
    html = reader.get(plan.get_absolute_url() + AT).content.decode()
    chart = re.search(r'<svg class="chart".*?</svg>', html, re.DOTALL)
    assert chart
    assert re.match(r"<svg[^>]*><title>[^<]+</title><desc>[^<]+</desc>", chart.group())
    assert "By 31.12.2021, 66.7% was planned by the revised dates" in chart.group()
    page = Page(html)
    assert "style" not in page.attributes
    assert "style" not in page.tags
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)


def test_dashboard_of_an_empty_plan_says_what_comes(reader: Client) -> None:
    page = page_of(reader, make_plan().get_absolute_url() + AT)
    assert "As at 31.12.2021: no programmes." in page.text
    assert "No programmes yet" in page.text


def test_dashboard_before_anything_is_due_shows_no_figure(plan: Plan, reader: Client) -> None:
    response = reader.get(plan.get_absolute_url() + "?setakat=2019-03-01")
    assert response.context["answer"].startswith("As at 01.03.2019: nothing is due yet.")
    assert [figure.value for figure in response.context["figures"][:3]] == [None, None, None]
    assert "no figure" in response.content.decode()


@pytest.mark.parametrize("name", ["dashboard", "plan_tree", "programs", "milestones"])
def test_plan_of_another_agency_is_not_found(name: str, plan: Plan, client: Client) -> None:
    client.force_login(make_user(Role.HEAD, make_agency("mbmb")))
    assert client.get(reverse(name, args=plan.address)).status_code == 404


@pytest.mark.parametrize("name", ["dashboard", "plan_tree", "programs", "milestones"])
def test_plan_pages_open_for_every_role(name: str, plan: Plan, client: Client) -> None:
    for role in Role:
        client.force_login(make_user(role))
        assert client.get(reverse(name, args=plan.address)).status_code == 200


@pytest.mark.parametrize("size", [3, 300])
def test_dashboard_takes_at_most_twelve_queries_whatever_the_size(
    size: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    plan = make_plan_of(size, make_user(Role.HEAD))
    client.force_login(make_user(Role.HEAD))
    assert QUERIES <= 12
    with django_assert_num_queries(QUERIES):
        response = client.get(plan.get_absolute_url() + AT)
    assert len(response.context["standing"].programs) == size


@pytest.mark.parametrize("size", [3, 300])
def test_filtered_dashboard_takes_no_more_queries(
    size: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    plan = make_plan_of(size, make_user(Role.HEAD))
    client.force_login(make_user(Role.HEAD))
    with django_assert_num_queries(QUERIES):
        client.get(f"{plan.get_absolute_url()}{AT}&teras=1&tahun=2020")


def test_home_leads_to_ones_plan(plan: Plan, reader: Client) -> None:
    response = reader.get(reverse("home"))
    assert (response.status_code, response["Location"]) == (302, plan.get_absolute_url())


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.HEAD, "Load the plan's file"),
        (Role.MANAGEMENT, "Ask the head of the IT division"),
        (None, "no agency counts you among its people yet"),
    ],
)
def test_home_without_a_plan_says_what_to_do(role: Role | None, words: str, client: Client) -> None:
    client.force_login(make_user(role))
    client.cookies["bahasa"] = "en"
    assert words in page_of(client, reverse("home")).text
