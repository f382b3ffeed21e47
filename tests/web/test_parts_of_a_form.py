"""A form with files, read as it arrives: the same whatever the pieces in which it comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from fastapi import Request
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import Unreadable
from app.web.parts import FIELD_BYTES_MAX, parts_of

BOUNDARY = "----x"
Sent = Sequence[tuple[str, str | None, bytes]]
BYTES = st.one_of(
    st.binary(max_size=300), st.sampled_from([b"\r\n------x", b"\r\n--", b"------x--", b"\r" * 50])
)
FORMS = st.lists(
    st.tuples(
        st.sampled_from(["csrf", "category_id", "file"]),
        st.one_of(st.none(), st.sampled_from(["a.pdf", "Pièce « 1 ».pdf", 'dit "x".pdf', ""])),
        BYTES.filter(lambda data: b"\r\n------x" not in data),
    ),
    max_size=6,
)


def written(parts: Sent) -> bytes:
    """The body as a browser writes it."""
    out = b""
    for name, filename, data in parts:
        named = "" if filename is None else '; filename="' + filename.replace('"', "%22") + '"'
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
        out += head.encode() + data + b"\r\n"
    return out + f"--{BOUNDARY}--\r\n".encode()


def arriving(body: bytes, piece: int) -> Request:
    pieces = [body[at : at + piece] for at in range(0, len(body), piece)] or [b""]

    async def receive() -> dict[str, Any]:
        if pieces:
            return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}
        return {"type": "http.disconnect"}

    kind = f"multipart/form-data; boundary={BOUNDARY}".encode()
    return Request({"type": "http", "headers": [(b"content-type", kind)]}, receive)


async def read(request: Request, *, skip: bool = False) -> list[tuple[str, str | None, bytes]]:
    found = []
    async for part in parts_of(request):
        data = b""
        if not (skip and part.name == "file"):
            async for chunk in _chunks(part):
                data += chunk
        found.append((part.name, part.filename, data))
    return found


async def _chunks(part: Any) -> AsyncIterator[bytes]:
    async for chunk in part.chunks():
        yield chunk


@given(FORMS.filter(bool), st.integers(1, 64))
@settings(max_examples=300, deadline=None)
def test_a_form_is_read_as_it_was_written(parts: Sent, piece: int) -> None:
    assert asyncio.run(read(arriving(written(parts), piece))) == list(parts)


@given(FORMS.filter(bool), st.integers(1, 64))
@settings(max_examples=100, deadline=None)
def test_a_file_that_nobody_reads_is_passed_over(parts: Sent, piece: int) -> None:
    expected = [(n, f, b"" if n == "file" else d) for n, f, d in parts]
    assert asyncio.run(read(arriving(written(parts), piece), skip=True)) == expected


@given(FORMS.filter(bool), st.data())
@settings(max_examples=200, deadline=None)
def test_a_form_cut_off_anywhere_is_never_taken_for_a_whole_one(parts: Sent, data: Any) -> None:
    body = written(parts)
    cut = data.draw(st.integers(0, len(body) - 5))
    with pytest.raises(Unreadable):
        asyncio.run(read(arriving(body[:cut], 64)))


def test_a_field_has_an_end() -> None:
    async def text(size: int) -> str:
        body = written([("csrf", None, b"x" * size)])
        (only,) = [await part.text() async for part in parts_of(arriving(body, 4096))]
        return only

    assert len(asyncio.run(text(FIELD_BYTES_MAX))) == FIELD_BYTES_MAX
    with pytest.raises(Unreadable):
        asyncio.run(text(FIELD_BYTES_MAX + 1))
