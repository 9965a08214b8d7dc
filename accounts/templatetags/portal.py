"""Template helpers every page shares."""

from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Protocol

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import Agency
from accounts.permissions import Permission, is_allowed, is_allowed_anywhere
from accounts.signing_in import WRITER, writer_token

register = template.Library()


class Labelled(Protocol):
    """A choice that says how it looks."""

    @property
    def label(self) -> object: ...
    @property
    def tone(self) -> str: ...
    @property
    def shape(self) -> str: ...


@register.simple_tag(takes_context=True)
def may(context: Context, permission: str, agency: Agency | None = None) -> bool:
    """Whether the person who reads may do this: in the agency, or in any where none is given."""
    user = context.get("user")
    if user is None or not user.is_authenticated:
        return False
    asked = Permission(permission)
    return is_allowed(user, asked, agency) if agency else is_allowed_anywhere(user, asked)


@register.filter
def percent(value: Fraction | None) -> str:
    """A fraction (0 to 1) as a percentage with one decimal; an en dash where there is no figure."""
    if value is None:
        return "–"
    return f"{_tenths(value)}%"


@register.filter
def points(value: Fraction | None) -> str:
    """A difference of two fractions in percentage points, with its sign."""
    if value is None:
        return "–"
    tenths = _tenths(value)
    return f"+{tenths}" if tenths > 0 else f"{tenths}".replace("-", "\N{MINUS SIGN}")


@register.simple_tag(takes_context=True)
def writer_field(context: Context) -> SafeString:
    """Hidden in a form whose text is worth keeping when its writer's session has ended."""
    return format_html(
        '<input type="hidden" name="{}" value="{}">', WRITER, writer_token(context["user"])
    )


@register.simple_tag
def icon(shape: str) -> SafeString:
    """``components/icon.html`` of this shape, drawn once: a page has hundreds."""
    return _drawn("components/icon.html", "shape", shape)


@register.simple_tag
def tone(name: str) -> SafeString:
    """``components/tone.html`` of this tone, read once."""
    return _drawn("components/tone.html", "tone", name)


@register.simple_tag
def status_label(status: "Labelled") -> SafeString:
    """A status with its shape; ``components/status.html`` is made of it."""
    return format_html(
        '<span class="status tone-{}">{}{}</span>', status.tone, icon(status.shape), status.label
    )


@cache
def _drawn(template: str, name: str, value: str) -> SafeString:
    """A component that depends on nothing else: neither the page nor the language."""
    return render_to_string(template, {name: value})


def _tenths(value: Fraction) -> Decimal:
    """Percent, rounded half away from zero to one decimal: exact, whatever the fraction."""
    thousandths = abs(value) * 1000
    whole = (2 * thousandths.numerator + thousandths.denominator) // (2 * thousandths.denominator)
    return Decimal(whole if value >= 0 else -whole) / 10
