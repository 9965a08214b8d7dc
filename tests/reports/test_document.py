"""The document of a review: drawn from its snapshot alone, the same each time, whole, and safe."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import zlib
from base64 import b64encode
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pikepdf
import pytest
from django.utils import translation
from django.utils.translation import gettext, pgettext
from openpyxl import load_workbook
from page import validate_pdf
from PIL import Image
from pytest_django.fixtures import DjangoAssertNumQueries
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError

from progress.choices import Claim
from reports import drawing
from reports.canonical import serialise, sha256
from reports.codes import code_in
from reports.document import (
    SECTIONS,
    DocumentIsUnsound,
    check_pdf,
    placed,
    render_html,
    render_pdf,
)
from reports.document_finishing import attached, finished, leave_streams
from reports.drawing import STATIC_ROOT, OwnFilesOnly
from reports.material import Issue
from reports.snapshot import build_snapshot
from tests.reports.review_world import ReviewWorld
from tests.reports.words import words_of

# In one process, so that a document is drawn once for all tests that only look at it.
pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.xdist_group("document")]

BASE = Path(__file__).resolve().parents[2]
ISSUED_AT = datetime(2022, 1, 14, 1, 30, tzinfo=UTC)


@pytest.fixture
def world() -> ReviewWorld:
    world = ReviewWorld()
    world.fill()
    return world


@pytest.fixture
def snapshot(world: ReviewWorld) -> Any:
    return build_snapshot(world.review(), Issue(at=ISSUED_AT, by=world.head))


_drawn: dict[tuple[str, bool], bytes] = {}


def drawn(snapshot: Any, *, is_draft: bool = False) -> bytes:
    """The PDF of a snapshot, drawn once for all tests that only look at it."""
    key = (serialise(snapshot), is_draft)
    if key not in _drawn:
        _drawn[key] = render_pdf(snapshot, is_draft=is_draft)
    return _drawn[key]


def pages_of(pdf: bytes, tmp_path: Path) -> list[str]:
    """The text of each page, as poppler reads it, without line breaks."""
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not there: apt-get install poppler-utils")
    path = tmp_path / "document.pdf"
    path.write_bytes(pdf)
    text = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
    ).stdout
    return [" ".join(page.split()) for page in text.split("\f")[:-1]]


def test_pdf_is_drawn_from_the_snapshot_alone(
    world: ReviewWorld, snapshot: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    before = render_pdf(snapshot)
    world.update(world.plan.programs.get(code="2.1").kpis.get().milestones.get(), date(2021, 12, 1))
    world.plan.title = "Tajuk lain"
    world.plan.save()
    with django_assert_num_queries(0):
        assert render_pdf(json.loads(serialise(snapshot))) == before


def test_pdf_has_the_same_bytes_in_another_process(snapshot: Any) -> None:
    script = (
        "import django, json, sys; django.setup();"
        "from reports.document import render_pdf;"
        "sys.stdout.buffer.write(render_pdf(json.load(sys.stdin)))"
    )
    other = subprocess.run(
        [sys.executable, "-c", script],
        input=serialise(snapshot).encode(),
        stdout=subprocess.PIPE,
        check=True,
        cwd=BASE,
        env={
            **os.environ,
            "PYTHONHASHSEED": "7",
            "DJANGO_SETTINGS_MODULE": "psict.settings",
            "TZ": "America/Lima",
        },
    )
    assert other.stdout == drawn(snapshot)


def test_pdf_of_another_snapshot_differs(world: ReviewWorld, snapshot: Any) -> None:
    other = {**snapshot, "narrative": {**snapshot["narrative"], "summary": "Lain."}}
    assert drawn(other) != drawn(snapshot)


@pytest.fixture
def with_crest(snapshot: Any) -> Any:
    """A restricted sample with a crest and a code: all that a cover can show."""
    picture = io.BytesIO()
    Image.new("RGBA", (60, 80), "#1d4ed880").save(picture, "PNG")
    content = picture.getvalue()
    crest = {
        "content_type": "image/png",
        "sha256": sha256(content),
        "base64": b64encode(content).decode(),
    }
    return {
        **snapshot,
        "is_sample": True,
        "agency": {**snapshot["agency"], "crest": crest},
        "review": {
            **snapshot["review"],
            "classification": {"value": "terhad", "label": "Terhad"},
            "code": "7K3M-Q9XD",
        },
    }


@pytest.mark.parametrize("of", ["snapshot", "with_crest"])
@pytest.mark.parametrize("profile", ["3a", "ua1"])
def test_pdf_conforms_to_pdf_a_and_pdf_ua_in_one_file(
    profile: str, of: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    path = tmp_path / "document.pdf"
    path.write_bytes(drawn(request.getfixturevalue(of)))
    report = validate_pdf(str(path), profile=profile)
    assert report.is_compliant, str(report)


def test_metadata_can_be_read_without_unpacking(with_crest: Any) -> None:
    content = drawn(with_crest)
    assert b'pdfuaid:part="1"' in content
    assert code_in(content) == "7K3M-Q9XD"


def test_restricted_document_says_so_on_every_page(with_crest: Any, tmp_path: Path) -> None:
    assert all("TERHAD" in page.upper() for page in pages_of(drawn(with_crest), tmp_path))


def test_code_stands_on_every_page_of_what_is_issued(with_crest: Any, tmp_path: Path) -> None:
    assert all("7K3M-Q9XD" in page for page in pages_of(drawn(with_crest), tmp_path))


def test_data_travels_inside_the_document(snapshot: Any) -> None:
    with pikepdf.open(io.BytesIO(drawn(snapshot))) as document:
        files = {name: attached(document, name) for name in document.attachments}
        related = {str(file.UF): str(file.AFRelationship) for file in document.Root.AF}
    assert related == {"data.json": "/Source", "data.xlsx": "/Data"}
    assert files["data.json"].decode() == serialise(snapshot)
    assert load_workbook(io.BytesIO(files["data.xlsx"])).sheetnames


def test_english_edition_is_drawn_by_the_same_templates(world: ReviewWorld) -> None:
    snapshot: Any = build_snapshot(world.review(language="en"))
    page = render_html(snapshot, is_draft=False)
    assert '<html lang="en">' in page
    text = words_of(page)
    assert "Executive summary" in text
    assert "Ringkasan eksekutif" not in text


def test_late_milestone_without_corrective_action_says_that_none_is_stated(
    world: ReviewWorld,
) -> None:
    world.milestone("1.1", date(2021, 3, 31))
    text = words_of(render_html(build_snapshot(world.review()), is_draft=True)).splitlines()
    with translation.override("ms"):
        label, none = gettext("Corrective action"), gettext("none stated")
    assert text[text.index(f"{label}:") + 1] == none


def test_lists_of_figures_and_tables_agree_with_what_is_shown(
    snapshot: Any, tmp_path: Path
) -> None:
    page = render_html(snapshot, is_draft=False)
    listed = re.findall(r'href="#((?:rajah|jadual)-\d+)"', page)
    shown = re.findall(r'id="((?:rajah|jadual)-\d+)"', page)
    assert sorted(listed) == sorted(shown)
    assert len(set(shown)) == len(shown) > 8


def test_draft_shows_no_code(with_crest: Any) -> None:
    assert "7K3M-Q9XD" in render_html(with_crest, is_draft=False)
    assert "7K3M-Q9XD" not in render_html(with_crest, is_draft=True)


def test_pdf_is_sound_to_qpdf(snapshot: Any, tmp_path: Path) -> None:
    if not shutil.which("qpdf"):
        pytest.skip("qpdf is not there: apt-get install qpdf")
    path = tmp_path / "document.pdf"
    path.write_bytes(drawn(snapshot))
    subprocess.run(["qpdf", "--check", "--warning-exit-0", path], check=True, capture_output=True)


def test_pdf_dates_and_title_are_the_snapshots_own(snapshot: Any) -> None:
    with pikepdf.open(io.BytesIO(drawn(snapshot))) as document:
        assert str(document.docinfo["/CreationDate"]).startswith("D:20220114093000")
        title = str(document.docinfo["/Title"])
        assert "2021" in title
        assert world_plan_code(snapshot) in title
        assert str(document.Root.Lang) == "ms"


def world_plan_code(snapshot: Any) -> str:
    return str(snapshot["plan"]["code"])


def test_only_the_projects_own_fonts_are_used(snapshot: Any) -> None:
    with pikepdf.open(io.BytesIO(drawn(snapshot))) as document:
        names = {
            str(item.get("/BaseFont"))
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font"
        }
    assert names
    assert not [name for name in names if "Inter" not in name and "Poppins" not in name]


def test_every_page_says_what_it_belongs_to(snapshot: Any, tmp_path: Path) -> None:
    pages = pages_of(drawn(snapshot), tmp_path)
    assert len(pages) > 3
    for number, page in enumerate(pages[1:], start=2):
        assert "MPAG · PSICT 2019-2023" in page
        assert re.search(rf"\b{number} \S+ {len(pages)}\b", page), page


def test_contents_give_the_page_of_each_part(snapshot: Any, tmp_path: Path) -> None:
    pages = pages_of(drawn(snapshot), tmp_path)
    with translation.override("ms"):
        titles = [placed(section, snapshot).title for section in SECTIONS]
    for number, title in enumerate(titles, start=1):
        given = re.search(rf"\b{number} {re.escape(title)} ?[. ]+(\d+)", pages[2])
        assert given, title
        assert f"{number} {title}" in pages[int(given[1]) - 1]


def test_draft_has_its_mark_on_every_page_and_an_issued_one_none(
    snapshot: Any, tmp_path: Path
) -> None:
    with translation.override("ms"):
        mark = pgettext("watermark", "Draft").upper()
    draft = render_html(snapshot, is_draft=True)
    issued = render_html(snapshot, is_draft=False)
    assert ('class="draft-mark"' in draft, 'class="draft-mark"' in issued) == (True, False)
    # Turned text comes out of order: each of its letters stands on its own, on every page.
    plain = pages_of(drawn(snapshot), tmp_path)
    marked = pages_of(drawn(snapshot, is_draft=True), tmp_path)
    assert len(marked) == len(plain)
    for before, after in zip(plain, marked, strict=True):
        more = {letter: after.count(letter) - before.count(letter) for letter in set(mark)}
        assert all(count >= 1 for count in more.values()), more


def test_sample_has_its_mark_on_every_page(snapshot: Any, tmp_path: Path) -> None:
    with translation.override("ms"):
        mark = gettext("Sample data").upper()
    for is_sample in (True, False):
        pages = pages_of(drawn({**snapshot, "is_sample": is_sample}), tmp_path)
        assert [mark in page.upper() for page in pages] == [is_sample] * len(pages)


def test_long_narratives_flow_and_lose_no_word(world: ReviewWorld, tmp_path: Path) -> None:
    words = [f"perkataan{number}" for number in range(2000)]
    late = world.milestone("1.9", date(2021, 2, 28))
    issues = " ".join(word.replace("perkataan", "isu") for word in words)
    world.update(late, date(2021, 3, 1), Claim.ONGOING, issues=issues)
    paragraphs = "\n\n".join(" ".join(words[i : i + 100]) for i in range(0, 2000, 100))
    snapshot: Any = build_snapshot(world.review(summary=paragraphs))
    text = " ".join(pages_of(drawn(snapshot), tmp_path))
    found = set(re.findall(r"(?:perkataan|isu)\d+", text))
    assert found == {*words, *issues.split()}


def test_headings_never_skip_a_level(snapshot: Any) -> None:
    levels = [
        int(level) for level in re.findall(r"<h([1-6])", render_html(snapshot, is_draft=True))
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_what_people_write_is_text_and_never_markup(world: ReviewWorld) -> None:
    written = '<img src="file:///etc/passwd"><script>alert(1)</script>'
    review = world.review(summary=written, issues=written, proposals=written)
    world.plan.programs.filter(code="1.1").update(name=written)
    snapshot: Any = build_snapshot(review)

    class Tags(HTMLParser):
        found: list[str] = []

        def handle_starttag(self, tag: str, attrs: object) -> None:
            self.found.append(tag)

    parser = Tags()
    parser.feed(render_html(snapshot, is_draft=True))
    assert not {"img", "script"} & set(parser.found)
    assert drawn(snapshot, is_draft=True).startswith(b"%PDF")


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://127.0.0.1/",
        "https://example.org/a.css",
        "data:text/css,a{}",
        f"{STATIC_ROOT}../psict/settings.py",
        f"{STATIC_ROOT}css/../../psict/settings.css",
        f"{STATIC_ROOT}css/nothing.css",
        f"{STATIC_ROOT}fonts/inter-OFL.txt",
        f"{STATIC_ROOT}/etc/passwd.svg",
    ],
)
def test_fetcher_refuses_all_but_the_documents_own_files(url: str) -> None:
    with pytest.raises(FatalURLFetchingError):
        OwnFilesOnly().fetch(url)


def test_fetcher_gives_the_projects_fonts() -> None:
    response = OwnFilesOnly().fetch(f"{STATIC_ROOT}fonts/inter-latin-400-normal.woff2")
    assert response.read()[:4] == b"wOF2"


def test_styles_that_nothing_draws_are_spared_and_nothing_else_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rules = drawing._lean_style_sheet().matcher
    assert not [
        pseudo for _test, _specificity, _order, pseudo, _rule in rules.other_selectors if pseudo
    ]
    html = (
        "<html lang=ms><title>x</title><body><h1>A</h1><ul><li>a<ul><li>b</ul></ul>"
        "<ol start=9><li>c<li>d</ol><q>e</q><table><tr><th>f<td>g</table>"
    )
    spared = drawing.draw(html, "css/document.css")
    monkeypatch.setattr(drawing, "Page", HTML)
    assert spared == drawing.draw(html, "css/document.css")


def test_document_that_asks_for_a_foreign_file_is_not_drawn(
    snapshot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign = render_html(snapshot, is_draft=False).replace(
        "</body>", '<img alt="" src="https://example.org/a.svg"></body>'
    )
    monkeypatch.setattr("reports.document.render_html", Mock(return_value=foreign))
    with pytest.raises(FatalURLFetchingError):
        render_pdf(snapshot)


def test_streams_are_left_to_be_packed_once() -> None:
    html = "<html lang=ms><title>x</title><body><p>Satu"
    left = drawing.draw(html, "css/document.css", finisher=leave_streams)
    with pikepdf.open(io.BytesIO(left)) as document:
        (page,) = document.pages
        assert "/Filter" not in page.Contents
        words = page.Contents.read_bytes()
        document.Root.Metadata = document.make_stream(b"<x/>", Type=pikepdf.Name.Metadata)
        document.save(again := io.BytesIO(), compress_streams=False)
    with pikepdf.open(io.BytesIO(finished(again.getvalue()))) as document:
        (page,) = document.pages
        assert page.Contents.Filter == pikepdf.Name.FlateDecode
        assert page.Contents.read_bytes() == words
        assert "/Filter" not in document.Root.Metadata


@pytest.mark.parametrize("filters", [None, "/FlateDecode"])
def test_no_stream_ends_where_its_end_cannot_be_told(filters: str | None) -> None:
    content = next(
        text
        for text in (b"% " + b"a" * number + b"\r" for number in range(256))
        if filters is None or zlib.compress(text).endswith(b"\r")
    )
    source = io.BytesIO()
    with pikepdf.new() as document:
        page = document.add_blank_page()
        page.Contents = document.make_stream(b"")
        if filters:
            page.Contents.write(zlib.compress(content), filter=pikepdf.Name(filters))
        else:
            page.Contents.write(content)
        document.Root.Metadata = document.make_stream(b"<x/>", Type=pikepdf.Name.Metadata)
        document.save(source, compress_streams=False)
    with pikepdf.open(io.BytesIO(finished(source.getvalue()))) as document:
        (page,) = document.pages
        assert not page.Contents.read_raw_bytes().endswith(b"\r")
        assert page.Contents.read_bytes(pikepdf.StreamDecodeLevel.all) == content


def test_document_stays_packed_whichever_of_its_streams_ends_so(tmp_path: Path) -> None:
    """A font, say, or the data, which is to be had again byte for byte."""
    snapshot: Any = {"review": {"issued_at": None, "as_of": "2021-12-31"}, "title": ""}
    while not zlib.compress(held := serialise(snapshot).encode()).endswith(b"\r"):
        snapshot["title"] += "a"
    source = io.BytesIO()
    with pikepdf.new() as document:
        page = document.add_blank_page()
        page.Font = document.make_stream(b"", Length1=len(held))
        page.Font.write(zlib.compress(held), filter=pikepdf.Name.FlateDecode)
        document.Root.Metadata = document.make_stream(b"<x/>", Type=pikepdf.Name.Metadata)
        document.save(source, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    content = finished(source.getvalue(), snapshot=snapshot, workbook=b"PK")
    assert b"/ObjStm" in content
    assert b"\r\nendstream" not in content
    file = tmp_path / "a.pdf"
    file.write_bytes(content)
    subprocess.run(["qpdf", "--check", file], check=True, capture_output=True)
    with pikepdf.open(file) as document:
        (page,) = document.pages
        assert page.Font.read_bytes(pikepdf.StreamDecodeLevel.all) == held
        assert page.Font.Length1 == len(held)
        assert attached(document, "data.json") == held


def test_check_counts_the_pages(snapshot: Any, tmp_path: Path) -> None:
    pdf = drawn(snapshot)
    assert check_pdf(pdf, snapshot) == len(pages_of(pdf, tmp_path))


@pytest.mark.parametrize("spoiled", ["empty", "cut", "text", "no pages", "without identifier"])
def test_check_refuses_what_is_no_whole_document(spoiled: str, snapshot: Any) -> None:
    pdf = drawn(snapshot)
    empty = io.BytesIO()
    pikepdf.new().save(empty)
    content = {
        "empty": b"",
        "cut": pdf[: len(pdf) // 2],
        "text": b"not a document",
        "no pages": empty.getvalue(),
        "without identifier": pdf.replace(b"/ID [", b"/IX ["),
    }[spoiled]
    with pytest.raises(DocumentIsUnsound):
        check_pdf(content, snapshot)


def test_check_refuses_the_document_of_another_snapshot(snapshot: Any) -> None:
    other = {**snapshot, "language": "en"}
    with pytest.raises(DocumentIsUnsound):
        check_pdf(drawn(other), snapshot)


def test_page_for_the_browser_keeps_to_the_content_policy(snapshot: Any) -> None:
    page = render_html(snapshot, is_draft=True, back_url="/mpag/")
    assert not re.search(r"\sstyle=|<style|<script|\son\w+=|data:", page)
    assert 'rel="stylesheet"' in page
    assert 'href="/mpag/"' in page


def test_links_within_the_document_are_named_by_their_words(snapshot: Any) -> None:
    with pikepdf.open(io.BytesIO(drawn(snapshot))) as document:
        named = {
            str(link.Contents)
            for page in document.pages
            for link in page.get("/Annots", [])
            if "/Dest" in link
        }
    assert "Ringkasan eksekutif" in named
    assert not [name for name in named if name.startswith(("jadual-", "rajah-", "teras-"))]
