"""How sign-in behaves here: people are added by an administrator, nobody signs up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # it carries no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
