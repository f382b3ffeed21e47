"""What only a bucket asks for: a sound start, large files in parts, marks, several machines."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import os
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from botocore.stub import Stubber

from app.errors import StoreUnfit
from app.settings import Settings
from app.storage import s3_sweep
from app.storage.choice import store_of
from app.storage.intake import object_name
from app.storage.local import LocalStore
from app.storage.s3 import S3Store
from app.storage.s3_answers import Present
from app.storage.s3_bucket import Bucket
from app.storage.s3_writing import InParts, write_once
from app.storage.store import ObjectDamaged, Swept
from tests.storage.kept import InBucket

MIB = 2**20
LARGE = os.urandom(12 * MIB + 7)  # two parts of five and one more
LIMIT = 2**30
DAY = timedelta(days=1)
LATER = datetime(2100, 1, 1, tzinfo=UTC)


def nobody(_matter, _among):
    return ()


@pytest.fixture
def settings(place, tmp_path) -> dict[str, Any]:
    return {
        "data_dir": tmp_path / "data",
        "storage": "s3",
        "s3_bucket": place.bucket,
        "s3_prefix": place.prefix,
        "s3_endpoint": place.endpoint,
        "s3_region": place.region,
        "s3_path_style": True,
        "s3_access_key": place.access_key,
        "s3_secret_key": place.secret_key,
    }


@pytest.fixture
def in_parts(tmp_path, place, object_store) -> Iterator[InBucket]:
    """A store to which all that is over four MiB is large."""
    kept = InBucket(
        tmp_path / "data", place, object_store.client, parts_over_bytes=4 * MIB, part_bytes=5 * MIB
    )
    yield kept
    kept.store.close()


def put(kept, matter, body=LARGE):
    return kept.store.put(matter, io.BytesIO(body), size_max_bytes=LIMIT)


# -- the start


def test_the_settings_choose_the_store(settings, matter, tmp_path):
    folder = store_of(Settings(data_dir=tmp_path))
    assert isinstance(folder, LocalStore)
    folder.close()
    bucket = store_of(Settings(**settings))
    assert isinstance(bucket, S3Store)
    stored = bucket.put(matter, io.BytesIO(b"exhibit"), size_max_bytes=LIMIT)
    assert bucket.verify(matter, stored.sha256)
    bucket.close()


def test_nothing_of_the_probe_stays(settings, place, object_store, tmp_path):
    store_of(Settings(**settings)).close()
    assert InBucket(tmp_path, place, object_store.client).names() == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"s3_secret_key": "wrong"}, "SignatureDoesNotMatch"),
        ({"s3_access_key": "nobody"}, "InvalidAccessKeyId|SignatureDoesNotMatch|AccessDenied"),
        ({"s3_bucket": "no-such-bucket"}, "NoSuchBucket"),
        ({"s3_endpoint": "http://127.0.0.1:1"}, "does not answer"),
        ({"s3_bucket": ""}, "name the bucket"),
        ({"s3_secret_key": ""}, "or neither"),
        ({"s3_bucket": "not a bucket"}, "ParamValidationError"),
    ],
)
def test_a_store_that_cannot_be_used_is_refused_at_the_start(settings, changed, said):
    with pytest.raises(StoreUnfit, match=said):
        store_of(Settings(**settings | changed))


def test_a_store_that_overwrites_is_refused_at_the_start(settings, monkeypatch):
    """As some stores do: they take the condition and ignore it."""
    real = Bucket.create

    def overwriting(self, key, body, sha256):
        try:
            real(self, key, body, sha256)
        except Present:
            self.delete(key)
            real(self, key, body, sha256)

    monkeypatch.setattr(Bucket, "create", overwriting)
    with pytest.raises(StoreUnfit, match="ignores If-None-Match"):
        store_of(Settings(**settings))


def test_a_store_that_overwrites_only_in_parts_is_refused_too(settings, monkeypatch):
    monkeypatch.setattr(Bucket, "finish_parts", lambda *_: None)
    with pytest.raises(StoreUnfit, match="ignores If-None-Match"):
        store_of(Settings(**settings))


def test_without_boto3_the_reason_is_said(settings, monkeypatch):
    monkeypatch.setitem(sys.modules, "boto3", None)
    for name in [name for name in sys.modules if name.startswith("app.storage.s3")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(StoreUnfit, match=r"install bordereau\[s3\]"):
        store_of(Settings(**settings))


@pytest.mark.parametrize("prefix", ["/", "a", "a//", "/a/", "a b/"])
def test_a_prefix_is_folders_each_with_its_slash(settings, prefix):
    with pytest.raises(ValueError, match="s3_prefix"):
        Settings(**settings | {"s3_prefix": prefix})


# -- large files


def test_a_large_file_goes_in_parts_and_comes_whole(in_parts, matter):
    stored = put(in_parts, matter)
    name = object_name(matter, hashlib.sha256(LARGE).hexdigest())
    assert stored.newly_stored
    assert in_parts.names() == [name]
    assert in_parts.bytes_of(name) == LARGE
    assert in_parts.store.size(matter, stored.sha256) == len(LARGE)
    assert in_parts.store.verify(matter, stored.sha256)
    assert in_parts.unfinished() == []


def test_a_large_file_twice_is_stored_once(in_parts, matter):
    assert put(in_parts, matter).newly_stored
    assert not put(in_parts, matter).newly_stored
    assert len(in_parts.names()) == 1
    assert in_parts.unfinished() == []


def test_a_large_file_that_is_damaged_is_an_alarm(in_parts, matter):
    name = object_name(matter, hashlib.sha256(LARGE).hexdigest())
    in_parts.write(name, LARGE[:-1] + bytes([LARGE[-1] ^ 1]))
    with pytest.raises(ObjectDamaged):
        put(in_parts, matter)
    assert in_parts.unfinished() == []


def test_an_upload_cleared_away_in_the_middle_begins_anew(in_parts, matter, place, tmp_path):
    path = tmp_path / "large"
    path.write_bytes(LARGE)
    bucket = in_parts.store.bucket
    cleared: list[str] = []

    class Cleared(InParts):
        def _send(self, upload, start):
            if start and not cleared:
                cleared.append(upload)
                bucket.abort_parts(name, upload)
            return super()._send(upload, start)

    name = object_name(matter, hashlib.sha256(LARGE).hexdigest())
    sending = Cleared(bucket, name, path, len(LARGE), 5 * MIB)
    assert write_once(sending, lambda: bucket.head(name) and None, (0.01,) * 3)
    assert in_parts.bytes_of(name) == LARGE
    assert cleared


def test_ten_thousand_parts_are_enough_for_any_size(in_parts):
    sending = InParts(in_parts.store.bucket, "any", Path("any"), 10**12, 16 * MIB)
    assert -(-(10**12) // sending._part_bytes) <= 10_000


# -- care


def test_uploads_given_up_end_after_a_day(in_parts, matter):
    bucket = in_parts.store.bucket
    key = object_name(matter, "ab" * 32)
    bucket.begin_parts(key)
    assert in_parts.store.sweep(datetime.now(UTC), nobody).temporary_removed == 0
    assert in_parts.unfinished() != []
    assert in_parts.store.sweep(LATER, nobody).temporary_removed == 1
    assert in_parts.unfinished() == []


def test_an_upload_of_an_object_that_is_there_is_left_alone(in_parts, matter):
    """It might be the one that the object was made of."""
    stored = put(in_parts, matter)
    in_parts.store.bucket.begin_parts(object_name(matter, stored.sha256))
    swept = in_parts.store.sweep(LATER, lambda _matter, among: among)
    assert swept.temporary_removed == 0
    assert in_parts.store.verify(matter, stored.sha256)


def test_marks_go_after_a_day(in_parts, matter):
    put(in_parts, matter, b"exhibit")
    stored = put(in_parts, matter, b"exhibit")
    bucket, mark = in_parts.store.bucket, s3_sweep.mark_name(matter, stored.sha256)
    assert [key for key, _ in bucket.listed("taken/")] == [mark]
    in_parts.store.sweep(LATER, lambda _matter, among: among)
    assert list(bucket.listed("taken/")) == []


def test_who_takes_a_file_up_while_it_is_swept_finds_it_again(in_parts, matter, monkeypatch):
    """The upload finds the object, marks it and looks; the sweep was just about to delete it."""
    sha256 = put(in_parts, matter, b"exhibit").sha256
    stored_at = in_parts.long_ago(matter, sha256)
    time.sleep(1.1)  # a bucket tells seconds: now the mark is younger than the object
    real = Bucket.delete

    def delete(self, key):
        if key.startswith("objects/"):
            self.mark(s3_sweep.mark_name(matter, sha256))
        real(self, key)

    monkeypatch.setattr(Bucket, "delete", delete)
    swept = in_parts.store.sweep(stored_at + DAY + timedelta(seconds=1), nobody)
    assert swept.quarantined == ()
    assert in_parts.store.verify(matter, sha256)


def test_what_was_put_back_is_no_alarm_and_its_copy_goes(in_parts, matter):
    sha256 = put(in_parts, matter, b"exhibit").sha256
    in_parts.write(f"quarantine/{matter}/{sha256}", b"exhibit")
    swept = in_parts.store.sweep(LATER, lambda _matter, among: among)
    assert (swept.restorable, swept.quarantine_removed) == ((), 1)
    assert in_parts.names() == [object_name(matter, sha256)]


def test_one_sweep_at_a_time_on_a_machine(in_parts, matter):
    put(in_parts, matter, b"exhibit")
    inner = []

    def known(_matter, _among):
        inner.append(in_parts.store.sweep(LATER, nobody))
        return ()

    assert len(in_parts.store.sweep(LATER, known).quarantined) == 1
    assert set(inner) == {Swept()}


@pytest.mark.parametrize("page", [1, 3, 1000])
def test_what_is_missing_is_told_in_few_requests(in_parts, matter, monkeypatch, page):
    held = [put(in_parts, matter, str(n).encode()).sha256 for n in range(12)]
    lost = [hashlib.sha256(f"lost {n}".encode()).hexdigest() for n in range(5)]
    client, asked = in_parts.store.bucket._client, []
    real = client.list_objects_v2

    def paged(**request):
        asked.append(1)
        return real(**request, MaxKeys=page)

    monkeypatch.setattr(client, "list_objects_v2", paged)
    assert set(in_parts.store.missing(matter, [*held, *lost])) == set(lost)
    assert in_parts.store.missing(matter, held) == set()
    assert in_parts.store.missing(matter, lost[:1]) == set(lost[:1])
    assert in_parts.store.missing(matter, []) == set()
    assert len(asked) == 3 or page < 1000


def test_many_files_are_swept_page_by_page(in_parts, matter, monkeypatch):
    monkeypatch.setattr(s3_sweep, "ASKED_AT_ONCE", 3)
    bodies = [str(n).encode() for n in range(10)]
    other = uuid4()
    for body in bodies:
        put(in_parts, matter, body)
    put(in_parts, other, b"other")
    asked = []

    def some(matter_id, among):
        asked.append(len(among))
        return [sha256 for sha256 in among if sha256 == hashlib.sha256(b"3").hexdigest()]

    swept = in_parts.store.sweep(LATER, some)
    assert len(swept.quarantined) == 10
    assert max(asked) == 3
    assert in_parts.store.exists(matter, hashlib.sha256(b"3").hexdigest())


def test_a_bucket_without_object_lock_is_never_told_to_lock(in_parts, matter):
    """Swift takes the request it does not know for the object's new content."""
    stored = put(in_parts, matter, b"exhibit")
    with pytest.raises(StoreUnfit, match="no Object Lock"):
        in_parts.store.lock(matter, [stored.sha256], LATER)
    assert in_parts.store.verify(matter, stored.sha256)


def test_a_bucket_with_object_lock_is_told_until_when(place, matter, tmp_path):
    """No server here has Object Lock: the requests are held to the service's description."""
    store = S3Store(tmp_path, place)
    sha256 = "ab" * 32
    at = {"Bucket": place.bucket, "Key": place.prefix + object_name(matter, sha256)}
    kept = {"Mode": "GOVERNANCE", "RetainUntilDate": LATER}
    with Stubber(store.bucket._client) as said:
        enabled = {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}}
        said.add_response("get_object_lock_configuration", enabled, {"Bucket": place.bucket})
        said.add_response("put_object_retention", {}, at | {"Retention": kept})
        store.lock(matter, [sha256], LATER)
        said.assert_no_pending_responses()
    store.close()


def test_two_machines_share_a_bucket(in_parts, matter, place, tmp_path):
    there = S3Store(tmp_path / "there", dataclasses.replace(place))
    stored = put(in_parts, matter, b"exhibit")
    assert not there.put(matter, io.BytesIO(b"exhibit"), size_max_bytes=LIMIT).newly_stored
    with there.open(matter, stored.sha256) as file:
        assert file.read() == b"exhibit"
    there.close()
