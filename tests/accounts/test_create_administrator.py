import getpass
import io
import sys

import pytest
from django.core.management import CommandError, call_command

from accounts.choices import Role
from accounts.models import Membership, User
from tests.factories import make_agency, make_user

pytestmark = pytest.mark.django_db
GOOD = "sawah-padi-menghijau"


def run(*arguments: str) -> str:
    told = io.StringIO()
    call_command("create_administrator", *arguments, stdout=told, stderr=told)
    return told.getvalue()


@pytest.fixture
def answers_in_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PSICT_ADMIN_EMAIL", "Siti@MPAG.test")
    monkeypatch.setenv("PSICT_ADMIN_NAME", "Siti binti Ali")
    monkeypatch.setenv("PSICT_ADMIN_PASSWORD", GOOD)


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What will be typed, in order."""
    typed: list[str] = []
    monkeypatch.delenv("PSICT_ADMIN_EMAIL", raising=False)
    monkeypatch.delenv("PSICT_ADMIN_PASSWORD", raising=False)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _prompt: typed.pop(0))
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: typed.pop(0))
    return typed


@pytest.mark.usefixtures("answers_in_environment")
def test_administrator_from_environment_can_sign_in() -> None:
    agency = make_agency()
    run()
    person = User.objects.get()
    assert (person.email, person.full_name) == ("siti@mpag.test", "Siti binti Ali")
    assert person.check_password(GOOD)
    assert not person.is_superuser
    membership = Membership.objects.get()
    assert (membership.user, membership.agency) == (person, agency)
    assert membership.role == Role.ADMINISTRATOR
    assert person.history.get().history_change_reason == "First administrator"


@pytest.mark.usefixtures("answers_in_environment")
def test_administrator_is_refused_where_somebody_is_there() -> None:
    make_user()
    with pytest.raises(CommandError, match="people already"):
        run()
    assert run("--if-none") == ""
    assert User.objects.count() == 1


@pytest.mark.usefixtures("answers_in_environment")
def test_sample_people_do_not_count_as_somebody() -> None:
    make_user(is_sample=True)
    run("--if-none")
    assert User.objects.filter(is_sample=False).count() == 1


@pytest.mark.usefixtures("answers_in_environment")
def test_agency_must_be_named_where_there_are_several() -> None:
    make_agency("mbmb")
    make_agency("mpag")
    with pytest.raises(CommandError, match="mbmb, mpag"):
        run()
    run("--agency", "mbmb")
    assert Membership.objects.get().agency.slug == "mbmb"


@pytest.mark.usefixtures("answers_in_environment")
def test_without_agency_the_plan_comes_first() -> None:
    with pytest.raises(CommandError, match="Load a plan first"):
        run()


@pytest.mark.usefixtures("answers_in_environment")
def test_weak_password_from_environment_adds_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    make_agency()
    monkeypatch.setenv("PSICT_ADMIN_PASSWORD", "rahsia")
    with pytest.raises(CommandError, match="too short"):
        run()
    assert not User.objects.exists()


@pytest.mark.usefixtures("answers_in_environment")
def test_half_an_answer_from_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    make_agency()
    monkeypatch.delenv("PSICT_ADMIN_PASSWORD")
    with pytest.raises(CommandError, match="set both"):
        run()


def test_terminal_asks_again_until_the_answers_will_do(answer: list[str]) -> None:
    make_agency()
    answer += ["siti@mpag.test", "Siti", GOOD, "something else"]
    answer += ["siti", "Siti", GOOD, GOOD]
    answer += ["siti@mpag.test", "Siti", "rahsia", "rahsia"]
    answer += ["siti@mpag.test", "Siti", GOOD, GOOD]
    told = run()
    assert "passwords differ" in told
    assert "valid email" in told
    assert "too short" in told
    assert not answer
    assert User.objects.get().email == "siti@mpag.test"


def test_without_terminal_or_environment_it_says_what_it_needs(
    answer: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_agency()
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False)
    with pytest.raises(CommandError, match="PSICT_ADMIN_EMAIL"):
        run()
