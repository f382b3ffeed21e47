"""Examples of what uploads and archives answer."""

from __future__ import annotations

from typing import Any

REFUSED = {
    "name": "../outside.txt",
    "reason": ".. names a folder, not a file.",
}


def of(exhibit: dict[str, Any]) -> dict[str, Any]:
    """The examples, around that of an exhibit."""
    return {
        "ArchiveOut": {"added": [exhibit], "refused": [REFUSED]},
        "UploadOut": {
            "id": "f1e2d3c4-b5a6-4978-8695-a4b3c2d1e0f9",
            "production_id": exhibit["production_id"],
            "filename": exhibit["filename"],
            "length_bytes": 40960,
            "offset_bytes": 40960,
            "created_at": "2021-09-13T21:39:00Z",
            "expires_at": "2021-09-15T21:39:00Z",
            "finished_at": "2021-09-13T21:40:00Z",
            "exhibit_id": exhibit["id"],
            "added": 0,
            "refused": [],
        },
    }
