"""The log of all acts, the heads signed over it, and the keys that sign them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.acts import Act
from app.models.base import Base, Logged, Word


class LogEntry(Base):
    """An act, as a leaf of the Merkle tree. Written once; the index is never reused.

    ``nodes`` are the hashes of the full subtrees that this leaf completes, 64 hexadecimal
    digits each, itself first: every node of the tree stands with the entry that completed it.
    The columns beside ``leaf`` repeat what it says, for searching.
    """

    __tablename__ = "log_entries"
    __table_args__ = (
        Index("ix_log_entries_matter_id_index", "matter_id", "index"),
        Index("ix_log_entries_production_id_act", "production_id", "act"),
    )

    index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    act: Mapped[Act] = mapped_column(Word(Act))
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[UUID | None]
    court_id: Mapped[UUID | None]
    matter_id: Mapped[UUID | None]
    order_id: Mapped[UUID | None]
    production_id: Mapped[UUID | None]
    leaf: Mapped[str]
    nodes: Mapped[str]


class LogRecord(Base):
    """The rows that an act wrote, in their salted writing: what an entry commits to.

    ``record`` is None once it was erased; the entry, and every proof, stands.
    """

    __tablename__ = "log_records"

    index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    record: Mapped[str | None]


class LogTail(Base):
    """Where the log ends: one row, held by whoever appends.

    ``frontier`` are the hashes of the full subtrees that make up the tree, left to right.
    """

    __tablename__ = "log_tail"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(BigInteger)
    frontier: Mapped[str]


class LogHead(Base):
    """A signed head that was handed out, and the RFC 3161 token over it once there is one."""

    __tablename__ = "log_heads"

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    note: Mapped[str]
    key_id: Mapped[str] = mapped_column(String(64))
    token: Mapped[bytes | None] = mapped_column(LargeBinary)
    token_at: Mapped[datetime | None]


class SigningKey(Logged, Base):
    """The public half of a key, and when it signed. The private half is never in here."""

    __tablename__ = "signing_keys"

    key_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    public_key: Mapped[str] = mapped_column(String(64))
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    succession: Mapped[str]
