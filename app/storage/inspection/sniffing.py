"""What a file is, told by its first bytes."""

from __future__ import annotations

import re

import puremagic

from app.domain.content import ContentFacts, ContentKind, announced_type
from app.storage.inspection.limits import HEAD_BYTES

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PDF_HEADER_WITHIN = 1024  # ISO 32000-1, Annex H, note 13: where readers look for it

_PROGRAMS = (b"MZ", b"\x7fELF", b"\xfe\xed\xfa", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe",
             b"\xca\xfe\xba\xbe", b"#!")  # fmt: skip
_ARCHIVES = (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*",
           b"II+\x00", b"MM\x00+", b"BM")  # fmt: skip
_HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|script|iframe|title|table|div|meta|style|p|a|br)\b", re.I
)
_XHTML = re.compile(rb"<(?:\w+:)?html\b", re.I)
_PROLOGUE = re.compile(rb"(?:\s|<\?xml[^>]*>|<!--.*?-->|<!doctype[^>]*>)*", re.I | re.S)
_SVG = re.compile(rb"<(?:\w+:)?svg\b", re.I)
_HEADER = re.compile(
    rb"[A-Za-z][A-Za-z0-9-]{1,60}:[ \t]?[^\r\n]{0,998}\r?\n(?:[ \t][^\r\n]*\r?\n)*"
)
_OF_MAIL = re.compile(
    rb"^(?:from|to|subject|date|received|message-id|mime-version|return-path):", re.I | re.M
)
_RELATED = re.compile(rb"^content-type:\s*multipart/related", re.I | re.M)
_HEADERS_MAX = 200
_IN_TEXT = frozenset({9, 10, 12, 13, 20, 26})
"""Controls that text may hold: white space, an old end of file, a load file's separator."""

_ACTIVE = re.compile(
    rb"<\s*(?:\w+:)?(?:script|iframe|object|embed|applet|foreignobject|handler)\b"
    rb"|\bon[a-z]{3,20}\s*=|javascript\s*:|<\s*meta[^>]{0,200}http-equiv\s*=\s*['\"]?refresh",
    re.I,
)

_MEDIA = {"audio": ContentKind.sound, "video": ContentKind.video, "image": ContentKind.image}


def pdf_header_at(head: bytes) -> int:
    """Where the header of a PDF stands; -1 where none is."""
    return head.find(b"%PDF-", 0, _PDF_HEADER_WITHIN + 5)


def is_zip(head: bytes) -> bool:
    """Whether a ZIP container begins here."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"))


def is_image(head: bytes) -> bool:
    """Whether an image of a kind that is looked into begins here."""
    return head.startswith(_IMAGES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")


def told_by(head: bytes) -> ContentFacts:
    """The facts that the first bytes alone tell of what is no PDF, container or image."""
    if head.startswith(_PROGRAMS):
        return ContentFacts(ContentKind.program, "application/octet-stream", active=True)
    if head.startswith(_ARCHIVES) or head[257:262] == b"ustar":
        return ContentFacts(ContentKind.archive, "application/octet-stream")
    if head.startswith(b"{\\rtf"):
        return ContentFacts(ContentKind.rich_text, "application/rtf")
    return _text(head) if decodable(head) else _binary(head)


def decodable(head: bytes) -> bool:
    """Whether this is text: UTF-8, UTF-16 with its mark, or one byte a letter."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return b"\x00\x00\x00\x00" not in head
    control = sum(head.count(bytes([n])) for n in range(32) if n not in _IN_TEXT)
    return b"\x00" not in head and control <= len(head) // 1000


def _text(head: bytes) -> ContentFacts:
    plain = head.removeprefix(b"\xef\xbb\xbf")
    if plain.startswith((b"\xff\xfe", b"\xfe\xff")):
        plain = plain.replace(b"\x00", b"")[2:]
    start = _PROLOGUE.match(plain)
    body = plain[start.end() :] if start else plain
    if _SVG.match(body):
        return ContentFacts(ContentKind.svg, "image/svg+xml", active=is_active(plain))
    is_xml = plain.lstrip().startswith(b"<?xml")
    if (_XHTML if is_xml else _HTML).match(body) or _HTML.match(plain.lstrip()):
        return ContentFacts(ContentKind.html, "text/html", active=is_active(plain))
    if is_xml:
        return ContentFacts(ContentKind.xml, "application/xml", active=is_active(plain))
    headers = _headers(plain)
    of_mail = len(_OF_MAIL.findall(headers))
    if of_mail and _RELATED.search(headers):
        return ContentFacts(ContentKind.web_archive, "multipart/related")
    if of_mail >= 2:
        return ContentFacts(ContentKind.email, "message/rfc822")
    return ContentFacts(ContentKind.plain_text, "text/plain")


def is_active(text: bytes) -> bool:
    """Whether a page of HTML, XML or SVG does something when it is opened."""
    return _ACTIVE.search(text) is not None


def _headers(text: bytes) -> bytes:
    position = 0
    for _ in range(_HEADERS_MAX):
        line = _HEADER.match(text, position)
        if line is None:
            break
        position = line.end()
    return text[:position]


def _binary(head: bytes) -> ContentFacts:
    try:
        guesses = puremagic.magic_string(head[:HEAD_BYTES])
    except (puremagic.PureError, ValueError, IndexError, UnicodeError):
        return ContentFacts()
    for guess in sorted(guesses, key=lambda g: -g.confidence):
        kind = _MEDIA.get(guess.mime_type.partition("/")[0])
        if guess.confidence >= 0.5 and guess.mime_type:
            return ContentFacts(kind or ContentKind.other, announced_type(guess.mime_type))
    return ContentFacts()
