"""Somebody who calls the API: their token, and the moment at which they do."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx2

from app.errors import Fault

_MISMATCH = "urn:bordereau:problem:idempotency-mismatch"


class Caller:
    """The API as one person uses it. Every creating call bears a fixed Idempotency-Key."""

    def __init__(self, http: httpx2.Client, token: str, language: str) -> None:
        self._http = http
        self._headers = {"Authorization": f"Bearer {token}", "Accept-Language": language}

    @classmethod
    def signed_in(cls, http: httpx2.Client, email: str, password: str, language: str) -> Caller:
        """Sign in for a token of one's own."""
        found = http.post("/api/v1/sign-in", json={"email": email, "password": password})
        return cls(http, _body(found)["token"], language)

    def read(self, path: str, **query: str) -> dict[str, Any]:
        """GET."""
        return _body(self._http.get(f"/api/v1{path}", params=query, headers=self._headers))

    def create(
        self, path: str, body: Mapping[str, Any] | None, *, key: str, at: datetime
    ) -> dict[str, Any]:
        """POST, recorded at ``at``; a repetition gets the first answer and creates nothing."""
        headers = self._at(at) | {"Idempotency-Key": f"demo/{key}"}
        return _body(self._http.post(f"/api/v1{path}", json=body, headers=headers))

    def put(self, path: str, body: Mapping[str, Any], *, at: datetime) -> dict[str, Any]:
        """PUT."""
        return _body(self._http.put(f"/api/v1{path}", json=body, headers=self._at(at)))

    def upload(self, path: str, content: bytes, *, at: datetime, **query: Any) -> dict[str, Any]:
        """PUT the bytes of a file, with their digest."""
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        headers = self._at(at) | {
            "Content-Type": "application/pdf",
            "Content-Digest": f"sha-256=:{digest}:",
        }
        found = self._http.put(f"/api/v1{path}", content=content, params=query, headers=headers)
        return _body(found)

    def new_token(self, name: str, scopes: list[str]) -> str:
        """An API token; one of the same name that is left from an earlier run is revoked."""
        for old in self.read("/tokens")["items"]:
            if old["name"] == name and old["revoked_at"] is None:
                self._http.delete(f"/api/v1/tokens/{old['id']}", headers=self._headers)
        body = {"name": name, "scopes": scopes, "days": 30}
        made = _body(self._http.post("/api/v1/tokens", json=body, headers=self._headers))
        return str(made["token"])

    def _at(self, at: datetime) -> dict[str, str]:
        return self._headers | {"Bordereau-Now": at.isoformat()}


def _body(response: httpx2.Response) -> dict[str, Any]:
    found: dict[str, Any] = response.json()
    if response.is_success:
        return found
    if found.get("type") == _MISMATCH:
        raise Fault(
            "The demo's folder holds the record of another version of the demo: remove it, "
            "then begin again."
        )
    fields = "; ".join(f"{e['field']}: {e['message']}" for e in found.get("errors", ()))
    raise Fault(
        "The demo stopped at {path}: {detail}",
        path=response.request.url.path,
        detail=fields or found.get("detail"),
    )
