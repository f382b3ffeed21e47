"""Reading a PDF that we made, as a reader's program would."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pypdfium2


def text_of(pdf: bytes) -> str:
    """All its text, lines joined by spaces; what only lets a line break is left out."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [document[n].get_textpage().get_text_range() for n in range(len(document))]
    finally:
        document.close()
    joined = " ".join(" ".join(pages).split())
    return joined.translate(dict.fromkeys(map(ord, "\u200b\u2068\u2069\ufffe"))).replace(
        "\xa0", " "
    )


def attached(pdf: bytes) -> dict[str, bytes]:
    """The files inside it."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return {name: spec.get_file().read_bytes() for name, spec in document.attachments.items()}


def about(pdf: bytes) -> dict[str, Any]:
    """What it says of itself: PDF/A part and level, title, language, whether it is tagged."""
    with pikepdf.open(io.BytesIO(pdf)) as document, document.open_metadata() as said:
        return {
            "part": said.get("pdfaid:part"),
            "level": said.get("pdfaid:conformance"),
            "title": said.get("dc:title"),
            "language": str(document.Root.Lang),
            "tagged": bool(document.Root.MarkInfo.Marked),
            "relationship": [
                str(spec.obj.AFRelationship) for spec in document.attachments.values()
            ],
        }
