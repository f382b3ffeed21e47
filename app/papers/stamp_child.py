"""Stamp a PDF in a process of its own, under limits: ``stamp_child.py SOURCE TARGET``.

Run by ``app.papers.stamps`` as a file, not as a module: it knows nothing of the service. The
job (JSON: ``texts``, ``note``, ``corner``, ``limits``) is on standard input; what came of it
(JSON: ``pages``, ``signed``, or ``refused``) goes to standard output.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pikepdf

WIDTH = 220.0
"""Points of a stamp's box; its text stands in the corner of it."""
HEIGHT = 40.0
MARGIN = 14.0
FIELDS_MAX = 10_000

# Sizes, as the reader sees the page; all text is data (sys.inputs), never markup.
_TEMPLATE = """
#let job = json(bytes(sys.inputs.job))
#set page(width: 220pt, height: 40pt, margin: 0pt, fill: none)
#set text(font: ("Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono"), size: 11pt)
#let corner = if job.corner == "top" { right + top } else { right + bottom }
#for (n, text_) in job.texts.enumerate() {
  if n > 0 { pagebreak() }
  place(corner, box(fill: white.transparentize(15%), inset: 3pt, align(right, {
    text(weight: "bold", text_)
    if job.note != "" { linebreak(); text(size: 7pt, job.note) }
  })))
}
"""


def main() -> int:
    """Do the job; the answer is always one line of JSON."""
    job = json.load(sys.stdin)
    _limit(job["limits"])
    try:
        answer = _stamp(Path(sys.argv[1]), Path(sys.argv[2]), job)
    except MemoryError:
        answer = {"refused": "too_large"}
    json.dump(answer, sys.stdout)
    return 0


def _limit(limits: dict[str, int]) -> None:
    for kind, value in (
        (resource.RLIMIT_AS, limits["memory_bytes"]),
        (resource.RLIMIT_CPU, limits["cpu_seconds"]),
        (resource.RLIMIT_FSIZE, limits["file_bytes"]),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (value, value))


def _stamp(source: Path, target: Path, job: dict[str, Any]) -> dict[str, Any]:
    import pikepdf  # noqa: PLC0415  under the limits, not before them

    with source.open("rb") as file:
        if b"%PDF-" not in file.read(1024):
            return {"refused": "not_pdf"}
    try:
        pdf = pikepdf.open(source, attempt_recovery=False, suppress_warnings=True)
    except pikepdf.PasswordError:
        return {"refused": "encrypted"}
    except (pikepdf.PdfError, ValueError, RuntimeError):
        return {"refused": "damaged"}
    with pdf:
        if pdf.is_encrypted:
            return {"refused": "encrypted"}
        try:
            return _put(pdf, target, job)
        except (pikepdf.PdfError, ValueError, KeyError, TypeError, RuntimeError):
            return {"refused": "damaged"}


def _put(pdf: pikepdf.Pdf, target: Path, job: dict[str, Any]) -> dict[str, Any]:
    import pikepdf  # noqa: PLC0415

    count = len(pdf.pages)
    texts = job["texts"]
    if count == 0:
        return {"refused": "damaged"}
    if job["each_page"] and len(texts) != count:
        return {"refused": "pages_differ", "pages": count}
    signed = _is_signed(pdf)
    with pikepdf.open(io.BytesIO(_overlay(job))) as stamps:
        for page, stamp in zip(pdf.pages[: len(texts)], stamps.pages, strict=True):
            rect = _corner(page, job["corner"])
            page.add_overlay(stamp, rect)
        # What is there is copied as it is: no stream is unpacked, memory stays flat.
        pdf.save(
            target,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            preserve_pdfa=True,
        )
    return {"pages": count, "signed": signed}


def _overlay(job: dict[str, Any]) -> bytes:
    """One small page for each stamp, set by typst with its own fonts."""
    import typst  # noqa: PLC0415

    data = {name: job[name] for name in ("texts", "note", "corner")}
    compiled = typst.compile(
        _TEMPLATE.encode(), sys_inputs={"job": json.dumps(data)}, ignore_system_fonts=True
    )
    assert isinstance(compiled, bytes)  # noqa: S101  one document, not pages
    return compiled


def _corner(page: pikepdf.Page, corner: str) -> pikepdf.Rectangle:
    """Where the reader sees the top or bottom right of the page, in the page's own axes."""
    import pikepdf  # noqa: PLC0415

    left, bottom, right, top = (float(x) for x in page.cropbox)
    left, right, bottom, top = (
        min(left, right),
        max(left, right),
        min(bottom, top),
        max(bottom, top),
    )
    turned = int(page.obj.get("/Rotate", _inherited_rotation(page))) % 360
    across, up = (
        (right - left, top - bottom) if turned in {0, 180} else (top - bottom, right - left)
    )
    margin = min(MARGIN, across / 20, up / 20)
    width, height = min(WIDTH, across - 2 * margin), min(HEIGHT, up - 2 * margin)
    # In the axes of the reader, from the lower left corner.
    x1, x0 = across - margin, across - margin - width
    y0 = up - margin - height if corner == "top" else margin
    y1 = y0 + height
    if turned == 90:  # the reader's right is the page's up, the reader's up the page's left
        return pikepdf.Rectangle(right - y1, bottom + x0, right - y0, bottom + x1)
    if turned == 180:
        return pikepdf.Rectangle(right - x1, top - y1, right - x0, top - y0)
    if turned == 270:
        return pikepdf.Rectangle(left + y0, top - x1, left + y1, top - x0)
    return pikepdf.Rectangle(left + x0, bottom + y0, left + x1, bottom + y1)


def _inherited_rotation(page: pikepdf.Page) -> int:
    node, depth = page.obj.get("/Parent"), 0
    while node is not None and depth < 64:
        if "/Rotate" in node:
            return int(node["/Rotate"])
        node, depth = node.get("/Parent"), depth + 1
    return 0


def _is_signed(pdf: pikepdf.Pdf) -> bool:
    """Whether a signature is in it: the form says so, or a signature field has a value."""
    form = pdf.Root.get("/AcroForm")
    if form is None:
        return False
    if int(form.get("/SigFlags", 0)) & 1:
        return True
    waiting, seen = list(form.get("/Fields", [])), 0
    while waiting and seen < FIELDS_MAX:
        field, seen = waiting.pop(), seen + 1
        if field.get("/FT") == "/Sig" and "/V" in field:
            return True
        waiting += list(field.get("/Kids", []))
    return False


if __name__ == "__main__":
    sys.exit(main())
