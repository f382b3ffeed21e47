"""Office files of before 2007, and what else is kept in their container ([MS-CFB])."""

from __future__ import annotations

from typing import BinaryIO

from app.domain.content import ContentFacts, ContentKind, Lock

_SCANNED_BYTES = 32 * 1024 * 1024
_SECTOR = 512
_FIB = b"\xec\xa5"  # [MS-DOC] 2.5.2: the identifier of a Word document's first stream
_FIB_FLAGS_AT = 0x0A
_FIB_ENCRYPTED = 0x0100
_MEDIA = {
    "WordDocument": "application/msword",
    "Workbook": "application/vnd.ms-excel",
    "PowerPoint Document": "application/vnd.ms-powerpoint",
    "__properties_version1.0": "application/vnd.ms-outlook",
}


def inspect_old_office(file: BinaryIO) -> ContentFacts:
    """The facts of an OLE container: which program's, macros, a password where that shows."""
    file.seek(0)
    content = file.read(_SCANNED_BYTES)
    media = next((said for name, said in _MEDIA.items() if _names(content, name)), "")
    locked = _names(content, "EncryptedPackage") or _word_is_locked(content)
    return ContentFacts(
        ContentKind.old_office,
        media or "application/x-ole-storage",
        lock=Lock.closed if locked else None,
        macros=_names(content, "_VBA_PROJECT"),
    )


def _names(content: bytes, stream: str) -> bool:
    """Whether an entry of the directory has this name, in UTF-16."""
    return stream.encode("utf-16-le") in content


def _word_is_locked(content: bytes) -> bool:
    fib = content[_SECTOR : 2 * _SECTOR]
    flags = int.from_bytes(fib[_FIB_FLAGS_AT : _FIB_FLAGS_AT + 2], "little")
    return fib.startswith(_FIB) and bool(flags & _FIB_ENCRYPTED)
