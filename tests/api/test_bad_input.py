"""Bad input: each gets an error that names its field, and nothing is half-written."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app import models as m
from app.storage.digests import format_content_digest
from tests.api.conftest import Api, category_id
from tests.factories import a_category, a_service, an_order

ZERO = format_content_digest(hashlib.sha256(b"other bytes").digest())


def refused(response: Any, status: int, field: str | None = None) -> dict[str, Any]:
    """The problem of a refused request; insists on its shape, status and field."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    if field is not None:
        assert field in {e["field"] for e in problem["errors"]}, problem
    return dict(problem)


def rows(api: Api) -> dict[str, int]:
    """How many rows every table holds: what a refusal must not change."""
    with api.http.app.state.database.reading() as session:  # type: ignore[attr-defined]
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in m.Base.metadata.sorted_tables
        }


def _register(api: Api, order: dict[str, Any]) -> Any:
    return api.post(f"/matters/{api.cast.matter.id}/orders", order)


@pytest.mark.parametrize(
    ("term", "field"),
    [
        ({"kind": "within", "period": [{"value": 2}]}, "term.period.0.unit"),
        ({"kind": "within", "period": 2}, "term.period"),
        ({"kind": "within", "period": "2"}, "term.period"),
        ({"kind": "within", "period": [{"value": 0, "unit": "month"}]}, "term.period.0.value"),
        ({"kind": "within", "period": [{"value": 2, "unit": "moon"}]}, "term.period.0.unit"),
        ({"kind": "within", "period": []}, "term.period"),
        ({"kind": "until", "on": "2021-02-30"}, "term.on"),
        ({"kind": "until", "on": "2021-09-13", "at": "25:00"}, "term.at"),
        ({"kind": "soon"}, "term.kind"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_term_that_cannot_be_read_names_its_field(
    api: Api, term: dict[str, Any], field: str
) -> None:
    before = rows(api)
    order = an_order(api.cast.obligor, categories=[a_category(api.cast.obligor, term=term)])
    refused(_register(api, order), 422, f"categories.0.{field}")
    assert rows(api) == before


def test_a_term_without_unit_is_refused_in_the_language_of_the_reader(api: Api) -> None:
    term = {"kind": "within", "period": [{"value": 2}]}
    order = an_order(api.cast.obligor, categories=[a_category(api.cast.obligor, term=term)])
    path = f"/matters/{api.cast.matter.id}/orders"
    french = api.post(path, order, headers={"Accept-Language": "fr-FR,fr;q=0.9"})
    assert french.headers["content-language"] == "fr"
    english = refused(_register(api, order), 422)
    assert french.json()["detail"] != english["detail"]
    assert "unité" in french.json()["detail"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"calendar": "FR-nowhere"}, "calendar"),
        ({"rule_pack": "xx-none"}, "rule_pack"),
        ({"time_zone": "Europe/Nowhere"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"made_on": "2999-01-01"}, "made_on"),
        ({"made_on": "soon"}, "made_on"),
        ({"categories": []}, "categories"),
        ({"title": " "}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"title": "two\nlines"}, "title"),
        ({"title": "bell\x07"}, "title"),
        ({"surprise": 1}, "surprise"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_order_that_cannot_be_kept_names_its_field(
    api: Api, changed: dict[str, Any], field: str
) -> None:
    before = rows(api)
    refused(_register(api, an_order(api.cast.obligor, **changed)), 422, field)
    assert rows(api) == before


def test_a_year_outside_the_calendar_is_refused_and_nothing_is_recorded(api: Api) -> None:
    order = api.order()
    before = rows(api)
    far = a_service(api.cast.obligor, effective_on="2036-12-20")
    problem = refused(api.post(f"/orders/{order['id']}/events", far), 422)
    assert problem["type"] == "urn:bordereau:problem:calendar-not-covered"
    assert "2037" in problem["detail"]
    assert rows(api) == before


def test_an_obligor_of_another_matter_is_refused(api: Api) -> None:
    stranger = api.cast.party("Défendeur")
    order = an_order(api.cast.obligor, categories=[a_category(stranger)])
    refused(_register(api, order), 422, "categories.0.obligors.0")


def test_a_category_number_twice_is_refused(api: Api) -> None:
    twice = [a_category(api.cast.obligor), a_category(api.cast.obligor)]
    refused(
        _register(api, an_order(api.cast.obligor, categories=twice)), 422, "categories.1.number"
    )


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"effective_on": "2021-07-05"}, "effective_on"),
        ({"effective_on": None, "effective_at": "2021-07-05T23:59:59+02:00"}, "effective_at"),
        ({"effective_on": None}, "effective_on"),
        ({"effective_at": "2021-07-12T10:00:00+02:00"}, "effective_on"),
        ({"effective_on": None, "effective_at": "2021-07-12T10:00:00"}, "effective_at"),
        ({"obligor_id": str(uuid4())}, "obligor_id"),
        ({"category_ids": [str(uuid4())]}, "category_ids.0"),
        ({"corrects": str(uuid4())}, "corrects"),
        ({"method": "pigeon"}, "method"),
        ({"reason": ""}, "reason"),
        ({"kind": "surprise"}, "body"),
        ({"surprise": 1}, "surprise"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_event_that_cannot_be_recorded_names_its_field(
    api: Api, changed: dict[str, Any], field: str
) -> None:
    order = api.order()
    before = rows(api)
    event = {k: v for k, v in a_service(api.cast.obligor, **changed).items() if v is not None}
    for query in ("", "?dry_run=true"):
        refused(api.post(f"/orders/{order['id']}/events{query}", event), 422, field)
    assert rows(api) == before


def test_service_on_a_requesting_party_is_refused(api: Api) -> None:
    order = api.order()
    event = a_service(api.cast.party("UEJF"))
    refused(api.post(f"/orders/{order['id']}/events", event), 422, "obligor_id")


def test_a_second_first_service_is_refused_and_a_further_one_moves_no_clock(api: Api) -> None:
    order = api.served()
    path = f"/orders/{order['id']}/events"
    again = a_service(api.cast.obligor, effective_on="2021-08-20")
    problem = refused(api.post(path, again), 422, "kind")
    assert "12 July 2021" in problem["detail"]
    api.made(path, {**again, "further": True})
    found = api.get(f"/orders/{order['id']}/compliance").json()["obligations"][0]
    assert found["due_on"] == "2021-09-13"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_stay_that_ends_before_it_starts_is_refused(api: Api) -> None:
    order = api.served()
    path = f"/orders/{order['id']}/events"
    stay = {"kind": "stay", "effective_on": "2021-08-02", "reason": "Premier président"}
    refused(api.post(path, {**stay, "until_on": "2021-08-02"}), 422, "until_on")
    recorded = api.made(path, stay)
    lifted = {
        "kind": "stay_lifted",
        "stay_id": recorded["id"],
        "effective_on": "2021-08-01",
        "reason": "Levée",
    }
    refused(api.post(path, lifted), 422, "effective_on")
    refused(api.post(path, {**lifted, "stay_id": str(uuid4())}), 422, "stay_id")


def test_a_stay_in_the_past_of_its_lifting_is_recorded_once(api: Api) -> None:
    order = api.served()
    path = f"/orders/{order['id']}/events"
    stay = api.made(path, {"kind": "stay", "effective_on": "2021-08-02", "reason": "r"})
    lifted = {
        "kind": "stay_lifted",
        "stay_id": stay["id"],
        "effective_on": "2021-08-12",
        "reason": "Levée",
    }
    api.made(path, lifted)
    refused(api.post(path, lifted), 422, "stay_id")
    assert api.status(order, "2021-08-05") == "suspended"
    found = api.get(f"/orders/{order['id']}/compliance").json()["obligations"][0]
    assert found["due_on"] > "2021-09-13"


def test_a_deposit_with_nothing_in_it_is_refused_and_stays_a_draft(api: Api) -> None:
    order = api.served()
    draft = api.draft(order)
    before = rows(api)
    counsel = api.by("producing_counsel")
    refused(counsel.post(f"/productions/{draft['id']}/deposit"), 422, "production")
    assert rows(api) == before
    assert counsel.get(f"/productions/{draft['id']}").json()["deposited_at"] is None


def test_an_exhibit_in_a_category_of_another_order_is_refused_without_a_trace(api: Api) -> None:
    order, other = api.served(), api.order(title="Another")
    draft = api.draft(order)
    before = rows(api)
    response = api.by("producing_counsel").upload(draft, "1", category_id=category_id(other, "1"))
    refused(response, 422, "category_ids.0")
    assert rows(api) == before


def test_a_wrong_digest_is_refused_and_no_byte_of_it_is_kept(api: Api, service: Any) -> None:
    order = api.served()
    draft = api.draft(order)
    before = rows(api)
    path = f"/productions/{draft['id']}/exhibits/1"
    response = api.by("producing_counsel").call(
        "PUT",
        path,
        content=b"these bytes",
        params={"filename": "f.pdf"},
        headers={"Content-Digest": ZERO},
    )
    problem = refused(response, 400)
    assert problem["type"] == "urn:bordereau:problem:digest-mismatch"
    assert rows(api) == before
    root = service.state.store.root
    assert [p for p in root.rglob("*") if p.is_file() and p.suffix != ".lock"] == []


def test_a_right_digest_is_taken(api: Api) -> None:
    draft = api.draft(api.served())
    digest = format_content_digest(hashlib.sha256(b"these bytes").digest())
    response = api.by("producing_counsel").call(
        "PUT",
        f"/productions/{draft['id']}/exhibits/1",
        content=b"these bytes",
        params={"filename": "f.pdf"},
        headers={"Content-Digest": digest},
    )
    assert response.status_code == 201
    assert response.headers["content-digest"] == digest


@pytest.mark.parametrize("digest", ["nonsense", "sha-256=:!!:", "md5=:AAAA:", "sha-256=:AAAA:"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_digest_that_cannot_be_read_is_refused(api: Api, digest: str) -> None:
    draft = api.draft(api.served())
    response = api.by("producing_counsel").call(
        "PUT",
        f"/productions/{draft['id']}/exhibits/1",
        content=b"x",
        params={"filename": "f.pdf"},
        headers={"Content-Digest": digest},
    )
    refused(response, 422, "Content-Digest")


@pytest.mark.parametrize(
    "name", ["../x.pdf", "a/b.pdf", "a\\b.pdf", "x\x00.pdf", "x\n.pdf", "", "é" * 200]
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_name_with_a_path_or_control_characters_is_refused(api: Api, name: str) -> None:
    draft = api.draft(api.served())
    refused(api.by("producing_counsel").upload(draft, "1", filename=name), 422, "filename")


@pytest.mark.parametrize("number", ["x", "0", "1%20or%201", "12-", "9" * 60])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_number_that_is_none_is_refused(api: Api, number: str) -> None:
    draft = api.draft(api.served())
    assert api.by("producing_counsel").upload(draft, number).status_code in (404, 422)


def test_a_number_is_never_reused(api: Api) -> None:
    order = api.served()
    counsel = api.by("producing_counsel")
    first, second = api.draft(order), api.draft(order)
    counsel.upload(first, "1")
    refused(counsel.upload(second, "1"), 409)
    counsel.made(f"/productions/{first['id']}/deposit")
    refused(counsel.upload(second, "1"), 409)
    assert counsel.upload(second, "2").status_code == 201


def test_a_file_larger_than_the_service_takes_is_refused(api: Api, service: Any) -> None:
    service.state.settings.upload_bytes_max = 10
    draft = api.draft(api.served())
    refused(api.by("producing_counsel").upload(draft, "1", b"x" * 11), 413)


def test_a_body_that_is_no_file_has_a_limit(api: Api, service: Any) -> None:
    limit = service.state.settings.body_bytes_max
    response = api.call("POST", "/matters", content=b"[" * (limit + 1))
    refused(response, 413)


def test_a_stale_version_is_refused_and_a_missing_one_asked_for(api: Api) -> None:
    order = api.order()
    path = f"/orders/{order['id']}"
    stale = f'"{order["version"]}"'
    change = {"title": "Renamed"}
    refused(api.call("PATCH", path, json=change), 428)
    first = api.call("PATCH", path, json=change, headers={"If-Match": stale})
    assert first.status_code == 200
    assert first.headers["etag"] != stale
    refused(api.call("PATCH", path, json=change, headers={"If-Match": stale}), 412)
    event = a_service(api.cast.obligor)
    refused(api.call("POST", f"{path}/events", json=event, headers={"If-Match": stale}), 412)


def test_the_same_key_gives_the_same_answer_and_does_it_once(api: Api) -> None:
    path = f"/matters/{api.cast.matter.id}/orders"
    key = {"Idempotency-Key": "register-1"}
    order = an_order(api.cast.obligor)
    first = api.post(path, order, headers=key)
    before = rows(api)
    again = api.post(path, order, headers=key)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["etag"] == first.headers["etag"]
    assert rows(api) == before


def test_the_same_key_with_another_body_is_refused(api: Api) -> None:
    path = f"/matters/{api.cast.matter.id}/orders"
    key = {"Idempotency-Key": "register-1"}
    api.post(path, an_order(api.cast.obligor), headers=key)
    other = api.post(path, an_order(api.cast.obligor, title="Other"), headers=key)
    problem = refused(other, 422)
    assert problem["type"] == "urn:bordereau:problem:idempotency-mismatch"


def test_a_key_belongs_to_one_person(api: Api) -> None:
    order = api.served()
    key = {"Idempotency-Key": "same"}
    path = f"/orders/{order['id']}/productions"
    data = {"party_id": str(api.cast.obligor)}
    one = api.by("producing_counsel").post(path, data, headers=key).json()
    two = api.by("producing_assistant").post(path, data, headers=key).json()
    assert one["id"] != two["id"]


def test_a_refused_request_leaves_its_key_free(api: Api) -> None:
    path = f"/matters/{api.cast.matter.id}/orders"
    key = {"Idempotency-Key": "retry"}
    refused(api.post(path, an_order(api.cast.obligor, calendar="nowhere"), headers=key), 422)
    assert api.post(path, an_order(api.cast.obligor), headers=key).status_code == 201


@pytest.mark.parametrize("cursor", ["x", "e30", "WyJhIl0", "WyIyMDIxIiwgIngiXQ"])
@pytest.mark.parametrize("path", ["/matters", "/orders", "/obligations"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_cursor_that_no_page_gave_is_refused(api: Api, path: str, cursor: str) -> None:
    refused(api.get(path, params={"cursor": cursor}), 422, "cursor")


@pytest.mark.parametrize("as_of", ["yesterday", "2021-02-30", "2021-09-13T10:00:00", "9999-12-31"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_day_that_is_none_is_refused(api: Api, as_of: str) -> None:
    order = api.served()
    for path in (f"/orders/{order['id']}/compliance", "/obligations"):
        refused(api.get(path, params={"as_of": as_of}), 422)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_rejected_is_not_repeated(api: Api) -> None:
    secret = "a secret that must not come back"
    response = api.post("/users", {"email": secret, "name": "x", "password": {"x": secret}})
    assert secret not in refused(response, 422)["detail"]
    assert secret not in response.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_unknown_address_and_method_are_problems_too(api: Api) -> None:
    refused(api.get("/nothing"), 404)
    refused(api.call("PUT", "/matters"), 405)
    refused(api.call("POST", "/matters", content=b"{"), 422)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_nul_is_refused_wherever_a_text_can_hold_one(api: Api, http: Any) -> None:
    nul = "a\x00b"
    order = api.order()
    draft = api.draft(order)
    counsel = api.by("producing_counsel")
    for response in (
        http.post("/api/v1/sign-in", json={"email": nul, "password": "x"}),
        api.post("/users", {"email": f"{nul}@x.org", "name": "x", "password": "x" * 12}),
        api.get("/obligations", params={"court": nul}),
        api.get("/obligations/counts", params={"court": nul}),
        api.post("/matters", {"court": nul, "title": "t", "parties": []}),
        counsel.upload(draft, "1", title=nul),
        counsel.upload(draft, "a%00b"),
    ):
        assert response.status_code in (404, 422), response.text
