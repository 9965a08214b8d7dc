"""Two officers at once, each with a connection of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts.choices import Role
from kpi.choices import Outcome
from progress.actions import (
    ChangedMeanwhile,
    Report,
    correct_update,
    record_update,
    return_update,
    verify_update,
)
from progress.choices import Claim
from progress.models import ProgressUpdate, Verification
from progress.queries import milestone_version
from tests.factories import make_milestone, make_update, make_user

TODAY = date(2021, 8, 1)


def at_once(*actions: Callable[[], object]) -> list[object]:
    """What each action gave or raised, all of them started at the same moment."""
    ready = Barrier(len(actions))

    def run(action: Callable[[], object]) -> object:
        try:
            ready.wait(timeout=10)
            return action()
        except (ChangedMeanwhile, ValidationError) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def say(text: str) -> Report:
    return Report(date(2021, 6, 1), Claim.ONGOING, text)


@pytest.mark.django_db(transaction=True)
def test_record_update_of_five_at_once_one_is_kept_and_the_others_told() -> None:
    milestone, people = make_milestone(), [make_user(Role.HEAD) for _ in range(5)]
    seen = milestone_version(milestone)
    results = at_once(
        *(
            lambda person=person: record_update(
                by=person,
                milestone=milestone,
                report=say(f"Dari {person.full_name}."),
                today=TODAY,
                seen=seen,
            )
            for person in people
        )
    )
    (kept,) = ProgressUpdate.objects.all()
    assert [r for r in results if isinstance(r, ProgressUpdate)] == [kept]
    refused = [r for r in results if isinstance(r, ChangedMeanwhile)]
    assert len(refused) == 4
    assert all(kept.narrative in " ".join(r.changes) for r in refused)


@pytest.mark.django_db(transaction=True)
def test_decisions_of_two_heads_at_once_one_counts() -> None:
    update = make_update(make_milestone())
    first, second = make_user(Role.HEAD), make_user(Role.HEAD)
    results = at_once(
        lambda: verify_update(by=first, update=update),
        lambda: return_update(by=second, update=update, note="Belum lengkap."),
    )
    (decided,) = Verification.objects.all()
    assert sum(isinstance(r, ValidationError) for r in results) == 1
    milestone = update.milestone
    milestone.refresh_from_db()
    expected = Outcome.OPEN if decided.is_return else Outcome.ACHIEVED
    assert milestone.outcome == expected


@pytest.mark.django_db(transaction=True)
def test_correct_update_of_two_at_once_one_takes_its_place() -> None:
    author = make_user(Role.HEAD)
    update = make_update(make_milestone(), author)
    results = at_once(
        *(
            lambda text=text: correct_update(
                by=author, update=update, report=say(text), today=TODAY
            )
            for text in ("Pertama.", "Kedua.")
        )
    )
    assert sum(isinstance(r, ValidationError) for r in results) == 1
    assert ProgressUpdate.objects.filter(corrects=update).count() == 1
