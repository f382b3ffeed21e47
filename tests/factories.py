"""Rows and requests that tests ask for, with what they do not care about filled in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

TWO_MONTHS = {"kind": "within", "period": [{"value": 2, "unit": "month"}], "trigger": "service"}


def an_order(obligor: UUID, **changed: Any) -> dict[str, Any]:
    """The founding order, in short: one limb of documents and one of figures."""
    return {
        "title": "Ordonnance de référé du 6 juillet 2021",
        "made_on": "2021-07-06",
        "legal_basis": "art. 145 CPC",
        "operative_part": "Ordonne à la société Twitter International Company de communiquer …",
        "language": "fr",
        "references": [{"kind": "RG", "reference": "20/53181"}],
        "categories": [
            a_category(obligor, number="1", kind="documents", elements=[]),
            a_category(obligor, number="2"),
        ],
        **changed,
    }


def a_category(obligor: UUID, **changed: Any) -> dict[str, Any]:
    """A limb of figures with two elements, owed within two months of service."""
    return {
        "number": "2",
        "kind": "figures",
        "text": "Nombre et localisation des personnes affectées au traitement",
        "elements": ["nombre", "localisation"],
        "obligors": [str(obligor)],
        "term": TWO_MONTHS,
        **changed,
    }


def a_service(obligor: UUID, **changed: Any) -> dict[str, Any]:
    """Service on 12 July 2021."""
    return {
        "kind": "service",
        "obligor_id": str(obligor),
        "effective_on": "2021-07-12",
        "reason": "Acte du commissaire de justice",
        **changed,
    }
