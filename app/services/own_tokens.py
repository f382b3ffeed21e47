"""The matters of one's own tokens, by the docket numbers that people know them by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Actor
from app.errors import FieldFault, Invalid
from app.phrases import phrase
from app.services.access import visible

NAMED_MAX = 500
_LISTED_MAX = 2_000


def matters_by_docket(session: Session, actor: Actor, numbers: Sequence[str]) -> list[UUID]:
    """The matters of these docket numbers that exist for the actor. ``Invalid`` names others."""
    if len(numbers) > NAMED_MAX:
        raise Invalid.field("matters", "Name at most {count} matters.", count=NAMED_MAX)
    found: dict[str, set[UUID]] = defaultdict(set)
    query = visible(select(m.DocketNumber.number, m.Matter.id), m.Matter, actor).join(
        m.DocketNumber, m.DocketNumber.matter_id == m.Matter.id
    )
    for number, matter_id in session.execute(query.where(m.DocketNumber.number.in_(numbers))):
        found[number].add(matter_id)
    lacking = [n for n in numbers if n not in found]
    if lacking:
        raise Invalid.all(
            FieldFault("matters", phrase("No matter of yours bears the number {number}.", number=n))
            for n in lacking
        )
    return sorted({each for n in numbers for each in found[n]}, key=str)


def dockets_of(session: Session, actor: Actor, tokens: Iterable[m.ApiToken]) -> Mapping[UUID, str]:
    """The docket number of each matter that a token is bound to, as far as the actor sees it."""
    ids = {x.matter_id for token in tokens for x in token.matters}
    if not ids:
        return {}
    query = visible(select(m.Matter.id, m.DocketNumber.number), m.Matter, actor).join(
        m.DocketNumber, m.DocketNumber.matter_id == m.Matter.id
    )
    rows = session.execute(
        query.where(m.Matter.id.in_(ids))
        .order_by(m.DocketNumber.position.desc())
        .limit(_LISTED_MAX)
    )
    return {matter_id: number for matter_id, number in rows}  # noqa: C416  the first number last
