"""Malay is complete: every text of the portal is translated, none by guess."""

import re
import shutil
from pathlib import Path

import pytest
from django.conf import settings as portal_settings
from django.core.management import call_command
from pytest_django import Settings

BASE = Path(__file__).resolve().parent.parent
# Nothing in these is a text of the portal.
LEFT_OUT = (".*", "__pycache__", "var", "static", "tests", "docs", "benchmarks", "*.mo")
ENTRY = re.compile(
    r"""(?:^\#,\ (?P<flags>.*)\n)?            # flags, such as fuzzy
        (?:^\#\|.*\n)*
        (?:^msgctxt\ .*\n(?:^".*"\n)*)?
        ^msgid\ (?P<id>".*"\n(?:^".*"\n)*)
        (?:^msgid_plural\ .*\n(?:^".*"\n)*)?
        (?P<texts>(?:^msgstr(?:\[\d\])?\ ".*"\n(?:^".*"\n)*)+)
    """,
    re.VERBOSE | re.MULTILINE,
)


def joined(quoted: str) -> str:
    return "".join(re.findall(r'"(.*)"', quoted))


def unfinished(catalogue: str) -> list[str]:
    found = []
    for entry in ENTRY.finditer(catalogue):
        texts = re.split(r"^msgstr(?:\[\d\])?", entry["texts"], flags=re.MULTILINE)[1:]
        if not all(joined(text) for text in texts):
            found.append(joined(entry["id"]))
        elif "fuzzy" in (entry["flags"] or ""):
            found.append(f"fuzzy: {joined(entry['id'])}")
    return found


def test_malay_catalogue_is_complete_and_current(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gathers the texts anew and finds nothing new, unsure or unused.

    In a copy: Django writes the catalogue that lies beside the sources, whatever the settings say.
    """
    copy = tmp_path / "portal"
    shutil.copytree(BASE, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
    catalogue = copy / "locale" / "ms" / "LC_MESSAGES" / "django.po"
    before = catalogue.stat().st_mtime_ns
    settings.LOCALE_PATHS = [copy / "locale"]
    monkeypatch.chdir(copy)
    call_command("makemessages", locale=["ms"], verbosity=0, no_location=True)
    assert catalogue.stat().st_mtime_ns != before, "the copy is what was gathered into"
    gathered = catalogue.read_text()
    assert gathered.count("msgid ") > 100
    assert unfinished(gathered) == []
    assert "#~" not in gathered, "texts nobody uses any more: run make messages"


def test_unfinished_finds_what_is_empty_or_unsure() -> None:
    catalogue = (
        'msgid ""\nmsgstr "Language: ms\\n"\n\nmsgid "Plan"\nmsgstr "Pelan"\n\n'
        'msgid "Due"\nmsgstr ""\n\n#, fuzzy\nmsgid "Long"\nmsgstr ""\n"Pan"\n"jang"\n\n'
        'msgid "%d day"\nmsgid_plural "%d days"\nmsgstr[0] ""\n\n'
    )
    assert unfinished(catalogue) == ["Due", "fuzzy: Long", "%d day"]


def test_packages_catalogue_is_switched_on() -> None:
    assert BASE / "locale" / "packages" in portal_settings.LOCALE_PATHS
    assert portal_settings.LANGUAGE_CODE == "ms"
