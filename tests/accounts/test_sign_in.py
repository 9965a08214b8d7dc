"""Sign-in: one door for the portal and the admin, and nobody signs up."""

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.choices import Role
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def sign_in(client: Client, email: str, password: str = PASSWORD, next_page: str = "") -> int:
    response = client.post(
        reverse("account_login"), {"login": email, "password": password, "next": next_page}
    )
    return response.status_code


def test_sign_in_by_email_leads_on(client: Client) -> None:
    user = make_user()
    response = client.post(
        reverse("account_login"),
        {"login": user.email.upper(), "password": PASSWORD, "next": "/tugasan/"},
    )
    assert response.status_code == 302
    assert response["Location"] == "/tugasan/"


def test_sign_in_never_leads_to_another_site(client: Client) -> None:
    user = make_user()
    response = client.post(
        reverse("account_login"),
        {"login": user.email, "password": PASSWORD, "next": "https://lain.test/"},
    )
    assert response["Location"] == reverse("home")


def test_sign_in_refuses_wrong_password_and_keeps_the_address(client: Client) -> None:
    user = make_user()
    response = client.post(
        reverse("account_login"), {"login": user.email, "password": "bukan-ini-dia"}
    )
    assert response.status_code == 200
    assert user.email in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_sign_in_refuses_people_who_left(client: Client) -> None:
    user = make_user(is_active=False)
    sign_in(client, user.email)
    assert "_auth_user_id" not in client.session


def test_sign_in_is_limited_after_failures(client: Client) -> None:
    user = make_user()
    for _attempt in range(10):
        sign_in(client, user.email, "bukan-ini-dia")
    # Even the right password is refused until the limit's time is over.
    sign_in(client, user.email)
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up() -> None:
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")


def test_admin_sends_anonymous_people_to_the_one_sign_in(client: Client) -> None:
    response = client.get("/pentadbiran/teras/plan/")
    assert response.status_code == 302
    assert response["Location"] == "/akaun/masuk/?next=/pentadbiran/teras/plan/"


def test_admin_login_page_leads_to_the_one_sign_in(client: Client) -> None:
    response = client.get(reverse("admin:login"))
    assert response.status_code == 302
    assert response["Location"].startswith("/akaun/masuk/?next=")


@pytest.mark.parametrize("role", [Role.MANAGEMENT, None])
def test_admin_refuses_roles_without_admin(client: Client, role: Role | None) -> None:
    client.force_login(make_user(role))
    assert client.get(reverse("admin:index"), follow=True).status_code == 403


def test_home_without_a_plan_says_what_to_do(client: Client) -> None:
    client.force_login(make_user(None))
    response = client.get(reverse("home"))
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("language", "labels"),
    [
        ("en", ("Current password", "New password", "New password (again)")),
        ("ms", ("Kata laluan semasa", "Kata laluan baharu", "Kata laluan baharu (sekali lagi)")),
    ],
)
def test_change_of_password_asks_in_the_portals_words(
    client: Client, language: str, labels: tuple[str, ...]
) -> None:
    client.force_login(make_user())
    client.cookies["bahasa"] = language
    page = client.get(reverse("account_change_password")).content.decode()
    for label in labels:
        assert f">{label}<" in page
    assert "Password<" not in page
    new = {"password1": "baharu-dan-panjang-9", "password2": "baharu-dan-panjang-9"}
    sent = client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, **new}, follow=True
    )
    assert sent.redirect_chain
