"""Files to take along: the lists as they are narrowed, a review's workbook, a draft's words."""

import io
import re
import zipfile
from datetime import date, datetime

import docx
import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook
from pytest_django import DjangoAssertNumQueries

from accounts.choices import Role
from kpi.models import Kpi
from reports.document import render_pdf
from reports.issued_workbook import workbook_of_document
from reports.models import AnnualReview, IssuedDocument
from reports.queries import standing_of
from reports.snapshot import build_snapshot
from reports.snapshot_workbook import workbook_of
from teras.models import Plan
from tests.factories import make_user
from tests.reports.plans import END_2021, make_plan_of
from tests.reports.review_world import ReviewWorld

pytestmark = pytest.mark.django_db
AT = "?setakat=2021-12-31"


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(make_user(Role.AUDITOR, full_name="=Juru Audit"))
    client.cookies["bahasa"] = "en"
    return client


def book_of(client: Client, plan: Plan, name: str, query: str = "") -> Workbook:
    response = client.get(reverse(name, args=plan.address) + AT + query)
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Cache-Control"] == "private, no-store"
    return load_workbook(io.BytesIO(response.content))


def rows_of(book: Workbook, sheet: str) -> list[dict[str, object]]:
    heads, *rows = book[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, heads), row, strict=True)) for row in rows]


def facts_of(book: Workbook) -> dict[object, object]:
    first = book[book.sheetnames[0]]
    return {a: b for a, b in first.iter_rows(min_row=3, max_col=2, values_only=True) if a}


@pytest.mark.parametrize("query", ["", "&teras=2", "&status=late&status=critical", "&pegawai=0"])
def test_workbook_of_programmes_lists_what_the_page_does(
    query: str, plan: Plan, reader: Client
) -> None:
    page = reader.get(reverse("programs", args=plan.address) + AT + query)
    rows = rows_of(book_of(reader, plan, "programs_workbook", query), "Programmes")
    assert [row["Code"] for row in rows] == [line.program.code for line, _u in page.context["rows"]]


def test_programmes_figures_are_the_portals_own(plan: Plan, reader: Client) -> None:
    rows = {r["Code"]: r for r in rows_of(book_of(reader, plan, "programs_workbook"), "Programmes")}
    for line in standing_of(plan, END_2021).programs:
        row = rows[line.program.code]
        for head, figure in (
            ("Attainment", line.revised.attainment),
            ("Planned progress", line.revised.planned),
            ("Variance", line.revised.variance),
            ("Attainment, original dates", line.original.attainment),
        ):
            wanted = None if figure is None else pytest.approx(float(figure))
            assert row[head] == wanted, (line.program.code, head)
        assert row["Due"] == line.revised.due_count
    assert rows["1.1"]["Unverified"] == 1


@pytest.mark.parametrize("query", ["", "&teras=1&status=overdue", "&asas=asal&bahagian=tempoh"])
def test_workbook_of_milestones_lists_what_the_page_does(
    query: str, plan: Plan, reader: Client
) -> None:
    page = reader.get(reverse("milestones", args=plan.address) + AT + query)
    rows = rows_of(book_of(reader, plan, "milestones_workbook", query), "Milestones")
    assert [(row["Code"], row["Date in force"]) for row in rows] == [
        (line.program.code, datetime.combine(occurrence.standing.due, datetime.min.time()))
        for line, occurrence, _words, _url in page.context["rows"]
    ]


def test_milestones_have_real_dates_and_values_as_at_the_day(reader: Client) -> None:
    world = ReviewWorld()
    world.fill()
    rows = rows_of(book_of(reader, world.plan, "milestones_workbook"), "Milestones")
    measured = next(row for row in rows if row["Code"] == "1.3")
    assert (measured["Target value"], measured["Actual value"], measured["Unit"]) == (2, 3, "sesi")
    assert measured["Actual date"] == datetime(2021, 12, 5)  # noqa: DTZ001 - a workbook has no zones
    assert measured["Verified"] == "no"
    moved = next(row for row in rows if row["Original date"] != row["Date in force"])
    assert moved["Code"] == "1.2"
    before = reader.get(
        reverse("milestones_workbook", args=world.plan.address) + "?setakat=2021-12-04"
    )
    early = rows_of(load_workbook(io.BytesIO(before.content)), "Milestones")
    assert next(row for row in early if row["Code"] == "1.3")["Actual value"] is None


def test_plan_over_time_has_each_milestone_in_its_quarter(plan: Plan, reader: Client) -> None:
    book = book_of(reader, plan, "plan_workbook", "&teras=1")
    assert book.sheetnames[1:4] == ["By quarter", "Milestones", "Programmes"]
    rows = {row["Code"]: row for row in rows_of(book, "By quarter")}
    assert rows["1.1"]["2020 Q2"] == "A"
    assert rows["1.1"]["2021 Q2"] == "AL"
    assert rows["1.2"]["2021 Q2"] == "!"
    assert set(rows) == {"1.1", "1.2", "1.3"}
    meanings = " ".join(str(row["Meaning"]) for row in rows_of(book, "Columns"))
    assert "AL = Achieved late" in meanings


def test_first_sheet_says_when_by_whom_and_how_it_was_narrowed(plan: Plan, reader: Client) -> None:
    book = book_of(reader, plan, "programs_workbook", "&teras=2&status=postponed")
    facts = facts_of(book)
    assert facts["As at"] == datetime(2021, 12, 31)  # noqa: DTZ001 - a workbook has no zones
    assert facts["Filters"] == "Thrust: 2. Teras 2\nProgramme status: Postponed"
    assert facts["Made by"] == "=Juru Audit"
    assert facts["Rows"] == 1
    assert str(facts["The page"]).endswith(f"/program/{AT}&teras=2&status=postponed")


def test_every_column_is_explained_in_the_readers_language(plan: Plan, reader: Client) -> None:
    for language in ("en", "ms"):
        reader.cookies["bahasa"] = language
        book = book_of(reader, plan, "milestones_workbook")
        heads = [cell.value for cell in book[book.sheetnames[1]][1]]
        told = [row[1] for row in book[book.sheetnames[-1]].iter_rows(min_row=2, values_only=True)]
        assert told == heads


def test_hostile_words_of_people_cannot_act(plan: Plan, reader: Client) -> None:
    plan.programs.filter(code="1.1").update(name='=HYPERLINK("http://jahat.test")')
    Kpi.objects.filter(program__code="1.2").update(indicator="@SUM(1)\x0b")
    for name in ("programs_workbook", "milestones_workbook", "plan_workbook"):
        response = reader.get(reverse(name, args=plan.address) + AT)
        with zipfile.ZipFile(io.BytesIO(response.content)) as file:
            for part in file.namelist():
                if part.startswith("xl/worksheets/sheet"):
                    assert not re.search(rb"<f[ >/]", file.read(part)), (name, part)


@pytest.mark.parametrize(
    ("address", "name"),
    [("programs", "programs_workbook"), ("milestones", "milestones_workbook"), ("plan_gantt", "plan_workbook")],
)  # fmt: skip
def test_page_offers_its_list_with_the_filters_it_has(
    address: str, name: str, plan: Plan, reader: Client
) -> None:
    html = reader.get(reverse(address, args=plan.address) + AT + "&teras=1&page=1").content.decode()
    assert f'href="{reverse(name, args=plan.address)}{AT}&amp;teras=1"' in html


@pytest.mark.parametrize(
    ("name", "queries"),
    [("programs_workbook", 11), ("milestones_workbook", 13), ("plan_workbook", 13)],
)
@pytest.mark.parametrize("size", [3, 60])
def test_workbooks_take_the_same_queries_whatever_the_size(
    name: str,
    queries: int,
    size: int,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    plan = make_plan_of(size, make_user(Role.HEAD))
    client.force_login(make_user(Role.HEAD))
    with django_assert_num_queries(queries):
        client.get(reverse(name, args=plan.address) + AT)


@pytest.mark.once
def test_large_plan_fits(client: Client) -> None:
    head = make_user(Role.HEAD)
    plan = make_plan_of(300, head)
    client.force_login(head)
    client.cookies["bahasa"] = "en"
    rows = rows_of(book_of(client, plan, "milestones_workbook"), "Milestones")
    assert len(rows) == 1500


@pytest.fixture
def world() -> ReviewWorld:
    made = ReviewWorld()
    made.fill()
    made.verify_all()
    return made


def document_of(review: AnnualReview, pdf: bytes) -> IssuedDocument:
    from reports.canonical import serialise, sha256

    snapshot = serialise(build_snapshot(review))
    return IssuedDocument(
        review=review,
        snapshot=snapshot,
        snapshot_sha256=sha256(snapshot),
        pdf=pdf,
        pdf_sha256=sha256(pdf),
        page_count=1,
    )


@pytest.mark.once
def test_reviews_workbook_is_the_one_inside_its_pdf(world: ReviewWorld) -> None:
    review = world.review()
    pdf = render_pdf(build_snapshot(review))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        inside = opened.attachments["data.xlsx"].get_file().read_bytes()
    assert workbook_of_document(document_of(review, pdf)) == inside
    assert inside[:2] == b"PK"


def test_reviews_workbook_is_made_from_the_snapshot_where_the_pdf_has_none(
    world: ReviewWorld,
) -> None:
    review = world.review()
    blank = io.BytesIO()
    with pikepdf.new() as empty:
        empty.add_blank_page()
        empty.save(blank)
    assert workbook_of_document(document_of(review, blank.getvalue())) == workbook_of(
        build_snapshot(review)
    )


def test_drafts_words_open_in_word_in_the_reviews_language(
    world: ReviewWorld, client: Client
) -> None:
    review = world.review(
        summary="Satu perenggan.\n\nDua\x0b\nbaris.",
        language="ms",
        file_reference="MPAG.BTM.100-1/2/3 (12)",
    )
    client.force_login(world.officer)
    client.cookies["bahasa"] = "en"
    address = reverse("review_word", args=[*world.plan.address, review.year, review.edition])
    response = client.get(address)
    assert response.status_code == 200
    assert "draf.docx" in response["Content-Disposition"]
    document = docx.Document(io.BytesIO(response.content))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert "Satu perenggan." in texts
    assert "Dua\nbaris." in texts
    heads = [p.text for p in document.paragraphs if str(p.style and p.style.name) == "Heading 1"]
    assert heads[1:3] == ["Ringkasan eksekutif", "Isu dan cabaran"]
    sign_off = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert [row[1] for row in sign_off[1:]] == ["Rosnah", "Nurul", "Shahril"]
    assert document.core_properties.language == "ms-MY"
    assert document.core_properties.author == "Rosnah"
    languages = {
        value
        for element in document.styles.element.iter()
        if element.tag.endswith("}lang")
        for key, value in element.attrib.items()
        if key.endswith("}val")
    }
    assert languages == {"ms-MY"}


def test_words_of_an_issued_review_are_not_given_to_edit(client: Client) -> None:
    from tests.reports.issued import make_issued_document

    world = ReviewWorld()
    issued = make_issued_document(world.plan, code="7K3M-Q9XD").review
    client.force_login(world.head)
    address = reverse("review_word", args=[*world.plan.address, issued.year, issued.edition])
    assert client.get(address).headers["Location"] == issued.get_absolute_url()


def test_day_in_a_file_name_is_the_day_it_speaks_of(plan: Plan, reader: Client) -> None:
    response = reader.get(reverse("programs_workbook", args=plan.address) + AT)
    assert f"program-{date(2021, 12, 31).isoformat()}.xlsx" in response["Content-Disposition"]
