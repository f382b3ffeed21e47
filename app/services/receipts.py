"""The receipt of a deposit: the same whenever it is asked for, and for both sides."""

from __future__ import annotations

import base64
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Actor
from app.domain.acts import Act
from app.domain.merkle import inclusion_proof
from app.errors import Conflict
from app.schemas.receipts import Manifest, Proof, Receipt
from app.services.log import node_at
from app.services.manifest import receipt_files
from app.services.productions import production_of


def receipt_of(session: Session, actor: Actor, production_id: UUID) -> Receipt:
    """The receipt of a deposited production; ``Conflict`` while it is a draft.

    Of a restricted or sealed file, another party gets its number and the hash of its line.
    """
    production = production_of(session, actor, production_id, whole=False)
    if production.receipt is None:
        raise Conflict("This production is not deposited: there is no receipt.")
    if "body" not in production.receipt:
        raise Conflict("This production was deposited before receipts carried their proof.")
    own = any(g.party_id == production.party_id for g in actor.grants)
    return receipt_view(session, production, own=own)


def receipt_view(session: Session, production: m.Production, *, own: bool) -> Receipt:
    """The receipt of a deposited production as its ``own`` party reads it, or as others do."""
    kept = production.receipt
    assert kept is not None  # noqa: S101  asked of deposited productions alone
    return Receipt.model_validate(
        {
            **kept["body"],
            "manifest": Manifest.model_validate(kept["manifest"]),
            "digest": kept["digest"],
            "files": receipt_files(session, production.id, own=own),
            "proof": log_proof(session, _entry_of(session, production.id)),
        }
    )


def is_valid(session: Session, digest: str, hashes: Collection[str]) -> bool:
    """Whether a receipt of this digest was given, and lists a file of each of these SHA-256.

    Who asks holds the receipt: its digest covers 128 random bits that nobody can guess. An
    attestation is asked of in the same way; it lists no file.
    """
    production_id = session.scalar(
        select(m.Production.id).where(m.Production.receipt_digest == digest)
    )
    if production_id is None:
        attested = session.scalar(select(m.Attestation.id).where(m.Attestation.digest == digest))
        return attested is not None and not hashes
    listed = set(
        session.scalars(select(m.Exhibit.sha256).where(m.Exhibit.production_id == production_id))
    )
    return listed.issuperset(hashes)


def _entry_of(session: Session, production_id: UUID) -> int:
    return session.scalars(
        select(m.LogEntry.index).where(
            m.LogEntry.production_id == production_id,
            m.LogEntry.act == Act.production_deposited,
        )
    ).one()


def log_proof(session: Session, index: int) -> Proof:
    """From an entry of the log to the head that was signed with it."""
    leaf = session.get_one(m.LogEntry, index).leaf
    head = session.get_one(m.LogHead, index + 1)
    steps = inclusion_proof(index, head.size, node_at(session))
    return Proof(
        index=index,
        entry=leaf,
        inclusion=[step.hex() for step in steps],
        head=head.note,
        key_id=head.key_id,
        token=base64.b64encode(head.token).decode() if head.token else None,
    )
