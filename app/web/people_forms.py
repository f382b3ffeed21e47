"""What the two pages of people share: a form's texts, and the link of a new account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.deps import PageDoor
from app.domain.access import Actor
from app.errors import NotFound
from app.schemas.people import GuestIn
from app.services import invitations, people
from app.services.invitations import DAYS, Invited
from app.web.forms import Form, parsed

_GUEST = ("email", "name", "language", "role", "party_id")


@dataclass(frozen=True, slots=True)
class Link:
    """A link just made, and for whom: it is shown by one answer alone."""

    address: str
    name: str
    until: datetime

    @classmethod
    def made(cls, door: PageDoor, secret: str, name: str) -> Link:
        """The link of a secret. Its start is the configured one: no request can poison it."""
        address = f"{door.settings.public_url.rstrip('/')}/invitations/{secret}"
        return cls(address, name, door.clock_at + timedelta(days=DAYS))


def link_of(door: PageDoor, invited: Invited) -> Link | None:
    """The link of somebody new; None for an account that there was."""
    return Link.made(door, invited.secret, invited.user.name) if invited.secret else None


def typed_guest(form: Form) -> dict[str, str]:
    """What was typed of somebody to add."""
    return {name: form.one(name) for name in _GUEST}


def guest_of(typed: Mapping[str, str], role: Mapping[str, object]) -> GuestIn:
    """Somebody to add, in the role that the page gives."""
    said = {name: typed[name] for name in ("email", "name")}
    return parsed(GuestIn, {**said, "language": typed["language"] or None, "role": role})


def change_role(door: PageDoor, session: Session, actor: Actor, form: Form) -> Link | None:
    """End a role, or make another link for somebody who never opened their account."""
    named = _row_id(form.one("id"))
    if form.one("act") == "link":
        secret = invitations.renew_link(session, actor, named, door.clock_at)
        return Link.made(door, secret, form.one("name"))
    people.end_role(session, actor, named, door.clock_at)
    return None


def _row_id(text: str) -> UUID:
    """An identifier that the page gave; ``NotFound`` for any other text."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
