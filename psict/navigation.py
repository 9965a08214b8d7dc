"""What every page shows around its content: where one can go, and what one should know."""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit, urlunsplit

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.choices import Role
from accounts.models import Agency, User
from accounts.permissions import Permission, is_allowed_anywhere
from psict.theme import chosen_theme
from reports.freshness import Freshness, freshness
from teras.dates import asked_date
from teras.queries import ones_plan, plans_allowed

DASHBOARD_PAGES = {"dashboard", "changes", "meeting_sheet"}
PLAN_PAGES = {"plan_tree", "plan_gantt", "program", "programs", "milestones"}
REVIEW_PAGES = {
    "compare_reviews",
    "december",
    "review",
    "review_carries",
    "review_edit",
    "review_issue",
    "review_pages",
    "review_version",
    "review_versions",
    "reviews",
}


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    current: bool


def context(request: HttpRequest) -> dict[str, object]:
    """Navigation, the person's roles in words, whose portal it is, how it looks, and how fresh it is.

    What asks the database is lazy: a page that does not show it, such as an error page, asks nothing.
    """
    user = getattr(request, "user", None)
    person: User | None = user if user is not None and user.is_authenticated else None
    frame = Frame(request, person)
    found: dict[str, object] = {
        "agency": SimpleLazyObject(lambda: _whose_portal(person)),
        "has_sample_data": SimpleLazyObject(lambda: frame.freshness.has_sample_data),
        "last_updated": SimpleLazyObject(lambda: frame.freshness.last_updated),
        "theme": chosen_theme(request),
        "page_address": page_address(request),
    }
    if person is not None:
        found["navigation"] = SimpleLazyObject(lambda: navigation(request, frame))
        found["role_label"] = SimpleLazyObject(lambda: role_label(person))
    return found


def page_address(request: HttpRequest) -> str:
    """Where the page in view can be opened again, to which switches of language and theme return.

    A page that answers a form sent in vain may stand at an address that only takes what is sent:
    then it is the page the form was on.
    """
    sent_from = urlsplit(request.headers.get("Referer", ""))
    if request.method != "POST" or sent_from.netloc != request.get_host():
        return request.get_full_path()
    return urlunsplit(("", "", sent_from.path, sent_from.query, ""))


class Frame:
    """What the frame of one page asks the database, each thing once."""

    def __init__(self, request: HttpRequest, user: User | None) -> None:
        self.user = user
        self.match = request.resolver_match

    @cached_property
    def plan_address(self) -> tuple[str, str] | None:
        """Of the plan in the page's own address, else of one's own plan."""
        if self.match and "plan" in self.match.kwargs:
            return self.match.kwargs["agency"], self.match.kwargs["plan"]
        plan = ones_plan(self.user) if self.user else None
        return plan.address if plan else None

    @cached_property
    def freshness(self) -> Freshness:
        """Whether sample data is about, and when the plan was last added to."""
        if self.user is None or self.plan_address is None:
            return freshness()
        agency, slug = self.plan_address
        # Of other agencies' plans nothing is told, not even on the page that says there is none.
        return freshness(plans_allowed(self.user).filter(agency__slug=agency, slug=slug))


def navigation(request: HttpRequest, frame: Frame) -> list[Link]:
    """The pages of the plan in the address, or of one's own plan; then one's own pages."""
    user, plan = frame.user, frame.plan_address
    name = frame.match.url_name if frame.match else None
    assert user is not None
    pages: list[tuple[str, str, set[str]]] = []
    if plan:
        dashboard, tree = reverse("dashboard", args=plan), reverse("plan_tree", args=plan)
        pages = [
            (_("Dashboard"), _same_date(request, dashboard), DASHBOARD_PAGES),
            (_("Plan"), _same_date(request, tree), PLAN_PAGES),
            (_("Reports"), reverse("reviews", args=plan), REVIEW_PAGES),
        ]
    if is_allowed_anywhere(user, Permission.RECORD_OWN_PROGRESS):
        pages.append(
            (_("My tasks"), reverse("tasks"), {"tasks", "record_update", "correct_update"})
        )
    if is_allowed_anywhere(user, Permission.VERIFY_PROGRESS):
        pages.append(
            (
                _("Verify"),
                reverse("verify_queue"),
                {"verify_queue", "verify_queue_update", "return_update"},
            )
        )
    if is_allowed_anywhere(user, Permission.ENTER_ADMIN):
        pages.append((_("Administration"), reverse("admin:index"), set()))
    return [Link(label, url, name in names) for label, url, names in pages]


def _same_date(request: HttpRequest, url: str) -> str:
    """The address with the date that the present page was asked for, if it was."""
    day = asked_date(request)
    return f"{url}?setakat={day.isoformat()}" if day else url


def role_label(user: User) -> str:
    roles = {role for roles in user.roles_by_agency.values() for role in roles}
    return ", ".join(str(role.label) for role in Role if role in roles)


def _whose_portal(person: User | None) -> Agency | None:
    """The agency whose portal this is to the person; None where it is of several."""
    own = Agency.objects.filter(pk__in=person.roles_by_agency) if person else Agency.objects.none()
    agencies = list(own[:2]) or list(Agency.objects.all()[:2])
    return agencies[0] if len(agencies) == 1 else None
