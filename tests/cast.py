"""The standing cast: one of each who may come to the door, named by role.

Two firms stand on each side, so that a team's rights are not taken for its party's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app import models as m
from app.db import Database
from app.domain.access import Actor
from app.schemas.courts import CourtIn
from app.schemas.matters import MatterIn
from app.schemas.people import MembershipIn, TokenIn
from app.services import courts, matters, people, signing_in
from app.services.passwords import hash_password

PASSWORD = "a long enough password"

MATTER: dict[str, Any] = {
    "court": "tj-paris",
    "title": "UEJF et autres c. Twitter International Company",
    "docket_numbers": [{"kind": "RG", "number": "20/53181"}],
    "parties": [
        {"name": "UEJF", "side": "requesting"},
        {"name": "Twitter International Company", "side": "producing", "seat": "Dublin"},
        {"name": "Hébergeur tiers", "side": "third"},
    ],
}
OTHER: dict[str, Any] = {
    "court": "tj-paris",
    "title": "Une autre affaire",
    "docket_numbers": [{"kind": "RG", "number": "99/00001"}],
    "parties": [
        {"name": "Demandeur", "side": "requesting"},
        {"name": "Défendeur", "side": "producing"},
    ],
}

ROLES = {
    "clerk": ("clerk", "tj-paris"),
    "clerk_elsewhere": ("clerk", "tj-lyon"),
    "administrator": ("court_administrator", "tj-paris"),
    "auditor": ("auditor", "tj-paris"),
    "producing_counsel": ("counsel", "Twitter International Company"),
    "producing_assistant": ("assistant", "Twitter International Company"),
    "requesting_counsel": ("counsel", "UEJF"),
    "requesting_assistant": ("assistant", "UEJF"),
    "third_counsel": ("counsel", "Hébergeur tiers"),
    "counsel_elsewhere": ("counsel", "Défendeur"),
    "nobody_yet": None,
}


@dataclass
class Cast:
    """Everybody, by role, with a token each; and the matter they meet in."""

    court: m.Court
    matter: m.Matter
    other: m.Matter
    users: dict[str, UUID] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def party(self, name: str) -> UUID:
        """A party of either matter, by its name."""
        return next(p.id for x in (self.matter, self.other) for p in x.parties if p.name == name)

    @property
    def obligor(self) -> UUID:
        return self.party("Twitter International Company")

    def headers(self, role: str | None) -> dict[str, str]:
        """What this one's requests carry; nothing for nobody."""
        return {"Authorization": f"Bearer {self.tokens[role]}"} if role else {}

    def actor(self, session: Session, role: str) -> Actor:
        user = session.get_one(m.User, self.users[role])
        return people.actor_of(session, user)


def assemble(database: Database, now: datetime) -> Cast:
    """Two courts, two matters, everybody."""
    with database.writing() as session:
        court = courts.register_court(session, _court("tj-paris"), now)
        courts.register_court(session, _court("tj-lyon"), now)
        clerk = _user(session, "clerk", now)
        people.grant_role(
            session, None, clerk.id, MembershipIn(role="clerk", court="tj-paris"), now
        )
        actor = people.actor_of(session, clerk)
        cast = Cast(
            court,
            matters.register_matter(session, actor, MatterIn.model_validate(MATTER), now),
            matters.register_matter(session, actor, MatterIn.model_validate(OTHER), now),
        )
        for role, place in ROLES.items():
            user = clerk if role == "clerk" else _user(session, role, now)
            if place is not None and role != "clerk":
                people.grant_role(session, None, user.id, _membership(cast, *place), now)
            cast.users[role] = user.id
            _, cast.tokens[role] = signing_in.start_token(session, user.id, now, 720)
        _narrow_tokens(session, cast, now)
    return cast


def _narrow_tokens(session: Session, cast: Cast, now: datetime) -> None:
    """Integrations: the clerk's right to read alone, and bound to the other matter alone."""
    for name, data in (
        ("reading_token", TokenIn(name="Reads", scopes=["order:read", "matter:read"])),
        ("elsewhere_token", TokenIn(name="Elsewhere", matter_ids=[cast.other.id])),
    ):
        _, cast.tokens[name] = signing_in.issue_token(session, cast.users["clerk"], data, now)


def _court(code: str) -> CourtIn:
    return CourtIn(
        code=code,
        name=f"Tribunal judiciaire ({code})",
        rule_pack="fr-civil",
        calendar="FR",
        time_zone="Europe/Paris",
        language="fr",
    )


def _user(session: Session, role: str, now: datetime) -> m.User:
    # One hash for all: Argon2 takes its time, and what it does is tested elsewhere.
    user = m.User(
        email=f"{role}@example.org", name=role, password_hash=_password_hash(), created_at=now
    )
    session.add(user)
    session.flush()
    return user


@cache
def _password_hash() -> str:
    return hash_password(PASSWORD)


def _membership(cast: Cast, role: str, place: str) -> MembershipIn:
    if place.startswith("tj-"):
        return MembershipIn.model_validate({"role": role, "court": place})
    matter = next(x for x in (cast.matter, cast.other) if any(p.name == place for p in x.parties))
    return MembershipIn.model_validate(
        {"role": role, "matter_id": matter.id, "party_id": cast.party(place)}
    )
