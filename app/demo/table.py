"""Status per category at six dates, as the API answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import zip_longest
from textwrap import wrap
from typing import Any

from app.demo.caller import Caller
from app.demo.order_2021 import SIX_DATES
from app.domain.status import FindingStatus, Status
from app.language import Language, say, word
from app.phrases import Phrase

Answer = tuple[date, Phrase, dict[str, Any]]

_NAME_CHARS = 20
_CELL_CHARS = 15


def six_dates(caller: Caller, order_id: str) -> list[Answer]:
    """The API's answer as of each of the six dates."""
    return [
        (on, name, caller.read(f"/orders/{order_id}/compliance", as_of=on.isoformat()))
        for on, name in SIX_DATES
    ]


def rows(answers: Iterable[Answer], language: Language) -> list[tuple[str, ...]]:
    """A row for each date: its name, a status per category, and the judge's finding."""
    found = []
    for on, name, answer in answers:
        statuses = [word(Status(o["status"]), language) for o in answer["obligations"]]
        finding = word(FindingStatus(answer["finding"]), language)
        found.append((f"{on} {say(name, language)}", *statuses, finding))
    return found


def lines(table: Sequence[tuple[str, ...]]) -> Iterable[str]:
    """The table's lines, each cell folded so that a terminal of 110 columns holds them."""
    for row in table:
        cells = [wrap(row[0], _NAME_CHARS), *(wrap(cell, _CELL_CHARS) for cell in row[1:])]
        for folded in zip_longest(*cells, fillvalue=""):
            first, *others = folded
            text = "  ".join([first.ljust(_NAME_CHARS), *(c.ljust(_CELL_CHARS) for c in others)])
            yield text.rstrip()
        yield ""
