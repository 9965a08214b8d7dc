"""Words of a search: forms, slips, marks, and what is typed by those who mean no good."""

import time

import pytest

from reports.search.words import (
    LONGEST_QUERY,
    MOST_WORDS,
    Vocabulary,
    asked_words,
    excerpt,
    marked,
    roots,
    slips,
    words_of,
)

TEXTS = (
    "Pelaksanaan latihan ICT berkala",
    "Keselamatan rangkaian wi-fi dan e-mel",
    "Penyelenggaraan pelayan; perolehan komputer riba",
    "Tender ditutup, sebut harga 2/2021",
)
VOCABULARY = Vocabulary(word for text in TEXTS for word in words_of(text))


def understood(asked: str) -> set[str]:
    return set(VOCABULARY.understand(asked).forms)


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("latihan", "latihan"),
        ("LATIHAN", "latihan"),
        ("latih", "latihan"),
        ("melatih", "latihan"),
        ("pelatih", "latihan"),
        ("latihannya", "latihan"),
        ("selamat", "keselamatan"),
        ("menyelenggara", "penyelenggaraan"),
        ("selenggara", "penyelenggaraan"),
        ("laksana", "pelaksanaan"),
        ("melaksanakan", "pelaksanaan"),
        ("wifi", "wifi"),
        ("wi-fi", "wifi"),
        ("emel", "emel"),
        ("kompu", "komputer"),
    ],
)
def test_word_is_found_in_its_forms(asked: str, meant: str) -> None:
    (word,) = asked_words(asked)
    found = VOCABULARY.understand(word)
    assert meant in found.forms
    assert not found.is_guess


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("lathian", "latihan"),  # two letters swapped
        ("ltihan", "latihan"),
        ("lattihan", "latihan"),
        ("tendar", "tender"),
        ("rangkian", "rangkaian"),
        ("keslamatn", "keselamatan"),
        ("penyelengaran", "penyelenggaraan"),
        ("perolehn", "perolehan"),
    ],
)
def test_slip_is_taken_for_the_nearest_word_and_said_to_be_a_guess(asked: str, meant: str) -> None:
    found = VOCABULARY.understand(asked)
    assert set(found.forms) == {meant}
    assert found.is_guess


@pytest.mark.parametrize("asked", ["zzzz", "abc", "18", "2022", "kereta"])
def test_word_unlike_any_is_taken_for_none(asked: str) -> None:
    assert not understood(asked)


def test_word_that_is_there_is_never_taken_for_a_slip() -> None:
    words = Vocabulary({"data", "dana", "kata"})
    assert set(words.understand("data").forms) == {"data"}


def test_nearest_word_is_offered_only_where_one_is_alike() -> None:
    assert VOCABULARY.nearest("kesemalatan") == "keselamatan"
    assert VOCABULARY.nearest("helikopter") is None


def test_root_of_a_short_word_is_the_word() -> None:
    assert roots("dia") == {"dia"}
    assert "kemaskini" in roots("mengemaskini")
    assert "pakai" in roots("memakai")
    assert "tulis" in roots("penulisan")


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [("", "", 0), ("abc", "", 3), ("abc", "acb", 1), ("abcd", "abd", 1), ("abc", "axc", 1)],
)
def test_slips_are_counted(one: str, other: str, count: int) -> None:
    assert slips(one, other) == slips(other, one) == count


def test_numbers_stay_whole() -> None:
    assert asked_words("Program 1.8 dan 2/2021") == ["1.8", "2/2021"]
    assert {"2/2021", "2021"} <= words_of("JPICT Bil. 2/2021")
    assert "8" not in words_of("1.8")


def test_idle_words_count_only_where_there_are_no_others() -> None:
    assert asked_words("latihan dan kursus") == ["latihan", "kursus"]
    assert asked_words("dan") == ["dan"]


def test_mark_stands_round_whole_words_and_the_rest_is_escaped() -> None:
    meant = frozenset({"latihan", "wifi"})
    assert marked("Latihan <b>Wi-Fi</b> & lain", meant) == (
        "<mark>Latihan</mark> &lt;b&gt;<mark>Wi-Fi</mark>&lt;/b&gt; &amp; lain"
    )


def test_excerpt_is_cut_between_words_around_the_first_that_is_meant() -> None:
    text = "kata " * 100 + "latihan " + "lagi " * 100
    cut = excerpt(text, frozenset({"latihan"}), 100)
    assert "<mark>latihan</mark>" in cut
    assert cut.startswith("… kata")
    assert cut.endswith("lagi …")
    assert len(cut) < 140


def test_excerpt_of_one_endless_word_is_bounded() -> None:
    cut = excerpt("x" * 9000 + " latihan " + "y" * 9000, frozenset({"latihan"}), 100)
    assert "<mark>latihan</mark>" in cut
    assert len(cut) < 140


HOSTILE = (
    "a" * 10_000,
    "ab " * 5_000,
    "%_\\ '\" ; -- ",
    "(.*)+$ [a-z]{9999} \\1",
    "الخطة الإستراتيجية",
    "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 5_000,
    "\u202e\u200f\ufeff\ud7ff",
    "-" * 10_000,
    "1." * 5_000,
    "a-" * 5_000,
)


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_query_is_cut_short(query: str) -> None:
    began = time.process_time()
    words = asked_words(query)
    assert len(words) <= MOST_WORDS
    assert all(len(word) <= LONGEST_QUERY for word in words)
    for word in words:
        VOCABULARY.understand(word)
        VOCABULARY.nearest(word)
    assert time.process_time() - began < 0.5
