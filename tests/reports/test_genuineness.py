"""Whether a document in hand is genuine: by its code, by the file, and what nobody is told."""

import hashlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from reports.codes import ALPHABET, MARK, code_in, new_code, read_code
from reports.models import AnnualReview, IssuedDocument
from tests.factories import make_plan, make_user
from tests.reports.issued import make_issued_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def document() -> IssuedDocument:
    return make_issued_document(make_plan(), code="7K3M-Q9XD", summary="Rahsia dalaman")


def said(response: Any) -> str:
    return " ".join(response.content.decode().split())


def sent(client: Client, content: bytes, address: str | None = None) -> str:
    file = SimpleUploadedFile("laporan.pdf", content, content_type="application/pdf")
    with translation.override("ms"):
        response = client.post(address or reverse("check_document"), {"file": file})
    assert response.status_code == 200
    return said(response)


def test_code_leads_to_what_stands_on_the_cover_and_to_nothing_more(
    client: Client, document: IssuedDocument
) -> None:
    page = said(client.get(reverse("check_code", args=["7K3M-Q9XD"])))
    assert document.pdf_sha256 in page
    assert document.review.plan.agency.name in page
    assert "edisi yang berkuat kuasa hari ini" in page
    assert "Kod dikenali" in page
    assert "Tulen<" not in page, "a code alone proves no file"
    assert "Rahsia dalaman" not in page
    assert document.issued_by.full_name not in page
    assert document.snapshot_sha256 not in page
    assert reverse("review_pdf", args=[*document.review.plan.address, 2021, 1]) not in page


@pytest.mark.parametrize("typed", ["7k3mq9xd", " 7K3M Q9XD ", "7K3M–Q9XD", "7k3m.q9xd"])
def test_code_is_found_however_it_is_typed(
    client: Client, document: IssuedDocument, typed: str
) -> None:
    response = client.get(reverse("check_document"), {"code": typed}, follow=True)
    assert response.redirect_chain == [(reverse("check_code", args=["7K3M-Q9XD"]), 302)]
    assert document.pdf_sha256 in said(response)


def test_code_that_is_none_is_explained_and_kept(client: Client) -> None:
    page = said(client.get(reverse("check_document"), {"code": "7K3M<b>"}))
    assert "lapan huruf dan digit" in page
    assert 'value="7K3M&lt;b&gt;"' in page


@pytest.mark.parametrize("code", ["0000-0000", "bukan-kod", "'; DROP"])
def test_unknown_code_is_said_to_be_unknown(
    client: Client, document: IssuedDocument, code: str
) -> None:
    response = client.get(reverse("check_code", args=[code]))
    assert response.status_code == 404
    page = said(response)
    assert document.pdf_sha256 not in page
    assert "Kod tidak dikenali" in page
    assert f'value="{escape(code)}"' in page, "to be compared with the paper, and mended"


def test_edition_that_was_superseded_is_told_with_its_successor(
    client: Client, document: IssuedDocument
) -> None:
    make_issued_document(document.review.plan, code="AAAA-BBBB", edition=2)
    assert "telah diganti oleh edisi 2" in said(
        client.get(reverse("check_code", args=["7K3M-Q9XD"]))
    )
    assert "telah diganti oleh edisi 2" in sent(client, bytes(document.pdf))


def test_issued_file_is_genuine_to_the_last_byte(client: Client, document: IssuedDocument) -> None:
    page = sent(client, bytes(document.pdf))
    assert "Fail ini tulen" in page
    assert document.pdf_sha256 in page


@pytest.mark.parametrize("change", [b" ", b"\n%%EOF"])
def test_file_with_a_byte_more_is_altered_where_it_carries_the_code(
    client: Client, document: IssuedDocument, change: bytes
) -> None:
    page = sent(client, bytes(document.pdf) + change)
    assert "Diubah" in page
    assert "Fail ini tulen" not in page


def test_file_without_a_code_is_held_to_the_document_whose_page_it_was_sent_to(
    client: Client, document: IssuedDocument
) -> None:
    content = b"%PDF-1.7 saved anew by another program"
    assert "Diubah" not in sent(client, content)
    assert "Diubah" in sent(client, content, reverse("check_code", args=[document.code]))


def test_code_is_found_across_two_pieces_of_a_large_file(
    client: Client, document: IssuedDocument
) -> None:
    assert document.code is not None
    mark = f"{MARK}{document.code}".encode()
    content = b"%PDF-1.7".ljust(2**16 - 10, b" ") + mark + b" " * 2**16
    assert "Diubah" in sent(client, content)


def test_document_of_before_there_were_codes_is_known_by_its_file(client: Client) -> None:
    document = make_issued_document(make_plan(), code=None)
    assert "Fail ini tulen" in sent(client, bytes(document.pdf))


def test_draft_is_never_genuine(client: Client) -> None:
    plan = make_plan()
    AnnualReview.objects.create(plan=plan, year=2021, prepared_by=make_user())
    assert "tidak menerbitkan fail" in sent(client, b"%PDF-1.7 draf")


def test_file_too_large_or_absent_is_explained(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.genuineness_forms.MAX_MEGABYTES", 0)
    assert "lebih besar daripada 30 MB" in sent(client, b"%PDF-1.7")
    assert client.post(reverse("check_document")).status_code == 200


def test_asking_too_often_is_refused(client: Client, document: IssuedDocument) -> None:
    address = reverse("check_code", args=[document.code])
    codes = [client.get(address).status_code for _attempt in range(40)]
    assert codes[0] == 200
    assert codes[-1] == 429


def test_file_is_kept_nowhere(client: Client, document: IssuedDocument) -> None:
    sent(client, b"%PDF-1.7 lain")
    assert IssuedDocument.objects.count() == 1
    assert hashlib.sha256(document.pdf).hexdigest() == document.pdf_sha256


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_code_or_none(typed: str) -> None:
    code = read_code(typed)
    assert code is None or read_code(code) == code
    assert code is None or set(code) <= set(ALPHABET) | {"-"}


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_code_is_read_from_among_any_bytes(before: bytes, after: bytes) -> None:
    code = new_code()
    assert code_in(before + f"{MARK}{code}".encode() + after) == code
