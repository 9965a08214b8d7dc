"""What somebody typed while their session ended comes back to them, and to nobody else."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import User
from accounts.signing_in import MOST
from kpi.models import Milestone
from progress.models import ProgressUpdate, Verification
from tests.factories import PASSWORD, make_milestone, make_program, make_update, make_user
from tests.progress.sending import address, hidden

pytestmark = pytest.mark.django_db

TEXT = "Kabel ditarik ke tingkat dua;\r\n<pembekal> menunggu kelulusan."


@pytest.fixture
def officer() -> User:
    return make_user(full_name="Nurul Aini")


@pytest.fixture
def milestone(officer: User) -> Milestone:
    return make_milestone(program=make_program(officer=officer))


@pytest.fixture
def visitor() -> Client:
    """One that must show the form's key, as every real one must."""
    client = Client(enforce_csrf_checks=True)
    client.cookies["bahasa"] = "en"
    return client


def sign_in(visitor: Client, user: User, next_page: str = "") -> str:
    page = visitor.get(reverse("account_login"), {"next": next_page} if next_page else None)
    response = visitor.post(
        reverse("account_login"),
        {
            "login": user.email,
            "password": PASSWORD,
            "next": next_page,
            "csrfmiddlewaretoken": hidden(page.text, "csrfmiddlewaretoken")[0],
        },
    )
    assert response.status_code == 302, response.text
    return response["Location"]


def written(visitor: Client, url: str, **said: str) -> dict[str, str]:
    """The form as it stands open in the browser, filled in."""
    text = visitor.get(url).text
    names = ("csrfmiddlewaretoken", "writer", "seen")
    return {
        **{name: hidden(text, name)[0] for name in names},
        "claim": "open",
        "effective_on": "2021-06-01",
        "narrative": TEXT,
        "issues": "Hujan lebat.",
        "next": "/tugasan/",
        **said,
    }


def end_all_sessions() -> None:
    Session.objects.all().delete()


def test_text_sent_after_the_session_ended_is_in_the_form_after_signing_in(
    visitor: Client, officer: User, milestone: Milestone
) -> None:
    url = address(milestone)
    sign_in(visitor, officer)
    form = written(visitor, url)
    end_all_sessions()
    photo = SimpleUploadedFile("tapak.jpg", b"\xff\xd8\xff")
    response = visitor.post(url, {**form, "uploads": [photo]})
    assert response["Location"] == f"{reverse('account_login')}?next={url}"
    assert "What you typed is kept" in visitor.get(response["Location"]).text

    assert sign_in(visitor, officer, url) == url
    page = visitor.get(url)
    assert page.status_code == 200
    assert "&lt;pembekal&gt; menunggu kelulusan." in page.text
    assert "Hujan lebat." in page.text
    assert 'value="2021-06-01"' in page.text
    assert "Not saved yet: you had to sign in again first." in page.text
    assert "have to be chosen again: tapak.jpg" in page.text
    assert hidden(page.text.split("data-draft")[1], "next")[0] == "/tugasan/"
    assert not ProgressUpdate.objects.exists()

    # It stays through a reload, is saved as it stands, and then is gone.
    assert "Hujan lebat." in visitor.get(url).text
    again = {**form, "csrfmiddlewaretoken": hidden(page.text, "csrfmiddlewaretoken")[0]}
    assert visitor.post(url, again)["Location"] == "/tugasan/"
    saved = ProgressUpdate.objects.get()
    assert saved.narrative == TEXT
    assert "Hujan lebat." not in visitor.get(url).text


@pytest.mark.parametrize("asked_from", ["", "/mpag/psict-2019-2023/program/1.8/"])
def test_heads_words_of_a_return_are_kept_too(
    visitor: Client, officer: User, milestone: Milestone, asked_from: str
) -> None:
    head = make_user(Role.HEAD)
    update = make_update(milestone, officer)
    url = reverse("return_update", args=[*milestone.kpi.program.plan.address, update.pk])
    queue = reverse("verify_queue_update", args=[update.pk])
    sign_in(visitor, head)
    text = visitor.get(queue).text
    form = {name: hidden(text, name)[0] for name in ("csrfmiddlewaretoken", "writer")}
    end_all_sessions()
    words = {**form, "note": "Sila lampirkan minit.", "next": asked_from}
    assert visitor.post(url, words)["Location"] == f"{reverse('account_login')}?next={url}"

    assert sign_in(visitor, head, url) == url
    page = visitor.get(url).text
    assert "Not saved yet: you had to sign in again first." in page
    assert "Sila lampirkan minit.</textarea>" in page
    assert (f'name="next" value="{asked_from}"' in page) is bool(asked_from)
    assert not Verification.objects.exists()

    words["csrfmiddlewaretoken"] = hidden(page, "csrfmiddlewaretoken")[0]
    assert visitor.post(url, words).status_code == 302
    assert Verification.objects.get().note == "Sila lampirkan minit."
    assert visitor.get(url)["Location"] == queue, "it is no longer held"


def test_text_is_shown_to_its_writer_only(
    visitor: Client, officer: User, milestone: Milestone
) -> None:
    url = address(milestone)
    deputy = make_user(full_name="Orang Lain")
    milestone.kpi.program.assignments.create(user=deputy, duty="deputy")
    sign_in(visitor, officer)
    form = written(visitor, url)
    end_all_sessions()
    visitor.post(url, form)
    sign_in(visitor, deputy, url)
    assert "Hujan lebat." not in visitor.get(url).text


def test_text_thrown_away_does_not_come_back(
    visitor: Client, officer: User, milestone: Milestone
) -> None:
    url = address(milestone)
    sign_in(visitor, officer)
    form = written(visitor, url)
    end_all_sessions()
    visitor.post(url, form)
    sign_in(visitor, officer, url)
    key = hidden(visitor.get(url).text, "csrfmiddlewaretoken")[0]
    visitor.post(url, {"csrfmiddlewaretoken": key, "discard": "1", "next": "/tugasan/"})
    assert "Hujan lebat." not in visitor.get(url).text
    assert not ProgressUpdate.objects.exists()


def test_text_that_meets_a_change_by_a_colleague_is_kept_with_who_changed_what(
    visitor: Client, officer: User, milestone: Milestone
) -> None:
    url = address(milestone)
    sign_in(visitor, officer)
    form = written(visitor, url)
    end_all_sessions()
    visitor.post(url, form)
    make_update(milestone, narrative="Ditutup oleh ketua.")
    sign_in(visitor, officer, url)
    page = visitor.get(url)
    assert "Hujan lebat." in page.text
    assert "achieved already" in page.text
    again = {
        **form,
        "csrfmiddlewaretoken": hidden(page.text, "csrfmiddlewaretoken")[0],
        "seen": hidden(page.text, "seen")[0],
    }
    refused = visitor.post(url, again)
    assert refused.status_code == 409
    assert "Ditutup oleh ketua." in refused.text
    assert "Hujan lebat." in refused.text


def test_htmx_is_led_to_sign_in_and_the_text_is_kept(
    visitor: Client, officer: User, milestone: Milestone
) -> None:
    url = address(milestone)
    sign_in(visitor, officer)
    form = written(visitor, url)
    end_all_sessions()
    response = visitor.post(url, form, headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == f"{reverse('account_login')}?next={url}"
    assert response.text == ""
    sign_in(visitor, officer, url)
    assert "Hujan lebat." in visitor.get(url).text


@pytest.mark.parametrize("writer", ["", "3:abc:def", None])
def test_nothing_is_kept_of_a_form_the_portal_never_gave_out(
    visitor: Client, officer: User, milestone: Milestone, writer: str | None
) -> None:
    url = address(milestone)
    sign_in(visitor, officer)
    form = written(visitor, url)
    form.pop("writer")
    end_all_sessions()
    visitor.post(url, form if writer is None else {**form, "writer": writer})
    assert not Session.objects.exists()


def test_no_more_is_kept_than_a_form_takes(
    visitor: Client, officer: User, milestone: Milestone
) -> None:
    url = address(milestone)
    sign_in(visitor, officer)
    form = written(visitor, url, narrative="x" * (MOST + 1))
    end_all_sessions()
    visitor.post(url, form)
    assert not Session.objects.exists()


def test_text_sent_with_a_key_from_before_signing_in_elsewhere_comes_back(
    visitor: Client, officer: User, milestone: Milestone
) -> None:
    url = address(milestone)
    sign_in(visitor, officer)
    form = written(visitor, url)
    visitor.get(reverse("account_logout"))
    end_all_sessions()
    sign_in(visitor, officer)  # in another window: the form's key is void now
    response = visitor.post(url, form)
    assert response["Location"] == url
    page = visitor.get(url).text
    assert "Hujan lebat." in page
    assert not ProgressUpdate.objects.exists()


def test_text_of_one_person_sent_by_another_is_refused(
    visitor: Client, officer: User, milestone: Milestone
) -> None:
    url = address(milestone)
    deputy = make_user()
    milestone.kpi.program.assignments.create(user=deputy, duty="deputy")
    sign_in(visitor, officer)
    form = written(visitor, url)
    end_all_sessions()
    sign_in(visitor, deputy)
    response = visitor.post(url, form)
    assert response.status_code == 403
    assert "Hujan lebat." not in visitor.get(url).text
    assert not ProgressUpdate.objects.exists()


def test_other_pages_ask_for_sign_in_as_ever(client: Client) -> None:
    response = client.post(reverse("tasks"), {"narrative": "x"})
    assert response.status_code == 302
    assert re.match(rf"{reverse('account_login')}\?next=", response["Location"])
