"""How tests are chosen that the second engine is asked again."""

import json
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Agency
from tests.second_engine import Choosing, Noting, commits, fewest, shape

ASKED = st.dictionaries(st.sampled_from("abcdefgh"), st.frozensets(st.sampled_from("12345")))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("WHERE id IN (%s, %s, %s) LIMIT 21", "WHERE id IN (%s) LIMIT 1"),
        ("VALUES (%s, %s), (%s, %s)", "VALUES (%s, %s)"),
        ('SAVEPOINT "s140_x2"', 'SAVEPOINT "s139_x45"'),
    ],
)
def test_statement_is_the_same_whatever_its_values(one: str, other: str) -> None:
    assert shape(one) == shape(other)


def test_statement_of_another_column_is_another() -> None:
    assert shape('SELECT "id" WHERE "a" = %s') != shape('SELECT "id" WHERE "b" = %s')


@given(asked=ASKED, times=st.integers(1, 3))
def test_chosen_tests_ask_everything_so_often_and_none_can_be_spared(
    asked: dict[str, frozenset[str]], times: int
) -> None:
    chosen = fewest(asked, times)
    often = Counter(thing for things in asked.values() for thing in things)
    again = Counter(thing for name in chosen for thing in asked[name])
    needed = {thing: min(times, count) for thing, count in often.items()}
    assert all(again[thing] >= count for thing, count in needed.items())
    for name in chosen:
        assert any(again[thing] == needed[thing] for thing in asked[name])


@pytest.mark.django_db
def test_what_a_test_asks_is_noted_and_how_it_ended(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    noting = Noting(tmp_path)
    with connection.cursor() as cursor:
        ask = noting.noting(type(cursor).execute)
        Agency.objects.create(name="Majlis", short_name="M", slug="m")
        again = "INSERT INTO accounts_agency SELECT * FROM accounts_agency"
        noting.begin(request.node.nodeid)
        ask(cursor, "SELECT 7")
        with pytest.raises(IntegrityError), transaction.atomic():
            ask(cursor, again)
        noting.begin("another")
        noting.pytest_sessionfinish()
    (file,) = tmp_path.iterdir()
    noted = json.loads(file.read_text())
    assert noted["things"] == ["SELECT 0", f"{again} IntegrityError"]
    assert noted["asked"] == {request.node.nodeid: [0, 1], "another": []}


def test_tests_that_ask_nothing_new_are_left_out_but_none_without_a_note(tmp_path: Path) -> None:
    noted = {
        "things": ["SELECT a", "SELECT b"],
        "asked": {"both": [0, 1], "one": [0], "other": [1], "more": [0, 1], "nothing": []},
    }
    (tmp_path / "gw0.json").write_text(json.dumps(noted))
    items: list[Any] = [
        SimpleNamespace(nodeid=name, get_closest_marker=lambda _name: None)
        for name in ("one", "new", "both", "nothing", "other", "more")
    ]
    left: list[str] = []
    hook = SimpleNamespace(
        pytest_deselected=lambda items: left.extend(item.nodeid for item in items)
    )
    config: Any = SimpleNamespace(hook=hook)
    Choosing(tmp_path).pytest_collection_modifyitems(config, items)
    assert [item.nodeid for item in items] == ["one", "new", "other", "more"]
    assert left == ["both", "nothing"]


@pytest.mark.django_db(transaction=True)
def test_test_that_commits_for_good_is_known(request: pytest.FixtureRequest) -> None:
    assert commits(request.node)


@pytest.mark.django_db
def test_test_that_is_undone_is_known(request: pytest.FixtureRequest) -> None:
    assert not commits(request.node)
