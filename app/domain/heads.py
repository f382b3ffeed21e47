"""A signed head of the log: what an outsider keeps, so that no tail can be cut unseen.

Written as a C2SP signed note with a checkpoint for its text: origin, number of entries, root
in base64, and the time of the last entry as an extension line. An Ed25519 signature follows.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime

ORIGIN = "bordereau/log"
_ED25519 = b"\x01"
_NOTE = re.compile(
    r"(?P<text>(?P<origin>[^\n]+)\n(?P<size>0|[1-9][0-9]{0,15})\n(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"time (?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)\n)"
    r"\n— (?P<name>[^ \n]+) (?P<signature>[A-Za-z0-9+/]+=*)\n"
)


@dataclass(frozen=True, slots=True)
class Head:
    """The log at one size: its root, and when its last entry was written."""

    size: int
    root: bytes
    at: datetime
    origin: str = ORIGIN

    @property
    def text(self) -> str:
        """What is signed."""
        root = base64.b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\ntime {instant(self.at)}\n"


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A head as it is handed out; ``key_hash`` says which key is meant (4 bytes)."""

    head: Head
    key_hash: bytes
    signature: bytes

    @property
    def note(self) -> str:
        """The note: text, blank line, signature line."""
        packed = base64.b64encode(self.key_hash + self.signature).decode()
        return f"{self.head.text}\n— {self.head.origin} {packed}\n"


def key_hash(origin: str, public_key: bytes) -> bytes:
    """Which key a signature line means: 4 bytes (C2SP signed-note, Ed25519)."""
    return hashlib.sha256(origin.encode() + b"\n" + _ED25519 + public_key).digest()[:4]


def key_id(public_key: bytes) -> str:
    """A key's name in lists: the SHA-256 of the raw public key, in hexadecimal."""
    return hashlib.sha256(public_key).hexdigest()


def parse_note(note: str) -> SignedHead:
    """Read a note; its signature is not checked here.

    Raises:
        ValueError: it is not a signed head.
    """
    found = _NOTE.fullmatch(note)
    if found is None or found["name"] != found["origin"]:
        raise ValueError("not a signed head of a log")
    try:
        packed = base64.b64decode(found["signature"], validate=True)
        at = datetime.strptime(found["at"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except (binascii.Error, ValueError) as error:
        raise ValueError("not a signed head of a log") from error
    head = Head(int(found["size"]), base64.b64decode(found["root"]), at, found["origin"])
    signed = SignedHead(head, packed[:4], packed[4:])
    if signed.note != note:  # base64 has other writings of the same bytes
        raise ValueError("not a signed head of a log")
    return signed


def instant(at: datetime) -> str:
    """An instant in the log: UTC, microseconds, Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
