"""History shows values as people read them, not as they are stored."""

from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape

import pytest
from django.contrib.auth.models import update_last_login
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.text import capfirst
from simple_history.models import DeletedObject

from accounts.admin_history import as_read, changes_between
from accounts.choices import Role
from accounts.history import explain
from accounts.models import User
from reports.choices import ReviewState
from reports.models import AnnualReview
from teras.choices import PlanState
from teras.models import Plan
from tests.factories import PASSWORD, make_agency, make_milestone, make_plan, make_update, make_user


@pytest.mark.parametrize(
    ("value", "malay"),
    [
        (None, "–"),
        ("", "–"),
        (DeletedObject(User, None), "–"),
        (True, "Ya"),
        (False, "Tidak"),
        (0, 0),
        (date(2021, 6, 30), "30.06.2021"),
        (datetime(2021, 6, 30, 16, 30, tzinfo=UTC), "01.07.2021 00:30"),
        (PlanState.IN_FORCE.value, PlanState.IN_FORCE.label),
        ("a state of long ago", "a state of long ago"),
    ],
)
def test_values_are_told_as_on_pages(value: object, malay: object) -> None:
    with translation.override("ms"):
        assert str(as_read(Plan._meta.get_field("state"), value)) == str(malay)


def test_a_deleted_person_is_told_from_nobody() -> None:
    told = as_read(Plan._meta.get_field("succeeds"), DeletedObject(User, 7))
    assert "7" in str(told)


@pytest.mark.parametrize(
    ("value", "told"),
    [([], "–"), (["summary", "issues"], "summary, issues"), ({}, "–"), (Decimal("1.000"), "1")],
)
def test_lists_and_weights_are_told_in_words(value: object, told: str) -> None:
    assert as_read(Plan._meta.get_field("title"), value) == told


def _history(client: Client, record: Model, reader: User | None = None) -> str:
    """The page of an object's history, in Malay, as an auditor of its agency or another reads it."""
    client.force_login(reader or make_user(Role.AUDITOR))
    opts = record._meta
    where = reverse(f"admin:{opts.app_label}_{opts.model_name}_history", args=[record.pk])
    return " ".join(unescape(client.get(where).content.decode()).split())


@pytest.mark.django_db
def test_outcome_of_a_milestone_is_told_from_open_to_achieved(client: Client) -> None:
    milestone = make_milestone(date(2021, 6, 30))
    make_update(milestone, make_user(Role.HEAD))
    expected = (
        "<strong>Hasil:</strong> <del>Terbuka</del>",
        "<ins>Dicapai</ins>",
        "<strong>Tarikh sebenar:</strong> <del>–</del>",
        "<ins>02.05.2021</ins>",
    )
    own, of_its_kpi = _history(client, milestone), _history(client, milestone.kpi)
    for words in expected:
        assert words in own
        assert words in of_its_kpi


@pytest.mark.django_db
def test_state_of_a_review_is_told_and_its_counters_are_not(client: Client) -> None:
    review = AnnualReview.objects.create(
        plan=make_plan(), year=2021, prepared_by=make_user(Role.HEAD)
    )
    review.state, review.version = ReviewState.IN_REVIEW, 7
    review.save()
    client.force_login(make_user(Role.HEAD))
    changes = changes_between(AnnualReview, *review.history.all())
    assert [change["field"] for change in changes] == [
        str(capfirst(AnnualReview._meta.get_field("state").verbose_name))
    ]


@pytest.mark.django_db
def test_last_entry_of_a_page_is_compared_with_the_first_of_the_next(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simple_history.admin.SimpleHistoryAdmin.history_list_per_page", 1)
    plan = make_plan(title="Pelan lama")
    plan.title = "Pelan baharu"
    plan.save()
    assert "<del>Pelan lama</del>" in _history(client, plan)


@pytest.mark.django_db
def test_signing_in_is_no_change_of_a_person() -> None:
    user = make_user(Role.OFFICER)
    before = user.history.count()
    update_last_login(User, user)
    user.refresh_from_db()
    assert user.last_login is not None
    assert user.history.count() == before
    user.post = "Penolong Pegawai"
    user.save()
    assert user.history.count() == before + 1


@pytest.mark.django_db
def test_entries_that_say_nothing_are_left_out_of_a_history(client: Client) -> None:
    user = make_user(Role.OFFICER)
    user.save()  # as a sign-in was written down in former days
    explain(user, by=user, reason="Kata laluan ditetapkan")
    user.save()
    page = _history(client, user)
    assert page.count("Diubah oleh</th>") == 2  # of the person, and of the roles
    assert "Kata laluan ditetapkan" in page
    assert "2 entri" in page


@pytest.mark.django_db
def test_own_password_changed_is_an_entry_of_its_own(client: Client) -> None:
    user = make_user(Role.OFFICER)
    client.force_login(user)
    new = "kunci-pintu-belakang-9"
    sent = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post(reverse("account_change_password"), sent).status_code == 302
    page = _history(client, user)
    assert "Kata laluan ditukar" in page
    assert new not in page


@pytest.mark.django_db
def test_version_names_who_made_it_where_that_is_known(client: Client) -> None:
    plan, head = make_plan(), make_user(Role.HEAD, full_name="Aminah binti Salleh")
    client.force_login(head)

    def head_of_version() -> str:
        where = reverse("admin:teras_plan_simple_history", args=[plan.pk, plan.history.latest().pk])
        page = " ".join(unescape(client.get(where).content.decode()).split())
        return page.split('<div id="content-main">')[1].split("</p>")[0]

    plan.history.update(history_user=None, history_change_reason="Ikut dokumen")
    assert "–" not in head_of_version()
    assert head_of_version().endswith(" · Ikut dokumen")
    plan.history.update(history_user=head)
    assert " · Aminah binti Salleh · Ikut dokumen" in head_of_version()


@pytest.mark.django_db
def test_history_of_a_person_tells_roles_in_ones_own_agencies_only(client: Client) -> None:
    person = make_user(Role.OFFICER)
    elsewhere = person.memberships.create(agency=make_agency("mbmb"), role=Role.AUDITOR)
    told = _history(client, person)
    assert "MPAG" in told
    assert "MBMB" not in told
    elsewhere.delete()
    assert "MBMB" not in _history(client, person)
    assert "MBMB" in _history(client, person, make_user(None, is_superuser=True))
