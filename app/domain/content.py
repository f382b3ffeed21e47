"""What the content of one file is found to be: facts, before anybody judges them.

An inspection (``app.storage.inspection``) finds them in a process of its own; the checks
(``app.domain.checks``) judge them. What could not be found out is None, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any

PAGES_LISTED_MAX = 100
"""Pages named one by one in what was found; beyond them only the count is kept."""
MEDIA_TYPE_CHARS_MAX = 120
COUNT_MAX = 10_000_000


def announced_type(said: str | None) -> str:
    """The media type that somebody gives a file, no longer than is kept of it."""
    return (said or "application/octet-stream")[:MEDIA_TYPE_CHARS_MAX]


class ContentKind(StrEnum):
    """What a file is by its bytes, whatever its name says."""

    pdf = "pdf"
    text_document = "text_document"
    spreadsheet = "spreadsheet"
    presentation = "presentation"
    old_office = "old_office"
    rich_text = "rich_text"
    email = "email"
    web_archive = "web_archive"
    html = "html"
    svg = "svg"
    xml = "xml"
    plain_text = "plain_text"
    image = "image"
    sound = "sound"
    video = "video"
    archive = "archive"
    program = "program"
    other = "other"
    empty = "empty"
    unknown = "unknown"


class PageKind(StrEnum):
    """What a file's pages are called."""

    pages = "pages"
    sheets = "sheets"
    slides = "slides"
    frames = "frames"


class Trouble(StrEnum):
    """Why a file could not be checked."""

    time = "time"
    memory = "memory"
    broke_off = "broke_off"
    inflates = "inflates"
    unreadable = "unreadable"


class Lock(StrEnum):
    """What a password keeps."""

    closed = "closed"
    rights = "rights"


@dataclass(frozen=True, slots=True)
class ContentFacts:
    """What an inspection found in one file.

    ``trouble``: it could not be checked, and all else may be unknown. ``page_count`` None:
    not known. ``lock``: a password is needed to open it, or only to change or print it.
    ``corrupt``: it cannot be opened; ``damaged``: readers repair it as they open it.
    ``textless_pages`` of a PDF hold images and no text. ``hidden_text``: page number to the
    count of opaque boxes under which text is still there. ``pages_examined``: how far pages
    were looked into, where that is less than all.
    """

    kind: ContentKind = ContentKind.unknown
    media_type: str = ""
    trouble: Trouble | None = None
    page_count: int | None = None
    page_kind: PageKind | None = None
    lock: Lock | None = None
    corrupt: bool = False
    damaged: bool = False
    two_in_one: bool = False
    textless_pages: int = 0
    javascript: bool = False
    attachments: int = 0
    form: bool = False
    signatures: int = 0
    macros: bool = False
    active: bool = False
    hidden_text: Mapping[int, int] = field(default_factory=dict)
    pages_examined: int | None = None
    created_on: date | None = None
    modified_on: date | None = None
    width: int | None = None
    height: int | None = None


def content_to_json(facts: ContentFacts) -> dict[str, object]:
    """Write facts so that ``content_from_json`` reads the same; what is not there is left out."""
    plain = ContentFacts()
    written: dict[str, object] = {"kind": facts.kind.value}
    for each in fields(ContentFacts):
        value = getattr(facts, each.name)
        if value == getattr(plain, each.name):
            continue
        if isinstance(value, date):
            value = value.isoformat()
        elif each.name == "hidden_text":
            value = {str(page): count for page, count in value.items()}
        written[each.name] = value
    return written


def content_from_json(data: object) -> ContentFacts:
    """Read facts; raises ``ValueError`` on anything that ``content_to_json`` does not write."""
    if not isinstance(data, Mapping) or "kind" not in data:
        raise ValueError("not the facts of a content")
    unknown = set(data) - {each.name for each in fields(ContentFacts)}
    if unknown:
        raise ValueError(f"no such facts: {sorted(map(str, unknown))}")
    values: dict[str, Any] = {name: _read(name, value) for name, value in data.items()}
    return ContentFacts(**values)


_WORDS: Mapping[str, type[StrEnum]] = {
    "kind": ContentKind,
    "trouble": Trouble,
    "page_kind": PageKind,
    "lock": Lock,
}
_FLAGS = frozenset({"corrupt", "damaged", "two_in_one", "javascript", "form", "macros", "active"})
_DAYS = frozenset({"created_on", "modified_on"})


def _read(name: str, value: object) -> object:
    if name in _WORDS:
        return _WORDS[name](_text(value))
    if name in _FLAGS:
        if not isinstance(value, bool):
            raise ValueError(f"{name} is true or false")
        return value
    if name in _DAYS:
        return date.fromisoformat(_text(value))
    if name == "media_type":
        return _text(value)
    if name == "hidden_text":
        return _boxes(value)
    return _count(value)


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > MEDIA_TYPE_CHARS_MAX:
        raise ValueError("not a short text")
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= COUNT_MAX:
        raise ValueError("not a count")
    return value


def _boxes(value: object) -> dict[int, int]:
    if not isinstance(value, Mapping) or len(value) > PAGES_LISTED_MAX:
        raise ValueError("not boxes by page")
    return {int(_text(page)): _count(count) for page, count in value.items()}
