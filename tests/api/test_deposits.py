"""The deposit and its receipt: one act, the same receipt for ever, checked without us."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app import models as m
from app.deps import clock
from app.papers import verify
from app.services.heads import current_key, rotate_key
from app.services.people import end_role
from app.services.verify import Verified, verify_record
from tests.api.conftest import Api, category_id, element_ids

BEFORE = "2021-09-10T10:00:00+02:00"
NIGHT = "2021-09-13T23:47:12+02:00"


def filled(api: Api) -> tuple[dict[str, Any], dict[str, Any]]:
    """A served order, and a draft with three exhibits and an answer."""
    order = api.served()
    counsel = api.by("producing_counsel").at(BEFORE)
    draft = counsel.draft(order)
    for number, name in (("1", "Contrat.pdf"), ("2", "Avenant.pdf"), ("3", "Courriel.pdf")):
        made = counsel.upload(
            draft,
            number,
            name.encode(),
            filename=f"Pièce {number} - {name}",
            title=name,
            category_id=category_id(order, "1"),
            element_id=element_ids(order, "2")[0],
        )
        assert made.status_code == 201, made.text
    return order, draft


def verified(tmp_path: Path, receipt: Any, keys: Any, *more: str) -> int:
    (tmp_path / "receipt.json").write_text(json.dumps(receipt))
    (tmp_path / "keys.json").write_text(json.dumps(keys))
    told = [str(tmp_path / "receipt.json"), "--keys", str(tmp_path / "keys.json"), *more]
    return verify.main(told)


def test_the_receipt_says_what_was_received_and_verifies_without_us(
    api: Api, tmp_path: Path
) -> None:
    _, draft = filled(api)
    counsel = api.by("producing_counsel").at(NIGHT)
    receipt = counsel.made(f"/productions/{draft['id']}/deposit")
    assert receipt["received"] == "3 of 3"
    assert receipt["deposited_at"] == "2021-09-13T21:47:12Z"
    assert receipt["deposited_at_court"] == NIGHT
    files = tmp_path / "files"
    files.mkdir()
    for name in ("Contrat.pdf", "Avenant.pdf", "Courriel.pdf"):
        (files / name).write_bytes(name.encode())
    keys = api.by(None).get("/log/keys").json()
    assert verified(tmp_path, receipt, keys, str(files), "--complete") == 0
    (files / "Avenant.pdf").write_bytes(b"Avenant.pdg")
    assert verified(tmp_path, receipt, keys, str(files)) == 1


def test_a_second_click_a_repetition_and_a_later_question_get_the_same_receipt(api: Api) -> None:
    _, draft = filled(api)
    counsel = api.by("producing_counsel").at(NIGHT)
    path = f"/productions/{draft['id']}"
    key = {"Idempotency-Key": "press-deposit"}
    first = counsel.post(f"{path}/deposit", {}, headers=key)
    assert first.status_code == 200
    assert counsel.post(f"{path}/deposit", {}, headers=key).content == first.content
    later = api.by("producing_counsel").at("2021-10-01T10:00:00+02:00")
    assert later.made(f"{path}/deposit") == first.json()
    for role in ("producing_assistant", "requesting_counsel", "clerk"):
        assert api.by(role).get(f"{path}/receipt").json() == first.json()


def test_both_sides_verify_a_receipt_with_a_restricted_file(api: Api, tmp_path: Path) -> None:
    order = api.served()
    counsel = api.by("producing_counsel").at(BEFORE)
    draft = counsel.draft(order)
    counsel.upload(draft, "1", b"for all")
    counsel.upload(draft, "2", b"for few", confidentiality="restricted", title="NEEDLE")
    counsel.made(f"/productions/{draft['id']}/deposit")
    keys = api.by(None).get("/log/keys").json()
    seen = {}
    for role in ("producing_counsel", "requesting_counsel"):
        seen[role] = api.by(role).get(f"/productions/{draft['id']}/receipt").json()
        assert verified(tmp_path, seen[role], keys) == 0
    assert "NEEDLE" not in json.dumps(seen["requesting_counsel"])
    assert seen["requesting_counsel"]["digest"] == seen["producing_counsel"]["digest"]


def test_a_later_head_extends_the_one_on_the_receipt(api: Api, tmp_path: Path) -> None:
    order, draft = filled(api)
    counsel = api.by("producing_counsel").at(NIGHT)
    receipt = counsel.made(f"/productions/{draft['id']}/deposit")
    another = counsel.draft(order)
    counsel.upload(another, "9", b"another")
    counsel.made(f"/productions/{another['id']}/deposit")
    anybody = api.by(None)
    head = anybody.get("/log/head").json()
    first = receipt["proof"]["index"] + 1
    told = anybody.get("/log/extension", params={"first": first, "second": head["size"]}).json()
    (tmp_path / "head.txt").write_text(head["note"])
    (tmp_path / "extension.json").write_text(json.dumps(told))
    more = ["--head", str(tmp_path / "head.txt"), "--extension", str(tmp_path / "extension.json")]
    keys = anybody.get("/log/keys").json()
    assert verified(tmp_path, receipt, keys, *more) == 0
    told["proof"][0] = "00" * 32
    (tmp_path / "extension.json").write_text(json.dumps(told))
    assert verified(tmp_path, receipt, keys, *more) == 1


@pytest.mark.parametrize("sizes", [(0, 1), (2, 1), (1, 10**6), ("x", 1)])
def test_an_extension_between_sizes_that_are_none_is_refused(api: Api, sizes: Any) -> None:
    filled(api)
    told = api.by(None).get("/log/extension", params={"first": sizes[0], "second": sizes[1]})
    assert told.status_code == 422


def test_the_public_check_says_valid_or_not_and_nothing_else(api: Api) -> None:
    _, draft = filled(api)
    receipt = api.by("producing_counsel").made(f"/productions/{draft['id']}/deposit")
    listed = [file["sha256"] for file in receipt["files"]]
    anybody = api.by(None)
    for digest, hashes, valid in (
        (receipt["digest"], [], True),
        (receipt["digest"], listed, True),
        (receipt["digest"], [*listed, "0" * 64], False),
        ("0" * 64, listed, False),
    ):
        asked = {"digest": digest, "sha256": hashes}
        assert anybody.made("/log/check", asked) == {"valid": valid}
    assert anybody.post("/log/check", {"digest": "ABC"}).status_code == 422


def test_execution_suspended_is_told_before_anything_is_final(api: Api) -> None:
    order, draft = filled(api)
    stay = {
        "kind": "stay",
        "effective_on": "2021-09-01",
        "reason": "Ordonnance du premier président",
    }
    api.at(BEFORE).made(f"/orders/{order['id']}/events", stay)
    counsel = api.by("producing_counsel").at(NIGHT)
    path = f"/productions/{draft['id']}/deposit"
    refused = counsel.post(path, {})
    assert refused.status_code == 409
    assert "suspended" in refused.json()["detail"]
    assert counsel.get(f"/productions/{draft['id']}").json()["deposited_at"] is None
    assert counsel.made(path, {"although_suspended": True})["received"] == "3 of 3"


def test_a_withdrawn_exhibit_keeps_its_number_and_hash_and_gives_no_bytes(
    api: Api, service: FastAPI
) -> None:
    order, draft = filled(api)
    counsel = api.by("producing_counsel").at(NIGHT)
    counsel.made(f"/productions/{draft['id']}/deposit")
    there = api.at(NIGHT).get(f"/orders/{order['id']}/exhibits").json()
    assert [e["state"] for e in there["items"]] == ["produced"] * 3
    exhibit = there["items"][1]
    path = f"/exhibits/{exhibit['id']}"
    later = "2021-09-20T10:00:00+02:00"
    reason = {"reason": "Courrier confidentiel communiqué par erreur"}
    told = counsel.at(later).made(f"{path}/withdrawal", reason)
    assert told["exhibit"]["state"] == "withdrawn"
    assert told["exhibit"]["sha256"] == exhibit["sha256"]
    assert counsel.at(later).post(f"{path}/withdrawal", reason).status_code == 409
    for role, status in (("producing_counsel", 200), ("clerk", 200), ("requesting_counsel", 409)):
        assert api.by(role).at(later).get(f"{path}/content").status_code == status
    for as_of, state in (("2021-09-19", "produced"), ("2021-09-20", "withdrawn")):
        found = api.at(later).get(f"/orders/{order['id']}/exhibits", params={"as_of": as_of})
        assert found.json()["items"][1]["state"] == state
    before = {"as_of": "2021-09-12"}
    assert api.get(f"/orders/{order['id']}/exhibits", params=before).json()["items"] == []
    shares = api.at(later).get(f"/orders/{order['id']}/compliance").json()["obligations"][0]
    assert shares["shares"]["withdrawn"] == 1
    with service.state.database.reading() as session:
        assert list(verify_record(session, Verified())) == []


def test_the_first_download_of_each_party_is_recorded_once(api: Api) -> None:
    _, draft = filled(api)
    counsel = api.by("producing_counsel").at(NIGHT)
    counsel.made(f"/productions/{draft['id']}/deposit")
    exhibit = counsel.get(f"/productions/{draft['id']}").json()["exhibits"][0]
    path = f"/exhibits/{exhibit['id']}"
    for role, at in (
        ("producing_counsel", "2021-09-14T08:00:00+02:00"),
        ("clerk", "2021-09-14T09:00:00+02:00"),
        ("requesting_assistant", "2021-09-14T10:00:00+02:00"),
        ("requesting_counsel", "2021-09-15T10:00:00+02:00"),
        ("third_counsel", "2021-09-16T10:00:00+02:00"),
    ):
        assert api.by(role).at(at).get(f"{path}/content").status_code == 200
    first = [
        {"party": "UEJF", "at": "2021-09-14T08:00:00Z"},
        {"party": "Hébergeur tiers", "at": "2021-09-16T08:00:00Z"},
    ]
    for role, told in (
        ("producing_counsel", first),
        ("clerk", first),
        ("requesting_counsel", first[:1]),
    ):
        history = api.by(role).get(f"{path}/history").json()
        assert history["first_downloads"] == told
        assert history["exhibit"]["available_at"] == "2021-09-13T21:47:12Z"


def test_rolling_productions_add_up_per_category(api: Api) -> None:
    order, draft = filled(api)
    counsel = api.by("producing_counsel").at(BEFORE)
    counsel.made(f"/productions/{draft['id']}/deposit")
    second = counsel.at(NIGHT).draft(order)
    counsel.upload(second, "4", b"four", category_id=category_id(order, "1"))
    [answer] = counsel.at(NIGHT).made(f"/productions/{second['id']}/deposit")["answers"]
    assert (answer["documents"], answer["documents_in_all"]) == (1, 4)


def test_an_upload_after_the_deposit_is_refused(api: Api) -> None:
    _, draft = filled(api)
    counsel = api.by("producing_counsel").at(NIGHT)
    counsel.made(f"/productions/{draft['id']}/deposit")
    late = counsel.upload(draft, "4", b"late")
    assert late.status_code == 409
    assert "deposited" in late.json()["detail"]


def replacing(counsel: Api, draft: dict[str, Any], exhibit: dict[str, Any], **query: Any) -> Any:
    said = {"replaces": exhibit["id"], "reason": "Meilleure copie", "filename": "Scan.pdf", **query}
    number = said.pop("number", exhibit["number"])
    path = f"/productions/{draft['id']}/exhibits/{number}"
    return counsel.call("PUT", path, content=b"a better scan", params=said)


def test_a_replaced_exhibit_keeps_its_number_and_both_editions_stay(
    api: Api, service: FastAPI, tmp_path: Path
) -> None:
    order, draft = filled(api)
    counsel = api.by("producing_counsel").at(BEFORE)
    counsel.made(f"/productions/{draft['id']}/deposit")
    first = counsel.get(f"/orders/{order['id']}/exhibits").json()["items"][0]
    later = counsel.at(NIGHT)
    second = later.draft(order)
    made = replacing(later, second, first, category_id=category_id(order, "1"))
    assert made.status_code == 201, made.text
    assert (made.json()["number"], made.json()["edition"]) == ("1", 2)
    receipt = later.made(f"/productions/{second['id']}/deposit")
    assert receipt["replaced"] == [
        {"number": "1", "edition": 1, "replaced_sha256": first["sha256"],
         "reason": "Meilleure copie"}
    ]  # fmt: skip
    assert verified(tmp_path, receipt, api.by(None).get("/log/keys").json()) == 0
    [answer] = receipt["answers"]
    assert (answer["documents"], answer["documents_in_all"]) == (1, 3)
    found = api.at(NIGHT).get(f"/orders/{order['id']}/exhibits").json()["items"]
    assert [(e["number"], e["edition"], e["state"]) for e in found] == [
        ("1", 1, "replaced"), ("2", 1, "produced"), ("3", 1, "produced"), ("1", 2, "produced"),
    ]  # fmt: skip
    assert found[0]["replaced_by"] == found[3]["id"]
    assert found[0]["reason"] == "Meilleure copie"
    for each in found:
        role = api.by("requesting_counsel").at(NIGHT)
        assert role.get(f"/exhibits/{each['id']}/content").status_code == 200
    third = later.draft(order)
    assert replacing(later, third, found[3]).json()["edition"] == 3
    with service.state.database.reading() as session:
        assert list(verify_record(session, Verified())) == []


def test_what_cannot_be_replaced_is_refused_and_says_why(api: Api) -> None:
    order, draft = filled(api)
    counsel = api.by("producing_counsel").at(BEFORE)
    drafted = counsel.get(f"/productions/{draft['id']}").json()["exhibits"]
    assert replacing(counsel, draft, drafted[0]).status_code == 409
    counsel.made(f"/productions/{draft['id']}/deposit")
    first, second, _ = counsel.get(f"/orders/{order['id']}/exhibits").json()["items"]
    new = counsel.draft(order)
    for status, field, query in (
        (422, "reason", {"reason": ""}),
        (422, "number", {"number": "7"}),
        (422, "replaces", {"replaces": "00000000-0000-4000-8000-000000000000"}),
    ):
        refused = replacing(counsel, new, first, **query)
        assert refused.status_code == status
        assert [e["field"] for e in refused.json()["errors"]] == [field]
    assert replacing(counsel, new, first).status_code == 201
    assert replacing(counsel, new, first).status_code == 409
    counsel.made(f"/exhibits/{second['id']}/withdrawal", {"reason": "Par erreur"})
    assert replacing(counsel, new, second).status_code == 409
    assert counsel.upload(new, "2", b"the number is given for ever").status_code == 409


def test_without_its_key_nothing_is_half_deposited(
    api: Api, service: FastAPI, keys_folder: Path
) -> None:
    _, draft = filled(api)
    database, ring = service.state.database, service.state.keys
    with database.writing() as session:
        key = current_key(session, ring, clock()).key_id
    (keys_folder / f"{key}.pem").unlink()
    counsel = api.by("producing_counsel").at(NIGHT)
    path = f"/productions/{draft['id']}"
    refused = counsel.post(f"{path}/deposit", {})
    assert refused.status_code == 503
    assert refused.json()["type"].endswith(":key-missing")
    assert counsel.get(path).json()["deposited_at"] is None
    with database.reading() as session:
        assert list(verify_record(session, Verified())) == []
    with database.writing() as session:
        rotate_key(session, ring, clock())
    receipt = counsel.made(f"{path}/deposit")
    verify.check_receipt(receipt, api.by(None).get("/log/keys").json())


def test_an_empty_file_stands_in_the_way_and_is_named(api: Api) -> None:
    _, draft = filled(api)
    counsel = api.by("producing_counsel").at(NIGHT)
    assert counsel.upload(draft, "7", b"").status_code == 201
    refused = counsel.post(f"/productions/{draft['id']}/deposit", {})
    assert refused.status_code == 422
    [fault] = refused.json()["errors"]
    assert fault["field"] == "exhibits.3"
    assert "Exhibit 7" in fault["message"]


def test_somebody_no_longer_on_the_matter_deposits_nothing(api: Api, service: FastAPI) -> None:
    _, draft = filled(api)
    with service.state.database.writing() as session:
        held = session.scalars(
            select(m.Membership).where(m.Membership.user_id == api.cast.users["producing_counsel"])
        ).one()
        end_role(session, api.cast.actor(session, "clerk"), held.id, clock())
    refused = api.by("producing_counsel").at(NIGHT).post(f"/productions/{draft['id']}/deposit", {})
    assert refused.status_code == 403
    assert api.by("producing_assistant").get(f"/productions/{draft['id']}").status_code == 200
