import hashlib
from datetime import date

import pytest
from django.test import Client

from accounts.choices import Role
from accounts.models import User
from kpi.models import Milestone
from progress.actions import Report, record_update
from progress.choices import Claim
from progress.evidence import keep, path_of
from progress.models import Evidence
from tests.factories import make_agency, make_user
from tests.progress.files import pdf, upload

pytestmark = pytest.mark.django_db

NAME = 'Laporan "akhir" – naïf.pdf'


@pytest.fixture
def item(officer: User, milestone: Milestone) -> Evidence:
    report = Report(
        date(2021, 6, 1),
        Claim.ONGOING,
        "Siap.",
        files=(keep(upload(NAME)),),
        links=("https://contoh.test/",),
    )
    update = record_update(by=officer, milestone=milestone, report=report, today=date(2021, 8, 1))
    return update.evidence.exclude(sha256="").get()


@pytest.mark.parametrize("role", list(Role))
def test_evidence_is_given_whole_to_everyone_who_may_see_the_plan(
    client: Client, item: Evidence, role: Role
) -> None:
    client.force_login(make_user(role))
    response = client.get(item.get_absolute_url())
    assert response.status_code == 200
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]  # a file's
    assert content == pdf()
    assert hashlib.sha256(content).hexdigest() == item.sha256
    assert response["Content-Length"] == str(item.size)


def test_evidence_is_a_download_that_can_do_nothing_in_the_portals_name(
    client: Client, item: Evidence, head: User
) -> None:
    client.force_login(head)
    response = client.get(item.get_absolute_url())
    response.close()
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''Laporan%20%22akhir%22%20%E2%80%93%20na%C3%AFf.pdf"
    )
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"


def test_evidence_is_not_found_by_people_of_other_agencies(client: Client, item: Evidence) -> None:
    for stranger in (make_user(None), make_user(Role.HEAD, make_agency("mbmb"))):
        client.force_login(stranger)
        assert client.get(item.get_absolute_url()).status_code == 404


def test_evidence_of_an_anonymous_visitor_leads_to_sign_in(client: Client, item: Evidence) -> None:
    assert client.get(item.get_absolute_url()).status_code == 302


def test_evidence_that_is_a_link_has_no_download(
    client: Client, item: Evidence, head: User
) -> None:
    link = item.update.evidence.get(sha256="")
    assert link.get_absolute_url() == "https://contoh.test/"
    client.force_login(head)
    assert client.get(f"/bukti/{link.pk}/").status_code == 404


def test_evidence_lost_from_the_store_is_not_found_and_logged(
    client: Client, item: Evidence, head: User, caplog: pytest.LogCaptureFixture
) -> None:
    path_of(item.sha256).unlink()
    client.force_login(head)
    assert client.get(item.get_absolute_url()).status_code == 404
    assert item.sha256 in caplog.text


def test_evidence_replaced_in_the_store_is_not_given_as_what_it_was(
    client: Client, item: Evidence, head: User, caplog: pytest.LogCaptureFixture
) -> None:
    path_of(item.sha256).write_bytes(pdf("Lain"))
    client.force_login(head)
    assert client.get(item.get_absolute_url()).status_code == 404
    assert item.sha256 in caplog.text


def test_evidence_takes_no_post(client: Client, item: Evidence, head: User) -> None:
    client.force_login(head)
    assert client.post(item.get_absolute_url()).status_code == 405
