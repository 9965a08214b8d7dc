"""The permission table, held against the words of the design."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.choices import Role
from accounts.permissions import (
    TABLE,
    Permission,
    agencies_allowed,
    is_allowed,
    is_allowed_anywhere,
    require,
)
from tests.factories import make_agency, make_user

# Written out a second time, by hand: a slip in the table shows up as a difference here.
# Columns: administrator, head, officer, management, auditor.
EXPECTED = {
    Permission.SEE_PLAN: "yes yes yes yes yes",
    Permission.SEE_HISTORY: "yes yes no no yes",
    Permission.RECORD_OWN_PROGRESS: "no yes yes no no",
    Permission.RECORD_ANY_PROGRESS: "no yes no no no",
    Permission.VERIFY_PROGRESS: "no yes no no no",
    Permission.KEEP_PLAN: "yes yes no no no",
    Permission.SEE_DRAFT_REVIEW: "no yes yes yes no",
    Permission.PREPARE_REVIEW: "no yes no no no",
    Permission.REVIEW_REVIEW: "no yes yes yes no",
    Permission.APPROVE_REVIEW: "no yes no yes no",
    Permission.ISSUE_REVIEW: "no yes no no no",
    Permission.ENTER_ADMIN: "yes yes yes no yes",
    Permission.MANAGE_PEOPLE: "yes no no no no",
}
COLUMNS = (Role.ADMINISTRATOR, Role.HEAD, Role.OFFICER, Role.MANAGEMENT, Role.AUDITOR)


def test_table_covers_every_permission_and_role() -> None:
    assert set(TABLE) == set(Permission) == set(EXPECTED)
    assert set(COLUMNS) == set(Role)


@pytest.mark.django_db
@pytest.mark.parametrize("permission", Permission)
def test_permission_by_role(permission: Permission) -> None:
    agency = make_agency()
    for role, expected in zip(COLUMNS, EXPECTED[permission].split(), strict=True):
        user = make_user(role, agency)
        assert is_allowed(user, permission, agency) is (expected == "yes"), role
        assert is_allowed_anywhere(user, permission) is (expected == "yes"), role


@pytest.mark.django_db
def test_role_in_one_agency_says_nothing_about_another() -> None:
    head = make_user(Role.HEAD, make_agency("mpag"))
    other = make_agency("mbmb")
    assert not is_allowed(head, Permission.SEE_PLAN, other)
    assert agencies_allowed(head, Permission.SEE_PLAN) == {make_agency("mpag").pk}
    with pytest.raises(PermissionDenied):
        require(head, Permission.SEE_PLAN, other)


@pytest.mark.django_db
def test_inactive_person_may_nothing() -> None:
    agency = make_agency()
    gone = make_user(Role.HEAD, agency, is_active=False)
    assert not any(is_allowed(gone, permission, agency) for permission in Permission)
    assert agencies_allowed(gone, Permission.SEE_PLAN) == set()
    former = make_user(None, is_superuser=True, is_active=False)
    assert not is_allowed(former, Permission.SEE_PLAN, agency)
    assert agencies_allowed(former, Permission.SEE_PLAN) == set()


@pytest.mark.django_db
def test_superuser_may_everything_everywhere() -> None:
    keeper = make_user(None, is_superuser=True)
    assert all(is_allowed(keeper, permission, make_agency("jauh")) for permission in Permission)
    assert agencies_allowed(keeper, Permission.KEEP_PLAN) is None
