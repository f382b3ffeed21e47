"""The "what if" page: a deadline computed for anybody, drawn, with nothing saved."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from app.calendars import calendar_heads
from app.deps import PageDoor, page_door
from app.domain.access import Action
from app.domain.methods import method_phrase
from app.domain.rulepacks import RulePack
from app.errors import FieldFault, Incomputable, Invalid
from app.language import Language, say, word
from app.phrases import Phrase
from app.problems import status_of
from app.rulepacks import rule_packs
from app.services.deadlines import deadline_out, drawing_of, reckon
from app.web.event_form import Shown
from app.web.fields import Field
from app.web.forms import Form
from app.web.public import arrive, public_page
from app.web.rendering import local_address, text_in
from app.web.security import PageRoute
from app.web.whatif_fields import FIELDS, GROUPS
from app.web.whatif_form import asked_of, by_field, plain_address, read, told

router = APIRouter(route_class=PageRoute)

Choices = Sequence[tuple[str, str]]


@router.get("/deadlines")
def show_deadline(door: Annotated[PageDoor, page_door(Action.public)]) -> Response:
    """The form; and where the address asks something, its answer or what it lacks."""
    arrive(door)
    form = Form(door.request.query_params.multi_items())
    plain = plain_address("/deadlines", form)
    if plain is not None:
        return RedirectResponse(plain, 303)
    if not form.pairs:
        return _page(door, form)
    found = read(form, text_in(door.language, "as asked"))
    try:
        asked = asked_of(found)
        reckoned = reckon(asked)
    except Invalid as fault:
        return _page(door, form, told(found, fault), status_of(fault))
    except Incomputable as fault:
        return _page(door, form, told(found, fault), status_of(fault))
    return public_page(
        door,
        "whatif.html",
        **_form(form, door.language, ()),
        asked=asked,
        out=deadline_out(reckoned, door.language),
        pack=reckoned.pack,
        calendar=reckoned.calendar,
        drawing=drawing_of(asked, reckoned),
        address=f"{door.settings.public_url.rstrip('/')}{local_address(door.request.scope)}",
    )


def _page(
    door: PageDoor, form: Form, faults: Sequence[FieldFault] = (), status: int = 200
) -> Response:
    """The form alone: at a first visit, or with each fault at its field."""
    parts = _form(form, door.language, faults)
    return public_page(door, "whatif.html", status=status, **parts, out=None)


def _form(form: Form, language: Language, faults: Sequence[FieldFault]) -> dict[str, Any]:
    """The fields as the form shows them, by name; which groups are open; what fits no field."""
    at, elsewhere = by_field(faults)
    fields = {name: _shown(f, form, language, at.get(name)) for name, f in FIELDS.items()}
    opened = {
        group
        for group, names in GROUPS.items()
        if any(fields[name].value or fields[name].fault for name in names)
    }
    return {"fields": fields, "opened": opened, "elsewhere": elsewhere}


def _shown(field: Field, form: Form, language: Language, fault: Phrase | None) -> Shown:
    value = form.one(field.name)
    options, groups = _options(field, form, language) if field.shape == "choice" else ((), ())
    if field.name == "calendar":
        value = next((h.code for h in calendar_heads() if value in h.aliases), value)
    known = {v for v, _ in options} | {v for _, more in groups for v, _ in more}
    if field.shape == "choice" and value and value not in known:
        # What an address says and no list knows is shown, and told to be wrong: never dropped.
        options = [*options, (value, value)]
    return Shown(field, [value], options, fault, groups)


def _options(
    field: Field, form: Form, language: Language
) -> tuple[Choices, Sequence[tuple[str, Choices]]]:
    """What one can choose in a field, and what in named groups below."""
    match field.name:
        case "pack":
            return [(p.id, _title(p, language)) for p in rule_packs()], ()
        case "calendar":
            return _calendars(language), ()
        case "service_method":
            return _methods(form.one("pack"), language)
        case "time_zone":
            return _zones(form.one("calendar"), language)
    if field.words is not None:
        return [(w.value, word(w, language)) for w in field.words], ()
    return [(value, text_in(language, label)) for value, label in field.choices], ()


def _calendars(language: Language) -> Choices:
    named = [(h.code, h.name_fr if language == "fr" else h.name) for h in calendar_heads()]
    return sorted(named, key=lambda one: _plain(one[1]))


def _plain(name: str) -> str:
    """A name as it is sorted: without accents."""
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()


def _title(pack: RulePack, language: Language) -> str:
    return pack.title_fr if language == "fr" else pack.title


def _methods(pack_id: str, language: Language) -> tuple[Choices, Sequence[tuple[str, Choices]]]:
    """The methods of the rules chosen; before any are, everybody's, under their rules."""
    named = [
        (pack, [(m, say(method_phrase(m), language)) for m in pack.service_methods])
        for pack in rule_packs()
    ]
    chosen = next((methods for pack, methods in named if pack.id == pack_id), None)
    if chosen is not None:
        return chosen, ()
    return (), [(_title(pack, language), methods) for pack, methods in named if methods]


def _zones(code: str, language: Language) -> tuple[Choices, Sequence[tuple[str, Choices]]]:
    """The zones of the calendar chosen, then every other calendar's."""
    own = [z for h in calendar_heads() if code in (h.code, *h.aliases) for z in h.zones]
    others = sorted({z for h in calendar_heads() for z in h.zones} - set(own))
    listed = [(z, z) for z in others]
    if not own:
        return listed, ()
    return [(z, z) for z in own], [(text_in(language, "Zones of other calendars"), listed)]
