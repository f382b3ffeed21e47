"""Cutting an operative part into the limbs that it numbers: a proposal, for a clerk to correct.

Nothing of it is law: a cut says where a writer put numbers, letters and dashes, and what a
limb seems to ask for. What counts is what the clerk registers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.domain.record import CATEGORIES_MAX, ELEMENTS_MAX, NAME_CHARS_MAX, CategoryKind

LINES_MAX = 5_000
"""Lines of an operative part that are looked at; 100,000 characters seldom have as many."""

_MARK = (
    r"(?:\((?P<inner>\d{1,2}|[A-Za-z]|[ivx]{1,5})\)"
    r"|(?P<number>\d{1,2})\s?(?:°\s?[\)\-–]?|[\)./]|\s[\-–—])"
    r"|(?P<letter>(?:[A-Za-z]|[ivxIVX]{1,5})(?=\s?[\)./°])|[IVX]{1,5}(?=\s[\-–—]))\s?[\)./°\-–—]"
    r"|(?P<dash>[\-–—•·▪*]))"
)
_AT_START = re.compile(rf"\s*{_MARK}\s+(?P<rest>\S.*)", re.DOTALL)
# Inside a paragraph a mark follows a colon or a semicolon, and begins what it marks.
_INLINE = re.compile(
    r"(?<=[:;,])\s+(?:(?:et|and|ou|or)\s+)?"
    r"(?=(?:\(?(?:\d{1,2}|[a-z]|[ivx]{1,5})(?:\)|\s?°\s?\)?)|[–—•▪])\s+\S)"
)
# The judge turns to something else: costs, enforcement, the rest of the dispositif.
_TURNS = re.compile(
    r"(?:condamn|dis(?:ons|ent)\b|dit\b|rejet|rappel|laiss|d[ée]bout|r[ée]serv|ordonn|fix[eo]|"
    r"enjoi|autoris|fait [àa]\b|(?:it is )?so ordered|it is further|the (?:motion|request)|"
    r"costs\b|dated\b)",
    re.IGNORECASE,
)
_TAIL = re.compile(r"[\s;,]+(?:(?:et|and|ou|or)\b[\s,;]*)?$", re.IGNORECASE)

_ROMAN = re.compile(r"(?P<tens>x{0,3})(?P<ones>ix|iv|v?i{0,3})")
_ONES = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")

_DETERMINER = r"^\W*(?:(?:le|la|les|l[’']|un|une|des|du|the|an?|all|full|each|every)\s*)*"
_KINDS: tuple[tuple[CategoryKind, re.Pattern[str]], ...] = (
    (
        CategoryKind.figures,
        re.compile(
            _DETERMINER + r"(?:nombre|montant|chiffre|volume|pourcentage|taux|total|"
            r"number|amount|figure|count|percentage)",
            re.IGNORECASE,
        ),
    ),
    (
        CategoryKind.list,
        re.compile(
            _DETERMINER + r"(?:liste|registre|relevé|état nominatif|list|register|"
            r"privilege log|log book|log\b|names\b|noms\b)",
            re.IGNORECASE,
        ),
    ),
    (
        CategoryKind.statement,
        re.compile(
            _DETERMINER + r"(?:déclaration|attestation|explication|réponse|precis|précis|"
            r"indiqu|statement|affidavit|answer|explanation|letter)",
            re.IGNORECASE,
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Limb:
    """A limb as cut: the number it bears or was given, its words, what it seems to ask for."""

    number: str
    text: str
    kind: CategoryKind
    elements: tuple[str, ...] = ()


@dataclass(slots=True)
class _Item:
    """A marked passage, and those marked another way inside it."""

    number: str
    words: list[str]
    inner: list[_Item] = field(default_factory=list)

    @property
    def text(self) -> str:
        return _TAIL.sub("", " ".join(self.words)).strip()


@dataclass(slots=True)
class _Cutting:
    """The state of a cut: the items so far, how the outer ones are marked, where one stands."""

    items: list[_Item] = field(default_factory=list)
    outer: str = ""
    inner: str = ""
    last: dict[str, int] = field(default_factory=dict)
    open: _Item | None = None

    def mark(self, style: str, place: int, number: str, rest: str) -> None:
        """A passage begins: an outer one, or one inside it."""
        self.outer = self.outer or style
        self.last[style] = place
        item = _Item(number, [rest])
        if style == self.outer:
            self.items.append(item)
            self.last = {style: place}
            self.inner = ""
        else:
            self.inner = self.inner or style
            if style != self.inner:
                # A third way of marking stays with the passage that it stands in.
                self.items[-1].inner[-1].words.append(rest)
                return
            self.items[-1].inner.append(item)
        self.open = item

    def fits(self, style: str, place: int) -> bool:
        """Whether a mark is the next of its kind: a date in a line's first words is none."""
        if style == "dash":
            return True
        if not self.outer:
            # An excerpt may begin at any number; "M. Dupont" begins no series of letters.
            return place == 1 or style.endswith("number")
        expected = self.last.get(style, 0) + 1
        return place == expected or (style == self.outer and place == 1 and self.open is None)


def cut(operative_part: str) -> tuple[Limb, ...]:
    """The limbs of an operative part, in its order.

    Numbers (``1.``, ``1°``, ``(1)``), letters, Roman numbers and dashes mark them, at the
    start of a line or after a colon or semicolon; what is marked another way inside one
    becomes its elements. A text without marks is one limb. At most ``CATEGORIES_MAX`` limbs.
    """
    text = operative_part.replace("\r\n", "\n").strip()
    if not text:
        return ()
    cutting = _Cutting()
    for line in _lines(text):
        _take(cutting, line)
    if not cutting.items:
        return (Limb("1", text, kind_of(text)),)
    items = [i for i in cutting.items if i.text][:CATEGORIES_MAX]
    return tuple(
        Limb(number, _whole(item), kind_of(item.text), _elements(item))
        for number, item in zip(_numbers(items), items, strict=True)
    )


def kind_of(text: str) -> CategoryKind:
    """What a limb seems to ask for, by its first words; documents where they say nothing else."""
    return next((kind for kind, words in _KINDS if words.match(text)), CategoryKind.documents)


def _lines(text: str) -> Iterable[str]:
    lines: list[str] = []
    for line in text.split("\n")[:LINES_MAX]:
        lines += _INLINE.split(line)
    return lines[:LINES_MAX]


def _take(cutting: _Cutting, line: str) -> None:
    found = _AT_START.match(line)
    if found is not None:
        style, place, number = _style(found, cutting)
        if cutting.fits(style, place):
            cutting.mark(style, place, number, found["rest"].strip())
            return
    plain = line.strip()
    if not plain or _TURNS.match(plain):
        # What follows a blank line, or turns to something else, is no part of the limb.
        cutting.open = None
    elif cutting.open is not None:
        cutting.open.words.append(plain)


def _style(found: re.Match[str], cutting: _Cutting) -> tuple[str, int, str]:
    """How a passage is marked, the place of its mark in its series, and its number as written."""
    if found["dash"]:
        return "dash", 0, ""
    inner = found["inner"]
    written = inner or found["number"] or found["letter"]
    shape = "bracketed " if inner else ""
    if written.isdecimal():
        return f"{shape}number", int(written), written
    case = "upper" if written.isupper() else "lower"
    roman, letter = f"{shape}{case} roman", f"{shape}{case} letter"
    place = _roman(written)
    # "i)" after "h)" goes on with the letters; anywhere else it is the Roman one.
    at = ord(written.lower()) - ord("a") + 1 if len(written) == 1 else -1
    follows = cutting.last.get(letter) == at - 1
    return (roman, place, written) if place and not follows else (letter, at, written)


def _roman(written: str) -> int:
    """The value of a Roman number up to 39; 0 for what is none."""
    found = _ROMAN.fullmatch(written.lower())
    return len(found["tens"]) * 10 + _ONES.index(found["ones"]) if found else 0


def _whole(item: _Item) -> str:
    """The limb's words, and those of what stands inside it."""
    return "\n".join([item.text, *(f"– {each.text}" for each in item.inner if each.text)])


def _elements(item: _Item) -> tuple[str, ...]:
    return tuple(_short(each.text) for each in item.inner if each.text)[:ELEMENTS_MAX]


def _short(text: str) -> str:
    """An element is a line: a longer one is cut at a word, and says so."""
    if len(text) <= NAME_CHARS_MAX:
        return text
    return text[: NAME_CHARS_MAX - 2].rsplit(" ", 1)[0] + " …"


def _numbers(items: Iterable[_Item]) -> Iterator[str]:
    """The numbers as written where they tell the limbs apart, else 1, 2, 3."""
    listed = [i.number for i in items]
    apart = all(listed) and len(set(listed)) == len(listed)
    yield from listed if apart else (str(n) for n in range(1, len(listed) + 1))
