"""The public check of a receipt: valid or not valid, and nothing else. Only hashes come here."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from app import papers
from app.deps import PageDoor, page_door
from app.domain.access import Action
from app.errors import Invalid
from app.problems import status_of
from app.schemas.receipts import ReceiptCheckIn
from app.services import heads, receipts
from app.storage.filenames import content_disposition
from app.web.forms import Form, Sent, parsed
from app.web.public import arrive, public_page
from app.web.security import PageRoute, check_token, policy_with_scripts

router = APIRouter(route_class=PageRoute)

_PROGRAM = Path(papers.__file__).parent / "verify.py"
_HASH = re.compile(r"[0-9a-fA-F]{64}(?![0-9a-zA-Z])")


@router.get("/verify")
def show_verify(door: Annotated[PageDoor, page_door(Action.public)]) -> Response:
    """The form: a receipt's digest, and the SHA-256 of files where one has them."""
    arrive(door)
    return _page(door, "", "")


@router.post("/verify")
def verify_receipt(door: Annotated[PageDoor, page_door(Action.public)], form: Sent) -> Response:
    """Valid, or not valid: nothing is said of whose receipt it is, or of which file is not on it.

    Raises:
        TooOften: the address has spent its share of the minute.
    """
    arrive(door)
    check_token(door, form.one("csrf"))
    digest, hashes = form.one("digest").lower(), form.one("sha256")
    try:
        asked = _asked(form)
    except Invalid as fault:
        return _page(door, digest, hashes, fault=fault)
    with door.database.reading() as session:
        valid = receipts.is_valid(session, asked.digest, asked.sha256)
    return _page(door, digest, hashes, valid=valid, files=len(asked.sha256))


def _asked(form: Form) -> ReceiptCheckIn:
    """The question; a line may be as ``sha256sum`` writes it, the name after the hash."""
    hashes: list[str] = []
    for number, line in enumerate(form.one("sha256").splitlines(), 1):
        text = line.strip().lstrip("\\")
        if not text:
            continue
        found = _HASH.match(text)
        if found is None:
            raise Invalid.field(
                "sha256",
                "Line {line} does not begin with a SHA-256 of 64 hexadecimal digits.",
                line=str(number),
            )
        hashes.append(found[0].lower())
    digest = "".join(form.one("digest").split()).lower()
    if not _HASH.fullmatch(digest):
        raise Invalid.field("digest", "A receipt’s digest has 64 hexadecimal digits.")
    return parsed(ReceiptCheckIn, {"digest": digest, "sha256": hashes})


def _page(
    door: PageDoor,
    digest: str,
    hashes: str,
    *,
    valid: bool | None = None,
    files: int = 0,
    fault: Invalid | None = None,
) -> Response:
    response = public_page(
        door,
        "verify.html",
        status=status_of(fault) if fault else 200,
        digest=digest,
        hashes=hashes,
        valid=valid,
        files=files,
        faults={f.field.partition(".")[0]: f.message for f in fault.faults} if fault else {},
    )
    response.headers["Content-Security-Policy"] = policy_with_scripts()
    return response


@router.get("/verify.py")
def download_program(door: Annotated[PageDoor, page_door(Action.public)]) -> Response:
    """The program that checks a receipt without this service: one file."""
    arrive(door)
    return Response(
        _program(),
        media_type="text/x-python",
        headers={"Content-Disposition": content_disposition("verify.py")},
    )


@cache
def _program() -> bytes:
    return _PROGRAM.read_bytes()


@router.get("/keys.json")
def download_keys(door: Annotated[PageDoor, page_door(Action.public)]) -> Response:
    """The public keys that sign heads of the log, oldest first."""
    arrive(door)
    with door.database.reading() as session:
        found = heads.keys_out(session)
    return Response(
        found.model_dump_json(),
        media_type="application/json",
        headers={"Content-Disposition": content_disposition("keys.json")},
    )
