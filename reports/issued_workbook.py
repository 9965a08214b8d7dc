"""The workbook of an issued review."""

import io
import json

import pikepdf

from reports.document_finishing import WORKBOOK_NAME, attached
from reports.models import IssuedDocument
from reports.snapshot import number_evidence
from reports.snapshot_workbook import workbook_of


def workbook_of_document(document: IssuedDocument) -> bytes:
    """The very bytes that travel in its PDF; made from its snapshot where the PDF carries none.

    Reviews issued before there were attachments have a PDF without one.
    """
    with pikepdf.open(io.BytesIO(bytes(document.pdf))) as pdf:
        if WORKBOOK_NAME in pdf.attachments:
            return attached(pdf, WORKBOOK_NAME)
    snapshot = json.loads(document.snapshot)
    number_evidence(snapshot)
    return workbook_of(snapshot)
