"""When a KPI falls due, as Malaysian strategic plans print it: "Jun Setiap Tahun (2020-2023)".

`parse_schedule` reads a phrase whole or refuses it: it never guesses, and never reads a part.
Case, white space, the kind of dash and the length of a month's name do not matter. "S2" and "ST2"
are both the second quarter (suku), never the second half (separuh). Years have four digits.

`format_schedule` writes the canonical phrase, which reads back as an equal schedule: months short
as the plan prints them (Ogos, Sept), quarters and halves in words, periods in the order of the
year with "dan" before the last, "setiap tahun" in lower case.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

LONGEST_PHRASE = 200  # characters; the longest canonical phrase has about 150
EXAMPLES = (  # one of each kind, canonical
    "Jun 2019",
    "Jun setiap tahun",
    "Jan dan Nov setiap tahun (2020-2023)",
    "Dis 2019 - Jun 2021",
    "Suku Tahun Kedua 2021",
    "Separuh Pertama setiap tahun",
    "31 Mac 2020",
    "Sebelum 31 Mac 2020",
    "Selewat-lewatnya 31 Mac 2020",
    "2021",
    "Sepanjang 2021",
)


@dataclass(eq=False)
class ScheduleError(ValueError):
    """A phrase, kept as given, that is no schedule; its text says why and what would be one."""

    phrase: str
    reason: StrPromise
    word: str = ""

    def __str__(self) -> str:
        shown = self.phrase if len(self.phrase) <= 60 else f"{self.phrase[:60]}…"
        details = {"phrase": shown, "word": self.word, "longest": LONGEST_PHRASE}
        understood = gettext("Understood are, for example: %(examples)s.")
        return f"{self.reason % details} {understood % {'examples': '; '.join(EXAMPLES)}}"


@dataclass(eq=False)
class ScheduleOutsidePlan(ValueError):
    """A schedule has a due date before or after the plan's years (both inclusive)."""

    schedule: Schedule
    due: date
    first_year: int
    last_year: int

    def __str__(self) -> str:
        text = gettext("“%(schedule)s” is due on %(due)s, outside the plan's years, %(years)s.")
        years = f"{self.first_year}-{self.last_year}"
        return text % {"schedule": self.schedule, "due": f"{self.due:%d.%m.%Y}", "years": years}


@dataclass(frozen=True)
class Period:
    """A part of a year: one of MONTHS, QUARTERS or HALVES. What is due in it is due at its end."""

    words: str
    first_month: int
    last_month: int

    def last_day(self, year: int) -> date:
        return date(year, self.last_month, monthrange(year, self.last_month)[1])


_SPELLINGS = (  # of the months, the canonical one first
    "Jan/Januari Feb/Februari Mac Apr/April Mei Jun Jul/Julai Ogos/Ogo"
    " Sept/Sep/September Okt/Oktober Nov/November Dis/Disember"
)
_ORDINALS = ("Pertama", "Kedua", "Ketiga", "Keempat")
MONTHS = tuple(Period(names.split("/")[0], n, n) for n, names in enumerate(_SPELLINGS.split(), 1))
QUARTERS = tuple(Period(f"Suku Tahun {_ORDINALS[n]}", 3 * n + 1, 3 * n + 3) for n in range(4))
HALVES = tuple(Period(f"Separuh {_ORDINALS[n]}", 6 * n + 1, 6 * n + 6) for n in range(2))


class Schedule(ABC):
    """When a KPI falls due: one of the kinds below, each frozen, hashable and equal by value."""

    def due_dates(self, first_year: int, last_year: int) -> tuple[date, ...]:
        """List the due dates in a plan of these years, both inclusive: in order, each once.

        Raises ScheduleOutsidePlan, naming the first due date that is not in those years.
        """
        dates = self._dates((first_year, last_year))
        for due in dates:
            if not first_year <= due.year <= last_year:
                raise ScheduleOutsidePlan(self, due, first_year, last_year)
        return dates

    @abstractmethod
    def _dates(self, plan_years: tuple[int, int], /) -> tuple[date, ...]:
        """Give the due dates in order, each once, whether in the plan's years or not."""

    @abstractmethod
    def __str__(self) -> str:
        """Write the canonical phrase."""


@dataclass(frozen=True)
class InPeriods(Schedule):
    """Due at the end of one or more periods: "Mac dan Sept 2021", "Jun setiap tahun (2020-2023)".

    The periods end in different months and stand in the order of their ends. `years` are the
    first and the last year, both inclusive; None is every year of the plan.
    """

    periods: tuple[Period, ...]
    years: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        if any(one.last_month >= other.last_month for one, other in pairwise(self.periods)):
            raise ScheduleError(str(self), _("“%(phrase)s” names the end of one month twice."))
        if self.years and self.years[0] > self.years[1]:
            raise ScheduleError(str(self), _("“%(phrase)s” ends before it starts."))

    def _dates(self, plan_years: tuple[int, int]) -> tuple[date, ...]:
        first, last = self.years or plan_years
        years = range(first, last + 1)
        return tuple(period.last_day(year) for year in years for period in self.periods)

    def __str__(self) -> str:
        *others, final = (period.words for period in self.periods)
        listed = f"{', '.join(others)} dan {final}" if others else final
        if self.years is None:
            return f"{listed} setiap tahun"
        first, last = self.years
        return f"{listed} {first}" if first == last else f"{listed} setiap tahun ({first}-{last})"


@dataclass(frozen=True)
class Span(Schedule):
    """Work from one period to another, due at the end of the latter: "Dis 2019 - Jun 2021".

    Only the end has to be in the plan's years: the work may have begun under an earlier plan.
    """

    start: Period
    start_year: int
    end: Period
    end_year: int

    def __post_init__(self) -> None:
        if self.end.last_day(self.end_year) < self.start.last_day(self.start_year):
            raise ScheduleError(str(self), _("“%(phrase)s” ends before it starts."))

    @property
    def starts_on(self) -> date:
        """The first day of the period the work starts in."""
        return date(self.start_year, self.start.first_month, 1)

    def _dates(self, _plan_years: tuple[int, int]) -> tuple[date, ...]:
        return (self.end.last_day(self.end_year),)

    def __str__(self) -> str:
        return f"{self.start.words} {self.start_year} - {self.end.words} {self.end_year}"


class Limit(Enum):
    """The words before a day. All three are due on the day itself.

    "Sebelum 31 Mac 2020" is literally before that day, but in a KPI it is commonly read as by
    that day, like "Selewat-lewatnya". It stays apart so that the plan's own word survives.
    """

    ON = ""
    BEFORE = "Sebelum"
    AT_LATEST = "Selewat-lewatnya"


@dataclass(frozen=True)
class OnDay(Schedule):
    """Due on a day: "31 Mac 2020", "Sebelum 31 Mac 2020" (that day included, see Limit)."""

    day: date
    limit: Limit = Limit.ON

    def _dates(self, _plan_years: tuple[int, int]) -> tuple[date, ...]:
        return (self.day,)

    def __str__(self) -> str:
        month = MONTHS[self.day.month - 1].words
        return f"{self.limit.value} {self.day.day} {month} {self.day.year}".lstrip()


@dataclass(frozen=True)
class WholeYear(Schedule):
    """Due on 31 December, a year meaning its last day: "2021", "Sepanjang 2021" (throughout)."""

    year: int
    throughout: bool = False

    def _dates(self, _plan_years: tuple[int, int]) -> tuple[date, ...]:
        return (date(self.year, 12, 31),)

    def __str__(self) -> str:
        return f"Sepanjang {self.year}" if self.throughout else f"{self.year}"


def format_schedule(schedule: Schedule) -> str:
    """Write a schedule canonically, so that `parse_schedule` gives an equal one back."""
    return str(schedule)


def parse_schedule(phrase: str) -> Schedule:
    """Read a schedule as a plan prints it; EXAMPLES has one of each kind.

    Raises ScheduleError when any of it is not understood, or when it makes no sense.
    """
    if len(phrase) > LONGEST_PHRASE:
        raise ScheduleError(phrase, _("“%(phrase)s” is longer than %(longest)s characters."))
    text = _normalise(phrase)
    try:
        if schedule := _read(text):
            return schedule
    except ScheduleError as error:
        raise ScheduleError(phrase, error.reason) from None
    for word in re.findall(r"[^ ,()-]+", text):
        if word not in _WORDS and not re.fullmatch("[0-9]{1,4}", word):
            raise ScheduleError(phrase, _("“%(word)s” in “%(phrase)s” is not understood."), word)
    raise ScheduleError(phrase, _("“%(phrase)s” is not understood as a schedule."))


_MONTH_BY_NAME = {
    name: month
    for month, names in zip(MONTHS, _SPELLINGS.split(), strict=True)
    for name in names.lower().split("/")
}
_PERIOD_BY_NAME = _MONTH_BY_NAME | {
    f"{noun}{number}": period
    for periods, nouns in ((QUARTERS, ("suku tahun ", "st ", "st", "s")), (HALVES, ("separuh ",)))
    for n, period in enumerate(periods)
    for noun in nouns
    for number in (n + 1, _ORDINALS[n].lower())
}
_WORDS = set(" ".join((*_PERIOD_BY_NAME, "setiap sebelum selewat lewatnya sepanjang")).split())

# The grammar of a normalised phrase. No phrase fits it in two ways.
_SHORT_MONTH = "|".join(name for name in _MONTH_BY_NAME if len(name) <= 4)
_MONTH = "|".join(_MONTH_BY_NAME)
_PERIOD = f"(?:{'|'.join(_PERIOD_BY_NAME)})"
_YEAR = "([1-9][0-9]{3})"
_IN_PERIODS = re.compile(
    rf"({_PERIOD}(?:,{_PERIOD})*) (?:{_YEAR}|setiap tahun(?:\({_YEAR}-{_YEAR}\))?)"
)
_SPAN = re.compile(f"({_PERIOD}) {_YEAR}-({_PERIOD}) {_YEAR}")
_ON_DAY = re.compile(f"(sebelum |selewat-lewatnya |)([0-9]{{1,2}}) ({_MONTH}) {_YEAR}")
_WHOLE_YEAR = re.compile(f"(sepanjang )?(?:tahun )?{_YEAR}")


def _normalise(phrase: str) -> str:
    """Bring case, white space, dashes, full stops and the words between periods to one form."""
    text = " ".join(phrase.lower().replace("&amp;", "&").split())
    text = re.sub("[\u2010-\u2015\u2212]", "-", text)
    text = re.sub(rf"\b({_SHORT_MONTH})\.", r"\1", text)
    text = re.sub(r" ?(,? ?\bdan\b|,|&) ?", ",", text)
    return re.sub(r" ?([-()]) ?", r"\1", text)


def _read(text: str) -> Schedule | None:
    if found := _IN_PERIODS.fullmatch(text):
        names, year, first, last = found.groups()
        periods = (_PERIOD_BY_NAME[name] for name in names.split(","))
        in_order = tuple(sorted(periods, key=lambda period: period.last_month))
        first, last = first or year, last or year
        return InPeriods(in_order, (int(first), int(last)) if first else None)
    if found := _SPAN.fullmatch(text):
        start, start_year, end, end_year = found.groups()
        return Span(_PERIOD_BY_NAME[start], int(start_year), _PERIOD_BY_NAME[end], int(end_year))
    if found := _ON_DAY.fullmatch(text):
        limit, day, month, year = found.groups()
        try:
            due = date(int(year), _MONTH_BY_NAME[month].last_month, int(day))
        except ValueError:
            raise ScheduleError(text, _("There is no such day as “%(phrase)s”.")) from None
        return OnDay(due, Limit(limit.strip().capitalize()))
    if found := _WHOLE_YEAR.fullmatch(text):
        return WholeYear(int(found[2]), throughout=found[1] is not None)
    return None
