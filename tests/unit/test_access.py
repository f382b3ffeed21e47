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


# Every role, action and place, against the matrix as it is drawn in the design

OWN_DEPOSIT = Place(COURT, MATTER, OWN, deposited=True)
OWN_SECRET = Place(COURT, MATTER, OWN, deposited=True, restricted=True)
OWN_TO_COME = Place(COURT, MATTER, OWN)
PLACES = {
    "the court": Place(COURT),
    "the matter": IN_MATTER,
    "to come of own party": OWN_TO_COME,
    "own draft": DRAFT,
    "own deposit": OWN_DEPOSIT,
    "own restricted": OWN_SECRET,
    "their draft": THEIR_DRAFT,
    "their deposit": THEIR_DEPOSIT,
    "their restricted": THEIR_SECRET,
    "another matter": Place(COURT, an_id("another matter"), OWN, deposited=True),
    "another court": ELSEWHERE,
}
OWN_PLACES = {"to come of own party", "own draft", "own deposit", "own restricted"}
IN_THE_MATTER = OWN_PLACES | {"the matter", "their deposit"}
IN_THE_COURT = {"the court", "the matter", "to come of own party", "another matter"} | {
    "own deposit",
    "their deposit",
}
READS = {"matter:read", "order:read", "production:read", "exhibit:download"}
ANYBODY = {"account:own", "token:own", "court:read"}
MATRIX: dict[Role, dict[str, set[str]]] = {
    Role.clerk: dict.fromkeys(
        ANYBODY
        | READS
        | {"matter:register", "matter:change", "order:register", "order:change", "people:manage"}
        | {"event:preview", "event:record", "closure:record", "attestation:issue"}
        | {"statistics:read"},
        IN_THE_COURT,
    ),
    Role.court_administrator: dict.fromkeys(ANYBODY | {"people:manage"}, IN_THE_COURT),
    Role.auditor: dict.fromkeys(ANYBODY, IN_THE_COURT),
    Role.counsel: dict.fromkeys(ANYBODY | READS | {"event:preview", "event:record"}, IN_THE_MATTER)
    | dict.fromkeys({"production:draft", "production:deposit", "observation:make"}, OWN_PLACES),
    Role.assistant: dict.fromkeys(ANYBODY | READS, IN_THE_MATTER)
    | dict.fromkeys({"production:draft"}, OWN_PLACES),
}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("action", list(Action))
def test_the_whole_matrix(role: Role, action: Action) -> None:
    actor = an_actor(role)
    found = {name for name, place in PLACES.items() if allows(actor, action, place)}
    assert found == MATRIX[role].get(action.value, set())
    assert actor.may_ever(action) is (action.value in MATRIX[role])


@pytest.mark.parametrize("role", list(Role))
def test_what_exists_for_a_role_is_what_it_may_read(role: Role) -> None:
    actor = an_actor(role)
    reads = MATRIX[role].get("production:read", set())
    assert {name for name, place in PLACES.items() if sees(actor, place)} == reads


@pytest.mark.parametrize("action", list(Action))
def test_nobody_without_a_grant_does_anything_at_a_place(action: Action) -> None:
    nobody = Actor(an_id("nobody"), "nobody", ())
    assert not any(allows(nobody, action, place) for place in PLACES.values())
    assert nobody.may_ever(action) is (action.value in ANYBODY)


@pytest.mark.parametrize("action", list(Action))
def test_a_token_bound_to_no_matter_at_all_does_nothing_anywhere(action: Action) -> None:
    bound = an_actor(Role.clerk, matter_ids=frozenset())
    assert not any(allows(bound, action, place) for place in PLACES.values())


@pytest.mark.parametrize("action", list(Action))
def test_a_scope_opens_its_own_action_and_the_courts_names_alone(action: Action) -> None:
    narrowed = an_actor(Role.clerk, scopes=frozenset({action}))
    open_to = {a for a in Action if narrowed.may_ever(a)}
    assert open_to == {Action.court_read, action} & {Action(a) for a in MATRIX[Role.clerk]}


def test_roles_add_up_each_within_its_own_reach() -> None:
    grants = (Grant(Role.auditor, COURT), Grant(Role.assistant, None, MATTER, OWN))
    both = Actor(an_id("both"), "both", grants)
    assert allows(both, Action.production_draft, DRAFT)
    assert not allows(both, Action.production_deposit, DRAFT)
    assert not allows(both, Action.order_read, Place(COURT, an_id("another matter")))
