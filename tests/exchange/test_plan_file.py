"""The plan file: MPAG's plan as printed, and files that are wrong or meant to do harm."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from exchange.plan_entries import (
    AgencyEntry,
    KpiEntry,
    PlanFile,
    ProgramEntry,
    StrategyEntry,
    TerasEntry,
)
from exchange.plan_file import LARGEST, PlanFileError, parse_plan_file, read_plan_file
from exchange.plan_writer import write_plan_file
from exchange.targets import EXAMPLES, format_target, parse_target
from kpi.choices import KpiKind

MPAG = Path(settings.BASE_DIR) / "fixtures" / "psict-mpag-2019-2023.yaml"
SMALL = """\
agensi:
  nama: Majlis Contoh
  singkatan: MC
  laluan: mc
pelan:
  kod: PSICT 2019-2023
  laluan: psict-2019-2023
  tajuk: Pelan
  tahun: 2019-2023
teras:
  - nombor: 1
    nama: Teras satu
    strategi:
      - nombor: 1
        nama: Strategi satu
        program:
          - kod: 1.1
            nama: Program satu
            kpi:
              - petunjuk: Sistem dilaksanakan
                jadual: Jun 2019
"""


@pytest.fixture(scope="module")
def mpag() -> PlanFile:
    return read_plan_file(MPAG)


@pytest.fixture(autouse=True)
def _in_english() -> object:
    with translation.override("en"):
        yield


def problems(text: str | bytes) -> list[str]:
    content = text.encode() if isinstance(text, str) else text
    with pytest.raises(PlanFileError) as refusal:
        parse_plan_file(content, "pelan.yaml")
    return refusal.value.sentences


def test_mpag_plan_has_4_teras_10_strategies_29_programmes_31_kpis_85_milestones(
    mpag: PlanFile,
) -> None:
    assert len(mpag.teras) == 4
    assert len(mpag.strategies) == 10
    assert len(mpag.programs) == 29
    assert len(mpag.kpis) == 31
    assert mpag.milestone_count == 85


def test_mpag_plan_has_jadual_2_programmes_per_teras_and_order_of_teras(mpag: PlanFile) -> None:
    by_teras = {
        teras.name: sum(len(strategy.programs) for strategy in teras.strategies)
        for teras in mpag.teras
    }
    assert by_teras == {
        "Pengukuhan Infrastruktur dan Keselamatan ICT": 9,
        "Pemerkasaan Aplikasi Penyampaian Perkhidmatan": 10,
        "Pengukuhan Tadbir Urus ICT": 6,
        "Pengukuhan Keupayaan ICT Dalam Penyampaian Perkhidmatan": 4,
    }
    assert [len(teras.objectives) for teras in mpag.teras] == [3, 3, 2, 2]


@pytest.mark.parametrize(
    ("code", "name", "indicator", "schedule"),
    [
        (
            "1.1",
            "Penstrukturan pendawaian rangkaian bilik server",
            "Penstrukturan pendawaian rangkaian bilik server dilaksanakan",
            "Jun 2019",
        ),
        (
            "1.2",
            "Monitoring System dan Keselamatan Rangkaian dan server (NMS)",
            "Monitoring System Rangkaian dan Server (NMS) dilaksanakan",
            "Jun Setiap Tahun (2020-2023)",
        ),
        (
            "2.1",
            (
                "Pembangunan Sistem Permohonan Lesen Online"
                " (Kategori Tidak Berisiko Tinggi & Gerbang Bayaran MPAG)"
            ),
            "Pelaksanaan Sistem Permohonan Lesen Online & Gerbang Bayaran MPAG",
            "Jun 2019",
        ),
        (
            "3.3",
            "Kajian semula Pelan Strategik ICT MPAG 2019 – 2023",
            "Satu laporan dibentangkan",
            "Dis setiap tahun",
        ),
        (
            "4.3",
            "Perlaksanaan Technology Update kepada staf teknikal ICT",
            "Dua sesi Technology Update",
            "Jan & Nov setiap tahun",
        ),
    ],
)
def test_mpag_programme_is_in_the_documents_words(
    mpag: PlanFile, code: str, name: str, indicator: str, schedule: str
) -> None:
    program = next(each for _t, _s, each in mpag.programs if each.code == code)
    assert (program.name, program.kpis[0].indicator, program.kpis[0].schedule) == (
        name,
        indicator,
        schedule,
    )


def test_mpag_codes_keep_their_last_zero_and_follow_the_print(mpag: PlanFile) -> None:
    codes = [program.code for _teras, _strategy, program in mpag.programs]
    assert codes == (
        [f"1.{n}" for n in range(1, 10)]
        + [f"2.{n}" for n in range(1, 11)]
        + [f"3.{n}" for n in range(1, 7)]
        + [f"4.{n}" for n in range(1, 5)]
    )


def test_mpag_sub_items_and_second_indicators(mpag: PlanFile) -> None:
    programs = {program.code: program for _t, _s, program in mpag.programs}
    assert programs["2.10"].sub_items == ("FinIS 2.0", "Avis", "eKaunter")
    assert programs["4.4"].sub_items == ("portal MPAG", "mel elektronik", "media sosial")
    assert [code for code, each in programs.items() if len(each.kpis) == 2] == ["4.1", "4.4"]


def test_mpag_measured_targets(mpag: PlanFile) -> None:
    measured = {
        program.code: f"{kpi.kind.value} {kpi.target} {kpi.unit}"
        for _t, _s, program in mpag.programs
        for kpi in program.kpis
        if kpi.kind is not KpiKind.DONE
    }
    assert measured == {
        "1.7": "at_least 1 perolehan",
        "1.8": "at_least 1 perolehan",
        "3.5": "at_most 0 permohonan",
        "4.2": "at_least 2 orang",
        "4.3": "at_least 1 sesi",
    }


def test_mpag_errors_of_substance_stay_with_a_note(mpag: PlanFile) -> None:
    programs = {program.code: program for _t, _s, program in mpag.programs}
    ups, wifi = programs["1.7"], programs["1.8"]
    assert wifi.kpis[0].indicator.lower() == ups.kpis[0].indicator.lower()
    assert "1.7" in (wifi.note or "")
    assert all('"Teras Strategik 3"' in (teras.note or "") for teras in mpag.teras[2:])
    assert mpag.vision is None
    assert mpag.mission is None
    assert "Rajah 3" in (mpag.note or "")
    assert all("disimpulkan" in (strategy.note or "") for _teras, strategy in mpag.strategies)


@pytest.mark.parametrize("wrong", ["Pemerksaan", "Pemeraksanaan", "Perhidmatan", "&amp;", "<i>"])
def test_mpag_spelling_is_put_right(wrong: str) -> None:
    assert wrong not in MPAG.read_text()


def test_schedule_not_understood_is_refused_with_line_phrase_and_examples() -> None:
    (sentence,) = problems(SMALL.replace("Jun 2019", "Jum 2019"))
    assert sentence.startswith("pelan.yaml, line 21: “jum” in “Jum 2019” is not understood.")
    assert "Understood are, for example: Jun 2019; Jun setiap tahun;" in sentence


def test_schedule_outside_the_plan_is_refused_with_line_and_date() -> None:
    (sentence,) = problems(SMALL.replace("Jun 2019", "Jun 2024"))
    assert sentence.startswith("pelan.yaml, line 21:")
    assert "30.06.2024" in sentence


def test_every_problem_is_said_at_once_in_order_of_lines() -> None:
    text = (
        SMALL.replace("singkatan: MC", "singkat: MC")
        .replace("2019-2023\nteras", "dari 2019\nteras")
        .replace("jadual: Jun 2019", "jadual: nanti\n                sasaran: banyak")
    )
    assert [sentence.split(": ")[0] for sentence in problems(text)] == [
        "pelan.yaml, line 2",
        "pelan.yaml, line 3",
        "pelan.yaml, line 9",
        "pelan.yaml, line 21",
        "pelan.yaml, line 22",
    ]


def test_unknown_key_is_refused_with_the_one_that_may_be_meant() -> None:
    (sentence,) = problems(SMALL.replace("tajuk: Pelan", "tajuk: Pelan\n  catitan: x"))
    assert (
        sentence == "pelan.yaml, line 9: “catitan” is not understood in “pelan”; is it “catatan”?"
    )


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        (
            "          - kod: 1.1\n            nama: Lagi\n",
            "line 22: Programme 1.1 was given already, on line 17.",
        ),
        (
            "      - nombor: 1\n        nama: Lagi\n",
            "line 22: Strategy 1.1 was given already, on line 14.",
        ),
        ("  - nombor: 1\n    nama: Lagi\n", "line 22: Thrust 1 was given already, on line 11."),
        (
            "            nama: Lagi\n",
            "line 22: “nama” was given already, on line 18.",
        ),
    ],
)
def test_what_is_given_twice_is_refused(extra: str, said: str) -> None:
    assert problems(SMALL + extra) == [f"pelan.yaml, {said}"]


def test_target_not_understood_is_refused_with_what_would_be() -> None:
    (sentence,) = problems(
        SMALL.replace("jadual: Jun 2019", "jadual: Jun 2019\n                sasaran: dua orang")
    )
    assert sentence.startswith("pelan.yaml, line 22: “dua orang” is not understood as a target.")
    assert "sekurang-kurangnya 2 orang" in sentence


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "line 1: The file is empty."),
        (b"a: &x [1]\nb: *x\n", "line 1: References"),
        (b"a: !!python/object/apply:os.system [true]\n", "line 1: Tags"),
        (b"[" * 5000, "line 1: This is nested too deeply."),
        (b"- " * 5000, "line 1: This is nested too deeply."),
        (b"a: 1\n---\nb: 1\n", "line 2: A second document"),
        (b"? [a]\n: 1\n", "line 1: A key is a word"),
        (b"a: \x00\n", "line 1: There is a character"),
        (b"a:\n  \xff\n", "line 2: The file is not UTF-8"),
        (b'a: "\\UFFFFFFFF"\n', "line 1: The file is not written as a plan file"),
        (b"a: [1\n", "The file is not written as a plan file"),
        (b"# " + b"x" * LARGEST, "The file is larger than 1000 KB."),
        (b"''\n", "line 1: the plan file is to be written as keys with values"),
    ],
)
def test_hostile_or_broken_file_is_refused(content: bytes, said: str) -> None:
    sentences = problems(content)
    assert len(sentences) == 1
    assert said in sentences[0]


@pytest.mark.parametrize("key", ["teras", "strategi", "program", "kpi"])
def test_empty_part_of_a_list_is_refused(key: str) -> None:
    text = re.sub(rf"^( *){key}:$.*", rf"\1{key}:\n\1  -\n", SMALL, flags=re.MULTILINE | re.DOTALL)
    (sentence,) = problems(text)
    assert f"“{key}” is to be written as keys with values" in sentence


def test_control_characters_never_reach_the_database() -> None:
    (sentence,) = problems(SMALL.replace("Program satu", '"Program\\0satu"'))
    assert sentence == "pelan.yaml, line 18: There is a character that does not belong in text."


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("laluan: mc", "laluan: pentadbiran", "line 4: The portal uses this address itself."),
        ("laluan: mc", "laluan: m c", "line 4: Enter a valid “slug”"),
        ("nama: Program satu", f"nama: {'x' * 501}", "line 18: Ensure this value has at most 500"),
        ("kod: 1.1", "kod: 1/1", "line 17: Write a code such as 1.8"),
        ("nombor: 1\n    nama", "nombor: satu\n    nama", "line 11: “satu” is not a whole number"),
    ],
)
def test_value_the_portal_cannot_hold_is_refused_with_its_line(
    old: str, new: str, said: str
) -> None:
    (sentence,) = problems(SMALL.replace(old, new))
    assert said in sentence


def test_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(PlanFileError, match=r"tiada\.yaml: The file cannot be read"):
        read_plan_file(tmp_path / "tiada.yaml")


def test_words_that_yaml_would_convert_stay_text() -> None:
    plan = parse_plan_file(SMALL.replace("Program satu", "Ya").encode(), "pelan.yaml")
    assert plan.programs[0][2].name == "Ya"
    assert plan.programs[0][2].code == "1.1"


@pytest.mark.parametrize("phrase", EXAMPLES)
def test_target_example_is_understood_and_canonical(phrase: str) -> None:
    understood = parse_target(phrase)
    assert understood is not None
    assert format_target(*understood) == phrase


# Generated cases: whatever a plan holds, its file reads back as the same plan.

lines = (
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")),
        min_size=1,
        max_size=40,
    )
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
notes = st.none() | st.lists(lines, min_size=1, max_size=3).map("\n".join)
targets = st.one_of(
    st.just((KpiKind.DONE, None, "")),
    st.tuples(
        st.sampled_from([KpiKind.AT_LEAST, KpiKind.AT_MOST]),
        st.decimals(0, 10**9, places=2),
        st.sampled_from(["", "orang", "kali sebulan"]),
    ),
    st.tuples(st.just(KpiKind.PERCENT), st.decimals(0, 100, places=1), st.just("%")),
)
kpis = st.builds(
    lambda indicator, schedule, target, note: KpiEntry(
        indicator, schedule, target[0], target[1], target[2], note
    ),
    lines,
    st.sampled_from(["Jun 2019", "Jan & Nov setiap tahun", "Sebelum 31 Mac 2020", "2021"]),
    targets,
    notes,
)
programs = st.builds(
    ProgramEntry,
    code=st.just("1.1"),
    name=lines,
    weight=st.decimals(Decimal("0.001"), 9999, places=3),
    sub_items=st.lists(lines, max_size=2).map(tuple),
    note=notes,
    kpis=st.lists(kpis, max_size=2).map(tuple),
)


@given(
    programs, lines, notes, st.lists(st.tuples(lines, lines), min_size=1, max_size=2, unique=True)
)
def test_written_plan_reads_back_as_the_same(
    program: ProgramEntry, name: str, note: str | None, alignments: list[tuple[str, str]]
) -> None:
    plan = PlanFile(
        agency=AgencyEntry(slug="mc", name=name, short_name="MC", address=note),
        code="PSICT",
        slug="psict",
        title=name,
        first_year=2019,
        last_year=2023,
        vision=note,
        settings=(90, None, 30, 180),
        teras=(
            TerasEntry(
                number=1,
                name=name,
                objectives=(name,),
                alignments=tuple(sorted(alignments)),
                strategies=(StrategyEntry(1, name, note, (program,)),),
            ),
        ),
    )
    assert parse_plan_file(write_plan_file(plan).encode(), "pelan.yaml") == plan


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused_and_nothing_else(content: bytes) -> None:
    with pytest.raises(PlanFileError):
        parse_plan_file(content, "pelan.yaml")
