"""Examples of what the law of time answers: deadlines, packs, calendars, closures, versions."""

from __future__ import annotations

from typing import Any

from app.api import milestone_examples

_ORDER = "c3f0b7de-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
_OBLIGATION = "0a1b2c3d-4e5f-4061-8273-8495a6b7c8d9"
_EXHIBIT = "4d3c2b1a-0f9e-4d8c-b7a6-958473625140"
_SENTENCE = (
    "Served 12 July 2021, within 2 months of service, last day Sunday 12 September 2021, moved "
    "to Monday 13 September 2021 24:00; nothing received for category 2."
)

COMPUTATION: dict[str, Any] = {
    "raw_on": "2021-09-12",
    "due_on": "2021-09-13",
    "due_at": "2021-09-13T22:00:00Z",
    "steps": [
        {
            "rule": "roll",
            "citation": "CPC art. 642",
            "from_on": "2021-09-12",
            "to_on": "2021-09-13",
            "why": "Sunday 12 September 2021 is no working day: moved to Monday 13 September 2021.",
        }
    ],
    "rule_pack": "fr-civil",
    "rule_pack_version": "2026.1",
    "calendar": "FR",
    "calendar_version": "1+holidays-0.109",
    "days_used": [
        {
            "on": "2021-09-12",
            "kind": "weekend",
            "name": "",
            "source": "",
            "why": "Sunday 12 September 2021",
        }
    ],
}
MOVED: dict[str, Any] = {
    "obligation_id": _OBLIGATION,
    "category_number": "2",
    "obligor": "Twitter International Company",
    "old_due_on": None,
    "new_due_on": "2021-09-13",
    "old_due_at": None,
    "new_due_at": "2021-09-13T22:00:00Z",
    "old_status": "awaiting_service_proof",
    "new_status": "overdue_nothing",
    "old_finding": "no_finding",
    "new_finding": "no_finding",
    "old_sentence": "No proof of service is recorded: time does not run; …",
    "new_sentence": _SENTENCE,
    "milestones": [milestone_examples.MOVED],
    "penalty": {
        "currency": "EUR",
        "old_theoretical_accrual": None,
        "new_theoretical_accrual": "21000",
        "old_counted_days": 0,
        "new_counted_days": 21,
    },
}
_VERSIONS = {
    "rule_pack": "fr-civil",
    "rule_pack_version": "2026.1",
    "calendar": "FR",
    "calendar_version": "1+holidays-0.109",
}
_CITED = {"value": "excluded", "citation": "CPC, art. 641 al. 1", "verified": True, "note": ""}
_CALENDAR_HEAD = {
    "code": "FR",
    "aliases": ["FR-metropole"],
    "name": "France",
    "version": "1+holidays-0.109",
    "first_year": 1973,
    "last_year": 2036,
    "time_zones": ["Europe/Paris"],
}

LAW_EXAMPLES: dict[str, Any] = {
    "DeadlineOut": {
        **COMPUTATION,
        "kind": "last_day",
        "rolled_on": "2021-09-13",
        "due_local": "2021-09-14T00:00:00+02:00",
        "due_hour": "24:00",
        "time_zone": "Europe/Paris",
        "time_zone_assumed": False,
        "unverified": [],
        "remarks": [],
    },
    "RulePackOut": {
        "id": "fr-civil",
        "version": "2026.1",
        "title": "France, civil procedure",
        "jurisdiction": "FR",
        "in_force_from": "1973-01-01",
        "in_force_to": None,
        "sources": [
            {"title": "Code de procédure civile", "url": "https://www.legifrance.gouv.fr/"}
        ],
        "not_covered": ["Weeks and working days"],
        "rules": {"trigger_day": _CITED},
        "service": {},
        "deemed_service": {},
        "windows": [],
        "worked_examples": [],
    },
    "CalendarHeadOut": _CALENDAR_HEAD,
    "CalendarOut": {
        **_CALENDAR_HEAD,
        "sources": ["Code du travail, art. L3133-1"],
        "weekend": [6, 7],
        "days": [
            {
                "on": "2021-07-14",
                "name": "Fête nationale",
                "source": "C. trav., art. L3133-1",
                "verified": True,
                "note": "",
                "forward_only": False,
            }
        ],
    },
    "ClosureOut": {
        "id": _EXHIBIT,
        "on": "2021-09-13",
        "kind": "office_closed",
        "name": "Fermeture du greffe",
        "source": "Ordonnance du président du 2 août 2021",
        "recorded_at": "2021-08-02T08:00:00Z",
        "recorded_by": "Greffe, TJ Paris",
        "withdrawn_at": None,
        "withdrawn_by": None,
        "withdrawal_reason": "",
    },
    "ClosurePreview": {
        "on": "2021-09-13",
        "as_of": "2021-08-02T08:00:00Z",
        "moved": [
            {
                **MOVED,
                "order_id": _ORDER,
                "order_title": "Jugement en état de référé du 6 juillet 2021",
                "docket_numbers": ["20/53181"],
            }
        ],
        "moved_count": 1,
        "unmoved_count": 3,
    },
    "OrderLaw": {
        "order_id": _ORDER,
        "order_title": "Jugement en état de référé du 6 juillet 2021",
        "in_force": _VERSIONS,
        "at_hand": {**_VERSIONS, "rule_pack_version": "2027.1"},
        "differs": True,
        "decided": None,
        "moved": [MOVED],
        "unmoved": 3,
    },
    "LawDecided": {"decision": "ignore", "order_ids": [_ORDER]},
}
