"""Passwords: Argon2id, and the same work whether or not the account exists."""

from __future__ import annotations

from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

_HASHING = PasswordHash((Argon2Hasher(),))


def hash_password(password: str) -> str:
    """An Argon2id hash with its own salt and parameters in it."""
    return _HASHING.hash(password)


def password_fits(password: str, kept: str | None) -> bool:
    """Whether the password is the one kept; ``None`` (no account) takes as long to refuse."""
    fits = _HASHING.verify(password, kept if kept is not None else _nobody())
    return fits and kept is not None


@cache
def _nobody() -> str:
    return _HASHING.hash("nobody has this password")
