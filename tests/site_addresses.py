"""The addresses of the portal, and what their parameters are in the world of the site map."""

from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from reports.models import AnnualReview
from tests.site_world import World

NOT_PAGES = {
    "health": "a word for machines",
    "favicon": "leads to a picture",
    "set_language": "acts on what is sent to it, and leads back",
    "set_keys": "acts on what is sent to it, and leads back",
    "home": "leads to one's plan; what it shows without one is the state 'no plan'",
    "verify_update": "acts on what is sent to it, and leads back",
    "review_begin": "acts on what is sent to it, and leads to the draft",
    "closing_begin": "acts on what is sent to it, and leads to the draft",
    "review_autosave": "data for a form's script",
    **dict.fromkeys(
        (
            "review_bring_back",
            "review_submit",
            "review_endorse",
            "review_approve",
            "review_return",
            "review_reopen",
            "review_comment",
            "review_comment_resolve",
        ),
        "acts on what is sent to it, and leads back",
    ),
    "review_preview": "a PDF",
    "review_pdf": "a PDF",
    "review_snapshot": "data",
    "evidence": "a file",
    "set_theme": "acts on what is sent to it, and leads back",
    "december_letters": "acts on what is sent to it, and leads back",
    "meeting_sheet_pdf": "a PDF",
    "evidence_page": "a picture",
    "review_page": "a picture",
    **dict.fromkeys(
        ("programs_workbook", "milestones_workbook", "plan_workbook", "review_workbook"),
        "a workbook",
    ),
    "review_word": "a document for a word processor",
    "crest": "a picture",
    "admin:login": "leads to the portal's own sign-in",
    "admin:logout": "leads away",
    "admin:password_change": "leads to the portal's own",
    "admin:password_change_done": "leads to the portal's own",
    "admin:autocomplete": "data for a form's script",
    "admin:jsi18n": "a script",
    "admin:reports_annualreview_edition": "acts on what is sent to it, and leads to the draft",
    "admin:reports_issueddocument_pdf": "a PDF",
}
# The admin answers these with 404 or 403 for everybody: there is no such page.
NEVER_IN_THE_ADMIN = {
    f"admin:{model}_{deed}"
    for model, deeds in {
        "accounts_agency": "delete",
        "accounts_user": "delete",
        "teras_amendment": "delete",
        "kpi_milestone": "add delete",
        "progress_progressupdate": "history simple_history delete",
        "progress_verification": "add history simple_history delete",
        "progress_evidence": "add history simple_history delete",
        "reports_issueddocument": "add history simple_history delete",
    }.items()
    for deed in deeds.split()
}

# The record that an address asks for, by its number or code.
KEYS: dict[str, Callable[[World], object]] = {
    "record_update": lambda world: world.open_milestone.pk,
    "correct_update": lambda world: world.own_update.pk,
    "return_update": lambda world: world.waiting_update.pk,
    "verify_queue_update": lambda world: world.waiting_update.pk,
    "check_code": lambda world: world.issued.document.code,
    "admin:reports_annualreview_issue": lambda world: world.draft.pk,
    "admin:teras_teras_delete": lambda world: world.draft_program.strategy.teras_id,
    "admin:teras_strategy_delete": lambda world: world.draft_program.strategy_id,
    "admin:programs_program_delete": lambda world: world.draft_program.pk,
    "admin:kpi_kpi_delete": lambda world: world.draft_program.kpis.get().pk,
    "admin:teras_plan_delete": lambda world: world.draft_program.plan_id,
}

# The review whose page an address is, where it is not the year's draft.
REVIEWS: dict[str, Callable[[World], AnnualReview]] = {
    "review_pages": lambda world: world.issued,
    "review_carries": lambda world: world.closing,
}

# Pages that only come of something sent: ``site_states`` says what.
ONLY_SENT = {
    "return_update",
    "admin:programs_program_process_import",
    "admin:kpi_kpi_process_import",
    "admin:progress_progressupdate_process_import",
}


def addresses() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Name and parameters of each address; the admin's with ``admin:`` before its name."""
    yield from _addresses(get_resolver().url_patterns, "", ())


def _addresses(
    patterns: list[URLPattern | URLResolver], space: str, before: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for pattern in patterns:
        mine = (*before, *pattern.pattern.converters, *_groups(pattern))
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else space
            yield from _addresses(pattern.url_patterns, inner, mine)
        elif pattern.name:
            yield f"{space}{pattern.name}", mine


def _groups(pattern: URLPattern | URLResolver) -> tuple[str, ...]:
    regex = pattern.pattern.regex
    named = tuple(name for name in regex.groupindex if name not in pattern.pattern.converters)
    return named or tuple(f"#{n}" for n in range(regex.groups - len(pattern.pattern.converters)))


class CannotReach(Exception):
    """An address whose parameters the map does not know."""


def world_arguments(name: str, parameters: tuple[str, ...], world: World) -> list[object]:
    review = REVIEWS[name](world) if name in REVIEWS else world.draft
    if name.startswith("admin:"):
        known: dict[str, object] = _admin_arguments(name, world)
    else:
        known = {
            "agency": world.plan.agency.slug,
            "plan": world.plan.slug,
            "code": "1.8",
            "year": review.period,
            "edition": review.edition,
            "version": review.version,
            "comment": 1,
        }
    if name in KEYS:
        known |= dict.fromkeys(("pk", "object_id", "code"), KEYS[name](world))
    unknown = [each for each in parameters if each not in known]
    if unknown:
        raise CannotReach(f"{name}: say in tests/site_addresses.py what {', '.join(unknown)} is")
    return [known[each] for each in parameters]


def _admin_arguments(name: str, world: World) -> dict[str, object]:
    known: dict[str, object] = {"app_label": "teras"}
    parts = name.removeprefix("admin:").split("_", 2)
    if len(parts) == 3:
        record = world.one(apps.get_model(parts[0], parts[1]))
        history: Any = getattr(record, "history", None)
        known |= {
            "object_id": record and record.pk,
            "#0": record and record.pk,
            "#1": history.first().pk if history is not None else 1,
        }
    return known


def address(name: str, world: World) -> str:
    parameters = dict(addresses())[name]
    return reverse(name, args=world_arguments(name, parameters, world))
