"""The whole way with the files in a bucket: upload, deposit, download, and a store that is gone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI

from app.main import create_app
from app.settings import Settings
from app.storage.digests import format_content_digest
from tests.api.conftest import Api
from tests.wire import CUT_AFTER, Wire

if TYPE_CHECKING:
    from app.storage.s3_bucket import Place
    from tests.objectstore import ObjectStoreServer

BODY = b"%PDF-1.4 " + os.urandom(3_000_000)


@pytest.fixture
def wire(object_store: ObjectStoreServer) -> Iterator[Wire]:
    wire = Wire(object_store.port)
    yield wire
    wire.down()


@pytest.fixture
def service(database_url: str, tmp_path: Path, place: Place, wire: Wire) -> Iterator[FastAPI]:
    app = create_app(
        Settings(
            database_url=database_url,
            data_dir=tmp_path / "data",
            public_url="http://testserver",
            sandbox=True,
            storage="s3",
            s3_bucket=place.bucket,
            s3_prefix=place.prefix,
            s3_endpoint=wire.endpoint,
            s3_region=place.region,
            s3_path_style=True,
            s3_access_key=place.access_key,
            s3_secret_key=place.secret_key,
            s3_timeout_seconds=2,
        )
    )
    yield app
    app.state.store.close()
    app.state.database.close()


def test_a_file_is_uploaded_deposited_and_downloaded_as_it_was(api: Api, tmp_path: Path) -> None:
    counsel = api.by("producing_counsel")
    draft = counsel.draft(api.served())
    assert counsel.upload(draft, "1", BODY).status_code == 201
    assert counsel.upload(draft, "2", BODY).status_code == 201
    receipt = counsel.made(f"/productions/{draft['id']}/deposit")
    assert [file["size_bytes"] for file in receipt["files"]] == [len(BODY)] * 2
    exhibit = counsel.get(f"/productions/{draft['id']}").json()["exhibits"][0]
    found = api.by("requesting_counsel").get(f"/exhibits/{exhibit['id']}/content")
    assert found.status_code == 200
    assert found.content == BODY
    assert [p for p in (tmp_path / "data" / "files").rglob("*") if p.is_file()] == []


def test_an_answer_lost_on_the_way_costs_a_moment_and_nothing_else(api: Api, wire: Wire) -> None:
    counsel = api.by("producing_counsel")
    draft = counsel.draft(api.served())
    wire.fail("PUT", CUT_AFTER)
    assert counsel.upload(draft, "1", BODY).status_code == 201
    assert wire.struck == 1


@pytest.mark.parametrize(("language", "said"), [("en", "does not answer"), ("fr", "ne répond pas")])
def test_while_the_store_is_down_nothing_is_acknowledged(
    api: Api, wire: Wire, language: str, said: str
) -> None:
    counsel = api.by("producing_counsel")
    draft = counsel.draft(api.served())
    assert counsel.upload(draft, "1", BODY).status_code == 201
    wire.down()
    path = f"/productions/{draft['id']}"
    uploaded = counsel.upload(draft, "2", b"other")
    deposited = counsel.post(f"{path}/deposit", headers={"Accept-Language": "fr"})
    assert "does not answer" in uploaded.json()["detail"]
    assert "ne répond pas" in deposited.json()["detail"]
    for answer in (uploaded, deposited):
        assert answer.status_code == 503
        assert answer.json()["type"] == "urn:bordereau:problem:store-unavailable"
        assert answer.headers["Retry-After"]
    assert len(counsel.get(f"/productions/{draft['id']}").json()["exhibits"]) == 1
    wire.up()
    assert counsel.upload(draft, "2", b"other").status_code == 201
    assert len(counsel.made(f"/productions/{draft['id']}/deposit")["files"]) == 2


def test_what_does_not_match_its_digest_is_refused(api: Api) -> None:
    counsel = api.by("producing_counsel")
    draft = counsel.draft(api.served())
    answer = counsel.call(
        "PUT",
        f"/productions/{draft['id']}/exhibits/1",
        content=BODY,
        params={"filename": "f.pdf"},
        headers={"Content-Digest": format_content_digest(bytes(32))},
    )
    assert answer.status_code == 400


def test_a_file_gone_from_the_bucket_stops_the_deposit(
    api: Api, service: FastAPI, object_store: ObjectStoreServer, place: Place
) -> None:
    counsel = api.by("producing_counsel")
    draft = counsel.draft(api.served())
    counsel.upload(draft, "1", BODY)
    for key, _ in service.state.store.bucket.listed("objects/"):
        object_store.client.delete_object(Bucket=place.bucket, Key=place.prefix + key)
    refused = counsel.post(f"/productions/{draft['id']}/deposit")
    assert refused.status_code == 422
    assert refused.json()["errors"] == [
        {
            "field": "exhibits.0",
            "message": "Exhibit 1: the file is not in the store: upload it again.",
        }
    ]
