"""Search over every plan a person may see."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import PortalRequest
from reports.choices import Found
from reports.search.ranking import MOST_RESULTS, rank
from reports.search.reading import read_corpus
from reports.search.results import Results
from reports.search.words import LONGEST_QUERY, asked_words
from teras.dates import as_of, asked_date
from teras.models import Plan
from teras.queries import ones_plan, plans_allowed

PER_PAGE = 20


@require_safe
def search(request: PortalRequest) -> HttpResponse:
    """Programmes, indicators, officers, updates and issued reviews that hold the words."""
    query = request.GET.get("q", "").strip()
    plans = {plan.pk: plan for plan in plans_allowed(request.user)}
    kinds = {kind.value: kind for kind in Found}
    context: dict[str, object] = {
        "query": query[:LONGEST_QUERY],
        "is_long": len(query) > LONGEST_QUERY,
        "has_plans": bool(plans),
        "several_plans": len(plans) > 1,
    }
    if asked_words(query) and plans:
        context |= _found(request, query, plans, kinds.get(request.GET.get("jenis", "")))
    return render(request, "reports/search.html", context)


def _found(
    request: PortalRequest, query: str, plans: dict[int, Plan], kind: Found | None
) -> dict[str, object]:
    asked = asked_date(request)
    days = {pk: as_of(request, plan) for pk, plan in plans.items()}
    corpus = read_corpus(days, asked)
    ranking = rank(corpus.entries, query, present=_present(request, plans), kind=kind)
    page = Paginator(ranking.entries[:MOST_RESULTS], PER_PAGE).get_page(request.GET.get("page"))
    results = Results(plans, days, ranking.meant, corpus.duties, dated=asked)
    return {
        "ranking": ranking,
        "shown_for": ranking.shown_for if ranking.guesses else query[:LONGEST_QUERY],
        "kind": kind,
        "kinds": [(each, ranking.counts[each]) for each in Found if ranking.counts[each]],
        "page": page,
        "results": results.of(list(page)),
        "is_cut": len(ranking.entries) > MOST_RESULTS,
        "corpus_is_cut": corpus.is_cut,
        "most_results": MOST_RESULTS,
        "asked": asked,
    }


def _present(request: PortalRequest, plans: dict[int, Plan]) -> int | None:
    """The plan the search was made from, else one's own."""
    asked = request.GET.get("dari", "")
    for pk, plan in plans.items():
        if asked == "/".join(plan.address):
            return pk
    own = ones_plan(request.user)
    return own.pk if own else None
