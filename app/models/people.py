"""People: users, the roles they hold, sign-ins, API tokens."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.access import Role
from app.models.base import Base, Identified, Logged, Word


class User(Logged, Identified, Base):
    """Somebody who can sign in."""

    not_logged = frozenset({"password_hash", "language"})

    __tablename__ = "users"

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    language: Mapped[str | None] = mapped_column(String(2))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    memberships: Mapped[list[Membership]] = relationship(
        back_populates="user", lazy="raise_on_sql", order_by="Membership.created_at"
    )


class Membership(Logged, Identified, Base):
    """A role held in a court, or for a party of a matter. Ended, never deleted."""

    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint(
            "(court_id IS NOT NULL AND matter_id IS NULL AND party_id IS NULL)"
            " OR (court_id IS NULL AND matter_id IS NOT NULL AND party_id IS NOT NULL)",
            name="court_or_party",
        ),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    role: Mapped[Role] = mapped_column(Word(Role))
    court_id: Mapped[UUID | None] = mapped_column(ForeignKey("courts.id"), index=True)
    matter_id: Mapped[UUID | None] = mapped_column(ForeignKey("matters.id"), index=True)
    party_id: Mapped[UUID | None] = mapped_column(ForeignKey("parties.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(back_populates="memberships", lazy="raise_on_sql")


class SignIn(Identified, Base):
    """A server-side session. Only the hash of its secret is kept."""

    __tablename__ = "sign_ins"

    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    csrf_secret: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    # What the browser roughly is ("Firefox, Linux"): enough to know it again, no more.
    agent: Mapped[str] = mapped_column(String(60), default="", server_default=text("''"))


class SignInFailure(Identified, Base):
    """A failed sign-in, counted per account and per address."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (Index("ix_sign_in_failures_key_at", "key", "at"),)

    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class ApiToken(Logged, Identified, Base):
    """An integration's key: prefix shown, SHA-256 kept, narrowed by scopes and matters."""

    not_logged = frozenset({"secret_hash"})

    __tablename__ = "api_tokens"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str]
    prefix: Mapped[str] = mapped_column(String(16))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[str]
    every_matter: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    matters: Mapped[list[ApiTokenMatter]] = relationship(lazy="raise_on_sql")


class ApiTokenMatter(Logged, Base):
    """A matter to which a token is bound."""

    __tablename__ = "api_token_matters"

    token_id: Mapped[UUID] = mapped_column(ForeignKey("api_tokens.id"), primary_key=True)
    matter_id: Mapped[UUID] = mapped_column(ForeignKey("matters.id"), primary_key=True)


class IdempotencyKey(Base):
    """The answer once given to a creating request, given again to its repetition."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("user_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    key: Mapped[str] = mapped_column(String(200))
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[str]
    location: Mapped[str | None]
    etag: Mapped[str | None]
    created_at: Mapped[datetime]
