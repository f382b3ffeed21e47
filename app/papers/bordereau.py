"""The *bordereau*: the list of exhibits that goes with them, as counsel sign it and as a table.

RIN art. 5.5 wants it dated and signed; CPC art. 768 and 954 want each exhibit's number. Its
lines read "Pièce n° 10 — Contrat signé — 12/03/2022".
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from app.domain.record import Confidentiality, PartySide
from app.language import Language, long_date, long_instant, say, word
from app.papers.glyphs import is_printed_whole, printable
from app.papers.receipt_pdf import lacking
from app.papers.typeset import Document
from app.phrases import Phrase, phrase

Dialect = Literal["spreadsheet", "record"]
BOM = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = (
    "number",
    "edition",
    "status",
    "title",
    "dated_on",
    "filename",
    "size_bytes",
    "sha256",
    "categories",
    "bates_first",
    "bates_last",
    "confidentiality",
    "ground",
    "legal_text",
)


@dataclass(frozen=True, slots=True)
class Listed:
    """An exhibit on the list; ``hidden``: the reader may know its number alone."""

    number: str
    edition: int
    confidentiality: Confidentiality
    hidden: bool = False
    title: str = ""
    filename: str = ""
    dated_on: date | None = None
    size_bytes: int | None = None
    sha256: str = ""
    category_numbers: Sequence[str] = ()
    bates_first: str | None = None
    bates_last: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A numbered placeholder on the list."""

    number: str
    category_number: str
    ground: str
    legal_text: str


@dataclass(frozen=True, slots=True)
class Bordereau:
    """What a list of exhibits says. ``deposited_at`` is None for a draft."""

    title: str
    court: str
    docket_numbers: Sequence[str]
    parties: Sequence[tuple[PartySide, str]]
    party: str
    counsel: str | None
    order_title: str
    order_made_on: date
    time_zone: str
    drafted_at: datetime
    number: int | None
    deposited_at: datetime | None
    exhibits: Sequence[Listed]
    withheld: Sequence[Held]


def bordereau_document(listed: Bordereau, language: Language, *, plain: bool = False) -> Document:
    """The list as a document: never called a receipt; a draft says that it is one."""
    return _Paper(listed, language, plain).document()


@dataclass(frozen=True)
class _Paper:
    listed: Bordereau
    language: Language
    plain: bool

    def document(self) -> Document:
        listed = self.listed
        title = self.say(phrase("List of exhibits"))
        draft = listed.deposited_at is None
        data: dict[str, Any] = {
            "lang": self.language,
            "title": title,
            "footer": " · ".join(
                (
                    *[self.say(phrase("DRAFT"))] * draft,
                    title,
                    *map(self.show, listed.docket_numbers[:2]),
                )
            ),
            "page": self.say(phrase("page {n} of {m}", n="{n}", m="{m}")),
            "draft": self.say(phrase("DRAFT")) if draft else None,
            "status": self.say(_DRAFTED if draft else _COMMUNICATED),
            "facts": list(self.facts()),
            "parties": list(self.parties()),
            "rows": [*map(self.line, listed.exhibits), *map(self.held, listed.withheld)],
            "note": self.say(lacking()) if self.spelt_out() else None,
            "count": self.say(phrase("Exhibits: {count}", count=len(listed.exhibits))),
            "signing": [self.say(phrase("Date")), self.say(phrase("Signature"))],
        }
        return Document("bordereau.typ", data, listed.deposited_at or listed.drafted_at)

    def say(self, said: Phrase) -> str:
        return say(said, self.language)

    def show(self, text: str) -> str:
        return printable(text, plain=self.plain)

    def facts(self) -> Iterator[list[str]]:
        listed = self.listed
        made_on = long_date(listed.order_made_on, self.language)
        yield [self.say(phrase("Court")), self.show(listed.court)]
        dockets = ", ".join(map(self.show, listed.docket_numbers))
        yield [self.say(phrase("Docket number")), dockets]
        yield [self.say(phrase("Order")), f"{self.show(listed.order_title)} ({made_on})"]
        yield [self.say(phrase("For")), self.show(listed.party)]
        if listed.counsel:
            yield [self.say(phrase("Counsel")), self.show(listed.counsel)]
        if listed.title:
            yield [self.say(phrase("Title")), self.show(listed.title)]
        if listed.deposited_at is not None:
            at = long_instant(listed.deposited_at, self.language, ZoneInfo(listed.time_zone))
            no = self.say(phrase("no. {n}", n=listed.number))
            yield [self.say(phrase("Production")), no]
            yield [self.say(phrase("Communicated on")), at]

    def parties(self) -> Iterator[list[str]]:
        for side in PartySide:
            names = [self.show(name) for each, name in self.listed.parties if each is side]
            if names:
                yield [word(side, self.language), ", ".join(names)]

    def line(self, each: Listed) -> list[str]:
        head = self.say(phrase("Exhibit no. {number}", number=self.show(each.number)))
        if each.hidden:
            return [head, word(each.confidentiality, self.language)]
        said = [self.show(each.title or each.filename)]
        if each.dated_on is not None:
            said.append(self.day(each.dated_on))
        if each.edition > 1:
            said.append(self.say(phrase("edition {n}", n=each.edition)))
        if each.bates_first:
            pages = self.show(f"{each.bates_first} – {each.bates_last}")
            said.append(self.say(phrase("Bates {pages}", pages=pages)))
        return [head, *said]

    def held(self, each: Held) -> list[str]:
        head = self.say(phrase("Exhibit no. {number}", number=self.show(each.number)))
        ground = ", ".join(self.show(text) for text in (each.ground, each.legal_text) if text)
        return [head, self.say(phrase("withheld: {ground}", ground=ground))]

    def day(self, on: date) -> str:
        return f"{on:%d/%m/%Y}" if self.language == "fr" else long_date(on, "en")

    def spelt_out(self) -> bool:
        shown = [each.title or each.filename for each in self.listed.exhibits]
        return self.plain or not all(map(is_printed_whole, shown))


_DRAFTED = phrase("Nothing of this is deposited yet. This list proves nothing.")
_COMMUNICATED = phrase(
    "This list is no receipt: the receipt of the deposit is a document of its own."
)


def bordereau_csv(listed: Bordereau, dialect: Dialect) -> bytes:
    """The list as CSV (RFC 4180, UTF-8 with BOM), a line for each exhibit and withheld item.

    The *spreadsheet* copy puts an apostrophe before what a spreadsheet would take for a
    formula; the *record* copy is without loss.
    """
    out = io.StringIO(newline="")
    out.write(BOM)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in _rows(listed):
        writer.writerow(row if dialect == "record" else map(harmless, row))
    # Half a character cannot be in the record, but a list is never refused for it.
    return out.getvalue().encode("utf-8", "backslashreplace")


def harmless(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def _rows(listed: Bordereau) -> Iterator[list[str]]:
    status = "draft" if listed.deposited_at is None else "deposited"
    for each in listed.exhibits:
        values: list[object] = [
            each.number,
            each.edition,
            status,
            each.title,
            each.dated_on.isoformat() if each.dated_on else "",
            each.filename,
            "" if each.size_bytes is None else each.size_bytes,
            each.sha256,
            "; ".join(each.category_numbers),
            each.bates_first or "",
            each.bates_last or "",
            each.confidentiality.value,
            "",
            "",
        ]
        yield [str(value) for value in values]
    for held in listed.withheld:
        row = dict.fromkeys(COLUMNS, "") | {
            "number": held.number,
            "status": "withheld",
            "categories": held.category_number,
            "ground": held.ground,
            "legal_text": held.legal_text,
        }
        yield list(row.values())
