"""The browser fixtures themselves: they see what they are to see, and nothing leaves the machine."""

import socket

import pytest
from playwright.sync_api import Error, expect

from tests.browser import Portal
from tests.conftest import NetworkIsOff
from tests.factories import make_user


def test_person_signs_in_by_the_form_without_a_complaint(portal: Portal) -> None:
    person = make_user(full_name="Siti binti Ali")
    portal.sign_in_by_form(person)
    assert portal.page.url == f"{portal.address}/"
    expect(portal.page.locator("header")).to_contain_text("Siti binti Ali")
    assert portal.complaints == []


def test_session_signs_in_at_once(portal: Portal) -> None:
    portal.sign_in(make_user(full_name="Ahmad bin Abu"))
    assert portal.open().status == 200
    expect(portal.page.locator("header")).to_contain_text("Ahmad bin Abu")


def test_page_is_read_in_malay_in_malaysia(portal: Portal) -> None:
    portal.open("/akaun/masuk/")
    zone = "[navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone]"
    assert portal.page.evaluate(zone) == ["ms-MY", "Asia/Kuala_Lumpur"]
    assert portal.page.locator("html").get_attribute("lang") == "ms"


def test_violation_of_the_policy_is_seen(portal: Portal) -> None:
    portal.expect("style-src|Content Security Policy")
    portal.open("/akaun/masuk/")
    portal.page.evaluate("document.body.setAttribute('style', 'color: red')")
    portal.page.wait_for_function("true")
    assert any("policy: style-src-attr" in complaint for complaint in portal.complaints)
    assert portal.unexpected() == []


def test_error_in_a_script_is_seen(portal: Portal) -> None:
    portal.expect("went wrong")
    portal.open("/akaun/masuk/")
    portal.page.evaluate("console.error('this went wrong')")
    assert len(portal.complaints) == 1
    portal.expected.clear()
    assert portal.unexpected() == portal.complaints
    portal.expect("went wrong")


def test_request_to_elsewhere_is_seen_and_goes_nowhere(portal: Portal) -> None:
    portal.expect("elsewhere.test")
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        portal.page.goto("http://elsewhere.test/")
    assert any("left the portal: http://elsewhere.test/" in said for said in portal.complaints)


@pytest.mark.parametrize("host", ["example.test", "192.0.2.1", "2001:db8::1"])
def test_tests_reach_no_other_machine(host: str) -> None:
    with pytest.raises(NetworkIsOff):
        socket.create_connection((host, 80), timeout=1)
    with pytest.raises(NetworkIsOff), socket.socket() as connection:
        connection.connect((host, 80))


def test_tests_reach_this_machine() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        socket.create_connection(server.getsockname(), timeout=1).close()
