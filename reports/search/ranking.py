"""Which entries answer a search, best first. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from reports.choices import Found
from reports.search.reading import Entry
from reports.search.words import LONGEST_QUERY, Understood, Vocabulary, asked_words, plain

# Past this many nobody reads on: more words find it sooner.
MOST_RESULTS = 200
# What only belongs to the words found counts for less than the words themselves.
_AROUND = 0.4
_ORDER = {kind: place for place, kind in enumerate(Found)}


@dataclass(frozen=True)
class Ranking:
    """Entries best first, and how the search was understood.

    ``has_all`` says whether each holds all the words, or only as many as any does. ``instead`` is
    the search put right, where a word is nowhere and something alike is.
    """

    entries: list[Entry]
    counts: Counter[Found]
    understood: list[Understood]
    has_all: bool
    instead: str | None

    @property
    def meant(self) -> frozenset[str]:
        return frozenset(word for asked in self.understood for word in asked.forms)

    @property
    def guesses(self) -> list[tuple[str, list[str]]]:
        """Words that are nowhere, each with those shown instead, three at most."""
        return [
            (asked.asked, sorted(asked.forms)[:3])
            for asked in self.understood
            if asked.is_guess and asked.forms
        ]

    @property
    def shown_for(self) -> str:
        """The words whose results are shown: each guess in the place of what is nowhere."""
        guessed = dict(self.guesses)
        return " ".join(
            ", ".join(guessed.get(asked.asked, [asked.asked])) for asked in self.understood
        )

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def rank(
    entries: Iterable[Entry], query: str, *, present: int | None, kind: Found | None = None
) -> Ranking:
    """The exact code first, then the present plan, then by kind, by words, by age.

    ``present`` is the key of the plan that comes first; ``kind`` keeps one kind alone.
    """
    everything = list(entries)
    vocabulary = Vocabulary(
        {word for entry in everything for words in (entry.words, entry.around) for word in words}
    )
    understood = [vocabulary.understand(word) for word in asked_words(query)]
    scored = [(entry, *_score(entry, understood)) for entry in everything]
    most = max((count for _entry, count, _quality in scored), default=0)
    found = [(entry, quality) for entry, count, quality in scored if count == most and count]
    counts = Counter(entry.kind for entry, _quality in found)
    codes = {plain(query[:LONGEST_QUERY]).strip(" ."), *(asked.asked for asked in understood)}
    found = sorted(
        (pair for pair in found if kind is None or pair[0].kind is kind),
        key=lambda pair: (
            pair[0].code not in codes,
            pair[0].plan != present,
            _ORDER[pair[0].kind],
            -pair[1],
            -pair[0].newest,
            pair[0].plan,
            pair[0].position,
        ),
    )
    return Ranking(
        entries=[entry for entry, _quality in found],
        counts=counts,
        understood=understood,
        has_all=most == len(understood),
        instead=_instead(understood, vocabulary),
    )


def _score(entry: Entry, understood: list[Understood]) -> tuple[int, float]:
    """How many of the words it answers, and how well; nothing by what is around it alone.

    Sub-items of a programme are its own: they alone lead to it.
    """
    count, quality, has_own = 0, 0.0, entry.kind is Found.PROGRAM
    for asked in understood:
        own = asked.best(entry.words)
        best = own or _AROUND * asked.best(entry.around)
        has_own = has_own or own > 0
        count += best > 0
        quality += best
    return (count, quality) if has_own else (0, 0.0)


def _instead(understood: list[Understood], vocabulary: Vocabulary) -> str | None:
    words = [(asked.asked, asked.forms or vocabulary.nearest(asked.asked)) for asked in understood]
    if not any(isinstance(near, str) for _asked, near in words):
        return None
    return " ".join(near if isinstance(near, str) else asked for asked, near in words)
