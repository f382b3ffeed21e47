"""Files of events by the API: told with their event, and read byte for byte."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI

from tests.api.conftest import Api
from tests.attaching import event_with_files
from tests.cast import Cast

BODY = b"<script>alert(1)</script>"
NOW = datetime(2021, 9, 20, 8, 0, tzinfo=UTC)


@pytest.fixture
def recorded(service: FastAPI, cast: Cast, order: dict[str, Any]) -> dict[str, Any]:
    """The event with its file, as the API tells of it."""
    state = service.state
    files = ("Ordonnance « prorogée ».html", BODY)
    event_with_files(state.database, state.store, cast, UUID(order["id"]), NOW, files)
    return order


def test_an_event_tells_of_its_files(api: Api, recorded: dict[str, Any]) -> None:
    service, dispute = api.get(f"/orders/{recorded['id']}/events").json()["items"]
    assert service["files"] == []
    [file] = dispute["files"]
    assert file == {
        "id": file["id"],
        "filename": "Ordonnance « prorogée ».html",
        "size_bytes": len(BODY),
        "sha256": sha256(BODY).hexdigest(),
    }


def test_its_bytes_come_back_as_an_attachment_in_which_nothing_runs(
    api: Api, recorded: dict[str, Any]
) -> None:
    dispute = api.get(f"/orders/{recorded['id']}/events").json()["items"][-1]
    path = f"/events/{dispute['id']}/files/{dispute['files'][0]['id']}/content"
    answer = api.by("requesting_assistant").get(path)
    assert (answer.status_code, answer.content) == (200, BODY)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_an_event_recorded_by_the_api_bears_none(api: Api, order: dict[str, Any]) -> None:
    said = {"kind": "stay", "effective_on": "2021-08-02", "reason": "Arrêt"}
    assert api.made(f"/orders/{order['id']}/events", said)["files"] == []
