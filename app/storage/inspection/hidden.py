"""Text that an opaque box hides but does not remove: a redaction that is none.

Candidates are boxes painted in one opaque colour, and comments drawn as boxes, at a place where
characters are. Whether these can still be seen, a render of the page decides: where every
pixel of a character's place has one colour, or where a box painted later shows its colour
there but for the lines of a hatching, nobody sees it, and anybody can copy it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import pypdfium2 as pdfium
import pypdfium2.raw as c

from app.storage.inspection import limits

_DEPTH_MAX = 6
_OBJECTS_MAX = 20_000
_SIDE_MIN_POINTS = 4.0
"""Thinner boxes are lines."""
_CHARS_MIN = 2
"""Fewer characters under a box are an accident of the layout."""
_CHARS_ENOUGH = 64
"""More need not be looked at to know."""
_SCALE = 2.0
_PIXELS_MAX = 6_000_000
_TOLERANCE = 24
"""Of 255, by which two colours of a render are one: edges are smoothed."""
_BUCKET_POINTS = 16
_ROWS_MAX = 2_000

_COVERED_SHARE = 0.6
"""Of a character's pixels, how many a hatched box leaves in its own colour, at least."""
_LABEL_WORDS = (
    "redacted redaction privilege privileged confidential sealed withheld omitted "
    "attorneyclientprivilege workproduct personalinformation caviardé occulté biffé masqué "
    "expurgé confidentiel secretdesaffaires geschwärzt"
)
_LABELS = frozenset(_LABEL_WORDS.split())
"""What a box is labelled with on purpose: nothing is betrayed by it."""

_COMMENTS = frozenset(
    {c.FPDF_ANNOT_SQUARE, c.FPDF_ANNOT_FREETEXT, c.FPDF_ANNOT_STAMP, c.FPDF_ANNOT_REDACT,
     c.FPDF_ANNOT_POLYGON, c.FPDF_ANNOT_HIGHLIGHT, c.FPDF_ANNOT_INK}
)  # fmt: skip
_INVISIBLE = c.FPDF_TEXTRENDERMODE_INVISIBLE


@dataclass(frozen=True, slots=True)
class _Box:
    """A box in the page's points, and where it comes in the order of painting."""

    left: float
    bottom: float
    right: float
    top: float
    order: int
    color: tuple[int, int, int] | None
    """Its opaque colour; None where what lies below may shine through, as under a marker."""

    @property
    def light(self) -> bool:
        """As white as paper."""
        return self.color is not None and min(self.color) > 255 - _TOLERANCE


@dataclass(frozen=True, slots=True)
class _Char:
    """The middle part of a character's place, and where it comes in the order of painting."""

    left: float
    bottom: float
    right: float
    top: float
    order: int
    invisible: bool
    index: int
    letter: str


def hidden_boxes(page: pdfium.PdfPage, text: pdfium.PdfTextPage) -> int:
    """Count the boxes of the page under which characters are that nobody sees."""
    boxes, order = _candidates(page)
    if not boxes:
        return 0
    chars = _Rows(_chars(text, order))
    covered = [(box, under) for box in boxes if len(under := list(chars.under(box))) >= _CHARS_MIN]
    if not covered:
        return 0
    picture = _Picture(page)
    found: list[_Box] = []
    for box, under in covered:
        unseen = list(islice((each for each in under if picture.hides(box, each)), _CHARS_ENOUGH))
        betrayed = len(unseen) >= _CHARS_MIN and not _is_label(unseen)
        if betrayed and not any(_same(box, other) for other in found):
            found.append(box)
    return len(found)


def _is_label(chars: list[_Char]) -> bool:
    text = "".join(each.letter for each in sorted(chars, key=lambda each: each.index))
    return "".join(filter(str.isalpha, text)).casefold() in _LABELS


def _same(one: _Box, other: _Box) -> bool:
    return (
        abs(one.left - other.left) + abs(one.right - other.right) < 2
        and abs(one.top - other.top) + abs(one.bottom - other.bottom) < 2
    )


# -- what is painted, in order


def _candidates(page: pdfium.PdfPage) -> tuple[list[_Box], dict[int, int]]:
    """Opaque boxes, and the order of text objects by their address."""
    boxes: list[_Box] = []
    order: dict[int, int] = {}
    width, height = page.get_size()
    for n, (thing, kind, matrix) in enumerate(_painted(page)):
        if kind == c.FPDF_PAGEOBJ_TEXT:
            order[ctypes.addressof(thing.contents)] = n
        elif kind == c.FPDF_PAGEOBJ_PATH and len(boxes) < limits.BOXES_MAX:
            box = _opaque(thing, matrix, n)
            if box is not None:
                boxes.append(box)
    boxes += _comment_boxes(page)
    return [b for b in boxes if not _is_paper(b, width, height)], order


def _is_paper(box: _Box, width: float, height: float) -> bool:
    """A light box as large as the page is its background, whatever comes with it."""
    area = (box.right - box.left) * (box.top - box.bottom)
    return box.light and area > 0.8 * width * height


Matrix = tuple[float, float, float, float, float, float]
_UNIT: Matrix = (1, 0, 0, 1, 0, 0)


def _painted(page: pdfium.PdfPage) -> Iterator[tuple[c.FPDF_PAGEOBJECT, int, Matrix]]:
    """Every object of the page in the order of painting, forms opened."""
    left = _OBJECTS_MAX
    raw = page.raw
    stack = [iter([(c.FPDFPage_GetObject(raw, i), _UNIT)
                   for i in range(min(left, c.FPDFPage_CountObjects(raw)))])]  # fmt: skip
    while stack and left > 0:
        entry = next(stack[-1], None)
        if entry is None:
            stack.pop()
            continue
        left -= 1
        thing, matrix = entry
        if not thing:
            continue
        kind = c.FPDFPageObj_GetType(thing)
        yield thing, kind, matrix
        if kind == c.FPDF_PAGEOBJ_FORM and len(stack) < _DEPTH_MAX:
            own = c.FS_MATRIX()
            c.FPDFPageObj_GetMatrix(thing, own)
            within = _times((own.a, own.b, own.c, own.d, own.e, own.f), matrix)
            count = min(left, max(0, c.FPDFFormObj_CountObjects(thing)))
            stack.append(iter([(c.FPDFFormObj_GetObject(thing, i), within) for i in range(count)]))


def _times(a: Matrix, b: Matrix) -> Matrix:
    return (
        a[0] * b[0] + a[1] * b[2], a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2], a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4], a[4] * b[1] + a[5] * b[3] + b[5],
    )  # fmt: skip


def _opaque(path: c.FPDF_PAGEOBJECT, matrix: Matrix, order: int) -> _Box | None:
    fill, stroke = ctypes.c_int(), c.FPDF_BOOL()
    if not c.FPDFPath_GetDrawMode(path, fill, stroke) or fill.value == c.FPDF_FILLMODE_NONE:
        return None
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not c.FPDFPageObj_GetFillColor(path, red, green, blue, alpha) or alpha.value < 255:
        return None
    shines = bool(c.FPDFPageObj_HasTransparency(path))
    color = None if shines else (red.value, green.value, blue.value)
    l, b, r, t = (ctypes.c_float() for _ in range(4))  # noqa: E741
    if not c.FPDFPageObj_GetBounds(path, l, b, r, t):
        return None
    corners = [_at(matrix, x, y) for x in (l.value, r.value) for y in (b.value, t.value)]
    return _box([x for x, _ in corners], [y for _, y in corners], order, color)


def _at(m: Matrix, x: float, y: float) -> tuple[float, float]:
    return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]


def _box(
    xs: list[float], ys: list[float], order: int, color: tuple[int, int, int] | None
) -> _Box | None:
    box = _Box(min(xs), min(ys), max(xs), max(ys), order, color)
    wide, high = box.right - box.left, box.top - box.bottom
    return box if wide >= _SIDE_MIN_POINTS and high >= _SIDE_MIN_POINTS else None


def _comment_boxes(page: pdfium.PdfPage) -> list[_Box]:
    """Comments drawn as boxes lie on top of everything."""
    found = []
    for index in range(min(limits.BOXES_MAX, c.FPDFPage_GetAnnotCount(page.raw))):
        note = c.FPDFPage_GetAnnot(page.raw, index)
        if not note:
            continue
        try:
            rect = c.FS_RECTF()
            if c.FPDFAnnot_GetSubtype(note) in _COMMENTS and c.FPDFAnnot_GetRect(note, rect):
                box = _box([rect.left, rect.right], [rect.bottom, rect.top],
                           _OBJECTS_MAX + index, None)  # fmt: skip
                found += [box] if box else []
        finally:
            c.FPDFPage_CloseAnnot(note)
    return found


# -- characters


def _chars(text: pdfium.PdfTextPage, order: dict[int, int]) -> Iterator[_Char]:
    l, b, r, t = (ctypes.c_double() for _ in range(4))  # noqa: E741
    raw = text.raw
    modes: dict[int, bool] = {}
    for index in range(min(text.count_chars(), limits.CHARS_MAX)):
        code = c.FPDFText_GetUnicode(raw, index)
        if code <= 32 or code in (0xA0, 0xFFFE, 0xFFFF) or c.FPDFText_IsGenerated(raw, index) == 1:
            continue
        thing = c.FPDFText_GetTextObject(raw, index)
        if not thing or not c.FPDFText_GetCharBox(raw, index, l, r, b, t):
            continue
        address = ctypes.addressof(thing.contents)
        if address not in modes:
            modes[address] = c.FPDFTextObj_GetTextRenderMode(thing) == _INVISIBLE
        if r.value - l.value > 0.5 and t.value - b.value > 0.5:
            place = (l.value, b.value, r.value, t.value)
            yield _Char(*place, order.get(address, -1), modes[address], index, chr(code))


class _Rows:
    """Characters by height on the page, so that a box meets only its own."""

    def __init__(self, chars: Iterator[_Char]) -> None:
        self._rows: dict[int, list[_Char]] = {}
        for char in chars:
            self._rows.setdefault(int((char.bottom + char.top) / 2 // _BUCKET_POINTS), []).append(
                char
            )

    def under(self, box: _Box) -> Iterator[_Char]:
        """Characters whose middle is in the box, if the box could be why they are not seen.

        Text that is never painted lies under many a scan: only a box that is painted later
        and is not as white as paper hides it.
        """
        first, last = int(box.bottom // _BUCKET_POINTS), int(box.top // _BUCKET_POINTS)
        for row in range(first, min(last, first + _ROWS_MAX) + 1):
            for char in self._rows.get(row, ()):
                x, y = (char.left + char.right) / 2, (char.bottom + char.top) / 2
                inside = box.left <= x <= box.right and box.bottom <= y <= box.top
                later = box.order > char.order
                if inside and (later and not box.light if char.invisible else True):
                    yield char


class _Picture:
    """The page as one sees it, comments included, in grey levels of each colour."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        width, height = page.get_size()
        largest = (_PIXELS_MAX / max(1.0, width * height)) ** 0.5
        self._bitmap = page.render(
            scale=min(_SCALE, largest), may_draw_forms=False, rev_byteorder=True
        )
        self._position = self._bitmap.get_posconv(page)
        self._pixels = memoryview(self._bitmap.buffer).cast("B")

    def hides(self, box: _Box, char: _Char) -> bool:
        """Whether nobody sees the character, and the box may be why."""
        pixels = self._pixels_of(char)
        if not pixels:
            return False
        if all(max(channel) - min(channel) <= _TOLERANCE for channel in pixels):
            return True
        if box.color is None or box.light or box.order < char.order:
            return False
        own = sum(
            all(abs(v - w) <= _TOLERANCE for v, w in zip(pixel, box.color, strict=True))
            for pixel in zip(*pixels, strict=True)
        )
        return own >= _COVERED_SHARE * len(pixels[0])

    def _pixels_of(self, char: _Char) -> list[bytes]:
        """Red, green and blue of each pixel where the character is; empty if off the page."""
        ax, ay = self._position.to_bitmap(char.left, char.bottom)
        bx, by = self._position.to_bitmap(char.right, char.top)
        left, right = max(0, min(ax, bx)), min(self._bitmap.width - 1, max(ax, bx))
        top, bottom = max(0, min(ay, by)), min(self._bitmap.height - 1, max(ay, by))
        if right <= left or bottom <= top:
            return []
        step, stride = self._bitmap.n_channels, self._bitmap.stride
        rows = [
            bytes(self._pixels[y * stride + left * step : y * stride + (right + 1) * step])
            for y in range(top, bottom + 1)
        ]
        return [b"".join(row[n::step] for row in rows) for n in range(3)]
