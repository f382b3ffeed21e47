"""Every page that stands at an address: how heavy it is, whether it moves, and what axe finds."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from uuid import UUID

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from app import models as m
from app.deps import clock
from app.main import declared
from app.schemas.attestations import AttestationIn
from app.services.adding import add_exhibit
from app.services.attestations import issue_attestation
from app.services.productions import Incoming
from app.web import web_router
from tests.browser.conftest import Site, Visit
from tests.browser.test_pages_in_a_browser import open_everything, violations

pytestmark = pytest.mark.browser

WEIGHT_MAX = 100_000
"""Bytes of the page, its sheets, scripts and pictures, before any compression."""

BETWEEN = (1184, 1000, 740)
"""Widths between a desk's and a telephone's, at which nothing may scroll sideways either."""

WHAT_IF = "/deadlines?pack=fr-civil&calendar=FR&trigger=2021-07-12&period=2&unit=month"
PAGES = {
    None: ["/sign-in", "/accessibility", "/verify", "/deadlines", WHAT_IF,
           "/rules", "/rules/fr-civil", "/calendars", "/calendars/FR", "/invitations/unknown"],
    "clerk": ["/", "/?whose=all&status=owed&sort=due", "/?open={owed}&whose=all",
              "/obligations/{owed}", "/orders/new", "/matters/new", "/matters/{matter}/change",
              "/matters/{matter}/people", "/matters/{matter}/orders/new", "/orders/{order}",
              "/orders/{order}?as_of=2021-09-25", "/orders/{order}/change",
              "/attestations/{attestation}",
              "/orders/{order}/events/new", "/orders/{order}/events/new?kind=stay",
              "/orders/{order}/gaps", "/orders/{order}/produced", "/orders/{order}/observations",
              "/orders/{order}/productions", "/observations",
              "/productions/{given}/receipt", "/exhibits/{exhibit}/view",
              "/notifications", "/notifications/settings", "/account", "/account/second-step",
              "/statistics", "/courts/tj-paris/statistics", "/courts/tj-paris/closures",
              "/courts/tj-paris/law-changes"],
    "administrator": ["/courts/tj-paris/people"],
    "producing_counsel": ["/owed", "/productions/{draft}", "/productions/{draft}/placing",
                          "/productions/{draft}/numbering", "/productions/{draft}/withheld",
                          "/productions/{draft}/answers/{category}",
                          "/productions/{draft}/deposit", "/productions/{given}",
                          "/productions/{given}/receipt", "/exhibits/{unplaced}"],
    "requesting_counsel": ["/", "/orders/{order}/produced", "/orders/{order}/gaps",
                           "/exhibits/{exhibit}/view"],
}  # fmt: skip
ELSEWHERE = {
    "/courts/{code}/closures/{closure_id}/withdrawal": "test_closed_days_in_a_browser",
    "/uploads/{upload_id}": "made by a script: test_workspace_in_a_browser",
    "/exhibits/{exhibit_id}/shown": "what the viewer frames",
    "/sign-in/code": "after a password: test_accounts_in_a_browser",
    "/health": "no page",
}
FILES = re.compile(r"\.(csv|json|pdf|py|zip)$|/content$|/stamped$|/files/\{file_id\}$")


# Each shift of what stands on the page, after it was first drawn and before anybody touched it.
_WATCH = """
window.moved = [];
new PerformanceObserver(list => {
  for (const shift of list.getEntries()) {
    const what = shift.sources.map(s => s.node && (s.node.outerHTML || s.node.data || ""));
    window.moved.push(`${shift.value.toFixed(4)} ${what.join(" | ").slice(0, 300)}`);
  }
}).observe({type: "layout-shift", buffered: true});
"""
_WEIGHT = """
[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .map(one => [one.name, one.decodedBodySize])
"""


@pytest.fixture(scope="module")
def about(site: Site) -> Mapping[str, UUID]:
    """What the pages are about: the story, a file in its draft, and an attestation."""
    story, state = site.story, site.app.state
    cast = story.cast
    file = state.store.put(cast.matter.id, io.BytesIO(b"a file"), size_max_bytes=100)
    with state.database.writing() as session:
        said = Incoming(filename="Note.txt", media_type="text/plain")
        counsel = cast.actor(session, "producing_counsel")
        unplaced = add_exhibit(
            session, counsel, story.draft, file, said, clock(), matter_bytes_max=0
        )
        attested = issue_attestation(
            session, cast.actor(session, "clerk"), story.order, AttestationIn(),
            state.keys, clock(), signed_at=clock(),
        )  # fmt: skip
        exhibit = session.get_one(m.Exhibit, story.exhibit)
        first = session.scalars(
            select(m.Category).where(m.Category.order_id == story.order, m.Category.position == 0)
        ).one()
        owed = select(m.Obligation.id).where(m.Obligation.category_id == first.id)
        return {
            "order": story.order, "matter": cast.matter.id, "draft": story.draft,
            "exhibit": exhibit.id, "given": exhibit.production_id, "category": first.id,
            "owed": session.scalars(owed).one(), "unplaced": unplaced.id,
            "attestation": attested.attestation_id,
        }  # fmt: skip


def weighs(page: Page) -> int:
    """What the page took, in bytes, without the documents that it shows."""
    return sum(size for name, size in page.evaluate(_WEIGHT) if "/shown" not in name)


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("fr", 360)])
@pytest.mark.parametrize("role", list(PAGES))
def test_no_page_is_heavy_or_moves_and_axe_finds_nothing(
    visit: Visit, about: Mapping[str, UUID], role: str | None, language: str, width: int
) -> None:
    page = visit(role, language, viewport={"width": width, "height": 800})
    page.add_init_script(_WATCH)
    for address in (one.format(**about) for one in PAGES[role]):
        answer = page.goto(address, wait_until="networkidle")
        assert answer is not None
        assert answer.status == (404 if address == "/invitations/unknown" else 200), address
        page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")
        assert page.evaluate("window.moved") == [], address
        assert weighs(page) <= WEIGHT_MAX, f"{address} weighs {weighs(page):,} bytes"
        open_everything(page)
        for narrower in (*BETWEEN, width) if width > max(BETWEEN) else (width,):
            page.set_viewport_size({"width": narrower, "height": 800})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= narrower, f"{address} is {wide} px wide on {narrower}"
        found = violations(page)
        assert found == "", f"{address}: {found}"


def test_a_page_that_moves_is_seen(visit: Visit) -> None:
    page = visit(None)
    page.add_init_script(_WATCH)
    page.goto("/rules")
    page.evaluate("document.querySelector('main').style.marginTop = '200px'")
    for _ in range(200):  # the page's policy lets nobody wait within it for a text of JavaScript
        if page.evaluate("window.moved"):
            return
        page.wait_for_timeout(50)
    pytest.fail("nothing was seen to move")


def test_no_page_is_left_out() -> None:
    some = r"/(tj-paris|fr-civil|FR|unknown)\b|/\{\w+\}"
    tried = {re.sub(some, "/{}", one.partition("?")[0]) for all_ in PAGES.values() for one in all_}
    standing = {
        str(route.path)
        for route in declared(web_router.routes)
        if "GET" in (route.methods or ()) and not FILES.search(str(route.path))
    }
    left_out = {path for path in standing if re.sub(some, "/{}", path) not in tried}
    assert left_out == ELSEWHERE.keys()
