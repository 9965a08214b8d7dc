"""The packages speak Malay: our catalogue translates what they leave in English.

Catalogues are read as text: no gettext tools and no compiled files are needed.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import django
import pytest

SITE_PACKAGES = Path(django.__file__).resolve().parent.parent
OURS = Path(__file__).resolve().parent.parent / "locale" / "packages"
DOMAINS = ("django", "djangojs")

# The packages, and the source files whose texts the portal shows; all if none is named.
PACKAGES: dict[str, tuple[str, ...]] = {
    "django/conf": (),
    "django/contrib/admin": (),
    "django/contrib/auth": (),
    "django/contrib/contenttypes": (),
    "django/contrib/sessions": (),
    "simple_history": (),
    "import_export": (),
    "allauth": ("account/", "templates/account/", "templates/allauth/"),
}

# Apps the portal does not install, whose names are in Django's core catalogue.
NOT_INSTALLED = ("contrib/sitemaps/", "contrib/syndication/")

SAME_IN_MALAY = {
    "%(truncated_text)s…",
    ", ",
    "April",
    "Feb.",
    "Format",
    "IPv4",
    "IPv6",
    "Import",
    "Menu:",
    "…",
}

LINE = re.compile(r'(?:(msgctxt|msgid|msgid_plural|msgstr)(?:\[\d\])? )?(".*")')
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{\w*\}|</?\w[^>]*>")


@dataclass
class Message:
    """One entry of a catalogue; what it does not have is empty."""

    msgctxt: str = ""
    msgid: str = ""
    msgid_plural: str = ""
    msgstr: str = ""
    flags: str = ""
    sources: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.msgctxt, self.msgid

    def is_translated_by(self, malay: "Message | None") -> bool:
        """A text with a plural needs a translation with one too, or stays English."""
        if malay is None or not malay.msgstr or "fuzzy" in malay.flags:
            return False
        return bool(malay.msgid_plural) or not self.msgid_plural

    def is_shown_from(self, sources: tuple[str, ...]) -> bool:
        return any(
            source.startswith(sources or "") and not source.startswith(NOT_INSTALLED)
            for source in self.sources.split()
        )


def read_messages(catalogue: Path) -> Iterator[Message]:
    """The entries of a .po file, without its header and the obsolete ones."""
    if not catalogue.exists():
        return
    for block in re.split(r"\n\s*\n", catalogue.read_text(encoding="utf-8")):
        parts: defaultdict[str, str] = defaultdict(str)
        keyword = ""
        for line in block.splitlines():
            if line.startswith("#:"):
                parts["sources"] += line[2:]
            elif line.startswith("#,"):
                parts["flags"] += line[2:]
            elif match := LINE.fullmatch(line.strip()):
                keyword = match[1] or keyword
                parts[keyword] += ast.literal_eval(match[2])
        if parts["msgid"]:
            yield Message(**parts)


def malay_messages(locale: Path, domain: str) -> dict[tuple[str, str], Message]:
    catalogue = locale / "ms" / "LC_MESSAGES" / f"{domain}.po"
    return {message.key: message for message in read_messages(catalogue)}


def shown_messages(package: str, domain: str) -> Iterator[Message]:
    """What a package may show: its English catalogue or, without one, all its others."""
    locale = SITE_PACKAGES / package / "locale"
    language = "en" if (locale / "en").exists() else "*"
    for catalogue in locale.glob(f"{language}/LC_MESSAGES/{domain}.po"):
        for message in read_messages(catalogue):
            if message.is_shown_from(PACKAGES[package]):
                yield message


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("package", PACKAGES)
def test_package_texts_are_all_in_malay(package: str, domain: str) -> None:
    shipped = malay_messages(SITE_PACKAGES / package / "locale", domain)
    malay = shipped | malay_messages(OURS, domain)
    untranslated = {
        message.msgid
        for message in shown_messages(package, domain)
        if not message.is_translated_by(malay.get(message.key))
    }
    assert untranslated == set()


@pytest.mark.parametrize(
    ("package", "domain", "example"),
    [
        ("django/conf", "django", "This field is required."),
        ("django/contrib/admin", "django", "Save and add another"),
        ("django/contrib/admin", "djangojs", "Choose all %s"),
        ("django/contrib/auth", "django", "Set password"),
        ("django/contrib/contenttypes", "django", "content types"),
        ("django/contrib/sessions", "django", "session"),
        ("simple_history", "django", "Change reason"),
        ("import_export", "django", "Confirm import"),
        ("allauth", "django", "Too many failed login attempts. Try again later."),
    ],
)
def test_package_texts_are_found(package: str, domain: str, example: str) -> None:
    """Guards the test above, which would pass if a package moved its catalogues."""
    assert example in {message.msgid for message in shown_messages(package, domain)}


@pytest.mark.parametrize("domain", DOMAINS)
def test_our_entries_are_unique_and_translated(domain: str) -> None:
    messages = list(read_messages(OURS / "ms" / "LC_MESSAGES" / f"{domain}.po"))
    assert len({message.key for message in messages}) == len(messages)
    assert [m.msgid for m in messages if not m.is_translated_by(m)] == []
    assert {m.msgid for m in messages if m.msgstr == m.msgid} <= SAME_IN_MALAY


@pytest.mark.parametrize("domain", DOMAINS)
def test_our_translations_keep_placeholders_and_outer_spaces(domain: str) -> None:
    for message in malay_messages(OURS, domain).values():
        text, malay = message.msgid_plural or message.msgid, message.msgstr
        assert sorted(PLACEHOLDER.findall(malay)) == sorted(PLACEHOLDER.findall(text))
        assert malay.partition(malay.strip())[::2] == text.partition(text.strip())[::2]
