"""An event's form as it arrives: its texts, and files that go straight into the store.

A browser sends it as a form with files; the preview, and whoever signed in again, as a plain
one. Whatever goes wrong with a file is told at its field, beside the texts that came with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl
from uuid import UUID

from anyio import to_thread
from fastapi import Request
from starlette.requests import ClientDisconnect

from app.deps import PageDoor
from app.domain.record import EVENT_FILES_MAX
from app.errors import (
    Busy,
    Fault,
    FormOutOfDate,
    Invalid,
    NotAllowed,
    NotSignedIn,
    StorageFull,
    Unreadable,
    UploadCutOff,
    UploadRefused,
    UploadTooLarge,
)
from app.services.event_files import too_many
from app.services.orders import order_of
from app.services.quotas import room_for
from app.settings import MIB
from app.storage.filenames import original_name
from app.web import event_tickets as tickets
from app.web.event_tickets import Wrong
from app.web.forms import Form
from app.web.kinds import open_kinds
from app.web.parts import Part, parts_of
from app.web.security import check_same_site, check_token

BODY_BYTES_MAX = EVENT_FILES_MAX * 50 * MIB + 4 * MIB
"""The largest body: as many of the largest files as an event bears, and its texts."""
_FIELDS_MAX = 4_000
_OF_THE_FILE = (Invalid, UploadRefused, StorageFull, Busy)


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as sent: its fields, a ticket for each file stored, and files not taken."""

    form: Form
    refused: Sequence[Wrong] = ()


async def sent_of(request: Request, door: PageDoor, order_id: UUID) -> Sent:
    """Read the form, storing its files. Raises ``NotSignedIn`` and ``FormOutOfDate`` at its end,
    so that what was typed can be kept over the sign-in; its files are not.
    """
    check_same_site(request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        form = await _plain(request, door.settings.body_bytes_max)
        request.state.form = form
        return Sent(form)
    reading = _Reading(request, door, order_id, room=door.settings.body_bytes_max)
    try:
        async for part in parts_of(request):
            await reading.take(part)
    except ClientDisconnect:
        raise UploadCutOff("The connection ended before the file did.") from None
    return reading.ended()


async def _plain(request: Request, bytes_max: int) -> Form:
    """A form without files. It is read here: the route's own limit is one for files."""
    held = bytearray()
    async for chunk in request.stream():
        held += chunk
        if len(held) > bytes_max:
            raise _too_large()
    try:
        pairs = parse_qsl(held.decode(), keep_blank_values=True, max_num_fields=_FIELDS_MAX)
    except ValueError:
        raise Unreadable("This form cannot be read.") from None
    return Form([(name, _as_written(text)) for name, text in pairs])


def _too_large() -> UploadTooLarge:
    return UploadTooLarge("The request is larger than this address takes.")


def _as_written(text: str) -> str:
    # A browser ends a line with CR LF (HTML, 4.10.21.7); a text is kept as it was written.
    return text.replace("\r\n", "\n")


@dataclass(slots=True)
class _Reading:
    """What has come of the form so far. ``room`` are the bytes left for its texts."""

    request: Request
    door: PageDoor
    order_id: UUID
    room: int
    pairs: list[tuple[str, str]] = field(default_factory=list)
    refused: list[Wrong] = field(default_factory=list)
    untrusted: Fault | None = None
    passed_over: int = 0

    async def take(self, part: Part) -> None:
        """Take a field's text, or store a file; a field of files left empty is none."""
        if part.filename is None:
            text = await part.text(self.room)
            self.room -= len(text.encode())
            if len(self.pairs) >= _FIELDS_MAX:
                raise _too_large()
            self.pairs.append((part.name, _as_written(text)))
        elif part.filename and self.untrusted is not None:
            await self._pass_over(part)
        elif part.filename:
            await self._file(part, part.filename)

    async def _file(self, part: Part, filename: str) -> None:
        try:
            if sum(name == tickets.NAME for name, _ in self.pairs) >= EVENT_FILES_MAX:
                raise too_many()
            name = original_name(filename)
            matter_id, size_max = await to_thread.run_sync(self._admit)
            file = await self.door.store.receive(matter_id, part.chunks(), size_max_bytes=size_max)
            if not file.size_bytes:
                raise Invalid.field("files", "This file is empty.")
        except (NotSignedIn, FormOutOfDate) as fault:
            self.untrusted = fault
            await self._pass_over(part)
        except _OF_THE_FILE as fault:
            self.refused.append(Wrong(filename, fault.message))
        else:
            self.pairs.append((tickets.NAME, tickets.issue(self.door, self.order_id, name, file)))

    def _admit(self) -> tuple[UUID, int]:
        """To which matter the file goes, and its largest size: asked before its first byte."""
        settings = self.door.settings
        with self.door.reading() as (session, actor):
            check_token(self.door, Form(self.pairs).one("csrf"))
            order = order_of(session, actor, self.order_id)
            if not open_kinds(actor, order):
                raise NotAllowed("Your role does not allow this here.")
            left = room_for(session, order.matter_id, None, settings.matter_bytes_max)
            largest = settings.event_file_bytes_max
            return order.matter_id, largest if left is None else min(left, largest)

    async def _pass_over(self, part: Part) -> None:
        """Let a file go by that nobody signed in for; past one file's worth, hear no more."""
        async for chunk in part.chunks():
            self.passed_over += len(chunk)
            if self.passed_over > self.door.settings.event_file_bytes_max:
                self.ended()
        if (tickets.LOST, "1") not in self.pairs:
            self.pairs.append((tickets.LOST, "1"))

    def ended(self) -> Sent:
        """The form, whole; raises what its sender is to be told first."""
        form = Form(self.pairs)
        # Whoever has to sign in before it is taken does not type it again (kept_form).
        self.request.state.form = form
        if self.untrusted is not None:
            raise self.untrusted
        return Sent(form, self.refused)
