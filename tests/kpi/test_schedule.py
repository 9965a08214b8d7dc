"""Schedules as plans print them: read, refused, dated and written back."""

import re
from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import assume, given
from hypothesis import strategies as st

from kpi.schedule import (
    EXAMPLES,
    HALVES,
    LONGEST_PHRASE,
    MONTHS,
    QUARTERS,
    InPeriods,
    Limit,
    OnDay,
    Period,
    Schedule,
    ScheduleError,
    ScheduleOutsidePlan,
    Span,
    WholeYear,
    format_schedule,
    parse_schedule,
)

EVERY_MARCH = "2019-03-31 2020-03-31 2021-03-31 2022-03-31 2023-03-31"
EVERY_JUNE = "2019-06-30 2020-06-30 2021-06-30 2022-06-30 2023-06-30"
EVERY_SEPTEMBER = "2019-09-30 2020-09-30 2021-09-30 2022-09-30 2023-09-30"
EVERY_DECEMBER = "2019-12-31 2020-12-31 2021-12-31 2022-12-31 2023-12-31"
JANUARY_AND_NOVEMBER = (
    "2019-01-31 2019-11-30 2020-01-31 2020-11-30 2021-01-31"
    " 2021-11-30 2022-01-31 2022-11-30 2023-01-31 2023-11-30"
)

# Every KPI of the plan PSICT MPAG 2019-2023: its programme, its schedule as printed, its due dates.
PLAN = (
    ("1.1", "Jun 2019", "2019-06-30"),
    ("1.2", "Jun Setiap Tahun (2020-2023)", "2020-06-30 2021-06-30 2022-06-30 2023-06-30"),
    ("1.3", "Jun 2022", "2022-06-30"),
    ("1.4", "Mac Setiap Tahun", EVERY_MARCH),
    ("1.5", "Dis 2019", "2019-12-31"),
    ("1.6", "Dis Setiap Tahun (2021-2023)", "2021-12-31 2022-12-31 2023-12-31"),
    ("1.7", "Jun 2021", "2021-06-30"),
    ("1.8", "Jun 2021", "2021-06-30"),
    ("1.9", "Sept Setiap Tahun", EVERY_SEPTEMBER),
    ("2.1", "Jun 2019", "2019-06-30"),
    ("2.2", "Dis 2019", "2019-12-31"),
    ("2.3", "Jun 2020", "2020-06-30"),
    ("2.4", "Dis 2020", "2020-12-31"),
    ("2.5", "Dis 2021", "2021-12-31"),
    ("2.6", "Jun 2022", "2022-06-30"),
    ("2.7", "Dis 2019", "2019-12-31"),
    ("2.8", "Jun 2021", "2021-06-30"),
    ("2.9", "Jun 2020", "2020-06-30"),
    ("2.10", "Dis 2021", "2021-12-31"),
    ("3.1", "Apr 2020", "2020-04-30"),
    ("3.2", "Dis setiap tahun", EVERY_DECEMBER),
    ("3.3", "Dis setiap tahun", EVERY_DECEMBER),
    ("3.4", "Mac 2020", "2020-03-31"),
    ("3.5", "Dis setiap tahun", EVERY_DECEMBER),
    ("3.6", "Mac 2019", "2019-03-31"),
    ("4.1", "Mac setiap tahun", EVERY_MARCH),
    ("4.1", "Sept setiap tahun", EVERY_SEPTEMBER),
    ("4.2", "Dis setiap tahun", EVERY_DECEMBER),
    ("4.3", "Jan &amp; Nov setiap tahun", JANUARY_AND_NOVEMBER),
    ("4.4", "Jun setiap tahun", EVERY_JUNE),
    ("4.4", "Dis setiap tahun", EVERY_DECEMBER),
)

# A phrase, what is written for it, and its due dates in a plan of 2019-2023.
UNDERSTOOD = (
    ("Mac dan Sept 2021", "Mac dan Sept 2021", "2021-03-31 2021-09-30"),
    ("Nov & Jan 2021", "Jan dan Nov 2021", "2021-01-31 2021-11-30"),
    ("Jan & Nov setiap tahun", "Jan dan Nov setiap tahun", JANUARY_AND_NOVEMBER),
    (
        "Mac, Jun dan Sept setiap tahun (2020-2021)",
        "Mac, Jun dan Sept setiap tahun (2020-2021)",
        "2020-03-31 2020-06-30 2020-09-30 2021-03-31 2021-06-30 2021-09-30",
    ),
    ("Mac, Jun, dan Sept 2022", "Mac, Jun dan Sept 2022", "2022-03-31 2022-06-30 2022-09-30"),
    ("Jun setiap tahun (2021-2021)", "Jun 2021", "2021-06-30"),
    ("Jun setiap tahun(2022 – 2023)", "Jun setiap tahun (2022-2023)", "2022-06-30 2023-06-30"),
    ("Feb 2019", "Feb 2019", "2019-02-28"),
    ("Februari 2020", "Feb 2020", "2020-02-29"),
    ("Dis 2019 - Jun 2021", "Dis 2019 - Jun 2021", "2021-06-30"),
    ("DISEMBER 2019—jun. 2021", "Dis 2019 - Jun 2021", "2021-06-30"),
    ("Dis 2018 - Jun 2021", "Dis 2018 - Jun 2021", "2021-06-30"),
    ("ST1 2020 - ST3 2020", "Suku Tahun Pertama 2020 - Suku Tahun Ketiga 2020", "2020-09-30"),
    ("Suku Tahun Pertama 2021", "Suku Tahun Pertama 2021", "2021-03-31"),
    ("Suku Tahun Kedua 2021", "Suku Tahun Kedua 2021", "2021-06-30"),
    ("Suku Tahun 2 2021", "Suku Tahun Kedua 2021", "2021-06-30"),
    ("ST2 2021", "Suku Tahun Kedua 2021", "2021-06-30"),
    ("st 2 2021", "Suku Tahun Kedua 2021", "2021-06-30"),
    ("S2 2021", "Suku Tahun Kedua 2021", "2021-06-30"),
    ("S3 2021", "Suku Tahun Ketiga 2021", "2021-09-30"),
    ("Suku Tahun Keempat 2021", "Suku Tahun Keempat 2021", "2021-12-31"),
    (
        "ST1 & ST3 setiap tahun (2022-2023)",
        "Suku Tahun Pertama dan Suku Tahun Ketiga setiap tahun (2022-2023)",
        "2022-03-31 2022-09-30 2023-03-31 2023-09-30",
    ),
    ("Suku Tahun Kedua setiap tahun", "Suku Tahun Kedua setiap tahun", EVERY_JUNE),
    ("Separuh Pertama 2022", "Separuh Pertama 2022", "2022-06-30"),
    ("Separuh Kedua 2022", "Separuh Kedua 2022", "2022-12-31"),
    ("Separuh 2 2022", "Separuh Kedua 2022", "2022-12-31"),
    ("Separuh Kedua setiap tahun", "Separuh Kedua setiap tahun", EVERY_DECEMBER),
    (
        "Separuh Pertama Setiap Tahun (2022-2023)",
        "Separuh Pertama setiap tahun (2022-2023)",
        "2022-06-30 2023-06-30",
    ),
    ("31 Mac 2020", "31 Mac 2020", "2020-03-31"),
    ("01 Ogo. 2020", "1 Ogos 2020", "2020-08-01"),
    ("29 Feb 2020", "29 Feb 2020", "2020-02-29"),
    ("Sebelum 31 Mac 2020", "Sebelum 31 Mac 2020", "2020-03-31"),
    ("selewat – lewatnya 31 mac 2020", "Selewat-lewatnya 31 Mac 2020", "2020-03-31"),
    ("2021", "2021", "2021-12-31"),
    ("Tahun 2021", "2021", "2021-12-31"),
    ("Sepanjang 2021", "Sepanjang 2021", "2021-12-31"),
    ("sepanjang tahun 2021", "Sepanjang 2021", "2021-12-31"),
)

NOT_UNDERSTOOD = (
    "",
    "   ",
    "Jun",
    "Jun 19",
    "Jun 02019",
    "Jun 0019",
    "Jun 20190",
    "Jun ٢٠١٩",
    "Jun2019",
    "Jun, 2019",
    "2019 Jun",
    "Jun 2019 2020",
    "Jun 2019 (2020-2023)",
    "Jun 2020 dan Dis 2021",
    "Juni 2019",
    "Januari. 2019",
    "Jun.. 2019",
    "June 2019",
    "Jun 2019.",
    "Jun 2019 atau lebih awal",
    "kira-kira Jun 2019",
    "Jun/Dis 2019",
    "Jun - Dis 2019",
    "Jun 2019 -",
    "- Jun 2019",
    "Jun 2019 - Dis 2019 - Jun 2020",
    "Mac dan 2021",
    "dan Mac 2021",
    "Mac,, Jun 2021",
    "Macdan Jun 2021",
    "setiap tahun",
    "Sepanjang setiap tahun",
    "Jun setiap",
    "Jun setiap tahun 2020-2023",
    "Jun setiap tahun (2020)",
    "Jun setiap tahun (2020-2023",
    "Jun setiap tahun (2020-2023) (2020-2023)",
    "Jun setiap tahun (2020-2023).",
    "ST0 2021",
    "ST5 2021",
    "Suku Tahun Kelima 2021",
    "Separuh Ketiga 2021",
    "Separuh 2021",
    "Sebelum Jun 2020",
    "Sebelum 2020",
    "Selepas 31 Mac 2020",
    "31 Mac",
    "31 Mac setiap tahun",
    "31 ST1 2020",
    "31.03.2020",
    "2019-2023",
    "2020-03-31",
    "Jun 2019\x00",
    "<b>Jun 2019</b>",
)


def dates(text: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(day) for day in text.split())


def message(error: Exception) -> str:
    with translation.override("en"):
        return str(error)


@pytest.mark.parametrize(("program", "printed", "due"), PLAN)
def test_schedule_as_the_plan_prints_it(program: str, printed: str, due: str) -> None:
    assert parse_schedule(printed).due_dates(2019, 2023) == dates(due), program


def test_plan_altogether_has_31_schedules_and_85_due_dates() -> None:
    counts = [len(parse_schedule(printed).due_dates(2019, 2023)) for _, printed, _ in PLAN]

    assert len(counts) == 31
    assert sum(counts) == 85


@pytest.mark.parametrize(("phrase", "canonical", "due"), UNDERSTOOD)
def test_schedule_in_each_wording(phrase: str, canonical: str, due: str) -> None:
    schedule = parse_schedule(phrase)

    assert format_schedule(schedule) == canonical
    assert schedule.due_dates(2019, 2023) == dates(due)


@pytest.mark.parametrize(
    ("number", "names"),
    [
        (1, "Jan Jan. Januari"),
        (2, "Feb Feb. Februari"),
        (3, "Mac Mac."),
        (4, "Apr Apr. April"),
        (5, "Mei Mei."),
        (6, "Jun Jun."),
        (7, "Jul Jul. Julai"),
        (8, "Ogo Ogo. Ogos Ogos."),
        (9, "Sep Sep. Sept Sept. September"),
        (10, "Okt Okt. Oktober"),
        (11, "Nov Nov. November"),
        (12, "Dis Dis. Disember"),
    ],
)
def test_month_in_each_spelling(number: int, names: str) -> None:
    for name in names.split():
        for spelled in (name, name.lower(), name.upper()):
            (due,) = parse_schedule(f"{spelled} 2021").due_dates(2021, 2021)
            assert (due.month, (due + timedelta(days=1)).day) == (number, 1)


@pytest.mark.parametrize("example", EXAMPLES)
def test_example_is_understood_and_canonical(example: str) -> None:
    assert format_schedule(parse_schedule(example)) == example


def test_limit_words_survive_though_the_due_date_is_the_same() -> None:
    plain, before, at_latest = (
        parse_schedule(f"{words} 31 Mac 2020") for words in ("", "Sebelum", "Selewat-lewatnya")
    )

    assert len({plain, before, at_latest}) == 3
    assert before == OnDay(date(2020, 3, 31), Limit.BEFORE)
    assert plain.due_dates(2020, 2020) == before.due_dates(2020, 2020)
    assert plain.due_dates(2020, 2020) == at_latest.due_dates(2020, 2020)


def test_span_keeps_its_start() -> None:
    span = parse_schedule("Dis 2019 - Jun 2021")

    assert isinstance(span, Span)
    assert span.starts_on == date(2019, 12, 1)


def test_span_of_one_month_is_understood() -> None:
    assert parse_schedule("Jun 2021 - Jun 2021").due_dates(2021, 2021) == (date(2021, 6, 30),)


def test_schedules_that_say_the_same_are_equal_and_hash_alike() -> None:
    assert len({parse_schedule(p) for p in ("Jan & Nov 2020", "november, JANUARI 2020")}) == 1
    assert parse_schedule("Jun 2021") != parse_schedule("ST2 2021")


@pytest.mark.parametrize("phrase", NOT_UNDERSTOOD)
def test_phrase_that_is_no_schedule_is_refused_whole(phrase: str) -> None:
    with pytest.raises(ScheduleError) as refusal:
        parse_schedule(phrase)

    assert refusal.value.phrase == phrase
    assert "is not understood" in message(refusal.value)
    assert all(example in message(refusal.value) for example in EXAMPLES)


@pytest.mark.parametrize(
    ("phrase", "reason"),
    [
        ("Jum 2019", "“jum” in “Jum 2019” is not understood."),
        ("Jun 2019 (lewat)", "“lewat” in “Jun 2019 (lewat)” is not understood."),
        ("Jun 2019 2020", "“Jun 2019 2020” is not understood as a schedule."),
        ("100% siap", "“100%” in “100% siap” is not understood."),
        ("%(word)s", "“%” in “%(word)s” is not understood."),
        ("31 Feb 2020", "There is no such day as “31 Feb 2020”."),
        ("29 Feb 2021", "There is no such day as “29 Feb 2021”."),
        ("Sebelum 31 Jun 2020", "There is no such day as “Sebelum 31 Jun 2020”."),
        ("0 Mac 2020", "There is no such day as “0 Mac 2020”."),
        ("Jun 2021 - Dis 2019", "“Jun 2021 - Dis 2019” ends before it starts."),
        ("Jun 2021 – Mei 2021", "“Jun 2021 – Mei 2021” ends before it starts."),
        ("Jun Setiap Tahun (2023-2020)", "“Jun Setiap Tahun (2023-2020)” ends before it starts."),
        ("Jun & Jun 2021", "“Jun & Jun 2021” names the end of one month twice."),
        ("Jun dan ST2 2021", "“Jun dan ST2 2021” names the end of one month twice."),
    ],
)
def test_refusal_gives_the_reason(phrase: str, reason: str) -> None:
    with pytest.raises(ScheduleError) as refusal:
        parse_schedule(phrase)

    assert refusal.value.phrase == phrase
    assert message(refusal.value).startswith(f"{reason} Understood are, for example: Jun 2019; ")


def test_phrase_as_long_as_allowed_is_read() -> None:
    assert parse_schedule("Jun 2019".rjust(LONGEST_PHRASE)) == parse_schedule("Jun 2019")


@pytest.mark.parametrize("length", [LONGEST_PHRASE + 1, 10_000_000])
def test_phrase_too_long_is_refused_and_shown_in_part(length: int) -> None:
    phrase = "Jun 2019".rjust(length)

    with pytest.raises(ScheduleError) as refusal:
        parse_schedule(phrase)

    assert refusal.value.phrase == phrase
    assert "…” is longer than 200 characters." in message(refusal.value)
    assert len(message(refusal.value)) < 500


@pytest.mark.parametrize(
    ("phrase", "due"),
    [
        ("Jun 2018", "30.06.2018"),
        ("Dis 2019 - Jun 2024", "30.06.2024"),
        ("Jun setiap tahun (2018-2023)", "30.06.2018"),
        ("Jan dan Nov setiap tahun (2020-2025)", "31.01.2024"),
        ("Sebelum 1 Jan 2024", "01.01.2024"),
        ("Sepanjang 2024", "31.12.2024"),
    ],
)
def test_due_date_outside_the_plan_is_refused_by_name(phrase: str, due: str) -> None:
    with pytest.raises(ScheduleOutsidePlan) as refusal:
        parse_schedule(phrase).due_dates(2019, 2023)

    expected = f"“{phrase}” is due on {due}, outside the plan's years, 2019-2023."
    assert f"{refusal.value.due:%d.%m.%Y}" == due
    assert message(refusal.value) == expected


def test_every_year_follows_the_plan_it_is_in() -> None:
    schedule = parse_schedule("Feb setiap tahun")

    assert schedule.due_dates(2024, 2025) == dates("2024-02-29 2025-02-28")
    assert schedule.due_dates(2030, 2030) == dates("2030-02-28")


# Generated cases.


@st.composite
def schedules(draw: st.DrawFn, first_year: int = 1000, last_year: int = 9999) -> Schedule:
    years = st.integers(first_year, last_year)
    period = st.sampled_from((*MONTHS, *QUARTERS, *HALVES))
    start, end = sorted(
        draw(st.tuples(st.tuples(years, period), st.tuples(years, period))),
        key=lambda dated: dated[1].last_day(dated[0]),
    )
    periods = draw(st.lists(period, min_size=1, unique_by=lambda each: each.last_month))
    periods.sort(key=lambda each: each.last_month)
    day = st.dates(date(first_year, 1, 1), date(last_year, 12, 31))
    return draw(
        st.sampled_from(
            (
                InPeriods(tuple(periods)),
                InPeriods(tuple(periods), (start[0], start[0])),
                InPeriods(tuple(periods), (start[0], end[0])),
                Span(start[1], start[0], end[1], end[0]),
                OnDay(draw(day), draw(st.sampled_from(Limit))),
                WholeYear(draw(years), throughout=draw(st.booleans())),
            )
        )
    )


SPELLINGS = {
    "Jan": ("Jan", "Jan.", "Januari"),
    "Feb": ("Feb", "Feb.", "Februari"),
    "Apr": ("Apr", "Apr.", "April"),
    "Jul": ("Jul", "Jul.", "Julai"),
    "Ogos": ("Ogo", "Ogo.", "Ogos"),
    "Sept": ("Sep", "Sep.", "Sept", "Sept.", "September"),
    "Okt": ("Okt", "Okt.", "Oktober"),
    "Nov": ("Nov", "Nov.", "November"),
    "Dis": ("Dis", "Dis.", "Disember"),
}
AND = (" dan ", ", ", ",", " , ", ", dan ", " & ", "&", " &amp; ", "\u00a0DAN\t")
DASH = ("-", " - ", "\u2013", " \u2013 ", "\u2014", " \u2014", "\u2011 ")
SPACE = (" ", "  ", "\t", "\n", "\u00a0", " \r\n ")


@st.composite
def variants(draw: st.DrawFn, schedule: Schedule) -> str:
    """Give the canonical phrase with other spellings, separators, dashes, spaces and case."""

    def vary(token: str) -> str:
        if token in {", ", " dan "}:
            return draw(st.sampled_from(AND))
        if token.strip() == "-":
            return draw(st.sampled_from(DASH))
        if token == " ":
            return draw(st.sampled_from(SPACE))
        return draw(st.sampled_from(SPELLINGS.get(token, (token,))))

    tokens = re.split(r"(, | dan | - |-| |[()])", format_schedule(schedule))
    phrase = "".join(vary(token) for token in tokens)
    upper = draw(st.lists(st.booleans(), min_size=len(phrase), max_size=len(phrase)))
    cased = (c.upper() if up else c.lower() for c, up in zip(phrase, upper, strict=True))
    return draw(st.sampled_from(("", " "))) + "".join(cased) + draw(st.sampled_from(("", "\n")))


@given(schedules())
def test_canonical_phrase_reads_back_as_an_equal_schedule(schedule: Schedule) -> None:
    phrase = format_schedule(schedule)

    assert len(phrase) <= LONGEST_PHRASE
    assert parse_schedule(phrase) == schedule
    assert hash(parse_schedule(phrase)) == hash(schedule)


@given(st.data(), schedules())
def test_variant_of_a_phrase_is_read_the_same_and_written_canonically(
    data: st.DataObject, schedule: Schedule
) -> None:
    phrase = data.draw(variants(schedule))
    assume(len(phrase) <= LONGEST_PHRASE)

    assert parse_schedule(phrase) == schedule
    assert format_schedule(parse_schedule(phrase)) == format_schedule(schedule)


@given(schedules(2015, 2030), st.integers(2015, 2030), st.integers(0, 10))
def test_due_dates_are_in_the_plan_and_in_order_or_refused(
    schedule: Schedule, first_year: int, length: int
) -> None:
    last_year = first_year + length
    outside: date | None = None
    try:
        due_dates = schedule.due_dates(first_year, last_year)
    except ScheduleOutsidePlan as error:
        outside = error.due

    if outside:
        assert not first_year <= outside.year <= last_year
    else:
        assert due_dates
        assert list(due_dates) == sorted(set(due_dates))
        assert all(first_year <= due.year <= last_year for due in due_dates)


WORDS = st.sampled_from(
    [period.words for period in (*MONTHS, *QUARTERS, *HALVES)]
    + ["setiap tahun", "(2020-2023)", "2021", "31", "Sebelum", "Sepanjang", "tahun", "ST2"]
    + ["dan", ",", "&", "-", "(", ")", ".", "x", "1", "0000", "99999", *EXAMPLES]
)


def read(text: str) -> Schedule | ScheduleError:
    try:
        return parse_schedule(text)
    except ScheduleError as error:
        return error


@given(st.text() | st.lists(WORDS, max_size=9).map(" ".join) | st.lists(WORDS).map("".join))
def test_any_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    result = read(text)

    if isinstance(result, ScheduleError):
        assert result.phrase == text
    else:
        assert parse_schedule(format_schedule(result)) == result


@given(schedules(), st.sampled_from(("x", ".", ",", "-", "2021", "Jun", "setiap tahun", "(")))
def test_phrase_with_rubbish_after_it_is_refused(schedule: Schedule, rubbish: str) -> None:
    with pytest.raises(ScheduleError):
        parse_schedule(f"{format_schedule(schedule)} {rubbish}")


def test_period_is_described_by_its_words_and_last_day() -> None:
    assert [period.words for period in QUARTERS][1] == "Suku Tahun Kedua"
    assert Period("Feb", 2, 2).last_day(2000) == date(2000, 2, 29)
