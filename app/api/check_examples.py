"""An example of the table of checks."""

from __future__ import annotations

from typing import Any

CHECK_EXAMPLES: dict[str, Any] = {
    "ChecksOut": {
        "production_id": "8c7b6a59-4837-4261-9504-f3e2d1c0b9a8",
        "cannot_deposit": 0,
        "look_at": 1,
        "waiting": 0,
        "pages": [{"page_kind": "pages", "count": 3, "files": 1}],
        "exhibits": [
            {
                "exhibit_id": "4d3c2b1a-0f9e-4d8c-b7a6-958473625140",
                "number": "12",
                "filename": "Pièce 12 - Contrat.pdf",
                "size_bytes": 40960,
                "checked_at": "2021-09-13T21:40:02Z",
                "content": {
                    "kind": "pdf",
                    "media_type": "application/pdf",
                    "trouble": None,
                    "page_count": 3,
                    "page_kind": "pages",
                    "lock": None,
                    "corrupt": False,
                    "damaged": False,
                    "two_in_one": False,
                    "textless_pages": 0,
                    "javascript": False,
                    "attachments": 0,
                    "form": False,
                    "signatures": 0,
                    "macros": False,
                    "active": False,
                    "hidden_text": {"2": 3},
                    "pages_examined": None,
                    "created_on": "2021-02-01",
                    "modified_on": "2021-09-10",
                    "width": None,
                    "height": None,
                },
                "checks": [
                    {
                        "kind": "hidden_text",
                        "severity": "look_at",
                        "message": "Text can still be read under opaque boxes: 3, on pages 2.",
                    }
                ],
            }
        ],
    }
}
