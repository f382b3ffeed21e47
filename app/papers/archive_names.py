"""What exhibits are called in an archive: "12 - Contrat.pdf", each once, on any system.

Titles and names of files are the parties' own words: nothing of them becomes a path. What
some system dislikes in a name is replaced, marks that turn the direction of writing are left
out, and two names that a system would take for one are told apart.
"""

from __future__ import annotations

import unicodedata

from app.domain.filetypes import extension

STEM_BYTES_MAX = 150
"""With folders and extension this stays below what Windows opens (260 characters)."""
_REPLACED = frozenset('<>:"|?*\\/%')
_PLAIN = str.maketrans({"°": "o", "’": "'", "–": "-", "—": "-", "œ": "oe", "Œ": "OE", "æ": "ae"})
_LEFT_OUT = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"})


class ArchiveNames:
    """Gives each entry of one archive its path. ``plain``: letters of ASCII alone."""

    def __init__(self, *, plain: bool = False) -> None:
        self._plain = plain
        self._given: set[str] = set()

    def path(self, folder: str, number: str, edition: int, title: str, filename: str) -> str:
        """The path of an exhibit: ``folder/number - title.ext``, unlike any given before."""
        head = f"{number} v{edition}" if edition > 1 else number
        last = extension(filename)
        ending = f".{last}" if last else ""
        said = self.cleaned(title)
        if ending and said.lower().endswith(ending):
            said = said[: -len(ending)].rstrip(" .")
        stem = _cut(f"{head} - {said}" if said else head, STEM_BYTES_MAX)
        return self.unlike(folder, stem, ending)

    def unlike(self, folder: str, stem: str, ending: str) -> str:
        """``folder/stem + ending``, with a number where another entry has that name."""
        again = 1
        while True:
            name = f"{stem} ({again}){ending}" if again > 1 else f"{stem}{ending}"
            path = f"{folder}/{name}" if folder else name
            key = unicodedata.normalize("NFC", path).casefold()
            if key not in self._given:
                self._given.add(key)
                return path
            again += 1

    def cleaned(self, text: str) -> str:
        """The text as a part of a name; empty where nothing of it can be in one."""
        text = unicodedata.normalize("NFC", text)
        kept = "".join(_sign(c) for c in text)
        if self._plain:
            kept = _folded(kept)
        return _cut(" ".join(kept.split()), STEM_BYTES_MAX).strip(" .")


def _sign(character: str) -> str:
    if character in "\t\n\r":
        return " "
    if unicodedata.category(character) in _LEFT_OUT:
        return ""
    return "_" if character in _REPLACED else character


def _folded(text: str) -> str:
    """Without accents; what is still no ASCII becomes an underscore."""
    apart = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(c if c.isascii() else "_" for c in apart if not unicodedata.combining(c))


def _cut(text: str, bytes_max: int) -> str:
    """The beginning of the text that fits, never half a character."""
    return text.encode()[:bytes_max].decode(errors="ignore").rstrip(" .")
