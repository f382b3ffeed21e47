"""The keys that sign heads of the log: Ed25519, in a folder apart from the data.

Whoever copies the data, or a backup of it, gets no key and can sign nothing.

    <folder>/<key id>.pem     PKCS #8, readable by the service alone
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from app.domain.heads import key_id
from app.errors import KeyMissing
from app.storage import disk

_KEY_ID = re.compile(r"[0-9a-f]{64}")


class KeyRing:
    """The private keys in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._loaded: dict[str, Ed25519PrivateKey] = {}

    def make(self) -> bytes:
        """Make a key and keep it durably; its raw public key, 32 bytes."""
        key = Ed25519PrivateKey.generate()
        public = key.public_key().public_bytes_raw()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        target = self._path(key_id(public))
        part = target.with_suffix(".part")
        with suppress(FileNotFoundError):
            part.unlink()
        descriptor = disk.create_exclusively(part)
        try:
            disk.write_all(descriptor, pem)
            disk.sync(descriptor)
        finally:
            os.close(descriptor)
        part.replace(target)
        disk.sync_path(self.folder)
        return public

    def has(self, key: str) -> bool:
        """Whether the private key of this identifier is here."""
        return self._path(key).is_file()

    def sign(self, key: str, text: bytes) -> bytes:
        """Sign with the key of this identifier, 64 bytes. Raises ``KeyMissing``."""
        if key not in self._loaded:
            self._loaded[key] = self._load(key)
        return self._loaded[key].sign(text)

    def _load(self, key: str) -> Ed25519PrivateKey:
        try:
            found = load_pem_private_key(self._path(key).read_bytes(), password=None)
        except (OSError, ValueError) as error:
            raise KeyMissing(
                "The signing key {key} cannot be read in {folder}.",
                key=key[:16],
                folder=self.folder,
            ) from error
        if (
            not isinstance(found, Ed25519PrivateKey)
            or key_id(found.public_key().public_bytes_raw()) != key
        ):
            raise KeyMissing(
                "The file of signing key {key} in {folder} holds another key.",
                key=key[:16],
                folder=self.folder,
            )
        return found

    def _path(self, key: str) -> Path:
        if not _KEY_ID.fullmatch(key):
            raise ValueError("not the identifier of a key")
        return self.folder / f"{key}.pem"


def signed(public_key: bytes, signature: bytes, text: bytes) -> bool:
    """Whether the signature over the text is that key's."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True
