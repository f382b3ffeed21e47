"""Acts on many exhibits of a draft: those ticked, or all that a filter shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from app.deps import PageDoor, page_door
from app.domain.access import Action, Actor
from app.errors import Conflict, Fault, FieldFault, Invalid, NotFound
from app.schemas.numbering import NumberingIn
from app.schemas.placing import PlacingIn
from app.services import productions, proposals
from app.services.placing import place
from app.services.presence import NOTHING_ASKED, Presence
from app.services.proposals import Proposal
from app.services.removing import remove_exhibits
from app.services.renumbering import number_exhibits
from app.web.draft import Checked, Told, View, checks_in, ids_shown
from app.web.forms import Form, Sent, parsed
from app.web.owed import sight
from app.web.production import production_page
from app.web.rendering import page
from app.web.security import PageRoute, check_token
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

CHANGES_SHOWN = 500
PLAIN = ("place", "confidentiality", "date")
PROPOSED = ("names", "number", "remove")


@router.post("/productions/{production_id}/selection")
def act_on_selection(
    door: Annotated[PageDoor, page_door(Action.production_draft)], production_id: UUID, form: Sent
) -> Response:
    """Place, mark or date the selection; what renames, renumbers or removes is proposed first.

    Either all of it is done or nothing. What is wrong is told above the list, ticks kept.
    """
    view = _view(form)
    presence = NOTHING_ASKED
    if form.one("scope") == "shown" and view.check:
        presence = door.presence_to_show(production_id, unseen=True)
    try:
        if form.one("act") in PROPOSED and not form.one("mark"):
            with visit(door) as (session, actor):
                check_token(door, form.one("csrf"))
                productions.drafting(session, actor, production_id, lock=False, whole=False)
                ids = _chosen(door, session, actor, production_id, form, view, presence)
                return _proposal(door, session, actor, production_id, form, ids)
        with door.writing() as (session, actor):
            check_token(door, form.one("csrf"))
            productions.drafting(session, actor, production_id, whole=False)
            ids = _chosen(door, session, actor, production_id, form, view, presence)
            told = _act(door, session, actor, production_id, form, ids)
    except _Moved as moved:
        with visit(door) as (session, actor):
            return _proposal(door, session, actor, production_id, form, moved.ids, moved=True)
    except (Invalid, Conflict) as fault:
        return _again(door, production_id, form, view, fault)
    return RedirectResponse(view.address(production_id, **told), 303)


class _Moved(Exception):
    """What was confirmed would not be done any more as it was shown."""

    def __init__(self, ids: Sequence[UUID]) -> None:
        super().__init__()
        self.ids = ids


def _view(form: Form) -> View:
    number = form.one("page")
    check = form.one("check")
    return View(
        form.one("in")[:40],
        check if check in set(Checked) else "",
        int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1,
    )


def _chosen(
    door: PageDoor,
    session: Session,
    actor: Actor,
    production_id: UUID,
    form: Form,
    view: View,
    presence: Presence,
) -> Sequence[UUID]:
    """Which exhibits are meant: those confirmed, all that the filter shows, or those ticked."""
    if form.one("scope") == "shown":
        found = sight(door, session, actor, production_id)
        checks = checks_in(door, session, actor, production_id, presence)
        ids = ids_shown(session, actor, found, view, checks)
    else:
        ids = _ids([*form.one("ids").split(), *form.all("exhibit")])
    if not ids:
        raise Invalid.field(
            "exhibit", "Tick the exhibits that are meant, or choose all of the list."
        )
    return ids


def _ids(texts: Sequence[str]) -> Sequence[UUID]:
    try:
        return list(dict.fromkeys(UUID(text) for text in texts))
    except ValueError:
        raise Invalid.field("exhibit", "This exhibit is not in this draft.") from None


def _act(
    door: PageDoor, session: Session, actor: Actor, production_id: UUID, form: Form,
    ids: Sequence[UUID],
) -> Mapping[str, int]:  # fmt: skip
    """Do it; what to tell on the page that follows."""
    act = form.one("act")
    language, now = door.language, door.now
    if act in PROPOSED:
        if _propose(door, session, actor, production_id, form, ids).mark != form.one("mark"):
            raise _Moved(ids)
        if act == "remove":
            return {"removed": remove_exhibits(session, actor, production_id, ids, now)}
        if act == "number":
            numbering = _numbering(form, ids)
            done = number_exhibits(session, actor, production_id, numbering, language, now)
            return {"changed": len(done.changed)}
    placing = _placing(form, ids)
    first = _day_first(form)
    done = place(session, actor, production_id, placing, first, language, now)
    return {"changed": len(done.changed)}


def _placing(form: Form, ids: Sequence[UUID]) -> PlacingIn:
    said: dict[str, Any] = {"exhibit_ids": list(ids)}
    match form.one("act"):
        case "place":
            said |= {"category_ids": form.all("category_id"), "mode": form.one("mode") or "add"}
            if not said["category_ids"] and said["mode"] == "add":
                raise Invalid.field("category_id", "Tick the categories that the exhibits answer.")
        case "confidentiality":
            said |= {"confidentiality": form.one("confidentiality")}
        case "date":
            said |= {"dated_on": form.one("dated_on") or None}
        case "names":
            if not form.all("fields"):
                raise Invalid.field("fields", "Say what to take from the names.")
            said |= {"by": "names", "fields": form.all("fields")}
        case _:
            raise NotFound
    return parsed(PlacingIn, said)


def _numbering(form: Form, ids: Sequence[UUID]) -> NumberingIn:
    said = {"by": "order", "exhibit_ids": list(ids), "start": form.one("start") or None}
    return parsed(NumberingIn, said)


def _day_first(form: Form) -> bool | None:
    return {"day_first": True, "month_first": False}.get(form.one("dates"))


def _propose(
    door: PageDoor, session: Session, actor: Actor, production_id: UUID, form: Form,
    ids: Sequence[UUID],
) -> Proposal:  # fmt: skip
    make: Mapping[str, Callable[[], Proposal]] = {
        "remove": lambda: proposals.propose_removal(session, actor, production_id, ids),
        "number": lambda: proposals.propose_numbering(
            session, actor, production_id, _numbering(form, ids), door.language
        ),
        "names": lambda: proposals.propose_placing(
            session,
            actor,
            production_id,
            _placing(form, ids),
            day_first=_day_first(form),
            language=door.language,
        ),
    }
    return make[form.one("act")]()


def _proposal(
    door: PageDoor, session: Session, actor: Actor, production_id: UUID, form: Form,
    ids: Sequence[UUID], *, moved: bool = False,
) -> Response:  # fmt: skip
    proposal = _propose(door, session, actor, production_id, form, ids)
    found = sight(door, session, actor, production_id)
    view = _view(form)
    return page(
        door,
        "proposal.html",
        status=409 if moved else 200,
        found=found,
        act=form.one("act"),
        proposal=proposal,
        shown=proposal.changes[:CHANGES_SHOWN],
        left_out=proposal.left_out[:CHANGES_SHOWN],
        ids=" ".join(map(str, ids)),
        moved=moved,
        kept=[(n, v) for n in ("in", "check", "page", "start", "dates") if (v := form.one(n))]
        + [("fields", v) for v in form.all("fields")],
        back=view.address(production_id),
    )


def _again(door: PageDoor, production_id: UUID, form: Form, view: View, fault: Fault) -> Response:
    """The list again, with what was wrong above it and what was ticked still ticked."""
    wrong = fault if isinstance(fault, Invalid) else Invalid(FieldFault("start", fault.message))
    typed = {
        "exhibits": set(form.all("exhibit")),
        "scope": form.one("scope"),
        "categories": set(form.all("category_id")),
        **{n: form.one(n) for n in ("start", "dated_on", "confidentiality", "mode")},
    }
    presence = door.presence_to_show(production_id, unseen=True)
    with visit(door) as (session, actor):
        productions.drafting(session, actor, production_id, lock=False, whole=False)
        told = Told(fault=wrong, typed=typed)
        try:
            return production_page(door, session, actor, production_id, presence, view, told=told)
        except NotFound:
            return production_page(door, session, actor, production_id, presence, told=told)
