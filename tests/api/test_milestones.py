"""Milestones over the API: registered, moved by events that name them, assessed, refused."""

from __future__ import annotations

from typing import Any

import pytest

from app.services.check import Checked, check
from tests.api.conftest import Api, category_id
from tests.api.test_bad_input import refused, rows
from tests.factories import TWO_MONTHS, a_category

MONTH: dict[str, Any] = {**TWO_MONTHS, "period": [{"value": 1, "unit": "month"}]}
START = {"name": "start", "term": {"kind": "until", "on": "2021-07-30"}}
FIRST = {"name": "first", "term": MONTH, "elements": ["nombre"]}
HALF = {"name": "half", "term": {"kind": "until", "on": "2021-08-20"}, "documents": 2}
NOW = "2021-08-02T10:00:00+02:00"


def rolling(api: Api, *milestones: dict[str, Any]) -> list[dict[str, Any]]:
    """Two categories; the second has milestones."""
    return [
        a_category(api.cast.obligor, number="1"),
        a_category(api.cast.obligor, milestones=list(milestones or (START, FIRST, HALF))),
    ]


def milestones(api: Api, order: dict[str, Any], as_of: str, **asked: str) -> list[dict[str, Any]]:
    path = f"/orders/{order['id']}/compliance"
    found = api.get(path, params={"as_of": as_of, **asked}).json()
    first, second = found["obligations"]
    assert first["milestones"] == []
    return list(second["milestones"])


def short(found: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    return [(x["due_on"], x["state"], x["late_days"]) for x in found]


def test_milestones_are_told_back_with_their_elements(api: Api) -> None:
    order = api.order(categories=rolling(api))
    plain, found = order["categories"]
    assert plain["milestones"] == []
    start, first, half = found["milestones"]
    assert (start["name"], start["elements"], start["documents"]) == ("start", [], None)
    assert [e["text"] for e in first["elements"]] == ["nombre"]
    assert first["elements"][0]["id"] == found["elements"][0]["id"]
    assert (first["term"], half["documents"]) == ({**MONTH, "direction": "after"}, 2)
    assert api.get(f"/orders/{order['id']}").json()["categories"] == order["categories"]
    assert api.get("/orders").json()["items"][0]["categories"] == order["categories"]


def test_a_rolling_production_is_late_at_one_and_on_time_at_the_last(api: Api) -> None:
    order = api.served(categories=rolling(api))
    category = category_id(order, "2")
    made = api.at("2021-08-10T10:00:00+02:00")
    for number, declaration, values in (
        ("1", "partial", ["1 867"]),
        ("2", "complete", ["1 867", "Dublin"]),
    ):
        counsel = made.by("producing_counsel")
        draft = counsel.draft(order)
        counsel.upload(draft, number, category_id=category)
        elements = order["categories"][1]["elements"]
        stated = [
            {"element_id": e["id"], "value": v} for e, v in zip(elements, values, strict=False)
        ]
        answer = {"declaration": declaration, "values": stated}
        path = f"/productions/{draft['id']}/answers/{category}"
        assert counsel.call("PUT", path, json=answer).status_code in (200, 201)
        counsel.made(f"/productions/{draft['id']}/deposit")
        made = api.at("2021-08-23T10:00:00+02:00")
    assert short(milestones(api, order, "2021-08-09")) == [
        ("2021-07-30", "missed", 10),
        ("2021-08-12", "ahead", 0),
        ("2021-08-20", "ahead", 0),
    ]
    last = milestones(api, order, "2021-10-01")
    assert short(last) == [
        ("2021-07-30", "met_late", 11),
        ("2021-08-12", "met_on_time", 0),
        ("2021-08-20", "met_late", 3),
    ]
    assert (last[1]["elements"][0]["answered"], last[2]["received_documents"]) == (True, 2)
    assert last[1]["computation"]["steps"]
    assert api.status(order, "2021-10-01") == "met_on_time"
    # As the record showed it before the deposit, nothing had come.
    unknown = milestones(api, order, "2021-08-24", known_at="2021-08-09")
    assert [x["state"] for x in unknown] == ["missed"] * 3


def test_an_extension_that_names_a_milestone_moves_it_alone_and_is_previewed(api: Api) -> None:
    order = api.served(categories=rolling(api))
    first = order["categories"][1]["milestones"][1]["id"]
    extension = {
        "kind": "extension",
        "effective_on": "2021-08-02",
        "to_on": "2021-08-31",
        "milestone_id": first,
        "reason": "Ordonnance",
    }
    before = milestones(api, order, "2021-08-03")
    path = f"/orders/{order['id']}/events"
    preview = api.at(NOW).made(path, extension, params={"dry_run": "true"})
    assert preview["unmoved"] == 1
    (moved,) = preview["moved"]
    assert moved["old_due_on"] == moved["new_due_on"] == "2021-09-13"
    (one,) = moved["milestones"]
    assert (one["name"], one["old_due_on"], one["new_due_on"]) == (
        "first",
        "2021-08-12",
        "2021-08-31",
    )
    event = api.at(NOW).made(path, extension)
    assert event["category_ids"] == [order["categories"][1]["id"]]
    assert event["said"] == "Milestone “first”: extended by order to 31 August 2021."
    after = milestones(api, order, "2021-08-03")
    assert [x["due_on"] for x in after] == ["2021-07-30", "2021-08-31", "2021-08-20"]
    assert [x["due_on"] for x in before] == ["2021-07-30", "2021-08-12", "2021-08-20"]
    with api.http.app.state.database.reading() as session:  # type: ignore[attr-defined]
        assert list(check(session, Checked())) == []


def test_an_extension_without_a_milestone_moves_the_final_term_alone(api: Api) -> None:
    order = api.served(categories=rolling(api))
    extension = {
        "kind": "extension",
        "effective_on": "2021-08-02",
        "period": [{"value": 1, "unit": "month"}],
        "reason": "Ordonnance",
    }
    preview = api.at(NOW).made(
        f"/orders/{order['id']}/events", extension, params={"dry_run": "true"}
    )
    assert [m["milestones"] for m in preview["moved"]] == [[], []]


@pytest.mark.parametrize("kind", ["extension", "modification", "trigger"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_event_names_a_milestone_of_its_own_order_and_category(api: Api, kind: str) -> None:
    order = api.served(categories=rolling(api))
    other = api.served(categories=rolling(api))
    more = {"period": "P1M"} if kind == "extension" else {}
    event = {"kind": kind, "effective_on": "2021-08-02", "reason": "Ordonnance", **more}
    path = f"/orders/{order['id']}/events"
    before = rows(api)
    stranger = other["categories"][1]["milestones"][0]["id"]
    refused(api.at(NOW).post(path, {**event, "milestone_id": stranger}), 422, "milestone_id")
    own = order["categories"][1]["milestones"][0]["id"]
    wrong = {**event, "milestone_id": own, "category_ids": [order["categories"][0]["id"]]}
    problem = refused(api.at(NOW).post(path, wrong), 422, "category_ids")
    assert problem["detail"] == "This milestone is one of category 2."
    assert rows(api) == before
    right = {**event, "milestone_id": own, "category_ids": [order["categories"][1]["id"]]}
    assert api.at(NOW).made(path, right)["payload"]["milestone_id"] == own


BAD = [
    ({"term": {"kind": "within", "period": [{"value": 2}]}}, "term.period.0.unit", "unité"),
    ({"term": {"kind": "within", "period": 2}}, "term.period", "unité"),
    ({"term": {"kind": "none"}}, "term.kind", "une date ou un délai"),
    ({"term": {"kind": "until", "on": "2021-02-30"}}, "term.on", "AAAA-MM-JJ"),
    ({"documents": 0}, "documents", "1"),
    ({"documents": -1}, "documents", "1"),
    ({"documents": "many"}, "documents", "nombre entier"),
    ({"name": " "}, "name", "obligatoire"),
    ({"name": "two\nlines"}, "name", "ligne"),
    ({"name": "x" * 301}, "name", "300"),
    ({"elements": ["langue"]}, "elements.0", "n’a pas cet élément"),
    ({"elements": ["nombre", "page"]}, "elements.1", "n’a pas cet élément"),
    ({"surprise": 1}, "surprise", ""),
]


@pytest.mark.parametrize(("changed", "field", "french"), BAD)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_milestone_that_cannot_be_kept_names_its_field_in_both_languages(
    api: Api, changed: dict[str, Any], field: str, french: str
) -> None:
    before = rows(api)
    told = {}
    for language in ("en", "fr"):
        response = _register(api, {**FIRST, **changed}, language=language)
        problem = refused(response, 422, f"categories.1.milestones.0.{field}")
        told[language] = problem["errors"][0]["message"]
    assert told["en"] != told["fr"]
    assert french in told["fr"]
    assert rows(api) == before


def _register(api: Api, *milestones: dict[str, Any], language: str = "en", **more: Any) -> Any:
    first, second = rolling(api, *milestones)
    order = {
        "title": "Rolling",
        "made_on": "2021-07-06",
        "operative_part": "…",
        "categories": [first, {**second, **more}],
    }
    path = f"/matters/{api.cast.matter.id}/orders"
    return api.post(path, order, headers={"Accept-Language": language})


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_too_many_milestones_and_two_of_one_name_are_refused(api: Api) -> None:
    many = [{**START, "name": str(n)} for n in range(21)]
    refused(_register(api, *many), 422, "categories.1.milestones")
    assert _register(api, *many[:20]).status_code == 201
    before = rows(api)
    twice = refused(
        _register(api, START, {**FIRST, "name": "start "}), 422, "categories.1.milestones.1.name"
    )
    assert twice["detail"] == "Milestone “start” is there twice."
    french = _register(api, START, START, language="fr").json()["detail"].replace("\u00a0", " ")
    assert french == "L’échéance intermédiaire « start » figure deux fois."
    assert rows(api) == before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_element_that_the_category_words_twice_cannot_be_meant(api: Api) -> None:
    response = _register(api, FIRST, elements=["nombre", "nombre"])
    problem = refused(response, 422, "categories.1.milestones.0.elements.0")
    assert "tell them apart" in problem["detail"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_milestone_that_no_calendar_covers_is_refused_and_nothing_is_kept(api: Api) -> None:
    before = rows(api)
    far = {
        **START,
        "term": {**MONTH, "period": [{"value": 90, "unit": "year"}], "trigger": "decision"},
    }
    problem = refused(_register(api, far), 422)
    assert problem["type"] == "urn:bordereau:problem:calendar-not-covered"
    assert rows(api) == before
