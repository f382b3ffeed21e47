"""What is looked for, and in what: words without accents, case or punctuation.

A word is found by any part of it from ``PART_CHARS_MIN`` letters on, because its endings are
kept beside it: a part of a word is the beginning of one of its endings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

PART_CHARS_MIN = 3
WORD_CHARS_MAX = 40
WORDS_MAX = 8
"""Words of a question that are looked at; the rest narrow nothing."""
TEXT_WORDS_MAX = 400
"""Words of one order that are kept: a title of 300 characters, and many parties."""

_WORD = re.compile(r"[^\W_]+")


def folded(text: str) -> str:
    """The text without case and accents, compatible forms made one (Unicode NFKD)."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def words(texts: Iterable[str], most: int = TEXT_WORDS_MAX) -> tuple[str, ...]:
    """The different words of the texts, in their order, at most ``most``."""
    found: dict[str, None] = {}
    for text in texts:
        for word in _WORD.findall(folded(text)):
            if len(found) == most:
                return tuple(found)
            found.setdefault(word[:WORD_CHARS_MAX])
    return tuple(found)


def endings(word: str) -> tuple[str, ...]:
    """The word itself, and its endings that are long enough to look for."""
    last = max(1, len(word) - PART_CHARS_MIN + 1)
    return tuple(word[at:] for at in range(last))
