"""What a review's document says of its figures, and where it says that something is lacking."""

import json
import re
from datetime import date
from typing import Any

import pytest
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext

from kpi.actions import reword_kpi
from programs.actions import decide_program
from programs.choices import Decision
from progress.choices import Claim
from reports.choices import ReviewKind, StepKind
from reports.closing import Decided, save_carries
from reports.document import check_pdf, render_html, render_pdf
from reports.document_charts import status_bars
from reports.document_parts import abbreviations_of, evidenced
from reports.models import ReviewStep
from reports.snapshot import build_snapshot
from tests.factories import make_amendment
from tests.reports.issued import approve
from tests.reports.review_world import ReviewWorld, receipt
from tests.reports.test_snapshot_comparison import issue
from tests.reports.words import words_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def world() -> ReviewWorld:
    return ReviewWorld()


def page_of(review: Any) -> str:
    return render_html(json.loads(json.dumps(build_snapshot(review))), is_draft=True)


def text_of(review: Any) -> str:
    """The document's words as one line, each blank a plain one."""
    return " ".join(words_of(page_of(review)).split())


def row_of(page: str, head: str) -> list[str]:
    """The cells of the first row of a table with this head."""
    row = re.search(rf'<tr><th scope="row">{re.escape(head)}</th>(.*?)</tr>', page, re.DOTALL)
    assert row, head
    return re.findall(r"<td>(.*?)</td>", row[1])


def test_past_year_end_says_what_is_computed_anew_and_what_was_issued(world: ReviewWorld) -> None:
    world.update(world.milestone("1.1", date(2020, 6, 30)), date(2020, 6, 1))
    world.milestone("1.2", date(2020, 9, 30))
    world.milestone("1.3", date(2021, 6, 30))
    before = world.review(2020)
    issue(before)
    decide_program(
        by=world.head,
        program=world.plan.programs.get(code="1.3"),
        amendment=make_amendment(world.plan, date(2021, 3, 1)),
        decision=Decision.DROPPED,
    )
    page = page_of(world.review(2021))
    *_planned, anew, issued_plan, issued = row_of(page, "31.12.2020")
    assert (anew, issued_plan, issued) == ("50.0%", "66.7%", "33.3%")
    assert '<td colspan="2">laporan ini</td></tr>' in page
    text = " ".join(words_of(page).split())
    assert text.count("Dikira semula atas pelan yang berkuat kuasa pada 31.12.2021") == 2


def test_snapshot_of_before_there_was_what_was_issued_has_no_such_columns(
    world: ReviewWorld,
) -> None:
    world.milestone("1.1", date(2020, 6, 30))
    snapshot: Any = build_snapshot(world.review(2021))
    del snapshot["issued_before"]
    assert len(row_of(render_html(snapshot, is_draft=True), "31.12.2020")) == 3


def test_milestone_due_on_the_very_day_is_named_in_the_summary(world: ReviewWorld) -> None:
    world.milestone("1.1", date(2021, 12, 31))
    world.milestone("1.2", date(2021, 11, 30))
    world.update(world.milestone("1.3", date(2021, 12, 31)), date(2021, 12, 1))
    text = text_of(world.review(2021))
    assert "1 sasaran sampai tempoh pada tarikh laporan dan belum dicapai: 1.1." in text
    assert "Sampai tempoh pada 31.12.2021, belum dicapai; tiada kemas kini direkodkan." in text
    assert "hari ini" not in text


def test_dropped_is_hatched_beside_postponed_in_the_same_grey(world: ReviewWorld) -> None:
    for code, decision in (("1.1", Decision.DROPPED), ("1.2", Decision.POSTPONED)):
        world.milestone(code, date(2021, 12, 31))
        decide_program(
            by=world.head,
            program=world.plan.programs.get(code=code),
            amendment=make_amendment(world.plan, date(2021, 3, 1)),
            decision=decision,
        )
    bars = status_bars(build_snapshot(world.review(2021)))
    (row,) = bars.rows
    hatched = {segment.part.key: segment for segment in row.segments}
    assert not hatched["postponed"].hatch
    dropped = hatched["dropped"]
    for x, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", dropped.hatch):
        assert dropped.x <= float(x) <= dropped.x + dropped.width
        assert row.y + 18 <= float(y) <= row.y + 38
    assert [bool(each.hatch) for each in bars.legend] == [False, True]


def test_notes_on_the_plans_known_errors_are_printed(world: ReviewWorld) -> None:
    program = world.milestone("1.1", date(2021, 12, 31)).kpi.program
    program.note = "Petunjuk program lain."
    program.save()
    program.kpis.update(note="Tersalin daripada 1.7.")
    text = text_of(world.review(2021))
    assert "Nota program: Petunjuk program lain." in text
    assert "Nota petunjuk: Tersalin daripada 1.7." in text


def test_achievement_without_evidence_says_so_and_is_counted(world: ReviewWorld) -> None:
    shown, bare = (
        world.milestone("1.1", date(2021, 6, 30)),
        world.milestone("1.2", date(2021, 6, 30)),
    )
    world.update(shown, date(2021, 6, 1), files=(receipt("minit.pdf"),))
    world.update(bare, date(2021, 6, 1))
    world.milestone("1.3", date(2021, 6, 30))
    review = world.review(2021)
    text = text_of(review)
    assert text.count("Bukti: tiada.") == 1
    assert "1 daripada 2 sasaran yang dicapai disertai bukti." in text
    found = evidenced(build_snapshot(review))
    assert (found.achieved, found.shown) == (2, 1)


def test_sentence_that_the_reason_gives_is_not_told_again(world: ReviewWorld) -> None:
    missed = world.milestone("1.1", date(2021, 6, 30))
    world.update(
        missed, date(2021, 7, 1), Claim.NOT_ACHIEVED, narrative="Bengkel dibatalkan kerana banjir."
    )
    going = world.milestone("1.2", date(2021, 9, 30))
    world.update(going, date(2021, 7, 1), Claim.ONGOING, narrative="Sebut harga dibuka.")
    text = text_of(world.review(2021))
    assert text.count("Bengkel dibatalkan kerana banjir.") == 1
    assert text.count("Sebut harga dibuka.") == 1


def test_open_milestones_of_a_plan_that_ended_are_named(world: ReviewWorld) -> None:
    last = world.plan.last_year
    world.milestone("1.1", date(last, 6, 30))
    world.milestone("1.2", date(last, 6, 30))
    world.milestone("1.2", date(last, 9, 30))
    assert "3 sasaran masih terbuka: 1.1, 1.2 (×2)." in text_of(world.review(last))


def test_closing_report_says_when_what_was_decided_and_what_nobody_stated(
    world: ReviewWorld,
) -> None:
    last = world.plan.last_year
    world.milestone("1.1", date(last, 6, 30))
    review = world.review(last, kind=ReviewKind.CLOSING)
    decided = {"1.1": Decided("carried", "")}
    review = save_carries(by=world.head, review=review, decided=decided, version=review.version)
    recorded = localdate(review.carries.get().history.latest().history_date)
    page = page_of(review)
    text = " ".join(words_of(page).split())
    assert f"Dibawa ke pelan seterusnya {recorded:%d.%m.%Y}, Rosnah" in text
    assert text.count("tidak dinyatakan") == 2
    assert '<tr class="told told--more"><td class="code">1.1</td>' in page


def test_sign_off_says_when_each_step_was_recorded(world: ReviewWorld) -> None:
    world.fill()
    world.verify_all()
    review = approve(world.review(2021))
    with translation.override("ms"):
        label = gettext("Recorded in the portal")
    last = review.steps.last()
    assert last is not None
    day = f"{localdate(last.at):%d.%m.%Y}"
    assert row_of(page_of(review), label) == [day, "–", day]


def test_sign_off_names_who_submitted_what_somebody_else_prepared(world: ReviewWorld) -> None:
    world.fill()
    review = world.review(2021)
    step = ReviewStep.objects.create(
        review=review, kind=StepKind.SUBMITTED, by=world.officer, version=1
    )
    with translation.override("ms"):
        label = gettext("Recorded in the portal")
    told = f"{localdate(step.at):%d.%m.%Y}, dihantar oleh {world.officer.full_name}"
    assert row_of(page_of(review), label)[0] == told


def test_title_of_the_document_is_one_line(world: ReviewWorld) -> None:
    world.fill()
    (title,) = re.findall(r"<title>([^<]*)</title>\s*<meta", page_of(world.review(2021)))
    assert title == title.strip()
    assert "\n" not in title


def test_abbreviations_are_those_that_the_plan_explains(world: ReviewWorld) -> None:
    world.plan.title = "Pelan Strategik ICT (PSICT) Majlis Contoh (MC)"
    world.plan.save()
    snapshot: Any = build_snapshot(world.review(2021))
    found = {each.short: each.long for each in abbreviations_of(snapshot)}
    assert found["PSICT"] == "Pelan Strategik ICT"
    assert found["MC"] == "Majlis Contoh"
    assert snapshot["agency"]["short_name"] in found


def test_committee_of_an_earlier_year_is_explained_since_reasons_still_name_it(
    world: ReviewWorld,
) -> None:
    world.fill()
    amendment = make_amendment(world.plan, date(2020, 5, 4))
    amendment.committee = "Jawatankuasa Pemandu ICT (JPICT)"
    amendment.save()
    snapshot: Any = build_snapshot(world.review(2022))
    assert not snapshot["amendments"]
    assert "JPICT" in {each.short for each in abbreviations_of(snapshot)}
    del snapshot["committees"]
    assert "JPICT" not in {each.short for each in abbreviations_of(snapshot)}


def test_percentages_have_their_decimal_so_that_they_stand_in_line(world: ReviewWorld) -> None:
    world.fill()
    page = page_of(world.review(2021))
    figures = re.findall(r"<td>(?:<b>)?([+−\d.]+%?)(?:</b>)?</td>", page)
    percentages = [figure for figure in figures if figure.endswith("%")]
    assert percentages
    assert all(re.fullmatch(r"\d+\.\d%", figure) for figure in percentages)


@pytest.mark.xdist_group("document")
def test_control_character_in_a_narrative_stops_no_document(world: ReviewWorld) -> None:
    world.fill()
    late = world.milestone("1.2", date(2021, 10, 31))
    world.update(late, date(2021, 11, 1), Claim.ONGOING, narrative="Baris satu\x0bdan dua\x01.")
    reword_kpi(
        by=world.head,
        kpi=late.kpi,
        amendment=make_amendment(world.plan, date(2021, 2, 1)),
        indicator="Satu\x0b laporan",
    )
    snapshot: Any = json.loads(
        json.dumps(build_snapshot(world.review(2021, summary="Ringkas\x0b dan padat.")))
    )
    assert check_pdf(render_pdf(snapshot), snapshot) > 3
