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
        "ArchiveOut": {
            "added": [exhibit],
            "present": [
                {
                    "name": "Contrats/Pièce 11.pdf",
                    "exhibit_id": "0b7c9d1e-2f3a-4b5c-8d6e-7f8091a2b3c4",
                    "number": "11",
                }
            ],
            "refused": [REFUSED],
        },
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
            "present": 0,
            "refused": [],
        },
    }
