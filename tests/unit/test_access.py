"""The policy: who may do what, where. Deny by default."""

from __future__ import annotations

import pytest

from app.domain.access import Action, Actor, Grant, Place, Role, allows, sees
from tests.unit.cases import an_id

COURT, MATTER, OWN, THEIRS = (an_id(x) for x in ("court", "matter", "own", "theirs"))

DRAFT = Place(COURT, MATTER, OWN, deposited=False)
THEIR_DRAFT = Place(COURT, MATTER, THEIRS, deposited=False)
THEIR_DEPOSIT = Place(COURT, MATTER, THEIRS, deposited=True)
THEIR_SECRET = Place(COURT, MATTER, THEIRS, deposited=True, restricted=True)
IN_MATTER = Place(COURT, MATTER)
ELSEWHERE = Place(an_id("another court"), an_id("another matter"))


def an_actor(role: Role, **narrowed: object) -> Actor:
    """Somebody with one role, in the court or for their own party."""
    in_court = role in (Role.clerk, Role.court_administrator, Role.auditor)
    grant = Grant(role, COURT) if in_court else Grant(role, None, MATTER, OWN)
    return Actor(an_id("somebody"), "somebody", (grant,), **narrowed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("role", "action", "place", "may"),
    [
        (Role.clerk, Action.event_record, IN_MATTER, True),
        (Role.clerk, Action.event_record, ELSEWHERE, False),
        (Role.clerk, Action.production_read, THEIR_DEPOSIT, True),
        (Role.clerk, Action.production_read, THEIR_DRAFT, False),
        (Role.clerk, Action.exhibit_download, THEIR_SECRET, False),
        (Role.clerk, Action.production_deposit, THEIR_DRAFT, False),
        (Role.counsel, Action.production_deposit, DRAFT, True),
        (Role.counsel, Action.production_deposit, THEIR_DRAFT, False),
        (Role.counsel, Action.production_read, THEIR_DRAFT, False),
        (Role.counsel, Action.production_read, THEIR_DEPOSIT, True),
        (Role.counsel, Action.exhibit_download, THEIR_SECRET, False),
        (Role.counsel, Action.order_register, IN_MATTER, False),
        (Role.counsel, Action.order_read, ELSEWHERE, False),
        (Role.assistant, Action.production_draft, DRAFT, True),
        (Role.assistant, Action.production_deposit, DRAFT, False),
        (Role.assistant, Action.event_record, IN_MATTER, False),
        (Role.court_administrator, Action.people_manage, Place(COURT), True),
        (Role.court_administrator, Action.matter_read, IN_MATTER, False),
        (Role.auditor, Action.order_read, IN_MATTER, False),
        (Role.auditor, Action.court_read, Place(COURT), True),
    ],
)
def test_the_policy_says_who_may_do_what_where(
    role: Role, action: Action, place: Place, may: bool
) -> None:
    assert allows(an_actor(role), action, place) is may


def test_a_draft_of_others_does_not_exist_and_their_deposit_does() -> None:
    counsel = an_actor(Role.counsel)
    assert sees(counsel, IN_MATTER)
    assert not sees(counsel, THEIR_DRAFT)
    assert sees(counsel, THEIR_DEPOSIT)
    assert not sees(counsel, ELSEWHERE)


def test_a_token_does_no_more_than_its_scopes_and_its_matters_let_it() -> None:
    reads = an_actor(Role.clerk, scopes=frozenset({Action.order_read}))
    assert allows(reads, Action.order_read, IN_MATTER)
    assert not allows(reads, Action.event_record, IN_MATTER)
    assert reads.may_ever(Action.court_read)
    assert not reads.may_ever(Action.token_own)
    bound = an_actor(Role.clerk, matter_ids=frozenset({an_id("another matter")}))
    assert not allows(bound, Action.order_read, IN_MATTER)
    assert not bound.within(None)


def test_a_token_never_does_more_than_its_owner() -> None:
    greedy = an_actor(Role.assistant, scopes=frozenset({Action.production_deposit}))
    assert not allows(greedy, Action.production_deposit, DRAFT)
