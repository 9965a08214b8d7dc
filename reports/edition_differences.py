"""Every difference between two editions of a review, one by one: a pure function of their snapshots.

What the snapshot computes from what is told here (figures, counts, sentences of reasons, what falls
due next) is left out: it differs because these do, and ``snapshot_comparison`` tells the large ones.
A text is told by the paragraphs that differ.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from kpi.choices import KpiKind, MilestoneStatus, ProgramStatus
from kpi.reasons import due_label
from programs.choices import Duty
from progress.choices import UpdateState
from reports.canonical import Json, Part
from reports.choices import Classification, DocumentLanguage
from reports.snapshot_comparison import PEOPLE, SETTINGS, TEXTS, named_in, programs_in

# A snapshot read back is JSON of a known schema; its values are read, never changed.
Read = Any
Key = tuple[object, ...]


def _in_words(labels: Mapping[str, str]) -> dict[str, Promise]:
    return {name: gettext_lazy(label) for name, label in labels.items()}


# What a part says of itself, by name. What an older schema did not say is not compared.
AGENCY = {
    "name": gettext_lazy("name"),
    "short_name": gettext_lazy("short name"),
    "address": gettext_lazy("address"),
    "email": gettext_lazy("e-mail"),
    "phone": gettext_lazy("telephone"),
    "website": gettext_lazy("website"),
}
PLAN = {
    "code": gettext_lazy("code"),
    "first_year": gettext_lazy("first year"),
    "last_year": gettext_lazy("last year"),
    **_in_words(SETTINGS),
}
NARRATIVE = _in_words(TEXTS)
PROGRAM = {
    "name": gettext_lazy("name"),
    "note": gettext_lazy("note"),
    "weight": gettext_lazy("weight"),
}
KPI = {
    "indicator": gettext_lazy("indicator"),
    "indicator_as_printed": gettext_lazy("indicator as printed"),
    "schedule": gettext_lazy("schedule"),
    "target_value": gettext_lazy("target value"),
    "unit": gettext_lazy("unit"),
    "note": gettext_lazy("note"),
}
UPDATE = {
    "percent": gettext_lazy("percent"),
    "narrative": gettext_lazy("what happened"),
    "issues": gettext_lazy("issues"),
    "corrective_action": gettext_lazy("corrective action"),
}
AMENDMENT = {
    "number": gettext_lazy("number"),
    "committee": gettext_lazy("committee"),
    "reason": gettext_lazy("reason"),
}
STATUSES = {status.value: status for status in (*ProgramStatus, *MilestoneStatus)}


@dataclass(frozen=True)
class Fact:
    """``value`` is what is compared, the same in every language; ``shown`` is what is read."""

    label: str
    value: object
    shown: str


@dataclass
class Entry:
    """Something the snapshot tells of: where it stands, and its facts by name."""

    place: str
    facts: dict[str, Fact] = field(default_factory=dict)

    def tell(self, part: Mapping[str, Read], names: Mapping[str, str | Promise]) -> None:
        for name, label in names.items():
            if name in part:
                self.put(name, str(label), part[name], str(part[name] or ""))

    def put(self, name: str, label: str, value: object, shown: str) -> None:
        # Nothing said and an empty text are the same to a reader.
        self.facts[name] = Fact(label, value or "", shown)

    def day(self, part: Mapping[str, Read], name: str, label: str) -> None:
        if name in part:
            self.put(name, label, part[name], _day(part[name]))


def differences(before: Part, after: Part) -> list[Json]:
    """Each with its place, what of it differs, and how it was and is; in the active language."""
    earlier, later = dict(_entries(before)), dict(_entries(after))
    found: list[Json] = []
    for key in [*later, *(key for key in earlier if key not in later)]:
        was, now = earlier.get(key), later.get(key)
        if was and now:
            found += _between(was, now)
        elif now:
            found.append(_row(now.place, _("the whole"), "", pgettext("difference", "added")))
        elif was:
            found.append(_row(was.place, _("the whole"), "", _("no longer there")))
    return found


def _between(was: Entry, now: Entry) -> Iterator[Json]:
    for name, after in now.facts.items():
        before = was.facts.get(name)
        if before and before.value != after.value:
            for old, new in _paragraphs(before.shown, after.shown):
                yield _row(now.place, after.label, old, new)


def _paragraphs(before: str, after: str) -> Iterator[tuple[str, str]]:
    """The lines that differ, as they stood and as they stand."""
    old, new = before.splitlines() or [""], after.splitlines() or [""]
    told = False
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, first, last, start, end in matcher.get_opcodes():
        pair = "\n".join(old[first:last]).strip(), "\n".join(new[start:end]).strip()
        if kind != "equal" and pair[0] != pair[1]:
            told = True
            yield pair
    if not told:  # they differ by what cannot be seen
        yield before, after


def _row(place: str, label: str, before: str, after: str) -> Json:
    return {"place": place, "label": capfirst(label), "before": before, "after": after}


def _entries(snapshot: Read) -> Iterator[tuple[Key, Entry]]:
    yield ("agency",), _agency(snapshot)
    plan = Entry(_("Plan"))
    plan.tell(snapshot["plan"], PLAN)
    yield ("plan",), plan
    yield ("review",), _review(snapshot)
    for teras in snapshot["teras"]:
        entry = Entry(_("Thrust %s") % teras["number"])
        entry.tell(teras, {"name": _("name"), "narrative": _("what the review says of it")})
        yield ("teras", teras["number"]), entry
        for strategy in teras["strategies"]:
            entry = Entry(
                _("Thrust %(teras)s, strategy %(number)s")
                % {"teras": teras["number"], "number": strategy["number"]}
            )
            entry.tell(strategy, {"name": _("name")})
            codes = [program["code"] for program in strategy["programs"]]
            entry.put("programs", _("programmes"), codes, ", ".join(codes))
            yield ("strategy", teras["number"], strategy["number"]), entry
    for program in programs_in(snapshot):
        yield from _program(program)
    yield from _amendments(snapshot)
    yield from _carried(snapshot)
    yield from _others(snapshot)


def _agency(snapshot: Read) -> Entry:
    entry = Entry(_("Agency"))
    entry.tell(snapshot["agency"], AGENCY)
    if "crest" in snapshot["agency"]:
        crest = (snapshot["agency"]["crest"] or {}).get("sha256", "")
        entry.put("crest", _("crest"), crest, f"SHA-256 {crest[:12]}…" if crest else "")
    return entry


def _review(snapshot: Read) -> Entry:
    entry, review = Entry(_("Report")), snapshot["review"]
    entry.tell(review, {"file_reference": _("file reference")})
    entry.day(review, "as_of", _("facts as at"))
    if "classification" in review:
        value = review["classification"]["value"]
        shown = str(Classification(value).label)
        entry.put("classification", _("classification"), value, shown)
    language = snapshot["language"]
    entry.put("language", _("language"), language, str(DocumentLanguage(language).label))
    entry.put("sample", _("sample data"), snapshot["is_sample"], _yes_no(snapshot["is_sample"]))
    for name, label in PEOPLE.items():
        person = named_in(snapshot, name)
        entry.put(name, _(label), person, _person(person))
    entry.tell(snapshot["narrative"], NARRATIVE)
    return entry


def _program(program: Read) -> Iterator[tuple[Key, Entry]]:
    place = _("Programme %s") % program["code"]
    entry = Entry(place)
    entry.tell(program, PROGRAM)
    status = program["status"]["value"]
    entry.put("status", _("status"), status, str(STATUSES[status].label))
    officers = [
        f"{_person(officer)} ({Duty(officer['duty']).label})" for officer in program["officers"]
    ]
    known = [
        [officer[name] for name in ("duty", "name", "post")] for officer in program["officers"]
    ]
    entry.put("officers", _("officers"), known, "; ".join(officers))
    entry.put("sub_items", _("sub-items"), program["sub_items"], "\n".join(program["sub_items"]))
    yield ("program", program["code"]), entry
    for kpi in program["kpis"]:
        key = ("kpi", program["code"], kpi["number"])
        entry = Entry(f"{place}, KPI {kpi['number']}")
        entry.tell(kpi, KPI)
        entry.put("kind", _("kind"), kpi["kind"], str(KpiKind(kpi["kind"]).label))
        yield key, entry
        for milestone in kpi["milestones"]:
            due = due_label(date.fromisoformat(milestone["baseline_due"]))
            where = _("milestone %s") % due
            yield from _milestone((*key, milestone["baseline_due"]), f"{place}, {where}", milestone)


def _milestone(key: Key, place: str, milestone: Read) -> Iterator[tuple[Key, Entry]]:
    entry = Entry(place)
    entry.day(milestone, "due", _("due date"))
    status = milestone["status"]["value"]
    entry.put("status", _("status"), status, str(STATUSES[status].label))
    entry.day(milestone, "achieved_on", _("achieved on"))
    entry.day(milestone, "missed_on", _("closed on"))
    entry.tell(milestone, {"actual_value": _("actual value"), "added_by": _("added by")})
    verified = milestone["is_verified"]
    entry.put("verified", _("verified"), verified, _yes_no(verified))
    if "latest_update" in milestone:
        update = milestone["latest_update"] or {}
        told = f"{_day(update.get('effective_on'))} {_person(update.get('recorded_by'))}".strip()
        names = ("effective_on", "recorded_on", "recorded_by")
        entry.put("update", _("latest update"), [update.get(name) for name in names], told)
        entry.tell({name: update.get(name) for name in UPDATE}, UPDATE)
        state = update.get("state", "")
        shown = str(UpdateState(state).label) if state else ""
        entry.put("state", _("state of the update"), state, shown)
        verifier = update.get("verified_by")
        entry.put("verified_by", _("verified by"), verifier, _person(verifier))
    yield ("milestone", *key), entry
    for evidence in milestone.get("evidence", ()):
        name = evidence["name"] or evidence["url"]
        what = _("evidence %s") % name
        entry = Entry(f"{place}, {what}")
        entry.tell(
            evidence,
            {"url": _("link"), "size": _("size"), "sha256": "SHA-256", "content_type": _("kind")},
        )
        # Of the same name on the same update, they are told apart by content.
        yield ("evidence", *key, evidence["update"], name, evidence["sha256"]), entry


def _amendments(snapshot: Read) -> Iterator[tuple[Key, Entry]]:
    for amendment in snapshot["amendments"]:
        place = _("Amendment %s") % amendment["meeting"]
        entry = Entry(place)
        entry.day(amendment, "decided_on", _("decided on"))
        entry.tell(amendment, AMENDMENT)
        made = amendment["decisions"]
        names = ("kind", "code", "subject", "from", "to")
        known = [[decision.get(name) for name in names] for decision in made]
        shown = "\n".join(f"{d['code']} {d['subject']}: {d['words']}" for d in made)
        entry.put("decisions", _("decisions"), known, shown)
        yield ("amendment", amendment["meeting"], amendment["decided_on"]), entry


def _carried(snapshot: Read) -> Iterator[tuple[Key, Entry]]:
    """What a closing report says is carried on into the next plan."""
    for carried in snapshot.get("carried", ()):
        entry = Entry(_("Programme %s, carried on") % carried["code"])
        decision = carried["decision"] or {"value": "", "label": ""}
        entry.put("decision", _("decision"), decision["value"], decision["label"])
        entry.tell(carried, {"words": _("words")})
        yield ("carried", carried["code"]), entry


# What stands in the snapshot beside what was told above: computed, or of the edition itself.
TOLD = {
    "agency",
    "plan",
    "review",
    "language",
    "is_sample",
    "people",
    "narrative",
    "teras",
    "amendments",
    "carried",
}
COMPUTED = {"answer", "figures", "counts", "s_curve", "next_year", "by_year", "committees"}
ITS_OWN = {
    "schema",
    "schema_version",
    "editions",
    "since_last_edition",
    "since_last_review",
    "issued_before",
}


def _others(snapshot: Read) -> Iterator[tuple[Key, Entry]]:
    """Parts that came into the schema later, told as they stand, so that none is passed over."""
    for part in snapshot.keys() - TOLD - COMPUTED - ITS_OWN:
        entry = Entry(_("Other data: %s") % part)
        for path, value in _leaves(snapshot[part]):
            entry.put(path, path, value, str(value))
        yield ("other", part), entry


def _leaves(value: Read, path: str = "") -> Iterator[tuple[str, Read]]:
    if isinstance(value, Mapping):
        for name in value:
            yield from _leaves(value[name], f"{path}.{name}".lstrip("."))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for number, each in enumerate(value, start=1):
            yield from _leaves(each, f"{path}.{number}".lstrip("."))
    else:
        yield path, value


def _person(person: Read) -> str:
    if not person:
        return ""
    return f"{person['name']}, {person['post']}" if person.get("post") else str(person["name"])


def _day(iso: str | None) -> str:
    return f"{date.fromisoformat(iso):%d.%m.%Y}" if iso else ""


def _yes_no(value: bool) -> str:  # noqa: FBT001 - it is the value itself
    return _("yes") if value else _("no")
