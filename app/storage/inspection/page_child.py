"""The process that draws one page of a PDF: ``-m app.storage.inspection.page_child``.

Its arguments are the limits (bytes of memory, seconds) and the page, from 1. Its standard input
is the file, open for reading; to its standard output goes a line of JSON and, where the page
could be drawn, the PNG. It draws one page and ends: what a file does to it, no other file meets.
Scripts, forms and links of the PDF do nothing: what comes out is an image.
"""

from __future__ import annotations

import io
import json
import sys

from app.storage.inspection import limits

PIXELS_WIDE = 1_400
PIXELS_MAX = 4_000_000
"""Pixels of a drawn page: a very long page is drawn smaller."""
POINTS_MAX = 100_000.0


def main(memory_bytes: int, seconds: float, page: int) -> None:
    """Draw, and answer. Never raises: what failed is said in the answer."""
    limits.lower(memory_bytes)
    limits.allow_cpu(seconds)
    image = b""
    try:
        answer, image = _draw(page)
    except MemoryError:
        answer = {"refused": "memory"}
    except Exception:  # whatever a parser raises over a hostile file
        answer = {"refused": "unreadable"}
    out = sys.stdout.buffer
    out.write(json.dumps(answer).encode() + b"\n" + image)
    out.flush()


def _draw(number: int) -> tuple[dict[str, object], bytes]:
    import pypdfium2 as pdfium  # noqa: PLC0415  under the limits, not before them

    with open(0, "rb", closefd=False) as file:
        pdf = pdfium.PdfDocument(file)
        count = len(pdf)
        if not 1 <= number <= count:
            return {"refused": "no_such_page", "pages": count}, b""
        page = pdf[number - 1]
        wide, high = page.get_size()
        if not (0 < wide < POINTS_MAX and 0 < high < POINTS_MAX):
            return {"refused": "unreadable", "pages": count}, b""
        scale = min(PIXELS_WIDE / wide, (PIXELS_MAX / (wide * high)) ** 0.5)
        drawn = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
        kept = io.BytesIO()
        drawn.save(kept, "PNG", compress_level=3)
    told = {"pages": count, "width": drawn.width, "height": drawn.height}
    return told, kept.getvalue()


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
