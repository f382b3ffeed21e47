"""An example of every answer, for the OpenAPI document. A test holds each to its schema."""

from __future__ import annotations

from typing import Any

from app.api import milestone_examples, upload_examples
from app.api.attestation_examples import attestation_examples
from app.api.check_examples import CHECK_EXAMPLES
from app.api.law_examples import COMPUTATION, LAW_EXAMPLES, MOVED
from app.api.numbering_examples import NUMBERING_EXAMPLES
from app.api.observation_examples import OBSERVATION_EXAMPLES
from app.api.receipt_examples import RECEIPT_EXAMPLES
from app.api.statistics_examples import STATISTICS_EXAMPLES

_COURT = "2b1c9a3e-5d0f-4a51-9d52-0c7a4f1e8b10"
_MATTER = "7d5a0c1e-6b1f-4c55-8a33-1f0e2d3c4b5a"
_ORDER = "c3f0b7de-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
_CATEGORY = "5f3f3a52-4f5e-4a57-9f0d-2f1f3b0f6a11"
_ELEMENT = "9a8b7c6d-5e4f-4a3b-9c1d-0e9f8a7b6c5d"
_OBLIGOR = "6f0c8f0e-0d3c-4b3a-9f0e-3d2b1a0c9d8e"
_UEJF = "1e2d3c4b-5a69-4788-9766-554433221100"
_OBLIGATION = "0a1b2c3d-4e5f-4061-8273-8495a6b7c8d9"
_PRODUCTION = "8c7b6a59-4837-4261-9504-f3e2d1c0b9a8"
_EXHIBIT = "4d3c2b1a-0f9e-4d8c-b7a6-958473625140"
_USER = "ab12cd34-ef56-4789-90ab-cdef12345678"
_SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_SENTENCE = (
    "Served 12 July 2021, within 2 months of service, last day Sunday 12 September 2021, moved "
    "to Monday 13 September 2021 24:00; nothing received for category 2."
)
_TERM = {"kind": "within", "period": [{"value": 2, "unit": "month"}], "trigger": "service"}

_MEMBERSHIP = {
    "role": "clerk",
    "court_id": _COURT,
    "matter_id": None,
    "party_id": None,
}
_USER_OUT = {
    "id": _USER,
    "email": "greffe@tj-paris.example",
    "name": "Greffe, TJ Paris",
    "language": "fr",
}
_PRODUCED = {
    "id": _EXHIBIT,
    "production_id": _PRODUCTION,
    "production_number": 1,
    "party": "Twitter International Company",
    "number": "12",
    "edition": 1,
    "title": "Contrat de prestation",
    "dated_on": "2021-02-01",
    "filename": "Pièce 12 - Contrat.pdf",
    "size_bytes": 40960,
    "sha256": _SHA256,
    "confidentiality": "ordinary",
    "category_ids": [_CATEGORY],
    "available_at": "2021-09-13T21:47:12Z",
    "state": "produced",
    "since": "2021-09-13T21:47:12Z",
    "reason": "",
    "replaced_by": None,
}
_TOKEN = {
    "id": "fe01dc23-ba45-4967-8879-a0b1c2d3e4f5",
    "name": "Case management",
    "prefix": "bdx_9Lq4rTcy",
    "scopes": ["order:read"],
    "matter_ids": None,
    "created_at": "2026-11-23T09:00:00Z",
    "expires_at": "2027-02-21T09:00:00Z",
    "revoked_at": None,
}
_MATTER_OUT = {
    "id": _MATTER,
    "court": "tj-paris",
    "title": "UEJF et autres c. Twitter International Company",
    "docket_numbers": [{"kind": "RG", "number": "20/53181"}],
    "parties": [
        {"id": _UEJF, "name": "UEJF", "side": "requesting", "seat": "Paris"},
        {
            "id": _OBLIGOR,
            "name": "Twitter International Company",
            "side": "producing",
            "seat": "Dublin",
        },
    ],
    "version": 1,
}
_ORDER_OUT = {
    "id": _ORDER,
    "matter_id": _MATTER,
    "title": "Jugement en état de référé du 6 juillet 2021",
    "made_on": "2021-07-06",
    "legal_basis": "art. 145 CPC",
    "operative_part": "Ordonne à la société Twitter International Company de communiquer …",
    "language": "fr",
    "note": "",
    "references": [{"kind": "RG", "reference": "20/53181"}],
    "rule_pack": "fr-civil",
    "rule_pack_version": "2026.1",
    "calendar": "FR",
    "calendar_version": "1+holidays-0.109",
    "time_zone": "Europe/Paris",
    "categories": [
        {
            "id": _CATEGORY,
            "number": "2",
            "kind": "figures",
            "text": "Nombre, localisation, nationalité et langue …",
            "period": {"from_on": "2020-05-18", "to_on": "2021-07-06", "note": ""},
            "redaction": "",
            "term": _TERM,
            "penalty_terms": None,
            "elements": [{"id": _ELEMENT, "text": "nombre"}],
            "milestones": [milestone_examples.RECORDED],
            "obligors": [_OBLIGOR],
            "beneficiaries": [_UEJF],
        }
    ],
    "created_at": "2021-07-07T07:00:00Z",
    "version": 1,
}
_EVENT_FILE_OUT = {
    "id": "5c0d9f7e-8b1a-4f36-a2c4-7d1e0b9a6c35",
    "filename": "Signification.pdf",
    "size_bytes": 148213,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}
_EVENT_OUT = {
    "id": "0b6a3a52-4f5e-4a57-9f0d-2f1f3b0f6a11",
    "seq": 1,
    "kind": "service",
    "effective_at": "2021-07-11T22:00:00Z",
    "effective_on": "2021-07-12",
    "recorded_at": "2021-07-13T08:30:00Z",
    "recorded_by": "Greffe, TJ Paris",
    "obligor_id": _OBLIGOR,
    "category_ids": [],
    "corrects": None,
    "corrected_by": None,
    "reason": "Acte du commissaire de justice",
    "said": "Service of the decision.",
    "payload": {"kind": "service", "provisional": False},
    "files": [_EVENT_FILE_OUT],
}
_OBLIGATION_OUT: dict[str, Any] = {
    "obligation_id": _OBLIGATION,
    "category_id": _CATEGORY,
    "category_number": "2",
    "category_kind": "figures",
    "category_text": "Nombre, localisation, nationalité et langue …",
    "obligor_id": _OBLIGOR,
    "obligor": "Twitter International Company",
    "status": "overdue_nothing",
    "finding": "no_finding",
    "finding_event_id": None,
    "sentence": f"{_SENTENCE.removesuffix('.')}; {milestone_examples.MISSED}",
    "trigger_on": "2021-07-12",
    "provisional": False,
    "due_on": "2021-09-13",
    "due_at": "2021-09-13T22:00:00Z",
    "late_days": 1,
    "first_produced_at": None,
    "completed_at": None,
    "elements": [{"id": _ELEMENT, "text": "nombre", "answered": False}],
    "shares": {
        "on_time": 0,
        "late": 0,
        "late_by_days": [],
        "declared_total": None,
        "missing": None,
        "withdrawn": 0,
        "replaced": 0,
    },
    "computation": COMPUTATION,
    "penalty": None,
    "milestones": [milestone_examples.ASSESSED],
    "reasons": [{"said": "Service of the decision.", "event_id": None, "citation": ""}],
    "warnings": [],
}
_EXHIBIT_OUT = {
    "id": _EXHIBIT,
    "production_id": _PRODUCTION,
    "number": "12",
    "title": "Contrat de prestation",
    "dated_on": "2021-02-01",
    "category_ids": [_CATEGORY],
    "element_ids": [],
    "confidentiality": "ordinary",
    "filename": "Pièce 12 - Contrat.pdf",
    "folder": "Contrats",
    "media_type": "application/pdf",
    "size_bytes": 40960,
    "sha256": _SHA256,
    "uploaded_at": "2021-09-13T21:40:00Z",
    "version": 1,
}
_ANSWER_OUT = {
    "category_id": _CATEGORY,
    "declaration": "partial",
    "ground": "",
    "statement": "",
    "declared_total": None,
    "values": [{"element_id": _ELEMENT, "value": "1 867 personnes"}],
}
_WITHHELD_OUT = {
    "id": "3e4d5c6b-7a89-4908-8716-253443526170",
    "category_id": _CATEGORY,
    "number": "13",
    "ground": "Secret des affaires",
    "legal_text": "C. com. L151-1",
    "description": "Contrat avec un prestataire de modération",
}
_LINE = {
    "id": _PRODUCTION,
    "order_id": _ORDER,
    "party_id": _OBLIGOR,
    "party": "Twitter International Company",
    "title": "Première communication",
    "number": 1,
    "deposited_at": "2021-09-13T21:47:12Z",
    "version": 2,
}
_PREVIEW = {
    "kind": "service",
    "as_of": "2021-09-14T08:00:00Z",
    "moved": [MOVED],
    "unmoved": 3,
    "warnings": [],
}

_ASSESSMENT_OUT = {
    "order_id": _ORDER,
    "as_of": "2021-09-14T21:59:59.999999Z",
    "known_at": "2021-09-14T21:59:59.999999Z",
    "time_zone": "Europe/Paris",
    "status": "overdue_nothing",
    "counts": {"overdue_nothing": 1},
    "finding": "no_finding",
    "obligations": [_OBLIGATION_OUT],
}

EXAMPLES: dict[str, Any] = {
    "CourtOut": {
        "id": _COURT,
        "code": "tj-paris",
        "name": "Tribunal judiciaire de Paris",
        "rule_pack": "fr-civil",
        "calendar": "FR",
        "time_zone": "Europe/Paris",
        "language": "fr",
    },
    "MatterOut": _MATTER_OUT,
    "OrderOut": _ORDER_OUT,
    "EventFileOut": _EVENT_FILE_OUT,
    "EventOut": _EVENT_OUT,
    "Preview": _PREVIEW,
    "AssessmentOut": _ASSESSMENT_OUT,
    **attestation_examples(_ASSESSMENT_OUT, _ORDER),
    "ListedObligation": {
        "obligation_id": _OBLIGATION,
        "order_id": _ORDER,
        "matter_id": _MATTER,
        "court": "Tribunal judiciaire de Paris",
        "docket_numbers": ["20/53181"],
        "matter_title": "UEJF et autres c. Twitter International Company",
        "order_title": "Jugement en état de référé du 6 juillet 2021",
        "requesting": ["UEJF"],
        "category_number": "2",
        "category_kind": "figures",
        "obligor": "Twitter International Company",
        "status": "overdue_nothing",
        "finding": "no_finding",
        "due_on": "2021-09-13",
        "due_at": "2021-09-13T22:00:00Z",
        "due_hour": "24:00",
        "time_zone": "Europe/Paris",
        "late_days": 1,
        "sentence": _SENTENCE,
    },
    "StatusCounts": {"as_of": "2021-09-14T08:00:00Z", "counts": {"overdue_nothing": 4}},
    "ProductionOut": {
        **_LINE,
        "created_at": "2021-09-13T20:00:00Z",
        "exhibits": [_EXHIBIT_OUT],
        "answers": [_ANSWER_OUT],
        "withheld_items": [_WITHHELD_OUT],
    },
    "ProductionLine": {**_LINE, "exhibits_count": 1},
    "AnswerOut": _ANSWER_OUT,
    "WithheldOut": _WITHHELD_OUT,
    "ExhibitOut": _EXHIBIT_OUT,
    "ChargeOut": {"order_id": _ORDER, "user_id": _USER, "name": "Greffe, TJ Paris"},
    **RECEIPT_EXAMPLES,
    "Produced": {
        "order_id": _ORDER,
        "as_of": "2021-09-14T22:00:00Z",
        "known_at": "2021-09-14T22:00:00Z",
        "time_zone": "Europe/Paris",
        "total": 1,
        "items": [_PRODUCED],
        "next_cursor": None,
    },
    "ExhibitHistory": {
        "exhibit": _PRODUCED,
        "first_downloads": [{"party": "UEJF", "at": "2021-09-14T08:02:11Z"}],
    },
    "UserOut": _USER_OUT,
    "MembershipOut": {
        **_MEMBERSHIP,
        "id": "77665544-3322-4110-8fed-cba987654321",
        "user_id": _USER,
    },
    "MemberOut": {
        **_USER_OUT,
        "memberships": [
            {**_MEMBERSHIP, "id": "77665544-3322-4110-8fed-cba987654321", "user_id": _USER}
        ],
    },
    "Me": {"user_id": _USER, "name": "Greffe, TJ Paris", "roles": [_MEMBERSHIP]},
    "TokenOut": _TOKEN,
    "TokenMade": {**_TOKEN, "token": "bdx_…"},
    **LAW_EXAMPLES,
    **CHECK_EXAMPLES,
    **NUMBERING_EXAMPLES,
    **OBSERVATION_EXAMPLES,
    **STATISTICS_EXAMPLES,
    **upload_examples.of(_EXHIBIT_OUT),
}


def with_examples(document: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI document, an example on every schema that is answered, pages included."""
    schemas = document.get("components", {}).get("schemas", {})
    for name, schema in schemas.items():
        if name in EXAMPLES:
            schema["examples"] = [EXAMPLES[name]]
        elif name.startswith("Page_") and name[5:-1] in EXAMPLES:
            page = {"items": [EXAMPLES[name[5:-1]]], "next_cursor": None}
            schema["examples"] = [page]
    return document
