"""The founding story, told through the verbs: what pages are tried on.

The date of service is not public: the one used here is illustrative, and says so.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import Database
from app.schemas.events import EVENT_IN
from app.schemas.orders import OrderIn
from app.schemas.productions import AnswerIn, ProductionIn, WithheldIn
from app.services import adding, answers, deposit, events, orders, productions
from app.settings import Settings
from app.storage.keys import KeyRing
from app.storage.local import LocalStore
from tests.cast import Cast, assemble
from tests.factories import a_category, an_order

PENALTY = {"rate": "1000", "currency": "EUR", "per": "day", "cap_amount": "100000"}


@dataclass
class Story:
    """The cast, the founding order and what was handed over."""

    cast: Cast
    order: UUID
    awaiting: UUID
    draft: UUID
    exhibit: UUID


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def tell(database: Database, store: LocalStore) -> Story:
    """Register, serve, appeal, produce a part too late, confirm, find insufficient."""
    cast = assemble(database, utc("2021-07-01T09:00"))
    with database.writing() as session:
        order = _order(session, cast)
        awaiting = orders.register_order(
            session,
            cast.actor(session, "clerk"),
            cast.matter.id,
            OrderIn.model_validate(
                an_order(
                    cast.obligor,
                    title="Ordonnance non signifiée",
                    categories=[a_category(cast.obligor, number="A")],
                )
            ),
            utc("2021-07-07T09:00"),
        ).id
    with database.writing() as session:
        record(
            session,
            cast,
            order,
            "2021-07-13T08:30",
            kind="service",
            provisional=True,
            obligor_id=str(cast.obligor),
            effective_on="2021-07-12",
            reason="Date illustrative : la date de signification n’est pas publique.",
        )
        record(
            session,
            cast,
            order,
            "2021-07-27T10:00",
            kind="appeal",
            effective_on="2021-07-26",
            court="Cour d’appel de Paris",
            reference="RG 21/14325",
            reason="Déclaration d’appel",
        )
        exhibit = _produce(session, cast, order, store)
        record(
            session,
            cast,
            order,
            "2022-01-21T09:00",
            kind="appeal_decided",
            outcome="confirmed",
            effective_on="2022-01-20",
            court="Cour d’appel de Paris",
            reference="RG 21/14325",
            reason="Arrêt confirmatif",
        )
        record(
            session,
            cast,
            order,
            "2023-03-24T09:00",
            kind="finding",
            outcome="insufficient",
            effective_on="2023-03-23",
            court="Cour de cassation",
            reference="22-13.600",
            reason="Radiation : les éléments fournis sont insuffisants.",
        )
        draft = productions.draft_production(
            session,
            cast.actor(session, "producing_counsel"),
            order,
            ProductionIn(party_id=cast.obligor, title="Projet secret"),
            utc("2023-04-01T09:00"),
        ).id
    return Story(cast, order, awaiting, draft, exhibit)  # fmt: skip


def record(session: Session, cast: Cast, order: UUID, at: str, **said: Any) -> UUID:
    """Record an event as the clerk, at an instant of UTC."""
    data = EVENT_IN.validate_python(said)
    return events.record_event(session, cast.actor(session, "clerk"), order, data, utc(at)).id


def _order(session: Session, cast: Cast) -> UUID:
    limbs = [
        ("1", "documents", "Tout document relatif aux moyens matériels et humains mis en œuvre",
         ["documents administratifs", "documents contractuels", "documents techniques",
          "documents commerciaux"]),
        ("2", "figures", "Le nombre, la localisation, la nationalité et la langue des personnes",
         ["nombre", "localisation", "nationalité", "langue"]),
        ("3", "figures", "Le nombre de signalements, les critères et le nombre de retraits",
         ["signalements", "critères", "retraits"]),
        ("4", "figures", "Le nombre d’informations transmises aux autorités publiques",
         ["informations transmises"]),
    ]  # fmt: skip
    uejf = cast.party("UEJF")
    categories = [
        a_category(
            cast.obligor, number=number, kind=kind, text=text, elements=elements,
            beneficiaries=[str(uejf)],
            period={"from_on": "2020-05-18", "note": "jusqu’à la décision"},
            penalty_terms=PENALTY if number == "4" else None,
        )
        for number, kind, text, elements in limbs
    ]  # fmt: skip
    data = OrderIn.model_validate(an_order(cast.obligor, categories=categories))
    clerk = cast.actor(session, "clerk")
    return orders.register_order(session, clerk, cast.matter.id, data, utc("2021-07-07T09:00")).id


def _produce(session: Session, cast: Cast, order_id: UUID, store: LocalStore) -> UUID:
    """One document for category 1, three of four figures for category 2; eleven days late."""
    counsel = cast.actor(session, "producing_counsel")
    order = orders.order_of(session, counsel, order_id)
    first, second = order.categories[0], order.categories[1]
    made = productions.draft_production(
        session, counsel, order_id,
        ProductionIn(party_id=cast.obligor, title="Première communication"),
        utc("2021-09-20T09:00"),
    )  # fmt: skip
    file = store.put(cast.matter.id, io.BytesIO(b"%PDF-1.4 illustrative"), size_max_bytes=10**6)
    exhibit = adding.add_exhibit(
        session, counsel, made.id, file,
        productions.Incoming(
            filename="contrat.pdf", media_type="application/pdf", title="Contrat de prestation",
            category_ids=(first.id,), element_ids=(first.elements[1].id,),
        ),
        utc("2021-09-20T09:30"), matter_bytes_max=0,
    )  # fmt: skip
    values = [
        {"element_id": str(e.id), "value": v}
        for e, v in zip(second.elements, ["1 867 personnes", "Dublin", "non suivie"], strict=False)
    ]
    said = AnswerIn.model_validate({"declaration": "partial", "values": values})
    answers.answer_category(session, counsel, made.id, second.id, said, utc("2021-09-20T09:40"))
    answers.withhold(
        session, counsel, made.id,
        WithheldIn(category_id=first.id, ground="Secret des affaires", legal_text="C. com. L151-1",
                   description="Contrat avec un prestataire"),
        utc("2021-09-20T09:45"),
    )  # fmt: skip
    deposit.deposit(session, counsel, made.id, store, story_keys(), utc("2021-09-24T21:47:12"))
    return exhibit.id


def story_keys() -> KeyRing:
    return KeyRing(Settings().keys_dir)


def story_store(folder: Path) -> LocalStore:
    return LocalStore(folder / "files", reserve_bytes=0, uploads_at_once=2)
