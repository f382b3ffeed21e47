"""Heads of the log: signed at each deposit, kept by both parties, proved against each other."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.acts import Act
from app.domain.heads import ORIGIN, Head, SignedHead, key_hash, key_id, parse_note
from app.domain.merkle import consistency_proof, root
from app.errors import Invalid
from app.schemas.receipts import ExtensionOut, HeadOut, KeyOut, KeysOut
from app.services.log import SOMEWHERE, frontier, node_at, say
from app.storage.keys import KeyRing


def current_key(session: Session, ring: KeyRing, now: datetime) -> m.SigningKey:
    """The key that signs now; the first one is made when there is none.

    Raises ``KeyMissing`` later, when its private half is not in the ring.
    """
    key = _current(session)
    if key is None:
        frontier(session, hold=True)
        key = _current(session) or _add(session, ring, now, succession="")
    return key


def rotate_key(session: Session, ring: KeyRing, now: datetime) -> m.SigningKey:
    """Let a new key sign from now on. The old one, where it is at hand, signs the new one."""
    frontier(session, hold=True)
    old = _current(session)
    succession = ""
    public = ring.make()
    if old is not None:
        old.valid_until = now
        if ring.has(old.key_id):
            said = f"{ORIGIN}\nsuccession\n{old.key_id}\n{key_id(public)}\n"
            signatures = (
                ring.sign(old.key_id, said.encode()),
                ring.sign(key_id(public), said.encode()),
            )
            succession = " ".join(signature.hex() for signature in signatures)
    return _add(session, ring, now, succession=succession, public=public)


def _current(session: Session) -> m.SigningKey | None:
    return session.scalar(
        select(m.SigningKey)
        .where(m.SigningKey.valid_until.is_(None))
        .order_by(m.SigningKey.valid_from.desc(), m.SigningKey.key_id)
        .limit(1)
    )


def _add(
    session: Session, ring: KeyRing, now: datetime, *, succession: str, public: bytes | None = None
) -> m.SigningKey:
    public = public or ring.make()
    key = m.SigningKey(
        key_id=key_id(public),
        public_key=public.hex(),
        valid_from=now,
        valid_until=None,
        succession=succession,
    )
    session.add(key)
    say(session, Act.key_added, None, now, SOMEWHERE, {"key": key.key_id})
    return key


def sign_head(session: Session, ring: KeyRing, now: datetime) -> m.LogHead:
    """Sign the log as it ends now and keep the head; the one of that size if there is one."""
    key = current_key(session, ring, now)
    tail = frontier(session, hold=True)
    kept = session.get(m.LogHead, tail.size)
    if kept is not None:
        return kept
    signed = _signed(key, ring, Head(tail.size, tail.root, now))
    row = m.LogHead(size=tail.size, at=now, note=signed.note, key_id=key.key_id)
    session.add(row)
    session.flush()
    return row


def _signed(key: m.SigningKey, ring: KeyRing, head: Head) -> SignedHead:
    signature = ring.sign(key.key_id, head.text.encode())
    return SignedHead(head, key_hash(head.origin, bytes.fromhex(key.public_key)), signature)


def latest_head(session: Session) -> m.LogHead | None:
    """The newest head that was signed; every deposit and every day signs one."""
    return session.scalar(select(m.LogHead).order_by(m.LogHead.size.desc()).limit(1))


def head_at(session: Session, size: int) -> m.LogHead | None:
    """The head that was signed over the log's first ``size`` entries."""
    return session.get(m.LogHead, size)


def head_out(row: m.LogHead) -> HeadOut:
    """A head on the wire."""
    head = parse_note(row.note).head
    return HeadOut(size=row.size, root=head.root.hex(), at=row.at, note=row.note, key_id=row.key_id)


def prove_extension(session: Session, first: int, second: int) -> ExtensionOut:
    """Roots of the log at two sizes and the proof that the larger extends the smaller.

    Raises ``Invalid`` when there is no such pair of sizes.
    """
    size = frontier(session).size
    if not 1 <= first <= second:
        raise Invalid.field("first", "Give two sizes, the smaller first, from 1 on.")
    if second > size:
        raise Invalid.field("second", "The log has {size} entries.", size=size)
    node = node_at(session)
    return ExtensionOut(
        first=first,
        second=second,
        first_root=root(first, node).hex(),
        second_root=root(second, node).hex(),
        proof=[step.hex() for step in consistency_proof(first, second, node)],
    )


def keys_out(session: Session) -> KeysOut:
    """Every key that ever signed, oldest first."""
    rows = session.scalars(
        select(m.SigningKey).order_by(m.SigningKey.valid_from, m.SigningKey.key_id)
    )
    return KeysOut(origin=ORIGIN, keys=[KeyOut.model_validate(row) for row in rows])
