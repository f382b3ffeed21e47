"""A second matter, for its penalty: TGI Paris, 24 January 2013 (Legalis, article 3773).

Fifteen days from service, EUR 1,000 a day, liquidation reserved. The dates of service and
of production are illustrative.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.demo.order_2021 import PARIS

OPENED_AT = datetime(2013, 1, 24, 15, 0, tzinfo=PARIS)
REGISTERED_AT = datetime(2013, 1, 25, 9, 30, tzinfo=PARIS)
SERVED_AT = datetime(2013, 1, 30, 10, 0, tzinfo=PARIS)
DEPOSITED_AT = datetime(2013, 7, 12, 16, 5, tzinfo=PARIS)

REQUESTING = ("UEJF", "J’accuse ! - Action internationale pour la justice")
OBLIGOR = "Twitter Inc."

MATTER: dict[str, Any] = {
    "court": "tj-paris",
    "title": "UEJF et autre c. Twitter Inc.",
    "docket_numbers": [{"kind": "RG", "number": "13/50262"}],
    "parties": [
        *(
            {
                "name": name,
                "side": "requesting",
                "representations": [
                    {"counsel": "Me Démo Demande (nom inventé)", "bar": "Paris"},
                ],
            }
            for name in REQUESTING
        ),
        {
            "name": OBLIGOR,
            "side": "producing",
            "seat": "San Francisco",
            "representations": [{"counsel": "Me Démo Défense (nom inventé)", "bar": "Paris"}],
        },
    ],
}

ELEMENT = "Données d’identification"


def order(parties: dict[str, str]) -> dict[str, Any]:
    """The order to register; ``parties`` gives the identifier of each name."""
    return {
        "title": "Ordonnance de référé du 24 janvier 2013 (tribunal de grande instance)",
        "made_on": "2013-01-24",
        "legal_basis": "art. 145 CPC",
        "operative_part": (
            "[Résumé établi pour la démonstration.] Ordonne à la société Twitter Inc. de "
            "communiquer, dans les quinze jours de la signification et sous astreinte de "
            "1 000 euros par jour de retard, dont la liquidation est réservée, les données de "
            "nature à permettre l’identification des auteurs des tweets visés."
        ),
        "language": "fr",
        "note": "Dates de signification et de communication illustratives.",
        "references": [{"kind": "RG", "reference": "13/50262"}],
        "categories": [
            {
                "number": "1",
                "kind": "list",
                "text": "Les données de nature à permettre l’identification de quiconque a "
                "contribué à la création des tweets visés.",
                "elements": [ELEMENT],
                "term": {
                    "kind": "within",
                    "period": [{"value": 15, "unit": "day"}],
                    "trigger": "service",
                },
                "penalty_terms": {
                    "rate": "1000",
                    "currency": "EUR",
                    "per": "day",
                    "text": "1 000 euros par jour de retard, liquidation réservée",
                },
                "obligors": [parties[OBLIGOR]],
                "beneficiaries": [parties[name] for name in REQUESTING],
            }
        ],
    }


def service(obligor_id: str) -> dict[str, Any]:
    """The illustrative service."""
    return {
        "kind": "service",
        "obligor_id": obligor_id,
        "effective_on": "2013-01-29",
        "provisional": True,
        "reason": "Date illustrative : la date réelle de la signification n’est pas publique.",
    }
