"""Registering an order in four steps: the decision, its categories, their terms, the summary.

The form carries what was typed from step to step. Nothing is kept on the server until the
order is registered, in one act: there is no half of an order to find later, and the browser's
way back shows what was there.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from app.deps import PageDoor, page_door
from app.domain.access import Action, Actor, Place
from app.domain.terms import term_phrase
from app.errors import Conflict, Fault, Incomputable, Invalid
from app.problems import status_of
from app.services import orders
from app.services.access import authorize
from app.services.derivations import court_rules
from app.services.matters import matter_of
from app.web.forms import Form, Sent, once
from app.web.order_fields import (
    CATEGORIES_ON_PAGE,
    MILESTONES_ON_PAGE,
    REFERENCES_ON_PAGE,
    STEPS,
    Step,
)
from app.web.order_form import Said, carried, checked, said
from app.web.order_sheet import Setting, faults_until, first_faulty, later
from app.web.rendering import page
from app.web.security import PageRoute, check_token, policy_with_fetch
from app.web.typed_rows import Draft
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

_TOLD = (Invalid, Incomputable, Conflict)
_GO: dict[str, Step] = {f"go-{name}": name for name, _ in STEPS}


@router.get("/matters/{matter_id}/orders/new")
def show_new_order(
    door: Annotated[PageDoor, page_door(Action.order_register)], matter_id: UUID
) -> Response:
    """The first step, blank but for what the court usually says."""
    with visit(door) as (session, actor):
        setting = _setting(door, session, actor, matter_id)
        draft = Draft({"language": [setting.matter.court.language], "key": [str(uuid4())]})
        for n, number in enumerate(setting.matter.docket_numbers[:REFERENCES_ON_PAGE], 1):
            draft.values |= {f"ref_kind{n}": [number.kind], f"ref{n}": [number.number]}
        draft.set_count("references", len(setting.matter.docket_numbers) + 1)
        return _show(door, setting, "order", draft)


@router.post("/matters/{matter_id}/orders/new")
def new_order(
    door: Annotated[PageDoor, page_door(Action.order_register)], matter_id: UUID, form: Sent
) -> Response:
    """Go to another step, add or take out a row, compute the terms, or register."""
    if form.one("act") == "register":
        return _register(door, matter_id, form)
    with visit(door) as (session, actor):
        check_token(door, form.one("csrf"))
        setting = _setting(door, session, actor, matter_id)
        return _turn(door, setting, Draft.of(form), _step(form), form.one("act"))


def _setting(door: PageDoor, session: Session, actor: Actor, matter_id: UUID) -> Setting:
    matter = matter_of(session, actor, matter_id)
    authorize(actor, Action.order_register, Place(matter.court_id, matter.id))
    return Setting(matter, court_rules(session, matter.court), door.language)


def _step(form: Form) -> Step:
    return next((name for name, _ in STEPS if name == form.one("step")), "order")


def _turn(door: PageDoor, setting: Setting, draft: Draft, step: Step, act: str) -> Response:
    """Answer a button that registers nothing."""
    if act in _GO or step == "summary":
        return _go(door, setting, draft, step, _GO.get(act, "summary"))
    focus = _row_changed(setting, draft, act)
    return _show(door, setting, step, draft, focus=focus)


def _go(door: PageDoor, setting: Setting, draft: Draft, step: Step, to: Step) -> Response:
    """Show another step. On the way ahead, whatever is wrong before it is told first."""
    found = said(draft)
    if later(to, step) or to == "summary":
        try:
            checked(found)
        except Invalid as fault:
            before = STEPS[[name for name, _ in STEPS].index(to) - 1][0]
            # Nobody is asked for categories before the page that cuts them out.
            told = [f for f in fault.faults if to != "categories" or f.field != "categories"]
            faulty = first_faulty(told, found, before)
            if faulty is not None:
                listed = faults_until(told, found, faulty)
                return _show(door, setting, faulty, draft, found, Invalid.all(listed))
    if to == "categories" and not draft.categories:
        _cut(setting, draft)
    if to == "terms":
        _start_terms(draft)
    return _show(door, setting, to, draft, found)


def _cut(setting: Setting, draft: Draft) -> None:
    draft.cut((str(p.id), p.side) for p in setting.matter.parties)


def _start_terms(draft: Draft) -> None:
    """The usual answers, where nothing was said yet."""
    for n in range(1, draft.categories + 1):
        draft.values.setdefault(f"c{n}_currency", ["EUR"])
    if "c1_term" not in draft.values:
        draft.values["same_term"] = ["1"]


def _row_changed(setting: Setting, draft: Draft, act: str) -> str:
    """Do what a button for rows says; the field to stand on after it."""
    name, _, number = act.rpartition("-")
    n = int(number) if number.isdecimal() and len(number) <= 2 else 0
    if act == "recut":
        _cut(setting, draft)
    elif act == "more-references":
        draft.set_count("references", min(draft.references + 1, REFERENCES_ON_PAGE))
        return f"ref_kind{draft.references}"
    elif act == "more-categories":
        added = min(draft.categories + 1, CATEGORIES_ON_PAGE)
        draft.set_count("categories", added)
        return f"c{added}_number"
    elif name == "drop-category":
        draft.drop_category(n)
    elif name == "more-milestones" and 1 <= n <= draft.categories:
        added = min(draft.milestones(n) + 1, MILESTONES_ON_PAGE)
        draft.set_count(f"c{n}_milestones", added)
        return f"c{n}_m{added}_name"
    elif name == "drop-milestone" and 1 <= n <= draft.categories:
        draft.set_count(f"c{n}_milestones", max(0, draft.milestones(n) - 1))
    return ""


def _show(
    door: PageDoor,
    setting: Setting,
    step: Step,
    draft: Draft,
    found: Said | None = None,
    fault: Fault | None = None,
    focus: str = "",
) -> Response:
    """A step's page; a fault at its fields, or above them where it is the order's as a whole."""
    faults = fault.faults if isinstance(fault, Invalid) else ()
    sheet = setting.sheet(step, draft, found, faults)
    order = None
    if step == "summary":
        order = checked(found or said(draft))
    response = page(
        door,
        "order_new.html",
        status=status_of(fault) if fault else 200,
        matter=setting.matter,
        rules=setting.rules,
        steps=STEPS,
        sheet=sheet,
        elsewhere=[
            *sheet.elsewhere,
            *([fault.message] if fault and not isinstance(fault, Invalid) else ()),
        ],
        draft=draft,
        carried=carried(draft, sheet.names),
        focus=focus,
        order=order,
        terms=[term_phrase(c.term) for c in order.categories] if order else (),
        parties={p.id: p.name for p in setting.matter.parties},
        most=CATEGORIES_ON_PAGE,
        term_phrase=term_phrase,
    )
    response.headers["Content-Security-Policy"] = policy_with_fetch()
    # The browser's way back shows a step again, with what was typed, and asks nobody.
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _register(door: PageDoor, matter_id: UUID, form: Form) -> Response:
    """Register, once: a second click on the same page leads to the same order."""
    draft = Draft.of(form)
    found = said(draft)
    try:
        with door.writing() as (session, actor):
            check_token(door, form.one("csrf"))
            # A matter that one does not see is absent, whatever was typed.
            matter_of(session, actor, matter_id)

            def act() -> str:
                data = checked(found)
                return (
                    f"/orders/{orders.register_order(session, actor, matter_id, data, door.now).id}"
                )

            address = once(door, session, actor, draft.one("key"), repr(found.data), act)
    except _TOLD as fault:
        with visit(door) as (session, actor):
            setting = _setting(door, session, actor, matter_id)
            faults = fault.faults if isinstance(fault, Invalid) else ()
            step = first_faulty(faults, found, "terms") or "terms"
            return _show(door, setting, step, draft, found, fault)
    return RedirectResponse(address, 303)
