"""The JSON door over a real application on each database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.deps import NOW_HEADER, clock
from app.settings import Settings
from tests.api.nursery import Nursery
from tests.api.running import Server
from tests.cast import Cast
from tests.factories import a_service, an_order
from tests.serving import close, serve


@pytest.fixture
def service(database_url: str, tmp_path: Path) -> Iterator[FastAPI]:
    """The application, its files in a folder of the test's own; its clock can be moved."""
    app = serve(
        Settings(
            database_url=database_url,
            data_dir=tmp_path / "data",
            public_url="http://testserver",
            sandbox=True,
            sign_in_attempts=1000,
        )
    )
    yield app
    close(app)


@pytest.fixture(scope="session")
def cast_at() -> datetime:
    """When the cast was assembled, who got their tokens then."""
    return clock()


@pytest.fixture
def http(service: FastAPI) -> TestClient:
    return TestClient(service, raise_server_exceptions=True)


@dataclass
class Api:
    """Requests made by somebody of the cast, at a time of the test's choosing."""

    http: TestClient
    cast: Cast
    role: str | None = "clerk"
    now: str | None = None

    def call(self, method: str, path: str, **more: Any) -> Any:
        headers = self.cast.headers(self.role) | more.pop("headers", {})
        if self.now is not None:
            headers.setdefault(NOW_HEADER, self.now)
        return self.http.request(method, f"/api/v1{path}", headers=headers, **more)

    def get(self, path: str, **more: Any) -> Any:
        return self.call("GET", path, **more)

    def post(self, path: str, json: Any = None, **more: Any) -> Any:
        return self.call("POST", path, json=json, **more)

    def made(self, path: str, json: Any = None, **more: Any) -> Any:
        """Post, and insist that it worked."""
        response = self.post(path, json, **more)
        assert response.status_code in (200, 201), response.text
        return response.json()

    def by(self, role: str | None) -> Api:
        return Api(self.http, self.cast, role, self.now)

    def at(self, now: str) -> Api:
        return Api(self.http, self.cast, self.role, now)

    def order(self, **changed: Any) -> dict[str, Any]:
        """The founding order in short, registered on the day after it was made."""
        data = an_order(self.cast.obligor, **changed)
        path = f"/matters/{self.cast.matter.id}/orders"
        return self.at(self.now or "2021-07-07T09:00:00+02:00").made(path, data)  # type: ignore[no-any-return]

    def served(self, **changed: Any) -> dict[str, Any]:
        """The founding order, served on 12 July 2021."""
        order = self.order(**changed)
        at = self.at("2021-07-13T10:00:00+02:00")
        at.made(f"/orders/{order['id']}/events", a_service(self.cast.obligor))
        return order

    def draft(self, order: dict[str, Any], role: str = "producing_counsel") -> dict[str, Any]:
        data = {"party_id": str(self.cast.obligor), "title": "Première communication"}
        path = f"/orders/{order['id']}/productions"
        return self.by(role).made(path, data)  # type: ignore[no-any-return]

    def upload(
        self, production: dict[str, Any], number: str, body: bytes = b"%PDF-1.4 demo", **query: Any
    ) -> Any:
        params = {"filename": "piece.pdf", **query}
        path = f"/productions/{production['id']}/exhibits/{number}"
        return self.call("PUT", path, content=body, params=params)

    def status(self, order: dict[str, Any], as_of: str, category: str = "2") -> str:
        found = self.get(f"/orders/{order['id']}/compliance", params={"as_of": as_of}).json()
        status: str = next(
            o["status"] for o in found["obligations"] if o["category_number"] == category
        )
        return status


@pytest.fixture
def api(http: TestClient, cast: Cast) -> Api:
    return Api(http, cast)


@pytest.fixture
def counsel(api: Api) -> Api:
    """The producing party's counsel."""
    return api.by("producing_counsel")


@pytest.fixture
def order(api: Api) -> dict[str, Any]:
    """The founding order, served."""
    return api.served()


@pytest.fixture
def draft(api: Api, order: dict[str, Any]) -> dict[str, Any]:
    """A draft of the producing party's, empty."""
    return api.draft(order)


def element_ids(order: dict[str, Any], number: str) -> list[UUID]:
    category = next(c for c in order["categories"] if c["number"] == number)
    return [e["id"] for e in category["elements"]]


def category_id(order: dict[str, Any], number: str) -> str:
    return str(next(c["id"] for c in order["categories"] if c["number"] == number))


@pytest.fixture(scope="session")
def nursery(keys_folder: Path) -> Iterator[Nursery]:
    """Starts the real service for a fraction of the time: see ``tests.api.nursery``."""
    opened = Nursery()
    yield opened
    opened.close()


@pytest.fixture
def server(database_url: str, tmp_path: Path, cast: Cast) -> Iterator[Any]:
    settings = Settings(database_url=database_url, data_dir=tmp_path / "data")
    running = Server(database_url, settings.data_dir)
    with httpx2.Client(base_url=f"http://127.0.0.1:{running.port}", timeout=120) as client:
        api = Api(client, cast)  # type: ignore[arg-type]
        yield running, api, settings.data_dir
    running.stop()
