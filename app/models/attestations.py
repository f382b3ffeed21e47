"""Attestations: what the record said of an order's execution, as somebody was told it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Identified, Json, Logged


class Attestation(Logged, Identified, Base):
    """An *attestation d'exécution*, as issued. The database refuses to change or delete one.

    ``body`` is what it says (``schemas.attestations.AttestationBody``), ``digest`` its SHA-256,
    ``entry`` the index of its act in the log.
    """

    __tablename__ = "attestations"
    __table_args__ = (UniqueConstraint("order_id", "number"),)

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    number: Mapped[int]
    issued_at: Mapped[datetime]
    issued_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    as_of: Mapped[datetime]
    known_at: Mapped[datetime]
    body: Mapped[Json]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    entry: Mapped[int] = mapped_column(BigInteger)
