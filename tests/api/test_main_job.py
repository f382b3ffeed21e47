"""From an order to a compliance answer, over HTTP, on both databases."""

from __future__ import annotations

import hashlib
from typing import Any

from tests.api.conftest import Api, category_id, element_ids
from tests.factories import a_service


def test_without_proof_of_service_no_clock_runs_however_late_it_is(api: Api) -> None:
    order = api.order()
    assert api.status(order, "2026-01-01") == "awaiting_service_proof"


def test_the_status_follows_the_days_of_the_court(api: Api) -> None:
    order = api.served()
    assert [
        api.status(order, day)
        for day in ("2021-07-09", "2021-08-20", "2021-09-12", "2021-09-13", "2021-09-14")
    ] == ["awaiting_service_proof", "running", "running", "due_today", "overdue_nothing"]


def test_the_last_day_ends_at_midnight_in_the_zone_of_the_court(api: Api) -> None:
    order = api.served()
    assert api.status(order, "2021-09-13T23:59:59+02:00") == "due_today"
    assert api.status(order, "2021-09-14T00:00:00+02:00") == "overdue_nothing"


def test_a_deposit_answers_with_who_what_when_and_the_hash_of_each_file(api: Api) -> None:
    order = api.served()
    draft = api.draft(order)
    counsel = api.by("producing_counsel").at("2021-09-13T23:47:12+02:00")
    body = b"%PDF-1.4 the contract"
    counsel.upload(draft, "1", body, title="Contrat", category_id=category_id(order, "1"))
    receipt = counsel.made(f"/productions/{draft['id']}/deposit")
    assert receipt["received"] == "1 of 1"
    assert receipt["deposited_at"] == "2021-09-13T21:47:12Z"
    assert receipt["deposited_at_court"] == "2021-09-13T23:47:12+02:00"
    assert receipt["time_zone"] == "Europe/Paris"
    assert receipt["deposited_by"] == "producing_counsel"
    assert receipt["deposited_for"] == "Twitter International Company"
    assert receipt["files"][0]["sha256"] == hashlib.sha256(body).hexdigest()
    assert receipt["files"][0]["category_numbers"] == ["1"]


def test_a_second_press_of_deposit_gives_the_same_receipt(api: Api) -> None:
    order = api.served()
    draft = api.draft(order)
    counsel = api.by("producing_counsel")
    counsel.upload(draft, "1")
    first = counsel.at("2021-09-13T10:00:00+02:00").made(f"/productions/{draft['id']}/deposit")
    again = counsel.at("2021-09-20T10:00:00+02:00").made(f"/productions/{draft['id']}/deposit")
    assert again == first
    assert api.get(f"/orders/{order['id']}/events").json()["items"][-1]["seq"] == 2


def test_declared_complete_with_every_element_answered_is_met(api: Api) -> None:
    order = api.served()
    _answer(api, order, "complete", element_ids(order, "2"), at="2021-09-10T12:00:00+02:00")
    assert api.status(order, "2021-09-09") == "running"
    assert api.status(order, "2021-09-10") == "met_on_time"
    assert api.status(order, "2021-12-01") == "met_on_time"


def test_declared_complete_with_an_element_missing_is_not_met(api: Api) -> None:
    order = api.served()
    _answer(api, order, "complete", element_ids(order, "2")[:1], at="2021-09-10T12:00:00+02:00")
    assert api.status(order, "2021-09-11") == "partly_produced"
    assert api.status(order, "2021-09-14") == "overdue_partly"


def test_a_deposit_after_the_last_day_is_late_and_says_by_how_much(api: Api) -> None:
    order = api.served()
    _answer(api, order, "complete", element_ids(order, "2"), at="2021-09-22T09:00:00+02:00")
    found = api.get(f"/orders/{order['id']}/compliance", params={"as_of": "2021-10-01"}).json()
    one = next(o for o in found["obligations"] if o["category_number"] == "2")
    assert (one["status"], one["late_days"]) == ("met_late", 9)


def test_late_and_nothing_received_are_two_things(api: Api) -> None:
    order = api.served()
    _answer(api, order, "complete", element_ids(order, "2"), at="2021-09-22T09:00:00+02:00")
    found = api.get(f"/orders/{order['id']}/compliance", params={"as_of": "2021-10-01"}).json()
    assert {o["category_number"]: o["status"] for o in found["obligations"]} == {
        "1": "overdue_nothing",
        "2": "met_late",
    }
    assert found["status"] == "overdue_nothing"
    assert found["counts"] == {"overdue_nothing": 1, "met_late": 1}


def test_shares_say_how_many_came_on_time_and_how_late_the_others(api: Api) -> None:
    order = api.served()
    _documents(api, order, 3, at="2021-09-10T09:00:00+02:00", total=5)
    _documents(api, order, 1, at="2021-09-22T09:00:00+02:00", total=5)
    found = api.get(f"/orders/{order['id']}/compliance", params={"as_of": "2021-10-01"}).json()
    shares = next(o for o in found["obligations"] if o["category_number"] == "1")["shares"]
    assert shares == {
        "on_time": 3,
        "late": 1,
        "late_by_days": [[9, 1]],
        "declared_total": 5,
        "missing": 1,
        "withdrawn": 0,
        "replaced": 0,
    }


def test_a_finding_stands_beside_the_status_and_changes_neither(api: Api) -> None:
    order = api.served()
    finding = {
        "kind": "finding",
        "outcome": "insufficient",
        "effective_on": "2023-03-23",
        "reason": "22-13.600",
    }
    api.at("2023-03-24T09:00:00+01:00").made(f"/orders/{order['id']}/events", finding)
    found = api.get(f"/orders/{order['id']}/compliance").json()
    assert (found["status"], found["finding"]) == ("overdue_nothing", "found_insufficient")
    before = api.get(f"/orders/{order['id']}/compliance?as_of=2023-03-22").json()
    assert before["finding"] == "no_finding"


def test_what_the_record_showed_is_asked_apart_from_what_was_true(api: Api) -> None:
    order = api.order()
    late_news = api.at("2021-10-01T09:00:00+02:00")
    late_news.made(f"/orders/{order['id']}/events", a_service(api.cast.obligor))
    path = f"/orders/{order['id']}/compliance"
    true_then = api.get(path, params={"as_of": "2021-09-20"}).json()
    shown_then = api.get(path, params={"as_of": "2021-09-20", "known_at": "2021-09-20"}).json()
    assert true_then["status"] == "overdue_nothing"
    assert shown_then["status"] == "awaiting_service_proof"


def test_an_order_states_its_reason_in_a_sentence_to_paste_in_either_language(api: Api) -> None:
    order = api.served()
    path = f"/orders/{order['id']}/compliance?as_of=2021-09-14"
    english = api.get(path).json()["obligations"][1]["sentence"]
    assert english == (
        "Served 12 July 2021, within 2 months of service, last day Sunday 12 September 2021, "
        "moved to Monday 13 September 2021 24:00; nothing received for category 2."
    )
    french = api.get(path, headers={"Accept-Language": "fr"}).json()["obligations"][1]["sentence"]
    assert french.startswith("Signifié le 12 juillet 2021")
    assert "lundi 13 septembre 2021" in french


def test_every_step_of_the_last_day_cites_its_rule(api: Api) -> None:
    order = api.served()
    found = api.get(f"/orders/{order['id']}/compliance").json()["obligations"][0]["computation"]
    assert (found["raw_on"], found["due_on"]) == ("2021-09-12", "2021-09-13")
    assert found["due_at"] == "2021-09-13T22:00:00Z"
    assert all(step["citation"] and step["why"] for step in found["steps"])
    assert any("642" in step["citation"] for step in found["steps"])


def test_the_list_puts_the_earliest_last_day_first_and_filters_by_status(api: Api) -> None:
    first = api.served()
    api.order(title="Not served yet")
    rows = api.get("/obligations").json()["items"]
    assert [r["order_id"] for r in rows[:2]] == [first["id"]] * 2
    assert {r["status"] for r in rows} == {"overdue_nothing", "awaiting_service_proof"}
    some = api.get("/obligations", params={"status": "awaiting_service_proof"}).json()["items"]
    assert {r["order_title"] for r in some} == {"Not served yet"}
    counts = api.get("/obligations/counts").json()["counts"]
    assert counts == {"overdue_nothing": 2, "awaiting_service_proof": 2}


def test_pages_of_the_list_follow_each_other_without_gap_or_repetition(api: Api) -> None:
    for _ in range(3):
        api.served()
    seen: list[str] = []
    cursor = None
    while True:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = api.get("/obligations", params=params).json()
        seen += [r["obligation_id"] for r in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 6


def _answer(
    api: Api,
    order: dict[str, Any],
    declaration: str,
    elements: list[Any],
    *,
    at: str,
    category: str = "2",
) -> None:
    draft = api.draft(order)
    counsel = api.by("producing_counsel").at(at)
    body = {
        "declaration": declaration,
        "values": [{"element_id": e, "value": "1 867"} for e in elements],
    }
    path = f"/productions/{draft['id']}/answers/{category_id(order, category)}"
    assert counsel.call("PUT", path, json=body).status_code == 200
    counsel.made(f"/productions/{draft['id']}/deposit")


def _documents(api: Api, order: dict[str, Any], count: int, *, at: str, total: int) -> None:
    draft = api.draft(order)
    counsel = api.by("producing_counsel").at(at)
    first = category_id(order, "1")
    for i in range(count):
        number = f"{at[5:7]}{at[8:10]}{i}"
        assert counsel.upload(draft, number, category_id=first).status_code == 201
    body = {"declaration": "partial", "declared_total": total}
    path = f"/productions/{draft['id']}/answers/{first}"
    assert counsel.call("PUT", path, json=body).status_code == 200
    counsel.made(f"/productions/{draft['id']}/deposit")
