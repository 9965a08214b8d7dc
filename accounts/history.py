"""The history of a record's changes: kept by simple-history, told who changes it and why."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import models
from simple_history import manager
from simple_history import models as simple_history

if TYPE_CHECKING:
    from accounts.models import User


class _HistoryManager(manager.HistoryManager):  # type: ignore[misc]  # simple-history has no types
    """Simple-history makes a class of managers at every ``.history``, which takes a third of the
    time that a row of history costs; this one is made once."""

    @classmethod
    @cache
    def from_queryset(cls, queryset: type[Any], class_name: str | None = None) -> type[Any]:
        made: type[Any] = super().from_queryset(queryset, class_name)
        return made


class HistoricalRecords(simple_history.HistoricalRecords):  # type: ignore[misc]  # as above
    """Gives a model its ``.history``."""

    def __init__(self, **options: Any) -> None:
        super().__init__(history_manager=_HistoryManager, **options)


def explain(record: models.Model, *, by: User | None, reason: str) -> None:
    """Tell the history of the record's next save or deletion who does it and why."""
    record._history_user = by  # type: ignore[attr-defined]  # read by simple-history
    record._change_reason = reason  # type: ignore[attr-defined]  # read by simple-history
