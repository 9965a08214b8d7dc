"""The admin's lists and forms say what a person has to know: columns, filters, what is required."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.safestring import mark_safe

from accounts.choices import Role
from accounts.models import User
from accounts.templatetags.admin_parts import labelled
from kpi.choices import KpiKind
from progress.models import Evidence
from reports.models import AnnualReview
from teras.choices import PlanState
from tests.factories import (
    make_kpi,
    make_milestone,
    make_plan,
    make_program,
    make_strategy,
    make_update,
    make_user,
)
from tests.reports.issued import approve

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(client: Client) -> User:
    head = make_user(Role.HEAD)
    client.force_login(head)
    return head


def _page(client: Client, name: str, *args: object, query: str = "") -> str:
    response = client.get(reverse(f"admin:{name}", args=args) + query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_each_cell_has_its_columns_name_and_the_box_to_tick_none() -> None:
    cells = ['<td class="action-checkbox"><input></td>', '<th class="field-a"><a>A</a></th>']
    headers = [{"text": "Pilih"}, {"text": 'nama "x"'}]
    box, name = labelled(map(mark_safe, cells), headers)
    assert box == cells[0]
    assert name == '<th data-label="Nama &quot;x&quot;" class="field-a"><a>A</a></th>'


def test_list_is_named_after_what_it_lists(client: Client, head: User) -> None:
    make_program(make_plan(), "1.1")
    assert "<h1>Program</h1>" in _page(client, "programs_program_changelist")


def test_filters_are_folded_above_the_list_and_those_set_are_said(
    client: Client, head: User
) -> None:
    milestone = make_milestone(date(2021, 6, 30))
    plan = milestone.kpi.program.plan
    make_strategy(make_plan(slug="lain"))
    page = _page(client, "kpi_milestone_changelist")
    assert page.index('<details class="list-filters__all">') < page.index('id="result_list"')
    assert "list-filters__set" not in page
    # Every plan has its thrust 1.
    assert f"{plan.code}: 1." in page
    page = _page(client, "kpi_milestone_changelist", query="?outcome__exact=open&q=wifi")
    assert (
        'href="?q=wifi"><span class="visually-hidden">Buang tapisan:</span> Hasil: Terbuka' in page
    )


def test_list_that_finds_nothing_offers_to_clear_the_search(client: Client, head: User) -> None:
    page = _page(client, "kpi_milestone_changelist")
    assert "Belum ada apa-apa di sini" in page
    make_milestone(date(2021, 6, 30))
    page = _page(client, "kpi_milestone_changelist", query="?q=tiada")
    assert "Tiada hasil" in page
    assert 'href="?">Kosongkan carian dan tapisan' in page


def test_required_fields_are_explained_only_where_something_can_be_written(
    client: Client, head: User
) -> None:
    program = make_program(make_plan(), "1.1")
    where = ("programs_program_change", program.pk)
    assert "wajib diisi" in _page(client, *where)
    client.force_login(make_user(Role.AUDITOR))
    assert "wajib diisi" not in _page(client, *where)


def test_parts_that_are_only_shown_are_not_on_the_page_of_what_is_new(
    client: Client, head: User
) -> None:
    program = make_program(make_plan(), "1.1")
    heading = 'id="decisions-heading"'
    assert heading in _page(client, "programs_program_change", program.pk)
    page = _page(client, "programs_program_add")
    assert heading not in page
    assert "Sebab (tidak wajib)" in page


def test_weight_is_said_as_people_say_it(client: Client, head: User) -> None:
    fixed = make_program(make_plan(), "1.1")
    fixed.refresh_from_db()
    assert '<div class="readonly">1</div>' in _page(client, "programs_program_change", fixed.pk)
    draft = make_plan(slug="lain", state=PlanState.DRAFT)
    open_one = make_program(draft, "1.1")
    assert 'name="weight" value="1"' in _page(client, "programs_program_change", open_one.pk)


def test_evidence_is_told_and_found_by_kind(client: Client, head: User) -> None:
    update = make_update(make_milestone(date(2021, 6, 30)), head)
    told = {
        "Excel": "application/vnd.ms-excel",
        "PDF": "application/pdf",
    }
    for name, content_type in told.items():
        Evidence.objects.create(
            update=update,
            name=f"{name}-fail",
            sha256=name.ljust(64, "0"),
            size=2048,
            content_type=content_type,
            uploaded_by=head,
        )
    page = _page(client, "progress_evidence_changelist")
    assert '"field-kind">Helaian Excel</td>' in page
    assert "2.0" in page
    assert "vnd.ms-excel" not in page
    page = _page(client, "progress_evidence_changelist", query="?kind=sheet")
    assert "Excel-fail" in page
    assert "PDF-fail" not in page
    assert "PDF-fail" in _page(client, "progress_evidence_changelist", query="?kind=nonsense")


def test_issue_is_offered_once_the_review_is_approved(client: Client, head: User) -> None:
    approver = make_user(Role.MANAGEMENT, full_name="Puan Rahimah")
    review = AnnualReview.objects.create(
        plan=make_plan(), year=2021, prepared_by=head, approved_by=approver
    )
    offered = reverse("admin:reports_annualreview_issue", args=[review.pk])
    assert offered not in _page(client, "reports_annualreview_change", review.pk)
    page = _page(client, "reports_annualreview_issue", review.pk)
    assert "Puan Rahimah perlu mengesahkannya dahulu" in page
    assert f'href="{review.get_absolute_url()}"' in page
    approve(review)
    assert offered in _page(client, "reports_annualreview_change", review.pk)


def test_deletion_names_what_goes_on_its_heading_and_buttons(client: Client, head: User) -> None:
    plan = make_plan(slug="lain", state=PlanState.DRAFT)
    page = _page(client, "teras_plan_delete", plan.pk)
    assert f"<h1>Padam pelan “{plan.code}”</h1>" in page
    assert 'value="Padam pelan ini"' in page
    assert "Sebab pemadaman" in page


@pytest.mark.parametrize(
    "rows", ["plan,code,warna\na,b,c\n", "plan,code,strategy,name\nmpag/psict-2019-2023,1.1,,\n"]
)
def test_refused_import_is_told_before_the_form(rows: str, client: Client, head: User) -> None:
    make_strategy(make_plan())
    file = SimpleUploadedFile("program.csv", rows.encode())
    where = reverse("admin:programs_program_import")
    # The file's own ending is believed before the format that was preselected.
    response = client.post(where, {"import_file": file, "format": "0", "resource": "0"})
    page = response.content.decode()
    assert 0 < page.index("import-errors") < page.index('type="file"')


def test_preview_says_first_how_much_would_change(client: Client, head: User) -> None:
    program = make_program(make_plan(), "1.1")
    rows = f"plan,code,strategy,name\nmpag/psict-2019-2023,{program.code},1.1,Nama baharu\n"
    file = SimpleUploadedFile("program.csv", rows.encode())
    where = reverse("admin:programs_program_import")
    response = client.post(where, {"import_file": file, "format": "1", "resource": "0"})
    page = " ".join(response.content.decode().split())
    assert "<strong>0</strong> baharu" in page
    assert "<strong>1</strong> diubah" in page
    assert 'data-label="Nama" class="changed"' in page


def test_actual_values_have_their_unit_and_no_noughts(client: Client, head: User) -> None:
    kpi = make_kpi(kind=KpiKind.AT_LEAST, target_value=Decimal(2), unit="sesi")
    milestone = make_milestone(date(2021, 6, 30), kpi=kpi)
    update = make_update(milestone, head, actual_value=Decimal(3))
    said = '<div class="readonly">3 sesi</div>'
    assert said in _page(client, "kpi_milestone_change", milestone.pk)
    assert said in _page(client, "progress_progressupdate_change", update.pk)
    assert "<p>3 sesi</p>" in _page(client, "kpi_kpi_change", kpi.pk)


@pytest.mark.parametrize(
    "asked", ["due__year=99999999999999999999", "id__in=1,99999999999999999999"]
)
def test_list_asked_for_a_number_beyond_all_bounds_does_not_break(
    asked: str, client: Client, head: User
) -> None:
    where = reverse("admin:kpi_milestone_changelist")
    response = client.get(f"{where}?{asked}", follow=True)
    assert response.status_code == 200
