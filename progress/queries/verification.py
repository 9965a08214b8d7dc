"""What waits for the head's decision."""

from django.db.models import QuerySet

from accounts.models import User
from accounts.permissions import Permission, agencies_allowed
from progress.models import ProgressUpdate


def updates_to_verify(user: User) -> QuerySet[ProgressUpdate]:
    """The head's queue: updates of others that nobody decided on yet, oldest first."""
    return _waiting(user).exclude(recorded_by=user)


def updates_for_another_head(user: User) -> QuerySet[ProgressUpdate]:
    """The person's own updates nobody decided on yet: only somebody else can, oldest first."""
    return _waiting(user).filter(recorded_by=user)


def _waiting(user: User) -> QuerySet[ProgressUpdate]:
    agencies = agencies_allowed(user, Permission.VERIFY_PROGRESS)
    waiting: QuerySet[ProgressUpdate] = ProgressUpdate.objects.awaiting_verification()
    if agencies is not None:
        waiting = waiting.filter(milestone__kpi__program__plan__agency__in=agencies)
    return (
        waiting.select_related("milestone__kpi__program__plan__agency", "recorded_by", "corrects")
        .prefetch_related("evidence")
        .order_by("recorded_at", "pk")
    )
