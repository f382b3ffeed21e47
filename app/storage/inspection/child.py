"""The process that parses untrusted files: ``python -m app.storage.inspection.child``.

Its standard input is a socket. Each job is one line of JSON with the descriptor of the file,
open for reading; each answer is one line of JSON, the facts found. It serves one file after
another, because starting it costs more than most files do. It opens nothing by name but what
it was given, writes nothing, and may be killed at any time.
"""

from __future__ import annotations

import array
import json
import os
import socket
import sys
from dataclasses import replace
from typing import BinaryIO

from app.domain.content import ContentFacts, ContentKind, Trouble, content_to_json
from app.storage.inspection import limits

JOB_BYTES_MAX = 4_096
_TAIL_BYTES = 2_048


def main(memory_bytes: int, seconds: float) -> None:
    """Serve jobs until the other side closes. Limits come first, then the parsers."""
    limits.lower(memory_bytes)
    from app.storage.inspection import containers, images, pdf  # noqa: F401, PLC0415

    with socket.socket(fileno=0) as line:
        line.sendall(b"ready\n")
        while (descriptor := _job(line)) is not None:
            limits.allow_cpu(seconds)
            with open(descriptor, "rb") as file:  # noqa: PTH123  a descriptor, not a path
                facts = inspect(file, seconds)
            line.sendall(json.dumps(content_to_json(facts)).encode() + b"\n")


def _job(line: socket.socket) -> int | None:
    """The next file's descriptor; None at the end."""
    space = socket.CMSG_SPACE(array.array("i").itemsize)
    data, ancillary, _, _ = line.recvmsg(JOB_BYTES_MAX, space)
    if not data:
        return None
    descriptors = array.array("i")
    for level, kind, content in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            descriptors.frombytes(content[: len(content) - len(content) % descriptors.itemsize])
    return descriptors[0]


def inspect(file: BinaryIO, seconds: float) -> ContentFacts:
    """Find out what the file is and holds. Never raises: what failed is a ``Trouble``."""
    try:
        return _inspect(file, seconds)
    except limits.GivenUp as given_up:
        return ContentFacts(trouble=given_up.trouble)
    except MemoryError:
        return ContentFacts(trouble=Trouble.memory)
    except Exception:  # whatever a parser raises over a hostile file
        return ContentFacts(trouble=Trouble.broke_off)


def _inspect(file: BinaryIO, seconds: float) -> ContentFacts:  # noqa: PLR0911  one a type
    from app.storage.inspection import containers, images, oldoffice, pdf, sniffing  # noqa: PLC0415

    size = os.fstat(file.fileno()).st_size
    head = file.read(limits.HEAD_BYTES)
    if not head:
        return ContentFacts(ContentKind.empty)
    if sniffing.is_zip(head):
        return containers.inspect_container(file)
    header_at = sniffing.pdf_header_at(head)
    if header_at == 0 or (header_at > 0 and b"startxref" in _tail(file, size)):
        found = pdf.inspect_pdf(file, seconds)
        two = header_at > 0 or containers.ends_as_zip(file, size)
        return replace(found, two_in_one=True) if two else found
    if head.startswith(sniffing.OLE):
        return oldoffice.inspect_old_office(file)
    if sniffing.is_image(head):
        return images.inspect_image(file)
    told = sniffing.told_by(head)
    markup = told.kind in {ContentKind.html, ContentKind.svg, ContentKind.xml}
    if markup and not told.active:
        file.seek(0)
        return replace(told, active=sniffing.is_active(file.read(limits.SCRIPT_BYTES_MAX)))
    return told


def _tail(file: BinaryIO, size: int) -> bytes:
    file.seek(max(0, size - _TAIL_BYTES))
    return file.read(_TAIL_BYTES)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
