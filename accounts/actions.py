"""Verbs that change who there is and what each is."""

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from accounts.choices import Role
from accounts.history import explain
from accounts.models import Agency, Membership, User


class SomebodyIsHere(Exception):
    """There are real people already: an administrator among them adds others."""


@transaction.atomic
def create_first_administrator(
    *, email: str, full_name: str, password: str, agency: Agency
) -> User:
    """Add the person who will add everybody else; sample people do not count as somebody.

    Raises ``SomebodyIsHere``, or ``ValidationError`` for an address or password that will not do.
    """
    if User.objects.filter(is_sample=False).exists():
        raise SomebodyIsHere
    person = User(email=User.objects.normalize_email(email).lower(), full_name=full_name)
    person.full_clean(exclude=["password"])
    validate_password(password, person)
    person.set_password(password)
    # Nobody is there yet who could be named as the one who did it.
    explain(person, by=None, reason="First administrator")
    person.save()
    membership = Membership(user=person, agency=agency, role=Role.ADMINISTRATOR)
    explain(membership, by=None, reason="First administrator")
    membership.save()
    return person
