"""Addresses of what leaves the portal as a file, with the filters of the page it is taken from."""

from collections.abc import Iterable

from django import template
from django.template import Context
from django.urls import reverse

from reports.comparison_forms import CompareForm
from reports.review_queries import YearOfReviews

register = template.Library()


@register.simple_tag(takes_context=True)
def export_url(context: Context, name: str) -> str:
    """The file of this name with all that narrows the page; of a long list, not its page alone."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    path = reverse(name, args=context["plan"].address)
    return f"{path}?{query.urlencode()}" if query else path


@register.simple_tag
def compare_form(years: Iterable[tuple[YearOfReviews, str]]) -> CompareForm | None:
    """The choice of two issued reviews to compare; None where there are not two."""
    issued = [each for year, _problem in years for each in year.editions if each.is_issued]
    return CompareForm(None, issued) if len(issued) > 1 else None
