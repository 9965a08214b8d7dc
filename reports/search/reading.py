"""Everything that can be found in some plans, read in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models.functions import Left

from kpi.models import Kpi, Rewording
from programs.choices import Duty
from programs.models import Assignment, Program, SubItem
from progress.models import ProgressUpdate
from reports.choices import Found, ReviewKind
from reports.models import WHOLE_PLAN, AnnualReview
from reports.search.words import plain, words_of

# What one search reads at most, the newest first: about half a second's work.
MOST_UPDATES = 10_000
LONGEST_TEXT = 4_000


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be found: its own words, and those of what it belongs to.

    ``code`` is the programme's, in small letters; ``texts`` are shown, the first one as its name.
    Among equals the ``newest`` comes first, then the smallest ``position``.
    """

    kind: Found
    key: int
    plan: int
    words: frozenset[str]
    texts: tuple[str, ...]
    around: frozenset[str] = frozenset()
    program: int = 0
    code: str = ""
    newest: int = 0
    position: int = 0


@dataclass(frozen=True)
class Corpus:
    """What a search goes through, and the programmes of each officer, by plan and person."""

    entries: list[Entry]
    duties: Mapping[tuple[int, int], list[tuple[Duty, str]]]
    is_cut: bool


@dataclass
class _Programs:
    """Names of the programmes, for what belongs to them."""

    plan: dict[int, int] = field(default_factory=dict)
    code: dict[int, str] = field(default_factory=dict)
    position: dict[int, int] = field(default_factory=dict)
    words: dict[int, frozenset[str]] = field(default_factory=dict)


def read_corpus(days: Mapping[int, date], until: date | None) -> Corpus:
    """What stands in the plans (by key, with the day each is seen at): seven queries.

    ``until`` leaves out what happened after a day that was asked for.
    """
    programs = _Programs()
    entries = list(_programs(days.keys(), programs))
    entries += _indicators(days, programs)
    duties = _duties(days.keys())
    entries += _officers(duties)
    updates = list(_updates(days.keys(), programs, until))
    entries += updates[:MOST_UPDATES]
    entries += _reviews(days.keys(), until)
    return Corpus(entries, duties[1], len(updates) > MOST_UPDATES)


def _programs(plans: Collection[int], programs: _Programs) -> Iterator[Entry]:
    items: dict[int, list[str]] = defaultdict(list)
    for program, text in SubItem.objects.filter(program__plan__in=plans).values_list(
        "program_id", "text"
    ):
        items[program].append(text)
    rows = Program.objects.filter(plan__in=plans).order_by("position", "code")
    for position, (pk, plan, code, name) in enumerate(
        rows.values_list("pk", "plan_id", "code", "name")
    ):
        programs.plan[pk], programs.code[pk], programs.position[pk] = plan, code, position
        programs.words[pk] = words_of(f"{code} {name}") | {plain(code)}
        yield Entry(
            Found.PROGRAM,
            pk,
            plan,
            programs.words[pk],
            (name, *items[pk]),
            around=words_of(" ".join(items[pk])),
            program=pk,
            code=plain(code),
            position=position,
        )


def _indicators(days: Mapping[int, date], programs: _Programs) -> Iterator[Entry]:
    """Indicators by their words in force on the day; the original ones lead to them too."""
    rewordings = Rewording.objects.filter(amendment__plan__in=days.keys()).order_by(
        "amendment__decided_on", "amendment__number"
    )
    in_force = {
        kpi: words
        for kpi, plan, decided_on, words in rewordings.values_list(
            "kpi_id", "amendment__plan_id", "amendment__decided_on", "indicator"
        )
        if decided_on <= days[plan]
    }
    for pk, program, number, indicator in Kpi.objects.filter(
        program__plan__in=days.keys()
    ).values_list("pk", "program_id", "number", "indicator"):
        shown = in_force.get(pk, indicator)
        yield Entry(
            Found.KPI,
            pk,
            programs.plan[program],
            words_of(f"{shown} {indicator}"),
            (shown,),
            around=programs.words[program],
            program=program,
            position=programs.position[program] * 100 + number,
        )


_Duties = tuple[
    dict[tuple[int, int], tuple[str, str]], dict[tuple[int, int], list[tuple[Duty, str]]]
]


def _duties(plans: Collection[int]) -> _Duties:
    """By plan and person: name and post, and the programmes in printed order."""
    people: dict[tuple[int, int], tuple[str, str]] = {}
    duties: dict[tuple[int, int], list[tuple[Duty, str]]] = defaultdict(list)
    for plan, user, name, post, duty, code in (
        Assignment.objects.filter(program__plan__in=plans)
        .order_by("program__position", "program__code")
        .values_list(
            "program__plan_id", "user_id", "user__full_name", "user__post", "duty", "program__code"
        )
    ):
        people[plan, user] = (name, post)
        duties[plan, user].append((Duty(duty), code))
    return people, duties


def _officers(duties: _Duties) -> Iterator[Entry]:
    for (plan, user), (name, post) in duties[0].items():
        yield Entry(Found.OFFICER, user, plan, words_of(f"{name} {post}"), (name, post))


def _updates(plans: Collection[int], programs: _Programs, until: date | None) -> Iterator[Entry]:
    updates = ProgressUpdate.objects.filter(milestone__kpi__program__plan__in=plans)
    if until:
        updates = updates.filter(effective_on__lte=until)
    for pk, program, day, *texts in updates.order_by(
        "-effective_on", "-recorded_at", "-pk"
    ).values_list(
        "pk",
        "milestone__kpi__program_id",
        "effective_on",
        Left("narrative", LONGEST_TEXT),
        Left("issues", LONGEST_TEXT),
        Left("corrective_action", LONGEST_TEXT),
    )[: MOST_UPDATES + 1]:
        yield Entry(
            Found.UPDATE,
            pk,
            programs.plan[program],
            words_of(" ".join(texts)),
            tuple(text for text in texts if text),
            around=programs.words[program],
            program=program,
            newest=day.toordinal(),
            position=-pk,
        )


def _reviews(plans: Collection[int], until: date | None) -> Iterator[Entry]:
    """Issued reviews: a draft is not yet anybody's word."""
    issued = AnnualReview.objects.issued().filter(plan__in=plans)
    if until:
        issued = issued.filter(document__issued_at__date__lte=until)
    for pk, plan, kind, year, edition, *texts in issued.values_list(
        "pk", "plan_id", "kind", "year", "edition", "summary", "issues", "proposals"
    ):
        shown = tuple(text[:LONGEST_TEXT] for text in texts if text)
        is_closing = kind == ReviewKind.CLOSING
        title = "akhir closing" if is_closing else "kajian semula tahunan annual"
        words = words_of(f"laporan {title} report review {year} {' '.join(shown)}")
        yield Entry(
            Found.REVIEW,
            pk,
            plan,
            words,
            (f"{WHOLE_PLAN if is_closing else year}/{edition}", *shown),
            newest=year * 100 + edition,
        )
