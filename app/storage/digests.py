"""The ``Content-Digest`` field of RFC 9530: what a client says its bytes hash to.

The field is a dictionary of structured fields (RFC 8941 §3.2) whose values are byte
sequences: ``sha-256=:4REjxQ4yrqUVicfSKYNO/cF9zNj5ANbzgDZt3/h3Qxo=:``.
"""

from __future__ import annotations

import base64
import binascii
import re

from app.errors import Invalid

FIELD = "Content-Digest"
SHA256_BYTES = 32

_KEY = r"[a-z*][a-z0-9_.*-]*"
_BARE = (
    r'(?:"(?:[ !#-\[\]-~]|\\["\\])*"'  # string
    r"|:[A-Za-z0-9+/=]*:"  # byte sequence
    r"|\?[01]"  # boolean
    r"|-?[0-9]{1,15}(?:\.[0-9]{1,3})?"  # integer, decimal
    r"|[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*)"  # token
)
_MEMBER = re.compile(rf"({_KEY})=:([A-Za-z0-9+/=]*):(?:; *{_KEY}(?:={_BARE})?)*")
_COMMA = re.compile(r"[ \t]*,[ \t]*")


def parse_content_digest(text: str) -> bytes:
    """Return the SHA-256 announced, 32 bytes. Other algorithms beside it are ignored.

    Several field lines are joined by commas first (RFC 9110 §5.3); of a key given twice
    the last counts (RFC 8941 §3.2). Raises ``Invalid`` on the field ``Content-Digest`` when
    it is malformed or holds no ``sha-256``.
    """
    members = _members(text.strip(" "))
    if "sha-256" not in members:
        raise Invalid.field(
            FIELD,
            "Only sha-256 is understood here; the field gives {algorithms}.",
            algorithms=", ".join(members),
        )
    return _sha256(members["sha-256"])


def format_content_digest(sha256: bytes) -> str:
    """Write the field's value for a SHA-256 of 32 bytes."""
    if len(sha256) != SHA256_BYTES:
        raise ValueError("a SHA-256 has 32 bytes")
    return f"sha-256=:{base64.b64encode(sha256).decode('ascii')}:"


def _members(text: str) -> dict[str, str]:
    members: dict[str, str] = {}
    position = 0
    while member := _MEMBER.match(text, position):
        members[member[1]] = member[2]
        position = member.end()
        if position == len(text):
            return members
        comma = _COMMA.match(text, position)
        if comma is None:
            break
        position = comma.end()
    raise Invalid.field(
        FIELD,
        "This is not a Content-Digest, such as sha-256=:…=:, from character {position}.",
        position=position + 1,
    )


def _sha256(encoded: str) -> bytes:
    try:
        digest = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        digest = b""
    if len(digest) != SHA256_BYTES or base64.b64encode(digest).decode("ascii") != encoded:
        raise Invalid.field(FIELD, "A sha-256 is 32 bytes in base64: 44 characters, ending in =.")
    return digest
