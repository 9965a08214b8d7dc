"""A filled portal: MPAG's plan with the sample story, reviews in every state, an agency with nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.db import models
from django.utils import timezone, translation
from pytest_django import DjangoDbBlocker
from weasyprint import HTML

from accounts.choices import Role
from accounts.models import User
from exchange.actions import load_plan
from exchange.demo.loading import load_demo
from exchange.plan_file import read_plan_file
from kpi.choices import Outcome
from kpi.models import Milestone
from programs.models import Program
from progress.models import Evidence, ProgressUpdate
from reports.actions import begin_edition, begin_review
from reports.canonical import serialise, sha256
from reports.choices import ReviewKind
from reports.codes import new_code
from reports.material import Issue
from reports.models import AnnualReview, IssuedDocument
from reports.snapshot import build_snapshot
from teras.choices import PlanState
from teras.models import Plan
from tests.factories import make_agency, make_kpi, make_plan, make_program, make_user
from tests.reports.issued import mark_issued
from tests.rows import kept_rows

FIXTURE = Path(__file__).resolve().parent.parent / "fixtures" / "psict-mpag-2019-2023.yaml"
NOW = date(2026, 1, 1)
CHAPTERS = ("Ringkasan eksekutif", "Pencapaian mengikut teras", "Isu dan cabaran")


@dataclass
class World:
    """``people`` by what they are; a visitor is nobody."""

    plan: Plan
    empty: Plan
    draft_program: Program
    people: dict[str, User | None]
    open_milestone: Milestone
    counted_milestone: Milestone
    own_update: ProgressUpdate
    waiting_update: ProgressUpdate
    evidence: Evidence
    draft: AnnualReview
    bare_draft: AnnualReview
    closing: AnnualReview
    issued: AnnualReview
    superseded: AnnualReview

    def one(self, model: type[models.Model]) -> models.Model | None:
        """The record of this kind whose page is looked at: the one with most to show."""
        chosen: dict[str, models.Model | None] = {
            "AnnualReview": self.draft,
            "Plan": self.plan,
            "Milestone": self.own_update.milestone,
            "Program": self.own_update.milestone.kpi.program,
            "Kpi": self.own_update.milestone.kpi,
            "ProgressUpdate": self.own_update,
            "Evidence": self.evidence,
            "User": self.people["officer"],
        }
        return chosen.get(model.__name__) or model._default_manager.order_by("pk").first()


def make_world() -> World:
    """The same each time; takes some seconds, so it is made once for a module."""
    plan = load_plan(by=None, plan_file=read_plan_file(FIXTURE)).plan
    load_demo(plan)
    person = {
        key: User.objects.get(email=f"{name}@contoh.test")
        for key, name in {
            "administrator": "pentadbir",
            "head": "ketua",
            "officer": "pegawai",
            "management": "pengurusan",
            "auditor": "juruaudit",
        }.items()
    }
    head, officer = person["head"], person["officer"]
    abroad = make_agency("mbmb", "Majlis Bandaraya Melaka Bersejarah")
    empty = make_plan(abroad, slug="psict-2021-2025", first_year=2021, last_year=2025)
    planned = make_plan(
        plan.agency, slug="psict-2024-2028", state=PlanState.DRAFT, first_year=2024, last_year=2028
    )
    draft_program = make_program(planned, "1.1")
    make_kpi(draft_program)
    root = make_user(Role.HEAD, plan.agency, is_superuser=True, full_name="Zainab binti Hashim")

    superseded = issued_review(plan, 2019, head, pdf=b"%PDF-1.7")
    corrected = begin_edition(by=head, review=superseded)
    issue(corrected, head)
    issued = issued_review(plan, 2020, head)
    draft = begin_review(by=head, plan=plan, year=2021, today=NOW)
    words = dict.fromkeys(("summary", "issues"), "Pelan berjalan baik.\nDua program lewat.")
    AnnualReview.objects.filter(pk=draft.pk).update(
        **words, reviewed_by=root, approved_by=person["management"]
    )
    draft.refresh_from_db()
    bare = begin_review(by=head, plan=plan, year=2022, today=NOW)
    # Begun as it is once the last year's review is issued.
    closing = AnnualReview.objects.create(
        plan=plan,
        kind=ReviewKind.CLOSING,
        year=plan.last_year,
        prepared_by=head,
        summary="Pelan tamat.",
    )

    updates = ProgressUpdate.objects.filter(corrected_by=None, milestone__kpi__program__plan=plan)
    mine = updates.filter(recorded_by=officer)
    waiting = updates.filter(verification=None).exclude(recorded_by=head).order_by("pk").first()
    own = mine.filter(evidence__isnull=False).order_by("pk").first()
    evidence = Evidence.objects.exclude(sha256="").order_by("pk").first()
    open_milestones = Milestone.objects.filter(
        outcome=Outcome.OPEN, kpi__program__assignments__user=officer
    ).order_by("pk")
    target = Milestone.objects.filter(outcome=Outcome.OPEN, kpi__target_value__isnull=False)
    counted = target.order_by("pk").first()
    first = open_milestones.first()
    assert waiting
    assert own
    assert evidence
    assert first
    assert counted
    return World(
        plan=plan,
        empty=empty,
        draft_program=draft_program,
        people={
            "visitor": None,
            **person,
            "root": root,
            "newcomer": make_user(None, full_name="Baharu bin Baru"),
            "stranger": make_user(Role.HEAD, abroad, full_name="Ketua Lain"),
        },
        open_milestone=first,
        counted_milestone=counted,
        own_update=own,
        waiting_update=waiting,
        evidence=evidence,
        draft=draft,
        bare_draft=bare,
        closing=closing,
        issued=issued,
        superseded=superseded,
    )


def issued_review(plan: Plan, year: int, by: User, pdf: bytes = b"") -> AnnualReview:
    review = begin_review(by=by, plan=plan, year=year, today=NOW)
    issue(review, by, pdf)
    return review


def issue(review: AnnualReview, by: User, pdf: bytes = b"") -> None:
    """With the real data, and a stand-in for the PDF, which takes seconds to draw."""
    review.refresh_from_db()
    review.summary = "Pelan berjalan baik."
    review.save()
    snapshot = serialise(build_snapshot(review, Issue(at=timezone.now(), by=by)))
    pdf = pdf or small_pdf()
    IssuedDocument.objects.create(
        review=review,
        code=new_code(),
        snapshot=snapshot,
        snapshot_sha256=sha256(snapshot),
        pdf=pdf,
        pdf_sha256=sha256(pdf),
        page_count=len(CHAPTERS),
        issued_by=by,
    )
    mark_issued(review)


@cache
def small_pdf() -> bytes:
    """A few pages with headings and words, drawn in no time."""
    said = "Pelan berjalan baik, dan dua program lewat daripada jadual. " * 3
    pages = "".join(f'<h1 style="break-before: page">{each}</h1><p>{said}' for each in CHAPTERS)
    pdf: bytes = HTML(
        string=f"<html lang=ms><title>Laporan</title><body style='font-family: Inter'>{pages}"
    ).write_pdf()
    return pdf


@contextmanager
def world_in_database(var: Path, blocker: DjangoDbBlocker) -> Iterator[World]:
    """The world for all tests of a module."""
    with kept_rows(var, blocker), translation.override("ms"):
        yield make_world()
