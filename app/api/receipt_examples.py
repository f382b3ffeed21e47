"""An example of a receipt, and of what one checks it with: whole, so that it verifies."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.acts import Act, Entry, Where
from app.domain.heads import ORIGIN, Head, SignedHead, key_hash, key_id
from app.domain.manifest import ManifestLine, manifest_root, name_commitment, receipt_digest
from app.domain.merkle import leaf_hash

_FILE = b"%PDF-1.4\n% the file of the example\n"
_AT = datetime(2021, 9, 13, 21, 47, 12, tzinfo=UTC)
_PRODUCTION = "8c7b6a59-4837-4261-9504-f3e2d1c0b9a8"
_ORDER = "c3f0b7de-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
_TITLE, _NAME = "Contrat de prestation", "Pièce 12 - Contrat.pdf"
_SALTS = ("00112233445566778899aabbccddeeff", "ffeeddccbbaa99887766554433221100")
_LINE = ManifestLine(
    number="12",
    edition=1,
    sha256=sha256(_FILE).hexdigest(),
    size_bytes=len(_FILE),
    name=name_commitment(_SALTS[0], _NAME, _TITLE, "2021-02-01"),
    designation="ordinary",
    category_numbers=("1",),
    bates_first=None,
    bates_last=None,
    salt=_SALTS[1],
)
_ROOT = manifest_root([_LINE.text])
_BODY: dict[str, Any] = {
    "format": "bordereau-receipt/1",
    "production_id": _PRODUCTION,
    "order_id": _ORDER,
    "number": 1,
    "received": "1 of 1",
    "deposited_at": "2021-09-13T21:47:12Z",
    "deposited_at_court": "2021-09-13T23:47:12+02:00",
    "time_zone": "Europe/Paris",
    "deposited_by": "Me Exemple",
    "deposited_for": "Twitter International Company",
    "court": "Tribunal judiciaire de Paris",
    "docket_numbers": ["20/53181"],
    "order_title": "Jugement en état de référé du 6 juillet 2021",
    "order_made_on": "2021-07-06",
    "answers": [
        {
            "category_number": "1",
            "declaration": "partial",
            "documents": 1,
            "answered_elements": 1,
            "elements": 4,
            "documents_in_all": 1,
        }
    ],
    "withheld": 1,
    "withheld_items": [
        {
            "number": "13",
            "category_number": "1",
            "ground": "Secret des affaires",
            "legal_text": "C. com. L151-1",
        }
    ],
    "replaced": [],
    "salt": "0123456789abcdef0123456789abcdef",
}
_DIGEST = receipt_digest(_BODY, _ROOT, 1)
_ENTRY = Entry(
    index=0,
    act=Act.production_deposited,
    at=_AT,
    actor_id=UUID("ab12cd34-ef56-4789-90ab-cdef12345678"),
    where=Where(None, None, UUID(_ORDER), UUID(_PRODUCTION)),
    record=sha256(b"what the record holds beside it").hexdigest(),
    salt=bytes(range(16)),
    facts={"digest": _DIGEST, "manifest": {"root": _ROOT, "count": 1}},
)
# The key of the example alone: its private half is this line.
_KEY = Ed25519PrivateKey.from_private_bytes(b"The key of the example, not ours")
_PUBLIC = _KEY.public_key().public_bytes_raw()
_HEAD = Head(1, leaf_hash(_ENTRY.leaf), _AT)
_NOTE = SignedHead(_HEAD, key_hash(ORIGIN, _PUBLIC), _KEY.sign(_HEAD.text.encode())).note


def proof_of(entry: Entry) -> dict[str, Any]:
    """The proof of an entry that is alone in a log, signed by the example's key."""
    head = Head(1, leaf_hash(entry.leaf), entry.at)
    signed = SignedHead(head, key_hash(ORIGIN, _PUBLIC), _KEY.sign(head.text.encode()))
    return {
        "index": 0,
        "entry": entry.leaf.decode(),
        "inclusion": [],
        "head": signed.note,
        "key_id": key_id(_PUBLIC),
        "token": None,
    }


RECEIPT: dict[str, Any] = {
    **_BODY,
    "files": [
        {
            "number": "12",
            "edition": 1,
            "confidentiality": "ordinary",
            "title": _TITLE,
            "filename": _NAME,
            "dated_on": "2021-02-01",
            "size_bytes": _LINE.size_bytes,
            "sha256": _LINE.sha256,
            "category_numbers": ["1"],
            "bates_first": None,
            "bates_last": None,
            "name": _LINE.name,
            "name_salt": _SALTS[0],
            "salt": _LINE.salt,
            "leaf": leaf_hash(_LINE.text).hex(),
        }
    ],
    "manifest": {"root": _ROOT, "count": 1},
    "digest": _DIGEST,
    "proof": proof_of(_ENTRY),
}
KEYS: dict[str, Any] = {
    "origin": ORIGIN,
    "keys": [
        {
            "key_id": key_id(_PUBLIC),
            "algorithm": "Ed25519",
            "public_key": _PUBLIC.hex(),
            "valid_from": "2021-07-07T08:00:00Z",
            "valid_until": None,
            "succession": "",
        }
    ],
}
RECEIPT_EXAMPLES: dict[str, Any] = {
    "Receipt": RECEIPT,
    "KeysOut": KEYS,
    "HeadOut": {
        "size": 1,
        "root": _HEAD.root.hex(),
        "at": "2021-09-13T21:47:12Z",
        "note": _NOTE,
        "key_id": key_id(_PUBLIC),
    },
    "ExtensionOut": {
        "first": 1,
        "second": 1,
        "first_root": _HEAD.root.hex(),
        "second_root": _HEAD.root.hex(),
        "proof": [],
    },
    "ReceiptCheckOut": {"valid": True},
}
FILE = _FILE
"""The file of the example's one exhibit."""
