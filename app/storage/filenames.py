"""What a client calls a file is data: kept as given, shown with care, never a path.

Files are stored under their hash (``local.py``); a name only ever comes back in a list or
in the ``Content-Disposition`` of a download.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from app.errors import FieldFault, Invalid

FIELD = "filename"
PATH_BYTES_MAX = 1000
NAME_BYTES_MAX = 255
"""What most file systems take, in bytes of UTF-8: the file can be saved under its name."""

_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_DRIVE = re.compile(r"[A-Za-z]:")
_NOT_PRINTED = frozenset({"Cc", "Zl", "Zp"})  # controls, line and paragraph separators
_NOT_IN_FALLBACK = re.compile(r'[^ -~]|["%/\\:*?<>|]')
_UNESCAPED = "!#$&+-.^_`|~"  # attr-char of RFC 8187 §3.2.1, beside letters and digits


def original_name(text: str) -> str:
    """Return the name unchanged, or raise ``Invalid`` on the field ``filename``.

    Refused: empty, over 255 bytes in UTF-8, path separators, the names ``.`` and ``..``,
    control characters and line separators, and lone surrogates. Marks that reverse the
    direction of writing stay; ``has_bidi`` tells of them.
    """
    if not text.strip():
        raise Invalid.field(FIELD, "A file needs a name.")
    for character in text:
        _refuse_character(character)
    if text in {".", ".."}:
        raise Invalid.field(FIELD, "{name} names a folder, not a file.", name=text)
    size = len(text.encode())
    if size > NAME_BYTES_MAX:
        raise Invalid.field(
            FIELD,
            "The name is {size} bytes long in UTF-8; {limit} are possible.",
            size=size,
            limit=NAME_BYTES_MAX,
        )
    return text


def original_path(text: str, field: str = FIELD) -> tuple[str, str]:
    """Return the folder (``a/b``, empty at the top) and the name of a relative path.

    Each part is a name that ``original_name`` takes; ``Invalid`` on ``field`` otherwise, as
    for a path that is absolute, climbs (``..``), starts at a drive, or is over 1,000 bytes.
    Other people's paths are data too: nothing is ever opened by them.
    """
    parts = text.split("/")
    if parts[0] == "" or _DRIVE.match(text) or len(text.encode(errors="replace")) > PATH_BYTES_MAX:
        raise Invalid.field(
            field, "This is no path inside a folder, at most {limit} bytes.", limit=PATH_BYTES_MAX
        )
    try:
        names = [original_name(part) for part in parts]
    except Invalid as fault:
        raise Invalid(FieldFault(field, fault.faults[0].message)) from None
    return "/".join(names[:-1]), names[-1]


def has_bidi(name: str) -> bool:
    """Tell whether the name holds marks that change the direction of writing.

    After U+202E ``fdp.exe`` is shown as ``exe.pdf``: show such a name isolated, and the
    mark itself (Unicode TR 36, Bidirectional Text Spoofing).
    """
    return _BIDI.search(name) is not None


def collision_key(name: str) -> str:
    """Return the NFC form: two names that look alike by composition alone share it."""
    return unicodedata.normalize("NFC", name)


def ascii_fallback(name: str) -> str:
    """Return printable ASCII for readers that know no ``filename*``; never a path.

    Accents are dropped; what remains foreign, and what RFC 6266 appendix D or a file
    system dislikes, becomes ``_``.
    """
    decomposed = unicodedata.normalize("NFKD", name)
    unaccented = "".join(c for c in decomposed if not unicodedata.combining(c))
    fallback = _NOT_IN_FALLBACK.sub("_", unaccented)
    return fallback if fallback.strip(" .") else "file"


def content_disposition(name: str) -> str:
    """Write the field's value: always an attachment (RFC 6266), the name in RFC 8187 form."""
    fallback = ascii_fallback(name)
    value = f'attachment; filename="{fallback}"'
    if fallback == name:
        return value
    return f"{value}; filename*=UTF-8''{quote(name, safe=_UNESCAPED)}"


def _refuse_character(character: str) -> None:
    if character in "/\\":
        raise Invalid.field(
            FIELD, "A name holds no path: {character} is not possible.", character=character
        )
    category = unicodedata.category(character)
    if category in _NOT_PRINTED or category == "Cs":
        raise Invalid.field(
            FIELD,
            "The character {code} is not possible in a name.",
            code=f"U+{ord(character):04X}",
        )
