"""Attestations of an order's execution: issued by a clerk, read by whoever reads the order."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Body, Depends, Response
from sqlalchemy.orm import Session

from app.api.answers import ApiRoute, IdempotencyKey, Made, answer, once, problems, raw_body
from app.api.papers import PDF, Spoken, attachment, printed
from app.deps import ApiDoor, api_door
from app.domain.access import Action, Actor
from app.language import Language
from app.schemas.attestations import Attestation, AttestationIn, AttestationsOut
from app.services import attestations, papers

router = APIRouter(tags=["attestations"], route_class=ApiRoute)

_NOW = AttestationIn()


@router.post(
    "/orders/{order_id}/attestations",
    response_model=Attestation,
    status_code=201,
    responses=problems(401, 403, 404, 409, 422),
)
def issue_attestation(
    door: Annotated[ApiDoor, api_door(Action.attestation_issue)],
    order_id: UUID,
    raw: Annotated[bytes, Depends(raw_body)],
    data: Annotated[AttestationIn, Body()] = _NOW,
    key: IdempotencyKey = None,
) -> Response:
    """Attest how the order stands, or stood: the assessment, frozen, logged and signed."""

    def act(session: Session, actor: Actor) -> Made:
        made = attestations.issue_attestation(
            session, actor, order_id, data, door.keys, door.now, signed_at=door.clock_at
        )
        return Made(body=made, location=f"/api/v1/attestations/{made.attestation_id}")

    return once(door, key, raw, act)


@router.get(
    "/orders/{order_id}/attestations",
    response_model=AttestationsOut,
    responses=problems(401, 404),
)
def list_attestations(
    door: Annotated[ApiDoor, api_door(Action.order_read)], order_id: UUID
) -> Response:
    """The order's attestations, the newest first."""
    with door.reading() as (session, actor):
        return answer(attestations.attestations_of(session, actor, order_id))


@router.get(
    "/attestations/{attestation_id}", response_model=Attestation, responses=problems(401, 404)
)
def read_attestation(
    door: Annotated[ApiDoor, api_door(Action.order_read)], attestation_id: UUID
) -> Response:
    """An attestation, the same whenever it is asked for. `verify.py` checks it."""
    with door.reading() as (session, actor):
        return answer(attestations.attestation_of(session, actor, attestation_id))


@router.get(
    "/attestations/{attestation_id}/attestation.pdf",
    response_class=Response,
    responses=attachment(PDF, "The attestation, PDF/A-3; its JSON is attached in it."),
)
async def read_attestation_pdf(
    door: Annotated[ApiDoor, api_door(Action.order_read)],
    attestation_id: UUID,
    language: Spoken = None,
) -> Response:
    """The attestation as a document, with attestation.json inside."""
    paper = await to_thread.run_sync(_paper, door, attestation_id, language or door.language)
    return await printed(door, paper)


def _paper(door: ApiDoor, attestation_id: UUID, language: Language) -> papers.Paper:
    with door.reading() as (session, actor):
        found = attestations.attestation_of(session, actor, attestation_id)
    return papers.attestation_paper(found, language, door.settings.verify_url)
