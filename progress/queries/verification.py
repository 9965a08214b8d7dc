"""What waits for the head's decision, and all that one decision needs to be seen beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission, agencies_allowed
from kpi.choices import KpiKind
from kpi.models import Kpi
from progress.choices import UpdateState
from progress.models import Evidence, ProgressUpdate
from progress.pictures import MOST_PAGES, SHOWN_TYPES, page_count

ROWS_A_PAGE = 30


@dataclass(frozen=True)
class Change:
    """One thing an update says otherwise than the one before it; "–" where nothing was said."""

    label: str
    before: str
    now: str


@dataclass(frozen=True)
class Exhibit:
    """A piece of evidence with the pages of it that can be looked at; counted from 1."""

    item: Evidence
    page_count: int

    @property
    def pages(self) -> range:
        return range(1, min(self.page_count, MOST_PAGES) + 1)

    @property
    def is_cut(self) -> bool:
        return self.page_count > MOST_PAGES

    @property
    def is_locked(self) -> bool:
        """Whether it is of a kind that is shown, but this one cannot be."""
        return self.item.content_type in SHOWN_TYPES and not self.page_count


@dataclass(frozen=True)
class Brief:
    """An update to decide on: what came before it, what changed since, and its evidence."""

    update: ProgressUpdate
    previous: ProgressUpdate | None
    changes: list[Change]
    exhibits: list[Exhibit]

    @property
    def days_late(self) -> int:
        """From the due date in force to the day it happened; 0 for on the day or before."""
        return max((self.update.effective_on - self.update.milestone.due).days, 0)

    @property
    def days_early(self) -> int:
        return max((self.update.milestone.due - self.update.effective_on).days, 0)


@dataclass(frozen=True)
class Queue:
    """The keys of all updates that wait, oldest first, and where in it one reads."""

    keys: list[int]
    chosen: int | None

    @property
    def _place(self) -> int | None:
        return self.keys.index(self.chosen) if self.chosen in self.keys else None

    @property
    def place(self) -> int | None:
        """Counted from 1; None for an update that does not wait."""
        return None if self._place is None else self._place + 1

    @property
    def before(self) -> int | None:
        return self.keys[self._place - 1] if self._place else None

    @property
    def after(self) -> int | None:
        """The one to read next: for an update that does not wait, the first."""
        return next(iter(self.keys[0 if self._place is None else self._place + 1 :]), None)

    @property
    def next_waiting(self) -> int | None:
        """The one to read once the chosen is decided: what follows it, else the first left."""
        return self.after or next((key for key in self.keys if key != self.chosen), None)

    @property
    def _first_row(self) -> int:
        return (self._place or 0) // ROWS_A_PAGE * ROWS_A_PAGE

    @property
    def keys_shown(self) -> list[int]:
        return self.keys[self._first_row :][:ROWS_A_PAGE]

    @property
    def count_before(self) -> int:
        return self._first_row

    @property
    def count_after(self) -> int:
        return max(len(self.keys) - self._first_row - ROWS_A_PAGE, 0)

    @property
    def last_before(self) -> int | None:
        return self.keys[self._first_row - 1] if self._first_row else None

    @property
    def first_after(self) -> int | None:
        return self.keys[self._first_row + ROWS_A_PAGE] if self.count_after else None


def queue_of(user: User, chosen: int | None = None) -> Queue:
    """The head's queue and the update that is read: the first where none is chosen."""
    keys = list(updates_to_verify(user).values_list("pk", flat=True))
    return Queue(keys, chosen or next(iter(keys), None))


def updates_to_verify(user: User) -> QuerySet[ProgressUpdate]:
    """Updates of others that nobody decided on yet, oldest first."""
    return _waiting(user).exclude(recorded_by=user)


def rows_of(keys: Sequence[int]) -> list[ProgressUpdate]:
    """These updates in this order, with what a row of the list says."""
    found = {
        update.pk: update
        for update in ProgressUpdate.objects.filter(pk__in=keys).select_related(
            "milestone__kpi__program__plan", "recorded_by"
        )
    }
    return [found[key] for key in keys if key in found]


def updates_for_another_head(user: User) -> QuerySet[ProgressUpdate]:
    """The person's own updates nobody decided on yet: only somebody else can, oldest first."""
    return (
        _waiting(user)
        .filter(recorded_by=user)
        .select_related("milestone__kpi__program__plan", "recorded_by")
    )


def updates_seen_by_head(user: User) -> QuerySet[ProgressUpdate]:
    """Every update of the agencies whose updates the person may decide on, decided or not."""
    agencies = agencies_allowed(user, Permission.VERIFY_PROGRESS)
    updates: QuerySet[ProgressUpdate] = ProgressUpdate.objects.all()
    if agencies is not None:
        updates = updates.filter(milestone__kpi__program__plan__agency__in=agencies)
    return updates.select_related(
        "milestone__kpi__program__plan__agency",
        "recorded_by",
        "verification__decided_by",
        "corrected_by",
        "corrects__verification__decided_by",
        "corrects__recorded_by",
    ).prefetch_related("evidence")


def read_brief(update: ProgressUpdate) -> Brief:
    """The update beside what was said before it, with its evidence made ready to be looked at."""
    previous = update.corrects or _previous(update)
    return Brief(
        update=update,
        previous=previous,
        changes=changes_between(previous, update, update.milestone.kpi) if previous else [],
        exhibits=[_exhibit(item) for item in update.evidence.all()],
    )


def changes_between(before: ProgressUpdate, now: ProgressUpdate, kpi: Kpi) -> list[Change]:
    """What the later update says otherwise, its texts apart; empty where both say the same."""
    pairs = [
        (_("Outcome"), before.claimed.label, now.claimed.label),
        (_("Happened on"), _day(before), _day(now)),
        (_("Percent done"), _percent(before), _percent(now)),
    ]
    if kpi.kind != KpiKind.DONE:
        pairs.append((_("Actual value"), _value(before, kpi), _value(now, kpi)))
    return [Change(str(label), str(was), str(new)) for label, was, new in pairs if was != new]


def who_decided(update: ProgressUpdate) -> str:
    """The sentence that tells a second head what became of the update; empty while it waits."""
    current = ProgressUpdate.objects.select_related(
        "verification__decided_by", "corrected_by__recorded_by"
    ).get(pk=update.pk)
    if current.state is UpdateState.UNVERIFIED:
        return ""
    words: dict[str, object] = {"update": current}
    if current.state is UpdateState.CORRECTED:
        words |= _said(current.corrected_by.recorded_by, current.corrected_by.recorded_at)
        return _("%(who)s put a correction in the place of %(update)s on %(when)s.") % words
    decision = current.verification
    words |= _said(decision.decided_by, decision.decided_at)
    if decision.is_return:
        return _("%(who)s returned %(update)s on %(when)s.") % words
    return _("%(who)s verified %(update)s on %(when)s.") % words


def _waiting(user: User) -> QuerySet[ProgressUpdate]:
    agencies = agencies_allowed(user, Permission.VERIFY_PROGRESS)
    waiting: QuerySet[ProgressUpdate] = ProgressUpdate.objects.awaiting_verification()
    if agencies is not None:
        waiting = waiting.filter(milestone__kpi__program__plan__agency__in=agencies)
    return waiting.order_by("recorded_at", "pk")


def _previous(update: ProgressUpdate) -> ProgressUpdate | None:
    """The last update that counts among those recorded on the milestone before this one."""
    return (
        ProgressUpdate.objects.counting()
        .filter(milestone=update.milestone_id, recorded_at__lte=update.recorded_at)
        .exclude(pk=update.pk)
        .select_related("recorded_by", "verification__decided_by")
        .order_by("-recorded_at", "-pk")
        .first()
    )


def _exhibit(item: Evidence) -> Exhibit:
    return Exhibit(item, page_count(item.sha256, item.content_type) if item.is_file else 0)


def _day(update: ProgressUpdate) -> str:
    return date_format(update.effective_on, "d.m.Y")


def _percent(update: ProgressUpdate) -> str:
    return "–" if update.percent is None else f"{update.percent}%"


def _value(update: ProgressUpdate, kpi: Kpi) -> str:
    return "–" if update.actual_value is None else kpi.in_unit(update.actual_value)


def _said(who: User, when: datetime) -> dict[str, object]:
    return {"who": who, "when": date_format(timezone.localtime(when), "d.m.Y H:i")}
