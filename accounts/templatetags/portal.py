"""Template helpers every page shares."""

from decimal import Decimal
from fractions import Fraction

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import Agency
from accounts.permissions import Permission, is_allowed, is_allowed_anywhere
from accounts.signing_in import WRITER, writer_token

register = template.Library()


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


def _tenths(value: Fraction) -> Decimal:
    """Percent, rounded half away from zero to one decimal: exact, whatever the fraction."""
    thousandths = abs(value) * 1000
    whole = (2 * thousandths.numerator + thousandths.denominator) // (2 * thousandths.denominator)
    return Decimal(whole if value >= 0 else -whole) / 10
