"""Issues a review for each year of the plan and its closing report, from the sample data.

Everything happens in a scratch folder; what was issued is written to a folder and checked there by
tools of others: page-validation, qpdf and pdfinfo, and the workbooks by LibreOffice where it is.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isclose
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.utils import translation
from openpyxl import load_workbook

PLAN_FILE = "fixtures/psict-mpag-2019-2023.yaml"
PROFILES = ("3a", "ua1")


@dataclass(frozen=True)
class Made:
    """One report on disk, with what it cost and what the checkers found wrong."""

    name: str
    pages: int
    size: int
    seconds: float
    processor: float
    problems: list[str]


def main(folder: Path) -> int:
    django.setup()
    from exchange.demo import issuing
    from teras.models import Plan

    folder.mkdir(parents=True, exist_ok=True)
    made: list[Made] = []
    with translation.override(settings.LANGUAGE_CODE):
        call_command("migrate", interactive=False, verbosity=0)
        call_command("load_plan", PLAN_FILE, "--no-input", verbosity=0)
        call_command("load_demo")
        plan = Plan.objects.select_related("agency").get()
        for name, work in works(plan, issuing):
            made.append(make(folder, name, work))
            print(f"{name}: {made[-1].pages} pages", flush=True)
    show(made)
    return 1 if any(each.problems for each in made) else 0


def works(plan, issuing) -> Iterator[tuple[str, Callable]]:  # type: ignore[no-untyped-def,type-arg]  # loaded after Django
    for year in plan.years:
        issuing.mend_record(plan, year)
        yield f"laporan-{year}", lambda year=year: issuing.issue_year(plan, year)
    yield "laporan-akhir", lambda: issuing.issue_closing(plan)


def make(folder: Path, name: str, work: Callable) -> Made:  # type: ignore[type-arg]
    from reports.snapshot_workbook import workbook_of

    began, used = time.monotonic(), time.process_time()
    document = work()
    seconds, processor = time.monotonic() - began, time.process_time() - used
    pdf = folder / f"{name}.pdf"
    pdf.write_bytes(document.pdf)
    (folder / f"{name}.json").write_text(document.snapshot)
    book = folder / f"{name}.xlsx"
    book.write_bytes(workbook_of(json.loads(document.snapshot)))
    found = [*problems(pdf), *workbook_problems(book)]
    return Made(name, document.page_count, len(document.pdf), seconds, processor, found)


def problems(pdf: Path) -> Iterator[str]:
    """What the validators object to, in their own words."""
    from page import validate_pdf

    for profile in PROFILES:
        report = validate_pdf(str(pdf), profile=profile)
        if not report.is_compliant:
            yield f"{profile}: {report}"
    for command in (["qpdf", "--check", str(pdf)], ["pdfinfo", "-struct", str(pdf)]):
        ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 -- fixed commands on a file of our own
        if ran.returncode or ran.stderr.strip():
            yield f"{command[0]}: {ran.stderr.strip() or ran.stdout.strip()}"[:500]


def workbook_problems(book: Path) -> Iterator[str]:
    """Cells that LibreOffice, opening the workbook and saving it, takes for something else."""
    if not shutil.which("soffice"):
        return
    with tempfile.TemporaryDirectory() as scratch:
        command = ["soffice", f"-env:UserInstallation=file://{scratch}/profile", "--headless"]
        command += ["--convert-to", "xlsx", "--outdir", scratch, str(book)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 -- a fixed command on a file of our own
        opened = Path(scratch) / book.name
        if not opened.exists():
            yield f"soffice: {ran.stderr.strip() or 'opened nothing'}"[:500]
            return
        ours, theirs = load_workbook(book), load_workbook(opened)
        if ours.sheetnames != theirs.sheetnames:
            yield f"soffice: sheets {theirs.sheetnames} of {ours.sheetnames}"
            return
        for cell in (cell for sheet in ours for row in sheet.iter_rows() for cell in row):
            other = theirs[cell.parent.title][cell.coordinate]
            # LibreOffice puts a backslash before each sign that stands for itself.
            shown = other.number_format.replace("\\", "")
            if not is_same(cell.value, other.value) or shown != cell.number_format:
                yield (
                    f"soffice: {cell.parent.title}!{cell.coordinate} is {other.value!r} ({shown}),"
                    f" not {cell.value!r} ({cell.number_format})"
                )


def is_same(ours: object, theirs: object) -> bool:
    if isinstance(ours, int | float) and isinstance(theirs, int | float):
        return isclose(ours, theirs, rel_tol=1e-12)
    return ours == theirs and type(ours) is type(theirs)


def show(made: list[Made]) -> None:
    print(f"\n{'report':16}{'pages':>6}{'kB':>7}{'seconds':>9}{'ms a page':>11}  checks")
    for each in made:
        print(
            f"{each.name:16}{each.pages:6}{each.size // 1024:7}{each.seconds:9.1f}"
            f"{each.processor / each.pages * 1000:11.0f}"
            f"  {'passed' if not each.problems else 'FAILED'}"
        )
    if not shutil.which("soffice"):
        print("NOT CHECKED: the workbooks (apt-get install libreoffice-calc-nogui)")
    for each in made:
        for problem in each.problems:
            print(f"{each.name}: {problem}", file=sys.stderr)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "psict.settings")
    sys.exit(main(Path(sys.argv[1])))
