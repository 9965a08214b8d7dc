"""The files an import reads, and how much of one: a small file can unpack to more than memory holds."""

from __future__ import annotations

from io import BytesIO
from zipfile import BadZipFile, ZipFile

import tablib
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from import_export.formats import base_formats
from openpyxl import load_workbook

MAX_BYTES = 5 * 2**20
# Many times what a sheet within the bounds below needs.
MAX_UNPACKED_BYTES = 50 * 2**20
# A plan of 300 programmes has some 1,500 milestones; their updates are the most that comes at once.
MAX_ROWS, MAX_COLUMNS = 10_000, 100


class CSV(base_formats.CSV):  # type: ignore[misc]  # import-export carries no types
    def create_dataset(self, in_stream: str, **options: object) -> tablib.Dataset:
        dataset: tablib.Dataset = super().create_dataset(in_stream, **options)
        if len(dataset) > MAX_ROWS or dataset.width > MAX_COLUMNS:
            raise _too_long()
        return dataset


class XLSX(base_formats.XLSX):  # type: ignore[misc]  # likewise
    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        """The first sheet, without what is empty at its right and between its rows.

        Raises ``ValidationError`` for a workbook beyond the bounds. What the sheet says of its own
        size is not believed.
        """
        try:
            unpacked = sum(part.file_size for part in ZipFile(BytesIO(in_stream)).infolist())
        except BadZipFile as error:
            raise ValidationError(gettext("This is no Excel workbook (xlsx).")) from error
        # Python reads no more of a part than it says to hold.
        if unpacked > MAX_UNPACKED_BYTES:
            raise _too_long()
        sheet = load_workbook(BytesIO(in_stream), read_only=True, data_only=True).active
        # With one row and column more than may be, and the headings.
        within = {"max_row": MAX_ROWS + 2, "max_col": MAX_COLUMNS + 1}
        rows = list(sheet.iter_rows(**within, values_only=True))  # type: ignore[union-attr]
        last = max(
            (place for row in rows for place, value in enumerate(row) if value is not None),
            default=-1,
        )
        if len(rows) > MAX_ROWS + 1 or last >= MAX_COLUMNS:
            raise _too_long()
        dataset = tablib.Dataset()
        headings, *rest = rows or [()]
        dataset.headers = ["" if value is None else value for value in headings[: last + 1]]
        for row in rest:
            if any(value is not None for value in row):
                dataset.append(row[: last + 1])
        return dataset


def _too_long() -> ValidationError:
    words = gettext("The file has more than %(rows)s rows or %(columns)s columns. Split it.")
    return ValidationError(words % {"rows": f"{MAX_ROWS:,}", "columns": MAX_COLUMNS})
