"""PDF: two readers, qpdf for its objects and PDFium for its pages."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, BinaryIO

import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from app.domain.content import (
    PAGES_LISTED_MAX,
    ContentFacts,
    ContentKind,
    Lock,
    PageKind,
    Trouble,
)
from app.storage.inspection import limits
from app.storage.inspection.hidden import hidden_boxes

_PDF = ContentFacts(ContentKind.pdf, "application/pdf")
_DEPTH_MAX = 12
_QPDF_FAILS = (pikepdf.PdfError, ValueError, TypeError, KeyError, RuntimeError, IndexError,
               AttributeError, OverflowError, NotImplementedError, UnicodeError)  # fmt: skip
_DATE = re.compile(r"D:(\d{4})(\d{2})?(\d{2})?")


def inspect_pdf(file: BinaryIO, seconds: float) -> ContentFacts:
    """The facts of a PDF, open as ``file``; about ``seconds`` at most.

    Where the two readers do not agree on how many pages there are, nobody knows.
    """
    until = time.monotonic() + seconds * limits.LOOK_SHARE
    try:
        file.seek(0)
        with pikepdf.open(file, access_mode=pikepdf.AccessMode.stream) as pdf:
            facts, counted = _objects(pdf, until)
    except pikepdf.PasswordError:
        return replace(_PDF, lock=Lock.closed)
    except _QPDF_FAILS:
        facts, counted = replace(_PDF, damaged=True), None
    return _pages(file, facts, counted, until + seconds * limits.LOOK_SHARE)


# -- objects, with qpdf


@dataclass
class _Seen:
    """What the objects hold, as far as it was looked at."""

    javascript: bool = False
    signatures: int = 0
    embedded: set[object] = field(default_factory=set)


def _objects(pdf: pikepdf.Pdf, until: float) -> tuple[ContentFacts, int | None]:
    seen = _Seen()
    for looked_at, thing in enumerate(pdf.objects):
        if looked_at > limits.OBJECTS_MAX or time.monotonic() > until:
            break
        _look(thing, seen, _DEPTH_MAX)
    try:
        counted: int | None = len(pdf.pages)
    except _QPDF_FAILS:
        counted = None
    facts = replace(
        _PDF,
        lock=Lock.rights if pdf.is_encrypted else None,
        javascript=seen.javascript,
        attachments=len(seen.embedded),
        form=_has_form(pdf),
        signatures=seen.signatures,
        created_on=_day(pdf, "/CreationDate"),
        modified_on=_day(pdf, "/ModDate"),
    )
    return replace(facts, damaged=any("damaged" in str(w) for w in pdf.get_warnings())), counted


def _look(thing: Any, seen: _Seen, depth: int) -> None:
    """Look at an object and what stands in it directly; references are looked at in turn."""
    if isinstance(thing, pikepdf.Array):
        parts: list[Any] = list(thing)[:5_000]
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        keys = set(thing.keys())
        if "/JS" in keys or thing.get("/S") == pikepdf.Name.JavaScript:
            seen.javascript = True
        if "/ByteRange" in keys and "/Contents" in keys:
            seen.signatures += 1
        if "/EF" in keys:
            seen.embedded.add(_embedded(thing))
        parts = [thing.get(key) for key in keys]
    else:
        return
    for part in parts:
        direct = isinstance(part, pikepdf.Object) and not part.is_indirect
        if direct and depth:
            _look(part, seen, depth - 1)


def _embedded(filespec: Any) -> object:
    """What names an embedded file, so that two mentions of it count once."""
    kept = filespec.get("/EF")
    if isinstance(kept, pikepdf.Dictionary):
        for key in ("/F", "/UF"):
            stream = kept.get(key)
            if isinstance(stream, pikepdf.Object) and stream.is_indirect:
                return stream.objgen
    return id(filespec)


def _has_form(pdf: pikepdf.Pdf) -> bool:
    form = pdf.Root.get("/AcroForm")
    if not isinstance(form, pikepdf.Dictionary):
        return False
    fields = form.get("/Fields")
    return "/XFA" in form or (isinstance(fields, pikepdf.Array) and len(fields) > 0)


def _day(pdf: pikepdf.Pdf, name: str) -> date | None:
    info = pdf.trailer.get("/Info")
    said = info.get(name) if isinstance(info, pikepdf.Dictionary) else None
    found = _DATE.match(str(said)[:60]) if isinstance(said, pikepdf.String) else None
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return None


# -- pages, with PDFium


def _pages(file: BinaryIO, facts: ContentFacts, counted: int | None, until: float) -> ContentFacts:
    try:
        # The open file, never its name: a copy from a remote store has none.
        document = pdfium.PdfDocument(file)
    except pdfium.PdfiumError as error:
        if error.err_code == pdfium_c.FPDF_ERR_PASSWORD:
            return replace(_PDF, lock=Lock.closed)
        return replace(facts, corrupt=True)
    try:
        count = len(document)
        if count == 0:
            return replace(facts, corrupt=True)
        facts = _look_into(document, facts, count, until)
    finally:
        document.close()
    if counted != count:
        return replace(facts, damaged=True)
    return replace(facts, page_count=count, page_kind=PageKind.pages)


def _look_into(
    document: pdfium.PdfDocument, facts: ContentFacts, count: int, until: float
) -> ContentFacts:
    textless, examined, unreadable = 0, 0, 0
    hidden: dict[int, int] = {}
    for index in range(min(count, limits.PAGES_MAX)):
        if time.monotonic() > until:
            break
        try:
            page = document[index]
        except pdfium.PdfiumError:
            unreadable += 1
            examined += 1
            continue
        try:
            text = page.get_textpage()
            if _has_text(text):
                boxes = hidden_boxes(page, text)
                if boxes and len(hidden) < PAGES_LISTED_MAX:
                    hidden[index + 1] = boxes
            elif _has_image(page):
                textless += 1
        finally:
            page.close()
        examined += 1
    if unreadable == examined and examined:
        return replace(facts, trouble=Trouble.unreadable)
    return replace(
        facts,
        damaged=facts.damaged or unreadable > 0,
        textless_pages=textless,
        hidden_text=hidden,
        pages_examined=examined if examined < count else None,
    )


def _has_text(text: pdfium.PdfTextPage) -> bool:
    # Not get_text_bounded(): it leaves out what stands outside the page's box.
    return any(not c.isspace() for c in text.get_text_range(0, min(text.count_chars(), 2_000)))


def _has_image(page: pdfium.PdfPage) -> bool:
    images = page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=4)
    return next(iter(images), None) is not None
