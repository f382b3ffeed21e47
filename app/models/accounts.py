"""What guards an account: the second step of signing in, and links that open one.

None of these is evidence: they are secrets, of which the log says only that they were changed.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Identified


class SecondFactor(Base):
    """The secret that an authenticator shares with us (RFC 6238).

    ``last_step`` is the newest step of thirty seconds whose code was taken: no code counts
    twice. It asks at sign-in from ``confirmed_at`` on.
    """

    __tablename__ = "second_factors"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)


class RecoveryCode(Identified, Base):
    """A code for whoever lost their authenticator: its hash, good once."""

    __tablename__ = "recovery_codes"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[datetime | None]


class HalfSignIn(Identified, Base):
    """A password was right, and the code is still to come. Only its secret's hash is kept."""

    __tablename__ = "half_sign_ins"

    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    ends_at: Mapped[datetime] = mapped_column(index=True)


class Invitation(Identified, Base):
    """A link by which somebody chooses their password: its hash, good once, for a while."""

    __tablename__ = "invitations"

    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    first: Mapped[bool]
