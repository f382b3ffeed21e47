"""Finding orders by docket number, party or title: any part of a word, accents and case aside.

No extension of a database is asked for: words, and their endings, in two tables with an index
in order. A few orders found are named; of many, the list asks order by order as it goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, exists, insert, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from app import models as m
from app.domain.searching import WORDS_MAX, endings, words
from app.services.log import table_of

T, W = m.SearchTerm, m.SearchWord

FEW = 1_000
"""Orders that a search names one by one; past it, what is found is asked order by order."""
_AFTER_ALL = "\U0010ffff"
_NEW_WORD = text(
    "INSERT INTO search_words (ending, word) VALUES (:ending, :word) ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: few orders, by name; or many, by the parts of words each must bear."""

    order_ids: tuple[UUID, ...] | None
    parts: tuple[str, ...] = ()

    def among(self, order_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
        """Whether an order is one of them."""
        if self.order_ids is not None:
            return order_id.in_(self.order_ids)
        return and_(*(exists().where(T.order_id == order_id, _bears(p)) for p in self.parts))


def find(session: Session, asked: str) -> Found | None:
    """The orders that bear every word asked, or part of one; None where no word was asked.

    Whether the reader may see them is for the list to say.
    """
    parts = words([asked], WORDS_MAX)
    if not parts:
        return None
    found = {part: _bearers(session, part) for part in parts}
    narrow = [orders for orders in found.values() if orders is not None]
    broad = tuple(part for part, orders in found.items() if orders is None)
    if not narrow:
        return Found(None, broad)
    few = set.intersection(*narrow)
    for part in broad:
        query = select(T.order_id).where(T.order_id.in_(few), _bears(part))
        few = set(session.scalars(query)) if few else few
    return Found(tuple(sorted(few)))


def _bearers(session: Session, part: str) -> set[UUID] | None:
    """The orders that bear the part of a word; None where they are many."""
    beginning = and_(W.ending >= part, W.ending < part + _AFTER_ALL)
    query = select(T.order_id).join(W, W.word == T.word).where(beginning).limit(FEW + 1)
    found = session.scalars(query).all()
    return None if len(found) > FEW else set(found)


def _bears(part: str) -> ColumnElement[bool]:
    """Whether a term has the part in it: for the few terms of an order that is at hand."""
    return T.word.contains(part)


def index_orders(session: Session, order_ids: Sequence[UUID]) -> None:
    """Write anew by which words the orders are found."""
    session.execute(delete(T).where(T.order_id.in_(order_ids)))
    borne = {o: words(said) for o, said in _texts(session, order_ids).items()}
    terms = [{"word": w, "order_id": o} for o, found in borne.items() for w in found]
    if terms:
        session.execute(insert(table_of(T)), terms)
    _remember(session, {w for found in borne.values() for w in found})


def index_matter(session: Session, matter_id: UUID) -> None:
    """As ``index_orders``, for all orders of a matter whose title changed."""
    session.flush()
    orders = session.scalars(select(m.Order.id).where(m.Order.matter_id == matter_id)).all()
    if orders:
        index_orders(session, orders)


def _remember(session: Session, borne: set[str]) -> None:
    known = set(session.scalars(select(W.word).where(W.ending.in_(borne), W.ending == W.word)))
    # In one order everywhere: two who bring the same new words wait for each other, once.
    new = [{"ending": e, "word": w} for w in sorted(borne - known) for e in endings(w)]
    if new:
        session.execute(_NEW_WORD, new)


def _texts(session: Session, order_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    titles = (
        select(m.Order.id, m.Order.title, m.Matter.title)
        .join(m.Matter, m.Matter.id == m.Order.matter_id)
        .where(m.Order.id.in_(order_ids))
    )
    numbers = select(m.Order.id, m.DocketNumber.number).join(
        m.DocketNumber, m.DocketNumber.matter_id == m.Order.matter_id
    )
    names = select(m.Order.id, m.Party.name).join(m.Party, m.Party.matter_id == m.Order.matter_id)
    texts = {order_id: [title, matter] for order_id, title, matter in session.execute(titles)}
    for query in (numbers, names):
        for order_id, said in session.execute(query.where(m.Order.id.in_(order_ids))):
            texts[order_id].append(said)
    return texts
