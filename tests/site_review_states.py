"""The states that the pages of reviews can be in: saved by somebody else meanwhile, approved, compared."""

from collections.abc import Iterator
from unittest.mock import patch

from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from reports.actions import save_review
from reports.drafting import with_texts
from reports.models import AnnualReview
from tests.reports.issued import approve
from tests.site_states import Ask, Page, fields, get, of_review
from tests.site_world import World

HEAD = ("head",)
EVERYBODY = ("head", "management", "auditor")
THEIRS = "Pelan berjalan baik, dan tiga program lewat.\nMesyuarat khas diadakan pada bulan Mac."


def by_review() -> Iterator[Page]:
    for state, review in (("issued", "issued"), ("superseded", "superseded")):
        yield Page("review", state, EVERYBODY, of_review("review", review))
    for name in ("review", "review_edit", "review_issue"):
        yield Page(name, "bare", HEAD, of_review(name, "bare_draft"))
    for name in ("review", "review_edit", "review_preview_html"):
        yield Page(name, "of the whole plan", HEAD, of_review(name, "closing"))
    yield Page("review_pages", "not drawn", HEAD, of_review("review_pages", "superseded"))
    yield Page("review_edit", "changed meanwhile", HEAD, _meanwhile("review_edit", "draft"))
    yield Page("review_carries", "changed meanwhile", HEAD, _meanwhile("review_carries", "closing"))
    yield Page("review_issue", "approved", HEAD, _approved)
    yield Page("review_version", "with differences", HEAD, _older_version)
    yield Page("december", "of the whole plan", HEAD, _whole_plan)
    yield Page("compare_reviews", "compared", EVERYBODY, _compared)


def _saved(review: AnnualReview, by: User) -> AnnualReview:
    text = with_texts(review, {"summary": THEIRS})
    return save_review(by=by, review=review, text=text, version=review.version)


def _meanwhile(name: str, which: str) -> Ask:
    """Open the page, let somebody else save, and only then send the page's form."""

    def ask(client: Client, world: World) -> HttpResponse:
        review: AnnualReview = getattr(world, which)
        where = reverse(name, args=review.address)
        with transaction.atomic():
            sent = fields(get(client, where), "version")
            _saved(review, _named(world, "root"))
            response = client.post(where, {**sent, "summary": "Pelan berjalan baik."}, follow=True)
            list(response)
            transaction.set_rollback(True)
        review.refresh_from_db()
        return response  # type: ignore[return-value]  # the test client's own kind

    return ask


def _approved(client: Client, world: World) -> HttpResponse:
    """The last page before the issue, as of a year whose record lacks nothing."""
    with transaction.atomic(), patch("reports.views.sign_off.missing_for_issue", return_value={}):
        approve(world.draft)
        response = get(client, reverse("review_issue", args=world.draft.address))
        transaction.set_rollback(True)
    world.draft.refresh_from_db()
    return response


def _older_version(client: Client, world: World) -> HttpResponse:
    with transaction.atomic():
        first = _saved(world.draft, _named(world, "head"))
        text = with_texts(first, {"summary": "Dua program lewat.", "issues": ""})
        save_review(by=_named(world, "root"), review=first, text=text, version=first.version)
        address = [*world.draft.address, first.version]
        response = get(client, reverse("review_version", args=address))
        transaction.set_rollback(True)
    world.draft.refresh_from_db()
    return response


def _named(world: World, who: str) -> User:
    person = world.people[who]
    assert person
    return person


def _whole_plan(client: Client, world: World) -> HttpResponse:
    address = reverse("december", args=[*world.plan.address, world.closing.period])
    return get(client, address)


def _compared(client: Client, world: World) -> HttpResponse:
    address = reverse("compare_reviews", args=world.plan.address)
    return get(client, f"{address}?dari=2019-2&ke=2020-1")
