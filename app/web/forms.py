"""What a form sent: its texts, read with limits, and nothing that another site sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError
from sqlalchemy.orm import Session

from app.deps import PageDoor
from app.domain.access import Actor
from app.errors import Conflict, IdempotencyMismatch, Invalid
from app.problems import faults_of
from app.services.idempotency import Answered, answered_before, keep_answer, request_hash
from app.web.security import check_same_site

Schema = TypeVar("Schema", bound=BaseModel)

_KEY = re.compile(r"[0-9a-f-]{36}")
_FIELDS_MAX = 4_000
# What a whole form may be by default: 20,000 hashes to verify are one field of 1.4 MB.
_FIELD_BYTES_MAX = 2 * 1024 * 1024


class Form:
    """The fields of a form, as sent."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self.pairs = tuple(pairs)

    def one(self, name: str) -> str:
        """The field's text without the blanks around it; empty where there is none."""
        return next((value.strip() for key, value in self.pairs if key == name), "")

    def raw(self, name: str) -> str:
        """The field's text exactly as typed, for a password."""
        return next((value for key, value in self.pairs if key == name), "")

    def all(self, name: str) -> list[str]:
        """Every text sent under the name."""
        return [value for key, value in self.pairs if key == name]


async def read_form(request: Request) -> Form:
    """The form of a request of our own site; files are refused."""
    check_same_site(request)
    sent = await request.form(max_files=0, max_fields=_FIELDS_MAX, max_part_size=_FIELD_BYTES_MAX)
    # A browser ends a line with CR LF (HTML, 4.10.21.7); a text is kept as it was written.
    form = Form(
        [
            (key, value.replace("\r\n", "\n"))
            for key, value in sent.multi_items()
            if isinstance(value, str)
        ]
    )
    # Whoever has to sign in before it is taken does not type it again (kept_form).
    request.state.form = form
    return form


Sent = Annotated[Form, Depends(read_form)]


def once(
    door: PageDoor,
    session: Session,
    actor: Actor,
    key: str,
    said: str,
    act: Callable[[], str],
) -> str:
    """Do a creating act; a second click on the same page leads to what the first one made.

    ``act`` gives the address of what it made; ``key`` came with the page, ``said`` is what the
    form says. Raises ``Conflict`` where the form was changed after its act.
    """
    if not _KEY.fullmatch(key):
        return act()
    named = f"page {key}"
    request = request_hash("POST", door.request.url.path, said.encode())
    try:
        before = answered_before(session, actor.user_id, named, request)
    except IdempotencyMismatch:
        raise Conflict(
            "This form was recorded already; what you changed in it since then was not."
        ) from None
    if before is not None and before.location:
        return before.location
    address = act()
    keep_answer(session, actor.user_id, named, request, Answered(303, "", address), door.now)
    return address


def parsed(schema: type[Schema], data: Mapping[str, Any]) -> Schema:
    """What a form says, as the schema that both doors share; ``Invalid`` names its places."""
    try:
        return schema.model_validate(dict(data))
    except ValidationError as error:
        raise Invalid.all(faults_of(error.errors())) from None
