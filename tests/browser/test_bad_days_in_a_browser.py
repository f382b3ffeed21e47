"""A clock that is a day wrong, paper without colour, a telephone: what a page still says."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.browser.conftest import Picture, Site, Visit
from tests.browser.test_pages_in_a_browser import open_everything, violations
from tests.web.story import record

pytestmark = pytest.mark.browser

DAY_WRONG = """
{
  const real = Date;
  const wrong = %d;
  globalThis.Date = class extends real {
    constructor(...given) { super(...(given.length ? given : [real.now() + wrong])); }
    static now() { return real.now() + wrong; }
  };
}
"""


@pytest.fixture(scope="module")
def running(site: Site) -> Site:
    """The order that awaited service is served yesterday: two months are still to come."""
    now = datetime.now(UTC)
    with site.app.state.database.writing() as session:
        record(
            session,
            site.story.cast,
            site.story.awaiting,
            now.strftime("%Y-%m-%dT%H:%M"),
            kind="service",
            obligor_id=str(site.story.cast.obligor),
            effective_on=str((now - timedelta(days=1)).date()),
            reason="Acte du commissaire de justice",
        )
    return site


@pytest.mark.parametrize("hours", [-24, 24])
def test_the_countdown_does_not_believe_the_reader_s_clock(
    visit: Visit, running: Site, hours: int
) -> None:
    page = visit("producing_counsel")
    page.add_init_script(DAY_WRONG % (hours * 3_600_000))
    page.goto("/owed")
    told = page.evaluate("Date.now()") / 1000 - datetime.now(UTC).timestamp()
    assert abs(told - hours * 3600) < 60, "the page's clock is wrong indeed"
    counted = page.locator(".countdown:not(.over)").first
    due = datetime.fromisoformat(counted.get_attribute("data-due") or "")
    page.wait_for_timeout(2_500)
    left = due - datetime.now(UTC)
    days, hours_left, minutes = map(int, re.findall(r"\d+", counted.inner_text()))
    shown = timedelta(days=days, hours=hours_left, minutes=minutes)
    assert timedelta(minutes=-1) <= left - shown <= timedelta(minutes=2)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_owed_is_accessible_and_fits_a_telephone(
    visit: Visit, running: Site, picture: Picture, language: str
) -> None:
    page = visit("producing_counsel", language)
    page.goto("/owed")
    assert violations(page) == ""
    picture(page, f"owed-{language}")
    page.set_viewport_size({"width": 360, "height": 740})
    open_everything(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(page) == ""


@pytest.mark.parametrize("language", ["en", "fr"])
def test_in_black_and_white_every_status_is_a_word_and_a_shape(
    visit: Visit, running: Site, language: str
) -> None:
    page = visit("clerk", language)
    for address in ("/", f"/orders/{running.story.order}"):
        page.goto(address)
        page.emulate_media(media="print")
        told = page.locator("main .status:visible").all_inner_texts()
        assert told
        for text in told:
            assert re.fullmatch(r"[^\w\s]\s*[^\W\d_].{3,}", text.strip()), text
        page.emulate_media(media="screen")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_happened_is_told_and_fits_a_telephone(
    visit: Visit, running: Site, picture: Picture, language: str
) -> None:
    page = visit("producing_counsel", language)
    page.goto("/notifications")
    assert page.locator(".feed .unread").count() == 1
    assert violations(page) == ""
    picture(page, f"notifications-{language}")
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator(".feed a").first.click()
    page.wait_for_url(f"**/orders/{running.story.awaiting}#event-*")
