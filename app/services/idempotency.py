"""Idempotency: the same key and request get the answer once given, and nothing is done twice."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import models as m
from app.errors import Conflict, IdempotencyMismatch


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered to a creating request."""

    status: int
    body: str
    location: str | None = None
    etag: str | None = None


def request_hash(method: str, target: str, body: bytes) -> str:
    """What makes two requests the same one; ``target`` is the path with its query, if any."""
    return hashlib.sha256(b"\x00".join((method.encode(), target.encode(), body))).hexdigest()


def answered_before(session: Session, user_id: UUID, key: str, request: str) -> Answered | None:
    """The answer kept for this key, or None; ``IdempotencyMismatch`` for another request."""
    row = session.scalar(
        select(m.IdempotencyKey).where(
            m.IdempotencyKey.user_id == user_id, m.IdempotencyKey.key == key
        )
    )
    if row is None:
        return None
    if row.request_hash != request:
        raise IdempotencyMismatch("The key {key} came with another request before.", key=key)
    return Answered(row.status, row.body, row.location, row.etag)


def keep_answer(
    session: Session, user_id: UUID, key: str, request: str, answer: Answered, now: datetime
) -> None:
    """Keep the answer in the act's own transaction. A racing twin raises ``Conflict``."""
    session.add(
        m.IdempotencyKey(
            user_id=user_id,
            key=key,
            request_hash=request,
            status=answer.status,
            body=answer.body,
            location=answer.location,
            etag=answer.etag,
            created_at=now,
        )
    )
    try:
        session.flush()
    except IntegrityError:
        raise Conflict("The same request is being answered now; repeat it shortly.") from None
