"""The numbers of a draft: exhibits', pages' (Bates), those skipped, and the report on them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from app.deps import PageDoor, page_door
from app.domain.access import Action, Actor
from app.domain.record import EXHIBITS_MAX, NumberScheme
from app.errors import AlreadyDeposited, Conflict, Fault, FieldFault, Invalid
from app.language import word
from app.phrases import Phrase
from app.problems import status_of
from app.schemas.numbering import SkipsIn
from app.services import productions
from app.services.bates import declare_skips, series_given, skips_declared
from app.services.draft import Draft, draft_of
from app.services.numbering_report import numbering_report
from app.services.orders import order_of
from app.web.forms import Form, Sent, parsed
from app.web.gaps import ODDITIES
from app.web.rendering import page
from app.web.security import PageRoute, check_token
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

FINDINGS_SHOWN = 100
SKIPS_SHOWN = 100
"""Ranges that the page's form holds; whoever declares more does it through the API."""
BLANK_ROWS = 3
PAGES_ASKED = 100
SKIP = ("scheme", "first", "last", "reason")
BATES = ("prefix", "numeric", "width", "start", "per", "which")


@dataclass(frozen=True, slots=True)
class Typed:
    """What came of one of the page's forms: what was typed, and what is wrong in it."""

    fault: Fault | None = None
    bates: Mapping[str, str] | None = None
    pages: Mapping[str, str] = field(default_factory=dict)
    skips: Sequence[Mapping[str, str]] | None = None

    @property
    def faults(self) -> Sequence[FieldFault]:
        """Each thing that is wrong, and where."""
        if isinstance(self.fault, Invalid):
            return self.fault.faults
        return (FieldFault("start", self.fault.message),) if self.fault else ()

    @property
    def at(self) -> Mapping[str, Phrase]:
        """The first fault of each field."""
        return {f.field: f.message for f in reversed(self.faults)}


NOTHING = Typed()


@router.get("/productions/{production_id}/numbering")
def show_numbering(
    door: Annotated[PageDoor, page_door(Action.production_draft)],
    production_id: UUID,
    given: Annotated[int | None, Query(ge=0, le=EXHIBITS_MAX)] = None,
    kept: Annotated[bool, Query()] = False,
) -> Response:
    """Forms that number the draft, and what is missing, twice or odd in the party's numbers."""
    with visit(door) as (session, actor):
        return numbering_page(door, session, actor, production_id, given=given, kept=kept)


@router.post("/productions/{production_id}/skips")
def keep_skips(
    door: Annotated[PageDoor, page_door(Action.production_draft)], production_id: UUID, form: Sent
) -> Response:
    """Say which numbers no exhibit bears, and why, in the place of what was said before."""
    rows = _rows(form)
    filled = [(i, row) for i, row in enumerate(rows) if any(row[n] for n in SKIP[1:])]
    try:
        with door.writing() as (session, actor):
            check_token(door, form.one("csrf"))
            productions.drafting(session, actor, production_id, whole=False)
            said = [{n: v for n, v in row.items() if v} for _, row in filled]
            data = parsed(SkipsIn, {"skips": said})
            declare_skips(session, actor, production_id, data, door.now)
    except AlreadyDeposited:
        raise
    except (Invalid, Conflict) as fault:
        typed = Typed(_on_page(fault, [i for i, _ in filled]), skips=rows)
        with visit(door) as (session, actor):
            return numbering_page(door, session, actor, production_id, typed)
    return RedirectResponse(f"/productions/{production_id}/numbering?kept=true#skips", 303)


def _rows(form: Form) -> list[dict[str, str]]:
    """The form's rows, as many as the page can show."""
    names = {name for name, _ in form.pairs}
    most = SKIPS_SHOWN + BLANK_ROWS
    return [{n: form.one(f"{n}-{i}") for n in SKIP} for i in range(most) if f"first-{i}" in names]


def _on_page(fault: Fault, rows: Sequence[int]) -> Fault:
    """The same fault, its places named as the page's fields are: ``first-2``."""
    if not isinstance(fault, Invalid):
        return fault
    placed = []
    for each in fault.faults:
        parts = each.field.split(".")
        known = len(parts) == 3 and parts[1].isdecimal() and int(parts[1]) < len(rows)
        name = f"{parts[2]}-{rows[int(parts[1])]}" if known else each.field
        placed.append(FieldFault(name, each.message))
    return Invalid.all(placed)


def numbering_page(
    door: PageDoor, session: Session, actor: Actor, production_id: UUID,
    typed: Typed = NOTHING, *, given: int | None = None, kept: bool = False,
) -> Response:  # fmt: skip
    """The page, with what was typed into one of its forms."""
    production, draft = draft_of(session, actor, production_id, lock=False)
    order = order_of(session, actor, production.order_id)
    series = series_given(session, production.party_id)
    skips = [
        {n: str(v or "") for n, v in s.model_dump().items()}
        for s in skips_declared(session, production_id)
    ]
    return page(
        door,
        "numbering.html",
        status=status_of(typed.fault) if typed.fault else 200,
        production=production,
        order=order,
        exhibits=len(draft),
        with_bates=sum(e.bates_first is not None for e in draft.values()),
        series=series,
        bates=typed.bates or _bates_default(series, draft),
        asked=_asked(typed, draft),
        skips=typed.skips or [*skips[:SKIPS_SHOWN], *([dict.fromkeys(SKIP, "")] * BLANK_ROWS)],
        skips_beyond=max(0, len(skips) - SKIPS_SHOWN),
        schemes=[(s.value, word(s, door.language)) for s in NumberScheme],
        report=numbering_report(session, actor, order.id, production.party_id),
        oddities=ODDITIES,
        shown_max=FINDINGS_SHOWN,
        faults=[f for f in typed.faults if not f.field.startswith("pages.")],
        pages_asked=any(f.field.startswith("pages.") for f in typed.faults),
        at=typed.at,
        given=given,
        kept=kept,
    )


def _bates_default(series: Sequence[Any], draft: Draft) -> dict[str, str]:
    """The series that the party has, to go on with; its exhibits without numbers first."""
    last = series[-1] if series else None
    lacking = any(e.bates_first is None for e in draft.values())
    some = any(e.bates_first is not None for e in draft.values())
    return {
        "prefix": last.prefix if last else "",
        "numeric": "1" if last and not last.prefix else "",
        "width": str(last.width if last else 6),
        "start": "",
        "per": "page",
        "which": "lacking" if lacking and some else "all",
    }


def _asked(typed: Typed, draft: Draft) -> list[tuple[UUID, str, str, str]]:
    """The exhibits whose pages nobody could count: identifier, number, file, what was typed."""
    names = [f.field.removeprefix("pages.") for f in typed.faults if f.field.startswith("pages.")]
    ids = dict.fromkeys([*typed.pages, *(n.partition(".")[0] for n in names)])
    known = {str(i): e for i, e in draft.items()}
    return [
        (known[i].id, known[i].number, known[i].filename, typed.pages.get(i, ""))
        for i in ids
        if i in known
    ]
