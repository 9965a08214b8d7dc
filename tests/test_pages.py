"""Every page of the site map, looked at by a browser: policy, accessibility, widths, themes.

Each page is asked for as everybody (``site_crawl``), and taken apart into kinds of elements: what an
element is, the attributes it carries, the classes that a style sheet knows, what it stands in up to
the page itself, and what it is named by. The browser opens as many pages as hold every kind at least once; a page that
holds nothing new cannot bring a new fault, for axe's rules ask about nothing else, and neither do
the content security policy and the console. Once its widths are measured, what
was looked at before is taken out of a page, so that axe spends its time on what is new. On each page

- every WCAG rule (2.0 to 2.2, A and AA) is asked on a phone in light colours;
- in dark ones, and at 1440 px in both, the same of what shows there first, and of words that look as none
  did before on any page: in their colour, the grounds beneath them, or whether they are large;
- what the width can change, on the whole page at 360, 768 and 1440 px: target size of those targets that are
  small or covered and stand to their neighbours as none did before, and regions that scroll as none did;
- nothing scrolls sideways at 320 px (which is 400% zoom), 360, 768 and 1440 px.

The browser fails the test for a violation of the policy, an error on the console, or a request that
leaves the portal.
"""

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser import Portal
from tests.showing import distinct, showing
from tests.site_crawl import Site

pytestmark = [pytest.mark.once, pytest.mark.xdist_group("site"), pytest.mark.django_db]


@pytest.mark.parametrize("of_admin", [False, True], ids=["portal", "admin"])
def test_every_page_is_accessible_and_keeps_the_policy(
    of_admin: bool,
    site: Site,
    still_browser: Browser,
    browser_context_args: dict[str, Any],
) -> None:
    chosen = distinct(
        seen
        for seen in site.seen
        if seen.language == "ms" and seen.page.address_name.startswith("admin:") == of_admin
    )
    page = still_browser.new_context(**browser_context_args).new_page()
    with showing(page, site) as there:
        portal = Portal(page, there.origin)
        portal.expect("responded with a status of (403|404|409|429|500)")  # some pages are these
        found = [fault for seen in chosen for fault in there.faults(seen)]
        page.close()
    assert not [*found, *portal.unexpected()], "\n".join([*found, *portal.unexpected()])
