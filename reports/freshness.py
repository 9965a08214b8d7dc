"""When a plan was last added to or changed, and whether sample data is about: for a page's frame."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import DateTimeField, Exists, OuterRef, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from accounts.models import User
from programs.models import Program
from progress.models import ProgressUpdate, Verification
from teras.models import Amendment, Plan


@dataclass(frozen=True)
class Freshness:
    has_sample_data: bool
    last_updated: datetime | None = None


def freshness(plans: QuerySet[Plan] | None = None) -> Freshness:
    """Of the one plan in the set; where there is none, only of the whole portal. One query."""
    sample = User.objects.filter(is_sample=True)
    if plans is not None:
        found = plans.values_list(Exists(sample), *_latest_changes()).first()
        if found is not None:
            has_sample, *changed = found
            return Freshness(has_sample, max((at for at in changed if at), default=None))
    return Freshness(sample.exists())


@cache
def _latest_changes() -> Sequence[RawSQL]:
    """When each kind of record of the plan was last added to, as columns beside a plan's own.

    Written by Django once and then kept as text: writing them anew took a page longer than all
    else that its frame asks.
    """
    plan = OuterRef("pk")
    changed: list[tuple[QuerySet[Any], str]] = [
        (ProgressUpdate.objects.filter(milestone__kpi__program__plan=plan), "recorded_at"),
        (Verification.objects.filter(update__milestone__kpi__program__plan=plan), "decided_at"),
        (Plan.history.filter(id=plan), "history_date"),
        (Program.history.filter(plan=plan), "history_date"),
        (Amendment.history.filter(plan=plan), "history_date"),
    ]
    latest = [Subquery(rows.order_by(f"-{at}").values(at)[:1]) for rows, at in changed]
    compiler = Plan.objects.order_by().values_list(*latest).query.get_compiler(DEFAULT_DB_ALIAS)
    compiler.pre_sql_setup()
    return [
        RawSQL(sql, params, output_field=DateTimeField())  # noqa: S611 - written by Django
        for _column, (sql, params), _alias in compiler.select
    ]
