"""What the letters of our documents can write, and what stands for the rest.

``glyphs.txt`` lists the characters that the fonts inside typst have between them, as ranges
of code points; ``tests/papers/test_typesetting.py`` holds it to them. PDF/A forbids the empty
box that other programs print for a missing letter.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import cache, lru_cache
from pathlib import Path

RUN_CHARS = 24
"""A word longer than this may be broken anywhere: a line would leave the page."""

_LIST = Path(__file__).with_name("glyphs.txt")
_JOINERS = "\u200b\u200c\u200d\u00ad"
_ISOLATE, _END = "\u2068", "\u2069"
_PLAIN = re.compile(r"[ -~\u00a0-\u00ac\u00ae-\u017f\u2010-\u2026\u202f\u20ac]*")
_LONG = re.compile(rf"([^\s\u200b]{{{RUN_CHARS}}})(?=[^\s\u200b])")


def printable(text: str, *, plain: bool = False) -> str:
    """The text as it can be printed: a letter that no font has becomes ⟨U+4E2D⟩.

    So do controls and what turns the direction of text about, which could make one name pass
    for another. Long words may break; text from right to left keeps to itself. ``plain``
    spells out all but Latin letters: for what a font refuses in spite of its list.
    """
    if _PLAIN.fullmatch(text):
        return _breakable(text)
    written = "".join(_shown(c, plain) for c in unicodedata.normalize("NFC", text))
    rtl = any(unicodedata.bidirectional(c) in ("R", "AL") for c in written)
    broken = _breakable(written)
    return f"{_ISOLATE}{broken}{_END}" if rtl else broken


def is_printed_whole(text: str) -> bool:
    """Whether every letter of it is printed as it is."""
    return bool(_PLAIN.fullmatch(text)) or all(_shown(c, False) == c for c in text)


@lru_cache(maxsize=4096)
def _shown(character: str, plain: bool) -> str:
    hidden = unicodedata.category(character)[0] == "C" and character not in _JOINERS
    known = _PLAIN.fullmatch(character) if plain else _has(ord(character))
    return character if known and not hidden else f"⟨U+{ord(character):04X}⟩"


def _breakable(text: str) -> str:
    return _LONG.sub("\\1\u200b", text)


def _has(code: int) -> bool:
    firsts, lasts = _ranges()
    at = bisect_right(firsts, code) - 1
    return at >= 0 and code <= lasts[at]


@cache
def _ranges() -> tuple[list[int], list[int]]:
    pairs = [line.split("-") for line in _LIST.read_text("ascii").split()]
    return [int(a, 16) for a, _ in pairs], [int(b, 16) for _, b in pairs]
