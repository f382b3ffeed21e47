"""Images: their size and frames from the headers; decoded only where that costs little."""

from __future__ import annotations

from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from app.domain.content import ContentFacts, ContentKind, PageKind
from app.storage.inspection import limits

_FORMATS = ("PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP")
_BROKEN = (UnidentifiedImageError, OSError, ValueError, SyntaxError, KeyError, TypeError,
           IndexError, AttributeError, EOFError, ArithmeticError, RuntimeError)  # fmt: skip

Image.MAX_IMAGE_PIXELS = None  # the limit is ours, below


def inspect_image(file: BinaryIO) -> ContentFacts:
    """The facts of an image; ``corrupt`` where it cannot be decoded."""
    file.seek(0)
    try:
        with Image.open(file, formats=_FORMATS) as image:
            return _facts(image)
    except _BROKEN:
        return ContentFacts(ContentKind.image, corrupt=True)


def _facts(image: Image.Image) -> ContentFacts:
    width, height = image.size
    frames = _frames(image)
    damaged = False
    if width * height <= limits.PIXELS_MAX:
        try:
            image.seek(0)
            image.load()
        except _BROKEN:
            damaged = True
    return ContentFacts(
        ContentKind.image,
        Image.MIME.get(image.format or "", "image/*"),
        page_count=frames,
        page_kind=PageKind.frames if frames is not None else None,
        corrupt=damaged,
        width=min(width, 10_000_000),
        height=min(height, 10_000_000),
    )


def _frames(image: Image.Image) -> int | None:
    """Frames, walked one by one within a limit: a chain of them may be a loop."""
    count = 1
    try:
        while count <= limits.FRAMES_MAX:
            image.seek(count)
            count += 1
    except EOFError:
        return count
    except _BROKEN:
        return None
    return None
