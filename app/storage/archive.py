"""ZIP archives, read in place: nothing is ever extracted under the names they give.

An archive that attacks, or that two readers could understand differently, is refused whole
(``zipdirectory``, and bombs here). An entry that cannot be taken is told, with its reason,
and the others are taken.
"""

from __future__ import annotations

import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from app.errors import ArchiveRefused, Invalid, UploadRefused, UploadTooLarge
from app.phrases import Phrase
from app.storage.filenames import original_path
from app.storage.store import BLOCK_BYTES
from app.storage.zipdirectory import ENCRYPTED, UTF8, Entry, read_directory

RATIO_MAX = 200
RATIO_FROM_BYTES = 10 * 1024 * 1024
"""Deflate gives 1,032:1 at most; papers do not compress beyond 200:1 for long."""

_STORED, _DEFLATED = 0, 8
_SYSTEM_FILES = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
_WESTERN = frozenset("àâäçéèêëîïôöùûüÀÂÇÉÈÊËÎÏÔÙÛÜœŒ°’–«»€ñßáíóú")


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive that can be taken: its place there, and its bytes."""

    folder: str
    filename: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file in an archive that cannot be taken, by its name there, and why."""

    name: str
    reason: Phrase


def read_archive(
    file: BinaryIO, *, file_bytes_max: int, total_bytes_max: int
) -> tuple[list[Member], list[Refusal]]:
    """What is in the archive, in its own order; no entry is unpacked yet.

    Raises ``ArchiveRefused``, or ``UploadTooLarge`` when all together is over
    ``total_bytes_max`` unpacked. Folders are left out; a nested archive is a file.
    """
    members: list[Member] = []
    refusals: list[Refusal] = []
    seen: set[str] = set()
    for entry in read_directory(file):
        _refuse_bomb(entry)
        name = _decoded(entry)
        if name.endswith("/") and entry.size_bytes == 0:
            continue
        try:
            members.append(_member(entry, name, seen, file_bytes_max))
        except Invalid as fault:
            refusals.append(Refusal(name, fault.faults[0].message))
        except UploadRefused as fault:
            refusals.append(Refusal(name, fault.message))
    total_bytes = sum(m.entry.size_bytes for m in members)
    if total_bytes > total_bytes_max:
        raise UploadTooLarge(
            "Unpacked, the archive holds {size} bytes; {limit} are possible.",
            size=total_bytes,
            limit=total_bytes_max,
        )
    if not members and not refusals:
        raise ArchiveRefused("There is no file in the archive.")
    return members, refusals


def _refuse_bomb(entry: Entry) -> None:
    large = entry.size_bytes > RATIO_FROM_BYTES
    if large and entry.size_bytes > RATIO_MAX * entry.packed_bytes:
        raise ArchiveRefused(
            "An entry of the archive unpacks to more than {ratio} times its size.",
            ratio=RATIO_MAX,
        )


def _decoded(entry: Entry) -> str:
    """The name for people: UTF-8 where said or where it is, else the likelier code page."""
    try:
        return entry.name.decode("utf-8")
    except UnicodeDecodeError:
        if entry.flags & UTF8:
            return entry.name.decode("utf-8", errors="replace")
    dos = entry.name.decode("cp437")
    try:
        windows = entry.name.decode("cp1252")
    except UnicodeDecodeError:
        return dos
    return windows if _western(windows) > _western(dos) else dos


def _western(text: str) -> int:
    return sum(character in _WESTERN for character in text)


def _member(entry: Entry, name: str, seen: set[str], file_bytes_max: int) -> Member:
    folder, filename = original_path(name)
    if "\ufffd" in name and entry.flags & UTF8:
        raise UploadRefused("Its name is not the UTF-8 that it is said to be.")
    if name in seen:
        raise UploadRefused("Another entry has this name.")
    seen.add(name)
    mode = stat.S_IFMT(entry.attributes >> 16)
    if mode not in (0, stat.S_IFREG):
        raise UploadRefused("It is a link or a device, not a file.")
    if filename in _SYSTEM_FILES or folder.split("/")[0] == "__MACOSX":
        raise UploadRefused("It is a leftover of an operating system.")
    if entry.flags & ENCRYPTED:
        raise UploadRefused("It is encrypted.")
    if entry.method not in (_STORED, _DEFLATED):
        raise UploadRefused("It is packed by a method that is not read here.")
    if entry.size_bytes > file_bytes_max:
        raise UploadTooLarge(
            "The file is larger than the {limit} bytes taken here.", limit=file_bytes_max
        )
    return Member(folder, filename, entry)


def unpacked(file: BinaryIO, member: Member) -> Iterator[bytes]:
    """The member's bytes, a block at a time.

    Raises ``UploadRefused`` when they are damaged, ``ArchiveRefused`` when there are more
    than the archive's directory says.
    """
    entry = member.entry
    inflating = zlib.decompressobj(-zlib.MAX_WBITS) if entry.method == _DEFLATED else None
    crc, size = 0, 0
    try:
        for block in _inflated(file, entry, inflating):
            crc = zlib.crc32(block, crc)
            size += len(block)
            if size > entry.size_bytes:
                raise ArchiveRefused("The archive's directory contradicts what is in it.")
            yield block
    except zlib.error:
        raise _damaged() from None
    ended = inflating is None or (inflating.eof and not inflating.unused_data)
    if not ended or size != entry.size_bytes or crc != entry.crc:
        raise _damaged()


def _damaged() -> UploadRefused:
    return UploadRefused("Its bytes are damaged.")


def _inflated(file: BinaryIO, entry: Entry, inflating: zlib._Decompress | None) -> Iterator[bytes]:
    position, left = entry.starts_at, entry.packed_bytes
    while left:
        file.seek(position)  # others read the same file meanwhile
        packed = file.read(min(BLOCK_BYTES, left))
        if not packed:
            raise _damaged()
        position, left = position + len(packed), left - len(packed)
        if inflating is None:
            yield packed
            continue
        while packed:
            yield inflating.decompress(packed, BLOCK_BYTES)
            packed = inflating.unconsumed_tail
    while inflating is not None and not inflating.eof:
        rest = inflating.decompress(b"", BLOCK_BYTES)
        if not rest:
            return
        yield rest
