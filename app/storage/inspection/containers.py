"""ZIP containers: OOXML and OpenDocument files, and archives. Read in place, within limits."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from app.domain.content import COUNT_MAX, ContentFacts, ContentKind, Lock, PageKind, Trouble
from app.storage.inspection import limits
from app.storage.inspection.limits import GivenUp

BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, ParseError, DefusedXmlException, UnicodeError,
    ValueError, NotImplementedError, RuntimeError, LookupError, OSError,
)  # fmt: skip

_OOXML = {
    "word/document.xml": (ContentKind.text_document, "wordprocessingml.document"),
    "xl/workbook.xml": (ContentKind.spreadsheet, "spreadsheetml.sheet"),
    "xl/workbook.bin": (ContentKind.spreadsheet, "spreadsheetml.sheet"),
    "ppt/presentation.xml": (ContentKind.presentation, "presentationml.presentation"),
}
_OOXML_MEDIA = "application/vnd.openxmlformats-officedocument."
_ODF = {
    "text": ContentKind.text_document,
    "spreadsheet": ContentKind.spreadsheet,
    "presentation": ContentKind.presentation,
}
_ODF_TYPE = re.compile(r"application/vnd\.oasis\.opendocument\.([a-z-]{1,40})")
_SLIDE = re.compile(r"ppt/slides/slide\d+\.xml")
_END = b"PK\x05\x06"
_END_BYTES = 22
_COMMENT_BYTES_MAX = 65_535


def ends_as_zip(file: BinaryIO, size_bytes: int) -> bool:
    """Whether the file's last bytes close a ZIP container (APPNOTE 4.3.16)."""
    file.seek(max(0, size_bytes - _END_BYTES - _COMMENT_BYTES_MAX))
    tail = file.read(_END_BYTES + _COMMENT_BYTES_MAX)
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_BYTES:
        return False
    return at + _END_BYTES + int.from_bytes(tail[at + 20 : at + 22], "little") == len(tail)


def inspect_container(file: BinaryIO) -> ContentFacts:
    """The facts of a ZIP container. Raises ``GivenUp`` where it inflates beyond the limits."""
    plain = ContentFacts(ContentKind.archive, "application/zip")
    try:
        with zipfile.ZipFile(file) as container:
            entries = container.infolist()
            _refuse_bomb(entries)
            names = {e.filename for e in entries}
            plain, read = _document(container, names) or (plain, None)
            if read is None:
                locked = any(e.flag_bits & 0x1 for e in entries)
                return replace(plain, lock=Lock.closed if locked else None)
            return read(container, names, plain)
    except BROKEN:
        return replace(plain, corrupt=True)


Reading = Callable[[zipfile.ZipFile, set[str], ContentFacts], ContentFacts]


def _document(container: zipfile.ZipFile, names: set[str]) -> tuple[ContentFacts, Reading] | None:
    """What office document this is, and how to read more of it; None if it is none."""
    main = next((name for name in _OOXML if name in names), None)
    if main is not None and "[Content_Types].xml" in names:
        kind, media = _OOXML[main]
        return ContentFacts(kind, _OOXML_MEDIA + media), partial(_ooxml, main)
    if "mimetype" in names:
        said = _ODF_TYPE.fullmatch(_part(container, "mimetype").decode("ascii", "replace").strip())
        if said is not None:
            kind = _ODF.get(said[1].removesuffix("-template"), ContentKind.other)
            return ContentFacts(kind, said[0]), _odf
    return None


def _refuse_bomb(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > limits.ENTRIES_MAX:
        raise GivenUp(Trouble.inflates)
    if sum(e.file_size for e in entries) > limits.INFLATED_BYTES_MAX:
        raise GivenUp(Trouble.inflates)
    end = 0
    for entry in sorted(entries, key=lambda e: e.header_offset):
        if entry.header_offset < end:
            raise GivenUp(Trouble.inflates)  # entries share bytes: an overlapping bomb
        end = entry.header_offset + entry.compress_size
        if entry.file_size > limits.PART_BYTES_MAX and entry.file_size > limits.RATIO_MAX * max(
            1, entry.compress_size
        ):
            raise GivenUp(Trouble.inflates)


def _part(container: zipfile.ZipFile, name: str) -> bytes:
    """A part, inflated; ``GivenUp`` beyond the limit, whatever its header announces."""
    with container.open(name) as part:
        read = part.read(limits.PART_BYTES_MAX + 1)
    if len(read) > limits.PART_BYTES_MAX:
        raise GivenUp(Trouble.inflates)
    return read


def _xml(container: zipfile.ZipFile, names: Iterable[str], name: str) -> Element | None:
    if name not in names:
        return None
    found: Element = fromstring(_part(container, name), forbid_dtd=True)
    return found


def _ooxml(
    main: str, container: zipfile.ZipFile, names: set[str], plain: ContentFacts
) -> ContentFacts:
    said = _xml(container, names, "docProps/app.xml")
    core = _xml(container, names, "docProps/core.xml")
    pages: int | None
    if plain.kind is ContentKind.text_document:
        page_kind, pages = PageKind.pages, _number(_child(said, "Pages"))
    elif plain.kind is ContentKind.presentation:
        page_kind, pages = PageKind.slides, sum(1 for n in names if _SLIDE.fullmatch(n)) or None
    else:
        book = _xml(container, names, "xl/workbook.xml")
        sheets = [e for e in _all(book) if _local(e) == "sheet"]
        page_kind, pages = PageKind.sheets, len(sheets) or None
    _run_through(container, main)
    return replace(
        plain,
        page_count=pages,
        page_kind=page_kind if pages is not None else None,
        macros=any(n.rpartition("/")[2].lower() == "vbaproject.bin" for n in names),
        attachments=sum("/embeddings/" in n for n in names),
        created_on=_day(_child(core, "created")),
        modified_on=_day(_child(core, "modified")),
    )


def _odf(container: zipfile.ZipFile, names: set[str], plain: ContentFacts) -> ContentFacts:
    manifest = _xml(container, names, "META-INF/manifest.xml")
    if any(_local(e) == "encryption-data" for e in _all(manifest)):
        return replace(plain, lock=Lock.closed)
    meta = _xml(container, names, "meta.xml")
    stated = next((e for e in _all(meta) if _local(e) == "document-statistic"), None)
    counts = {} if stated is None else {k.rpartition("}")[2]: v for k, v in stated.attrib.items()}
    page_kind, name = {
        ContentKind.text_document: (PageKind.pages, "page-count"),
        ContentKind.spreadsheet: (PageKind.sheets, "table-count"),
    }.get(plain.kind, (PageKind.slides, "page-count"))
    pages = _number(counts.get(name))
    if "content.xml" in names:
        _run_through(container, "content.xml")
    return replace(
        plain,
        page_count=pages,
        page_kind=page_kind if pages is not None else None,
        macros=any(n.startswith(("Basic/", "Scripts/")) for n in names),
        created_on=_day(_child(meta, "creation-date")),
        modified_on=_day(_child(meta, "date")),
    )


def _run_through(container: zipfile.ZipFile, name: str) -> None:
    """Inflate a part, keep nothing of it: its checksum holds, or this raises ``BadZipFile``."""
    read = 0
    with container.open(name) as part:
        while block := part.read(1 << 20):
            read += len(block)
            if read > limits.INFLATED_BYTES_MAX:
                raise GivenUp(Trouble.inflates)


def _all(root: Element | None) -> Iterable[Element]:
    return () if root is None else root.iter()


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _child(root: Element | None, name: str) -> str | None:
    return next((e.text for e in _all(root) if _local(e) == name), None)


def _number(text: str | None) -> int | None:
    plain = (text or "").strip()
    if not (plain.isascii() and plain.isdigit()) or len(plain) > 8:
        return None
    return int(plain) if 0 < int(plain) <= COUNT_MAX else None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "").strip()[:10])
    except ValueError:
        return None
