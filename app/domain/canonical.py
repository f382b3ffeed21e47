"""One writing of a value in bytes: JSON by RFC 8785, restricted so that no reader can differ.

Strings, booleans, null, whole numbers below 2^53 in size, lists, and objects. A fraction has
many writings and is refused: figures of the record are strings.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Value: TypeAlias = "str | bool | int | Sequence[Value] | Mapping[str, Value] | None"

NUMBER_LIMIT = 2**53
DEPTH_MAX = 64


def canonical(value: Value) -> bytes:
    """The value's one writing, UTF-8.

    Raises:
        ValueError: it holds something else, a lone surrogate, or is nested too deep.
    """
    plain = _plain(value, DEPTH_MAX)
    written = json.dumps(plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return written.encode()


def digest(salt: bytes, value: Value) -> str:
    """A commitment to the value: SHA-256 of salt and writing, in hexadecimal.

    Who does not know the salt (16 random bytes) learns nothing of a value that could be
    guessed, such as a name.
    """
    return hashlib.sha256(salt + canonical(value)).hexdigest()


def _plain(value: Value, depth: int) -> Value:
    if depth == 0:
        raise ValueError(f"nested deeper than {DEPTH_MAX}")
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        if abs(value) >= NUMBER_LIMIT:
            raise ValueError(f"{value} is not below 2^53")
        return value
    if isinstance(value, Mapping):
        # RFC 8785 §3.2.3: by UTF-16 code units, which differs from code points beyond U+FFFF.
        keys = sorted(value, key=_utf16)
        return {key: _plain(value[key], depth - 1) for key in keys}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_plain(each, depth - 1) for each in value]
    raise ValueError(f"a {type(value).__name__} has no canonical writing here")


def _utf16(key: str) -> bytes:
    if not isinstance(key, str):
        raise ValueError("a key is a string")
    return key.encode("utf-16-be")
