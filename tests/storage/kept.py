"""A store under test, and the hands to look behind its back: in a folder, or in a bucket."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from app.storage.intake import Intake, object_name
from app.storage.local import LocalStore
from app.storage.s3 import S3Store
from app.storage.s3_bucket import Place

STORED_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def local_files(root: Path) -> list[str]:
    """Every file under ``root``, by its path from there."""
    return sorted(str(p.relative_to(root)) for p in root.rglob("*") if p.is_file())


class Kept(Protocol):
    """What the tests of every store's behaviour need."""

    store: Any

    def names(self) -> list[str]:
        """Everything the store left anywhere, by name."""

    def write(self, name: str, body: bytes) -> None:
        """Write behind the store's back."""

    def bytes_of(self, name: str) -> bytes:
        """Read behind the store's back."""

    def dated(self, name: str) -> datetime:
        """When it was written."""

    def long_ago(self, matter: UUID, sha256: str) -> datetime:
        """A day on which the object was stored already, and no later one than that."""


class InFolder:
    def __init__(self, root: Path) -> None:
        self.store: Intake = LocalStore(root, uploads_at_once=4)
        self._root = root

    def names(self) -> list[str]:
        return local_files(self._root)

    def write(self, name: str, body: bytes) -> None:
        path = self._root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_bytes(body)

    def bytes_of(self, name: str) -> bytes:
        return (self._root / name).read_bytes()

    def dated(self, name: str) -> datetime:
        return datetime.fromtimestamp((self._root / name).stat().st_mtime, UTC)

    def long_ago(self, matter: UUID, sha256: str) -> datetime:
        at = STORED_AT.timestamp()
        os.utime(self._root / object_name(matter, sha256), (at, at))
        return STORED_AT


class InBucket:
    def __init__(self, root: Path, place: Place, client: Any, **how: Any) -> None:
        how.setdefault("pauses_seconds", (0.05,) * 3)
        self.store = S3Store(root, place, uploads_at_once=4, **how)
        self._root, self._place, self._client = root, place, client

    def names(self) -> list[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._place.bucket, Prefix=self._place.prefix
        )
        keys = [found["Key"] for page in pages for found in page.get("Contents", ())]
        # Marks hold nothing, and go by themselves.
        names = [key.removeprefix(self._place.prefix) for key in keys]
        return sorted([*local_files(self._root), *(n for n in names if not n.startswith("taken/"))])

    def write(self, name: str, body: bytes) -> None:
        self._client.put_object(Bucket=self._place.bucket, Key=self._place.prefix + name, Body=body)

    def _get(self, name: str) -> Any:
        return self._client.get_object(Bucket=self._place.bucket, Key=self._place.prefix + name)

    def bytes_of(self, name: str) -> bytes:
        body: bytes = self._get(name)["Body"].read()
        return body

    def dated(self, name: str) -> datetime:
        at: datetime = self._client.head_object(
            Bucket=self._place.bucket, Key=self._place.prefix + name
        )["LastModified"]
        return at

    def long_ago(self, matter: UUID, sha256: str) -> datetime:
        return self.dated(object_name(matter, sha256))

    def unfinished(self) -> list[str]:
        """Uploads in parts that were begun and are still there."""
        found = self._client.list_multipart_uploads(
            Bucket=self._place.bucket, Prefix=self._place.prefix
        )
        prefix = self._place.prefix
        return [upload["Key"].removeprefix(prefix) for upload in found.get("Uploads", ())]
