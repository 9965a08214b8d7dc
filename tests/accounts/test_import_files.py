"""An import reads a bounded part of a file, whatever the file says of itself."""

from collections.abc import Callable
from functools import cache
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from accounts.choices import Role
from accounts.import_files import CSV, MAX_COLUMNS, MAX_ROWS, MAX_UNPACKED_BYTES, XLSX
from tests.factories import make_user


def workbook(fill: Callable[[Worksheet], object]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    fill(sheet)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


@cache
def bomb() -> bytes:
    """A workbook of some hundred bytes whose texts unpack to more than may be."""
    file = BytesIO(workbook(lambda sheet: sheet.append(["plan", "code"])))
    with ZipFile(file, "a", ZIP_DEFLATED) as parts:
        parts.writestr("xl/media/besar.bin", bytes(MAX_UNPACKED_BYTES + 1))
    return file.getvalue()


def farthest(sheet: Worksheet) -> None:
    """Two cells, at both ends of what a sheet can hold."""
    sheet["A1"], sheet["XFD1048576"] = "plan", "jauh"


def below(sheet: Worksheet) -> None:
    sheet.cell(MAX_ROWS + 2, 1, "jauh")


def beside(sheet: Worksheet) -> None:
    sheet.cell(1, MAX_COLUMNS + 1, "jauh")


def without_its_size(content: bytes) -> bytes:
    """As some programs write it: the sheet does not say how large it is."""
    made = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(made, "w", ZIP_DEFLATED) as new:
        for part in old.infolist():
            text = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                start = text.index(b"<dimension")
                text = text[:start] + text[text.index(b"/>", start) + 2 :]
            new.writestr(part.filename, text)
    return made.getvalue()


def test_sheet_is_read_without_its_empty_rows_and_columns() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["plan", "code"])
        sheet.append(["mpag", "1.1"])
        sheet["B9"], sheet["A400"] = "1.2", ""

    for content in (workbook(fill), without_its_size(workbook(fill))):
        dataset = XLSX().create_dataset(content)
        assert dataset.headers == ["plan", "code"]
        assert list(dataset) == [("mpag", "1.1"), (None, "1.2")]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(lambda: workbook(farthest), id="cells far away"),
        pytest.param(
            lambda: without_its_size(workbook(farthest)), id="cells far away, size unsaid"
        ),
        pytest.param(lambda: workbook(below), id="rows"),
        pytest.param(lambda: workbook(beside), id="columns"),
        pytest.param(bomb, id="bomb"),
    ],
)
def test_workbook_beyond_the_bounds_is_refused(content: Callable[[], bytes]) -> None:
    with pytest.raises(ValidationError, match="10,000"):
        XLSX().create_dataset(content())


def test_workbook_at_the_bounds_is_read() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append([f"lajur {n}" for n in range(MAX_COLUMNS)])
        for number in range(MAX_ROWS):
            sheet.append([number])

    assert len(XLSX().create_dataset(workbook(fill))) == MAX_ROWS


@pytest.mark.parametrize("rows", ["a\n" * (MAX_ROWS + 2), "a," * MAX_COLUMNS + "a\n"])
def test_text_beyond_the_bounds_is_refused(rows: str) -> None:
    with pytest.raises(ValidationError, match="10,000"):
        CSV().create_dataset(rows)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(bomb, "lebih daripada 10,000 baris", id="bomb"),
        pytest.param(lambda: b"bukan", "bukan buku kerja Excel", id="no workbook"),
    ],
)
def test_importer_is_told_why(content: Callable[[], bytes], words: str, client: Client) -> None:
    client.force_login(make_user(Role.HEAD))
    file = SimpleUploadedFile("program.xlsx", content())
    where = reverse("admin:programs_program_import")
    page = client.post(where, {"import_file": file, "format": "0", "resource": "0"})
    assert words in page.content.decode()
