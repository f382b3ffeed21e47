"""A PDF small enough to read: one page of text, marked as made for the demo."""

from __future__ import annotations

from collections.abc import Iterable

MARK = "DÉMONSTRATION - document fictif, sans valeur"


def pdf(title: str, lines: Iterable[str]) -> bytes:
    """One A4 page: the title, the lines, and the mark above and below them."""
    return _file(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R"
        b" /Resources << /Font << /F1 4 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        _stream(title, [*lines]),
    )


def _stream(title: str, lines: list[str]) -> bytes:
    shown = [_line(9, 56, 800, MARK), _line(16, 56, 756, title)]
    shown += [_line(11, 56, 724 - 18 * i, text) for i, text in enumerate(lines)]
    content = b"\n".join([*shown, _line(9, 56, 40, MARK)])
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)


def _line(size: int, x: int, y: int, text: str) -> bytes:
    # WinAnsiEncoding is Windows code page 1252.
    shown = text.encode("cp1252", "replace")
    for special in (b"\\", b"(", b")"):
        shown = shown.replace(special, b"\\" + special)
    return b"BT /F1 %d Tf %d %d Td (%s) Tj ET" % (size, x, y, shown)


def _file(*objects: bytes) -> bytes:
    """Objects 1, 2, …, the first of them the catalogue, with the table of where each begins."""
    out, starts = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table, count = len(out), len(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % count
    out += b"".join(b"%010d 00000 n \n" % start for start in starts)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, table)
    return bytes(out)
