"""How sign-in behaves here: people are added by an administrator, nobody signs up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext

from accounts.history import explain
from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # it carries no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: User, password: str) -> None:
        """Set it, and let the person's history say so, which keeps no password."""
        explain(user, by=user, reason=gettext("Password changed"))
        super().set_password(user, password)
