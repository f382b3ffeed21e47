"""What the README of an archive of exhibits says: what is in it, what is not, how to check it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.language import Language, long_instant, say, sentence
from app.phrases import Phrase, phrase


@dataclass(frozen=True, slots=True)
class TakenDeposit:
    """A deposit of which the archive holds exhibits. ``left_out``: number, and why not."""

    number: int
    party: str
    deposited_at: datetime
    files: int
    left_out: Sequence[tuple[str, Phrase]]


@dataclass(frozen=True, slots=True)
class Readme:
    """What an archive holds. ``category`` is empty where it is not of one category alone."""

    order_title: str
    docket_numbers: Sequence[str]
    time_zone: str
    taken_at: datetime
    category: str
    size_bytes: int
    deposits: Sequence[TakenDeposit]

    def text(self, language: Language) -> bytes:
        """The text, in UTF-8 with its mark, which old editors need, and their line ends."""
        lines = "\r\n".join(self._lines(language))
        return f"\ufeff{lines}\r\n".encode("utf-8", "backslashreplace")

    def _lines(self, language: Language) -> Iterator[str]:
        def told(said: Phrase) -> str:
            return sentence(said, language)

        yield self.order_title
        yield ", ".join(self.docket_numbers)
        at = long_instant(self.taken_at, language, ZoneInfo(self.time_zone))
        yield told(phrase("Taken on {at}.", at=at))
        if self.category:
            yield told(phrase("Of category {number} alone.", number=self.category))
        yield ""
        for one in self.deposits:
            yield from self._deposit(one, language)
        yield told(
            phrase(
                "SHA256SUMS lists every exhibit with its SHA-256: sha256sum --check SHA256SUMS "
                "tells whether what you hold is what was received."
            )
        )
        yield told(
            phrase(
                "The receipt of each production (JSON) can be checked years later without the "
                "service: python verify.py RECEIPT --keys keys.json FOLDER. Take keys.json from "
                "the service or the court, never from whoever gave you this archive."
            )
        )

    def _deposit(self, one: TakenDeposit, language: Language) -> Iterator[str]:
        at = long_instant(one.deposited_at, language, ZoneInfo(self.time_zone))
        yield say(
            phrase(
                "Production {number}, {party}, {at}: files here: {files}",
                number=str(one.number),
                party=one.party,
                at=at,
                files=Decimal(one.files),
            ),
            language,
        )
        if one.left_out:
            yield say(phrase("Not here, and why:"), language)
        for number, why in one.left_out:
            yield f"  {number} - {say(why, language)}"
        yield ""
