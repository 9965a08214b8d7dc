"""The house keeps its shape: which room may import which, and what each file is called."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from simple_history.models import HistoricalChanges

from teras.append_only import AppendOnly

BASE = Path(__file__).resolve().parent.parent
# In the order of the design: a room imports only from those before it, and from itself.
ROOMS = ("accounts", "teras", "programs", "kpi", "progress", "reports", "exchange", "psict")
LONGEST_FILE = 400


def sources(*rooms: str) -> list[Path]:
    return [
        path
        for room in rooms
        for path in sorted((BASE / room).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def imported_rooms(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write the room's name, not a relative import"
            names = [node.module or ""]
        else:
            continue
        yield from (name.split(".")[0] for name in names if name.split(".")[0] in ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_room_imports_only_from_rooms_above(room: str) -> None:
    allowed = set(ROOMS[: ROOMS.index(room) + 1])
    for path in sources(room):
        astray = set(imported_rooms(path)) - allowed
        assert not astray, f"{path.relative_to(BASE)} imports {sorted(astray)}"


def test_imports_are_found_where_they_stand(tmp_path: Path) -> None:
    source = tmp_path / "sample.py"
    source.write_text("import os\nimport kpi.models\ndef f():\n    from psict import urls\n")
    assert list(imported_rooms(source)) == ["kpi", "psict"]


def test_migrations_import_no_room() -> None:
    for room in ROOMS:
        for path in (BASE / room).glob("migrations/0*.py"):
            strangers = set(imported_rooms(path)) - set(ROOMS[: ROOMS.index(room) + 1])
            assert not strangers, f"{path.relative_to(BASE)} imports {sorted(strangers)}"


def test_migrations_are_named_by_hand() -> None:
    names = [path.stem for room in ROOMS for path in (BASE / room).glob("migrations/0*.py")]
    assert names
    assert not [name for name in names if "_auto_" in name or name.endswith("_initial")]


def test_file_stays_readable() -> None:
    long = {
        str(path.relative_to(BASE)): lines
        for path in sources(*ROOMS)
        if (lines := len(path.read_text().splitlines())) > LONGEST_FILE
    }
    assert not long


def test_architecture_page_names_every_room_in_order() -> None:
    page = (BASE / "docs" / "architecture.md").read_text()
    positions = [page.find(f"`{room}/`") for room in ROOMS]
    assert -1 not in positions
    assert positions == sorted(positions)


# Every model is one of three things. What is added to the portal says here which.
CHANGES_WITH_HISTORY = {
    "accounts.Agency",
    "accounts.Membership",
    "accounts.User",
    "kpi.Kpi",
    "kpi.Milestone",
    "kpi.Revision",
    "kpi.Rewording",
    "programs.Assignment",
    "programs.Program",
    "programs.ProgramDecision",
    "programs.SubItem",
    "reports.AnnualReview",  # until it is issued
    "reports.ReviewCarry",  # until its report is approved
    "reports.TerasText",  # until its review is approved
    "teras.Alignment",
    "teras.Amendment",
    "teras.Objective",
    "teras.Plan",
    "teras.Strategy",
    "teras.Teras",
}
NEVER_CHANGES = {
    "progress.Evidence",
    "progress.ProgressUpdate",
    "progress.Verification",
    "reports.CommentResolution",
    "reports.IssuedDocument",
    "reports.ReviewComment",
    "reports.ReviewStep",
}


def own_models() -> list[type[models.Model]]:
    return [
        model
        for room in ROOMS
        if apps.is_installed(room)
        for model in apps.get_app_config(room).get_models()
        if not issubclass(model, HistoricalChanges)
    ]


def test_every_model_has_history_or_never_changes() -> None:
    with_history = {m._meta.label for m in own_models() if hasattr(m, "history")}
    frozen = {m._meta.label for m in own_models() if issubclass(m, AppendOnly)}
    assert with_history == CHANGES_WITH_HISTORY
    assert frozen == NEVER_CHANGES
    assert {m._meta.label for m in own_models()} == CHANGES_WITH_HISTORY | NEVER_CHANGES


def test_every_constraint_has_a_name_that_speaks() -> None:
    for model in own_models():
        for constraint in model._meta.constraints:
            assert constraint.name.startswith(model._meta.model_name or ""), constraint.name
