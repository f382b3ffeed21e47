"""A bucket and the few requests a store makes of it, answered as ``s3_answers`` says.

No request is repeated here: who asks knows what a second time would mean.
"""

from __future__ import annotations

import base64
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config

from app.storage.s3_answers import Absent, Refused, answers

COPIED_WHOLE_BYTES = 1024 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Place:
    """Where a bucket is and how it is spoken to. Empty texts leave it to boto3's own search."""

    bucket: str
    prefix: str = ""
    endpoint: str = ""
    region: str = ""
    path_style: bool = False
    access_key: str = ""
    secret_key: str = ""
    checksums: str = "when_required"
    timeout_seconds: float = 60
    connections: int = 32


@dataclass(frozen=True, slots=True)
class Head:
    """What the store says of an object: size in bytes, last change, SHA-256 if it knows it.

    The ETag is no hash of the content and is not looked at. A checksum of checksums, which
    an object written in parts may have, is none of the content either: None.
    """

    size_bytes: int
    changed_at: datetime
    sha256: bytes | None


class Bucket:
    """The requests. Every key is given without the place's prefix."""

    def __init__(self, place: Place) -> None:
        self.place = place
        style = "path" if place.path_style else "auto"
        # A session of its own: boto3's default one is not made for several threads.
        self._client: Any = boto3.session.Session().client(
            "s3",
            endpoint_url=place.endpoint or None,
            region_name=place.region or None,
            aws_access_key_id=place.access_key or None,
            aws_secret_access_key=place.secret_key or None,
            config=Config(
                s3={"addressing_style": style},
                request_checksum_calculation=place.checksums,
                response_checksum_validation=place.checksums,
                # A repeated conditional write would find what it wrote itself.
                retries={"mode": "standard", "total_max_attempts": 1},
                connect_timeout=place.timeout_seconds,
                read_timeout=place.timeout_seconds,
                max_pool_connections=place.connections,
                tcp_keepalive=True,
            ),
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def at(self, key: str) -> dict[str, str]:
        """Bucket and key, as every request names them."""
        return {"Bucket": self.place.bucket, "Key": self.place.prefix + key}

    # -- one object

    def head(self, key: str) -> Head:
        """Raises ``Absent``."""
        with answers():
            found = self._client.head_object(**self.at(key), ChecksumMode="ENABLED")
        whole = found.get("ChecksumType", "FULL_OBJECT") == "FULL_OBJECT"
        sum64 = found.get("ChecksumSHA256", "")
        sha256 = base64.b64decode(sum64) if sum64 and whole and "-" not in sum64 else None
        return Head(found["ContentLength"], found["LastModified"], sha256)

    def read(self, key: str, start: int = 0) -> tuple[Any, int]:
        """The bytes from ``start``, a stream to be closed, and how many. Raises ``Absent``."""
        part = {"Range": f"bytes={start}-"} if start else {}
        with answers():
            found = self._client.get_object(**self.at(key), **part)
        return found["Body"], found["ContentLength"]

    def create(self, key: str, body: BinaryIO | bytes, sha256: bytes) -> None:
        """Write what does not exist yet, whole; raises ``Present``."""
        with answers():
            self._client.put_object(
                **self.at(key), Body=body, IfNoneMatch="*", ChecksumSHA256=_base64(sha256)
            )

    def mark(self, key: str) -> None:
        """Write an empty object, or make it young again."""
        with answers():
            self._client.put_object(**self.at(key), Body=b"")

    def copy(self, source: str, target: str) -> None:
        """Copy within the bucket, in parts where it is large."""
        how = TransferConfig(
            multipart_threshold=COPIED_WHOLE_BYTES,
            multipart_chunksize=COPIED_WHOLE_BYTES,
            use_threads=False,
        )
        goal = self.at(target)
        with answers():
            self._client.copy(self.at(source), goal["Bucket"], goal["Key"], Config=how)

    def delete(self, key: str) -> None:
        """Remove the object, if it is there."""
        with answers():
            self._client.delete_object(**self.at(key))

    def locks(self) -> bool:
        """Tell whether the bucket keeps what it is told to keep (Object Lock)."""
        try:
            with answers():
                found = self._client.get_object_lock_configuration(Bucket=self.place.bucket)
        except (Absent, Refused):
            return False
        kept: str = found.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled", "")
        return kept == "Enabled"

    def retain(self, key: str, until: datetime) -> None:
        """Forbid to delete the object before ``until``. Ask ``locks`` first.

        A store that does not know this request may take it for the object's new content:
        Swift 2.38 does.
        """
        kept = {"Mode": "GOVERNANCE", "RetainUntilDate": until}
        with answers():
            self._client.put_object_retention(**self.at(key), Retention=kept)

    # -- an object in parts

    def begin_parts(self, key: str) -> str:
        """Begin an upload in parts; its name."""
        with answers():
            begun = self._client.create_multipart_upload(**self.at(key), ChecksumAlgorithm="SHA256")
        return str(begun["UploadId"])

    def send_part(
        self, key: str, upload: str, number: int, body: Any, sha256: bytes
    ) -> dict[str, Any]:
        """Send one part, again if need be; what ``finish_parts`` is told of it."""
        with answers():
            sent = self._client.upload_part(
                **self.at(key),
                UploadId=upload,
                PartNumber=number,
                Body=body,
                ChecksumSHA256=_base64(sha256),
            )
        return {"PartNumber": number, "ETag": sent["ETag"], "ChecksumSHA256": _base64(sha256)}

    def finish_parts(self, key: str, upload: str, parts: list[dict[str, Any]]) -> None:
        """Make the parts an object, unless there is one; raises ``Present``."""
        with answers():
            self._client.complete_multipart_upload(
                **self.at(key), UploadId=upload, IfNoneMatch="*", MultipartUpload={"Parts": parts}
            )

    def abort_parts(self, key: str, upload: str) -> None:
        """Give an upload up; raises ``Absent``."""
        with answers():
            self._client.abort_multipart_upload(**self.at(key), UploadId=upload)

    # -- many

    def listed(self, folder: str) -> Iterator[tuple[str, datetime]]:
        """Every key under ``folder``, in order, and when it last changed; a page at a time."""
        for page in self._pages("list_objects_v2", folder):
            for found in page.get("Contents", ()):
                yield found["Key"].removeprefix(self.place.prefix), found["LastModified"]

    def unlisted(self, keys: Iterable[str]) -> list[str]:
        """Those of the keys, all of one folder, that no list names; in few requests.

        A page from the first key on answers for all keys up to its end; then from the next.
        """
        left, unlisted = deque(sorted(keys)), []
        while left:
            with answers():
                page = self._client.list_objects_v2(
                    Bucket=self.place.bucket,
                    Prefix=self.place.prefix + left[0].rpartition("/")[0].rpartition("/")[0],
                    StartAfter=self.place.prefix + left[0][:-1],
                )
            found = [
                each["Key"].removeprefix(self.place.prefix) for each in page.get("Contents", ())
            ]
            end = found[-1] if found and page["IsTruncated"] else None
            listed = set(found)
            while left and (end is None or left[0] <= end):
                key = left.popleft()
                if key not in listed:
                    unlisted.append(key)
        return unlisted

    def unfinished(self, folder: str) -> Iterator[tuple[str, str, datetime]]:
        """Every upload in parts under ``folder``: its key, its name, when it began."""
        for page in self._pages("list_multipart_uploads", folder):
            for found in page.get("Uploads", ()):
                key = found["Key"].removeprefix(self.place.prefix)
                yield key, found["UploadId"], found["Initiated"]

    def _pages(self, request: str, folder: str) -> Iterator[dict[str, Any]]:
        with answers():
            pages = self._client.get_paginator(request).paginate(
                Bucket=self.place.bucket, Prefix=self.place.prefix + folder
            )
            yield from pages


def _base64(sha256: bytes) -> str:
    return base64.b64encode(sha256).decode("ascii")
