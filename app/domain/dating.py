"""Dates as people write them in names and tables: read where sure, left out where not.

Nothing is filled in: a year of two digits, a month without its day, and 04/03/2021 of which
nobody said whether the day or the month comes first, are no dates but doubts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.phrases import Phrase, phrase

_MONTHS = (
    ("janvier", "january", "janv", "jan"),
    ("fevrier", "february", "fevr", "fev", "feb"),
    ("mars", "march", "mar"),
    ("avril", "april", "avr", "apr"),
    ("mai", "may"),
    ("juin", "june", "jun"),
    ("juillet", "july", "juil", "jul"),
    ("aout", "august", "aug"),
    ("septembre", "september", "sept", "sep"),
    ("octobre", "october", "oct"),
    ("novembre", "november", "nov"),
    ("decembre", "december", "dec"),
)
_MONTH_OF = {name: month for month, names in enumerate(_MONTHS, 1) for name in names}
# Both ways of writing an accent's letter: the text is in NFC.
_ACCENTED = {"fevrier": "f[ée]vrier", "fevr": "f[ée]vr", "fev": "f[ée]v", "aout": "ao[ûu]t"} | {
    "decembre": "d[ée]cembre",
    "dec": "d[ée]c",
}
_MONTH = "|".join(_ACCENTED.get(n, n) for n in sorted(_MONTH_OF, key=len, reverse=True))
_YEAR = r"(?:19|20)\d\d"
_GAP = r"[\s._-]+"
_DATE = re.compile(
    rf"""
    (?<!\d)(?P<y1>{_YEAR})(?P<s1>[-._/\ ])(?P<m1>\d\d?)(?P=s1)(?P<d1>\d\d?)(?!\d)
    | (?<!\d)(?P<a2>\d\d?)(?P<s2>[-._/\ ])(?P<b2>\d\d?)(?P=s2)(?P<y2>{_YEAR})(?!\d)
    | (?<!\d)(?P<y3>{_YEAR})(?P<m3>\d\d)(?P<d3>\d\d)(?!\d)
    | (?<!\d)(?P<d4>\d\d?)(?:er|st|nd|rd|th)?{_GAP}(?P<w4>{_MONTH})\.?{_GAP}(?P<y4>{_YEAR})(?!\d)
    | (?<![^\W_])(?P<w5>{_MONTH})\.?{_GAP}(?P<d5>\d\d?)(?:st|nd|rd|th)?,?{_GAP}(?P<y5>{_YEAR})(?!\d)
    | (?<![^\W_])(?P<w6>{_MONTH})\.?{_GAP}(?P<y6>{_YEAR})(?!\d)
    | (?<![\d.-])(?P<p7>\d\d?)(?P<s7>[-._/])\d\d?(?P=s7)\d\d(?![\d]|[-.]\d)
    | (?<!\d)\d\d?[-\ ](?P<w8>{_MONTH})\.?[-\ ]\d\d(?!\d)
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date as it stands in a text: the day, or why it is not one."""

    start: int
    end: int
    text: str
    on: date | None = None
    doubt: Phrase | None = None


def find_dates(text: str, day_first: bool | None = None) -> tuple[WrittenDate, ...]:
    """Every date in ``text`` (NFC), in order, sure or not.

    ``day_first`` says how 04/03/2021 is meant; None: nobody said. With points between them
    the day comes first, as nobody writes it otherwise.
    """
    return tuple(_read(found, day_first) for found in _DATE.finditer(text))


def parse_date(text: str, day_first: bool | None = None) -> WrittenDate:
    """The whole of ``text`` as a date; a doubt when it is none."""
    text = unicodedata.normalize("NFC", text.strip())
    found = _DATE.fullmatch(text)
    if found is not None:
        return _read(found, day_first)
    doubt = phrase("“{text}” is not a date that can be read.", text=text)
    return WrittenDate(0, len(text), text, doubt=doubt)


def day_first_of(texts: Iterable[str]) -> bool | None:
    """Whether a column's dates put the day first, from any part above 12; None: undecidable.

    A column that says both, or neither, decides nothing.
    """
    seen = set()
    for text in texts:
        found = _DATE.fullmatch(text.strip())
        if found is not None and found["y2"]:
            first, second = int(found["a2"]), int(found["b2"])
            if (first > 12) != (second > 12):
                seen.add(first > 12)
    return seen.pop() if len(seen) == 1 else None


def _read(found: re.Match[str], day_first: bool | None) -> WrittenDate:
    on, doubt = _day(found, day_first)
    return WrittenDate(found.start(), found.end(), found[0], on, doubt)


def _day(found: re.Match[str], day_first: bool | None) -> tuple[date | None, Phrase | None]:
    if found["y2"]:
        return _day_and_month(found, day_first)
    if found["w6"]:
        return None, phrase("“{text}” does not say the day.", text=found[0])
    if found["p7"] or found["w8"]:
        return None, phrase("“{text}” has a year of two digits.", text=found[0])
    if found["w4"] or found["w5"]:
        nth = "4" if found["w4"] else "5"
        return _made(found, found[f"y{nth}"], _month(found[f"w{nth}"]), found[f"d{nth}"])
    nth = "1" if found["y1"] else "3"
    return _made(found, found[f"y{nth}"], int(found[f"m{nth}"]), found[f"d{nth}"])


def _day_and_month(
    found: re.Match[str], day_first: bool | None
) -> tuple[date | None, Phrase | None]:
    first, second = int(found["a2"]), int(found["b2"])
    if day_first is None and (found["s2"] == "." or first == second or first > 12):
        day_first = second <= 12
    if day_first is None and second > 12:
        day_first = False
    if day_first is None:
        return None, phrase(
            "“{text}”: nothing says whether the day or the month comes first.", text=found[0]
        )
    day, month = (first, second) if day_first else (second, first)
    return _made(found, found["y2"], month, str(day))


def _made(
    found: re.Match[str], year: str, month: int, day: str
) -> tuple[date | None, Phrase | None]:
    try:
        return date(int(year), month, int(day)), None
    except ValueError:
        return None, phrase("“{text}” is not a day of the calendar.", text=found[0])


def _month(word: str) -> int:
    plain = unicodedata.normalize("NFD", word.lower())
    return _MONTH_OF["".join(c for c in plain if not unicodedata.combining(c))]
