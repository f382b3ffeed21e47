"""Examples of answers on what is missing, and on observations."""

from __future__ import annotations

from typing import Any

_ORDER = "3d2c1b0a-9f8e-4d7c-a6b5-948372615041"
_CATEGORY = "5f3f3a52-4f5e-4a57-9f0d-2f1f3b0f6a11"
_PARTY = "aa11bb22-cc33-4d44-8e55-ff6677889900"
_OBLIGOR = "Twitter International Company"
_NUMBERED = {
    "party": _OBLIGOR,
    "number": "12",
    "edition": 1,
    "title": "Contrat de prestation",
    "production_number": 1,
    "deposited_at": "2021-09-24T21:47:12Z",
}
_OBSERVATION = {
    "id": "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d",
    "order_id": _ORDER,
    "category_id": _CATEGORY,
    "category_number": "1",
    "exhibit_id": None,
    "exhibit_number": None,
    "exhibit_edition": None,
    "answers_id": None,
    "party_id": _PARTY,
    "party": "UEJF",
    "side": "requesting",
    "text": "L’annexe 2 du contrat n’est pas jointe.",
    "made_at": "2021-09-27T08:12:00Z",
    "made_by": "Maître Martin",
    "withdrawn": None,
    "open": True,
}

OBSERVATION_EXAMPLES: dict[str, Any] = {
    "ObservationOut": _OBSERVATION,
    "Observations": {
        "order_id": _ORDER,
        "time_zone": "Europe/Paris",
        "open_count": 1,
        "items": [_OBSERVATION],
    },
    "GapReport": {
        "order_id": _ORDER,
        "as_of": "2021-10-04T22:00:00Z",
        "known_at": "2021-10-04T22:00:00Z",
        "time_zone": "Europe/Paris",
        "categories": [
            {
                "category_id": _CATEGORY,
                "category_number": "1",
                "category_kind": "documents",
                "party_id": _PARTY,
                "party": _OBLIGOR,
                "status": "overdue_partly",
                "due_on": "2021-09-13",
                "due_at": "2021-09-13T22:00:00Z",
                "elements_count": 4,
                "unanswered": [
                    {
                        "id": "9c8b7a69-5847-4362-9514-0f3e2d1c0b9a",
                        "text": "documents techniques",
                    }
                ],
                "declared_total": 340,
                "received": 1,
                "missing": 339,
                "late": 1,
                "late_by_days": [[11, 1]],
            }
        ],
        "numbers": [
            {
                "party_id": _PARTY,
                "party": _OBLIGOR,
                "findings": {
                    "exhibits": 2,
                    "gaps": [
                        {
                            "first": "13",
                            "last": "13",
                            "count": 1,
                            "explained": True,
                            "reason": "",
                        }
                    ],
                    "duplicates": [],
                    "bates": [],
                    "truncated": False,
                },
            }
        ],
        "withheld": [
            {
                "party": _OBLIGOR,
                "number": "13",
                "category_number": "1",
                "ground": "Secret des affaires",
                "legal_text": "C. com. L151-1",
                "description": "Contrat avec un prestataire",
                "production_number": 1,
            }
        ],
        "late": [{**_NUMBERED, "category_number": "1", "days": 11}],
        "replaced": [],
        "withdrawn": [],
        "confidential": [{**_NUMBERED, "number": "14", "title": ""}],
        "truncated": False,
    },
}
