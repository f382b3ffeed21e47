"""A file that came with the preview of an event, carried to its confirmation by a ticket.

Until the event is confirmed the file is in the store and on no record. The ticket says what was
stored, and when; it holds in the session and for the order for which it was made, and no longer
than ``HOURS``: well before a file that no record knows is swept away (``storage.sweep``).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.deps import PageDoor
from app.phrases import Phrase, phrase
from app.services.event_files import Attached, Attachment
from app.storage.store import StoredFile
from app.web.forms import Form

NAME = "ticket"
"""The field that carries a ticket; an event's form has one for each of its files."""
LOST = "files_lost"
"""Set in a form that is kept over a sign-in when files came with it: they are not kept."""
HOURS = 12

_LABEL = "bordereau: file ticket 1"
_SAID = re.compile(r"([0-9]{1,11}):([0-9]{1,9}):([0-9a-f]{64}):(.{1,255})")


@dataclass(frozen=True, slots=True)
class Ticket:
    """A stored file, what its sender calls it, and when it came (seconds since 1970)."""

    filename: str
    size_bytes: int
    sha256: str
    at: int
    written: str

    def holds(self, now: datetime) -> bool:
        """Whether it is not older than a ticket can be."""
        return 0 <= now.timestamp() - self.at <= timedelta(hours=HOURS).total_seconds()


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a file of the form; without a name, with all of them."""

    filename: str
    message: Phrase


@dataclass(frozen=True, slots=True)
class Files:
    """The files of an event's form: those that came, and what is wrong with others."""

    tickets: Sequence[Ticket] = ()
    wrong: Sequence[Wrong] = ()

    def attached(self, matter_bytes_max: int) -> Attached:
        """What the verb records with the event."""
        files = [
            Attachment(t.filename, StoredFile(t.sha256, t.size_bytes, newly_stored=False))
            for t in self.tickets
        ]
        return Attached(files, matter_bytes_max)


def issue(door: PageDoor, order_id: UUID, filename: str, file: StoredFile) -> str:
    """The ticket of a file that was stored just now for somebody who is signed in."""
    said = f"{int(door.clock_at.timestamp())}:{file.size_bytes}:{file.sha256}:{filename}"
    return f"{_seal(door, order_id, said)}:{said}"


def files_of(
    door: PageDoor, order_id: UUID, form: Form, refused: Iterable[Wrong] = (), *, most: int
) -> Files:
    """The form's files for whoever is signed in, and what has to be told of others.

    A ticket that is old, or of another session or order, is one whose file is to be chosen
    again.
    """
    tickets: list[Ticket] = []
    wrong = list(refused)
    if form.one(LOST):
        wrong.append(Wrong("", phrase("Choose the files again: they are not kept over a sign-in.")))
    for text in dict.fromkeys(form.all(NAME)):
        ticket = _read(text)
        if ticket is not None and ticket.holds(door.clock_at) and _sealed(door, order_id, text):
            tickets.append(ticket)
        else:
            wrong.append(chosen_again(ticket.filename if ticket else ""))
    if len(tickets) > most:
        wrong.append(Wrong("", phrase("An event bears at most {most} files.", most=most)))
    return Files(tickets[:most], wrong)


def chosen_again(filename: str) -> Wrong:
    """A file that is not there any more for this form."""
    return Wrong(
        filename, phrase("Choose this file again: it was sent too long ago, or in another session.")
    )


def _read(text: str) -> Ticket | None:
    found = _SAID.fullmatch(text.partition(":")[2])
    if found is None:
        return None
    at, size, sha256, filename = found.groups()
    return Ticket(filename, int(size), sha256, int(at), text)


def _sealed(door: PageDoor, order_id: UUID, text: str) -> bool:
    seal, _, said = text.partition(":")
    return hmac.compare_digest(seal.encode(), _seal(door, order_id, said).encode())


def _seal(door: PageDoor, order_id: UUID, said: str) -> str:
    assert door.signed_in is not None  # noqa: S101  every caller has met the reader
    secret = door.signed_in.csrf_secret.encode()
    return hmac.new(secret, f"{_LABEL}:{order_id}:{said}".encode(), hashlib.sha256).hexdigest()
