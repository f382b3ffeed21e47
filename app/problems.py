"""From a fault to its HTTP status: the one table, and RFC 9457 problems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field

from app import errors
from app.language import Language, sentence, translate
from app.phrases import Phrase, from_json, phrase
from app.schemas.fields import SAID

STATUS: Mapping[type[errors.Fault], int] = {
    errors.NotSignedIn: 401,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.MethodNotAllowed: 405,
    errors.Unreadable: 400,
    errors.Conflict: 409,
    errors.StaleVersion: 412,
    errors.IdempotencyMismatch: 422,
    errors.UploadInUse: 423,
    errors.UploadGone: 410,
    errors.ProtocolUnknown: 412,
    errors.MediaTypeRefused: 415,
    errors.Invalid: 422,
    errors.Incomputable: 422,
    errors.UploadRefused: 400,
    errors.UploadTooLarge: 413,
    errors.ArchiveRefused: 422,
    errors.ChecksumMismatch: 460,  # tus 1.0.0, extension "checksum"
    errors.VersionRequired: 428,
    errors.TooManyRequests: 429,
    errors.Busy: 503,
    errors.KeyMissing: 503,
    errors.StorageFull: 507,
}

RETRY_SECONDS: Mapping[type[errors.Fault], int] = {
    errors.TooOften: 60,
    errors.TooManyRequests: 900,
    errors.Busy: 2,
}


class ProblemField(BaseModel):
    """One field that cannot be taken, and why."""

    field: str = Field(examples=["categories.0.term.period.0.unit"])
    message: str = Field(examples=["Say the unit: a bare number is not a period."])


class Problem(BaseModel):
    """RFC 9457: what went wrong, in the reader's language."""

    type: str = Field(examples=["urn:bordereau:problem:invalid"])
    title: str = Field(examples=["Some fields cannot be taken as they are"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["Say the unit: a bare number is not a period."])
    errors: list[ProblemField] = []


def status_of(fault: errors.Fault) -> int:
    """The HTTP status of a fault: its class's, or that of the nearest class above."""
    return next((STATUS[c] for c in type(fault).__mro__ if c in STATUS), 500)


def retry_seconds(fault: errors.Fault) -> int | None:
    """After how long it makes sense to try again; None where waiting changes nothing."""
    if isinstance(fault, errors.UploadInUse):
        return fault.wait_seconds
    return next((RETRY_SECONDS[c] for c in type(fault).__mro__ if c in RETRY_SECONDS), None)


def problem_of(fault: errors.Fault, language: Language) -> Problem:
    """The fault as a problem, in ``language``."""
    return Problem(
        type=f"urn:bordereau:problem:{_slug(type(fault).__name__)}",
        title=translate(fault.title(), language),
        status=status_of(fault),
        detail=sentence(fault.message, language),
        errors=[
            ProblemField(field=f.field, message=sentence(f.message, language))
            for f in _fields(fault)
        ],
    )


def _fields(fault: errors.Fault) -> tuple[errors.FieldFault, ...]:
    if isinstance(fault, errors.Invalid):
        return fault.faults
    if isinstance(fault, errors.Incomputable) and fault.field:
        return (errors.FieldFault(fault.field, fault.message),)
    return ()


def _slug(name: str) -> str:
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).removeprefix("-")


def invalid_of(error: RequestValidationError) -> errors.Fault:
    """A request that fits no schema, as the faults of its fields.

    An address that names nothing (a malformed identifier in the path) is ``NotFound``.
    """
    found = list(error.errors())
    if any(e["loc"][:1] == ("path",) for e in found):
        return errors.NotFound()
    return errors.Invalid.all(faults_of(found))


def faults_of(found: Iterable[Mapping[str, Any]]) -> Iterable[errors.FieldFault]:
    """Pydantic's findings as faults. The rejected input itself is never repeated."""
    for error in found:
        said = _said(error)
        yield errors.FieldFault(_path(error), said)


def _path(error: Mapping[str, Any]) -> str:
    loc = [str(part) for part in error["loc"]]
    if loc[:1] in (["body"], ["query"], ["header"]):
        loc = loc[1:]
    inner = (error.get("ctx") or {}).get("field") if error["type"] == SAID else None
    # The tag of a union is no field of the reader's; alone it is one, of another schema.
    if loc[:1] and loc[0] in _TAGS and (loc[1:] or inner):
        loc = loc[1:]
    return ".".join([*loc, *([inner] if inner else [])]) or "body"


_TAGS = frozenset({"service", "trigger", "extension", "stay", "stay_lifted", "appeal",
    "appeal_decided", "withdrawal", "set_aside", "modification", "objection", "ruling",
    "dispute", "finding", "consequence", "penalty_set", "penalty_liquidated", "outage",
    "law_change", "correction"})  # fmt: skip


def _said(error: Mapping[str, Any]) -> Phrase:
    context = error.get("ctx") or {}
    if error["type"] == SAID:
        return from_json(context["said"])
    kind = error["type"]
    if kind == "string_too_short" and context.get("min_length") == 1:
        kind = "missing"
    template = _PYDANTIC.get(kind)
    if template is None:
        return phrase("This value cannot be taken as it is.")
    return Phrase(template, {k: str(v) for k, v in context.items()})


_PYDANTIC = {
    "missing": "This field is required.",
    "extra_forbidden": "There is no such field.",
    "string_type": "This is a text.",
    "string_too_short": "This needs at least {min_length} characters.",
    "string_too_long": "This takes at most {max_length} characters.",
    "string_pattern_mismatch": "This does not have the form that is needed.",
    "int_type": "This is a whole number.",
    "int_parsing": "This is a whole number.",
    "float_type": "This is a number.",
    "float_parsing": "This is a number.",
    "decimal_parsing": "This is a decimal number.",
    "decimal_type": "This is a decimal number.",
    "bool_type": "This is true or false.",
    "bool_parsing": "This is true or false.",
    "list_type": "This is a list.",
    "too_short": "This needs at least {min_length} items.",
    "too_long": "This takes at most {max_length} items.",
    "greater_than": "This is more than {gt}.",
    "greater_than_equal": "This is {ge} or more.",
    "less_than": "This is less than {lt}.",
    "less_than_equal": "This is {le} or less.",
    "enum": "Choose one of: {expected}.",
    "literal_error": "Choose one of: {expected}.",
    "union_tag_invalid": "Choose one of: {expected_tags}.",
    "union_tag_not_found": "Say which kind of event this is.",
    "uuid_parsing": "This is an identifier that the service gave.",
    "uuid_type": "This is an identifier that the service gave.",
    "date_type": "Give the date as YYYY-MM-DD.",
    "date_parsing": "Give the date as YYYY-MM-DD.",
    "date_from_datetime_parsing": "Give the date as YYYY-MM-DD.",
    "date_from_datetime_inexact": "Give the date as YYYY-MM-DD.",
    "datetime_type": "Give the instant in ISO 8601, with its offset.",
    "datetime_parsing": "Give the instant in ISO 8601, with its offset.",
    "datetime_from_date_parsing": "Give the instant in ISO 8601, with its offset.",
    "timezone_aware": "Give the instant in ISO 8601, with its offset.",
    "time_parsing": "Give the hour as HH:MM.",
    "time_type": "Give the hour as HH:MM.",
    "json_invalid": "This is not JSON.",
    "model_attributes_type": "This is an object with named fields.",
    "dict_type": "This is an object with named fields.",
}
