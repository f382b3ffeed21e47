"""Deposits beside the story's own, for the pages that show what was produced."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from fastapi import FastAPI

from app.domain.record import Confidentiality
from app.schemas.productions import AnswerIn, ProductionIn, WithheldIn
from app.services import adding, answers, deposit, orders, productions
from tests.web.story import Story, story_keys, utc

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R"
    b"/Resources<</Font<</F 6 0 R>>>>>>endobj\n"
    b"4 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 842 595]/Contents 5 0 R"
    b"/Resources<</Font<</F 6 0 R>>>>>>endobj\n"
    b"5 0 obj<</Length 54>>stream\nBT /F 36 Tf 72 500 Td (Contrat de prestation) Tj ET    \n"
    b"endstream endobj\n"
    b"6 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
"""Two pages, one upright and one on its side; readers find its objects without a table."""


def a_deposit(
    service: FastAPI,
    story: Story,
    titles: Mapping[str, str],
    *,
    withheld: str | None = None,
    confidentiality: str = "ordinary",
    replaces: UUID | None = None,
    files: Mapping[str, tuple[str, bytes]] | None = None,
    at: datetime | None = None,
) -> list[UUID]:
    """Deposit exhibits of these numbers and titles for category 1; their identifiers."""
    at = at or utc("2021-10-01T15:00")
    store = service.state.store
    made: list[UUID] = []
    with service.state.database.writing() as session:
        counsel = story.cast.actor(session, "producing_counsel")
        order = orders.order_of(session, counsel, story.order)
        first = order.categories[0]
        data = ProductionIn(party_id=story.cast.obligor, title="Suite")
        draft = productions.draft_production(session, counsel, story.order, data, at).id
        for number, title in titles.items():
            name, body = (files or {}).get(number, ("piece.pdf", PDF + number.encode()))
            file = store.put(story.cast.matter.id, io.BytesIO(body), size_max_bytes=10**8)
            said = productions.Incoming(
                filename=name,
                media_type="application/octet-stream",
                title=title,
                number=number,
                category_ids=(first.id,),
                confidentiality=Confidentiality(confidentiality),
                replaces_id=replaces,
                replaces_reason="Page illisible" if replaces else "",
            )
            made.append(
                adding.add_exhibit(session, counsel, draft, file, said, at, matter_bytes_max=0).id
            )
        if withheld:
            held = WithheldIn(category_id=first.id, ground="Secret professionnel", number=withheld)
            answers.withhold(session, counsel, draft, held, at)
        partial = AnswerIn.model_validate({"declaration": "partial"})
        answers.answer_category(session, counsel, draft, first.id, partial, at)
        deposit.deposit(session, counsel, draft, store, story_keys(), at)
    return made
