"""The same six-date table from page, API and command line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import httpx2
import pytest
from typer.testing import CliRunner

from app.__main__ import bordereau
from app.commands.terminal import unmigrated
from app.demo import cast, story
from app.demo.order_2021 import SIX_DATES
from app.services.check import Checked, check
from tests.demo.conftest import Live

DATES = [on for on, _ in SIX_DATES]
KNOWN_AT = "2026-01-01T00:00:00+00:00"
NOTHING, PARTLY = "overdue_nothing", "overdue_partly"

EXPECTED: dict[date, tuple[list[str], str]] = {
    date(2021, 7, 9): (["awaiting_service_proof"] * 4, "no_finding"),
    date(2021, 8, 20): (["running"] * 4, "no_finding"),
    date(2021, 9, 13): (["due_today"] * 4, "no_finding"),
    date(2021, 9, 14): ([NOTHING] * 4, "no_finding"),
    date(2021, 10, 5): ([PARTLY, PARTLY, PARTLY, NOTHING], "no_finding"),
    date(2023, 3, 24): ([PARTLY, PARTLY, PARTLY, NOTHING], "found_insufficient"),
}


@pytest.fixture(scope="module")
def told(server: Live) -> story.Told:
    return story.tell(server.http, "en")


def by_api(told: story.Told, on: date) -> dict[str, Any]:
    path = f"/orders/{told.order_2021['id']}/compliance"
    return told.clerk.read(path, as_of=on.isoformat(), known_at=KNOWN_AT)


@pytest.mark.parametrize("on", DATES, ids=str)
def test_the_api_gives_the_table(told: story.Told, on: date) -> None:
    found = by_api(told, on)["obligations"]
    statuses, finding = EXPECTED[on]
    assert [o["category_number"] for o in found] == ["1", "2", "3", "4"]
    assert [o["status"] for o in found] == statuses
    assert [o["finding"] for o in found] == [finding] * 4


@pytest.mark.parametrize("on", DATES, ids=str)
def test_the_command_line_gives_the_same_answer_to_the_letter(
    server: Live, told: story.Told, on: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BORDEREAU_DATA_DIR", str(server.settings.data_dir))
    monkeypatch.delenv("BORDEREAU_DATABASE_URL", raising=False)
    asked = ["--as-of", on.isoformat(), "--known-at", KNOWN_AT, "--lang", "en", "--json"]
    found = CliRunner().invoke(bordereau, ["assess", told.order_2021["id"], *asked])
    assert found.exit_code == 0, found.stderr
    assert json.loads(found.stdout) == by_api(told, on)


def test_midnight_is_an_instant_not_the_day_it_begins(told: story.Told) -> None:
    path = f"/orders/{told.order_2021['id']}/compliance"
    for offset in ("+02:00", "Z"):
        found = told.clerk.read(path, as_of=f"2021-09-13T00:00:00{offset}")
        assert found["as_of"].startswith("2021-09-1")
        assert not found["as_of"].endswith("59.999999Z")
    assert told.clerk.read(path, as_of="2021-09-14T00:00:00+02:00")["status"] == NOTHING


@pytest.fixture(scope="module")
def browser(server: Live) -> Iterator[httpx2.Client]:
    """The clerk, signed in at the page."""
    with httpx2.Client(base_url=server.settings.public_url, timeout=30) as http:
        form = http.get("/sign-in").text
        csrf = re.findall(r'name="csrf" value="([^"]+)"', form)[0]
        sent = {"csrf": csrf, "email": cast.CLERK.email, "password": cast.CLERK.password}
        assert http.post("/sign-in", data=sent | {"next": "/"}).status_code == 303
        yield http


@pytest.mark.parametrize("on", DATES, ids=str)
def test_the_page_shows_the_same_statuses_and_findings(
    browser: httpx2.Client, told: story.Told, on: date
) -> None:
    page = browser.get(f"/orders/{told.order_2021['id']}", params={"as_of": on.isoformat()})
    assert page.status_code == 200
    shown = {}
    for part in page.text.split('id="obligation-')[1:]:
        status, finding, *_ = re.findall(r'class="status (\w+)"', part)
        shown[part[:36]] = (status, finding)
    assert shown == {
        o["obligation_id"]: (o["status"], o["finding"]) for o in by_api(told, on)["obligations"]
    }


def test_what_came_is_three_documents_late_of_five(told: story.Told) -> None:
    first, second, third, fourth = by_api(told, date(2021, 10, 5))["obligations"]
    assert first["shares"]["late_by_days"] == [[21, 3]]
    assert first["shares"]["missing"] == 2
    for obligation, answered in ((first, 3), (second, 2), (third, 1), (fourth, 0)):
        assert sum(e["answered"] for e in obligation["elements"]) == answered


def test_each_thing_was_recorded_when_it_would_have_been(told: story.Told) -> None:
    found = told.clerk.read(f"/orders/{told.order_2021['id']}/events")["items"]
    assert [e["kind"] for e in found] == [
        "service", "appeal", "production_deposited", "appeal_decided", "finding", "consequence",
    ]  # fmt: skip
    assert [e["recorded_at"][:10] for e in found] == [
        "2021-07-15", "2021-07-26", "2021-10-04", "2022-01-21", "2023-03-23", "2023-03-23",
    ]  # fmt: skip


def test_the_penalty_of_the_second_matter_is_theoretical(told: story.Told) -> None:
    path = f"/orders/{told.order_2013['id']}/compliance"
    (found,) = told.clerk.read(path, as_of="2013-12-31")["obligations"]
    assert found["status"] == "met_late"
    assert found["due_on"] == "2013-02-13"
    penalty = found["penalty"]
    assert (penalty["from_on"], penalty["to_on"]) == ("2013-02-14", "2013-07-12")
    assert (penalty["counted_days"], penalty["theoretical_accrual"]) == (149, "149000")


def test_told_again_nothing_is_there_twice(server: Live, told: story.Told) -> None:
    before = _counts(told)
    again = story.tell(server.http, "fr")
    assert again.order_2021["id"] == told.order_2021["id"]
    assert again.order_2013["id"] == told.order_2013["id"]
    assert _counts(again) == before
    assert UUID(again.order_2021["id"])


def test_the_record_checks_out(server: Live, told: story.Told) -> None:
    tally = Checked()
    with unmigrated(server.settings) as database, database.reading() as session:
        assert list(check(session, tally)) == []
    assert (tally.orders, tally.obligations) == (2, 5)


def _counts(told: story.Told) -> list[int]:
    orders = [told.order_2021["id"], told.order_2013["id"]]
    lists = ["/matters", "/orders", *(f"/orders/{o}/events" for o in orders)]
    lists += [f"/orders/{o}/productions" for o in orders]
    return [len(told.clerk.read(path)["items"]) for path in lists]
