"""People in the admin: who may add, change and switch off whom, and what the history keeps."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import Membership, User
from tests.factories import PASSWORD, make_agency, make_user

pytestmark = pytest.mark.django_db

NEW = "kata-laluan-baharu-9"


def _roles(*rows: tuple[int, str], first: Membership | None = None) -> dict[str, str | int]:
    """The rows of roles as the form sends them."""
    sent: dict[str, str | int] = {
        "memberships-TOTAL_FORMS": len(rows),
        "memberships-INITIAL_FORMS": 1 if first else 0,
    }
    if first:
        sent["memberships-0-id"] = first.pk
        sent["memberships-0-user"] = first.user_id
    for number, (agency, role) in enumerate(rows):
        sent[f"memberships-{number}-agency"] = agency
        sent[f"memberships-{number}-role"] = role
    return sent


def _particulars(user: User, **changed: str) -> dict[str, str]:
    sent = {"email": user.email, "full_name": user.full_name, "post": user.post, "is_active": "on"}
    return {**sent, **changed}


@pytest.fixture
def keeper(client: Client) -> User:
    """An administrator of the default agency, signed in."""
    keeper = make_user(Role.ADMINISTRATOR)
    client.force_login(keeper)
    return keeper


def _add(client: Client, agency: int, **changed: str) -> User | None:
    response = client.post(
        reverse("admin:accounts_user_add"),
        {
            "email": "Baharu@Contoh.test",
            "full_name": "Nur binti Ali",
            "post": "Pegawai",
            "password1": NEW,
            "password2": NEW,
            "change_reason": "Lantikan baharu",
            **_roles((agency, Role.OFFICER)),
            **changed,
        },
    )
    assert response.status_code in {200, 302}
    return User.objects.filter(email="baharu@contoh.test").first()


def test_person_is_added_with_role_password_and_reason(client: Client, keeper: User) -> None:
    made = _add(client, make_agency().pk)
    assert made is not None
    assert made.check_password(NEW)
    assert made.memberships.get().role == Role.OFFICER
    first = made.history.get()
    assert (first.history_user, first.history_change_reason) == (keeper, "Lantikan baharu")


def test_person_is_not_added_to_another_agency(client: Client, keeper: User) -> None:
    assert _add(client, make_agency("mbmb").pk) is None


def test_person_is_not_added_without_a_role(client: Client, keeper: User) -> None:
    assert _add(client, make_agency().pk, **{"memberships-TOTAL_FORMS": "0"}) is None


def test_person_is_not_added_with_a_weak_password(client: Client, keeper: User) -> None:
    assert _add(client, make_agency().pk, password1="pendek", password2="pendek") is None


def test_administrator_makes_nobody_keeper_of_the_installation(
    client: Client, keeper: User
) -> None:
    made = _add(client, make_agency().pk, is_superuser="on")
    assert made is not None
    assert not made.is_superuser
    client.post(
        reverse("admin:accounts_user_change", args=[made.pk]),
        {
            **_particulars(made, is_superuser="on", full_name="Nur Ali"),
            "change_reason": "Ejaan",
            **_roles((make_agency().pk, Role.OFFICER), first=made.memberships.get()),
        },
    )
    made.refresh_from_db()
    assert (made.full_name, made.is_superuser) == ("Nur Ali", False)


def test_change_of_a_person_needs_a_reason(client: Client, keeper: User) -> None:
    officer = make_user(Role.OFFICER, full_name="Ali")
    where = reverse("admin:accounts_user_change", args=[officer.pk])
    rows = _roles((make_agency().pk, Role.OFFICER), first=officer.memberships.get())
    sent = {**_particulars(officer, full_name="Ali bin Abu"), **rows}
    response = client.post(where, sent)
    assert "change_reason" in response.context["adminform"].form.errors
    officer.refresh_from_db()
    assert officer.full_name == "Ali"
    assert client.post(where, {**sent, "change_reason": "Nama penuh"}).status_code == 302
    officer.refresh_from_db()
    assert officer.full_name == "Ali bin Abu"
    latest = officer.history.first()
    assert (latest.history_user, latest.history_change_reason) == (keeper, "Nama penuh")


def test_change_of_a_role_is_kept_with_its_reason_and_shown_on_the_persons_history(
    client: Client, keeper: User
) -> None:
    officer = make_user(Role.OFFICER)
    held = officer.memberships.get()
    client.post(
        reverse("admin:accounts_user_change", args=[officer.pk]),
        {
            **_particulars(officer),
            **_roles((make_agency().pk, Role.HEAD), first=held),
            "change_reason": "Dilantik ketua",
        },
    )
    held.refresh_from_db()
    assert held.role == Role.HEAD
    latest = held.history.first()
    assert (latest.history_user, latest.history_change_reason) == (keeper, "Dilantik ketua")
    # The person's own particulars did not change, so their history gained nothing.
    assert officer.history.count() == 1
    page = client.get(reverse("admin:accounts_user_history", args=[officer.pk]))
    assert "Dilantik ketua" in page.content.decode()


def test_role_in_another_agency_cannot_be_given(client: Client, keeper: User) -> None:
    officer = make_user(Role.OFFICER)
    held = officer.memberships.get()
    response = client.post(
        reverse("admin:accounts_user_change", args=[officer.pk]),
        {
            **_particulars(officer),
            **_roles(
                (make_agency().pk, Role.OFFICER), (make_agency("mbmb").pk, Role.HEAD), first=held
            ),
            "change_reason": "Cuba",
        },
    )
    assert response.status_code == 200
    assert list(officer.memberships.all()) == [held]


def test_account_shared_with_another_agency_is_not_taken_over(client: Client, keeper: User) -> None:
    """Whoever could set its e-mail or password would hold its roles over there too."""
    shared = make_user(Role.OFFICER, full_name="Dua Agensi")
    shared.memberships.create(agency=make_agency("mbmb"), role=Role.HEAD)
    here = shared.memberships.get(agency=make_agency())
    client.post(
        reverse("admin:accounts_user_change", args=[shared.pk]),
        {
            **_particulars(shared, email="lain@contoh.test"),
            **_roles((make_agency().pk, Role.AUDITOR), first=here),
            "change_reason": "Bertukar",
        },
    )
    before = shared.email
    shared.refresh_from_db()
    here.refresh_from_db()
    assert (shared.email, here.role) == (before, Role.AUDITOR)
    password = reverse("admin:accounts_user_password", args=[shared.pk])
    sent = {"new_password1": NEW, "new_password2": NEW}
    assert client.post(password, sent).status_code == 403
    page = client.get(reverse("admin:accounts_user_change", args=[shared.pk])).content.decode()
    assert "MBMB" not in page


def test_keeper_of_the_installation_is_out_of_an_administrators_reach(
    client: Client, keeper: User
) -> None:
    root = make_user(Role.HEAD, is_superuser=True)
    password = reverse("admin:accounts_user_password", args=[root.pk])
    sent = {"new_password1": NEW, "new_password2": NEW}
    assert client.post(password, sent).status_code == 403
    where = reverse("admin:accounts_user_change", args=[root.pk])
    assert client.post(where, _particulars(root, full_name="Lain")).status_code == 403


def test_password_is_set_and_noted_in_the_history(client: Client, keeper: User) -> None:
    officer = make_user(Role.OFFICER)
    where = reverse("admin:accounts_user_password", args=[officer.pk])
    refused = client.post(where, {"new_password1": NEW, "new_password2": "lain"})
    assert refused.context["form"].errors
    assert client.post(where, {"new_password1": NEW, "new_password2": NEW}).status_code == 302
    officer.refresh_from_db()
    assert officer.check_password(NEW)
    assert not officer.check_password(PASSWORD)
    assert officer.history.first().history_user == keeper


@pytest.mark.parametrize("lookup", ["password__startswith", "password__regex", "password"])
def test_list_of_people_tells_nothing_of_passwords(client: Client, lookup: str) -> None:
    client.force_login(make_user(Role.AUDITOR))
    response = client.get(reverse("admin:accounts_user_changelist"), {lookup: "md5"})
    assert response.status_code == 400


def test_former_address_signs_in_no_longer(client: Client, keeper: User) -> None:
    officer = make_user(Role.OFFICER)
    EmailAddress.objects.create(user=officer, email=officer.email, primary=True, verified=True)
    former = officer.email
    client.post(
        reverse("admin:accounts_user_change", args=[officer.pk]),
        {
            **_particulars(officer, email="kini@contoh.test"),
            **_roles((make_agency().pk, Role.OFFICER), first=officer.memberships.get()),
            "change_reason": "Alamat baharu",
        },
    )
    officer.refresh_from_db()
    assert officer.email == "kini@contoh.test"
    client.logout()
    sign_in = reverse("account_login")
    assert client.post(sign_in, {"login": former, "password": PASSWORD}).status_code == 200
    client.post(sign_in, {"login": officer.email, "password": PASSWORD})
    assert client.session.get("_auth_user_id") == str(officer.pk)


def test_nobody_locks_themselves_out(client: Client, keeper: User) -> None:
    sent = _particulars(keeper, full_name="Penjaga")
    sent.pop("is_active")
    client.post(
        reverse("admin:accounts_user_change", args=[keeper.pk]),
        {
            **sent,
            **_roles((make_agency().pk, Role.ADMINISTRATOR), first=keeper.memberships.get()),
            "change_reason": "Ejaan",
        },
    )
    keeper.refresh_from_db()
    assert (keeper.full_name, keeper.is_active) == ("Penjaga", True)


def test_person_who_left_is_switched_off_and_stays_in_the_list(
    client: Client, keeper: User
) -> None:
    officer = make_user(Role.OFFICER)
    sent = _particulars(officer)
    sent.pop("is_active")
    client.post(
        reverse("admin:accounts_user_change", args=[officer.pk]),
        {
            **sent,
            **_roles((make_agency().pk, Role.OFFICER), first=officer.memberships.get()),
            "change_reason": "Bersara",
        },
    )
    officer.refresh_from_db()
    assert not officer.is_active
    assert officer in client.get(reverse("admin:accounts_user_changelist")).context["cl"].queryset
