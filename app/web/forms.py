"""What a form sent: its texts, read with limits, and nothing that another site sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError

from app.errors import Invalid
from app.problems import faults_of
from app.web.security import check_same_site

Schema = TypeVar("Schema", bound=BaseModel)

_FIELDS_MAX = 1_000
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
    return Form([(key, value) for key, value in sent.multi_items() if isinstance(value, str)])


Sent = Annotated[Form, Depends(read_form)]


def parsed(schema: type[Schema], data: Mapping[str, Any]) -> Schema:
    """What a form says, as the schema that both doors share; ``Invalid`` names its places."""
    try:
        return schema.model_validate(dict(data))
    except ValidationError as error:
        raise Invalid.all(faults_of(error.errors())) from None
