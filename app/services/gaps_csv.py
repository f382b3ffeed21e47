"""The report of what is missing, as a table for a spreadsheet: a line for each gap."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from app.papers.bordereau import BOM, FORMULA_STARTS
from app.schemas.gaps import ChangedExhibit, GapExhibit, GapReport

COLUMNS = (
    "gap",
    "party",
    "category",
    "number",
    "to_number",
    "edition",
    "production",
    "text",
    "count",
    "on",
    "days_late",
    "reason",
    "legal_text",
)
Cells = dict[str, object]


def gaps_csv(report: GapReport) -> bytes:
    """RFC 4180, UTF-8 with BOM. Days are the court's; formulas are disarmed."""
    out = io.StringIO(newline="")
    out.write(BOM)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for cells in _rows(report):
        writer.writerow(_harmless(str(cells.get(column, ""))) for column in COLUMNS)
    return out.getvalue().encode("utf-8", "backslashreplace")


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def _rows(report: GapReport) -> Iterator[Cells]:
    for one in report.categories:
        owed: Cells = {"party": one.party, "category": one.category_number}
        for element in one.unanswered:
            yield owed | {"gap": "element_not_answered", "text": element.text}
        if one.missing:
            yield owed | {"gap": "declared_and_not_received", "count": one.missing}
    for party in report.numbers:
        of_party: Cells = {"party": party.party}
        for gap in party.findings.gaps:
            kind = "numbers_missing_explained" if gap.explained else "numbers_missing"
            yield of_party | {"gap": kind, "number": gap.first, "to_number": gap.last,
                              "count": gap.count, "reason": gap.reason}  # fmt: skip
        for number in party.findings.duplicates:
            yield of_party | {"gap": "number_twice", "number": number}
        for odd in party.findings.bates:
            yield of_party | {"gap": f"bates_{odd.kind.value}", "number": odd.first,
                              "to_number": odd.last, "count": odd.count,
                              "text": "; ".join(odd.exhibits)}  # fmt: skip
    for held in report.withheld:
        yield {"gap": "withheld", "party": held.party, "category": held.category_number,
               "number": held.number, "production": held.production_number,
               "text": held.description, "reason": held.ground,
               "legal_text": held.legal_text}  # fmt: skip
    yield from _of_exhibits(report)


def _of_exhibits(report: GapReport) -> Iterator[Cells]:
    zone = ZoneInfo(report.time_zone)
    for late in report.late:
        more: Cells = {"category": late.category_number, "days_late": late.days}
        yield _exhibit("late", late, zone) | more
    for each in report.replaced:
        yield _changed("replaced", each, zone)
    for each in report.withdrawn:
        yield _changed("withdrawn", each, zone)
    for secret in report.confidential:
        yield _exhibit("confidential", secret, zone)


def _exhibit(gap: str, one: GapExhibit, zone: ZoneInfo) -> Cells:
    on = one.deposited_at.astimezone(zone).date().isoformat()
    return {"gap": gap, "party": one.party, "number": one.number, "edition": one.edition,
            "production": one.production_number, "text": one.title, "on": on}  # fmt: skip


def _changed(gap: str, one: ChangedExhibit, zone: ZoneInfo) -> Cells:
    on = one.at.astimezone(zone).date().isoformat()
    return _exhibit(gap, one, zone) | {"on": on, "reason": one.reason}
