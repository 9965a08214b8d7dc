"""The QR code on the cover: another program reads the address off the page as it is printed."""

from typing import Any

import pypdfium2
import pytest
import segno
import zxingcpp
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from reports.document import render_html
from reports.document_qr import QUIET, qr_of
from tests.reports.drawn import ADDRESS, CODE, drawn, small_snapshot
from tests.reports.words import words_of

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.xdist_group("document")]


@pytest.fixture
def snapshot() -> Any:
    return small_snapshot()


def cover_of(pdf: bytes, dots_per_inch: int) -> Image.Image:
    with pypdfium2.PdfDocument(pdf) as document:
        picture: Image.Image = document[0].render(scale=dots_per_inch / 72).to_pil()
        return picture.convert("L")


def read(picture: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def test_code_on_the_cover_leads_to_the_page_that_tells_whether_it_is_genuine(
    snapshot: Any,
) -> None:
    assert read(cover_of(drawn(snapshot), 150)) == [ADDRESS]


def test_code_is_read_from_a_bad_copy(snapshot: Any) -> None:
    """Copied at 100 dots an inch, blurred, grey, with a stamp's corner over it."""
    picture = cover_of(drawn(snapshot), 100).filter(ImageFilter.GaussianBlur(0.8))
    picture = picture.point(lambda grey: 60 + grey * 0.6)
    width, height = picture.size
    x, y = round(width * 0.83), round(height * 0.78)
    ImageDraw.Draw(picture).rectangle((x, y, x + 10, y + 10), fill=90)
    assert read(picture) == [ADDRESS]


def test_code_is_told_to_those_who_cannot_see_it(snapshot: Any) -> None:
    with translation.override("ms"):
        page = render_html(snapshot, is_draft=False)
    assert f"<title>Kod QR bagi alamat {ADDRESS}</title>" in page
    assert CODE in words_of(page)


def test_draft_has_no_code(snapshot: Any) -> None:
    page = render_html(snapshot, is_draft=True)
    assert ADDRESS not in page
    assert CODE not in page


@given(
    st.from_regex(
        r"https://[a-z]{1,40}\.my/semak/[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}/",
        fullmatch=True,
    )
)
def test_path_draws_each_dark_module_once_and_no_other(address: str) -> None:
    found = qr_of({"review": {"check_url": address}})
    assert found
    drawn_modules: list[tuple[int, int]] = []
    for stroke in found.path.split("M")[1:]:
        corner, length = stroke.split("h")[0], int(stroke.split("h")[1].split("v")[0])
        x, y = (int(number) - QUIET for number in corner.split())
        drawn_modules += [(x + step, y) for step in range(length)]
    matrix = segno.make(address, error="q", micro=False, boost_error=False).matrix
    dark = [(x, y) for y, row in enumerate(matrix) for x, module in enumerate(row) if module]
    assert sorted(drawn_modules) == sorted(dark)
    assert found.size == len(matrix) + 2 * QUIET
