import pytest
from django.test import Client

from accounts.choices import Role
from tests.factories import make_plan, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [
        "/mpag/psict-2019-2023/program/%00/",
        "/pentadbiran/teras/plan/?state__exact=%00",
        "/pentadbiran/autocomplete/?app_label=kpi&model_name=kpi&field_name=program&term=a%00",
        "/?a%00=1",
    ],
)
def test_null_character_in_an_address_is_refused(client: Client, address: str) -> None:
    make_plan()
    client.force_login(make_user(Role.HEAD))
    assert client.get(address).status_code == 400


def test_null_character_in_a_cookie_is_refused(client: Client) -> None:
    cookie = 'sessionid="\\000aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"'
    assert client.get("/", headers={"cookie": cookie}).status_code == 400
