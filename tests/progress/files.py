"""Small real files of each kind, made in memory."""

import io
import zipfile

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

MACRO = "word/vbaProject.bin"


def pdf(text: str = "Laporan") -> bytes:
    return b"%PDF-1.7\n" + text.encode() + b"\n%%EOF\n"


def image(kind: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (4, 3), "navy").save(made, kind)
    return made.getvalue()


def archive(**files: str) -> bytes:
    """A zip of files by name."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as held:
        for name, content in files.items():
            held.writestr(name, content)
    return made.getvalue()


def office(folder: str, *more: str) -> bytes:
    """An Office Open XML file: word/, xl/ or ppt/."""
    names = ["[Content_Types].xml", "_rels/.rels", f"{folder}document.xml", *more]
    return archive(**dict.fromkeys(names, "<xml/>"))


def open_document(kind: str) -> bytes:
    return archive(**{"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": ""})


def old_office(stream: str) -> bytes:
    """Enough of a file from before 2007: its header, and the name of the stream inside."""
    return bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512) + stream.encode("utf-16-le") + bytes(64)


def upload(name: str = "laporan.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf() if content is None else content)


def paper(pages: int, text: str = "Laporan", size: tuple[float, float] = (595, 842)) -> bytes:
    """A PDF that can be opened, with these words on each page; sizes in points."""
    made = io.BytesIO()
    with pikepdf.new() as document:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        for number in range(1, pages + 1):
            page = document.add_blank_page(page_size=size)
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
            words = f"{text} {number}" if text else ""
            page.Contents = document.make_stream(f"BT /F1 24 Tf 72 720 Td ({words}) Tj ET".encode())
        document.save(made)
    return made.getvalue()
