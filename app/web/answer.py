"""What a draft declares of one category: complete, partial, nothing, an objection, figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from app import models as m
from app.deps import PageDoor, page_door
from app.domain.access import Action, Actor
from app.errors import Invalid, NotFound
from app.phrases import Phrase
from app.problems import status_of
from app.schemas.productions import AnswerIn
from app.services import answers, productions
from app.services.orders import order_of
from app.web.forms import Form, Sent, parsed
from app.web.production_fields import ANSWER, shown
from app.web.rendering import page
from app.web.security import PageRoute, check_token
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

_PATH = "/productions/{production_id}/answers/{category_id}"
_DIGITS_MAX = 9


@router.get(_PATH)
def show_answer(
    door: Annotated[PageDoor, page_door(Action.production_draft)],
    production_id: UUID,
    category_id: UUID,
) -> Response:
    """The form of a category's answer, with what the draft says already."""
    with visit(door) as (session, actor):
        production = productions.drafting(session, actor, production_id, lock=False)
        answer = next((a for a in production.answers if a.category_id == category_id), None)
        return _form(door, session, actor, production, category_id, _recorded(answer))


@router.post(_PATH)
def state_answer(
    door: Annotated[PageDoor, page_door(Action.production_draft)],
    production_id: UUID,
    category_id: UUID,
    form: Sent,
) -> Response:
    """State it in the draft, in the place of what was stated before."""
    try:
        with door.writing() as (session, actor):
            check_token(door, form.one("csrf"))
            production = productions.drafting(session, actor, production_id)
            category = _category(session, actor, production, category_id)
            data = parsed(AnswerIn, _data(form, category))
            answers.answer_category(session, actor, production_id, category_id, data, door.now)
    except Invalid as fault:
        with visit(door) as (session, actor):
            production = productions.production_of(session, actor, production_id, whole=False)
            return _form(door, session, actor, production, category_id, _typed(form), fault)
    return RedirectResponse(f"/productions/{production_id}#owed", 303)


def _category(
    session: Session, actor: Actor, production: m.Production, category_id: UUID
) -> m.Category:
    order = order_of(session, actor, production.order_id)
    for category in order.categories:
        owed = any(o.obligor_id == production.party_id for o in category.obligations)
        if category.id == category_id and owed:
            return category
    raise NotFound


def _data(form: Form, category: m.Category) -> dict[str, Any]:
    total = form.one("declared_total")
    plain = total.isdecimal() and len(total) <= _DIGITS_MAX
    declared = form.one("declaration")
    return ({"declaration": declared} if declared else {}) | {
        "statement": form.one("statement"),
        "ground": form.one("ground"),
        "declared_total": (int(total) if plain else total) if total else None,
        "values": [
            {"element_id": e.id, "value": value}
            for e in category.elements
            if (value := form.one(_field(e.id)))
        ],
    }


def _field(element_id: UUID) -> str:
    return f"value-{element_id}"


def _typed(form: Form) -> dict[str, str]:
    return {name: form.one(name) for name, _value in form.pairs}


def _recorded(answer: m.Answer | None) -> dict[str, str]:
    if answer is None:
        return {}
    total = answer.declared_total
    plain = {
        "declaration": answer.declaration.value,
        "statement": answer.statement,
        "ground": answer.ground,
        "declared_total": "" if total is None else str(total),
    }
    return plain | {_field(UUID(k)): v for k, v in answer.values.items()}


def _form(
    door: PageDoor,
    session: Session,
    actor: Actor,
    production: m.Production,
    category_id: UUID,
    values: Mapping[str, str],
    fault: Invalid | None = None,
) -> Response:
    category = _category(session, actor, production, category_id)
    order = order_of(session, actor, production.order_id)
    faults = fault.faults if fault else ()
    fields, elsewhere = shown(ANSWER, values, faults, door.language)
    given = [e for e in category.elements if values.get(_field(e.id))]
    at_element: dict[UUID, Phrase] = {}
    for place in list(elsewhere):
        number = place.split(".")[1] if place.startswith("values.") else ""
        if number.isdecimal() and int(number) < len(given):
            at_element[given[int(number)].id] = elsewhere.pop(place)
    return page(
        door,
        "answer_form.html",
        status=status_of(fault) if fault else 200,
        production=production,
        order=order,
        category=category,
        fields=fields,
        elements=[(e, _field(e.id), values.get(_field(e.id), ""), at_element.get(e.id))
                  for e in category.elements],
        elsewhere=list(elsewhere.values()),
    )  # fmt: skip
