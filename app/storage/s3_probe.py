"""Before the first file: does this store keep what was written first, or overwrite it?

Some stores that speak S3 take ``If-None-Match: *`` and ignore it; one of them would let a
second writer replace evidence. Better not to start.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from uuid import uuid4

from app.errors import StoreUnfit
from app.storage.s3_answers import Absent, Present, Refused, Unsure
from app.storage.s3_bucket import Bucket

_BODY = b"bordereau"
_SHA256 = hashlib.sha256(_BODY).digest()


def probe(bucket: Bucket) -> None:
    """Write a small object twice, whole and in parts; raises ``StoreUnfit`` with the reason."""
    key = f"probe/{uuid4()}"
    try:
        bucket.create(key, _BODY, _SHA256)
        try:
            _insist_on_the_first(bucket, key)
        finally:
            bucket.delete(key)
    except Refused as refused:
        raise StoreUnfit(
            "The bucket {bucket} cannot be used: the store answers {code} ({text}).",
            bucket=bucket.place.bucket,
            code=refused.code,
            text=str(refused),
        ) from refused
    except (Absent, Present, Unsure) as unsure:
        raise StoreUnfit(
            "The store of the bucket {bucket} does not answer as it should: {text}",
            bucket=bucket.place.bucket,
            text=str(unsure),
        ) from unsure


def _insist_on_the_first(bucket: Bucket, key: str) -> None:
    with suppress(Present):
        bucket.create(key, _BODY, _SHA256)
        _overwrites(bucket)
    upload = bucket.begin_parts(key)
    try:
        part = bucket.send_part(key, upload, 1, _BODY, _SHA256)
        with suppress(Present):
            bucket.finish_parts(key, upload, [part])
            _overwrites(bucket)
    finally:
        with suppress(Absent):
            bucket.abort_parts(key, upload)


def _overwrites(bucket: Bucket) -> None:
    raise StoreUnfit(
        "The store of the bucket {bucket} ignores If-None-Match and overwrites what is there; "
        "files would not be safe in it.",
        bucket=bucket.place.bucket,
    )
