"""Template helpers of the admin's lists."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import template
from django.contrib.admin.views.main import ChangeList
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

register = template.Library()


@register.filter
def labelled(
    cells: Iterable[SafeString], headers: Iterable[dict[str, Any]]
) -> Iterator[SafeString]:
    """A row's cells, each with its column's name, which shows where there is no room for a head."""
    for cell, header in zip(cells, headers, strict=True):
        if "action-checkbox" in cell[:40]:
            yield cell
            continue
        name = escape(capfirst(str(header["text"])))
        # Django made the cell, "<td …" or "<th …", and has escaped what is in it.
        yield mark_safe(f'{cell[:3]} data-label="{name}"{cell[3:]}')  # noqa: S308 - see above


@register.filter
def beside(values: Iterable[object], others: Iterable[object]) -> Iterator[tuple[object, object]]:
    """Each value with the other that stands in the same place."""
    return zip(values, others, strict=True)


@register.simple_tag
def filters_set(changelist: ChangeList) -> list[dict[str, object]]:
    """What the list is narrowed by: the filter's title, the value, the address without it."""
    found: list[dict[str, object]] = []
    if not changelist.has_active_filters:
        return found
    for spec in changelist.filter_specs:
        everything, *others = spec.choices(changelist)
        found += [
            {
                "title": spec.title,
                "value": choice["display"],
                "without": everything["query_string"],
            }
            for choice in others
            if choice["selected"]
        ]
    return found
