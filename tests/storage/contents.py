"""Files made for tests: small, whole, and each of a kind; and hostile ones."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Mapping

Parts = Mapping[str, bytes | str]

CONTENT_TYPES = (
    '<?xml version="1.0"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
)
APP = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
ODF = "application/vnd.oasis.opendocument."


def pdf_of(objects: Mapping[int, bytes], *, root: int = 1, trailer: bytes = b"") -> bytes:
    """A PDF of these objects, with a cross-reference table that holds."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    at: dict[int, int] = {}
    for number, body in objects.items():
        at[number] = out.tell()
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
    start = out.tell()
    size = max(objects) + 1
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
    for number in range(1, size):
        used = number in at
        out.write(b"%010d %05d %c \n" % (at.get(number, 0), 0 if used else 65535, b"fn"[used]))
    out.write(b"trailer\n<< /Size %d /Root %d 0 R %b >>\n" % (size, root, trailer))
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def stream(body: bytes, entries: bytes = b"") -> bytes:
    """A stream object."""
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(body), entries, body)


FONT = b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> %b >>"


def page_of(content: bytes, *, page: bytes = b"", catalog: bytes = b"", extra: Mapping[int, bytes]
            = {}, resources: bytes = b"", trailer: bytes = b"") -> bytes:  # fmt: skip
    """A PDF of one page with this content stream."""
    return pdf_of(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R %b >>" % catalog,
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R"
            b" /Resources %b %b >>" % (FONT % resources, page),
            4: stream(content),
            **extra,
        },
        trailer=trailer,
    )


def said(text: bytes, *, x: int = 50, y: int = 100) -> bytes:
    """Operators that write a line of text."""
    return b"BT /F1 12 Tf %d %d Td (%b) Tj ET\n" % (x, y, text)


BLACK_BOX = b"0 0 0 rg 45 90 200 30 re f\n"
WHITE_BOX = b"1 1 1 rg 45 90 200 30 re f\n"
SECRET = b"Jean Dupont, secret"

PLAIN_PDF = page_of(said(b"A plain page"))


def zip_of(parts: Parts, *, stored: Iterable[str] = ()) -> bytes:
    """A ZIP container of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as container:
        for name, body in parts.items():
            how = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            container.writestr(name, body, how)
    return out.getvalue()


def docx(**parts: bytes | str) -> bytes:
    """A text document that says it has three pages."""
    return zip_of(
        {
            "[Content_Types].xml": CONTENT_TYPES,
            "word/document.xml": "<w/>",
            "docProps/app.xml": f'<Properties xmlns="{APP}"><Pages>3</Pages></Properties>',
            **{name.replace("__", "/").replace("_xml", ".xml"): body
               for name, body in parts.items()},
        }
    )  # fmt: skip


def odf(kind: str, parts: Parts) -> bytes:
    """An OpenDocument file."""
    return zip_of({"mimetype": ODF + kind, "content.xml": "<o/>", **parts}, stored=["mimetype"])


def bomb(size_bytes: int) -> bytes:
    """Zeros, compressed as far as deflate goes."""
    squeeze = zlib.compressobj(9)
    block = bytes(1 << 20)
    return b"".join(squeeze.compress(block) for _ in range(size_bytes >> 20)) + squeeze.flush()


def nested_forms(levels: int, times: int) -> bytes:
    """A page whose form draws a form ten times over, and so on: 10, 100, 1000 … drawings."""
    extra = {}
    for level in range(levels):
        number = 10 + level
        last = level == levels - 1
        inner = said(b"x") if last else b"/X Do\n" * times
        below = FONT % b"" if last else b"<< /XObject << /X %d 0 R >> >>" % (number + 1)
        extra[number] = stream(
            inner, b"/Type /XObject /Subtype /Form /BBox [0 0 300 300] /Resources %b" % below
        )
    return page_of(b"/X Do\n", resources=b"/XObject << /X 10 0 R >>", extra=extra)
