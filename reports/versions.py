"""The versions of a draft, read from its history: who saved when, and what it said then."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max
from django.http import Http404

from accounts.models import User
from reports.choices import ReviewState
from reports.models import AnnualReview, TerasText
from reports.review_texts import TERAS, TEXTS, names_for

# What the portal saves by itself for one person within this time is one version.
TOGETHER = timedelta(minutes=10)
# Of a row of history, all but the texts: there may be hundreds of rows.
LIGHT = (
    "version",
    "state",
    "autosaved",
    "history_date",
    "history_user__full_name",
    "history_user__email",
)


@dataclass(frozen=True)
class Version:
    """A version people can tell apart: one save, or several of the portal's own in a row."""

    number: int
    by: User | None
    begun: datetime
    at: datetime
    autosaved: bool
    state: ReviewState
    moved: bool
    saves: int = 1


def versions_of(review: AnnualReview) -> list[Version]:
    """The newest first; two queries at most, however many saves there were."""
    rows = review.history.select_related("history_user").only(*LIGHT).order_by("pk")
    found: list[Version] = []
    for row in rows:
        last = found[-1] if found else None
        if last and last.number == row.version:
            continue  # issued, or marked as sample: the text is the same
        state = ReviewState(row.state)
        one = Version(
            number=row.version,
            by=row.history_user,
            begun=row.history_date,
            at=row.history_date,
            autosaved=row.autosaved,
            state=state,
            moved=bool(last) and last is not None and last.state != state,
        )
        if last and _belong_together(last, one):
            found[-1] = Version(
                **{**vars(one), "begun": last.begun, "saves": last.saves + 1, "moved": last.moved}
            )
        else:
            found.append(one)
    return found[::-1]


def _belong_together(last: Version, one: Version) -> bool:
    return (
        last.autosaved
        and one.autosaved
        and last.by == one.by
        and last.state == one.state
        and one.at - last.begun <= TOGETHER
    )


def texts_at(review: AnnualReview, number: int) -> dict[str, str]:
    """Every text by its name as it was in a version. Raises ``Http404`` where there is none."""
    row = review.history.filter(version=number).order_by("-pk").first()
    if row is None:
        raise Http404
    before = TerasText.history.filter(review=review.pk, version__lte=number)
    latest = before.values("teras").annotate(latest=Max("history_id")).values("latest")
    on_thrusts = TerasText.history.filter(history_id__in=latest).exclude(history_type="-")
    found = {
        f"{TERAS}{thrust}": text for thrust, text in on_thrusts.values_list("teras__number", "text")
    }
    found |= {name: getattr(row, name) for name in TEXTS}
    if review.edition > 1:
        found["changes"] = row.changes
    names = [*(["changes"] if review.edition > 1 else []), *names_for(review.plan)]
    return {name: found.get(name, "") for name in names}
