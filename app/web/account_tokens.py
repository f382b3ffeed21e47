"""API tokens of one's own: made with a secret that is shown once, and revoked."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.deps import PageDoor, page_door
from app.domain.access import Action
from app.errors import Invalid
from app.schemas.people import TokenIn
from app.services import signing_in
from app.services.own_tokens import matters_by_docket
from app.web.account import Refused, account_page, back, refused_page
from app.web.forms import Form, Sent, parsed
from app.web.security import PageRoute, check_token

router = APIRouter(route_class=PageRoute)


@router.post("/account/tokens")
def make_token(door: Annotated[PageDoor, page_door(Action.token_own)], form: Sent) -> Response:
    """Make a token; the page that answers shows its secret, and no page after it."""
    typed = _typed(form)
    try:
        with door.writing() as (session, actor):
            check_token(door, form.one("csrf"))
            if not typed["scopes"]:
                raise Invalid.field("scopes", "Tick what the token may do.")
            numbers = [n.strip() for n in typed["matters"].splitlines() if n.strip()]
            bound = matters_by_docket(session, actor, numbers) if numbers else None
            data = parsed(
                TokenIn,
                {
                    "name": typed["name"],
                    "scopes": typed["scopes"],
                    "matter_ids": bound,
                    "days": typed["days"],
                },
            )
            token, secret = signing_in.issue_token(session, actor.user_id, data, door.clock_at)
            named = token.name
    except Invalid as fault:
        return refused_page(door, Refused("tokens", fault, typed))
    with door.reading() as (session, actor):
        return account_page(door, session, actor, made=(named, secret))


def _typed(form: Form) -> dict[str, Any]:
    return {
        "name": form.one("token_name"),
        "scopes": form.all("scopes")[:50],
        "matters": form.one("matters"),
        "days": form.one("days"),
    }


@router.post("/account/tokens/{token_id}/revocation")
def revoke(
    door: Annotated[PageDoor, page_door(Action.token_own)], token_id: UUID, form: Sent
) -> Response:
    """Revoke a token; it is refused from the next request on."""
    with door.writing() as (session, actor):
        check_token(door, form.one("csrf"))
        signing_in.revoke_token(session, actor, token_id, door.clock_at)
    return back("revoked")
