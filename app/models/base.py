"""What every table shares: naming, column types, identifiers."""

from __future__ import annotations

import enum
from datetime import UTC, date, datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import JSON, Date, DateTime, Dialect, MetaData, String, Text, TypeDecorator, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Json = dict[str, Any]


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC with microseconds; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; SQLite keeps it without the zone that it cannot hold."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From UTC, aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Word(TypeDecorator[enum.StrEnum]):
    """One of an enumeration's words, kept as text: a new word needs no migration."""

    impl = String(40)
    cache_ok = True

    def __init__(self, words: type[enum.StrEnum]) -> None:
        super().__init__()
        self.words = words
        self._by_text = {word.value: word for word in words}

    def process_bind_param(self, value: enum.StrEnum | str | None, dialect: Dialect) -> str | None:
        """To text; a word that is not one of them raises ``ValueError``."""
        return None if value is None else str(self.words(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> enum.StrEnum | None:
        """From text."""
        return None if value is None else self._by_text[value]


class Base(DeclarativeBase):
    """The record's tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: Instant(),
        date: Date(),
        UUID: Uuid(),
        str: Text(),
        Json: JSON().with_variant(JSONB(), "postgresql"),
    }


class Identified:
    """A row with a random identifier that says nothing of its neighbours."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)


class Versioned:
    """A row that people change: its version is the ETag, and a stale write is refused."""

    version: Mapped[int] = mapped_column(default=1)


class Logged:
    """A row of evidence: whatever writes one says which act it was (``services.log``).

    ``not_logged`` are columns that are no evidence: secrets, and what is computed again.
    """

    not_logged: ClassVar[frozenset[str]] = frozenset()
