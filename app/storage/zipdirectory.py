"""The central directory of a ZIP file, read strictly (PKWARE APPNOTE 6.3.10, §4.3 and §4.5).

Whatever two readers could understand differently is refused: bytes before the first entry,
entries that overlap, headers that contradict the directory, counts that are not so.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from app.errors import ArchiveRefused

ENTRIES_MAX = 10_000
DIRECTORY_BYTES_MAX = 16 * 1024 * 1024

ENCRYPTED = 0x1
_SIZES_FOLLOW = 0x8
UTF8 = 0x800
_AGREE = ENCRYPTED | _SIZES_FOLLOW | UTF8

_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64 = struct.Struct("<4sLQL")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_COMMENT_BYTES_MAX = 0xFFFF
_FULL_16, _FULL_32 = 0xFFFF, 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as the directory tells it; ``starts_at`` is where its data begins."""

    name: bytes
    flags: int
    method: int
    crc: int
    packed_bytes: int
    size_bytes: int
    attributes: int
    header_at: int
    starts_at: int = 0


@dataclass(frozen=True, slots=True)
class _Directory:
    starts_at: int
    size_bytes: int
    entries: int


def read_directory(file: BinaryIO) -> list[Entry]:
    """Every entry, in the directory's order; raises ``ArchiveRefused``.

    Bounded: at most ``ENTRIES_MAX`` entries and ``DIRECTORY_BYTES_MAX`` bytes of directory
    are looked at, whatever the file says of itself.
    """
    file_bytes = file.seek(0, os.SEEK_END)
    directory = _locate(file, file_bytes)
    if directory.entries > ENTRIES_MAX or directory.size_bytes > DIRECTORY_BYTES_MAX:
        raise ArchiveRefused(
            "The archive has too many entries; {limit} are possible.", limit=ENTRIES_MAX
        )
    file.seek(directory.starts_at)
    told = list(_entries(file.read(directory.size_bytes), directory.entries))
    return _located(file, told, directory.starts_at)


def _broken() -> ArchiveRefused:
    return ArchiveRefused("The archive is cut off, or its directory is not sound.")


def _locate(file: BinaryIO, file_bytes: int) -> _Directory:
    tail_bytes = min(file_bytes, _END.size + _COMMENT_BYTES_MAX)
    file.seek(file_bytes - tail_bytes)
    tail = file.read(tail_bytes)
    found = [at for at in _occurrences(tail, b"PK\5\6") if _ends_there(tail, at)]
    if len(found) != 1:
        raise _broken()
    end_at = file_bytes - tail_bytes + found[0]
    _, disk, first, here, entries, size, start, _ = _END.unpack_from(tail, found[0])
    if disk or first or here != entries:
        raise ArchiveRefused("An archive in several volumes is not taken.")
    directory = _locate_64(file, end_at, (entries, size, start)) or (
        _Directory(start, size, entries),
        end_at,
    )
    if directory[0].starts_at + directory[0].size_bytes != directory[1]:
        raise _broken()
    return directory[0]


def _occurrences(text: bytes, wanted: bytes) -> Iterator[int]:
    at = text.find(wanted)
    while at >= 0:
        yield at
        at = text.find(wanted, at + 1)


def _ends_there(tail: bytes, at: int) -> bool:
    if at + _END.size > len(tail):
        return False
    comment_bytes: int = _END.unpack_from(tail, at)[-1]
    return at + _END.size + comment_bytes == len(tail)


def _locate_64(
    file: BinaryIO, end_at: int, plain: tuple[int, int, int]
) -> tuple[_Directory, int] | None:
    """The directory as ZIP64 tells it, and where it must end; None where there is no ZIP64."""
    locator_at = end_at - _LOCATOR_64.size
    if locator_at < 0:
        return None
    file.seek(locator_at)
    signature, disk, at, disks = _LOCATOR_64.unpack(file.read(_LOCATOR_64.size))
    if signature != b"PK\6\7":
        return None
    if at + _END_64.size > locator_at or disk or disks > 1:
        raise _broken()
    file.seek(at)
    signature, own, _, _, disk, first, here, entries, size, start = _END_64.unpack(
        file.read(_END_64.size)
    )
    agrees = all(
        short in (long, full)
        for short, long, full in zip(
            plain, (entries, size, start), (_FULL_16, _FULL_32, _FULL_32), strict=True
        )
    )
    if signature != b"PK\6\6" or at + 12 + own != locator_at or disk or first or here != entries:
        raise _broken()
    if not agrees:
        raise _broken()
    return _Directory(start, size, entries), at


def _entries(directory: bytes, count: int) -> Iterator[Entry]:
    at = 0
    for _ in range(count):
        if at + _CENTRAL.size > len(directory):
            raise _broken()
        fields = _CENTRAL.unpack_from(directory, at)
        signature, _, _, flags, method, _, _, crc, packed, size = fields[:10]
        name_bytes, extra_bytes, comment_bytes, disk, _, attributes, header_at = fields[10:]
        at += _CENTRAL.size
        end = at + name_bytes + extra_bytes + comment_bytes
        if signature != b"PK\1\2" or end > len(directory) or disk not in (0, _FULL_16):
            raise _broken()
        extra = directory[at + name_bytes : at + name_bytes + extra_bytes]
        size, packed, header_at = _extended(extra, (size, packed, header_at))
        name = directory[at : at + name_bytes]
        yield Entry(name, flags, method, crc, packed, size, attributes, header_at)
        at = end
    if at != len(directory):
        raise _broken()


def _extended(extra: bytes, plain: tuple[int, int, int]) -> tuple[int, ...]:
    """Sizes and offset, those that did not fit taken from the ZIP64 extra field (§4.5.3)."""
    if _FULL_32 not in plain:
        return plain
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == 1:
            held = extra[at + 4 : at + 4 + length]
            longs = iter(struct.unpack(f"<{len(held) // 8}Q", held[: len(held) // 8 * 8]))
            try:
                return tuple(next(longs) if value == _FULL_32 else value for value in plain)
            except (StopIteration, RuntimeError):
                break
        at += 4 + length
    raise _broken()


def _located(file: BinaryIO, entries: Sequence[Entry], directory_at: int) -> list[Entry]:
    """The entries with the place of their data, each checked against its own header."""
    starts: dict[int, int] = {}
    free_from = 0
    for entry in sorted(entries, key=lambda e: e.header_at):
        if entry.header_at < free_from:
            raise ArchiveRefused("Entries of the archive overlap.")
        if not starts and entry.header_at != 0:
            raise ArchiveRefused("There is something before the archive's first entry.")
        starts_at = _data_of(file, entry)
        free_from = starts_at + entry.packed_bytes
        if free_from > directory_at:
            raise ArchiveRefused("Entries of the archive overlap.")
        starts[entry.header_at] = starts_at
    if not entries and directory_at != 0:
        raise ArchiveRefused("There is something before the archive's first entry.")
    return [
        Entry(
            e.name, e.flags, e.method, e.crc, e.packed_bytes, e.size_bytes, e.attributes,
            e.header_at, starts[e.header_at],
        )
        for e in entries
    ]  # fmt: skip


def _data_of(file: BinaryIO, entry: Entry) -> int:
    file.seek(entry.header_at)
    header = file.read(_LOCAL.size + len(entry.name))
    if len(header) < _LOCAL.size:
        raise _broken()
    fields = _LOCAL.unpack_from(header)
    signature, _, flags, method, _, _, crc, packed, size, name_bytes, extra_bytes = fields
    told = (crc, packed, size) == (entry.crc, entry.packed_bytes, entry.size_bytes)
    later = bool(flags & _SIZES_FOLLOW) or _FULL_32 in (packed, size)
    if (
        signature != b"PK\3\4"
        or (flags ^ entry.flags) & _AGREE
        or method != entry.method
        or header[_LOCAL.size :] != entry.name
        or name_bytes != len(entry.name)
        or not (told or later)
    ):
        raise ArchiveRefused("The archive's directory contradicts what is in it.")
    starts_at: int = entry.header_at + _LOCAL.size + name_bytes + extra_bytes
    return starts_at
