"""The sheet of a draft's files that one takes, fills in and sends back (``placing_csv``).

Sent back as it is, it changes nothing. A French spreadsheet opens columns parted by
semicolons, an English one by commas.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.record import Confidentiality
from app.language import Language, word
from app.papers.bordereau import BOM

_COLUMNS: dict[Language, tuple[str, ...]] = {
    "en": (
        "File path", "Exhibit number", "Title", "Date", "Category", "Elements",
        "Confidentiality", "First Bates", "Last Bates",
    ),
    "fr": (
        "Chemin du fichier", "N° de pièce", "Intitulé", "Date", "Chef de demande", "Éléments",
        "Confidentialité", "Premier Bates", "Dernier Bates",
    ),
}  # fmt: skip
_DELIMITER: dict[Language, str] = {"en": ",", "fr": ";"}
_FORMULA = re.compile(r"'*[=+\-@]")


@dataclass(frozen=True, slots=True)
class SheetLine:
    """What the sheet says of one file: as it is in the draft."""

    path: str
    number: str
    title: str
    dated_on: date | None
    categories: Sequence[str]
    elements: Sequence[str]
    confidentiality: Confidentiality
    bates_first: str | None
    bates_last: str | None


def placing_written(lines: Iterable[SheetLine], language: Language) -> bytes:
    """The sheet as CSV (RFC 4180, UTF-8 with BOM), a line a file, formulas disarmed."""
    out = io.StringIO(newline="")
    out.write(BOM)
    writer = csv.writer(out, delimiter=_DELIMITER[language], lineterminator="\r\n")
    writer.writerow(_COLUMNS[language])
    for line in lines:
        writer.writerow(_guarded(cell) for cell in _cells(line, language))
    # Half a character cannot be in the record, but a list is never refused for it.
    return out.getvalue().encode("utf-8", "backslashreplace")


def _guarded(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _cells(line: SheetLine, language: Language) -> tuple[str, ...]:
    return (
        line.path,
        line.number,
        line.title,
        line.dated_on.isoformat() if line.dated_on else "",
        "; ".join(line.categories),
        "; ".join(line.elements),
        word(line.confidentiality, language),
        line.bates_first or "",
        line.bates_last or "",
    )
