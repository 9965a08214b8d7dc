"""What kind of thing a piece of evidence is, in the words people use for it."""

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from progress.evidence import IMAGE_TYPES, OFFICE_OPEN_XML

OPEN = "application/vnd.oasis.opendocument."


class EvidenceKind(TextChoices):
    PDF = "pdf", _("PDF")
    PICTURE = "picture", _("Picture")
    TEXT = "text", _("Word document")
    SHEET = "sheet", _("Excel sheet")
    SLIDES = "slides", _("PowerPoint slides")
    LINK = "link", _("Link")


TYPES = {
    EvidenceKind.PDF: {"application/pdf"},
    EvidenceKind.PICTURE: set(IMAGE_TYPES.values()),
    EvidenceKind.TEXT: {"application/msword", OFFICE_OPEN_XML["word/"], f"{OPEN}text"},
    EvidenceKind.SHEET: {"application/vnd.ms-excel", OFFICE_OPEN_XML["xl/"], f"{OPEN}spreadsheet"},
    EvidenceKind.SLIDES: {
        "application/vnd.ms-powerpoint",
        OFFICE_OPEN_XML["ppt/"],
        f"{OPEN}presentation",
    },
    # A link has no file whose kind could be told.
    EvidenceKind.LINK: {""},
}
KINDS = {content_type: kind for kind, types in TYPES.items() for content_type in types}


def kind_in_words(content_type: str) -> str:
    """The label of the kind; of one that is no longer taken, what the file says itself."""
    kind = KINDS.get(content_type)
    return content_type if kind is None else str(kind.label)


def of_kind(kind: str) -> Q:
    """The evidence of a kind."""
    return Q(content_type__in=TYPES[EvidenceKind(kind)])
