"""The pages of an issued review in the browser, with their words, as they were issued."""

import hashlib
import io

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.choices import Role
from progress.page_drawing import QUALITY, draw_page
from progress.pictures import CannotBeShown
from reports.canonical import sha256
from reports.issued_pages import contents_of, picture_of
from reports.models import IssuedDocument
from tests.factories import make_agency, make_plan, make_user
from tests.reports.issued import make_issued_document

pytestmark = pytest.mark.django_db
PAGES = 3


def pdf_of(pages: int) -> bytes:
    """Pages with a word of their own each, and an outline of the second."""
    with pikepdf.new() as pdf:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        for number in range(1, pages + 1):
            pdf.add_blank_page(page_size=(595, 842))
            page = pdf.pages[-1]
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
            page.Contents = pdf.make_stream(
                f"BT /F1 24 Tf 72 700 Td (Halaman nombor {number} <b>) Tj ET".encode()
            )
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("Ringkasan eksekutif", min(1, pages - 1)))
        made = io.BytesIO()
        pdf.save(made)
    return made.getvalue()


@pytest.fixture
def document() -> IssuedDocument:
    """An issued document that is a real PDF; the database keeps another, since it never changes."""
    stored = make_issued_document(make_plan(), code="7K3M-Q9XD")
    pdf = pdf_of(PAGES)
    fields = {"pdf": pdf, "pdf_sha256": hashlib.sha256(pdf).hexdigest(), "page_count": PAGES}
    for name, value in fields.items():
        setattr(stored, name, value)
    return stored


@pytest.fixture
def issued(monkeypatch: pytest.MonkeyPatch) -> IssuedDocument:
    """The same, stored as issued."""
    pdf = pdf_of(PAGES)
    plain = IssuedDocument.objects.create

    def create(**fields: object) -> IssuedDocument:
        return plain(**{**fields, "pdf": pdf, "pdf_sha256": sha256(pdf), "page_count": PAGES})

    monkeypatch.setattr(IssuedDocument.objects, "create", create)
    return make_issued_document(make_plan(), code="7K3M-Q9XD")


def address(document: IssuedDocument, page: int | None = None) -> str:
    review = document.review
    of = [*review.plan.address, review.year, review.edition]
    return (
        reverse("review_pages", args=of)
        if page is None
        else reverse("review_page", args=[*of, page])
    )


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(make_user(Role.AUDITOR))
    client.cookies["bahasa"] = "en"
    return client


def test_every_page_has_its_words_and_the_outline_its_places(document: IssuedDocument) -> None:
    contents = contents_of(document)
    assert [leaf.number for leaf in contents.leaves] == list(range(1, PAGES + 1))
    assert contents.leaves[2].text.strip() == "Halaman nombor 3 <b>"
    assert [(entry.title, entry.page) for entry in contents.outline] == [("Ringkasan eksekutif", 2)]


def test_picture_is_drawn_from_the_very_bytes_issued(document: IssuedDocument) -> None:
    with Image.open(io.BytesIO(picture_of(document, 1))) as drawn:
        assert drawn.format == "WEBP"
        leaf = contents_of(document).leaves[0]
        assert abs(drawn.width - leaf.width) <= 1
        assert abs(drawn.height - leaf.height) <= 1
    for page in (0, PAGES + 1):
        with pytest.raises(CannotBeShown):
            picture_of(document, page)


def test_document_that_is_not_what_was_issued_is_not_drawn(document: IssuedDocument) -> None:
    document.pdf = pdf_of(1)
    with pytest.raises(CannotBeShown):
        picture_of(document, 1)


def test_pages_are_read_one_at_a_time_by_plain_links(
    issued: IssuedDocument, reader: Client
) -> None:
    html = reader.get(address(issued)).content.decode()
    assert f"The {PAGES} pages as issued on" in html
    assert html.count('class="leaf__picture"') == 1
    assert 'href="?page=2#halaman" rel="next"' in html
    assert 'rel="prev"' not in html
    assert '<a href="?page=2#halaman"><span>Ringkasan eksekutif' in html  # the outline's
    assert reverse("review_pdf", args=[*issued.review.plan.address, 2021, 1]) in html
    last = reader.get(f"{address(issued)}?page={PAGES}").content.decode()
    assert f'href="?page={PAGES - 1}#halaman" rel="prev"' in last
    assert 'rel="next"' not in last


def test_picture_of_text_is_light_and_of_a_photograph_no_heavier_than_one() -> None:
    noise = Image.effect_noise((600, 800), 80)
    photograph, made = io.BytesIO(), io.BytesIO()
    noise.convert("RGB").save(photograph, "PDF")
    drawn = draw_page(photograph.getvalue(), 1)
    with Image.open(io.BytesIO(drawn)) as seen:
        seen.save(made, "WEBP", quality=QUALITY)
        assert len(drawn) < 1.2 * len(made.getvalue())
    assert len(draw_page(pdf_of(1), 1)) < 10_000


def test_words_of_a_page_stand_there_escaped_in_the_documents_language(
    issued: IssuedDocument, reader: Client
) -> None:
    html = reader.get(address(issued)).content.decode()
    assert '<div class="leaf__text" lang="ms">Halaman nombor 1 &lt;b&gt;' in html


def test_picture_is_asked_for_again_but_not_sent_again(
    issued: IssuedDocument, reader: Client
) -> None:
    first = reader.get(address(issued, 1))
    assert first["Content-Type"] == "image/webp"
    assert first["Cache-Control"] == "private, no-cache"
    again = reader.get(address(issued, 1), headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304


def test_picture_of_a_page_that_is_not_there_is_none(
    issued: IssuedDocument, reader: Client
) -> None:
    assert reader.get(address(issued, PAGES + 1)).status_code == 404


def test_pictures_are_not_for_other_agencies_nor_of_drafts(
    issued: IssuedDocument, client: Client
) -> None:
    client.force_login(make_user(Role.HEAD, make_agency("mbmb")))
    assert client.get(address(issued, 1)).status_code == 404
    review = issued.review
    draft = type(review).objects.create(plan=review.plan, year=2022, prepared_by=review.prepared_by)
    client.force_login(review.prepared_by)
    of = [*review.plan.address, draft.year, draft.edition]
    assert client.get(reverse("review_page", args=[*of, 1])).status_code == 404
    assert client.get(reverse("review_pages", args=of)).headers["Location"] == reverse(
        "review_preview_html", args=of
    )


def test_document_that_cannot_be_drawn_leaves_the_pdf(reader: Client) -> None:
    broken = make_issued_document(make_plan(), code="7K3M-Q9XD")
    html = reader.get(address(broken)).content.decode()
    assert "The pages cannot be drawn here." in html
