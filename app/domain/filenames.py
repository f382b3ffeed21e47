"""What is odd about a file's name: it deceives, collides, or cannot be saved everywhere.

Never a reason to refuse: the name is kept as given (design: security.md §2, row 21).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from app.domain.filetypes import BY_EXTENSION, RUNNABLE, extension
from app.phrases import Phrase, phrase

NAME_BYTES_MAX = 200
"""Longer names make paths that Windows does not open (260 characters, folders included)."""

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{p}{n}" for p in ("com", "lpt") for n in "123456789")]
)
_NOT_ON_WINDOWS = frozenset('<>:"|?*\\/')


def oddities(name: str) -> Iterable[Phrase]:
    """Each thing that is odd about the name, looked at alone."""
    if _BIDI & set(name):
        yield phrase("the name holds marks that reverse the direction of writing")
    if any(unicodedata.category(c) in {"Cc", "Cf", "Co", "Cn"} for c in set(name) - _BIDI):
        yield phrase("the name holds characters that are not shown")
    if name.startswith(_FORMULA):
        yield phrase("a spreadsheet reads the name as a formula")
    if name != name.strip() or name.endswith("."):
        yield phrase("the name begins or ends with a space, or ends with a full stop")
    if name.partition(".")[0].strip().lower() in _DEVICES:
        yield phrase("Windows keeps this name for a device")
    if _NOT_ON_WINDOWS & set(name):
        yield phrase("the name holds characters that Windows does not allow")
    if len(name.encode("utf-8", "surrogatepass")) > NAME_BYTES_MAX:
        yield phrase("the name is longer than {limit} bytes", limit=NAME_BYTES_MAX)
    yield from _of_extension(name)


def _of_extension(name: str) -> Iterable[Phrase]:
    last = extension(name)
    if not last:
        yield phrase("the name has no extension")
        return
    before = extension(name.rstrip(" .")[: -len(last) - 1])
    if last in RUNNABLE and before in BY_EXTENSION:
        yield phrase("the name has two extensions: .{before} and .{last}", before=before, last=last)


def twins(names: Mapping[str, str]) -> Mapping[str, str]:
    """Of names by exhibit number: those that a folder may take for another's, and whose.

    Two names collide when they differ by case or by composition of accents alone, or not
    at all (Windows and macOS fold both).
    """
    first: dict[str, str] = {}
    found: dict[str, str] = {}
    for number, name in names.items():
        earlier = first.setdefault(unicodedata.normalize("NFC", name).casefold(), number)
        if earlier != number:
            found[number] = earlier
    return MappingProxyType(found)
