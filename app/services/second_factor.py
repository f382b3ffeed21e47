"""The second step of signing in: a code of an authenticator (RFC 6238), each good once.

Where it is on, a password alone opens nothing, at any door. A recovery code stands in for a
lost authenticator, once.
"""

from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pyotp
from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Actor
from app.domain.acts import Act
from app.errors import Conflict, Invalid
from app.services.log import say
from app.services.signing_in import secret_hash

STEP_SECONDS = 30
CODES_COUNT = 10
HALF_MINUTES = 5
_EARLIER_OR_LATER = 1
_CODE_BYTES = 10
ISSUER = "Bordereau"


def asks_code(session: Session, user_id: UUID) -> bool:
    """Whether this account's second step is on."""
    found = session.scalar(
        select(m.SecondFactor.user_id).where(
            m.SecondFactor.user_id == user_id, m.SecondFactor.confirmed_at.is_not(None)
        )
    )
    return found is not None


def start_second_step(session: Session, actor: Actor, now: datetime) -> m.SecondFactor:
    """A secret to put into an authenticator; it asks for nothing before it is confirmed."""
    row = session.get(m.SecondFactor, actor.user_id, with_for_update=True)
    if row is not None and row.confirmed_at is not None:
        raise Conflict("The second step is on already.")
    if row is None:
        row = m.SecondFactor(user_id=actor.user_id, secret=pyotp.random_base32(), started_at=now)
        session.add(row)
        session.flush()
    return row


def provisioning_uri(secret: str, email: str) -> str:
    """What an authenticator reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def confirm_second_step(session: Session, actor: Actor, code: str, now: datetime) -> list[str]:
    """Turn it on by a first code; the recovery codes, which are shown this once."""
    row = session.get(m.SecondFactor, actor.user_id, with_for_update=True)
    if row is None or row.confirmed_at is not None:
        raise Conflict("Start again: there is nothing to confirm.")
    if not _totp_taken(session, actor.user_id, row.secret, code, now):
        raise Invalid.field("code", "This code is not right, or was used already.")
    row.confirmed_at = now
    codes = _new_codes(session, actor.user_id)
    say(session, Act.authenticator_added, actor, now)
    return codes


def renew_codes(session: Session, actor: Actor, now: datetime) -> list[str]:
    """New recovery codes in place of all earlier ones."""
    codes = _new_codes(session, actor.user_id)
    say(session, Act.codes_renewed, actor, now)
    return codes


def remove_second_step(
    session: Session, user_id: UUID, actor: Actor | UUID | None, now: datetime
) -> bool:
    """Turn it off; whether it was on. Who may was asked before."""
    on = asks_code(session, user_id)
    session.execute(delete(m.RecoveryCode).where(m.RecoveryCode.user_id == user_id))
    session.execute(delete(m.HalfSignIn).where(m.HalfSignIn.user_id == user_id))
    session.execute(delete(m.SecondFactor).where(m.SecondFactor.user_id == user_id))
    if on:
        say(session, Act.authenticator_removed, actor, now)
    return on


def code_taken(session: Session, user_id: UUID, code: str, now: datetime) -> bool:
    """Take a code of the authenticator, or a recovery code: whether it was good, once."""
    row = session.get(m.SecondFactor, user_id)
    if row is None or row.confirmed_at is None:
        return False
    return _totp_taken(session, user_id, row.secret, code, now) or _recovery_taken(
        session, user_id, code, now
    )


def _totp_taken(session: Session, user_id: UUID, secret: str, code: str, now: datetime) -> bool:
    """The step is taken by one statement: of two who send the same code, one is let in."""
    digits = "".join(code.split())
    step = _step(secret, digits, now) if digits.isascii() and digits.isdecimal() else None
    if step is None:
        return False
    taken = session.execute(
        update(m.SecondFactor)
        .where(m.SecondFactor.user_id == user_id, m.SecondFactor.last_step < step)
        .values(last_step=step)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", taken).rowcount == 1


def _step(secret: str, digits: str, now: datetime) -> int | None:
    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    at = totp.timecode(now)
    near = range(at - _EARLIER_OR_LATER, at + _EARLIER_OR_LATER + 1)
    # All three are compared, whichever fits.
    fitting = [n for n in near if secrets.compare_digest(totp.generate_otp(n), digits)]
    return fitting[-1] if fitting else None


def _recovery_taken(session: Session, user_id: UUID, code: str, now: datetime) -> bool:
    taken = session.execute(
        update(m.RecoveryCode)
        .where(
            m.RecoveryCode.user_id == user_id,
            m.RecoveryCode.code_hash == _code_hash(user_id, code),
            m.RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", taken).rowcount == 1


def codes_left(session: Session, user_id: UUID) -> int:
    """How many recovery codes are still good."""
    left = session.scalar(
        select(func.count())
        .select_from(m.RecoveryCode)
        .where(m.RecoveryCode.user_id == user_id, m.RecoveryCode.used_at.is_(None))
    )
    return left or 0


def _new_codes(session: Session, user_id: UUID) -> list[str]:
    session.execute(delete(m.RecoveryCode).where(m.RecoveryCode.user_id == user_id))
    codes = [_recovery_code() for _ in range(CODES_COUNT)]
    session.add_all(
        m.RecoveryCode(user_id=user_id, code_hash=_code_hash(user_id, code)) for code in codes
    )
    session.flush()
    return codes


def _recovery_code() -> str:
    """80 random bits in groups of four: too many to guess, so that a fast hash will do."""
    text = base64.b32encode(secrets.token_bytes(_CODE_BYTES)).decode().lower()
    return "-".join(text[i : i + 4] for i in range(0, len(text), 4))


def _code_hash(user_id: UUID, code: str) -> str:
    plain = "".join(c for c in code.lower() if c.isalnum())
    return secret_hash(f"{user_id}:{plain}")


def start_half(session: Session, user_id: UUID, now: datetime) -> str:
    """Note that a password was right; the secret by which the code is then given."""
    session.execute(delete(m.HalfSignIn).where(m.HalfSignIn.ends_at <= now))
    secret = secrets.token_urlsafe(32)
    row = m.HalfSignIn(
        secret_hash=secret_hash(secret),
        user_id=user_id,
        ends_at=now + timedelta(minutes=HALF_MINUTES),
    )
    session.add(row)
    session.flush()
    return secret


def half_of(session: Session, secret: str, now: datetime) -> UUID | None:
    """Whose password was right, if that is not too long ago."""
    return session.scalar(
        select(m.HalfSignIn.user_id)
        .join(m.User, m.User.id == m.HalfSignIn.user_id)
        .where(
            m.HalfSignIn.secret_hash == secret_hash(secret),
            m.HalfSignIn.ends_at > now,
            m.User.disabled_at.is_(None),
        )
    )


def end_half(session: Session, secret: str) -> None:
    """The second step was taken: its secret is worth nothing from now on."""
    session.execute(delete(m.HalfSignIn).where(m.HalfSignIn.secret_hash == secret_hash(secret)))
