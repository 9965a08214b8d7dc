"""Addresses of a plan's pages that keep the date and the filters a person has chosen."""

from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from programs.models import Program
from teras.models import Plan

Value = str | int | Sequence[str] | None


class Links:
    """Makes addresses within one plan.

    ``dated`` is the date to keep in every address, None where the page was not asked for one.
    ``kept`` are filters of the dashboard that the lists behind its figures keep too.
    """

    def __init__(
        self, plan: Plan, dated: date | None, kept: Mapping[str, Value] | None = None
    ) -> None:
        self.plan = plan
        self.dated = dated
        self.kept = dict(kept or {})
        self._paths: dict[tuple[str, ...], str] = {}

    def to(self, name: str, *args: str, **query: Value) -> str:
        """The page of this name, on the date kept, with these filters alone."""
        return self._address(name, args, self.dated, query)

    def dashboard_on(self, day: date) -> str:
        """The same dashboard on another day."""
        return self._address("dashboard", (), day, self.kept)

    def changes(self, since: date) -> str:
        """What changed from the end of a day to the date of the page, narrowed as the page is."""
        return self.to("changes", **{"sejak": since.isoformat(), **self.kept})

    def program(self, program: Program) -> str:
        return self.to("program", program.code)

    def programs(self, **query: Value) -> str:
        """The list of programmes, narrowed as the page is and further."""
        return self.to("programs", **{**self.kept, **query})

    def milestones(self, **query: Value) -> str:
        """The list of milestones, narrowed as the page is and further."""
        kept = dict(self.kept)
        kept["status_program"] = kept.pop("status", None)
        return self.to("milestones", **{**kept, **query})

    def _address(
        self, name: str, args: Sequence[str], day: date | None, query: Mapping[str, Value]
    ) -> str:
        # A dashboard names the same page a hundred times, with other filters.
        path = self._paths.get((name, *args))
        if path is None:
            path = self._paths[name, *args] = reverse(name, args=[*self.plan.address, *args])
        asked: dict[str, Value] = {"setakat": day.isoformat() if day else None, **query}
        given = {key: value for key, value in asked.items() if value not in (None, "", [])}
        return f"{path}?{urlencode(given, doseq=True)}" if given else path
