"""What comes to a matter later: another title, docket numbers, parties, counsel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from app import models as m
from app.deps import PageDoor, page_door
from app.domain.access import Action, Actor, Place
from app.errors import FieldFault, Invalid, StaleVersion
from app.language import word
from app.phrases import Phrase
from app.problems import status_of
from app.schemas.matters import MatterAdditions, MatterChange
from app.services.access import authorize
from app.services.matters import add_to_matter, change_matter, matter_of
from app.web.event_form import Shown
from app.web.fields import Field
from app.web.forms import Form, Sent, parsed
from app.web.matter_form import COUNSEL, DOCKET, PARTY, ROWS_ON_PAGE, TITLE, row_said
from app.web.rendering import msg, page
from app.web.security import PageRoute, check_token
from app.web.typed_rows import Draft
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

ADDED_COUNSEL = (
    Field("for", msg("Party"), "choice", side="left", path="party_id", blank=msg("Choose…")),
    *(replace(f, name=f"its_{f.name}", path=f.place) for f in COUNSEL),
)
KINDS = {"dockets": DOCKET, "parties": PARTY, "counsel": ADDED_COUNSEL}
MOST = {**ROWS_ON_PAGE, "counsel": 10}


@router.get("/matters/{matter_id}/change")
def show_change(
    door: Annotated[PageDoor, page_door(Action.matter_change)], matter_id: UUID
) -> Response:
    """What is recorded of the matter, and blank rows for what comes to it."""
    with visit(door) as (session, actor):
        matter = _own(session, actor, matter_id)
        draft = Draft({"title": [matter.title], "version": [str(matter.version)]})
        return _form(door, matter, draft)


@router.post("/matters/{matter_id}/change")
def change(
    door: Annotated[PageDoor, page_door(Action.matter_change)], matter_id: UUID, form: Sent
) -> Response:
    """Add what was typed, all of it or nothing; or only one more row of a kind."""
    draft = Draft.of(form)
    kind = form.one("act").removeprefix("more-")
    names = {"title": "title", "parties": "party1"}
    said = {
        "docket_numbers": list(_said(draft, "dockets", "docket_numbers", names)),
        "parties": list(_said(draft, "parties", "parties", names)),
        "representations": list(_said(draft, "counsel", "representations", names)),
    }
    try:
        if kind not in KINDS:
            with door.writing() as (session, actor):
                check_token(door, form.one("csrf"))
                _change(door, session, actor, matter_id, form, said)
            return RedirectResponse(f"/matters/{matter_id}/change?kept=true", 303)
    except (Invalid, StaleVersion) as fault:
        return _again(door, matter_id, form, draft, names, fault)
    draft.set_count(kind, min(_rows(draft, kind) + 1, MOST[kind]))
    return _again(door, matter_id, form, draft, names)


def _own(session: Session, actor: Actor, matter_id: UUID) -> m.Matter:
    matter = matter_of(session, actor, matter_id)
    authorize(actor, Action.matter_change, Place(matter.court_id, matter.id))
    return matter


def _change(
    door: PageDoor, session: Session, actor: Actor, matter_id: UUID, form: Form,
    said: dict[str, list[dict[str, Any]]],
) -> None:  # fmt: skip
    matter = _own(session, actor, matter_id)
    if form.one("version") != str(matter.version):
        raise StaleVersion("It is at version {version} now; read it again.", version=matter.version)
    title = parsed(MatterChange, {"title": form.one("title")}).title
    added = any(said.values())
    data = parsed(MatterAdditions, said) if added or title == matter.title else None
    if title != matter.title:
        change_matter(session, actor, matter, MatterChange(title=title), door.now)
    if data is not None:
        add_to_matter(session, actor, matter, data, door.now)


def _rows(draft: Draft, kind: str) -> int:
    return draft.count(kind, MOST[kind], 1)


def _said(draft: Draft, kind: str, place: str, names: dict[str, str]) -> Iterator[dict[str, Any]]:
    """The rows of a kind in which something is typed; ``names``: which field says each place."""
    listed = 0
    for n in range(1, _rows(draft, kind) + 1):
        said: dict[str, Any] = row_said(draft, KINDS[kind], str(n), f"{place}.{listed}", names)
        counsel: dict[str, Any] = {}
        if kind == "parties":
            at = f"{place}.{listed}.representations.0"
            counsel = row_said(draft, COUNSEL, f"_new{n}", at, names)
        # A row that only says its kind, its side or whose counsel it is says nothing.
        if set(said) - {"side", "kind", "party_id"} or counsel:
            listed += 1
            if kind == "parties":
                said |= {"representations": [counsel] * bool(counsel)}
            yield said


def _again(
    door: PageDoor, matter_id: UUID, form: Form, draft: Draft, names: dict[str, str],
    fault: Invalid | StaleVersion | None = None,
) -> Response:  # fmt: skip
    with visit(door) as (session, actor):
        check_token(door, form.one("csrf"))
        return _form(door, _own(session, actor, matter_id), draft, names, fault)


def _form(
    door: PageDoor, matter: m.Matter, draft: Draft, names: dict[str, str] | None = None,
    fault: Invalid | StaleVersion | None = None,
) -> Response:  # fmt: skip
    stale = isinstance(fault, StaleVersion)
    if stale:
        # What it says now is shown: to send the form again is to know it.
        draft.values["version"] = [str(matter.version)]
    at, elsewhere = _placed(fault.faults if isinstance(fault, Invalid) else (), names or {})
    parties = [(str(p.id), p.name) for p in matter.parties]

    def show(f: Field, suffix: str = "") -> Shown:
        named = replace(f, name=f"{f.name}{suffix}", required=f is TITLE)
        options: Sequence[tuple[str, str]] = parties if f.name == "for" else ()
        if f.words is not None:
            options = [(w.value, word(w, door.language)) for w in f.words]
            named = replace(named, blank=msg("Choose…"))
        return Shown(named, draft.all(named.name)[:1], options, at.get(named.name))

    rows = {
        kind: [[show(f, str(n)) for f in fields] for n in range(1, _rows(draft, kind) + 1)]
        for kind, fields in KINDS.items()
    }
    counsel = [
        [show(f, f"_new{n}") for f in COUNSEL] for n in range(1, _rows(draft, "parties") + 1)
    ]
    return page(
        door,
        "matter_change.html",
        status=status_of(fault) if fault else 200,
        matter=matter,
        title=show(TITLE),
        rows=rows,
        counsel=counsel,
        fields=[
            show(TITLE),
            *(f for group in (*rows.values(), counsel) for row in group for f in row),
        ],
        elsewhere=elsewhere,
        stale=stale,
        counts=[(kind, str(_rows(draft, kind))) for kind in KINDS],
        version=draft.one("version"),
        kept=door.request.method == "GET" and "kept" in door.request.query_params,
    )


def _placed(
    faults: Sequence[FieldFault], names: dict[str, str]
) -> tuple[dict[str, Phrase], list[Phrase]]:
    at: dict[str, Phrase] = {}
    elsewhere: list[Phrase] = []
    for each in faults:
        if each.field in names:
            at.setdefault(names[each.field], each.message)
        else:
            elsewhere.append(each.message)
    return at, elsewhere
