"""A form with files, read part by part while it arrives: no file is ever held whole.

Starlette's own reader spools every file into a temporary folder before anything of the form
can be checked. Here each file goes straight to the store, and what must come before it (the
form's token) has been checked by then. A form's parts come in the order of its page.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from app.errors import Unreadable

FIELD_BYTES_MAX = 64 * 1024
"""What a field that is no file may hold: identifiers and tokens."""
PARTS_MAX = 25_000


@dataclass(frozen=True, slots=True)
class _Head:
    """A part begins: its headers, by their names in lower case."""

    headers: dict[bytes, bytes]


class _End:
    """A part ends."""


class _Arriving:
    """What has arrived of a multipart body, in the order in which it came."""

    def __init__(self, request: Request) -> None:
        kind, options = parse_options_header(request.headers.get("content-type", ""))
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise Unreadable("This form was not sent as a form with files.")
        self._stream = request.stream()
        self._come: deque[_Head | bytes | _End] = deque()
        self._headers: dict[bytes, bytes] = {}
        self._name = self._value = b""
        self._ended = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_name,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": lambda: self._come.append(_Head(self._headers)),
                "on_part_data": lambda data, start, end: self._come.append(data[start:end]),
                "on_part_end": lambda: self._come.append(_End()),
                "on_end": self._end,
            },
        )

    def _begin(self) -> None:
        self._headers = {}
        self._name = self._value = b""

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def _end(self) -> None:
        self._ended = True

    async def next(self) -> _Head | bytes | _End | None:
        """What comes next; None at the end of the form."""
        while not self._come:
            try:
                chunk = await anext(self._stream)
                self._parser.write(chunk)
            except StopAsyncIteration:
                if not self._ended:
                    raise Unreadable("The form ended before its last part did.") from None
                return None
            except FormParserError:
                raise Unreadable("This form was not sent as a form with files.") from None
        return self._come.popleft()


@dataclass(slots=True)
class Part:
    """One part of a form: a field, or a file while it arrives."""

    name: str
    filename: str | None
    media_type: str
    _arriving: _Arriving
    _over: bool = False

    async def chunks(self) -> AsyncIterator[bytes]:
        """The part's bytes as they come; they can be read once."""
        while not self._over:
            come = await self._arriving.next()
            if isinstance(come, bytes):
                yield come
            else:
                self._over = True

    async def text(self, bytes_max: int = FIELD_BYTES_MAX) -> str:
        """A field's text. ``Unreadable`` when it is longer than a field of such a form is."""
        held = bytearray()
        async for chunk in self.chunks():
            held += chunk
            if len(held) > bytes_max:
                raise Unreadable("A field of this form is longer than it can be.")
        return held.decode("utf-8", "replace").strip()


async def parts_of(request: Request) -> AsyncIterator[Part]:
    """The form's parts in their order; what is not read of one is passed over.

    Raises:
        Unreadable: this is no such form, or it ended too early.
    """
    arriving = _Arriving(request)
    for _ in range(PARTS_MAX):
        head = await arriving.next()
        if head is None:
            return
        if isinstance(head, _Head):
            part = _part(head, arriving)
            yield part
            async for _rest in part.chunks():
                pass
    raise Unreadable("This form has more parts than can be taken at once.")


def _part(head: _Head, arriving: _Arriving) -> Part:
    _, options = parse_options_header(head.headers.get(b"content-disposition", b""))
    filename = options.get(b"filename")
    return Part(
        name=options.get(b"name", b"").decode("utf-8", "replace"),
        filename=None if filename is None else _as_named(filename),
        media_type=head.headers.get(b"content-type", b"").decode("latin-1"),
        _arriving=arriving,
    )


def _as_named(filename: bytes) -> str:
    """A file's name: browsers write a quotation mark in it as %22 (HTML, 4.10.21.8)."""
    return filename.decode("utf-8", "replace").replace("%22", '"')
