"""The commands and lock files are what the pages and each other say they are."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

BASE = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.txt", "requirements-dev.txt")
ALL_LOCKS = (*LOCKS, "deploy/uv.txt")
PINNED = re.compile(r"([A-Za-z0-9._-]+)==([\w.!+]+)( ; [^\\]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")


def targets() -> dict[str, str]:
    """What ``make help`` lists, with what it says of each."""
    listed = re.findall(r"^([a-z]+):.*## (.+)$", (BASE / "Makefile").read_text(), re.MULTILINE)
    return dict(listed)


def pins(lock: str) -> dict[str, str]:
    found = {}
    for line in (BASE / lock).read_text().splitlines():
        if match := PINNED.fullmatch(line):
            found[match[1]] = match[2]
    return found


def make(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    # The make that runs the tests would pass its own ways on.
    others = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", *arguments],
        cwd=BASE,
        env={**others, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_is_the_first_target_and_lists_all() -> None:
    said = make().stdout
    phony = re.search(r"^\.PHONY: (.+)$", (BASE / "Makefile").read_text(), re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == set(targets())
    for name, says in targets().items():
        assert re.search(rf"^  make {name} +{re.escape(says)}$", said, re.MULTILINE)


def test_commands_people_rely_on_are_there() -> None:
    assert set(targets()) >= {"run", "test", "dev", "fix", "lock", "help"}


@pytest.mark.parametrize(
    "document", ["README.md", "CONTRIBUTING.md", "deploy/README.md", *sorted(
        str(path.relative_to(BASE)) for path in (BASE / "docs").rglob("*.md")
    )]
)  # fmt: skip
def test_page_names_only_commands_there_are(document: str) -> None:
    text = (BASE / document).read_text()
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", text, re.MULTILINE))
    assert named <= set(targets())
    for script in set(re.findall(r"(?<![\w/.])((?:deploy|docs|tests)/[\w./-]+\.(?:sh|py|service|conf|md))", text)):  # fmt: skip
        assert (BASE / script).exists(), script


def test_readme_and_contributing_name_the_two_commands() -> None:
    for document in ("README.md", "CONTRIBUTING.md"):
        text = (BASE / document).read_text()
        assert "make run" in text
        assert "make test" in text


@pytest.mark.parametrize("script", [".ci/run", *sorted(str(p.relative_to(BASE)) for p in (BASE / "deploy").glob("*.sh"))])  # fmt: skip
def test_script_is_well_formed(script: str) -> None:
    path = BASE / script
    assert subprocess.run(["bash", "-n", path], check=False).returncode == 0
    assert os.access(path, os.X_OK) or path.name == "common.sh"


def test_build_server_runs_make_test() -> None:
    assert "exec make test\n" in (BASE / ".ci" / "run").read_text()


@pytest.mark.parametrize("lock", ALL_LOCKS)
def test_lock_names_no_server(lock: str) -> None:
    text = (BASE / lock).read_text()
    assert "://" not in text
    assert " @ " not in text
    assert "--index" not in text
    assert "--find-links" not in text


@pytest.mark.parametrize("lock", ALL_LOCKS)
def test_lock_pins_every_line_by_version_and_hash(lock: str) -> None:
    lines = (BASE / lock).read_text().splitlines()
    assert pins(lock)
    for number, line in enumerate(lines):
        assert PINNED.fullmatch(line) or HASH.fullmatch(line), f"{lock}:{number + 1}: {line}"
        # A package's line is followed by a hash, and its last hash by the next package.
        follower = lines[number + 1] if number + 1 < len(lines) else ""
        assert line.endswith("\\") == bool(HASH.fullmatch(follower)), f"{lock}:{number + 1}"


def test_developers_lock_holds_the_other_at_the_same_versions() -> None:
    ours, developers = pins("requirements.txt"), pins("requirements-dev.txt")
    assert len(ours) > 20
    assert {name: developers.get(name) for name in ours} == ours


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_holds_what_the_project_asks_for(lock: str) -> None:
    project = tomllib.loads((BASE / "pyproject.toml").read_text())["project"]
    asked = list(project["dependencies"])
    if lock == "requirements-dev.txt":
        asked += project["optional-dependencies"]["dev"]
    names = {re.split(r"[\[<>=~! ;]", line)[0].lower() for line in asked}
    assert names - set(pins(lock)) == set()


def test_every_dependency_says_what_it_is_for() -> None:
    text = (BASE / "pyproject.toml").read_text()
    project = tomllib.loads(text)["project"]
    for asked in [*project["dependencies"], *project["optional-dependencies"]["dev"]]:
        (line,) = [line for line in text.splitlines() if f'"{asked}"' in line]
        assert re.search(r'",\s+# \w.{5,}', line), line.strip()


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"PORT": "eighty"}, "PORT=eighty is no port"),
        ({"PORT": "65536"}, "PORT=65536 is no port"),
        ({"DEMO": "maybe"}, "DEMO=maybe is neither"),
    ],
)
def test_run_refuses_what_it_cannot_mean(variables: dict[str, str], says: str) -> None:
    done = make("run", **variables)
    assert done.returncode != 0
    assert says in done.stderr
    assert done.stdout == ""
