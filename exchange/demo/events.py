"""What the sample story is told in: what somebody recorded, and what a committee decided."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import TypedDict, Unpack

from programs.choices import Decision
from progress.choices import Claim


class FileKind(Enum):
    """The kind of a sample file, with the end of its name."""

    PDF = "pdf"
    IMAGE = "png"
    WORKBOOK = "xlsx"


@dataclass(frozen=True, slots=True)
class SampleFile:
    kind: FileKind
    title: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """An update on the milestone of a programme with this original date.

    ``after`` is how many days later it was recorded. ``returned`` holds the head's words where it
    was sent back; otherwise the head verified it, unless ``is_waiting``. ``key`` names an update
    that another ``corrects``.
    """

    program: str
    first_due: date
    on: date
    by: str
    claim: Claim
    narrative: str
    value: Decimal | None = None
    percent: int | None = None
    issues: str = ""
    action: str = ""
    files: tuple[SampleFile, ...] = ()
    links: tuple[str, ...] = ()
    after: int = 3
    returned: str = ""
    is_waiting: bool = False
    key: str = ""
    corrects: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """A committee's decision: milestones moved to new dates, programmes decided on."""

    meeting: str
    on: date
    reason: str
    moves: tuple[tuple[str, date, date], ...] = ()
    decisions: tuple[tuple[str, Decision], ...] = ()


def day(text: str) -> date:
    """A day as 2021-06-24, or a month's last day as 2021-06."""
    if len(text) == 7:
        year, month = int(text[:4]), int(text[5:])
        return date(year, month, monthrange(year, month)[1])
    return date.fromisoformat(text)


class More(TypedDict, total=False):
    """What an update may say besides; see ``Recorded``."""

    value: Decimal
    percent: int
    issues: str
    action: str
    files: tuple[SampleFile, ...]
    links: tuple[str, ...]
    after: int
    returned: str
    is_waiting: bool
    key: str
    corrects: str


def done(
    program: str, first_due: str, on: str, by: str, narrative: str, **more: Unpack[More]
) -> Recorded:
    return Recorded(program, day(first_due), day(on), by, Claim.ACHIEVED, narrative, **more)


def going(
    program: str, first_due: str, on: str, by: str, narrative: str, **more: Unpack[More]
) -> Recorded:
    return Recorded(program, day(first_due), day(on), by, Claim.ONGOING, narrative, **more)


def missed(
    program: str, first_due: str, on: str, by: str, narrative: str, **more: Unpack[More]
) -> Recorded:
    return Recorded(program, day(first_due), day(on), by, Claim.NOT_ACHIEVED, narrative, **more)


def pdf(title: str) -> tuple[SampleFile, ...]:
    return (SampleFile(FileKind.PDF, title),)


def image(title: str) -> tuple[SampleFile, ...]:
    return (SampleFile(FileKind.IMAGE, title),)


def workbook(title: str) -> tuple[SampleFile, ...]:
    return (SampleFile(FileKind.WORKBOOK, title),)
