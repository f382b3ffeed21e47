"""Observations on an order: read by both sides and the clerk, made and answered by counsel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from app import models as m
from app.deps import PageDoor, page_door
from app.domain.access import Action, Actor
from app.errors import Conflict, Fault, Invalid
from app.language import say, word
from app.phrases import phrase
from app.problems import status_of
from app.schemas.observations import ObservationIn, ObservationOut, ObservationWithdrawalIn
from app.services import observations as verbs
from app.services.orders import order_of
from app.services.productions import exhibit_of
from app.web.fields import Field
from app.web.forms import Form, Sent, parsed
from app.web.production_fields import shown
from app.web.rendering import msg, page
from app.web.security import PageRoute, check_token
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

ABOUT = Field("about", msg("On what"), "choice", required=True)
FOR = Field("party_id", msg("For which party"), "choice", required=True)
TEXT = Field(
    "text",
    msg("What you observe"),
    "text",
    required=True,
    hint=msg("Both sides and the clerk read it. It cannot be changed, only taken back."),
)
REASON = Field("reason", msg("Why you take it back"), "text", required=True)
OPEN_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """Which form the page shows, and what was typed into it."""

    exhibit_id: UUID | None = None
    category_id: UUID | None = None
    answers_id: UUID | None = None
    take_back_id: UUID | None = None
    typed: Mapping[str, str] | None = None
    fault: Fault | None = None


@router.get("/observations")
def show_open(door: Annotated[PageDoor, page_door(Action.court_read)]) -> Response:
    """Observations that wait for an answer, on every order that the reader may read."""
    with visit(door) as (session, actor):
        found = verbs.open_observations(session, actor, limit=OPEN_SHOWN + 1)
        return page(
            door,
            "observations_open.html",
            found=found[:OPEN_SHOWN],
            more=len(found) > OPEN_SHOWN,
        )


@router.get("/orders/{order_id}/observations")
def show_observations(
    door: Annotated[PageDoor, page_door(Action.production_read)],
    order_id: UUID,
    exhibit: UUID | None = None,
    category: UUID | None = None,
    answers: UUID | None = None,
    take_back: Annotated[UUID | None, Query()] = None,
) -> Response:
    """What was observed, on what, by whom; and for counsel the form to observe or to answer."""
    with visit(door) as (session, actor):
        asked = Asked(exhibit, category, answers, take_back)
        return _listed(door, session, actor, order_id, asked)


@router.post("/orders/{order_id}/observations")
def observe(
    door: Annotated[PageDoor, page_door(Action.observation_make)], order_id: UUID, form: Sent
) -> Response:
    """Record an observation or an answer, and show it among the others."""
    try:
        with door.writing() as (session, actor):
            check_token(door, form.one("csrf"))
            order_of(session, actor, order_id)
            data = parsed(ObservationIn, _data(form))
            made = verbs.observe(session, actor, order_id, data, door.now).id
    except (Invalid, Conflict) as fault:
        typed = {name: form.one(name) for name in ("about", "party_id", "text")}
        asked = Asked(
            exhibit_id=_id(form, "exhibit"),
            answers_id=_id(form, "answers_id"),
            typed=typed,
            fault=fault,
        )
        with visit(door) as (session, actor):
            return _listed(door, session, actor, order_id, asked)
    return RedirectResponse(f"/orders/{order_id}/observations#observation-{made}", 303)


@router.post("/observations/{observation_id}/withdrawal")
def take_back(
    door: Annotated[PageDoor, page_door(Action.observation_make)],
    observation_id: UUID,
    form: Sent,
) -> Response:
    """Take an observation back with a reason; it stays on the page, with its withdrawal."""
    try:
        with door.writing() as (session, actor):
            check_token(door, form.one("csrf"))
            order_id = verbs.observation_of(session, actor, observation_id).order_id
            data = parsed(ObservationWithdrawalIn, {"reason": form.one("reason")})
            verbs.withdraw_observation(session, actor, observation_id, data.reason, door.now)
    except (Invalid, Conflict) as fault:
        asked = Asked(
            take_back_id=observation_id, typed={"reason": form.one("reason")}, fault=fault
        )
        with visit(door) as (session, actor):
            return _listed(door, session, actor, order_id, asked)
    return RedirectResponse(f"/orders/{order_id}/observations#observation-{observation_id}", 303)


def _data(form: Form) -> dict[str, Any]:
    """``about`` says "category <id>" or "exhibit <id>"; an answer names what it answers."""
    said: dict[str, Any] = {"text": form.one("text")}
    if form.one("party_id"):
        said["party_id"] = form.one("party_id")
    if form.one("answers_id"):
        return said | {"answers_id": form.one("answers_id")}
    kind, _, identifier = form.one("about").partition(" ")
    if kind in ("category", "exhibit"):
        said[f"{kind}_id"] = identifier
    return said


def _id(form: Form, name: str) -> UUID | None:
    try:
        return UUID(form.one(name))
    except ValueError:
        return None


def _listed(
    door: PageDoor, session: Session, actor: Actor, order_id: UUID, asked: Asked
) -> Response:
    found = verbs.observations(session, actor, order_id)
    order = order_of(session, actor, order_id)
    parties = verbs.observers(actor, order)
    by_id = {one.id: one for one in found.items}
    exhibit = exhibit_of(session, actor, asked.exhibit_id) if asked.exhibit_id else None
    answered = by_id.get(asked.answers_id) if asked.answers_id else None
    back = by_id.get(asked.take_back_id) if asked.take_back_id else None
    own = {p.id for p in parties}
    fields, elsewhere = _fields(door, order, parties, exhibit, answered, back, asked)
    return page(
        door,
        "observations.html",
        status=status_of(asked.fault) if asked.fault else 200,
        order=order,
        zone=order.time_zone,
        found=found,
        threads=_threads(found.items),
        own=own,
        exhibit=exhibit,
        answered=answered,
        take_back=back if back and back.party_id in own and not back.withdrawn else None,
        fields=fields,
        elsewhere=[asked.fault.message]
        if isinstance(asked.fault, Conflict)
        else list(elsewhere.values()),
    )


def _threads(
    items: Sequence[ObservationOut],
) -> Sequence[tuple[ObservationOut, Sequence[ObservationOut]]]:
    """Each observation with its answers."""
    told: list[tuple[ObservationOut, list[ObservationOut]]] = []
    for one in items:
        if one.answers_id is None:
            told.append((one, []))
        else:
            told[-1][1].append(one)
    return told


def _fields(
    door: PageDoor,
    order: m.Order,
    parties: Sequence[m.Party],
    exhibit: m.Exhibit | None,
    answered: ObservationOut | None,
    back: ObservationOut | None,
    asked: Asked,
) -> Any:
    faults = asked.fault.faults if isinstance(asked.fault, Invalid) else ()
    # A fault of what is observed on is shown at the one field that says it.
    at = {"category_id": "about", "exhibit_id": "about"}
    faults = tuple(type(f)(at.get(f.field, f.field), f.message) for f in faults)
    values = dict(asked.typed or {})
    if back is not None:
        return shown([REASON], values, faults, door.language)
    about = [
        (
            f"category {c.id}",
            f"{say(phrase('Category {number}', number=c.number), door.language)}"
            f" · {word(c.kind, door.language)}",
        )
        for c in order.categories
    ]
    if exhibit is not None:
        name = say(phrase("Exhibit {number}", number=exhibit.number), door.language)
        about.insert(0, (f"exhibit {exhibit.id}", f"{name} · {exhibit.title}"))
        values.setdefault("about", about[0][0])
    if asked.category_id is not None:
        values.setdefault("about", f"category {asked.category_id}")
    wanted = [TEXT] if answered is not None else [ABOUT, TEXT]
    if len(parties) > 1:
        wanted.insert(0, FOR)
    choices = {"about": about, "party_id": [(str(p.id), p.name) for p in parties]}
    return shown(wanted, values, faults, door.language, choices)
