"""The sentence that every status comes with."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.utils import translation

from kpi.facts import MilestoneFacts, ProgramFacts, Thresholds
from kpi.reasons import due_label
from kpi.standing import milestone_standing, program_standing
from programs.choices import Decision
from tests.kpi.cases import (
    achieved,
    decided,
    dropped,
    milestone,
    missed,
    moved,
    program,
    update,
)

DUE = date(2021, 6, 30)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("facts", "as_of", "sentence"),
    [
        (
            milestone(DUE, achieved(date(2021, 6, 30))),
            date(2021, 12, 31),
            "Achieved on 30.06.2021, in time for Jun 2021.",
        ),
        (
            milestone(DUE, achieved(date(2021, 7, 1))),
            date(2021, 12, 31),
            "Achieved on 01.07.2021, 1 day after it was due: Jun 2021.",
        ),
        (
            milestone(DUE, achieved(date(2021, 8, 1))),
            date(2021, 12, 31),
            "Achieved on 01.08.2021, 32 days after it was due: Jun 2021.",
        ),
        (
            milestone(DUE, missed(date(2021, 12, 1)), closing_reason="Tiada peruntukan."),
            date(2021, 12, 31),
            "Closed as not achieved on 01.12.2021, due Jun 2021: Tiada peruntukan.",
        ),
        (
            milestone(DUE, dropped(date(2020, 11, 10))),
            date(2021, 12, 31),
            "Dropped by JPICT Bil. 2/2020 on 10.11.2020.",
        ),
        (
            milestone(DUE),
            date(2021, 7, 1),
            "Overdue by 1 day: due Jun 2021; no update recorded.",
        ),
        (
            milestone(DUE, update(date(2021, 5, 2))),
            date(2021, 8, 3),
            "Overdue by 34 days: due Jun 2021; last update 02.05.2021.",
        ),
        (
            milestone(DUE, returned=(date(2021, 5, 2),)),
            date(2021, 8, 3),
            (
                "Overdue by 34 days: due Jun 2021; "
                "no update that counts, what was recorded was returned."
            ),
        ),
        (
            milestone(DUE, returned=(date(2021, 7, 2),)),
            date(2021, 7, 1),
            "Overdue by 1 day: due Jun 2021; no update recorded.",
        ),
        (
            milestone(DUE, moved(date(2021, 9, 15), date(2021, 1, 5))),
            date(2021, 9, 15),
            "Due on 15.09.2021 (originally Jun 2021), not achieved yet; no update recorded.",
        ),
        (milestone(DUE), DUE, "Due on 30.06.2021, not achieved yet; no update recorded."),
        (
            milestone(DUE, moved(date(2021, 9, 15), date(2021, 1, 5))),
            date(2021, 9, 14),
            "Due in 1 day, 15.09.2021 (originally Jun 2021); no update recorded.",
        ),
        (milestone(DUE), date(2020, 1, 1), "Not due before Jun 2021."),
    ],
)
def test_reason_of_a_milestone(facts: MilestoneFacts, as_of: date, sentence: str) -> None:
    assert milestone_standing(facts, as_of, Thresholds()).reason == sentence


@pytest.mark.parametrize(
    ("facts", "as_of", "sentence"),
    [
        (
            program(milestone(DUE), decisions=(decided(Decision.DROPPED, date(2020, 11, 10)),)),
            date(2021, 12, 31),
            "Dropped by JPICT Bil. 3/2020 on 10.11.2020.",
        ),
        (
            program(milestone(DUE), decisions=(decided(Decision.POSTPONED, date(2020, 11, 10)),)),
            date(2021, 12, 31),
            "Postponed by JPICT Bil. 3/2020 on 10.11.2020.",
        ),
        (
            program(milestone(DUE, dropped(date(2020, 11, 10)))),
            date(2021, 12, 31),
            "Every milestone was dropped by an amendment.",
        ),
        (
            program(milestone(DUE, achieved(date(2021, 6, 1)))),
            date(2021, 12, 31),
            "Its only milestone was achieved on 01.06.2021.",
        ),
        (
            program(milestone(DUE, returned=(date(2021, 1, 5),))),
            date(2021, 2, 1),
            "Nothing due before Jun 2021; what was recorded was returned.",
        ),
        (
            program(
                milestone(date(2020, 6, 30), achieved(date(2020, 6, 1))),
                milestone(DUE, achieved(date(2021, 7, 5))),
            ),
            date(2021, 12, 31),
            "All 2 milestones achieved, the last on 05.07.2021.",
        ),
        (
            program(
                milestone(date(2020, 6, 30), missed(date(2020, 12, 1))),
                milestone(DUE, achieved(date(2021, 7, 5))),
            ),
            date(2021, 12, 31),
            "All 2 milestones closed, 1 of them not achieved.",
        ),
        (
            program(milestone(DUE, missed(date(2021, 8, 1)))),
            date(2021, 12, 31),
            "Its only milestone was closed as not achieved.",
        ),
        (
            program(milestone(date(2021, 4, 30)), milestone(DUE, update(date(2021, 5, 2)))),
            date(2021, 7, 1),
            (
                "Milestone Apr 2021 overdue by 62 days, past the limit of 60; "
                "last update 02.05.2021; 1 more overdue."
            ),
        ),
        (
            program(milestone(DUE)),
            date(2021, 7, 1),
            "Milestone Jun 2021 overdue by 1 day; no update recorded.",
        ),
        (
            program(milestone(DUE)),
            date(2020, 1, 1),
            "Nothing due before Jun 2021, and no update yet.",
        ),
        (program(), date(2020, 1, 1), "No milestone and no update yet."),
        (
            program(
                milestone(date(2020, 6, 30), achieved(date(2020, 6, 1))),
                milestone(date(2020, 9, 30), missed(date(2020, 12, 1))),
                milestone(DUE),
            ),
            date(2021, 1, 1),
            "1 of 3 milestones achieved; 1 not achieved; next due Jun 2021.",
        ),
    ],
)
def test_reason_of_a_programme(facts: ProgramFacts, as_of: date, sentence: str) -> None:
    assert program_standing(facts, as_of, Thresholds()).reason == sentence


def test_long_reason_for_a_miss_is_cut() -> None:
    facts = milestone(DUE, missed(date(2021, 12, 1)), closing_reason="panjang " * 100)
    reason = milestone_standing(facts, date(2021, 12, 31), Thresholds()).reason
    assert reason.endswith("…")
    assert len(reason) < 260


@pytest.mark.parametrize(("words", "is_cut"), [(60, False), (100, True)])
def test_document_gives_a_reason_for_a_miss_in_full_while_it_fits_a_row(
    words: int, is_cut: bool
) -> None:
    facts = milestone(DUE, missed(date(2021, 12, 1)), closing_reason="panjang " * words)
    reason = milestone_standing(facts, date(2021, 12, 31), Thresholds()).full_reason
    assert reason.endswith("…") is is_cut


@pytest.mark.parametrize(
    ("day", "label"),
    [
        (date(2021, 6, 30), "Jun 2021"),
        (date(2021, 6, 29), "29.06.2021"),
        (date(2020, 2, 29), "Feb 2020"),
        (date(2020, 2, 28), "28.02.2020"),
        (date(2021, 2, 28), "Feb 2021"),
        (date(2021, 12, 31), "Dec 2021"),
    ],
)
def test_due_label_is_the_month_on_its_last_day_only(day: date, label: str) -> None:
    assert due_label(day) == label
