"""Statistics of a court, drawn on the server, and the same numbers for a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from app import models as m
from app.deps import PageDoor, page_door
from app.domain.access import Action, Actor
from app.domain.status import Status
from app.errors import Invalid
from app.language import Language, long_date, long_instant
from app.papers.statistics_csv import Separator, statistics_csv
from app.phrases import Phrase
from app.schemas.fields import CourtCode
from app.schemas.statistics import StatisticsOut
from app.services.downloads import made_headers
from app.services.statistics import Asked, counted_courts, statistics
from app.web.asked import CourtDay, blank_is_none
from app.web.bars import Figure
from app.web.figures import figures
from app.web.papers import CSV
from app.web.rendering import page, text_in
from app.web.security import PageRoute
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

ALL = "/statistics"
Door = Annotated[PageDoor, page_door(Action.statistics_read)]
Made = Annotated[date | None, blank_is_none]


@dataclass(frozen=True, slots=True)
class Sent:
    """What the address asks for."""

    made_from: date | None
    made_to: date | None
    as_of: date | None

    def address(self, path: str, **more: str) -> str:
        """The same question at another path."""
        said = {"from": self.made_from, "to": self.made_to, "as_of": self.as_of, **more}
        query = urlencode({name: str(value) for name, value in said.items() if value})
        return f"{path}?{query}" if query else path

    def asked(self) -> Asked:
        """The same for the verb."""
        return Asked(self.made_from, self.made_to, self.as_of)


def sent(
    made_from: Annotated[Made, Query(alias="from")] = None,
    made_to: Annotated[Made, Query(alias="to")] = None,
    as_of: CourtDay = None,
) -> Sent:
    """Read the query."""
    return Sent(made_from, made_to, as_of)


Question = Annotated[Sent, Depends(sent)]


@router.get(ALL)
def show_all(door: Door, question: Question) -> Response:
    """All courts of which the reader is a clerk, together."""
    return _shown(door, question, None)


@router.get("/courts/{code}/statistics")
def show_court(door: Door, code: CourtCode, question: Question) -> Response:
    """One court."""
    return _shown(door, question, code)


@router.get("/statistics.csv")
def all_table(door: Door, question: Question, separator: Separator = "comma") -> Response:
    """All of the reader's courts for a spreadsheet."""
    return _table(door, question, None, separator)


@router.get("/courts/{code}/statistics.csv")
def court_table(
    door: Door, code: CourtCode, question: Question, separator: Separator = "comma"
) -> Response:
    """One court for a spreadsheet."""
    return _table(door, question, code, separator)


def _path(code: str | None) -> str:
    return ALL if code is None else f"/courts/{code}/statistics"


def _shown(door: PageDoor, question: Sent, code: str | None) -> Response:
    with visit(door) as (session, actor):
        courts = counted_courts(session, actor)
        found, faults = None, {}
        try:
            found = statistics(session, actor, code, question.asked(), door.now)
        except Invalid as fault:
            faults = {f.field: f.message for f in fault.faults}
        return _page(door, question, code, courts, found, faults)


def _page(
    door: PageDoor,
    question: Sent,
    code: str | None,
    courts: Sequence[m.Court],
    found: StatisticsOut | None,
    faults: dict[str, Phrase],
) -> Response:
    path = _path(code)
    zone = found.time_zones[0] if found and len(found.time_zones) == 1 else "UTC"
    return page(
        door,
        "statistics.html",
        status=422 if faults else 200,
        court=next((c for c in courts if c.code == code), None),
        courts=[(c, question.address(_path(c.code))) for c in courts],
        everything=question.address(ALL) if len(courts) > 1 else None,
        path=path,
        asked=question,
        found=found,
        zone=zone,
        faults=faults,
        figures=_figures(question, code, found, door.language),
        csv=[
            (separator, question.address(f"{path}.csv", separator=separator))
            for separator in ("comma", "semicolon")
        ],
    )


def _figures(
    question: Sent, code: str | None, found: StatisticsOut | None, language: Language
) -> list[Figure]:
    if found is None:
        return []
    listed = [] if question.made_from or question.made_to else _lists(question, code)
    return figures(found, language, listed)


def _lists(question: Sent, code: str | None) -> list[tuple[Status, str]]:
    """The clerk's list holds the same obligations, as long as no period narrows them."""
    if code is None:
        return []
    more = {"as_of": question.as_of.isoformat()} if question.as_of else {}
    return [
        (s, "/?" + urlencode({"status": s.value, "whose": "all", "court": code, **more}))
        for s in Status
    ]


def _table(door: PageDoor, question: Sent, code: str | None, separator: Separator) -> Response:
    language = door.language
    with visit(door) as (session, actor):
        found = statistics(session, actor, code, question.asked(), door.now)
        names = _names(session, actor, found)
    zone = ZoneInfo(found.time_zones[0] if len(found.time_zones) == 1 else "UTC")
    notes = [
        " · ".join(names),
        text_in(language, "As of {instant}", instant=long_instant(found.as_of, language, zone)),
        *_period(question, language),
        text_in(language, "By what the record shows now."),
    ]
    body = statistics_csv(_rows(figures(found, language)), notes, separator)
    name = f"statistics-{found.as_of.astimezone(zone):%Y-%m-%d}.csv"
    return Response(body, headers=made_headers(body, name, CSV))


def _names(session: Session, actor: Actor, found: StatisticsOut) -> list[str]:
    return [c.name for c in counted_courts(session, actor) if c.code in found.courts]


def _period(question: Sent, language: Language) -> list[str]:
    said = []
    if question.made_from:
        first = long_date(question.made_from, language)
        said.append(text_in(language, "Orders made on or after {on}", on=first))
    if question.made_to:
        last = long_date(question.made_to, language)
        said.append(text_in(language, "Orders made on or before {on}", on=last))
    return said


def _rows(shown: Sequence[Figure]) -> list[list[str]]:
    rows = []
    for figure in shown:
        rows += [[figure.title, said, "", value] for said, value in figure.measures]
        rows += [
            [figure.title, line.label, column, str(part.count)]
            for line in figure.lines
            for column, part in zip(figure.columns, line.parts, strict=True)
        ]
    return rows
