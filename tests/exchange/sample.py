"""What the tests of the sample data share."""

from datetime import date
from io import StringIO

from django.apps import apps
from django.core.management import call_command

from kpi.models import Milestone
from progress.actions import Report
from progress.choices import Claim

TODAY = date(2026, 1, 1)
Rows = dict[str, list[tuple[object, ...]]]


def all_rows() -> Rows:
    """Every row of the project's own tables, history included."""
    return {
        model._meta.label: sorted(model._base_manager.values_list(), key=repr)
        for model in apps.get_models()
        if model._meta.app_label
        in {"accounts", "teras", "programs", "kpi", "progress", "reports", "account", "admin"}
    }


def run(command: str, *options: str) -> str:
    out = StringIO()
    call_command(command, *options, stdout=out)
    return out.getvalue()


def milestone_of(code: str, due: str) -> Milestone:
    return Milestone.objects.get(kpi__program__code=code, baseline_due=due)


def report(claim: Claim = Claim.ACHIEVED, on: date = date(2023, 12, 1), **words: object) -> Report:
    return Report(effective_on=on, claim=claim, narrative="Rekod sebenar.", **words)  # type: ignore[arg-type]
