"""A wire that breaks before, during and after: one whole object, or none and a clear answer."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import io
import os
import zipfile
from collections.abc import Iterator

import pytest

from app.errors import StoreUnavailable
from app.storage.intake import object_name
from tests.storage.kept import InBucket
from tests.wire import CUT_AFTER, CUT_ANSWER, CUT_BEFORE, CUT_DURING, STALL, WRITE_FAULTS, Wire

MIB = 2**20
BODY = os.urandom(3 * MIB + 7)
LARGE = os.urandom(12 * MIB + 7)  # two parts of five and one more
LIMIT = 2**30
FOR_EVER = 1_000


@pytest.fixture
def wire(object_store) -> Iterator[Wire]:
    wire = Wire(object_store.port)
    yield wire
    wire.down()


@pytest.fixture
def far(wire, tmp_path, place, object_store) -> Iterator[InBucket]:
    """A store at the other end of the wire; large is what is over four MiB."""
    at = dataclasses.replace(place, endpoint=wire.endpoint, timeout_seconds=1)
    kept = InBucket(
        tmp_path / "far",
        at,
        object_store.client,
        parts_over_bytes=4 * MIB,
        part_bytes=5 * MIB,
    )
    yield kept
    kept.store.close()


def put(kept, matter, body=BODY):
    return kept.store.put(matter, io.BytesIO(body), size_max_bytes=LIMIT)


def name_of(matter, body=BODY):
    return object_name(matter, hashlib.sha256(body).hexdigest())


@pytest.mark.parametrize("how", WRITE_FAULTS)
def test_an_upload_goes_through_a_wire_that_breaks_once(wire, far, matter, how):
    wire.fail("PUT", how)
    stored = put(far, matter)
    assert wire.struck == 1
    assert stored.newly_stored
    assert far.names() == [name_of(matter)]
    assert far.bytes_of(name_of(matter)) == BODY


BEGIN, FIRST_PART, LAST_PART, END = ("POST", 0), ("PUT", 0), ("PUT", 2), ("POST", 1)


@pytest.mark.parametrize(
    ("step", "how"),
    [
        (step, how)
        for step in (BEGIN, FIRST_PART, LAST_PART, END)
        for how in WRITE_FAULTS
        if step[0] == "PUT" or how != CUT_DURING  # such a request is too short to be cut in two
    ],
)
def test_an_upload_in_parts_goes_through_a_wire_that_breaks_once(wire, far, matter, step, how):
    method, passing = step
    wire.fail(method, how, passing=passing)
    assert put(far, matter, LARGE).newly_stored
    assert wire.struck == 1
    assert far.names() == [name_of(matter, LARGE)]
    assert far.bytes_of(name_of(matter, LARGE)) == LARGE


@pytest.mark.parametrize("how", [CUT_BEFORE, CUT_AFTER, STALL])
def test_while_the_parts_may_be_becoming_an_object_they_are_left_alone(wire, far, matter, how):
    wire.fail("POST", how, FOR_EVER, passing=1)
    name = name_of(matter, LARGE)
    try:
        put(far, matter, LARGE)
    except StoreUnavailable:
        assert how == CUT_BEFORE
        # Aborting takes the parts away, on some stores even from under the object.
        assert far.unfinished() == [name]
        wire.heal()
        put(far, matter, LARGE)
    assert far.names() == [name_of(matter, LARGE)]
    assert far.bytes_of(name_of(matter, LARGE)) == LARGE


@pytest.mark.parametrize("body", [BODY, LARGE], ids=["whole", "in parts"])
@pytest.mark.parametrize("how", [CUT_BEFORE, STALL])
def test_an_upload_goes_through_when_the_question_what_became_of_it_fails_too(
    wire, far, matter, body, how
):
    wire.fail("", how, 3)
    put(far, matter, body)
    assert wire.struck == 3
    assert far.names() == [name_of(matter, body)]
    assert far.bytes_of(name_of(matter, body)) == body


@pytest.mark.parametrize("how", WRITE_FAULTS)
def test_what_is_never_answered_is_never_acknowledged(wire, far, matter, how):
    wire.fail("PUT", how, FOR_EVER)
    with pytest.raises(StoreUnavailable, match="does not answer"):
        asyncio.run(far.store.receive(matter, _sent(BODY), size_max_bytes=LIMIT))
    assert far.names() in ([], [name_of(matter)])
    wire.heal()
    stored = put(far, matter)
    assert far.names() == [name_of(matter)]
    assert far.store.verify(matter, stored.sha256)


async def _sent(body: bytes):
    for start in range(0, len(body), 65_536):
        yield body[start : start + 65_536]


def test_an_answer_that_was_lost_is_found_not_repeated(wire, far, matter):
    """Nobody knows whether the first attempt was the one that wrote it: new, rather."""
    wire.fail("PUT", CUT_AFTER)
    assert put(far, matter).newly_stored
    assert not put(far, matter).newly_stored


def test_a_store_that_is_down_takes_nothing_and_serves_again_when_it_is_back(wire, far, matter):
    sha256 = put(far, matter).sha256
    wire.down()
    for ask in (far.store.open, far.store.exists, far.store.size, far.store.verify):
        with pytest.raises(StoreUnavailable):
            ask(matter, sha256)
    with pytest.raises(StoreUnavailable):
        put(far, matter, b"other")
    assert far.names() == [name_of(matter)]
    wire.up()
    assert put(far, matter, b"other").newly_stored
    assert far.store.verify(matter, sha256)


def test_parts_of_an_upload_that_failed_are_given_back(wire, far, matter):
    wire.fail("PUT", CUT_BEFORE, FOR_EVER)
    with pytest.raises(StoreUnavailable):
        put(far, matter, LARGE)
    assert far.unfinished() == []
    assert far.names() == []


def test_a_file_read_over_a_wire_that_breaks_comes_whole(wire, far, matter):
    sha256 = put(far, matter).sha256
    wire.fail("GET", CUT_ANSWER, 2)
    with far.store.open(matter, sha256) as file:
        assert file.read() == BODY
    assert wire.struck == 2


@pytest.mark.parametrize("how", [STALL, CUT_BEFORE])
def test_a_file_that_cannot_be_read_to_its_end_never_ends_early(wire, far, matter, how):
    sha256 = put(far, matter).sha256
    wire.fail("GET", CUT_ANSWER)
    with far.store.open(matter, sha256) as file:
        wire.fail("GET", how, FOR_EVER)  # when the file is asked for again, from where it broke
        begun = b""
        with pytest.raises(StoreUnavailable):
            while block := file.read(65_536):
                begun += block
    assert len(begun) < len(BODY)
    assert BODY.startswith(begun)


def test_a_file_is_read_where_one_seeks(far, matter):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("large", BODY)
        archive.writestr("small", b"the end")
    sha256 = put(far, matter, packed.getvalue()).sha256
    with far.store.open(matter, sha256) as file, zipfile.ZipFile(file) as archive:
        assert archive.read("small") == b"the end"
        assert archive.read("large") == BODY
    with far.store.open(matter, sha256) as file:
        assert file.seek(-10, io.SEEK_END) == len(packed.getvalue()) - 10
        assert file.read() == packed.getvalue()[-10:]
        assert file.seek(5) == 5
        assert file.read(20) == packed.getvalue()[5:25]
        with pytest.raises(ValueError, match="before the start"):
            file.seek(-1)
