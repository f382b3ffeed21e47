"""API tokens: sign in for one, make narrower ones, list and revoke your own."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from app import models as m
from app.api.answers import ApiRoute, answer, problems
from app.deps import ApiDoor, api_door
from app.domain.access import Action
from app.errors import NotSignedIn
from app.schemas.pages import Page
from app.schemas.people import SignInIn, TokenIn, TokenMade, TokenOut
from app.services import second_factor, signing_in
from app.services.passwords import password_fits
from app.services.people import normal_email, user_by_email

router = APIRouter(tags=["tokens"], route_class=ApiRoute)


def token_out(token: m.ApiToken) -> TokenOut:
    """A token as listed."""
    return TokenOut(
        id=token.id,
        name=token.name,
        prefix=token.prefix,
        scopes=token.scopes.split(),
        matter_ids=None if token.every_matter else [x.matter_id for x in token.matters],
        created_at=token.created_at,
        expires_at=token.expires_at,
        revoked_at=token.revoked_at,
    )


@router.post("/sign-in", response_model=TokenMade, status_code=201, responses=problems(401, 422))
def sign_in(door: Annotated[ApiDoor, api_door(Action.sign_in)], data: SignInIn) -> Response:
    """Give address and password, get a token of your own rights that lasts one working day.

    Where the account's second step is on, `code` is a code of its authenticator, or one of its
    recovery codes; each counts once. A wrong password, an unknown address, a closed account
    and a wrong or missing code answer alike.
    """
    email = normal_email(data.email)
    with door.database.reading() as session:
        signing_in.check_attempts(
            session, email, door.address, door.clock_at, at_most=door.settings.sign_in_attempts
        )
        user = user_by_email(session, email)
        kept = user.password_hash if user is not None and user.disabled_at is None else None
        user_id = user.id if user is not None else None
    # Between the transactions: Argon2 takes its time, and holds no lock meanwhile.
    fits = password_fits(data.password.get_secret_value(), kept)
    with door.database.writing() as session:
        if fits and user_id is not None and _second_step(session, user_id, data.code, door):
            token, secret = signing_in.start_token(
                session, user_id, door.clock_at, door.settings.session_hours
            )
            made = TokenMade(**token_out(token).model_dump(), token=secret)
            return answer(made, status=201)
        signing_in.note_failure(session, email, door.address, door.clock_at)
    raise NotSignedIn("The address, the password or the code is not right.")


def _second_step(session: Session, user_id: UUID, code: str, door: ApiDoor) -> bool:
    """Whether a password is enough, or the code that came with it is good."""
    if not second_factor.asks_code(session, user_id):
        return True
    return second_factor.code_taken(session, user_id, code, door.clock_at)


@router.post(
    "/tokens",
    response_model=TokenMade,
    status_code=201,
    responses=problems(401, 403, 422),
)
def make_token(door: Annotated[ApiDoor, api_door(Action.token_own)], data: TokenIn) -> Response:
    """Make a token narrower than yourself: some scopes, some matters, for some days."""
    with door.writing() as (session, actor):
        signing_in.check_matters(session, actor, data.matter_ids or [])
        token, secret = signing_in.issue_token(session, actor.user_id, data, door.clock_at)
        return answer(TokenMade(**token_out(token).model_dump(), token=secret), status=201)


@router.get("/tokens", response_model=Page[TokenOut], responses=problems(401, 403))
def list_tokens(door: Annotated[ApiDoor, api_door(Action.token_own)]) -> Response:
    """Your own tokens, without their secrets."""
    with door.reading() as (session, actor):
        found = signing_in.tokens(session, actor)
        return answer(Page(items=[token_out(t) for t in found]))


@router.delete("/tokens/{token_id}", status_code=204, responses=problems(401, 403, 404))
def revoke_token(door: Annotated[ApiDoor, api_door(Action.token_own)], token_id: UUID) -> Response:
    """Revoke a token of yours; it is refused from the next request on."""
    with door.writing() as (session, actor):
        signing_in.revoke_token(session, actor, token_id, door.clock_at)
    return Response(status_code=204)
