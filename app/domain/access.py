"""Who may do what: roles, actions, and the one policy. Deny by default.

The matrix is ``design``'s: producing counsel drafts and deposits, the requesting side
sees what was deposited, a clerk sees the court's matters but no draft, an administrator
manages accounts and reads no content. What an actor may not see answers as absent.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.domain.record import PartySide


class Role(StrEnum):
    """What somebody is, in a court or for a party of a matter."""

    clerk = "clerk"
    counsel = "counsel"
    assistant = "assistant"
    court_administrator = "court_administrator"
    auditor = "auditor"


COURT_ROLES = frozenset({Role.clerk, Role.court_administrator, Role.auditor})
PARTY_ROLES = frozenset({Role.counsel, Role.assistant})


class Action(StrEnum):
    """What a route does. Each route declares exactly one."""

    public = "public"
    sign_in = "sign_in"
    account_own = "account:own"
    token_own = "token:own"  # noqa: S105  a word, not a secret
    court_read = "court:read"
    people_manage = "people:manage"
    matter_register = "matter:register"
    matter_read = "matter:read"
    matter_change = "matter:change"
    order_register = "order:register"
    order_read = "order:read"
    order_change = "order:change"
    event_preview = "event:preview"
    event_record = "event:record"
    closure_record = "closure:record"
    attestation_issue = "attestation:issue"
    statistics_read = "statistics:read"
    production_read = "production:read"
    production_draft = "production:draft"
    production_deposit = "production:deposit"
    exhibit_download = "exhibit:download"
    observation_make = "observation:make"


OPEN_ACTIONS = frozenset({Action.public, Action.sign_in})

_READS = frozenset(
    {
        Action.matter_read,
        Action.order_read,
        Action.production_read,
        Action.exhibit_download,
    }
)
_OWN = frozenset({Action.account_own, Action.token_own, Action.court_read})

_MAY: dict[Role, frozenset[Action]] = {
    Role.clerk: _OWN
    | _READS
    | {
        Action.matter_register,
        Action.matter_change,
        Action.order_register,
        Action.order_change,
        Action.event_preview,
        Action.event_record,
        Action.closure_record,
        Action.attestation_issue,
        Action.statistics_read,
        Action.people_manage,
    },
    Role.counsel: _OWN
    | _READS
    | {
        Action.production_draft,
        Action.production_deposit,
        Action.event_preview,
        Action.event_record,
        Action.observation_make,
    },
    Role.assistant: _OWN | _READS | {Action.production_draft},
    Role.court_administrator: _OWN | {Action.people_manage},
    Role.auditor: _OWN,
}

# A token acts for its owner within its scopes; scopes are the actions' own words. A token
# that somebody makes cannot make others; one got by signing in is the person themselves.
TOKEN_SCOPES = frozenset(
    a for a in Action if a not in OPEN_ACTIONS | {Action.account_own, Action.token_own}
)
SIGN_IN_SCOPES = TOKEN_SCOPES | {Action.account_own, Action.token_own}


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held: in a whole court, or for one party of one matter."""

    role: Role
    court_id: UUID | None = None
    matter_id: UUID | None = None
    party_id: UUID | None = None
    side: PartySide | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person, perhaps through one of their API tokens.

    ``scopes`` and ``matter_ids`` narrow a token: None means not narrowed, that is, a
    signed-in person; an empty ``matter_ids`` is a token bound to no matter at all.
    """

    user_id: UUID
    name: str
    grants: tuple[Grant, ...]
    token_id: UUID | None = None
    scopes: frozenset[Action] | None = None
    matter_ids: frozenset[UUID] | None = None
    language: str | None = None

    def may_ever(self, action: Action) -> bool:
        """Whether some grant allows the action somewhere, within the token's scopes."""
        if self.scopes is not None and action not in self.scopes | {Action.court_read}:
            return False
        if action in _OWN:
            return True
        return any(action in _MAY[g.role] for g in self.grants)

    def within(self, matter_id: UUID | None) -> bool:
        """Whether the token, if it is one, is bound to this matter."""
        return self.matter_ids is None or (matter_id is not None and matter_id in self.matter_ids)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an action happens: the court, the matter, and whose production it is.

    ``deposited`` is None where no production is concerned. ``restricted``: an exhibit that
    only its own party reads until an order names who else may.
    """

    court_id: UUID
    matter_id: UUID | None = None
    party_id: UUID | None = None
    deposited: bool | None = None
    restricted: bool = False


def _reaches(grant: Grant, place: Place) -> bool:
    if grant.role in COURT_ROLES:
        return grant.court_id == place.court_id
    return place.matter_id is not None and grant.matter_id == place.matter_id


def _content_reaches(grant: Grant, place: Place) -> bool:
    """A draft, and every act on a production, belongs to the party that makes it."""
    own = grant.party_id is not None and grant.party_id == place.party_id
    return own or (place.deposited is True and not place.restricted)


_ACTS_FOR_PARTY = frozenset(
    {Action.production_draft, Action.production_deposit, Action.observation_make}
)


def allows(actor: Actor, action: Action, place: Place) -> bool:
    """The policy: whether ``actor`` may do ``action`` at ``place``."""
    if not actor.may_ever(action) or not actor.within(place.matter_id):
        return False
    for grant in actor.grants:
        if action not in _MAY[grant.role] or not _reaches(grant, place):
            continue
        if action in _ACTS_FOR_PARTY and grant.party_id != place.party_id:
            continue
        if place.deposited is not None and not _content_reaches(grant, place):
            continue
        return True
    return False


def sees(actor: Actor, place: Place) -> bool:
    """Whether the place exists for the actor at all."""
    return allows(actor, Action.matter_read, Place(place.court_id, place.matter_id)) and (
        place.deposited is None or allows(actor, Action.production_read, place)
    )
