"""The states that pages can be in beside their first look: filtered, refused, in conflict, broken."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from unittest.mock import patch

from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse

from tests.markup import Element, read
from tests.site_addresses import address
from tests.site_world import World

VISITOR = ("visitor",)
# Who looks at the pages. "newcomer" has no role yet, "stranger" heads an agency whose plan is empty.
PORTAL = (
    "visitor", "administrator", "head", "officer", "management", "auditor", "newcomer", "stranger",
)  # fmt: skip
# Who comes into the admin; "root" looks after the installation, and may open whatever there is.
ADMIN = ("root", "administrator", "head", "officer", "auditor")


# States of pages that their address says: name of the address, name of the state, query.
STATES = (
    ("dashboard", "as at", "?setakat=2021-12-31"),
    ("dashboard", "before anything", "?setakat=2019-01-01"),
    ("dashboard", "filtered", "?setakat=2021-12-31&teras=1&tahun=2021&status=critical"),
    ("programs", "filtered", "?setakat=2021-12-31&status=critical&teras=1"),
    ("programs", "nothing found", "?status=not_started&teras=4&tahun=2019"),
    ("milestones", "filtered", "?setakat=2021-12-31&status=overdue&bahagian=belum"),
    ("milestones", "nothing found", "?tahun=2019&teras=4&status=upcoming"),
    ("search", "found", "?q=lathian"),
    ("search", "nothing found", "?q=keslmtan&setakat=2021-12-31"),
    ("search", "found", "?q=latihan"),
    ("search", "misspelt", "?q=rankaian"),
    ("search", "nothing found", "?q=tiadalangsung"),
    ("check_document", "with errors", "?code=7K3M"),
    ("plan_tree", "as at", "?setakat=2021-12-31"),
    ("plan_gantt", "as at", "?setakat=2021-12-31"),
    ("plan_gantt", "of a year", "?setakat=2021-12-31&tahun=2021"),
    ("plan_gantt", "nothing found", "?tahun=2019&status=dropped&teras=4"),
    ("admin:kpi_milestone_changelist", "filtered", "?due__year=2021&_facets=True"),
    ("admin:kpi_milestone_changelist", "nothing found", "?q=tiadalangsung"),
)


Ask = Callable[[Client, World], HttpResponse]


@dataclass(frozen=True)
class Page:
    """A page in a state: which address, for whom, and how it is asked for."""

    address_name: str
    state: str
    who: tuple[str, ...]
    ask: Ask

    @property
    def name(self) -> str:
        return f"{self.address_name} ({self.state})" if self.state else self.address_name


def get(client: Client, where: str) -> HttpResponse:
    return client.get(where, follow=True)  # type: ignore[return-value]  # the test client's own kind


def post(client: Client, where: str, data: Mapping[str, object]) -> HttpResponse:
    """Send, look at what comes of it, and undo it."""
    with transaction.atomic():
        response = client.post(where, data, follow=True)
        list(response)
        transaction.set_rollback(True)
    return response  # type: ignore[return-value]  # the test client's own kind


def fields(response: HttpResponse, having: str = "") -> dict[str, str]:
    """What the page's form would send: of the form that has a field of this name."""
    for form in read(response.content.decode()).elements():
        if form.tag == "form" and any(
            each.attributes.get("name") == having or not having for each in form.elements()
        ):
            return dict(_values(form))
    return {}


def _values(form: Element) -> Iterator[tuple[str, str]]:
    for each in form.elements():
        name, kind = each.attributes.get("name"), each.attributes.get("type", "text")
        if not name:
            continue
        if each.tag == "input" and (
            kind not in {"checkbox", "radio", "submit", "file"} or "checked" in each.attributes
        ):
            yield name, each.attributes.get("value", "")
        elif each.tag == "textarea":
            yield name, "".join(text for text in each.children if isinstance(text, str)).strip()
        elif each.tag == "select":
            chosen = (o for o in each.elements() if "selected" in o.attributes)
            option = next(chosen, None)
            yield name, option.attributes.get("value", "") if option else ""


def by_query() -> Iterator[Page]:
    for name, state, query in STATES:

        def ask(client: Client, world: World, name: str = name, query: str = query) -> HttpResponse:
            return get(client, address(name, world) + query)

        who = ("root",) if name.startswith("admin:") else ("head", "management")
        yield Page(name, state, who, ask)


def by_sending() -> Iterator[Page]:
    def form(where_to: str, having: str, /, **changed: object) -> Ask:
        def ask(client: Client, world: World) -> HttpResponse:
            where = address(where_to, world)
            return post(client, where, {**fields(get(client, where), having), **changed})

        return ask

    def raw(name: str, **data: object) -> Ask:
        return lambda client, world: post(client, address(name, world), data)

    def counted(client: Client, world: World) -> HttpResponse:
        where = reverse("record_update", args=[*world.plan.address, world.counted_milestone.pk])
        return get(client, where)

    def verified(client: Client, world: World) -> HttpResponse:
        key = world.waiting_update.pk
        return post(client, reverse("verify_update", args=[*world.plan.address, key]), {})

    def imported(model: str, heads: str, row: str) -> Ask:
        def ask(client: Client, world: World) -> HttpResponse:
            where = reverse(f"admin:{model}_import")
            sheet = f"{heads}\nmpag/psict-2019-2023,{row}\n"
            file = SimpleUploadedFile("helaian.csv", sheet.encode(), "text/csv")
            return post(client, where, {"format": "1", "import_file": file, "resource": ""})

        return ask

    officers, heads = ("officer",), ("head",)
    update = {"claim": "achieved", "effective_on": "2023-06-01", "narrative": "Siap dipasang."}
    yield Page("record_update", "of a count", heads, counted)
    yield Page("record_update", "with errors", officers, form("record_update", "narrative"))
    yield Page(
        "record_update", "changed meanwhile", officers,
        form("record_update", "narrative", **update, seen="lain"),
    )  # fmt: skip
    yield Page("record_update", "recorded", officers, form("record_update", "narrative", **update))
    yield Page("correct_update", "with errors", officers,
               form("correct_update", "narrative", narrative=""))  # fmt: skip
    yield Page("verify_queue", "verified", heads, verified)
    yield Page("return_update", "without a word", heads, raw("return_update"))
    yield Page("review_edit", "with errors", heads,
               form("review_edit", "summary", prepared_by="999999"))  # fmt: skip
    yield Page("account_change_password", "with errors", heads, raw("account_change_password"))
    yield Page("account_login", "with errors", VISITOR,
               raw("account_login", login="a@b.test", password="bukan-ini"))  # fmt: skip
    root = ("root",)
    for name in ("teras_teras_add", "programs_program_add", "accounts_user_add",
                 "programs_program_change"):  # fmt: skip
        yield Page(f"admin:{name}", "with errors", root, form(f"admin:{name}", "_save", name=""))
    for model, columns, row in (
        ("programs_program", "plan,code,strategy,name", "1.8,9.9,Nama baharu"),
        ("programs_program", "plan,code,strategy,name", "1.8,1.3,Nama baharu"),
        ("kpi_kpi", "plan,program,number,indicator", "1.8,1,Petunjuk baharu"),
        ("progress_progressupdate", "plan,program", "1.8"),
    ):
        state = "preview" if row.endswith("1.3,Nama baharu") else "refused rows"
        yield Page(f"admin:{model}_process_import", state, root, imported(model, columns, row))


def by_accident() -> Iterator[Page]:
    """Pages that are no address's own, and those of other records than the map's usual ones."""
    yield Page("", "no such page", PORTAL, _not_there)
    yield Page("", "no such code", VISITOR, _no_such_code)
    yield Page("", "forged form", VISITOR, _forged)
    yield Page("", "too many attempts", VISITOR, _too_often)
    yield Page("", "server error", VISITOR, _broken)
    yield Page("home", "no plan", ("newcomer",), _at("home"))
    yield Page("tasks", "with work", ("officer",), _at("tasks"))
    for code in ("2.5", "4.4"):
        yield Page("program", code, ("head", "officer", "management"), _at("program", code))
    for name in ("dashboard", "plan_tree", "programs", "milestones", "reviews"):
        yield Page(name, "of an empty plan", ("stranger",), _of_the_empty_plan(name))


def _at(name: str, *rest: object) -> Ask:
    def ask(client: Client, world: World) -> HttpResponse:
        plan = world.plan.address if rest else ()
        return get(client, reverse(name, args=[*plan, *rest]))

    return ask


def of_review(name: str, which: str) -> Ask:
    def ask(client: Client, world: World) -> HttpResponse:
        review = getattr(world, which)
        return get(client, reverse(name, args=review.address))

    return ask


def _of_the_empty_plan(name: str) -> Ask:
    return lambda client, world: get(client, reverse(name, args=[*world.empty.address]))


def _not_there(client: Client, _world: World) -> HttpResponse:
    return get(client, "/tiada/halaman/ini/langsung/")


def _forged(client: Client, _world: World) -> HttpResponse:
    checking = Client(enforce_csrf_checks=True)
    checking.cookies.update(client.cookies)
    return checking.post(reverse("account_login"), {})  # type: ignore[return-value]  # as above


def _too_often(client: Client, _world: World) -> HttpResponse:
    with override_settings(ACCOUNT_RATE_LIMITS={"login": "1/h/ip"}):
        sent = {"login": "a@b.test", "password": "bukan-ini"}
        client.post(reverse("account_login"), sent)
        response = client.post(reverse("account_login"), sent)
    cache.clear()
    return response  # type: ignore[return-value]  # the test client's own kind


def _broken(client: Client, _world: World) -> HttpResponse:
    """A fault in a view, answered as the portal answers it: within its middleware."""
    with patch("psict.statements._statement", side_effect=RuntimeError):
        return client.get(reverse("disclaimer"))  # type: ignore[return-value]  # as above


def _no_such_code(client: Client, _world: World) -> HttpResponse:
    return get(client, reverse("check_document") + "?code=7K3M-Q9XD")
