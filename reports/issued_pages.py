"""The pages of an issued document, to be read in a browser: as pictures, and in words.

Drawn from the very bytes that were issued by ``progress.pictures``, and kept under their SHA-256.
"""

import json
import tempfile
from dataclasses import dataclass
from typing import IO

from progress import pictures
from reports.canonical import sha256
from reports.models import IssuedDocument


@dataclass(frozen=True)
class Leaf:
    """A page of the document: its number of how many, the size of its picture, its words."""

    number: int
    total: int
    width: int
    height: int
    text: str

    @property
    def previous(self) -> int:
        """The page before; 0 at the first."""
        return self.number - 1

    @property
    def next(self) -> int:
        """The page after; 0 at the last."""
        return self.number + 1 if self.number < self.total else 0


@dataclass(frozen=True)
class Entry:
    """A heading of the document's outline, and the page it stands on."""

    level: int
    title: str
    page: int


@dataclass(frozen=True)
class Contents:
    leaves: list[Leaf]
    outline: list[Entry]


def contents_of(document: IssuedDocument) -> Contents:
    """Every page and heading of the document. Raises ``pictures.CannotBeShown``."""
    told = json.loads(_kept(document, "contents.json", "describe"))
    total = len(told["pages"])
    return Contents(
        leaves=[Leaf(number, total, **page) for number, page in enumerate(told["pages"], start=1)],
        outline=[Entry(**entry) for entry in told["outline"]],
    )


def picture_of(document: IssuedDocument, page: int) -> bytes:
    """A page as ``pictures.CONTENT_TYPE``. Raises ``pictures.CannotBeShown``."""
    if not 1 <= page <= document.page_count:
        raise pictures.CannotBeShown(page)
    return _kept(document, f"{page}.webp", "page", str(page))


def _kept(document: IssuedDocument, name: str, *what: str) -> bytes:
    def bytes_as_issued() -> IO[bytes]:
        content = bytes(document.pdf)
        if sha256(content) != document.pdf_sha256:
            raise pictures.CannotBeShown(document.pdf_sha256)
        file = tempfile.TemporaryFile()  # noqa: SIM115 - who asked for it closes it
        file.write(content)
        file.seek(0)
        return file

    return pictures.kept(document.pdf_sha256, name, *what, source=bytes_as_issued)
