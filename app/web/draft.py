"""A draft's page: what is owed, what is in it by category and by check, and acts on many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy.orm import Session
from starlette.responses import Response

from app.deps import PageDoor
from app.domain.access import Actor
from app.domain.checks import Check, CheckKind, Severity
from app.domain.record import Confidentiality
from app.errors import Fault, FieldFault, Invalid, NotFound
from app.language import word
from app.phrases import Phrase
from app.problems import status_of
from app.services import inventory
from app.services.checks import looked
from app.services.presence import Presence
from app.web.owed import Sight
from app.web.rendering import page
from app.web.security import policy_with_fetch

EXHIBITS_SHOWN = 80
REFUSED_SHOWN = 100
TO_SORT = "to-sort"


class Checked(StrEnum):
    """What an exhibit is filtered by: what was found in its file."""

    cannot_deposit = "cannot-deposit"
    look_at = "look-at"
    waiting = "waiting"
    clean = "clean"


@dataclass(frozen=True, slots=True)
class View:
    """Which part of the draft is shown: of a category (or to sort), by check, which page."""

    section: str = ""
    check: str = ""
    number: int = 1

    def address(self, production_id: UUID, **more: object) -> str:
        """Where it is shown."""
        asked = {"in": self.section, "check": self.check} | {k: str(v) for k, v in more.items()}
        asked |= {"page": str(self.number)} if self.number > 1 else {}
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"/productions/{production_id}{'?' if query else ''}{query}#exhibits"


EVERYTHING = View()


@dataclass(frozen=True, slots=True)
class Refused:
    """A file of a form that was not taken, and why."""

    filename: str
    fault: Fault

    @property
    def message(self) -> Phrase:
        """Why, for its sender."""
        return self.fault.message


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a form that leads to the page: how many files, and what was wrong."""

    added: int | None = None
    changed: int | None = None
    removed: int | None = None
    refused: Sequence[Refused] = ()
    fault: Invalid | None = None
    typed: Mapping[str, Any] | None = None

    @property
    def faults(self) -> Sequence[FieldFault]:
        """What of an act on many exhibits could not be taken."""
        return self.fault.faults if self.fault else ()

    @property
    def status(self) -> int:
        """The page's status."""
        wrong = self.fault or (self.refused[0].fault if self.refused else None)
        return status_of(wrong) if wrong else 200


NOTHING_TOLD = Told()


def sections(found: Sight) -> list[tuple[str, str, int]]:
    """Where one can look: name in the address, category number, how many exhibits."""
    return [
        (str(category_id), number, found.held.in_category.get(category_id, 0))
        for category_id, number in found.numbers.items()
        if found.held.in_category.get(category_id)
    ]


def category_of(found: Sight, section: str) -> UUID | None:
    """The category that a section of the address names; ``NotFound`` where there is none."""
    named = {str(category_id): category_id for category_id in found.numbers}
    if section not in ("", TO_SORT, *named):
        raise NotFound
    return named.get(section)


Found = Mapping[UUID, Sequence[Check]]
"""What was found in the files of a draft, exhibit by exhibit, in their order."""


def checks_in(
    door: PageDoor, session: Session, actor: Actor, production_id: UUID, presence: Presence
) -> Found:
    """What was found in the files of the draft."""
    found = looked(
        session,
        actor,
        production_id,
        presence,
        size_bytes_max=door.settings.upload_bytes_max,
    )
    return found.by_exhibit()


def checked(checks: Sequence[Check]) -> Checked:
    """Under which filter an exhibit is found: the worst of what its file was found to be."""
    if any(c.severity is Severity.cannot_deposit for c in checks):
        return Checked.cannot_deposit
    if any(c.kind is CheckKind.not_checked_yet for c in checks):
        return Checked.waiting
    # What answers no category is on the tray "to sort"; that says nothing of its file.
    of_file = any(c.kind is not CheckKind.unplaced for c in checks)
    return Checked.look_at if of_file else Checked.clean


def ids_shown(
    session: Session, actor: Actor, found: Sight, view: View, checks: Found
) -> Sequence[UUID]:
    """Every exhibit of the view, on whichever page, in their order."""
    ids = inventory.ids_in(
        session,
        actor,
        found.production.id,
        category_id=category_of(found, view.section),
        unsorted=view.section == TO_SORT,
    )
    if not view.check:
        return ids
    kept = {i for i, found_in in checks.items() if checked(found_in) == view.check}
    return [i for i in ids if i in kept]


def draft_page(
    door: PageDoor,
    session: Session,
    actor: Actor,
    found: Sight,
    view: View,
    told: Told,
    presence: Presence,
) -> Response:
    """The workspace. It has scripts of ours, which speak to this site alone."""
    production = found.production
    checks = checks_in(door, session, actor, production.id, presence)
    ids = ids_shown(session, actor, found, view, checks)
    first = (view.number - 1) * EXHIBITS_SHOWN
    on_page = ids[first : first + EXHIBITS_SHOWN]
    results = [checked(each) for each in checks.values()]
    response = page(
        door,
        "production_draft.html",
        status=told.status,
        found=found,
        exhibits=inventory.exhibits_of(session, actor, production.id, on_page),
        view=view,
        shown=len(ids),
        section=view.section,
        sections=sections(found),
        results=[(c, results.count(c)) for c in Checked if c in results],
        pages=max(1, -(-len(ids) // EXHIBITS_SHOWN)),
        page_shown=view.number,
        at=lambda section, n: View(section, view.check, n).address(production.id),
        by_check=lambda check: View(view.section, check).address(production.id),
        # An address may say anything: no more is told than there is.
        added=told.added if told.added and told.added <= found.held.exhibits else None,
        told=told,
        typed=told.typed or {},
        refused=told.refused[:REFUSED_SHOWN],
        refused_count=len(told.refused),
        confidentialities=[(c.value, word(c, door.language)) for c in Confidentiality],
        checks_of=checks,
    )
    response.headers["Content-Security-Policy"] = policy_with_fetch()
    return response
