"""A table that says where files belong: number, title, date, category … by file name.

Columns are known by their names, in French or English, whatever their order, accents and
case. A cell left empty says nothing. A bad row is named by its line, and what is wrong with it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.domain.bates import BatesRange, page_suffix_seen, parse_range
from app.domain.dating import day_first_of, parse_date
from app.domain.numbering import parse_number
from app.domain.record import NAME_CHARS_MAX, Confidentiality
from app.errors import FieldFault, Invalid
from app.papers.delimited import Delimited, Record, read_delimited
from app.phrases import Phrase, phrase

FIELD = "csv"
_LIST_MAX = 200
GUARDED = re.compile(r"'+[=+\-@]")
"""What ``papers.placing_written`` put an apostrophe before."""

_NAMES: dict[str, tuple[str, ...]] = {
    "filename": (
        "fichier", "nom du fichier", "nom de fichier", "file", "filename", "file name",
    ),
    "path": (
        "chemin", "chemin du fichier", "path", "file path", "native file", "native link",
        "native path", "link", "doc link",
    ),
    "number": (
        "numero", "no", "n", "num", "number", "piece", "piece n", "piece no", "piece numero",
        "n piece", "n de piece", "no de piece", "numero de piece", "exhibit", "exhibit no",
        "exhibit number",
    ),
    "title": ("titre", "intitule", "libelle", "designation", "title", "description"),
    "dated_on": ("date", "date de la piece", "date du document", "dated", "dated on", "doc date"),
    "category": (
        "categorie", "categories", "chef", "chefs", "chef de demande", "category", "request",
        "request no", "request number",
    ),
    "element": ("element", "elements"),
    "confidentiality": ("confidentialite", "confidentiality", "conf desig"),
    "bates_first": (
        "bates", "bates debut", "premier bates", "beg bates", "beg doc", "begin bates",
        "prod beg", "first bates", "bates beg", "bates first", "control number",
    ),
    "bates_last": (
        "bates fin", "dernier bates", "end bates", "end doc", "prod end", "last bates",
        "bates end", "bates last",
    ),
}  # fmt: skip
_FIELD_OF = {name.replace(" ", ""): key for key, names in _NAMES.items() for name in names}
_CONFIDENTIALITY = {
    "ordinary": Confidentiality.ordinary,
    "ordinaire": Confidentiality.ordinary,
    "public": Confidentiality.ordinary,
    "restricted": Confidentiality.restricted,
    "restreint": Confidentiality.restricted,
    "confidential": Confidentiality.restricted,
    "confidentiel": Confidentiality.restricted,
    "sealed": Confidentiality.sealed,
    "sousscelles": Confidentiality.sealed,
    "scelle": Confidentiality.sealed,
    # As the sheet that one takes says them (language/words.toml).
    "cercledeconfidentialite": Confidentiality.restricted,
    "soussequestre": Confidentiality.sealed,
}


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with a row: its line, the column's meaning, and why."""

    line: int
    about: str
    said: Phrase


@dataclass(slots=True)
class PlacingRow:
    """What one row says of one file; None and empty say nothing."""

    line: int
    path: str
    number: str | None = None
    title: str | None = None
    dated_on: date | None = None
    categories: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()
    confidentiality: Confidentiality | None = None
    bates: BatesRange | None = None


@dataclass(slots=True)
class PlacingSheet:
    """The rows that can be taken, those that cannot, and how the file was understood."""

    read: Delimited
    columns: dict[str, str]
    ignored: list[str]
    day_first: bool | None
    rows: list[PlacingRow] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)


def read_placing(data: bytes, day_first: bool | None = None) -> PlacingSheet:
    """Read the table. ``day_first`` decides 04/03/2021 where the column itself does not.

    Raises:
        Invalid: on ``csv``; it is no table, no column names files, or one meaning has two
            columns.
    """
    read = read_delimited(data, FIELD)
    header, records = read.records[0], read.records[1:]
    at, ignored = _columns(header)
    dates = [_cell(record, at, "dated_on") for record in records]
    own = day_first_of(dates)
    sheet = PlacingSheet(
        read,
        {key: header.values[index].strip() for key, index in at.items()},
        ignored,
        own if own is not None else day_first,
    )
    firsts = [t for r in records if (t := _cell(r, at, "bates_first"))]
    reader = _Reader(at, len(header.values), sheet.day_first, page_suffix_seen(firsts))
    for record in records:
        row = reader.read(record, sheet.faults)
        if row is not None:
            sheet.rows.append(row)
    return sheet


def plain(text: str) -> str:
    """The text for comparing: no accents, no case, letters and digits only."""
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in split if c.isalnum())


def _columns(header: Record) -> tuple[dict[str, int], list[str]]:
    at: dict[str, int] = {}
    ignored = []
    for index, name in enumerate(header.values):
        # « Pièce n° » : the sign for degrees is no letter, º is one to Unicode.
        key = _FIELD_OF.get(plain(name.replace("º", "°")))
        if key is None:
            ignored.append(name.strip())
        elif key in at:
            raise Invalid.field(
                FIELD,
                "Two columns say the same: “{first}” and “{second}”.",
                first=header.values[at[key]].strip(),
                second=name.strip(),
            )
        else:
            at[key] = index
    if "filename" not in at and "path" not in at:
        raise Invalid.field(
            FIELD,
            "No column names the files: call one “Fichier” or “File”, in the first line.",
        )
    return at, [name for name in ignored if name]


def _cell(record: Record, at: dict[str, int], key: str) -> str:
    index = at.get(key)
    if index is None or index >= len(record.values):
        return ""
    text = record.values[index].strip()
    # The sheet that one takes has an apostrophe before what a spreadsheet takes for a formula.
    text = text[1:] if GUARDED.match(text) else text
    return unicodedata.normalize("NFC", text)


class _Reader:
    """Reads the rows of one table, whose columns are known."""

    def __init__(
        self, at: dict[str, int], width: int, day_first: bool | None, page_suffix: bool
    ) -> None:
        self.at = at
        self.width = width
        self.day_first = day_first
        self.page_suffix = page_suffix

    def read(self, record: Record, faults: list[RowFault]) -> PlacingRow | None:
        """The row, or None with what is wrong among ``faults``."""
        before = len(faults)
        row = PlacingRow(record.line, "")

        def take(about: str, read: Callable[[str], None]) -> None:
            text = _cell(record, self.at, about)
            if not text:
                return
            try:
                read(text)
            except Invalid as fault:
                faults.append(RowFault(record.line, about, fault.message))

        row.path = _cell(record, self.at, "path") or _cell(record, self.at, "filename")
        if not row.path:
            faults.append(RowFault(record.line, "filename", phrase("No file is named.")))
        if any(value.strip() for value in record.values[self.width :]):
            said = phrase("The row has more values than there are columns.")
            faults.append(RowFault(record.line, "row", said))
        take("number", lambda text: _set(row, "number", str(parse_number(text))))
        take("title", lambda text: _set(row, "title", _title(text)))
        take("dated_on", lambda text: _set(row, "dated_on", self._date(text)))
        take("category", lambda text: _set(row, "categories", _list(text)))
        take("element", lambda text: _set(row, "elements", _list(text)))
        take("confidentiality", lambda text: _set(row, "confidentiality", _confidential(text)))
        last = _cell(record, self.at, "bates_last")
        take("bates_first", lambda text: _set(row, "bates", self._bates(text, last)))
        if last and not _cell(record, self.at, "bates_first"):
            said = phrase("A last Bates number needs its first.")
            faults.append(RowFault(record.line, "bates_last", said))
        return row if len(faults) == before else None

    def _date(self, text: str) -> date:
        written = parse_date(text, self.day_first)
        if written.on is None:
            assert written.doubt is not None  # noqa: S101  one or the other
            raise Invalid(FieldFault("dated_on", written.doubt))
        return written.on

    def _bates(self, first: str, last: str) -> BatesRange:
        return parse_range(first, last, page_suffix=self.page_suffix)


def _set(row: PlacingRow, name: str, value: object) -> None:
    setattr(row, name, value)


def _title(text: str) -> str:
    title = " ".join(text.split())
    if len(title) > NAME_CHARS_MAX or any(ord(c) < 32 or c == "\x7f" for c in title):
        raise Invalid.field(
            "title", "A title is one line of at most {most} characters.", most=NAME_CHARS_MAX
        )
    return title


def _list(text: str) -> tuple[str, ...]:
    """Several values in one cell, between ``;``, ``,`` or ``|``."""
    parts = [part.strip() for part in text.replace("|", ";").replace(",", ";").split(";")]
    found: Sequence[str] = [part for part in parts if part]
    if len(found) > _LIST_MAX:
        raise Invalid.field("list", "A cell lists at most {most} values.", most=_LIST_MAX)
    return tuple(dict.fromkeys(found))


def _confidential(text: str) -> Confidentiality:
    found = _CONFIDENTIALITY.get(plain(text))
    if found is None:
        raise Invalid.field(
            "confidentiality",
            "“{text}” is no confidentiality: ordinary, restricted or sealed.",
            text=text,
        )
    return found
