"""Status per category at six dates, as the API answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from app.demo.caller import Caller
from app.demo.order_2021 import SIX_DATES
from app.domain.status import FindingStatus, Status
from app.language import Language, translate, word
from app.phrases import phrase

# The sentences of the table, for the catalogue: the dates' names are data of the story.
_ = tuple(phrase(name) for _, name in SIX_DATES)


def six_dates(caller: Caller, order_id: str) -> list[tuple[date, str, dict[str, Any]]]:
    """The API's answer as of each of the six dates."""
    return [
        (on, name, caller.read(f"/orders/{order_id}/compliance", as_of=on.isoformat()))
        for on, name in SIX_DATES
    ]


def rows(
    answers: Iterable[tuple[date, str, dict[str, Any]]], language: Language
) -> list[tuple[str, ...]]:
    """A row for each date: its name, a status per category, and the judge's finding."""
    found = []
    for on, name, answer in answers:
        statuses = [word(Status(o["status"]), language) for o in answer["obligations"]]
        finding = word(FindingStatus(answer["finding"]), language)
        found.append((f"{on} {translate(name, language)}", *statuses, finding))
    return found


def lines(table: Sequence[tuple[str, ...]]) -> Iterable[str]:
    """The table's lines, each column as wide as its widest cell."""
    widths = [max(len(cell) for cell in column) for column in zip(*table, strict=True)]
    for row in table:
        yield "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip()
