"""What a request says of its body, before a byte of it is read."""

from __future__ import annotations

from fastapi import Request

from app.errors import MediaTypeRefused


def content_length(request: Request) -> int | None:
    """The length that the request announces, if it does."""
    text = request.headers.get("content-length")
    return int(text) if text is not None and text.isascii() and text.isdigit() else None


def check_media_type(request: Request, *wanted: str) -> None:
    """Raise ``MediaTypeRefused`` unless the body is of a wanted type."""
    said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if said not in wanted:
        raise MediaTypeRefused("Send it as Content-Type: {wanted}.", wanted=wanted[0])
