"""The attestation (*attestation d'exécution*): what the record says of an order, as of when.

It is the assessment itself, in each language, frozen in the act that issues it: page, API and
paper say the same, and go on saying it whatever is recorded later.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Action, Actor
from app.domain.acts import SALT_BYTES, Act, Where
from app.domain.canonical import Value, canonical
from app.errors import Invalid, NotFound
from app.language import LANGUAGES
from app.schemas.attestations import (
    Attestation,
    AttestationBody,
    AttestationIn,
    AttestationLine,
    AttestationsOut,
    AttestedParty,
)
from app.services.access import authorize, visible
from app.services.compliance import Assessed, Moment, assess_order, assessment_out, instant
from app.services.heads import current_key, sign_head
from app.services.log import frontier, say
from app.services.matters import matter_of
from app.services.orders import order_of, order_place
from app.services.receipts import log_proof
from app.storage.keys import KeyRing

LISTED_MAX = 200


def issue_attestation(
    session: Session,
    actor: Actor,
    order_id: UUID,
    asked: AttestationIn,
    ring: KeyRing,
    now: datetime,
    *,
    signed_at: datetime | None = None,
) -> Attestation:
    """Attest how the order stands, or stood. Issued, numbered, logged and signed in one act.

    Raises:
        NotFound, NotAllowed: only a clerk of the court issues one.
        Invalid: a time that is still to come: nothing can be attested of it.
    """
    order = order_of(session, actor, order_id, lock=True)
    place = order_place(order)
    authorize(actor, Action.attestation_issue, place)
    as_of = _not_to_come(order, "as_of", asked.as_of, now)
    known_at = _not_to_come(order, "known_at", asked.known_at, now)
    found = assess_order(session, actor, order_id, now=now, as_of=as_of, known_at=known_at)
    current_key(session, ring, signed_at or now)
    number = _next_number(session, order_id)
    body = _body(session, actor, found, number, as_of, known_at, now)
    said = body.model_dump(mode="json")
    entry = frontier(session, hold=True).size  # held: the act written below bears this index
    row = m.Attestation(
        id=body.attestation_id,
        order_id=order_id,
        number=number,
        issued_at=now,
        issued_by=actor.user_id,
        as_of=as_of,
        known_at=known_at,
        body=said,
        digest=attestation_digest(said),
        entry=entry,
    )
    session.add(row)
    where = Where(court_id=place.court_id, matter_id=place.matter_id, order_id=order_id)
    say(session, Act.attestation_issued, actor, now, where, {"digest": row.digest})
    sign_head(session, ring, signed_at or now)
    return _whole(session, row)


def attestation_digest(body: Value) -> str:
    """The one digest of an attestation: over all that it says."""
    said: dict[str, Value] = {"attestation": body}
    return sha256(canonical(said)).hexdigest()


def _not_to_come(order: m.Order, field: str, asked: Moment, now: datetime) -> datetime:
    found = instant(order, asked, now)
    if found > now:
        raise Invalid.field(
            field,
            "Nothing can be attested of a time that is still to come. Leave it blank for now.",
        )
    return found


def _next_number(session: Session, order_id: UUID) -> int:
    """The order is locked: nobody else counts."""
    last = session.scalar(
        select(func.max(m.Attestation.number)).where(m.Attestation.order_id == order_id)
    )
    return (last or 0) + 1


def _body(
    session: Session,
    actor: Actor,
    found: Assessed,
    number: int,
    as_of: datetime,
    known_at: datetime,
    now: datetime,
) -> AttestationBody:
    order = found.order
    zone = ZoneInfo(order.time_zone)
    matter = matter_of(session, actor, order.matter_id)

    def by_the_court(at: datetime) -> str:
        return at.astimezone(zone).isoformat(timespec="seconds")

    return AttestationBody(
        attestation_id=uuid4(),
        order_id=order.id,
        number=number,
        issued_at=now,
        issued_at_court=by_the_court(now),
        issued_by=actor.name,
        time_zone=order.time_zone,
        court=matter.court.name,
        docket_numbers=[f"{d.kind} {d.number}" for d in matter.docket_numbers],
        matter_title=matter.title,
        parties=[AttestedParty(name=p.name, side=p.side) for p in matter.parties],
        order_title=order.title,
        order_made_on=order.made_on,
        as_of=as_of,
        as_of_court=by_the_court(as_of),
        known_at=known_at,
        known_at_court=by_the_court(known_at),
        assessed={
            language: assessment_out(found, language).model_dump(mode="json")
            for language in LANGUAGES
        },
        salt=secrets.token_hex(SALT_BYTES),
    )


def attestation_of(session: Session, actor: Actor, attestation_id: UUID) -> Attestation:
    """An attestation, for whoever may read its order; else ``NotFound``."""
    row = session.scalar(
        visible(select(m.Attestation), m.Attestation, actor).where(
            m.Attestation.id == attestation_id
        )
    )
    if row is None:
        raise NotFound
    return _whole(session, row)


def attestations_of(session: Session, actor: Actor, order_id: UUID) -> AttestationsOut:
    """The order's attestations, the newest first; at most ``LISTED_MAX``."""
    order_of(session, actor, order_id)
    query = (
        select(m.Attestation, m.User.name)
        .join(m.User, m.User.id == m.Attestation.issued_by)
        .where(m.Attestation.order_id == order_id)
        .order_by(m.Attestation.number.desc())
        .limit(LISTED_MAX)
    )
    return AttestationsOut(
        items=[
            AttestationLine(
                id=row.id,
                number=row.number,
                issued_at=row.issued_at,
                issued_by=name,
                as_of=row.as_of,
                known_at=row.known_at,
                digest=row.digest,
            )
            for row, name in session.execute(query)
        ]
    )


def _whole(session: Session, row: m.Attestation) -> Attestation:
    proof = log_proof(session, row.entry)
    return Attestation.model_validate({**row.body, "digest": row.digest, "proof": proof})
