"""What is left lying about in a bucket: objects the record does not know, uploads given up.

No lock spans several machines, so the order does it. Who comes to rely on an object that is
there already marks it first (``taken/<matter>/<sha256>``), then looks whether it is still
there. A sweep looks at mark and record, copies the object aside, deletes it, and looks at
both again: if either now speaks for the object it is put back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import groupby, islice
from uuid import UUID

from app.storage.intake import object_name
from app.storage.s3_answers import Absent
from app.storage.s3_bucket import Bucket
from app.storage.store import KnownAmong, Swept
from app.storage.sweep import QUARANTINED_FOR, UNKNOWN_FOR

ASKED_AT_ONCE = 500
Kept = tuple[UUID, str, datetime]


def mark_name(matter_id: UUID, sha256: str) -> str:
    """Where it is written that somebody relies on the object."""
    return f"taken/{matter_id}/{sha256}"


def quarantine_name(matter_id: UUID, sha256: str) -> str:
    """Where an object nobody knows waits for its end."""
    return f"quarantine/{matter_id}/{sha256}"


def sweep(bucket: Bucket, now: datetime, known: KnownAmong) -> Swept:
    """Sweep the bucket; ``temporary_removed`` counts uploads in parts that were given up."""
    young_after = now - UNKNOWN_FOR
    given_up = _abort_abandoned(bucket, young_after)
    removed, restorable = _empty_quarantine(bucket, now - QUARANTINED_FOR, known)
    quarantined: list[tuple[UUID, str]] = []
    for matter_id, hashes in _batches(
        kept for kept in _kept(bucket, "objects/") if kept[2] < young_after
    ):
        held = set(known(matter_id, list(hashes)))
        quarantined += [
            (matter_id, sha256)
            for sha256 in hashes
            if sha256 not in held and _set_aside(bucket, matter_id, sha256, young_after, known)
        ]
    for matter_id, sha256, marked_at in _kept(bucket, "taken/"):
        if marked_at < young_after:
            bucket.delete(mark_name(matter_id, sha256))
    return Swept(given_up, tuple(quarantined), removed, restorable)


def _set_aside(
    bucket: Bucket, matter_id: UUID, sha256: str, young_after: datetime, known: KnownAmong
) -> bool:
    """Move an object to quarantine; tell whether it stayed there."""

    def wanted() -> bool:
        return _is_marked(bucket, matter_id, sha256, young_after) or bool(
            known(matter_id, [sha256])
        )

    name, aside = object_name(matter_id, sha256), quarantine_name(matter_id, sha256)
    if wanted():
        return False
    try:
        bucket.copy(name, aside)
    except Absent:
        return False  # another machine was here first
    bucket.delete(name)
    if not wanted():
        return True
    # What lies aside stays: a sweep on another machine may be about to need it as well.
    bucket.copy(aside, name)
    return False


def _is_marked(bucket: Bucket, matter_id: UUID, sha256: str, young_after: datetime) -> bool:
    try:
        return bucket.head(mark_name(matter_id, sha256)).changed_at >= young_after
    except Absent:
        return False


def _is_there(bucket: Bucket, key: str) -> bool:
    try:
        bucket.head(key)
    except Absent:
        return False
    return True


def _empty_quarantine(
    bucket: Bucket, old_before: datetime, known: KnownAmong
) -> tuple[int, tuple[tuple[UUID, str], ...]]:
    removed = 0
    restorable: list[tuple[UUID, str]] = []
    for matter_id, aside in _batches(_kept(bucket, "quarantine/")):
        held = set(known(matter_id, list(aside)))
        for sha256, moved_at in aside.items():
            if sha256 in held and not _is_there(bucket, object_name(matter_id, sha256)):
                restorable.append((matter_id, sha256))
            elif moved_at < old_before:
                bucket.delete(quarantine_name(matter_id, sha256))
                removed += 1
    return removed, tuple(restorable)


def _abort_abandoned(bucket: Bucket, young_after: datetime) -> int:
    """Abort uploads in parts begun more than a day ago, except where the object exists.

    A store may still list an upload whose object it has made; aborting that one could take
    the object's bytes away.
    """
    given_up = 0
    for key, upload, begun_at in bucket.unfinished("objects/"):
        if begun_at >= young_after:
            continue
        if not _is_there(bucket, key):
            with suppress(Absent):
                bucket.abort_parts(key, upload)
                given_up += 1
    return given_up


def _batches(kept: Iterator[Kept]) -> Iterator[tuple[UUID, dict[str, datetime]]]:
    """Some hundred hashes of one matter at a time, each with its object's time."""
    for matter_id, group in groupby(kept, key=lambda one: one[0]):
        while batch := {
            sha256: changed_at for _, sha256, changed_at in islice(group, ASKED_AT_ONCE)
        }:
            yield matter_id, batch


def _kept(bucket: Bucket, folder: str) -> Iterator[Kept]:
    """Matter, hash and time of every object of ours in the folder; others are left alone."""
    for key, changed_at in bucket.listed(folder):
        matter, *_, sha256 = key.removeprefix(folder).split("/")
        with suppress(ValueError):
            matter_id = UUID(matter)
            object_name(matter_id, sha256)
            yield matter_id, sha256, changed_at
