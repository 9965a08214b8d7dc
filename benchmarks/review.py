"""What issuing a review costs: reading, snapshot, HTML, WeasyPrint and finishing, each on its own.

    PSICT_VAR=/tmp/portal .venv/bin/python -m benchmarks.review [year | akhir]

A portal with the sample data is asked for (make run leaves one in var/). Processor time, the least
of a few runs, since a machine has other things to do. The rival is drawn in the same run: as many
dense rows of five columns as a page holds, by WeasyPrint with automatic table layout.
"""

import gc
import io
import json
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "psict.settings")
os.environ.setdefault("PSICT_HTTPS", "0")
django.setup()

import pikepdf  # noqa: E402 -- Django comes first
from weasyprint import HTML  # noqa: E402
from weasyprint.text.fonts import FontConfiguration  # noqa: E402

from reports import document, drawing  # noqa: E402
from reports.canonical import serialise  # noqa: E402
from reports.choices import ReviewKind  # noqa: E402
from reports.document_finishing import finished, leave_streams  # noqa: E402
from reports.material import Issue, read_material  # noqa: E402
from reports.models import AnnualReview  # noqa: E402
from reports.snapshot import build_snapshot  # noqa: E402
from reports.snapshot_workbook import workbook_of  # noqa: E402
from teras.models import Plan  # noqa: E402

RUNS = 4
LIMIT_PAGE, LIMIT_REST, LIMIT_MEMORY = 0.120, 0.15, 250
ROWS_A_PAGE = 28


def least(work: Callable[[], Any]) -> tuple[float, Any]:
    """The least processor time in seconds of a few runs, and what the last one gave."""
    times, given = [], None
    for _ in range(RUNS):
        began = time.process_time()
        given = work()
        times.append(time.process_time() - began)
    return min(times), given


def rival(pages: int) -> float:
    """Seconds a page of dense rows with automatic table layout, as PDF/A-3a."""
    row = (
        "<tr>"
        + "".join(f"<td>Sasaran Jun 2021 tertunggak {n} hari</td>" for n in range(5))
        + "</tr>"
    )
    html = f"<html lang=ms><title>x</title><body><table>{row * ROWS_A_PAGE * pages}</table>"
    fonts = FontConfiguration()
    took, pdf = least(
        lambda: HTML(string=html).write_pdf(pdf_variant="pdf/a-3a", font_config=fonts)
    )
    return took / pages_of(pdf)


def pages_of(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)


def main(period: str) -> None:
    plan = Plan.objects.select_related("agency").latest("last_year")
    member = plan.agency.memberships.select_related("user").first()
    assert member is not None, "a portal with the sample data is asked for"
    person = member.user
    is_closing = period == "akhir"
    year = plan.last_year if is_closing else int(period)
    review = AnnualReview(
        plan=plan,
        kind=ReviewKind.CLOSING if is_closing else ReviewKind.ANNUAL,
        year=year,
        prepared_by=person,
        summary="Ringkasan.\n\n" * 3,
    )
    issue = Issue(at=datetime(year + 1, 1, 14, tzinfo=UTC), by=person)

    reading, _ = least(lambda: read_material(review, issue))
    building, snapshot = least(lambda: json.loads(serialise(build_snapshot(review, issue))))
    html_time, html = least(lambda: document.render_html(snapshot, is_draft=False))
    sheet = document.layout_of(snapshot).style_sheet

    def draw() -> bytes:
        return drawing.draw(
            html,
            sheet,
            pdf_variant=document.PDF_VARIANT,
            pdf_identifier=document.identifier_of(snapshot),
            finisher=leave_streams,
        )

    draw()  # warm: fonts and style sheet are read once for a process
    gc.collect()
    drawn_time, drawn = least(draw)
    finish_time, pdf = least(
        lambda: finished(drawn, snapshot=snapshot, workbook=workbook_of(snapshot), claims_ua=True)
    )
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    pages = pages_of(pdf)
    dense = rival(3)

    whole = building + html_time + drawn_time + finish_time
    rest = (whole - drawn_time) / whole
    load = statistics.mean(os.getloadavg()) / (os.cpu_count() or 1)
    print(f"Python {platform.python_version()}, load {load:.1f} for each processor")
    print(
        f"{plan.code}, {period}: {pages} pages, {len(pdf) // 1024} kB; {RUNS} runs, least of each"
    )
    for name, took in (
        ("query", reading),
        ("snapshot", building - reading),
        ("HTML", html_time),
        ("WeasyPrint", drawn_time),
        ("finishing", finish_time),
    ):
        print(f"  {name:12} {took * 1000:7.0f} ms  {took / whole:6.1%}")
    print(f"  {'together':12} {whole * 1000:7.0f} ms")
    for name, found, limit, unit in (
        ("a page, all told", whole / pages * 1000, LIMIT_PAGE * 1000, "ms"),
        ("all but WeasyPrint", rest * 100, LIMIT_REST * 100, "%"),
        ("peak memory", memory, LIMIT_MEMORY, "MB"),
    ):
        word = "ok" if found <= limit else "OVER"
        print(f"{name:20} {found:6.1f} {unit:3} at most {limit:.0f}  {word}")
    print(f"{'rival, a page':20} {dense * 1000:6.1f} ms  (dense rows, automatic table layout)")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "2021")
