"""Every pair of colours the style sheets put together stands the WCAG 2.2 AA ratios, in both themes."""

import re
from pathlib import Path

import pytest
from django.contrib import admin as django_admin

ROOT = Path(__file__).resolve().parent.parent
TOKENS = (ROOT / "static" / "css" / "tokens.css").read_text()

TEXT_RATIO = 4.5  # success criterion 1.4.3
GRAPHIC_RATIO = 3.0  # success criterion 1.4.11

TONES = ("success", "success-soft", "warning", "danger", "danger-soft", "info", "neutral", "muted")
GROUNDS = ("canvas", "panel", "raised", "inset")

TEXT_PAIRS = [
    *[(text, ground) for text in ("text", "text-soft", "text-muted") for ground in GROUNDS],
    *[(text, ground) for text in ("link", "link-hover", "heading") for ground in GROUNDS],
    *[(text, "accent-wash") for text in ("text", "text-soft", "text-muted", "link", "heading")],
    ("accent-on", "accent"),
    ("accent-on", "accent-hover"),
    ("accent-on", "danger-button"),
    ("accent-on", "danger-button-hover"),
    ("masthead-text", "masthead"),
    ("art-text", "art"),
    ("art-quiet", "art"),
    *[(f"{tone}-text", f"{tone}-surface") for tone in TONES],
    *[(f"{tone}-on", f"{tone}-fill") for tone in TONES],
    *[("danger-soft-text", ground) for ground in ("panel", "raised", "canvas", "inset")],
    *[("success-text", ground) for ground in ("panel", "raised", "canvas", "inset")],
]

GRAPHIC_PAIRS = [
    *[(line, ground) for line in ("edge", "focus", "accent") for ground in ("canvas", "panel")],
    ("edge", "raised"),
    ("edge", "inset"),
    ("focus", "accent-wash"),
    ("focus", "raised"),
    ("focus", "inset"),
    ("danger-button", "panel"),
    ("masthead-focus", "masthead"),
    ("masthead-focus", "art"),
    *[(f"{tone}-edge", ground) for tone in TONES for ground in ("panel", "canvas")],
]


def _block(start: str) -> dict[str, str]:
    """The custom properties declared in the rule that opens with ``start``."""
    body = TOKENS.split(start, 1)[1].split("{", 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", body))


LIGHT = _block(":root")
DARK_BY_SYSTEM = _block(':root:not([data-theme="light"])')
DARK_BY_CHOICE = _block(':root:is([data-theme="dark"]')
THEMES = {"light": LIGHT, "dark": LIGHT | DARK_BY_CHOICE}


def _luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The WCAG ratio of two ``#rrggbb`` colours: 1 (the same) to 21 (black on white)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _failures(theme: str, pairs: list[tuple[str, str]], least: float) -> list[str]:
    colours = THEMES[theme]
    measured = [(one, other, contrast(colours[one], colours[other])) for one, other in pairs]
    return [f"{one} on {other}: {ratio:.2f}" for one, other, ratio in measured if ratio < least]


def test_contrast_of_known_pairs() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#2563eb", "#ffffff") == pytest.approx(5.17, abs=0.005)
    assert contrast("#ca8a04", "#ffffff") == pytest.approx(2.94, abs=0.005)


@pytest.mark.parametrize("theme", THEMES)
def test_text_is_readable(theme: str) -> None:
    assert _failures(theme, TEXT_PAIRS, TEXT_RATIO) == []


@pytest.mark.parametrize("theme", THEMES)
def test_borders_focus_and_marks_are_visible(theme: str) -> None:
    assert _failures(theme, GRAPHIC_PAIRS, GRAPHIC_RATIO) == []


def test_dark_theme_is_the_same_by_system_and_by_choice() -> None:
    assert DARK_BY_SYSTEM == DARK_BY_CHOICE
    assert DARK_BY_SYSTEM.keys() == LIGHT.keys()


def test_admins_own_colours_are_all_the_portals() -> None:
    """One that Django's style sheets name and nobody sets is Django's, and vanishes on dark."""
    used = {
        name
        for sheet in (Path(django_admin.__file__).parent / "static/admin/css").glob("*.css")
        for name in re.findall(r"var\(--([\w-]+)", sheet.read_text())
        if not name.startswith("font-family")
    }
    ours = TOKENS + (ROOT / "static" / "css" / "admin.css").read_text()
    # The name in Django's own header, which the portal's takes the place of.
    assert {name for name in used if f"--{name}:" not in ours} == {"header-branding-color"}


def test_colours_inside_drawings_are_the_tokens() -> None:
    template = (ROOT / "templates" / "components" / "tone.html").read_text()
    drawn = re.findall(r'fill="(#\w{6})" stroke="(#\w{6})" color="(#\w{6})"', template)
    # Neutral stands last in the template, as its "otherwise".
    tones = [*(tone for tone in TONES if tone != "neutral"), "neutral"]
    assert drawn == [
        (LIGHT[f"{tone}-fill"], LIGHT[f"{tone}-edge"], LIGHT[f"{tone}-on"]) for tone in tones
    ]


def test_primary_colour_is_the_design_systems() -> None:
    assert LIGHT["accent"] == "#2563eb"
