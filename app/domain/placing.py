"""From what a file is called to where it belongs: number, title, date, category.

Read as French and English-speaking lawyers name their files. Each guess says from what it was
read. What is ambiguous is left out with the reason, never guessed: somebody will sort it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from app.domain.dating import WrittenDate, find_dates
from app.domain.numbering import ExhibitNumber, parse_number
from app.errors import Invalid
from app.phrases import Phrase, phrase

Placed = Literal["file", "number", "title", "dated_on", "category"]
"""What a guess or a doubt is about; ``file``: whether it is ours to produce at all."""


@dataclass(frozen=True, slots=True)
class Note:
    """Why something was read so, or why it was not read."""

    about: Placed
    said: Phrase


@dataclass(slots=True)
class NameReading:
    """What a name and its folder say. ``doubts`` is what somebody must sort."""

    title: str
    number: ExhibitNumber | None = None
    dated_on: date | None = None
    category: str | None = None
    evidence: list[Note] = field(default_factory=list)
    doubts: list[Note] = field(default_factory=list)


_NO = r"(?:n\s*[°ºo]\.?|num[ée]ro|number|\#)"
_REPEAT = r"(?:bis|ter|quater|quinquies|sexies|septies|octies|nonies|decies)"
# No letter, digit or further part may follow: 12A and 1-2-3-4 are not read as 12 and 1-2-3.
_NUMBER = rf"(?P<number>\d+(?:[-.]\d+){{0,2}}(?:[\s_-]*{_REPEAT}(?![^\W_]))?)(?![^\W_]|[.-]\d|\x00)"
_STRONG = re.compile(
    rf"(?P<label>pi[eè]ces?|pces?|exhibits?|exh)\.?[\s_.-]*(?:{_NO})?[\s_]*{_NUMBER}", re.I
)
_WEAK = re.compile(
    rf"(?:(?P<label>p\.?j|p|ex)\.?[\s_.-]*(?:{_NO})?|(?P<no>{_NO}))[\s_]*{_NUMBER}", re.I
)
_LABEL_ALONE = re.compile(
    rf"(?:pi[eè]ces?|pces?|pj|exhibits?|exh|p(?=\.?\s*{_NO}))\b[^\W\d_]*.{{0,20}}", re.I
)
_BARE = re.compile(_NUMBER, re.I)
# After a bare number: the end, a separator, or a word that begins a title; a plural is counted.
_TITLE_FOLLOWS = re.compile(r"\s*$|\s*[-–—_.):]|\s+(?=[^\W\d_])(?![a-zà-ÿ]|\w*[sx]\b)")
_ANOTHER = re.compile(
    rf"\s*(?:à|a|to|et|and|&|,|\+|/)\s*(?:{_NO})?\s*\d+"
    r"|\s*(?:à|to|of|de|et|and|&)\s+(?:la\s+|the\s+)?(?:pi[eè]ces?|pces?|exhibits?)\b",
    re.I,
)
_SECOND = re.compile(r"\s*[-–—_.]+\s*\d+(?=\s*(?:[-–—_.]|$))")
_SEPARATOR = re.compile(r"\s+[-–—]\s*|[–—]\s*|_+|\x00+[\s_.,–—-]*")
_LIST = re.compile(
    r"[\W\d_]*(bordereau|inventaire des pi[eè]ces|liste des pi[eè]ces|list of exhibits"
    r"|exhibit list)\b",
    re.I,
)
_ADVERSE = re.compile(
    r"(?:pi[eè]ces?|pces?|pj|exhibits?)[\s_.-]*adv(?:erses?)?\b"
    r"|(?:opposing|opponent['’]?s?|adverse)[\s_-]+(?:party['’]?s?[\s_-]+)?exhibits?",
    re.I,
)
_EXTENSION = re.compile(r"\.(?=[^.]{0,7}[^\W\d_])[^\W_]{1,8}$")
_EDGES = " \t-–—_.,:;)"
_CATEGORY = re.compile(
    rf"(?:chefs?(?:[\s_]+de[\s_]+demande)?|cat[ée]gorie|category|cat\.|requests?|demande|rfp)"
    rf"[\s_.-]*(?:{_NO})?[\s_]*(?P<number>\d{{1,3}}(?:[.-]\d{{1,3}})*[a-z]?)(?![^\W_]|[.-]\d|\s+[a-z](?![^\W_]))",
    re.I,
)
_FOLDER = re.compile(
    r"(?P<number>\d{1,3}(?:\.\d{1,3})*)(?:\s*$|\s*[-–—_.)]+\s*(?=[^\W\d_])|\s+(?=[^\W\d_])(?![a-zà-ÿ]))"
)
PATH_PARTS_MAX = 64


def read_name(filename: str, folder: str = "", day_first: bool | None = None) -> NameReading:
    """Read a file's name, and the folder it came in (``/`` or ``\\`` between its parts).

    ``day_first`` says how 04-03-2021 is meant, where somebody said it.
    """
    name = unicodedata.normalize("NFC", filename)
    stem = _EXTENSION.sub("", name).strip()
    parts = _parts(folder)
    reading = NameReading(_tidy(stem) or name)
    if _not_ours(reading, stem, parts):
        return reading
    dates = find_dates(stem, day_first)
    _read_number(reading, stem, dates)
    _read_date(reading, dates)
    _read_category(reading, parts)
    return reading


def _parts(folder: str) -> list[str]:
    parts = re.split(r"[/\\]", unicodedata.normalize("NFC", folder))
    return [part.strip() for part in parts if part.strip()][-PATH_PARTS_MAX:]


def _not_ours(reading: NameReading, stem: str, parts: list[str]) -> bool:
    found = _LIST.match(stem)
    if found is not None:
        said = phrase("“{text}” is a list of exhibits, not one of them.", text=found[1])
        reading.doubts.append(Note("file", said))
        return True
    for text in (stem, *parts):
        adverse = _ADVERSE.search(text)
        if adverse is not None:
            said = phrase("“{text}”: this is an exhibit of the other side.", text=adverse[0])
            reading.doubts.append(Note("file", said))
            return True
    return False


def _read_number(reading: NameReading, stem: str, dates: tuple[WrittenDate, ...]) -> None:
    masked = stem
    for each in dates:
        masked = masked[: each.start] + "\0" * (each.end - each.start) + masked[each.end :]
    found = _labels(masked)
    said = _doubt_of(found, masked)
    if said is not None:
        reading.doubts.append(Note("number", said))
        return
    match = found[0]
    reading.number = parse_number(_plain(match["number"]))
    reading.evidence.append(
        Note("number", phrase("“{text}” in the name of the file", text=match[0].strip(_EDGES)))
    )
    title = _title(stem, masked, match)
    if title:
        reading.title = title
        reading.evidence.append(Note("title", phrase("the rest of the name of the file")))


def _labels(masked: str) -> list[re.Match[str]]:
    """The numbers that stand where a name's number stands: first, or at a new part."""
    lead = _SEPARATOR.match(masked) if masked.startswith("\0") else None
    first = lead.end() if lead is not None else 0
    starts = sorted({first, *(s.end() for s in _SEPARATOR.finditer(masked))})
    found = []
    for start in starts:
        match = _STRONG.match(masked, start)
        if match is None and start == first:
            match = _WEAK.match(masked, start) or _bare(masked, start)
        if match is not None:
            found.append(match)
    return found


def _bare(masked: str, start: int) -> re.Match[str] | None:
    match = _BARE.match(masked, start)
    if match is None:
        return None
    zero = match["number"].startswith("0")
    return match if zero or _TITLE_FOLLOWS.match(masked, match.end()) else None


def _doubt_of(found: list[re.Match[str]], masked: str) -> Phrase | None:
    """Why no number can be taken from what was found; None: one can."""
    if not found:
        return _nothing_found(masked)
    texts = list(dict.fromkeys(match[0].strip(_EDGES) for match in found))
    try:
        numbers = {parse_number(_plain(match["number"])) for match in found}
    except Invalid:
        return phrase("“{text}” is not the number of an exhibit.", text=texts[0])
    first = found[0]
    another = _ANOTHER.match(masked, first.end())
    if another is None and first.re is _BARE:
        another = _SECOND.match(masked, first.end())
    many = _of(first, "label").lower().endswith("s") and "-" in first["number"]
    if len(numbers) > 1 or another is not None or many:
        shown = first[0] + another[0] if another else ", ".join(texts)
        return phrase("“{text}” names more than one number.", text=shown)
    return _doubt_of_year(first, texts[0])


def _doubt_of_year(found: re.Match[str], text: str) -> Phrase | None:
    """2021, 2021-03, 03-2021 and 12.03 may be dates; behind a label, only 3-2021 may."""
    parts = re.split(r"[-.]", found["number"])
    years = [n for n, part in enumerate(parts) if re.fullmatch(r"(?:19|20)\d\d", part)]
    labelled = found.re is _STRONG
    if years == [0] and len(parts) == 1 and not labelled:
        return phrase("“{text}” may be a year.", text=text)
    zero = any(part.startswith("0") for part in parts[1:])
    if any(years) or (not labelled and (years or (found.re is _BARE and zero))):
        return phrase("“{text}” may be a date.", text=text)
    return None


def _of(match: re.Match[str], group: str) -> str:
    return match.groupdict().get(group) or ""


def _nothing_found(masked: str) -> Phrase:
    for start in (0, *(s.end() for s in _SEPARATOR.finditer(masked))):
        alone = _LABEL_ALONE.match(masked, start)
        if alone is not None:
            text = alone[0].replace("\0", "").strip(_EDGES)
            return phrase("“{text}” is not followed by a number that is sure.", text=text)
    counted = re.match(r"(\d+\s+\w{1,30})", masked)
    if counted is not None:
        return phrase("“{text}”: this number may be a count.", text=counted[1])
    return phrase("The name says no number.")


def _plain(number: str) -> str:
    """The number with one space before its repeat: ``12_bis`` is 12 bis."""
    return re.sub(rf"[\s_-]*({_REPEAT})$", r" \1", number, flags=re.I)


def _title(stem: str, masked: str, match: re.Match[str]) -> str:
    """What follows the number, less the date it begins with; else what goes before."""
    end = match.end()
    while (lead := re.compile(r"[\s_.,:;)–—-]*\x00+").match(masked, end)) is not None:
        end = lead.end()
    before = _tidy(stem[: match.start()]) if masked[: match.start()].strip("\0" + _EDGES) else ""
    return _tidy(stem[end:]) or before


def _tidy(text: str) -> str:
    return re.sub(r"[\s_]+", " ", text).lstrip(_EDGES).rstrip(_EDGES.rstrip(")"))


def _read_date(reading: NameReading, dates: tuple[WrittenDate, ...]) -> None:
    doubt = next((each.doubt for each in dates if each.doubt is not None), None)
    days = {each.on for each in dates}
    if doubt is not None:
        reading.doubts.append(Note("dated_on", doubt))
    elif len(days) > 1:
        text = ", ".join(each.text for each in dates)
        reading.doubts.append(
            Note("dated_on", phrase("“{text}”: the name has more than one date.", text=text))
        )
    elif days:
        reading.dated_on = days.pop()
        said = phrase("“{text}” in the name of the file", text=dates[0].text)
        reading.evidence.append(Note("dated_on", said))
        _drop_leading_date(reading, dates[0])


def _drop_leading_date(reading: NameReading, written: WrittenDate) -> None:
    """A name that is a date and a title: the title is the rest."""
    rest = _tidy(reading.title.removeprefix(_tidy(written.text)))
    if written.start == 0 and rest:
        reading.title = rest


def _read_category(reading: NameReading, parts: list[str]) -> None:
    named = [(part, m["number"]) for part in parts if (m := _CATEGORY.match(part))]
    named = named or [
        (part, m["number"]) for part in parts if not find_dates(part) and (m := _FOLDER.match(part))
    ]
    numbers = {number.lstrip("0").lower() for _, number in named} - {""}
    folders = ", ".join(part for part, _ in named)
    if len(numbers) > 1:
        said = phrase("The folders name more than one category: {folders}.", folders=folders)
        reading.doubts.append(Note("category", said))
    elif numbers:
        reading.category = numbers.pop()
        said = phrase("the folder “{folder}”", folder=folders)
        reading.evidence.append(Note("category", said))
