"""Examples of answers on placing, numbering and stamped copies."""

from __future__ import annotations

from typing import Any

_PRODUCTION = "8c7b6a59-4837-4261-9504-f3e2d1c0b9a8"
_EXHIBIT = "4d3c2b1a-0f9e-4d8c-b7a6-958473625140"
_CATEGORY = "5f3f3a52-4f5e-4a57-9f0d-2f1f3b0f6a11"
_FILE = "Pièce 12 - Contrat.pdf"
_FINDINGS = {
    "exhibits": 11,
    "gaps": [{"first": "7", "last": "7", "count": 1, "explained": True, "reason": "Pièce retirée"}],
    "duplicates": [],
    "bates": [
        {
            "kind": "gap",
            "first": "TIC-000013",
            "last": "TIC-000014",
            "count": 2,
            "exhibits": [],
        }
    ],
    "truncated": False,
}

NUMBERING_EXAMPLES: dict[str, Any] = {
    "PlacingOut": {
        "production_id": _PRODUCTION,
        "suggestions": [
            {
                "exhibit_id": _EXHIBIT,
                "number": "1",
                "filename": _FILE,
                "folder": "Chef 2",
                "suggested_number": "12",
                "suggested_title": "Contrat",
                "suggested_dated_on": None,
                "suggested_category_id": _CATEGORY,
                "suggested_category_number": "2",
                "evidence": [
                    {"about": "number", "text": "“Pièce 12” in the name of the file."},
                    {"about": "category", "text": "The folder “Chef 2”."},
                ],
                "doubts": [],
            }
        ],
        "to_sort": [],
    },
    "PlacedOut": {
        "changed": [{"exhibit_id": _EXHIBIT, "number": "12", "number_before": "1", "version": 2}],
        "unchanged": 0,
        "left_out": [],
    },
    "SheetOut": {
        "applied": False,
        "encoding": "cp1252",
        "delimiter": ";",
        "columns": {"filename": "Fichier", "number": "Pièce n°", "title": "Intitulé"},
        "ignored_columns": ["Nombre de pages"],
        "warnings": [],
        "rows": [{"line": 2, "path": _FILE, "exhibit_id": _EXHIBIT, "changes": {"number": "12"}}],
        "faults": [
            {"line": 3, "about": "filename", "text": "No file of the draft is called “x.pdf”."}
        ],
    },
    "BatesOut": {
        "given": [
            {
                "exhibit_id": _EXHIBIT,
                "number": "12",
                "bates_first": "TIC-000001",
                "bates_last": "TIC-000012",
                "version": 3,
            }
        ],
        "next": "TIC-000013",
    },
    "SkipsOut": {
        "skips": [{"scheme": "exhibit", "first": "7", "last": "7", "reason": "Pièce retirée"}]
    },
    "NumberingReport": {
        "order_id": "c3f0b7de-1a2b-4c3d-8e4f-5a6b7c8d9e0f",
        "party_id": "6f0c8f0e-0d3c-4b3a-9f0e-3d2b1a0c9d8e",
        "party": "Twitter International Company",
        "deposited": _FINDINGS,
        "with_drafts": None,
    },
    "StampedOut": {
        "exhibit_id": _EXHIBIT,
        "style": "exhibit_number",
        "label": "Pièce n° 12",
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "size_bytes": 45210,
        "made_at": "2021-09-13T21:45:00Z",
        "breaks_signature": False,
    },
}
