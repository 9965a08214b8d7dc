"""Makes the sample evidence: small real files, each saying that it is sample data."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.utils.formats import date_format
from openpyxl import Workbook
from PIL import Image, ImageDraw, ImageFont

from exchange.demo.events import FileKind, Recorded, SampleFile
from reports.drawing import draw

LABEL = "DATA CONTOH"
EXPLANATION = "Dokumen ini direka untuk tunjuk cara dan bukan rekod rasmi."


def make_upload(file: SampleFile, about: Recorded) -> SimpleUploadedFile:
    """The sample file as somebody would have sent it."""
    name = f"{file.title.replace(' ', '-').lower()}.{file.kind.value}"
    maker = {FileKind.PDF: _pdf, FileKind.IMAGE: _image, FileKind.WORKBOOK: _workbook}[file.kind]
    return SimpleUploadedFile(name, maker(file.title, about))


def _facts(about: Recorded) -> list[tuple[str, str]]:
    return [
        ("Program", about.program),
        ("Tarikh", date_format(about.on, "d.m.Y")),
        ("Perkara", about.narrative),
    ]


def _pdf(title: str, about: Recorded) -> bytes:
    html = render_to_string(
        "exchange/sample_document.html",
        {"title": title, "label": LABEL, "explanation": EXPLANATION, "facts": _facts(about)},
    )
    return draw(html, "css/sample-document.css")


def _image(title: str, about: Recorded) -> bytes:
    """A plain picture with its title: what a photograph or a screenshot would stand for."""
    picture = Image.new("RGB", (960, 540), "#e8eefc")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 960, 84), fill="#1d4ed8")
    for row in range(3):
        for column in range(4):
            left, top = 60 + column * 218, 128 + row * 118
            shade = "#93b4f5" if (row + column) % 2 else "#c3d4fa"
            draw.rectangle((left, top, left + 186, top + 92), fill=shade)
    draw.text((40, 24), f"{LABEL} · {title}", fill="white", font=ImageFont.load_default(30))
    footer = f"Program {about.program} · {date_format(about.on, 'd.m.Y')}"
    draw.text((40, 490), footer, fill="#1e293b", font=ImageFont.load_default(24))
    buffer = BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _workbook(title: str, about: Recorded) -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = LABEL
    sheet.append([f"{LABEL}: {title}"])
    sheet.append([EXPLANATION])
    sheet.append([])
    for fact in _facts(about):
        sheet.append(list(fact))
    sheet.append([])
    sheet.append(["Jabatan", "Bilangan"])
    for department, count in (("Khidmat Pengurusan", 14), ("Kewangan", 11), ("Bangunan", 9)):
        sheet.append([department, count])
    sheet.column_dimensions["A"].width = 24
    sheet.column_dimensions["B"].width = 80
    buffer = BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()
