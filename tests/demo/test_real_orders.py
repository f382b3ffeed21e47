"""Ten real orders are registered over the API as they are, and assessed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.commands.terminal import unmigrated
from app.demo import cast
from app.demo.caller import Caller
from app.schemas.courts import CourtIn
from app.schemas.people import MembershipIn
from app.services.check import Checked, check
from app.services.courts import register_court
from app.services.people import grant_role, user_by_email
from tests.databases import ROOT
from tests.demo.conftest import Live
from tests.demo.real_orders import ORDERS, RealOrder, matter_of, order_in

BEGINNING = datetime(2007, 1, 1, tzinfo=UTC)
BY_KEY = {order.key: order for order in ORDERS}


@pytest.fixture(scope="module")
def clerk(server: Live) -> Iterator[Caller]:
    """A clerk of every court of the ten orders."""
    courts = {order.court[0]: order.court for order in ORDERS}.values()
    with unmigrated(server.settings) as database, database.writing() as session:
        user = user_by_email(session, cast.CLERK.email)
        assert user is not None
        for code, name, law in courts:
            court = CourtIn.model_validate({"code": code, "name": name, **law})
            register_court(session, court, BEGINNING)
            role = MembershipIn.model_validate({"role": "clerk", "court": code})
            grant_role(session, None, user.id, role, BEGINNING)
    yield Caller.signed_in(server.http, cast.CLERK.email, cast.CLERK.password, "en")


def at_of(order: RealOrder) -> datetime:
    return datetime.fromisoformat(order.made_on).replace(tzinfo=UTC) + timedelta(days=1)


def register(clerk: Caller, order: RealOrder) -> dict[str, Any]:
    """Register the order once; told again, the first answer comes back."""
    at = at_of(order)
    matter = clerk.create("/matters", matter_of(order), key=f"{order.key}/matter", at=at)
    parties = {p["name"]: p["id"] for p in matter["parties"]}
    path = f"/matters/{matter['id']}/orders"
    made = clerk.create(path, order_in(order, parties), key=f"{order.key}/order", at=at)
    for n, event in enumerate(order.events):
        path = f"/orders/{made['id']}/events"
        clerk.create(path, event, key=f"{order.key}/event/{n}", at=datetime(2023, 6, 1, tzinfo=UTC))
    return made


def assess(clerk: Caller, order: RealOrder, as_of: str) -> dict[str, Any]:
    # As the record showed it before anything was deposited.
    path = f"/orders/{register(clerk, order)['id']}/compliance"
    return clerk.read(path, as_of=as_of, known_at=at_of(order).isoformat())


each_order = pytest.mark.parametrize("order", ORDERS, ids=lambda order: order.key)


@each_order
def test_it_is_registered_and_read_back_as_it_was_written(clerk: Caller, order: RealOrder) -> None:
    read = clerk.read(f"/orders/{register(clerk, order)['id']}")
    assert read["note"] == order.note
    assert len(read["categories"]) == len(order.categories)
    for written, kept in zip(order.categories, read["categories"], strict=True):
        assert kept["kind"] == written["kind"]
        assert kept["text"] == written["text"]
        assert kept["term"] == written["term"]
        assert kept["redaction"] == written.get("redaction", "")
        assert [e["text"] for e in kept["elements"]] == written.get("elements", [])
        covered = {"from_on": None, "to_on": None, "note": ""} | written.get("period", {})
        assert kept["period"] == covered


@each_order
def test_it_is_assessed_as_of_each_day_asked(clerk: Caller, order: RealOrder) -> None:
    for as_of, statuses in order.asked:
        found = assess(clerk, order, as_of)["obligations"]
        assert tuple(o["status"] for o in found) == statuses, as_of


@each_order
def test_its_last_days_are_those_it_states(clerk: Caller, order: RealOrder) -> None:
    found = assess(clerk, order, order.asked[-1][0])["obligations"]
    due = order.due or (None,) * len(order.categories)
    for number, expected in enumerate(due, 1):
        for one in (o for o in found if o["category_number"] == str(number)):
            assert (one["due_on"], one["due_at"]) == (expected or (None, None))


def test_an_order_without_a_date_says_so_and_is_never_late(clerk: Caller) -> None:
    found = assess(clerk, BY_KEY["fr-exane-2020-12-03"], "2026-01-01")["obligations"]
    assert {o["late_days"] for o in found} == {0}
    assert all(o["sentence"].startswith("The order states no date;") for o in found)


def test_each_obligor_has_an_obligation_of_its_own(clerk: Caller) -> None:
    found = assess(clerk, BY_KEY["fr-exane-2020-12-03"], "2021-01-01")["obligations"]
    assert sorted({o["obligor"] for o in found}) == ["Exane", "Exane Derivatives"]


def test_a_penalty_runs_from_the_day_after_the_date(clerk: Caller) -> None:
    order = BY_KEY["fr-prudhommes-2015-10-21"]
    (on_the_day,) = assess(clerk, order, "2015-12-23")["obligations"]
    (after,) = assess(clerk, order, "2015-12-31")["obligations"]
    assert on_the_day["penalty"]["counted_days"] == 0
    assert (after["penalty"]["from_on"], after["penalty"]["counted_days"]) == ("2015-12-24", 8)


def test_a_rolling_production_completed_before_the_hour_is_on_time(
    server: Live, clerk: Caller
) -> None:
    order = BY_KEY["us-mehta-2024-01-19"]
    made = register(clerk, order)
    rolling = made["categories"][1]
    counsel = _counsel(server, clerk, made, rolling["obligors"][0])
    for name, hour, declared in (
        ("first", "2024-01-30T11:00:00-05:00", "partial"),
        ("last", "2024-02-09T16:59:59-05:00", "complete"),
    ):
        _deposit(counsel, made, rolling, name, datetime.fromisoformat(hour), declared)
    path = f"/orders/{made['id']}/compliance"
    known = {"known_at": "2024-03-01"}
    between = clerk.read(path, as_of="2024-02-01", **known)["obligations"][1]
    after = clerk.read(path, as_of="2024-02-10", **known)["obligations"][1]
    assert (between["status"], after["status"]) == ("partly_produced", "met_on_time")
    assert after["shares"]["on_time"] == 2


def test_every_order_of_the_shared_data_is_here(shared_data: Path) -> None:
    listed = json.loads((shared_data / "orders.json").read_text(encoding="utf-8"))
    assert [o["id"] for o in listed] == [o.key for o in ORDERS]
    assert [o["source_url"] for o in listed] == [o.source for o in ORDERS]


def test_the_document_tells_of_every_order() -> None:
    text = (ROOT / "docs" / "orders.md").read_text(encoding="utf-8")
    assert [o.key for o in ORDERS if f"`{o.key}`" not in text] == []


def test_the_record_of_all_of_them_checks_out(server: Live, clerk: Caller) -> None:
    for order in ORDERS:
        register(clerk, order)
    tally = Checked()
    with unmigrated(server.settings) as database, database.reading() as session:
        assert list(check(session, tally)) == []
    assert tally.orders == len(ORDERS)


def _counsel(server: Live, clerk: Caller, made: dict[str, Any], party_id: str) -> Caller:
    player = cast.PRODUCING
    at = at_of(BY_KEY["us-mehta-2024-01-19"])
    user = clerk.create("/users", player.account, key="mehta/counsel", at=at)
    role = {"role": "counsel", "matter_id": made["matter_id"], "party_id": party_id}
    clerk.create(f"/users/{user['id']}/roles", role, key="mehta/role", at=at)
    return Caller.signed_in(server.http, player.email, player.password, "en")


def _deposit(
    counsel: Caller,
    made: dict[str, Any],
    category: dict[str, Any],
    name: str,
    at: datetime,
    declared: str,
) -> None:
    path = f"/orders/{made['id']}/productions"
    body = {"party_id": category["obligors"][0], "title": name}
    draft = counsel.create(path, body, key=f"mehta/{name}", at=at)
    path = f"/productions/{draft['id']}"
    number = "1" if name == "first" else "2"
    place = {"filename": f"{name}.pdf", "category_id": category["id"]}
    counsel.upload(f"{path}/exhibits/{number}", b"%PDF-1.4 test", at=at, **place)
    counsel.put(f"{path}/answers/{category['id']}", {"declaration": declared}, at=at)
    counsel.create(f"{path}/deposit", None, key=f"mehta/{name}/deposit", at=at)
