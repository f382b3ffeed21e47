"""Statistics for a spreadsheet: a row a number, headings in both languages."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from app.papers.bordereau import BOM, harmless

Separator = Literal["comma", "semicolon"]
_SIGNS: Mapping[Separator, str] = {"comma": ",", "semicolon": ";"}
COLUMNS = (
    "statistic · statistique",
    "of what · objet",
    "column · colonne",
    "number · nombre",
)


def statistics_csv(
    rows: Iterable[Sequence[str]], notes: Sequence[str], separator: Separator
) -> bytes:
    """The rows as CSV (RFC 4180, UTF-8 with BOM), formulas disarmed; ``notes`` come last.

    A spreadsheet in French expects semicolons, where commas part decimals.
    """
    out = io.StringIO(newline="")
    out.write(BOM)
    writer = csv.writer(out, delimiter=_SIGNS[separator], lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in (*rows, *([note] for note in notes)):
        writer.writerow([harmless(cell) for cell in row])
    return out.getvalue().encode("utf-8", "backslashreplace")
