"""Today, and the date a page speaks of: read once, at the edge, and handed down."""

from datetime import date

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date

from teras.models import Plan


def today() -> date:
    """The day in the portal's time zone."""
    return timezone.localdate()


def as_of(request: HttpRequest, plan: Plan) -> date:
    """The date asked for by ``?setakat=2021-12-31``, within the plan's first day and today.

    Without one, or with one that is no date, the plan's default.
    """
    now = today()
    asked = asked_date(request)
    if asked is None:
        return plan.default_as_of(now)
    return min(max(asked, plan.first_day), now)


def asked_date(request: HttpRequest) -> date | None:
    """The date in the address as it stands, if there is one and it is a date."""
    try:
        return parse_date(request.GET.get("setakat", ""))
    except ValueError:
        return None
