"""Says who changes a record and why, for its history."""

from django.db import models

from accounts.models import User


def explain(record: models.Model, *, by: User | None, reason: str) -> None:
    """Tell the history of the record's next save or deletion who does it and why."""
    record._history_user = by  # type: ignore[attr-defined]  # read by simple-history
    record._change_reason = reason  # type: ignore[attr-defined]  # read by simple-history
