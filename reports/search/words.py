"""Words of a search and of what is searched: Malay affixes, slips of the finger, marks.

Pure, and bounded whatever is typed. A word that stands in the plans as typed, as a part or in
another form (latih, latihan, pelatihan) is taken so. Only one that does not is taken for a slip.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

LONGEST_QUERY = 200
LONGEST_WORD = 40
MOST_WORDS = 8
# Numbers such as 1.8 or 2/2021 are one word; so are wi-fi and e-mel, with their parts.
_WORD = re.compile(r"\d+(?:[./]\d+)*[^\W_]*|[^\W_]+(?:[-'’][^\W_]+)*")
_JOINT = re.compile(r"[-'’]")
_IDLE = frozenset(
    {"dan", "atau", "yang", "di", "ke", "dari", "daripada", "untuk", "pada", "dengan", "program"}
    | {"the", "and", "or", "of", "to", "for", "in", "on", "programme"}
)

# How sure it is that a word is meant, best first.
EXACT, BEGINNING, SAME_ROOT, PART, SLIP = 1.0, 0.9, 0.8, 0.6, 0.5

_PARTICLES = ("nya", "lah", "kah", "pun")
_SUFFIXES = ("kan", "an", "i")
# A prefix, and what the root's first letter was where the prefix has swallowed it.
_PREFIXES = (
    ("memper", ""), ("diper", ""), ("keber", ""), ("menge", ""), ("penge", ""),
    ("meny", "s"), ("peny", "s"), ("meng", "k"), ("peng", "k"), ("mem", "p"), ("pem", "p"),
    ("men", "t"), ("pen", "t"), ("ber", ""), ("ter", ""), ("per", ""), ("pel", ""), ("bel", ""),
    ("me", ""), ("pe", ""), ("di", ""), ("ke", ""), ("se", ""),
)  # fmt: skip
_SHORTEST_ROOT = 4
# A shorter one is too often another word by a slip: kabel is not the root of dilabel.
_SHORTEST_SURE_ROOT = 6


def plain(text: str) -> str:
    """Small letters without accents."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text)
    return "".join(c for c in apart if not unicodedata.combining(c)).casefold()


def words_of(text: str) -> frozenset[str]:
    """The words of a text as they are compared: wi-fi is wifi, wi and fi."""
    found: set[str] = set()
    for word in _WORD.findall(plain(text)):
        if word.isalnum():
            found.add(word)
        else:
            found |= _forms(word)
    return frozenset(found)


def _forms(word: str) -> set[str]:
    if not _JOINT.search(word):
        return {word, *(part for part in re.split(r"[./]", word) if len(part) > 1)}
    return {_JOINT.sub("", word), *(part for part in _JOINT.split(word) if len(part) > 1)}


def asked_words(query: str) -> list[str]:
    """What is looked for: each word once, without those that every text has."""
    typed = _WORD.findall(plain(query[:LONGEST_QUERY]))
    words = dict.fromkeys(_JOINT.sub("", word)[:LONGEST_WORD] for word in typed)
    telling = [word for word in words if word not in _IDLE]
    return (telling or list(words))[:MOST_WORDS]


@lru_cache(maxsize=32_768)
def roots(word: str) -> frozenset[str]:
    """What the word may be a form of, itself among them; penyelenggaraan is of selenggara."""
    if not word.isalpha() or len(word) > LONGEST_WORD:
        return frozenset({word})
    stems = {word}
    stems |= {word.removesuffix(particle) for particle in _PARTICLES}
    stems |= {stem.removesuffix(suffix) for stem in stems for suffix in _SUFFIXES}
    for stem in tuple(stems):
        for prefix, swallowed in _PREFIXES:
            if stem.startswith(prefix):
                rest = stem[len(prefix) :]
                stems.add(rest)
                if swallowed and rest[:1] in "aeiou":
                    stems.add(swallowed + rest)
    return frozenset(stem for stem in stems if len(stem) >= _SHORTEST_ROOT) | {word}


class Vocabulary:
    """Every word of the texts that are searched."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = frozenset(words)
        self.by_root: dict[str, list[str]] = defaultdict(list)
        for word in self.words:
            for root in roots(word):
                self.by_root[root].append(word)

    def understand(self, asked: str) -> "Understood":
        """The words that are meant by the one asked for; for a slip, the nearest ones."""
        forms = self._forms(asked)
        if forms:
            return Understood(asked, forms)
        forms = {word: SLIP for root in self._near(asked) for word in self.by_root[root]}
        return Understood(asked, forms, is_guess=True)

    def _forms(self, asked: str) -> dict[str, float]:
        found: dict[str, float] = {}
        for root in roots(asked):
            found |= dict.fromkeys(self.by_root.get(root, ()), SAME_ROOT)
        # A part that nobody would recognise as one is left alone.
        for word in self.words if len(asked) > 1 else ():
            if word.startswith(asked):
                found[word] = BEGINNING
            elif len(asked) >= _SHORTEST_ROOT and asked.isalpha() and asked in word:
                found.setdefault(word, PART)
        if asked in self.words:
            found[asked] = EXACT
        return found

    def _near(self, asked: str) -> list[str]:
        """Roots one slip away, two for a long word: the fewest that there are."""
        if len(asked) < _SHORTEST_ROOT or not asked.isalpha():
            return []
        most = 1 if len(asked) < 8 else 2
        letters = set(asked)
        apart: dict[int, list[str]] = defaultdict(list)
        for root in self.by_root:
            if len(root) < _SHORTEST_SURE_ROOT and root not in self.words:
                continue
            # A slip changes at most two of a word's letters: most words need no closer look.
            if abs(len(root) - len(asked)) <= most and len(letters ^ set(root)) <= 2 * most:
                apart[slips(asked, root)].append(root)
        return next((apart[count] for count in range(most + 1) if count in apart), [])

    def nearest(self, asked: str) -> str | None:
        """The word that looks most like it, where one does."""
        if not _SHORTEST_ROOT <= len(asked) <= LONGEST_WORD or not asked.isalpha():
            return None
        alike = [word for word in self.words if word.isalpha() and abs(len(word) - len(asked)) <= 4]
        return next(iter(get_close_matches(asked, sorted(alike), n=1, cutoff=0.75)), None)


@dataclass(frozen=True)
class Understood:
    """A word asked for, the words it is taken for and how sure that is."""

    asked: str
    forms: Mapping[str, float]
    is_guess: bool = False

    def best(self, words: frozenset[str]) -> float:
        """How well the words answer it; 0 where they do not."""
        return max((self.forms[word] for word in self.forms.keys() & words), default=0.0)


def slips(one: str, other: str) -> int:
    """Letters added, left out, replaced or swapped with their neighbour between two words."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        above, before = before, row
        row = [i]
        for j, its in enumerate(other, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != its))
            if above and j > 1 and letter == other[j - 2] and one[i - 2] == its:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
    return row[-1]


def marked(text: str, meant: frozenset[str]) -> SafeString:
    """The text with the words that are meant in ``<mark>``."""
    pieces: list[tuple[SafeString, str, SafeString]] = []
    nothing, mark, unmark = SafeString(""), SafeString("<mark>"), SafeString("</mark>")
    end = 0
    for match in _WORD.finditer(text):
        if words_of(match.group()) & meant:
            pieces.append((nothing, text[end : match.start()], nothing))
            pieces.append((mark, match.group(), unmark))
            end = match.end()
    pieces.append((nothing, text[end:], nothing))
    return format_html_join("", "{}{}{}", pieces)


def excerpt(text: str, meant: frozenset[str], length: int = 220) -> SafeString:
    """The part of the text around the first word that is meant, cut between words, marked."""
    text = " ".join(text.split())
    first = next((m.start() for m in _WORD.finditer(text) if words_of(m.group()) & meant), 0)
    start = max(0, first - length // 3) if first >= length // 2 else 0
    if start and (space := text.find(" ", start, first)) >= 0:
        start = space + 1
    end = start + length
    if end < len(text) and (space := text.rfind(" ", first, end)) > first:
        end = space
    before, after = "… " if start else "", " …" if end < len(text) else ""
    return marked(f"{before}{text[start:end]}{after}", meant)
