"""What is missing reads the same for both sides and the clerk; observations stay as made."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from tests.api.conftest import Api, category_id, element_ids

SIDES = ("requesting_counsel", "producing_counsel", "clerk", "third_counsel")
LATE = "2021-09-24T23:47:12+02:00"
NOW = "2021-10-04T09:00:00+02:00"


@pytest.fixture
def late(counsel: Api, order: dict[str, Any]) -> dict[str, Any]:
    """Eleven days late: 1, 3 (confidential) and 9; 4 is withheld; an element is answered."""
    counsel = counsel.at(LATE)
    draft = counsel.draft(order)
    first = category_id(order, "1")
    place: dict[str, Any] = {"category_id": first}
    assert counsel.upload(draft, "1", title="Contrat", **place).is_success
    secret: dict[str, Any] = {"title": "Clé secrète", "confidentiality": "restricted"}
    assert counsel.upload(draft, "3", b"%PDF-1.4 b", **secret, **place).is_success
    assert counsel.upload(draft, "9", b"%PDF-1.4 c", title="=Annexe()", **place).is_success
    held = {"category_id": first, "ground": "Secret des affaires", "number": "4"}
    counsel.made(f"/productions/{draft['id']}/withheld", held)
    path = f"/productions/{draft['id']}/answers/{first}"
    said = counsel.call("PUT", path, json={"declaration": "partial", "declared_total": 12})
    assert said.is_success, said.text
    figures = {
        "declaration": "partial",
        "values": [{"element_id": element_ids(order, "2")[0], "value": "1 867"}],
    }
    path = f"/productions/{draft['id']}/answers/{category_id(order, '2')}"
    assert counsel.call("PUT", path, json=figures).is_success
    counsel.made(f"/productions/{draft['id']}/deposit")
    return draft


def gaps(api: Api, order: dict[str, Any], **asked: str) -> dict[str, Any]:
    response = api.get(f"/orders/{order['id']}/gaps", params=asked)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def test_both_sides_and_the_clerk_get_the_same_bytes(
    api: Api, order: dict[str, Any], late: dict[str, Any]
) -> None:
    # Somebody's draft, which nobody else may learn of, changes nothing.
    drafting = api.by("producing_counsel").at(NOW)
    draft = drafting.draft(order)
    assert drafting.upload(draft, "5", b"%PDF-1.4 d", title="Projet").is_success
    for what in ("gaps", "gaps.csv"):
        told = {api.by(role).at(NOW).get(f"/orders/{order['id']}/{what}").content for role in SIDES}
        assert len(told) == 1
        (body,) = told
        assert b"Projet" not in body
        assert "Clé secrète".encode() not in body


def test_it_tells_each_kind_of_gap(api: Api, order: dict[str, Any], late: dict[str, Any]) -> None:
    found = gaps(api.at(NOW), order)
    category = next(c for c in found["categories"] if c["category_number"] == "1")
    second = next(c for c in found["categories"] if c["category_number"] == "2")
    assert len(second["unanswered"]) == second["elements_count"] - 1
    assert (category["declared_total"], category["received"], category["missing"]) == (12, 3, 9)
    assert (category["late"], category["late_by_days"]) == (3, [[11, 3]])
    (numbers,) = found["numbers"]
    assert [(g["first"], g["last"], g["explained"]) for g in numbers["findings"]["gaps"]] == [
        ("2", "2", False), ("4", "4", True), ("5", "8", False),
    ]  # fmt: skip
    assert [(w["number"], w["ground"]) for w in found["withheld"]] == [("4", "Secret des affaires")]
    assert [(x["number"], x["title"], x["days"]) for x in found["late"]] == [
        ("1", "Contrat", 11), ("9", "=Annexe()", 11),
    ]  # fmt: skip
    assert [(x["number"], x["title"]) for x in found["confidential"]] == [("3", "")]
    assert not found["truncated"]


def test_as_of_a_day_it_tells_what_was_missing_then(
    api: Api, order: dict[str, Any], late: dict[str, Any]
) -> None:
    now = api.at(NOW)
    before = gaps(now, order, as_of="2021-09-23")
    assert (before["late"], before["withheld"]) == ([], [])
    assert before["numbers"][0]["findings"]["exhibits"] == 0
    assert all(len(c["unanswered"]) == c["elements_count"] for c in before["categories"])
    assert gaps(now, order, known_at="2021-09-23")["withheld"] == []
    assert gaps(now, order, as_of="2021-09-24")["late"]


def test_what_was_replaced_and_withdrawn_is_told_with_its_reason(
    api: Api, order: dict[str, Any], late: dict[str, Any]
) -> None:
    counsel = api.by("producing_counsel").at("2021-10-01T09:00:00+02:00")
    listed = counsel.get(f"/orders/{order['id']}/exhibits").json()["items"]
    ids = {x["number"]: x["id"] for x in listed}
    draft = counsel.draft(order)
    new = counsel.upload(draft, "1", b"%PDF-1.4 e", replaces=ids["1"], reason="Illisible")
    assert new.is_success, new.text
    counsel.made(f"/productions/{draft['id']}/deposit")
    counsel.made(f"/exhibits/{ids['9']}/withdrawal", {"reason": "Par erreur"})
    found = gaps(api.at(NOW), order)
    (replaced,), (withdrawn,) = found["replaced"], found["withdrawn"]
    assert (replaced["number"], replaced["reason"], replaced["by_edition"]) == ("1", "Illisible", 2)
    assert (withdrawn["number"], withdrawn["reason"]) == ("9", "Par erreur")
    earlier = gaps(api.at(NOW), order, as_of="2021-09-30")
    assert (earlier["replaced"], earlier["withdrawn"]) == ([], [])


def test_the_table_has_a_line_for_each_gap_and_no_formula(
    api: Api, order: dict[str, Any], late: dict[str, Any]
) -> None:
    body = api.at(NOW).get(f"/orders/{order['id']}/gaps.csv").content
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    kinds = [row["gap"] for row in rows]
    assert kinds.count("late") == 2
    assert kinds.count("numbers_missing") == 2
    assert {"withheld", "confidential", "element_not_answered", "declared_and_not_received",
            "numbers_missing_explained"} <= set(kinds)  # fmt: skip
    assert "'=Annexe()" in [row["text"] for row in rows]


# -- observations


def observe(api: Api, order: dict[str, Any], **said: Any) -> Any:
    return api.post(f"/orders/{order['id']}/observations", {"text": "Incomplet", **said})


def listed(api: Api, order: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = api.get(f"/orders/{order['id']}/observations").json()
    return found


def test_an_observation_is_open_until_another_side_answers_it(
    api: Api, order: dict[str, Any]
) -> None:
    asking, owing = api.by("requesting_counsel"), api.by("producing_counsel")
    made = observe(asking, order, category_id=category_id(order, "1"))
    assert made.status_code == 201, made.text
    first = made.json()
    assert (first["party"], first["side"], first["open"]) == ("UEJF", "requesting", True)
    assert observe(asking, order, answers_id=first["id"], text="J’ajoute").is_success
    assert listed(api, order)["open_count"] == 1
    answer = observe(owing, order, answers_id=first["id"], text="L’annexe suit").json()
    assert (answer["answers_id"], answer["category_id"]) == (first["id"], first["category_id"])
    found = listed(api, order)
    assert (found["open_count"], len(found["items"])) == (0, 3)
    # What answers an answer belongs to the first observation.
    third = observe(asking, order, answers_id=answer["id"], text="Bien reçu").json()
    assert third["answers_id"] == first["id"]
    for role in SIDES:
        assert listed(api.by(role), order) == listed(api, order)


def test_an_observation_on_an_exhibit_is_seen_by_whom_the_exhibit_exists_for(
    api: Api, order: dict[str, Any], late: dict[str, Any]
) -> None:
    owing = api.by("producing_counsel").at(NOW)
    ids = {
        x["number"]: x["id"] for x in owing.get(f"/orders/{order['id']}/exhibits").json()["items"]
    }
    assert observe(owing, order, exhibit_id=ids["3"], text="Sous séquestre").is_success
    assert observe(owing, order, exhibit_id=ids["1"], text="Ordinaire").is_success
    assert len(listed(owing, order)["items"]) == 2
    other = listed(api.by("requesting_counsel").at(NOW), order)
    assert [one["exhibit_number"] for one in other["items"]] == ["1"]
    refused = observe(api.by("requesting_counsel").at(NOW), order, exhibit_id=ids["3"])
    absent = observe(api.by("requesting_counsel").at(NOW), order, exhibit_id=str(uuid4()))
    assert (refused.status_code, refused.json()) == (absent.status_code, absent.json())
    assert refused.status_code == 422


def test_what_is_taken_back_stays_with_its_withdrawal(api: Api, order: dict[str, Any]) -> None:
    asking = api.by("requesting_counsel")
    first = observe(asking, order, category_id=category_id(order, "1")).json()
    path = f"/observations/{first['id']}/withdrawal"
    assert api.by("producing_counsel").post(path, {"reason": "x"}).status_code == 403
    back = asking.post(path, {"reason": "Reçu depuis"})
    assert back.status_code == 200, back.text
    assert asking.post(path, {"reason": "Encore"}).status_code == 409
    (kept,) = listed(api, order)["items"]
    assert (kept["text"], kept["withdrawn"]["reason"], kept["open"]) == (
        "Incomplet", "Reçu depuis", False,
    )  # fmt: skip
    assert observe(asking, order, answers_id=first["id"]).status_code == 409


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "category_id"),
        ({"category_id": str(uuid4())}, "category_id"),
        ({"exhibit_id": str(uuid4())}, "exhibit_id"),
        ({"answers_id": str(uuid4())}, "answers_id"),
        ({"category_id": str(uuid4()), "exhibit_id": str(uuid4())}, "category_id"),
        ({"text": "x" * 5_001}, "text"),
        ({"text": "  "}, "text"),
        ({"text": "a\u0000b"}, "text"),
        ({"party_id": str(uuid4())}, "party_id"),
    ],
)
def test_bad_input_names_its_field(
    api: Api, order: dict[str, Any], said: dict[str, Any], field: str
) -> None:
    if set(said) <= {"text", "party_id"} and said:
        said = {"category_id": category_id(order, "1")} | said
    refused = observe(api.by("requesting_counsel"), order, **said)
    assert refused.status_code == 422
    assert [fault["field"] for fault in refused.json()["errors"]] == [field]
    assert listed(api, order)["items"] == []


def test_the_database_itself_refuses_to_change_an_observation(
    api: Api, order: dict[str, Any], service: FastAPI
) -> None:
    first = observe(api.by("requesting_counsel"), order, category_id=category_id(order, "1")).json()
    path = f"/observations/{first['id']}/withdrawal"
    assert api.by("requesting_counsel").post(path, {"reason": "Reçu"}).is_success
    for statement in (
        "UPDATE observations SET text = 'x'",
        "DELETE FROM observations",
        "UPDATE observation_withdrawals SET reason = 'x'",
        "DELETE FROM observation_withdrawals",
    ):
        with (
            pytest.raises(sa.exc.IntegrityError),
            service.state.database.engine.begin() as connection,
        ):
            connection.exec_driver_sql(statement)
