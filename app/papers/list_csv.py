"""A list of obligations for a spreadsheet: a row each, headings in both languages."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from app.papers.bordereau import BOM, harmless

COLUMNS = (
    "court · juridiction",
    "docket numbers · numéros de rôle",
    "matter · affaire",
    "order · décision",
    "requesting parties · demandeurs",
    "obligor · débiteur de l’obligation",
    "category · chef de demande",
    "kind · nature",
    "last legal day · échéance",
    "hour · heure",
    "time zone · fuseau horaire",
    "days late · jours de retard",
    "status · état",
    "finding · constatation du juge",
    "reason · motif",
)


def list_csv(rows: Iterable[Sequence[str]], notes: Sequence[str]) -> bytes:
    """The rows as CSV (RFC 4180, UTF-8 with BOM), formulas disarmed; ``notes`` come last.

    A note stands alone in its row: as of when the list is, and whether it is whole.
    """
    out = io.StringIO(newline="")
    out.write(BOM)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in (*rows, *([note] for note in notes)):
        writer.writerow([harmless(cell) for cell in row])
    return out.getvalue().encode("utf-8", "backslashreplace")
