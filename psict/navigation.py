"""What every page shows around its content: where one can go, and what one should know."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import ResolverMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.choices import Role
from accounts.models import Agency, User
from accounts.permissions import Permission, is_allowed_anywhere
from teras.dates import asked_date
from teras.queries import ones_plan

REVIEW_PAGES = {"reviews", "review", "review_edit", "review_issue"}


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    current: bool


def context(request: HttpRequest) -> dict[str, object]:
    """Navigation, the person's roles in words, whose portal it is, and whether sample data is about.

    All are lazy: a page that does not show them, such as an error page, asks nothing.
    """
    found: dict[str, object] = {
        "agency": SimpleLazyObject(_only_agency),
        "has_sample_data": SimpleLazyObject(_has_sample_data),
    }
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        found["navigation"] = SimpleLazyObject(lambda: navigation(request, user))
        found["role_label"] = SimpleLazyObject(lambda: role_label(user))
    return found


def navigation(request: HttpRequest, user: User) -> list[Link]:
    """The pages of the plan in the address, or of one's own plan; then one's own pages."""
    match = request.resolver_match
    name = match.url_name if match else None
    plan = _plan_address(match, user)
    pages: list[tuple[str, str, set[str]]] = []
    if plan:
        dashboard, tree = reverse("dashboard", args=plan), reverse("plan_tree", args=plan)
        pages = [
            (_("Dashboard"), _same_date(request, dashboard), {"dashboard", "milestones"}),
            (_("Plan"), _same_date(request, tree), {"plan_tree", "program", "programs"}),
            (_("Reports"), reverse("reviews", args=plan), REVIEW_PAGES),
        ]
    if is_allowed_anywhere(user, Permission.RECORD_OWN_PROGRESS):
        pages.append((_("My tasks"), reverse("tasks"), {"tasks", "record_update"}))
    if is_allowed_anywhere(user, Permission.VERIFY_PROGRESS):
        pages.append((_("Verify"), reverse("verify_queue"), {"verify_queue"}))
    if is_allowed_anywhere(user, Permission.ENTER_ADMIN):
        pages.append((_("Administration"), reverse("admin:index"), set()))
    return [Link(label, url, name in names) for label, url, names in pages]


def _plan_address(match: ResolverMatch | None, user: User) -> tuple[str, str] | None:
    if match and "plan" in match.kwargs:
        return match.kwargs["agency"], match.kwargs["plan"]
    plan = ones_plan(user)
    return plan.address if plan else None


def _same_date(request: HttpRequest, url: str) -> str:
    """The address with the date that the present page was asked for, if it was."""
    day = asked_date(request)
    return f"{url}?setakat={day.isoformat()}" if day else url


def role_label(user: User) -> str:
    roles = {role for roles in user.roles_by_agency.values() for role in roles}
    return ", ".join(str(role.label) for role in Role if role in roles)


def _has_sample_data() -> bool:
    return User.objects.filter(is_sample=True).exists()


def _only_agency() -> Agency | None:
    """The agency whose portal this is; None where several share it."""
    agencies = list(Agency.objects.all()[:2])
    return agencies[0] if len(agencies) == 1 else None
