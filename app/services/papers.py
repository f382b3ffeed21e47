"""The papers of a production: what its receipt and its list of exhibits say to one reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Actor
from app.domain.acts import Act
from app.domain.record import Confidentiality, PartySide
from app.language import LANGUAGES, Language, say
from app.papers.attestation_pdf import attestation_document
from app.papers.bordereau import Bordereau, Held, Listed, bordereau_document
from app.papers.press import Make
from app.papers.receipt_pdf import receipt_document
from app.papers.typeset import Document
from app.phrases import Phrase, phrase
from app.schemas.attestations import Attestation
from app.schemas.receipts import Receipt, ReceiptFile
from app.services.manifest import contents, receipt_files
from app.services.orders import order_of
from app.services.productions import production_of
from app.services.receipts import receipt_of, receipt_view

NAME_CHARS_MAX = 60


@dataclass(frozen=True, slots=True)
class Paper:
    """A document to be made: how, where it is kept once made, and what its file is called.

    It holds all that it says: it can be made when the transaction is long over.
    """

    make: Make
    shelf: str | None
    filename: str


def receipt_paper(
    session: Session, actor: Actor, production_id: UUID, language: Language, verify_url: str
) -> Paper:
    """The receipt as a document; ``Conflict`` while the production is a draft."""
    return _receipt_paper(receipt_of(session, actor, production_id), language, verify_url)


def receipt_papers(session: Session, size: int, verify_url: str) -> Iterator[Paper]:
    """Each document that the receipt of the deposit under the head of that size may be asked as."""
    production_id = session.scalar(
        select(m.LogEntry.production_id).where(
            m.LogEntry.index == size - 1, m.LogEntry.act == Act.production_deposited
        )
    )
    if production_id is None:
        return
    production = session.get_one(m.Production, production_id)
    views = [receipt_view(session, production, own=own) for own in (True, False)]
    for receipt in views if views[0] != views[1] else views[:1]:
        for language in LANGUAGES:
            yield _receipt_paper(receipt, language, verify_url)


def _receipt_paper(receipt: Receipt, language: Language, verify_url: str) -> Paper:
    name = _filename(phrase("Receipt"), receipt.docket_numbers, receipt.number, language)
    make = partial(_receipt_document, receipt, language, verify_url)
    return Paper(make, receipt.digest, f"{name}.pdf")


def _receipt_document(
    receipt: Receipt, language: Language, verify_url: str, plain: bool
) -> Document:
    said = receipt.model_dump(mode="json")
    text = receipt.model_dump_json()
    return receipt_document(said, text, language, verify_url, plain=plain)


def attestation_paper(attestation: Attestation, language: Language, verify_url: str) -> Paper:
    """An attestation as a document."""
    name = _filename(
        phrase("Attestation of execution"), attestation.docket_numbers, attestation.number, language
    )

    said = attestation.model_dump(mode="json")
    text = attestation.model_dump_json()

    def make(plain: bool) -> Document:
        return attestation_document(said, text, language, verify_url, plain=plain)

    return Paper(make, attestation.digest, f"{name}.pdf")


def bordereau_paper(listed: Bordereau, language: Language, shelf: str | None) -> Paper:
    """The list of exhibits as a document."""

    def make(plain: bool) -> Document:
        return bordereau_document(listed, language, plain=plain)

    return Paper(make, shelf, f"{bordereau_filename(listed, language)}.pdf")


def bordereau_filename(listed: Bordereau, language: Language) -> str:
    """What the list's file is called, without its ending."""
    return _filename(phrase("List of exhibits"), listed.docket_numbers, listed.number, language)


def bordereau_of(
    session: Session, actor: Actor, production_id: UUID
) -> tuple[Bordereau, str | None]:
    """The list of a production's exhibits as the actor may see it; its receipt's digest, if any.

    A draft's exists for its own party alone. Of a restricted or sealed exhibit, another party
    gets the number.
    """
    production = production_of(session, actor, production_id, whole=False)
    order = order_of(session, actor, production.order_id)
    own = any(g.party_id == production.party_id for g in actor.grants)
    # A draft has no manifest yet, nor has what was deposited before there were any.
    listed_then = production.receipt is not None and "body" in production.receipt
    numbers = {c.id: c.number for c in order.categories}
    withheld = session.scalars(
        select(m.WithheldItem)
        .where(m.WithheldItem.production_id == production.id)
        .order_by(m.WithheldItem.position)
    )
    by = session.get(m.User, production.deposited_by) if production.deposited_by else None
    listed = Bordereau(
        title=production.title,
        court=order.matter.court.name,
        docket_numbers=[f"{d.kind} {d.number}" for d in order.matter.docket_numbers],
        parties=_parties(session, order.matter_id),
        party=production.party.name,
        counsel=by.name if by is not None else actor.name if own else None,
        order_title=order.title,
        order_made_on=order.made_on,
        time_zone=order.time_zone,
        drafted_at=production.created_at,
        number=production.number,
        deposited_at=production.deposited_at,
        exhibits=[_received(f) for f in receipt_files(session, production.id, own=own)]
        if listed_then
        else _recorded(session, production.id, numbers, own=own),
        withheld=[Held(w.number, numbers[w.category_id], w.ground, w.legal_text) for w in withheld],
    )
    return listed, production.receipt_digest


def _parties(session: Session, matter_id: UUID) -> Sequence[tuple[PartySide, str]]:
    found = session.execute(
        select(m.Party.side, m.Party.name)
        .where(m.Party.matter_id == matter_id)
        .order_by(m.Party.position, m.Party.id)
    )
    return [(side, name) for side, name in found]


def _received(file: ReceiptFile) -> Listed:
    if file.sha256 is None:
        return Listed(file.number, file.edition, file.confidentiality, hidden=True)
    return Listed(
        file.number,
        file.edition,
        file.confidentiality,
        title=file.title or "",
        filename=file.filename or "",
        dated_on=file.dated_on,
        size_bytes=file.size_bytes,
        sha256=file.sha256,
        category_numbers=file.category_numbers,
        bates_first=file.bates_first,
        bates_last=file.bates_last,
    )


def _recorded(
    session: Session, production_id: UUID, numbers: Mapping[UUID, str], *, own: bool
) -> list[Listed]:
    found = contents(session, production_id)
    return [
        Listed(e.number, e.edition, e.confidentiality, hidden=True)
        if not own and e.confidentiality is not Confidentiality.ordinary
        else Listed(
            e.number,
            e.edition,
            e.confidentiality,
            title=e.title,
            filename=e.filename,
            dated_on=e.dated_on,
            size_bytes=e.size_bytes,
            sha256=e.sha256,
            category_numbers=[
                number for c, number in numbers.items() if c in found.categories.get(e.id, ())
            ],
            bates_first=e.bates_first,
            bates_last=e.bates_last,
        )
        for e in found.exhibits
    ]


def _filename(title: Phrase, dockets: Sequence[str], number: int | None, language: Language) -> str:
    docket = (
        "".join(c if c.isalnum() else "-" for c in dockets[0])[:NAME_CHARS_MAX] if dockets else ""
    )
    return " ".join(
        part for part in (say(title, language), docket, str(number) if number else "") if part
    )
