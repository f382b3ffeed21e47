"""The acts that the log keeps, and how one is written as an entry.

An entry says what was done, when and by whom (an identifier, not a name), and commits to the
rows that the act wrote: ``record`` is the SHA-256 of their salted writing, which is kept
beside the log and can be erased there without breaking it. The entry's own salt keeps
outsiders, who get its hash in somebody else's proof, from guessing it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.domain.canonical import Value, canonical
from app.domain.heads import instant

VERSION = 1
SALT_BYTES = 16


class Act(StrEnum):
    """What was done."""

    court_registered = "court.registered"
    closure_recorded = "closure.recorded"
    closure_withdrawn = "closure.withdrawn"
    user_added = "user.added"
    user_changed = "user.changed"
    user_closed = "user.closed"
    password_changed = "password.changed"  # noqa: S105
    authenticator_added = "authenticator.added"
    authenticator_removed = "authenticator.removed"
    codes_renewed = "codes.renewed"
    notice_written = "notice.written"
    notice_sent = "notice.sent"
    role_granted = "role.granted"
    role_ended = "role.ended"
    token_issued = "token.issued"  # noqa: S105  a word, not a secret
    token_revoked = "token.revoked"  # noqa: S105
    matter_registered = "matter.registered"
    matter_changed = "matter.changed"
    order_registered = "order.registered"
    order_changed = "order.changed"
    order_taken = "order.taken"
    order_released = "order.released"
    event_recorded = "event.recorded"
    production_drafted = "production.drafted"
    exhibit_uploaded = "exhibit.uploaded"
    exhibit_changed = "exhibit.changed"
    exhibit_removed = "exhibit.removed"
    exhibits_placed = "exhibits.placed"
    exhibits_numbered = "exhibits.numbered"
    numbers_skipped = "numbers.skipped"
    answer_stated = "answer.stated"
    item_withheld = "item.withheld"
    item_dropped = "item.dropped"
    production_deposited = "production.deposited"
    exhibit_replaced = "exhibit.replaced"
    exhibit_withdrawn = "exhibit.withdrawn"
    exhibit_stamped = "exhibit.stamped"
    exhibit_downloaded = "exhibit.downloaded"
    observation_made = "observation.made"
    observation_withdrawn = "observation.withdrawn"
    attestation_issued = "attestation.issued"
    key_added = "key.added"
    record_adopted = "record.adopted"


@dataclass(frozen=True, slots=True)
class Where:
    """Where an act was done: what of these it concerns."""

    court_id: UUID | None = None
    matter_id: UUID | None = None
    order_id: UUID | None = None
    production_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An act about to be written as entry ``index``. ``facts`` are further commitments."""

    index: int
    act: Act
    at: datetime
    actor_id: UUID | None
    where: Where
    record: str
    salt: bytes
    facts: Mapping[str, Value] = field(default_factory=dict)

    @property
    def leaf(self) -> bytes:
        """The entry as the log keeps it."""
        return canonical(
            {
                "v": VERSION,
                "index": self.index,
                "act": self.act.value,
                "at": instant(self.at),
                "actor": _id(self.actor_id),
                "court": _id(self.where.court_id),
                "matter": _id(self.where.matter_id),
                "order": _id(self.where.order_id),
                "production": _id(self.where.production_id),
                "record": self.record,
                "facts": dict(self.facts),
                "salt": self.salt.hex(),
            }
        )


def _id(value: UUID | None) -> str | None:
    return None if value is None else str(value)
