"""Reading a delimited file as people send it: its encoding, its dialect, its records.

Detected, with the evidence told; no character is ever replaced. Spreadsheets in French and
English, Excel's and Concordance's signs (design: formats.md §2). Nothing here knows what the
columns mean.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from app.errors import Invalid
from app.phrases import Phrase, phrase

BYTES_MAX = 10 * 1024 * 1024
RECORDS_MAX = 20_000
COLUMNS_MAX = 200
VALUE_CHARS_MAX = 100_000

_MAGIC = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_PROBE_BYTES = 400
# Spreadsheets end in rows, even thousands, that hold nothing but their delimiters.
_BLANK = " \t\r\n;,|\ufeff"
# Bytes that Windows-1252 leaves undefined: kept as they are, and told.
_CP1252 = {byte: chr(byte) for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}


@dataclass(frozen=True, slots=True)
class Dialect:
    """The signs of a file: between columns, and around values (empty: none)."""

    delimiter: str
    qualifier: str


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the line it begins on (from 1), and its values as written."""

    line: int
    values: tuple[str, ...]


@dataclass(slots=True)
class Delimited:
    """What was read, how it was understood, and what was odd."""

    encoding: str
    dialect: Dialect
    records: list[Record]
    warnings: list[Phrase] = field(default_factory=list)


def read_delimited(data: bytes, name: str = "file") -> Delimited:
    """Read a whole file.

    Raises:
        Invalid: on ``name``; empty, too large, too many records or columns, or no such file
            at all (a PDF, a spreadsheet's own format).
    """
    warnings: list[Phrase] = []
    text, encoding = _decoded(data, name, warnings)
    for sign in ("\0", "\x1a"):
        if sign in text:
            text = text.replace(sign, "")
            warnings.append(phrase("Characters that are no text were dropped."))
    text = text.rstrip(_BLANK)
    if not text:
        raise Invalid.field(name, "There is nothing in this file.")
    dialect = dialect_of(re.split(r"\r\n|\r|\n", text.lstrip(_BLANK), maxsplit=1)[0])
    found = list(islice(_records(text, dialect, name), RECORDS_MAX + 2))
    if len(found) > RECORDS_MAX + 1:
        raise Invalid.field(name, "This file has more than {most} rows.", most=RECORDS_MAX)
    records = [record for record in found if any(value.strip() for value in record.values)]
    if not records:
        raise Invalid.field(name, "There is nothing in this file.")
    return Delimited(encoding, dialect, records, warnings)


def _decoded(data: bytes, name: str, warnings: list[Phrase]) -> tuple[str, str]:
    if not data:
        raise Invalid.field(name, "There is nothing in this file.")
    if len(data) > BYTES_MAX:
        raise Invalid.field(name, "This file has more than {most} bytes.", most=BYTES_MAX)
    if data.startswith(_MAGIC):
        raise Invalid.field(name, "This is not a text file: save the spreadsheet as CSV.")
    encoding = _encoding(data)
    if encoding == "cp1252":
        return _western(data, warnings), encoding
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError:
        raise Invalid.field(
            name, "This file begins as {encoding} and is not.", encoding=encoding
        ) from None


def _encoding(data: bytes) -> str:
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return encoding
    probe = data[:_PROBE_BYTES]
    for offset, encoding in ((0, "utf-16-be"), (1, "utf-16-le")):
        half = probe[offset::2]
        if half.count(0) > 0.6 * len(half):
            return encoding
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _western(data: bytes, warnings: list[Phrase]) -> str:
    if not any(byte in data for byte in _CP1252):
        return data.decode("cp1252")
    warnings.append(phrase("Some characters are of no known encoding; they were kept as they are."))
    return "".join(_CP1252.get(b) or bytes((b,)).decode("cp1252") for b in data)


def dialect_of(first_line: str) -> Dialect:
    """The dialect that a file's first line shows."""
    if "\x14" in first_line:
        return Dialect("\x14", "þ")
    if "^|^" in first_line:
        return Dialect("|", "^")
    if first_line.count("|") >= 2:
        return Dialect("|", "")
    if "\t" in first_line:
        return Dialect("\t", '"')
    if first_line.count(";") > first_line.count(","):
        return Dialect(";", '"')
    return Dialect(",", '"')


def _records(text: str, dialect: Dialect, name: str) -> Iterator[Record]:
    scanner = _Scanner(text, dialect)
    line, at = 1, 0
    while at < len(text):
        values, end = scanner.record(at)
        if len(values) > COLUMNS_MAX:
            raise Invalid.field(
                name, "Line {line} has more than {most} columns.", line=line, most=COLUMNS_MAX
            )
        yield Record(line, tuple(values))
        line += len(_LINE_END.findall(text, at, end))
        at = end


_LINE_END = re.compile(r"\r\n|\r|\n")


class _Scanner:
    """Cuts a text into values.

    A qualifier opens only where a value begins, and closes only before a delimiter, a line's
    end or the end; one that is never closed ends at the next delimiter.
    """

    def __init__(self, text: str, dialect: Dialect) -> None:
        self.text = text
        self.qualifier = dialect.qualifier
        delimiter = re.escape(dialect.delimiter)
        self.ends = re.compile(rf"{delimiter}|\r\n|\r|\n")
        self.delimiter = dialect.delimiter
        # Where a run of qualifiers stands before an end: an odd run closes (a pair is a sign).
        self.closes: list[int] = []
        self.runs: dict[int, int] = {}
        if self.qualifier:
            sign = re.escape(self.qualifier)
            pattern = rf"(?<!{sign})(?:{sign})+(?={delimiter}|\r|\n|\Z)"
            for run in re.finditer(pattern, text):
                length = run.end() - run.start()
                self.runs[run.start()] = length
                if length % 2:
                    self.closes.append(run.start())

    def record(self, at: int) -> tuple[list[str], int]:
        """The values of the record at ``at``, and where the next begins."""
        values = []
        while True:
            value, at = self._value(at)
            values.append(value)
            end = self.ends.match(self.text, at)
            at = end.end() if end else len(self.text)
            if end is None or end[0] != self.delimiter or len(values) > COLUMNS_MAX:
                return values, at

    def _value(self, at: int) -> tuple[str, int]:
        if self.qualifier and self.text.startswith(self.qualifier, at):
            closed = self._closed(at)
            if closed is not None:
                inner = self.text[at + 1 : closed]
                return inner.replace(self.qualifier * 2, self.qualifier), closed + 1
            at += 1
        end = self.ends.search(self.text, at)
        stop = end.start() if end else len(self.text)
        return self.text[at:stop], stop

    def _closed(self, at: int) -> int | None:
        """Where the qualifier that opens at ``at`` is closed, within reason."""
        run = self.runs.get(at, 0)
        if run and run % 2 == 0:
            return at + run - 1
        after = bisect_right(self.closes, at)
        if after == len(self.closes):
            return None
        start = self.closes[after]
        if start - at > VALUE_CHARS_MAX:
            return None
        return start + self.runs[start] - 1
