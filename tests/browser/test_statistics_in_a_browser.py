"""Statistics in a real browser: without a script, by ear, on a telephone, on paper."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Page
from sqlalchemy import insert, select

from app import models as m
from app.services.facts import END_OF_TIME
from tests.browser.conftest import Picture, Site, Visit
from tests.browser.test_pages_in_a_browser import violations

pytestmark = pytest.mark.browser

PATH = "/courts/tj-paris/statistics?as_of=2023-06-30"
FIRST = date(2022, 1, 3)


@pytest.fixture(scope="module")
def busy(site: Site) -> Site:
    """The court with a hundred and twenty more orders, their standings drawn by lot."""
    dice = random.Random(1789)
    with site.app.state.database.writing() as session:
        like = session.scalars(select(m.StandingRow)).first()
        order = session.get_one(m.Order, like.order_id)
        category = session.scalars(select(m.Category)).first()
        said = {c.key: getattr(order, c.key) for c in m.Order.__table__.columns}
        for n in range(120):
            made = FIRST + timedelta(days=dice.randrange(480))
            new, party = uuid4(), uuid4()
            session.execute(insert(m.Order).values(**said | {"id": new, "made_on": made}))
            session.execute(insert(m.Party).values(
                id=party, matter_id=order.matter_id, position=n + 9, name=f"P{n}",
                side="producing", seat=""))  # fmt: skip
            obligation = uuid4()
            session.execute(insert(m.Obligation).values(
                id=obligation, order_id=new, category_id=category.id, obligor_id=party,
                position=0))  # fmt: skip
            facts = _drawn(dice, made)
            row = {c.key: getattr(like, c.key) for c in m.StandingRow.__table__.columns}
            row |= {"obligation_id": obligation, "order_id": new, "valid_until": None, **facts}
            session.execute(insert(m.StandingRow).values(**row))
    return site


def _drawn(dice: random.Random, made: date) -> dict[str, object]:
    served = made + timedelta(days=dice.randrange(4, 40))
    due = served + timedelta(days=dice.choice((31, 62, 62, 92)))
    took = int(dice.gauss(70, 35))
    came = served + timedelta(days=max(1, took)) if dice.random() < 0.66 else None
    waits = dice.random() < 0.08
    return {
        "valid_from": _at(made), "trigger_on": None if waits else served,
        "due_on": None if waits else due, "due_at": None if waits else _at(due, 1),
        "due_from_at": None if waits else _at(due), "awaiting": waits, "undated": False,
        "sort_at": END_OF_TIME if waits else _at(due, 1), "stayed": dice.random() < 0.05,
        "ended": dice.random() < 0.05, "finding": "no_finding",
        "first_produced_at": _at(served, 20) if dice.random() < 0.4 else None,
        "completed_at": _at(came) if came and not waits and came < date(2023, 6, 30) else None,
    }  # fmt: skip


def _at(on: date, days: int = 0) -> datetime:
    return datetime(on.year, on.month, on.day, 10, tzinfo=UTC) + timedelta(days=days)


def heights(page: Page) -> list[float]:
    return [box["height"] for box in map(_box, page.locator(".chart svg").all()) if box]


def _box(found: object) -> dict[str, float] | None:
    return found.bounding_box()  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_each_bar_has_its_number(
    visit: Visit, busy: Site, language: str, scheme: str, picture: Picture
) -> None:
    page = visit("clerk", language, color_scheme=scheme, viewport={"width": 1360, "height": 900})
    for address in (PATH, "/statistics", f"{PATH}&from=2023-01-01&to=2022-01-01",
                    "/courts/tj-paris/statistics?to=2020-01-01"):  # fmt: skip
        page.goto(address)
        assert page.locator("html").get_attribute("lang") == language
        assert violations(page) == "", address
    page.goto(PATH)
    assert page.locator(".chart svg").count() == 6
    for figure in page.locator("section.figure").all():
        drawn = figure.locator("svg[role=img] text.n").all_text_contents()
        rows = figure.locator("tbody tr").count()
        assert len(drawn) == rows >= 1
    assert len(heights(page)) == 6
    picture(page, f"statistics-{language}{'-dark' if scheme == 'dark' else ''}")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_list_leads_there_and_a_status_leads_back_without_a_script(
    visit: Visit, busy: Site, language: str
) -> None:
    page = visit("clerk", language, java_script_enabled=False)
    page.get_by_role("link", name={"en": "Statistics", "fr": "Statistiques"}[language]).click()
    page.wait_for_url("**/courts/tj-paris/statistics")
    page.locator("#as_of").fill("2023-06-30")
    page.locator("form.as-of button").press("Enter")
    page.wait_for_url("**as_of=2023-06-30**")
    line = page.locator("#obligations tbody tr").first
    count = line.locator("td.n").first.inner_text()
    line.locator("a").click()
    page.wait_for_url("**whose=all**")
    listed = page.locator("table.list tbody").count()
    assert listed == min(50, int(count)) and listed > 0


@pytest.mark.parametrize("language", ["en", "fr"])
def test_nothing_scrolls_sideways_on_a_telephone(
    visit: Visit, busy: Site, language: str, picture: Picture
) -> None:
    page = visit("clerk", language, viewport={"width": 360, "height": 740})
    page.goto(PATH)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for text in page.locator(".chart text").all():
        box = text.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 360
    # Each row of a table is read in two lines or three, not letter by letter.
    for row in page.locator("table.numbers tbody tr").all():
        assert row.bounding_box()["height"] < 110  # type: ignore[index]
    # No row's name runs into its number.
    for row in page.locator(".chart svg").all():
        names = [_box(t) for t in row.locator("text:not(.n)").all()]
        numbers = [_box(t) for t in row.locator("text.n").all()]
        for name, number in zip(names, numbers, strict=True):
            assert name is not None and number is not None
            assert name["x"] + name["width"] < number["x"]
    assert violations(page) == ""
    page.locator("#lateness-title").evaluate("e => e.scrollIntoView()")
    picture(page, f"statistics-{language}-phone", whole=False)


def test_the_page_prints_with_its_numbers(visit: Visit, busy: Site, picture: Picture) -> None:
    page = visit("clerk", "fr", viewport={"width": 800, "height": 1100})
    page.goto(PATH)
    page.emulate_media(media="print")
    assert not page.locator("form.as-of").is_visible()
    assert page.locator("table.numbers").first.is_visible()
    picture(page, "statistics-fr-print")
