"""The log's public side: keys, the latest head, proofs between heads, and a yes or no."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.api.answers import ApiRoute, answer, problems
from app.deps import ApiDoor, api_door
from app.domain.access import Action
from app.errors import NotFound
from app.schemas.receipts import ExtensionOut, HeadOut, KeysOut, ReceiptCheckIn, ReceiptCheckOut
from app.services import heads, receipts

router = APIRouter(tags=["proof"], route_class=ApiRoute)

Size = Annotated[int, Query(ge=1, le=2**53 - 1, description="Number of entries.")]


@router.get("/log/keys", response_model=KeysOut)
def list_keys(door: Annotated[ApiDoor, api_door(Action.public)]) -> Response:
    """The public keys that sign heads, oldest first, for `verify.py`. For anybody."""
    with door.database.reading() as session:
        return answer(heads.keys_out(session))


@router.get("/log/head", response_model=HeadOut, responses=problems(404))
def latest_head(door: Annotated[ApiDoor, api_door(Action.public)]) -> Response:
    """The newest signed head of the log. Keep it: later ones must extend it. For anybody."""
    with door.database.reading() as session:
        head = heads.latest_head(session)
        if head is None:
            raise NotFound
        return answer(heads.head_out(head))


@router.get("/log/extension", response_model=ExtensionOut, responses=problems(422, 429))
def prove_extension(
    door: Annotated[ApiDoor, api_door(Action.public)], first: Size, second: Size
) -> Response:
    """The proof that the log of `second` entries begins with the `first` ones. For anybody."""
    door.spend()
    with door.database.reading() as session:
        return answer(heads.prove_extension(session, first, second))


@router.post("/log/check", response_model=ReceiptCheckOut, responses=problems(422, 429))
def check_receipt(
    door: Annotated[ApiDoor, api_door(Action.public)], data: ReceiptCheckIn
) -> Response:
    """Is there a receipt of this digest, and did it list these files? Yes or no, for anybody.

    Only hashes come here; nothing is said of whose receipt it is, or of which file is not on it.
    """
    door.spend()
    with door.database.reading() as session:
        return answer(ReceiptCheckOut(valid=receipts.is_valid(session, data.digest, data.sha256)))
