"""Placing, numbering and Bates with a key: done once, and answered as the first time."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from app import models as m
from tests.api.conftest import Api, category_id
from tests.api.test_placing import Desk

KEY = {"Idempotency-Key": "all-at-once"}
ACTS = ("placing", "numbering", "bates")


@pytest.fixture
def desk(api: Api) -> Desk:
    desk = Desk(api)
    for name in ("b.pdf", "a.pdf", "Pièce 9 - du 04-03-2021.pdf"):
        desk.upload(name)
    return desk


def said(desk: Desk, act: str, *, other: bool = False) -> dict[str, Any]:
    """What is asked in the act, or something else that would do as well."""
    ids = [e["id"] for e in desk.exhibits().values()]
    if act == "placing":
        return {"category_ids": [category_id(desk.order, "2" if other else "1")]}
    if act == "numbering":
        return {"by": "order", "start": "70" if other else "50", "exhibit_ids": ids}
    return {"prefix": "B-" if other else "A-", "width": 4, "per": "document"}


def written(service: FastAPI) -> tuple[int, int]:
    """How many acts are on the record, and how many answers are kept."""
    with service.state.database.reading() as session:
        acts = session.scalar(select(func.count()).select_from(m.LogEntry)) or 0
        kept = session.scalar(select(func.count()).select_from(m.IdempotencyKey)) or 0
        return acts, kept


@pytest.mark.parametrize("act", ACTS)
def test_what_is_sent_again_with_its_key_is_answered_as_before_and_does_nothing(
    service: FastAPI, desk: Desk, act: str
) -> None:
    path, data = f"{desk.path}/{act}", said(desk, act)
    first = desk.api.post(path, data, headers=KEY)
    assert first.status_code == 200, first.text
    assert first.json()["given" if act == "bates" else "changed"]
    before, exhibits = written(service), desk.exhibits()
    again = desk.api.post(path, data, headers=KEY)
    assert (again.status_code, again.content) == (200, first.content)
    assert (written(service), desk.exhibits()) == (before, exhibits)


@pytest.mark.parametrize("act", ACTS)
def test_a_key_that_came_with_another_request_is_refused_and_changes_nothing(
    service: FastAPI, desk: Desk, act: str
) -> None:
    path, data = f"{desk.path}/{act}", said(desk, act)
    other = said(desk, act, other=True)
    assert desk.api.post(path, data, headers=KEY).status_code == 200
    before, exhibits = written(service), desk.exhibits()
    refused = desk.api.post(path, other, headers=KEY)
    assert refused.status_code == 422
    assert refused.json()["type"] == "urn:bordereau:problem:idempotency-mismatch"
    assert (written(service), desk.exhibits()) == (before, exhibits)


def test_another_query_is_another_request(desk: Desk) -> None:
    path, data = f"{desk.path}/placing", {"by": "names", "fields": ["dated_on"]}
    first = desk.api.post(path, data, headers=KEY, params={"dates": "day_first"})
    assert first.status_code == 200, first.text
    refused = desk.api.post(path, data, headers=KEY, params={"dates": "month_first"})
    assert refused.status_code == 422
    assert refused.json()["type"] == "urn:bordereau:problem:idempotency-mismatch"
    assert desk.exhibits()["Pièce 9 - du 04-03-2021.pdf"]["dated_on"] == "2021-03-04"


def test_a_refused_act_leaves_its_key_free(desk: Desk) -> None:
    path = f"{desk.path}/numbering"
    assert desk.api.post(path, {"by": "given", "numbers": {}}, headers=KEY).status_code == 422
    assert desk.api.post(path, said(desk, "numbering"), headers=KEY).status_code == 200


@pytest.mark.parametrize("act", ACTS)
def test_the_api_says_that_the_act_takes_a_key(service: FastAPI, act: str) -> None:
    said = service.openapi()["paths"][f"/api/v1/productions/{{production_id}}/{act}"]["post"]
    names = {p["name"] for p in said["parameters"] if p["in"] == "header"}
    assert "Idempotency-Key" in names
