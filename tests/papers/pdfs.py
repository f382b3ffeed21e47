"""PDFs made for a test, and what a reader of one sees."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pypdfium2


def a_pdf(
    path: Path, *, pages: int = 1, rotate: int = 0, signed: bool = False, field: str = ""
) -> Path:
    """Blank pages of A4, perhaps turned, perhaps with a form that says it is signed.

    ``field``: a signature field within another, with a value ("signed") or empty ("empty").
    """
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(595, 842))
            pdf.pages[-1].Rotate = rotate
        if signed:
            pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(), SigFlags=3)
        if field:
            value = {"/V": pikepdf.Dictionary()} if field == "signed" else {}
            kid = pikepdf.Dictionary({"/FT": pikepdf.Name.Sig, **value})
            parent = pikepdf.Dictionary(Kids=pikepdf.Array([kid]))
            pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([parent]))
        pdf.save(path)
    return path


def texts(path: Path) -> list[str]:
    """The text of each page, white space made one."""
    with pypdfium2.PdfDocument(path) as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def ink(path: Path, page: int = 0) -> tuple[float, float, float, float]:
    """Where the reader sees something on the page: left, top, right, bottom, as fractions."""
    with pypdfium2.PdfDocument(path) as document:
        image = document[page].render(scale=1).to_pil().convert("L")
    box = image.point(lambda value: 255 if value < 128 else 0).getbbox()
    assert box is not None, "a blank page"
    left, top, right, bottom = box
    return left / image.width, top / image.height, right / image.width, bottom / image.height
