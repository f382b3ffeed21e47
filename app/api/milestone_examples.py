"""Examples of milestones, for the examples of the answers that hold them."""

from __future__ import annotations

from typing import Any

_MILESTONE = "b7c8d9e0-f1a2-4b34-9567-89abcdef0123"
_ELEMENT = {"id": "9a8b7c6d-5e4f-4a3b-9c1d-0e9f8a7b6c5d", "text": "nombre"}
_NAME = "premiers chiffres"

RECORDED: dict[str, Any] = {
    "id": _MILESTONE,
    "name": _NAME,
    "term": {"kind": "within", "period": [{"value": 1, "unit": "month"}], "trigger": "service"},
    "documents": None,
    "elements": [_ELEMENT],
}
ASSESSED: dict[str, Any] = {
    "milestone_id": _MILESTONE,
    "name": _NAME,
    "state": "missed",
    "sentence": "Milestone “premiers chiffres”: served 12 July 2021, within 1 month of service, "
    "last day Thursday 12 August 2021 24:00; missed, 0 of 1 elements answered.",
    "trigger_on": "2021-07-12",
    "provisional": False,
    "due_on": "2021-08-12",
    "due_at": "2021-08-12T22:00:00Z",
    "met_at": None,
    "late_days": 33,
    "elements": [{**_ELEMENT, "answered": False}],
    "documents": None,
    "received_documents": 0,
    "computation": None,
}
MISSED = "milestone “premiers chiffres” missed, its last day was Thursday 12 August 2021."
MOVED: dict[str, Any] = {
    "milestone_id": _MILESTONE,
    "name": _NAME,
    "old_due_on": None,
    "new_due_on": "2021-08-12",
    "old_due_at": None,
    "new_due_at": "2021-08-12T22:00:00Z",
    "old_state": "awaiting",
    "new_state": "missed",
}
