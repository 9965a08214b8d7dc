"""No English word on a Malay page, no Malay one on an English page, for anybody.

Every page of the site map is asked for as everybody with marks round whatever gettext says (see
``spoken``). What a page says then is either translated, or the world's own data (names, titles,
what people wrote), or it is a fault: a text that no translator ever gets to see. And what was
translated on a Malay page must have become Malay. English pages are asked for wherever something is
said for the first time: both catalogues are held against all that is ever said.
"""

from collections import defaultdict

import pytest
from django.template import Context, Template
from django.utils import translation

from tests.markup import WORD
from tests.site_crawl import Site
from tests.site_review_states import THEIRS
from tests.site_states import STATES
from tests.spoken import Book, Data, Text, marking, strangers, unmarked, without_translations

crawls = [
    pytest.mark.once,
    pytest.mark.xdist_group("site"),
    pytest.mark.django_db,
]

# The same in both languages: signs, short forms, words that Malay has too, names of months.
ALIKE = frozenset(
    {"jan", "feb", "apr", "jun", "sep", "nov", "April", "Jun", "September", "November"}
    | {"%s KB", "%s MB", "X", "KPI", "PDF", "SHA-256", "JSON", "Status", "status", "Format"}
    | {"Import", "import", "unit", "Unit", "Program", "program", "Strategi", "Gantt"}
    | {"jul", "Apr–Jun", "Jul–Sep"}
)
# Said in English beside the Malay: who meets a fault may not have chosen a language yet.
IN_BOTH = frozenset(
    {"The portal has a fault. Your last step was not saved; try again in a minute."}
)
# Not translated, for it has no language: names of formats and of what is counted.
NAMES = frozenset(
    {
        "csv",
        "xlsx",
        "json",
        "pdf",
        "SHA",
        "QR",
        "PDF",
        "JSON",
        "MB",
        "KB",
        "B",
        "Word",
        "testserver",
    }
    # Cookies, as the privacy statement lists them; languages, each by its own name.
    | {
        "MPAG",
        "PSICT",
        "bahasa",
        "sessionid",
        "tema",
        "messages",
        "kekunci",
        "csrftoken",
        "English",
        "Melayu",
        "Bahasa",
    }
)
# What the crawler itself typed into the portal's fields, and what the search page gives to try.
TYPED = frozenset(
    WORD.findall(
        " ".join([*(query for *_page, query in STATES), "Nama baharu sesi latihan", THEIRS])
    )
)


def strangers_on(site: Site) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for seen in site.seen:
        page, _used = without_translations(seen.marked, site.book)
        for words in set(strangers(page, site.data, NAMES | TYPED, seen.language)):
            found[words].append(seen.name)
    return found


class TestCrawl:
    pytestmark = crawls

    def test_every_word_is_translated_or_data(self, site: Site) -> None:
        found = strangers_on(site)
        assert not found, "\n".join(f"{words!r} on {on[:3]}" for words, on in found.items())

    def test_nothing_on_a_malay_page_stayed_english(self, site: Site) -> None:
        found: dict[Text, list[str]] = defaultdict(list)
        for seen in site.seen:
            if seen.language == "ms":
                for text in without_translations(seen.marked, site.book)[1]:
                    if text.is_untranslated and text.told not in ALIKE | IN_BOTH:
                        found[text].append(seen.name)
        assert not found, "\n".join(f"{text.told!r} on {on[:3]}" for text, on in found.items())

    def test_pages_are_in_the_language_that_was_asked_for(self, site: Site) -> None:
        for seen in site.seen:
            # A document is in its own language, whoever reads it.
            if seen.page.address_name != "review_preview_html":
                assert f'<html lang="{seen.language}"' in seen.html[:200], seen.name
        english = {(seen.who, seen.page.name) for seen in site.seen if seen.language == "en"}
        assert len(english) > 50


def rendered(source: str, language: str = "ms", **words: str) -> tuple[str, Book]:
    book = Book()
    with translation.override(language), marking(book):
        return Template("{% load i18n %}" + source).render(Context(words)), book


def test_planted_english_word_is_found() -> None:
    page, book = rendered("<p>{% translate 'Plan' %}</p><p>Overview</p><p>Naik taraf wi-fi</p>")
    rest, used = without_translations(page, book)
    assert strangers(rest, Data("Naik taraf wi-fi | Lain"), frozenset(), "ms") == ["Overview"]
    assert [text.told for text in used] == ["Pelan"]


@pytest.mark.parametrize("spot", ["title", "alt", "aria-label", "placeholder"])
def test_planted_word_is_found_where_it_is_only_heard(spot: str) -> None:
    page, book = rendered(f'<input {spot}="Search here">')
    rest, _used = without_translations(page, book)
    assert strangers(rest, Data(""), frozenset(), "ms") == ["Search here"]


def test_planted_word_is_found_within_a_translated_sentence() -> None:
    source = "{% blocktranslate trimmed %}Verified: {{ update }}.{% endblocktranslate %}"
    for update, faults in (("Siap dipasang", []), ("Nothing yet", ["Nothing yet"])):
        page, book = rendered(f"<p>{source}</p>", update=update)
        rest, _used = without_translations(page, book)
        found = [
            each.strip(" .:") for each in strangers(rest, Data("Siap dipasang"), frozenset(), "ms")
        ]
        assert found == faults


def test_text_that_nobody_translated_is_found() -> None:
    page, book = rendered("<p>{% translate 'A sentence nobody has translated' %}</p>")
    ((text),) = without_translations(page, book)[1]
    assert text.is_untranslated
    assert unmarked(page) == "<p>A sentence nobody has translated</p>"


def test_words_in_another_language_may_be_so_marked() -> None:
    page = '<html lang="ms"><p>Pelan <span lang="en">English</span></p></html>'
    assert strangers(page, Data("Pelan"), frozenset(), "ms") == []


@pytest.mark.parametrize("written", ["2AWK-JHYH", "1.8 Naik taraf", "Naik taraf"])
def test_data_may_follow_a_number_or_begin_with_one(written: str) -> None:
    assert Data("Naik taraf | 2AWK-JHYH").has(written)
    assert not Data("Lain").has(written)
