import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.choices import Role
from accounts.models import Membership
from accounts.permissions import Permission
from teras.choices import PlanState
from teras.queries import ones_plan, plan_for, plans_allowed
from tests.factories import make_agency, make_plan, make_user

pytestmark = pytest.mark.django_db


def test_plan_for_gives_the_plan_to_who_may() -> None:
    plan = make_plan()
    head = make_user(Role.HEAD)
    assert plan_for(head, Permission.KEEP_PLAN, "mpag", "psict-2019-2023") == plan


def test_plan_for_refuses_a_role_that_may_only_look() -> None:
    make_plan()
    with pytest.raises(PermissionDenied):
        plan_for(make_user(Role.MANAGEMENT), Permission.KEEP_PLAN, "mpag", "psict-2019-2023")


@pytest.mark.parametrize("address", [("mpag", "psict-2019-2023"), ("mpag", "tiada"), ("x", "y")])
def test_plan_for_tells_other_agencies_nothing(address: tuple[str, str]) -> None:
    """An existing plan of another agency and one that is not there look the same."""
    make_plan()
    stranger = make_user(Role.HEAD, make_agency("mbmb"))
    with pytest.raises(Http404):
        plan_for(stranger, Permission.SEE_PLAN, *address)


def test_ones_plan_is_the_newest_in_force() -> None:
    make_plan(slug="psict-2014-2018", first_year=2014, last_year=2018, state=PlanState.ENDED)
    current = make_plan(slug="psict-2019-2023")
    make_plan(slug="psict-2024-2028", first_year=2024, last_year=2028, state=PlanState.DRAFT)
    assert ones_plan(make_user(Role.OFFICER)) == current


def test_ones_plan_is_none_without_a_role() -> None:
    make_plan()
    assert ones_plan(make_user(None)) is None


def test_plans_allowed_of_a_person_with_two_agencies() -> None:
    user = make_user(Role.OFFICER, make_agency("mpag"))
    Membership.objects.create(user=user, agency=make_agency("mbmb"), role=Role.AUDITOR)
    here, there = make_plan(make_agency("mpag")), make_plan(make_agency("mbmb"))
    make_plan(make_agency("mpj"))
    assert set(plans_allowed(user)) == {here, there}
    assert set(plans_allowed(user, Permission.RECORD_OWN_PROGRESS)) == {here}
