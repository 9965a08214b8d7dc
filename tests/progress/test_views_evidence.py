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
from tests.progress.files import image, paper, pdf, upload

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
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
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


@pytest.fixture
def shown(officer: User, milestone: Milestone) -> Evidence:
    """A PDF of two pages that can be looked at."""
    files = (keep(upload("laporan.pdf", paper(2))),)
    report = Report(date(2021, 6, 1), Claim.ONGOING, "Siap.", files=files)
    update = record_update(by=officer, milestone=milestone, report=report, today=date(2021, 8, 1))
    return update.evidence.get()


def test_evidence_page_is_a_picture_that_can_do_nothing(
    client: Client, shown: Evidence, head: User
) -> None:
    client.force_login(head)
    response = client.get(f"/bukti/{shown.pk}/muka/2/")
    assert response.status_code == 200
    assert response.content.startswith(b"RIFF")
    for header, value in {
        "Content-Type": "image/webp",
        "Content-Disposition": "inline",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-cache",
    }.items():
        assert response[header] == value


def test_evidence_page_is_asked_for_each_time_and_sent_once(
    client: Client, shown: Evidence, head: User
) -> None:
    client.force_login(head)
    address = f"/bukti/{shown.pk}/muka/1/"
    etag = client.get(address)["ETag"]
    again = client.get(address, headers={"If-None-Match": etag})
    assert again.status_code == 304
    assert again["Content-Security-Policy"] == "sandbox; default-src 'none'"
    # Who no longer may see it is not told that it is unchanged.
    client.force_login(make_user(Role.HEAD, make_agency("mbmb")))
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 404


def test_evidence_page_is_not_found_by_people_of_other_agencies_or_beyond_the_last(
    client: Client, shown: Evidence, head: User
) -> None:
    for stranger in (make_user(None), make_user(Role.HEAD, make_agency("mbmb"))):
        client.force_login(stranger)
        assert client.get(f"/bukti/{shown.pk}/muka/1/").status_code == 404
    client.force_login(head)
    for address in (
        f"/bukti/{shown.pk}/muka/3/",
        f"/bukti/{shown.pk}/muka/0/",
        "/bukti/999999/muka/1/",
    ):
        assert client.get(address).status_code == 404
    client.logout()
    assert client.get(f"/bukti/{shown.pk}/muka/1/").status_code == 302


def test_evidence_page_never_gives_what_was_sent(
    client: Client, officer: User, head: User, milestone: Milestone
) -> None:
    """An image with a page of HTML behind it, and HTML that begins like a PDF."""
    hidden = b"<!doctype html><script>alert(document.cookie)</script>"
    files = (
        keep(upload("gambar.png", image("PNG") + hidden)),
        keep(upload("laporan.pdf", b"%PDF-1.7" + hidden)),
    )
    report = Report(date(2021, 6, 1), Claim.ONGOING, "Siap.", files=files)
    update = record_update(by=officer, milestone=milestone, report=report, today=date(2021, 8, 1))
    client.force_login(head)
    picture, document = update.evidence.all()
    assert b"script" not in client.get(f"/bukti/{picture.pk}/muka/1/").content
    assert client.get(f"/bukti/{document.pk}/muka/1/").status_code == 404
