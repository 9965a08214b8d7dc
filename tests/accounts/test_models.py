import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import get_resolver

from accounts.choices import Role
from accounts.models import RESERVED_SLUGS, Agency, Membership, User
from tests.factories import make_agency, make_user

pytestmark = pytest.mark.django_db


def test_agency_slug_never_hides_a_page_of_the_portal() -> None:
    first_parts = {
        str(pattern.pattern).split("/")[0]
        for top in get_resolver().url_patterns
        for pattern in ([top] if str(top.pattern) else getattr(top, "url_patterns", [top]))
        if not str(pattern.pattern).startswith("<")
    } - {""}
    assert {"tugasan", "bukti", "cari", "semak", "lambang", "pentadbiran"} <= first_parts
    # A slug has no dot, as the address of the icon has.
    assert {part for part in first_parts if "." not in part} <= RESERVED_SLUGS
    for slug in RESERVED_SLUGS:
        with pytest.raises(ValidationError):
            Agency(name="Majlis", short_name="M", slug=slug).full_clean()


def test_user_email_is_unique_whatever_its_case() -> None:
    User.objects.create_user("Aminah@Contoh.Test", full_name="Aminah")
    with pytest.raises(ValidationError):
        User.objects.create_user("aminah@contoh.test", full_name="Aminah lain")
    assert User.objects.get().email == "aminah@contoh.test"


def test_user_without_password_cannot_sign_in() -> None:
    user = User.objects.create_user("aminah@contoh.test", full_name="Aminah")
    assert not user.has_usable_password()


def test_user_history_never_holds_the_password() -> None:
    user = make_user()
    assert not hasattr(user.history.first(), "password")


def test_membership_once_per_role_in_the_database_too() -> None:
    user = make_user(Role.OFFICER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=user, agency=make_agency(), role=Role.OFFICER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=user, agency=make_agency(), role="raja")


def test_roles_are_read_once(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    user = make_user(Role.OFFICER)
    with django_assert_num_queries(1):
        assert user.roles_in(make_agency_cached(user)) == {Role.OFFICER}
        assert user.roles_by_agency


def make_agency_cached(user: User) -> Agency:
    """An agency known without asking the database."""
    agency = Agency(name="Majlis", short_name="M", slug="m")
    agency.pk = next(iter(user.roles_by_agency))
    return agency
