"""A bare tus client over the test's own door: one request at a time, nothing hidden."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from tests.api.conftest import Api

STREAM = "application/offset+octet-stream"
TUS = {"Tus-Resumable": "1.0.0"}


def metadata(**pairs: str) -> str:
    return ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in pairs.items())


def checksum(body: bytes, algorithm: str = "sha256") -> dict[str, str]:
    digest = base64.b64encode(hashlib.new(algorithm, body).digest()).decode()
    return {"Upload-Checksum": f"{algorithm} {digest}"}


def create(
    api: Api, production: dict[str, Any], length: int | None, body: bytes = b"", **said: Any
) -> Any:
    """Announce an upload; ``headers`` of our own win."""
    headers = said.pop("headers", {})
    sent = {"filename": "Pièce 12.pdf", **said}
    announced = {"Upload-Defer-Length": "1"} if length is None else {"Upload-Length": str(length)}
    stream = {"Content-Type": STREAM} if body else {}
    return api.call(
        "POST",
        f"/productions/{production['id']}/uploads",
        headers={**TUS, "Upload-Metadata": metadata(**sent), **announced, **stream, **headers},
        content=body,
    )


def path_of(created: Any) -> str:
    assert created.status_code == 201, created.text
    location: str = created.headers["Location"]
    return location.removeprefix("/api/v1")


def upload_id(path: str) -> UUID:
    return UUID(path.rsplit("/", 1)[1])


def send(
    api: Api, path: str, offset: int, body: bytes | Iterator[bytes] = b"", **headers: str
) -> Any:
    sent = {**TUS, "Content-Type": STREAM, "Upload-Offset": str(offset), **headers}
    return api.call("PATCH", path, headers=sent, content=body)


def look(api: Api, path: str) -> Any:
    return api.call("HEAD", path, headers=TUS)
