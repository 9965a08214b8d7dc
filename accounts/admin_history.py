"""Reads the history of an object for the admin: its versions, and what became of its parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext
from simple_history.models import DeletedObject, ModelChange, ModelDelta
from simple_history.template_utils import HistoricalRecordContextHelper

if TYPE_CHECKING:
    from django.core.paginator import Page

PARTS_SHOWN = 200
# What the portal counts for itself, and nobody decides.
UNTOLD = {"version", "autosaved"}


def as_read(described: models.Field[Any, Any], value: Any) -> Any:
    """A stored value as people read it: the label of a choice, yes or no, the day as on pages."""
    if value is None or value == "" or (isinstance(value, DeletedObject) and value.pk is None):
        return "–"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value) or "–"
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {part}" for name, part in value.items()) or "–"
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "d.m.Y H:i")
    if isinstance(value, date):
        return date_format(value, "d.m.Y")
    return dict(described.flatchoices).get(value, value) if described.flatchoices else value


class ChangesInWords(HistoricalRecordContextHelper):  # type: ignore[misc]  # it carries no types
    """Old and new value of what changed, as people read them."""

    def prepare_delta_change_value(self, change: ModelChange, value: Any) -> Any:
        return as_read(self.model._meta.get_field(change.field), value)


def changes_between(model: type[models.Model], new: Any, old: Any) -> list[dict[str, Any]]:
    """Old and new value of each field that changed from one version to the next.

    simple-history's own comparison leaves out what no form offers, and so an outcome, the date of an
    achievement or the state of a review: what history is read for.
    """
    changed = [
        ModelChange(each.name, _value(old, each), _value(new, each))
        for each in new.tracked_fields
        if each.name not in UNTOLD and getattr(old, each.attname) != getattr(new, each.attname)
    ]
    delta = ModelDelta(changed, [change.field for change in changed], old, new)
    found: list[dict[str, Any]] = ChangesInWords(model, new).context_for_delta_changes(delta)
    return found


def _value(record: Any, described: Any) -> Any:
    try:
        return getattr(record, described.name)
    except ObjectDoesNotExist:
        return DeletedObject(described.related_model, getattr(record, described.attname))


def tell_changes(model: type[models.Model], page: Page[Any]) -> None:
    """Give each version on the page what it changed, and leave out those that changed nothing.

    A save that changed nothing has a reason where it stands for something that history does not
    keep, such as a password; without one it tells nobody anything.
    """
    records = list(page.object_list)
    older = page.paginator.object_list[page.end_index() :][:1] if page.has_next() else ()
    for new, old in pairwise([*records, *older]):
        new.history_delta_changes = changes_between(model, new, old)
        new.changed_nothing = (
            new.history_type == "~"
            and not new.history_delta_changes
            and not new.history_change_reason
        )
    shown = [each for each in records if not getattr(each, "changed_nothing", False)]
    page.object_list = shown
    if not page.has_other_pages():
        page.shown_count = len(shown)  # type: ignore[attr-defined]  # for the page's last line


@dataclass
class PartChange:
    """One entry in the history of a part: who did what to it, when and why."""

    kind: str
    name: str
    record: Any
    changes: list[dict[str, Any]] = field(default_factory=list)


def changes_of_parts(
    model: type[models.Model], object_id: str, relations: Iterable[str], seen: models.Q
) -> list[PartChange]:
    """History of the parts of an object that one may see, deleted ones included, the latest first."""
    found: list[PartChange] = []
    for relation in relations:
        rel: Any = model._meta.get_field(relation)
        part: Any = rel.related_model
        records = list(
            part.history.filter(seen, **{rel.field.attname: object_id})
            .select_related("history_user")
            .order_by("-history_date", "-history_id")[:PARTS_SHOWN]
        )
        entries = {
            record.pk: PartChange(capfirst(part._meta.verbose_name), _name(record), record)
            for record in records
        }
        versions: dict[object, list[Any]] = {}
        for record in records:
            versions.setdefault(getattr(record, part._meta.pk.attname), []).append(record)
        for ordered in versions.values():
            for new, old in pairwise(ordered):
                entries[new.pk].changes = changes_between(part, new, old)
        found += entries.values()
    found.sort(key=lambda entry: (entry.record.history_date, entry.record.history_id), reverse=True)
    return found[:PARTS_SHOWN]


def fields_of_version(model: type[models.Model], version: Any) -> list[tuple[str, str]]:
    """Label and value of every field as it was in that version."""
    shown = []
    for described in model._meta.fields:
        name = described.name
        if described.primary_key or not hasattr(version, described.attname):
            continue
        try:
            value = as_read(described, getattr(version, name))
        except ObjectDoesNotExist:
            value = getattr(version, described.attname)
        shown.append((capfirst(str(described.verbose_name)), value))
    return shown


def _name(record: Any) -> str:
    try:
        return str(record.instance)
    except ObjectDoesNotExist:
        return "–"
