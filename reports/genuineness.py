"""Whether a document in hand is one that was issued: asked by its code, or by the file itself.

Anybody may ask, so nothing is told but what stands on the document's own cover.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.core.files.base import File
from django.db.models import QuerySet

from reports.choices import Verdict
from reports.codes import code_in
from reports.models import IssuedDocument
from reports.review_queries import superseded_by


@dataclass(frozen=True)
class Answer:
    """``document`` is the one issued, ``successor`` the edition that stands in its place now."""

    verdict: Verdict
    document: IssuedDocument | None = None
    successor: int | None = None


def answer_by_code(code: str) -> Answer:
    """What is known of the document with this code, which says nothing of a file in hand."""
    return _answer(_documents().filter(code=code).first())


def answer_by_file(file: File[bytes], expected: str | None = None) -> Answer:
    """Whether these very bytes were issued. The file is read once and kept nowhere.

    A file that was not issued but carries the code of a document that was, or was sent to the page
    of one (``expected``), is an altered copy of it.
    """
    digest, carried = _read(file)
    issued = _documents().filter(pdf_sha256=digest).first()
    if issued:
        return _answer(issued)
    code = carried or expected
    original = _documents().filter(code=code).first() if code else None
    if original:
        return Answer(Verdict.ALTERED, original)
    return Answer(Verdict.UNKNOWN)


def _answer(document: IssuedDocument | None) -> Answer:
    if document is None:
        return Answer(Verdict.UNKNOWN)
    successor = superseded_by(document.review)
    if successor:
        return Answer(Verdict.SUPERSEDED, document, successor.edition)
    return Answer(Verdict.CURRENT, document)


def _documents() -> QuerySet[IssuedDocument]:
    return IssuedDocument.objects.select_related("review__plan__agency").defer("pdf", "snapshot")


def _read(file: File[bytes]) -> tuple[str, str | None]:
    """SHA-256 and the code it carries, if any, a piece at a time."""
    digest = hashlib.sha256()
    carried, tail = None, b""
    for piece in file.chunks():
        digest.update(piece)
        carried = carried or code_in(tail + piece)
        tail = piece[-64:]
    return digest.hexdigest(), carried
