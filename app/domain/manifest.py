"""What a deposit says of each file, in a form that commits to it and reveals no name.

A manifest is a Merkle tree over one canonical line per exhibit, in the order of the
production. Its root and count are in the log. A line names its file by a commitment, so that
the line can be shown, or its hash alone, to whoever may not read the name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from app.domain.canonical import Value, canonical, digest
from app.domain.merkle import leaf_hash, root_of

VERSION = 1


@dataclass(frozen=True, slots=True)
class ManifestLine:
    """One exhibit of a deposit. ``salt`` and ``name`` are hexadecimal; sizes are in bytes."""

    number: str
    edition: int
    sha256: str
    size_bytes: int
    name: str
    designation: str
    category_numbers: tuple[str, ...]
    bates_first: str | None
    bates_last: str | None
    salt: str

    @property
    def text(self) -> bytes:
        """The line's canonical writing."""
        return canonical(
            {
                "v": VERSION,
                "number": self.number,
                "edition": self.edition,
                "sha256": self.sha256,
                "size_bytes": self.size_bytes,
                "name": self.name,
                "designation": self.designation,
                "category_numbers": self.category_numbers,
                "bates_first": self.bates_first,
                "bates_last": self.bates_last,
                "salt": self.salt,
            }
        )


def name_commitment(salt: str, filename: str, title: str, dated_on: str | None) -> str:
    """What stands for an exhibit's file name, title and date in its line."""
    said: dict[str, Value] = {"filename": filename, "title": title, "dated_on": dated_on}
    return digest(bytes.fromhex(salt), said)


def manifest_root(lines: Iterable[bytes]) -> str:
    """The root over the lines, in hexadecimal."""
    return root_of([leaf_hash(line) for line in lines]).hex()


def receipt_digest(body: Value, root: str, count: int) -> str:
    """The one digest on a receipt: over all that it says beside its files, and their root."""
    said: dict[str, Value] = {"body": body, "manifest": {"root": root, "count": count}}
    return sha256(canonical(said)).hexdigest()
