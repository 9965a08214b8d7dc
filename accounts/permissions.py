"""Who may do what: the one table that every view, action and admin page asks.

A person holds roles in agencies. A permission is always asked for an agency, so a role in one
council says nothing about another.
"""

from enum import StrEnum
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

from accounts.choices import Role

if TYPE_CHECKING:
    from accounts.models import Agency, User


class Permission(StrEnum):
    SEE_PLAN = "see_plan"
    SEE_HISTORY = "see_history"
    RECORD_OWN_PROGRESS = "record_own_progress"
    RECORD_ANY_PROGRESS = "record_any_progress"
    VERIFY_PROGRESS = "verify_progress"
    KEEP_PLAN = "keep_plan"
    SEE_DRAFT_REVIEW = "see_draft_review"
    PREPARE_REVIEW = "prepare_review"
    REVIEW_REVIEW = "review_review"
    APPROVE_REVIEW = "approve_review"
    ISSUE_REVIEW = "issue_review"
    ENTER_ADMIN = "enter_admin"
    MANAGE_PEOPLE = "manage_people"


ADMINISTRATOR, HEAD, OFFICER, MANAGEMENT, AUDITOR = (
    Role.ADMINISTRATOR,
    Role.HEAD,
    Role.OFFICER,
    Role.MANAGEMENT,
    Role.AUDITOR,
)

TABLE: dict[Permission, frozenset[Role]] = {
    Permission.SEE_PLAN: frozenset({ADMINISTRATOR, HEAD, OFFICER, MANAGEMENT, AUDITOR}),
    Permission.SEE_HISTORY: frozenset({ADMINISTRATOR, HEAD, AUDITOR}),
    Permission.RECORD_OWN_PROGRESS: frozenset({HEAD, OFFICER}),
    Permission.RECORD_ANY_PROGRESS: frozenset({HEAD}),
    Permission.VERIFY_PROGRESS: frozenset({HEAD}),
    Permission.KEEP_PLAN: frozenset({ADMINISTRATOR, HEAD}),
    Permission.SEE_DRAFT_REVIEW: frozenset({HEAD, OFFICER, MANAGEMENT}),
    Permission.PREPARE_REVIEW: frozenset({HEAD}),
    # Of those who may, only the person whom the review names acts; nobody approves what they
    # prepared or submitted. An officer may check the words, never approve them.
    Permission.REVIEW_REVIEW: frozenset({HEAD, OFFICER, MANAGEMENT}),
    Permission.APPROVE_REVIEW: frozenset({HEAD, MANAGEMENT}),
    Permission.ISSUE_REVIEW: frozenset({HEAD}),
    Permission.ENTER_ADMIN: frozenset({ADMINISTRATOR, HEAD, OFFICER, AUDITOR}),
    Permission.MANAGE_PEOPLE: frozenset({ADMINISTRATOR}),
}


def roles_allowed(permission: Permission) -> frozenset[Role]:
    return TABLE[permission]


def is_allowed(user: "User", permission: Permission, agency: "Agency") -> bool:
    """Whether the person's role in this agency carries the permission.

    A superuser looks after the installation: every permission, in every agency. Whatever else a
    rule forbids (verifying one's own update, changing an issued review) it forbids them too.
    """
    if not user.is_active:
        return False
    return user.is_superuser or not TABLE[permission].isdisjoint(user.roles_in(agency))


def is_allowed_anywhere(user: "User", permission: Permission) -> bool:
    """Whether the permission holds in at least one agency."""
    if not user.is_active:
        return False
    return user.is_superuser or any(
        not TABLE[permission].isdisjoint(roles) for roles in user.roles_by_agency.values()
    )


def agencies_allowed(user: "User", permission: Permission) -> set[int] | None:
    """Keys of the agencies in which the permission holds; None means all of them."""
    if user.is_superuser and user.is_active:
        return None
    return {
        agency
        for agency, roles in user.roles_by_agency.items()
        if user.is_active and not TABLE[permission].isdisjoint(roles)
    }


def require(user: "User", permission: Permission, agency: "Agency") -> None:
    """Raise ``PermissionDenied`` unless the permission holds in the agency."""
    if not is_allowed(user, permission, agency):
        raise PermissionDenied
