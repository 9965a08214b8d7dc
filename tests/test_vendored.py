"""What others made and the portal serves is, byte for byte, what its README says."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string

VENDORED = Path(__file__).resolve().parent.parent / "static" / "vendor"
ROW = re.compile(r"^\| `([^`]+)` \| ([\d,]+) \| `([0-9a-f]{64})` \|$", re.MULTILINE)


def libraries() -> list[Path]:
    return sorted(path for path in VENDORED.iterdir() if path.is_dir())


def test_htmx_is_the_only_script_library() -> None:
    assert [path.name for path in libraries()] == ["htmx"]


@pytest.mark.parametrize("library", libraries(), ids=lambda path: path.name)
def test_vendored_file_is_what_its_readme_says(library: Path) -> None:
    stated = {
        name: (int(size.replace(",", "")), sha256)
        for name, size, sha256 in ROW.findall((library / "README.md").read_text())
    }
    found = {
        path.name: (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in library.iterdir()
        if path.name != "README.md"
    }
    assert found == stated
    assert any("LICENSE" in name for name in stated)


def test_htmx_runs_nothing_from_a_page_and_keeps_nothing_of_it() -> None:
    loaded = render_to_string("components/htmx.html")
    config = re.search(r"name=\"htmx-config\" content='([^']+)'", loaded)
    assert config
    told = json.loads(config[1])
    assert told["allowEval"] is False
    assert told["allowScriptTags"] is False
    assert told["includeIndicatorStyles"] is False
    assert told["selfRequestsOnly"] is True
    assert told["historyCacheSize"] == 0
    # It would carry a style attribute from the old part to the new, which the policy refuses.
    assert "style" not in told["attributesToSettle"]
    assert " defer>" in loaded


def test_own_script_stays_small() -> None:
    """Less than 300 lines in all: without a script every job can be done as well."""
    own = (VENDORED.parent / "js").glob("*.js")
    assert sum(len(path.read_text().splitlines()) for path in own) < 300
