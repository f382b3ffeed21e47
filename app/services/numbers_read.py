"""Numbers of exhibits that the record holds, each read once for all who ask."""

from __future__ import annotations

from functools import lru_cache

from app.domain.numbering import ExhibitNumber, parse_number


@lru_cache(maxsize=65_536)
def number_read(text: str) -> ExhibitNumber:
    """The number that was written; raises ``Invalid`` as ``parse_number`` does."""
    return parse_number(text)
