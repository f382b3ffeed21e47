"""Attestations: one button on the order's page, a page, and its papers."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from app.deps import PageDoor, page_door
from app.domain.access import Action
from app.domain.heads import parse_note
from app.domain.status import FindingStatus, Status
from app.schemas.attestations import Attestation, AttestationIn
from app.services import attestations, papers
from app.services.idempotency import Answered, answered_before, keep_answer, request_hash
from app.storage.filenames import content_disposition
from app.web.forms import Form, Sent, parsed
from app.web.papers import printed
from app.web.rendering import page
from app.web.security import PageRoute, check_token
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

_ONE = "/attestations/{attestation_id}"


@router.post("/orders/{order_id}/attestations")
def issue_attestation(
    door: Annotated[PageDoor, page_door(Action.attestation_issue)], order_id: UUID, form: Sent
) -> Response:
    """Issue it and show it. Pressed twice, the form gives the same one."""
    with door.writing() as (session, actor):
        check_token(door, form.one("csrf"))
        key, request = form.one("once")[:200], request_hash("POST", form_path(order_id), b"page")
        before = answered_before(session, actor.user_id, key, request) if key else None
        if before is None:
            made = attestations.issue_attestation(
                session, actor, order_id, _asked(form), door.keys, door.now, signed_at=door.clock_at
            )
            before = Answered(303, "", f"/attestations/{made.attestation_id}")
            if key:
                keep_answer(session, actor.user_id, key, request, before, door.now)
    return RedirectResponse(before.location or "/", 303)


def form_path(order_id: UUID) -> str:
    """Where the form of an order's page is sent."""
    return f"/orders/{order_id}/attestations"


def _asked(form: Form) -> AttestationIn:
    """A day, and an hour of the court's clock where one is given; blank is now."""
    said = {}
    for name in ("as_of", "known_at"):
        day, hour = form.one(name), form.one(f"{name}_hour")
        said[name] = (f"{day}T{hour}" if hour else day) or None
    return parsed(AttestationIn, said)


@router.get(_ONE)
def show_attestation(
    door: Annotated[PageDoor, page_door(Action.order_read)], attestation_id: UUID
) -> Response:
    """What was attested, as it was attested."""
    found = _found(door, attestation_id)
    assessed = found.assessed[door.language]
    return page(
        door,
        "attestation.html",
        attestation=found,
        assessed=assessed,
        status_of=Status,
        finding_of=FindingStatus,
        head=parse_note(found.proof.head).head,
    )


@router.get(f"{_ONE}/attestation.json")
def download_attestation(
    door: Annotated[PageDoor, page_door(Action.order_read)], attestation_id: UUID
) -> Response:
    """The attestation, to keep: the file that ``verify.py`` checks."""
    found = _found(door, attestation_id)
    name = f"attestation-{found.number}-{found.digest[:8]}.json"
    return Response(
        found.model_dump_json(),
        media_type="application/json",
        headers={"Content-Disposition": content_disposition(name)},
    )


@router.get(f"{_ONE}/attestation.pdf")
async def attestation_pdf(
    door: Annotated[PageDoor, page_door(Action.order_read)], attestation_id: UUID
) -> Response:
    """The attestation, PDF/A-3, its JSON inside; the same bytes each time."""
    found = await to_thread.run_sync(_found, door, attestation_id)
    url = door.settings.verify_url
    return await printed(door, papers.attestation_paper(found, door.language, url))


def _found(door: PageDoor, attestation_id: UUID) -> Attestation:
    with visit(door) as (session, actor):
        return attestations.attestation_of(session, actor, attestation_id)
