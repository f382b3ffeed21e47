"""Changing how an order is referred to; what it demands changes by events alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from app import models as m
from app.deps import PageDoor, page_door
from app.domain.access import Action
from app.errors import Invalid, StaleVersion
from app.phrases import Phrase
from app.problems import status_of
from app.schemas.orders import OrderChange
from app.services.access import authorize
from app.services.orders import change_order, order_of, order_place
from app.web.desk import check_version
from app.web.event_form import Shown
from app.web.fields import Field
from app.web.forms import Form, Sent, parsed
from app.web.order_fields import ORDER, REFERENCE_ROW, REFERENCES_ON_PAGE, reference_field
from app.web.order_form import references_said
from app.web.rendering import msg, page
from app.web.security import PageRoute, check_token
from app.web.typed_rows import Draft
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

_TITLE = replace(next(f for f in ORDER if f.name == "title"), hint="")
_NOTE = next(f for f in ORDER if f.name == "note")
_WORDS = {"title": msg("Title"), "note": msg("Note"), "references": msg("References")}


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What reads otherwise than when the form was opened."""

    label: str
    opened: str
    now: str


@router.get("/orders/{order_id}/change")
def show_change(
    door: Annotated[PageDoor, page_door(Action.order_change)], order_id: UUID
) -> Response:
    """The form with what the order says now."""
    with visit(door) as (session, actor):
        order = order_of(session, actor, order_id)
        authorize(actor, Action.order_change, order_place(order))
        return _form(door, order, _recorded(order))


@router.post("/orders/{order_id}/change")
def change(
    door: Annotated[PageDoor, page_door(Action.order_change)], order_id: UUID, form: Sent
) -> Response:
    """Change it, unless somebody did since the form was opened: then say what reads otherwise."""
    draft = Draft.of(form)
    names: dict[str, str] = {"title": "title", "note": "note"}
    data = {"title": draft.one("title"), "note": draft.one("note")}
    said = {**data, "references": list(references_said(draft, names))}
    try:
        if form.one("act") != "more-references":
            with door.writing() as (session, actor):
                check_token(door, form.one("csrf"))
                order = order_of(session, actor, order_id, lock=True)
                authorize(actor, Action.order_change, order_place(order))
                check_version(order, form)
                change_order(session, actor, order, parsed(OrderChange, said), door.now)
            return RedirectResponse(f"/orders/{order_id}#order-title", 303)
    except (Invalid, StaleVersion) as fault:
        return _again(door, order_id, form, draft, names, fault)
    draft.set_count("references", min(draft.references + 1, REFERENCES_ON_PAGE))
    return _again(door, order_id, form, draft, names, None)


def _again(
    door: PageDoor,
    order_id: UUID,
    form: Form,
    draft: Draft,
    names: dict[str, str],
    fault: Invalid | StaleVersion | None,
) -> Response:
    with visit(door) as (session, actor):
        check_token(door, form.one("csrf"))
        order = order_of(session, actor, order_id)
        authorize(actor, Action.order_change, order_place(order))
        return _form(door, order, draft, names, fault)


def _recorded(order: m.Order) -> Draft:
    draft = Draft({"title": [order.title], "note": [order.note]})
    for n, each in enumerate(order.references, 1):
        draft.values |= {f"ref_kind{n}": [each.kind], f"ref{n}": [each.reference]}
    draft.set_count("references", len(order.references) + 1)
    draft.values["version"] = [str(order.version)]
    draft.values |= {f"was_{name}": [text] for name, text in _as_read(order).items()}
    return draft


def _as_read(order: m.Order) -> dict[str, str]:
    references = ", ".join(f"{r.kind} {r.reference}" for r in order.references)
    return {"title": order.title, "note": order.note, "references": references}


def _form(
    door: PageDoor,
    order: m.Order,
    draft: Draft,
    names: dict[str, str] | None = None,
    fault: Invalid | StaleVersion | None = None,
) -> Response:
    at, elsewhere = _faults(fault, names or {})

    def show(f: Field) -> Shown:
        return Shown(f, draft.all(f.name)[:1], (), at.get(f.name))

    rows = [
        [show(reference_field(f, n)) for f in REFERENCE_ROW] for n in range(1, draft.references + 1)
    ]
    stale = isinstance(fault, StaleVersion)
    meanwhile = _meanwhile(order, draft) if stale else []
    if stale:
        # What changed was shown: to send the form again is to know it.
        draft.values["version"] = [str(order.version)]
        draft.values |= {f"was_{name}": [text] for name, text in _as_read(order).items()}
    return page(
        door,
        "order_change.html",
        status=status_of(fault) if fault else 200,
        order=order,
        title=show(_TITLE),
        note=show(_NOTE),
        rows=rows,
        elsewhere=elsewhere,
        stale=stale,
        meanwhile=meanwhile,
        kept=[
            (name, draft.one(name))
            for name in ("version", "references", "was_title", "was_note", "was_references")
        ],
    )


def _faults(
    fault: Invalid | StaleVersion | None, names: dict[str, str]
) -> tuple[dict[str, Phrase], list[Phrase]]:
    at: dict[str, Phrase] = {}
    elsewhere: list[Phrase] = []
    for each in fault.faults if isinstance(fault, Invalid) else ():
        if each.field in names:
            at.setdefault(names[each.field], each.message)
        else:
            elsewhere.append(each.message)
    return at, elsewhere


def _meanwhile(order: m.Order, draft: Draft) -> Sequence[Meanwhile]:
    return [
        Meanwhile(_WORDS[name], draft.one(f"was_{name}"), now)
        for name, now in _as_read(order).items()
        if draft.one(f"was_{name}") != now.strip()
    ]
