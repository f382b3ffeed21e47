"""The tus protocol 1.0.0 (https://tus.io/protocols/resumable-upload): its headers.

Core, and the extensions creation, creation-with-upload, creation-defer-length, checksum,
expiration and termination. What the headers say is checked before a body is read.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import ValidationError

from app import models as m
from app.domain.content import announced_type
from app.domain.numbering import parse_number
from app.errors import (
    Fault,
    FieldFault,
    Invalid,
    ProtocolUnknown,
    UploadRefused,
)
from app.phrases import phrase
from app.problems import faults_of, invalid_of
from app.receiving.bodies import check_media_type
from app.schemas.uploads import UploadIn
from app.storage.filenames import original_name, original_path
from app.storage.parts import Checksum

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,creation-defer-length,checksum,expiration,termination"
ALGORITHMS = ("sha1", "sha256")
OFFSET_STREAM = "application/offset+octet-stream"
METADATA = "Upload-Metadata"
METADATA_CHARS_MAX = 16_384
_DIGEST_BYTES = {"sha1": 20, "sha256": 32}
_KEY = re.compile(r"[!-+\--~]{1,100}")  # ASCII without space and comma
_NUMBER = re.compile(r"[0-9]{1,18}")
_TRUE = frozenset({"true", "1"})


Handler = Callable[[Request], Awaitable[Response]]


def speaking(handle: Handler, refused: Callable[[Request, Fault], Response]) -> Handler:
    """A route's handler that speaks the protocol: every answer, a refusal too, says its version.

    ``refused`` says a fault in the way of the route's own door.
    """

    async def handler(request: Request) -> Response:
        try:
            _check_version(request)
            response = await handle(request)
        except RequestValidationError as error:
            response = refused(request, invalid_of(error))
        except Fault as fault:
            response = refused(request, fault)
            if isinstance(fault, ProtocolUnknown):
                response.headers["Tus-Version"] = VERSION
        response.headers["Tus-Resumable"] = VERSION
        return response

    return handler


def _check_version(request: Request) -> None:
    # GET is ours: it reads an upload as any other answer of the API is read.
    if request.method in {"OPTIONS", "GET"}:
        return
    if request.headers.get("tus-resumable") != VERSION:
        raise ProtocolUnknown(
            "Send Tus-Resumable: {version}, the version spoken here.", version=VERSION
        )


def discovery(bytes_max: int) -> dict[str, str]:
    """What the service can do."""
    return {
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
        "Tus-Max-Size": str(bytes_max),
    }


def state_headers(upload: m.Upload) -> dict[str, str]:
    """How far an upload is, until when it may go on, and what it became."""
    headers = {"Upload-Offset": str(upload.offset_bytes)}
    if upload.finished_at is None:
        headers["Upload-Expires"] = http_date(upload.expires_at)
    if upload.exhibit_id is not None:
        headers["Bordereau-Exhibit"] = str(upload.exhibit_id)
    if upload.outcome is not None:
        headers["Bordereau-Added"] = str(upload.outcome["added"])
        headers["Bordereau-Present"] = str(upload.outcome.get("present", 0))
        headers["Bordereau-Refused"] = str(len(upload.outcome["refused"]))
    return headers


def http_date(at: datetime) -> str:
    """An instant as HTTP writes it (RFC 9110 §5.6.7)."""
    return format_datetime(at, usegmt=True)


# -- reading headers


def count_of(request: Request, name: str) -> int | None:
    """A header that counts bytes, or None where it is absent; raises ``Invalid``."""
    text = request.headers.get(name)
    if text is None:
        return None
    if not _NUMBER.fullmatch(text):
        raise Invalid.field(name, "This is a whole number of bytes.")
    return int(text)


def offset_of(request: Request) -> int:
    """Where the body of a PATCH goes on; checks its type too."""
    check_media_type(request, OFFSET_STREAM)
    offset = count_of(request, "Upload-Offset")
    if offset is None:
        raise Invalid.field("Upload-Offset", "This field is required.")
    return offset


def length_of(request: Request) -> int | None:
    """How long a new upload will be; None when it says that it will say so later."""
    if "upload-concat" in request.headers:
        raise Invalid.field("Upload-Concat", "Uploads are not joined here: send one whole.")
    length = count_of(request, "Upload-Length")
    deferred = request.headers.get("upload-defer-length")
    if deferred not in (None, "1"):
        raise Invalid.field("Upload-Defer-Length", "This is 1, or absent.")
    if (length is None) == (deferred is None):
        raise Invalid.field(
            "Upload-Length", "Say the length, or Upload-Defer-Length: 1; one of the two."
        )
    return length


def has_body(request: Request) -> bool:
    """Whether bytes come with the request."""
    return (
        "transfer-encoding" in request.headers
        or request.headers.get("content-length", "0").strip() != "0"
    )


def checksum_of(request: Request) -> Checksum | None:
    """What the body must hash to, if the client says so; raises ``UploadRefused``."""
    text = request.headers.get("upload-checksum")
    if text is None:
        return None
    algorithm, _, encoded = text.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        raise UploadRefused("Upload-Checksum takes sha1 or sha256, and the digest in base64.")
    digest = _decoded(encoded)
    if digest is None or len(digest) != _DIGEST_BYTES[algorithm]:
        raise UploadRefused("Upload-Checksum takes sha1 or sha256, and the digest in base64.")
    return Checksum(algorithm, digest)


def _decoded(encoded: str) -> bytes | None:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None


# -- metadata


def metadata_of(header: str) -> dict[str, str]:
    """The pairs of ``Upload-Metadata``; raises ``Invalid`` naming the key that is wrong."""
    if len(header) > METADATA_CHARS_MAX:
        raise Invalid.field(METADATA, "This takes at most {max_length} characters.",
                            max_length=METADATA_CHARS_MAX)  # fmt: skip
    found: dict[str, str] = {}
    for pair in filter(None, (p.strip() for p in header.split(","))):
        key, _, encoded = pair.partition(" ")
        if not _KEY.fullmatch(key):
            raise Invalid.field(METADATA, "A key is ASCII without spaces or commas.")
        if key in found:
            raise Invalid.field(f"{METADATA}.{key}", "This key is given twice.")
        value = _decoded(encoded.strip())
        try:
            found[key] = value.decode() if value is not None else ""
        except UnicodeDecodeError:
            value = None
        if value is None:
            raise Invalid.field(f"{METADATA}.{key}", "The value is UTF-8 text in base64.")
    return found


def upload_in(metadata: Mapping[str, str]) -> UploadIn:
    """What the metadata says of the file; unknown keys say nothing to us.

    Raises ``Invalid``, each fault under the key that is wrong.
    """
    said: dict[str, Any] = {
        "filename": _under("filename", original_name, metadata.get("filename", "")),
        "media_type": _media_type(metadata),
        "unpack": metadata.get("unpack", "").lower() in _TRUE,
    }
    path = metadata.get("relativePath", "")
    if path not in ("", "null", "undefined"):  # what some clients send for none
        said["folder"] = _under("relativePath", original_path, path)[0]
    if metadata.get("number"):
        said["number"] = str(_under("number", parse_number, metadata["number"]))
    for key in ("title", "dated_on", "confidentiality"):
        if metadata.get(key):
            said[key] = metadata[key]
    for key, field in (("category_id", "category_ids"), ("element_id", "element_ids")):
        text = ",".join(filter(None, (metadata.get(key), metadata.get(field))))
        said[field] = [each.strip() for each in text.split(",") if each.strip()]
    try:
        return UploadIn.model_validate(said)
    except ValidationError as error:
        raise Invalid.all(
            FieldFault(f"{METADATA}.{f.field}", f.message) for f in faults_of(error.errors())
        ) from None


def _media_type(metadata: Mapping[str, str]) -> str:
    said = metadata.get("filetype") or metadata.get("type") or ""
    plain = said.isascii() and said.isprintable() and said != "null"
    return announced_type(said if plain else None)


def _under(key: str, read: Callable[[str], Any], text: str) -> Any:
    try:
        return read(text)
    except Invalid as fault:
        message = fault.faults[0].message
        raise Invalid(FieldFault(f"{METADATA}.{key}", message)) from None


def unpackable(data: UploadIn) -> None:
    """Raise ``Invalid`` when what is to be unpacked is not said to be a ZIP."""
    kinds = ("application/zip", "application/x-zip-compressed")
    if data.unpack and data.media_type.lower() not in kinds:
        raise Invalid(
            FieldFault(
                f"{METADATA}.unpack", phrase("Only a file of type application/zip is unpacked.")
            )
        )
