"""A document as PDF/A from a template of ours and data that is never taken for markup."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from app.papers.typesetter import UNPRINTABLE

HERE = Path(__file__).parent
STANDARD = "a-3a"
SECONDS_MAX = 120.0


class NotTypeset(RuntimeError):
    """The document could not be made; the text is for the operator."""


class LetterMissing(NotTypeset):
    """A font lacks a letter that its list has."""


@dataclass(frozen=True, slots=True)
class Document:
    """All that a PDF is made from: the same document gives the same bytes.

    ``data`` is what the template prints, ``attached`` the file that is put inside it.
    """

    template: str
    data: Mapping[str, Any]
    at: datetime
    attached: str = ""

    @property
    def key(self) -> str:
        """A name for the bytes it gives: another template, typst or word gives another."""
        return sha256(
            json.dumps([_edition(self.template), self._inputs, _epoch(self.at)]).encode()
        ).hexdigest()

    @property
    def _inputs(self) -> dict[str, str]:
        data = json.dumps(self.data, ensure_ascii=False, separators=(",", ":"))
        return {"data": data, "attached": self.attached}

    def typeset(self) -> bytes:
        """The PDF, made in a process of its own under limits of time and memory.

        Raises ``NotTypeset``.
        """
        asked = {
            "template": self.template,
            "inputs": self._inputs,
            "at": _epoch(self.at),
            "standard": STANDARD,
        }
        script = HERE / "typesetter.py"
        try:
            done = subprocess.run(  # noqa: S603  our own interpreter and script
                [sys.executable, "-I", str(script)],
                input=json.dumps(asked).encode(),
                capture_output=True,
                check=False,
                timeout=SECONDS_MAX,
            )
        except subprocess.TimeoutExpired as error:
            raise NotTypeset(f"{self.template}: not done after {SECONDS_MAX:.0f} s") from error
        if done.returncode:
            kind = LetterMissing if done.returncode == UNPRINTABLE else NotTypeset
            said = done.stderr.decode(errors="replace")[-2000:]
            raise kind(f"{self.template}: status {done.returncode}: {said}")
        return done.stdout


def _epoch(at: datetime) -> int:
    return int(at.timestamp())


@cache
def _edition(template: str) -> str:
    """Which template, which typst."""
    sources = b"".join((HERE / name).read_bytes() for name in (template, "paper.typ"))
    return f"{sha256(sources).hexdigest()} {STANDARD} {version('typst')}"
