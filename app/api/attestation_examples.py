"""An example of an attestation: whole, so that it verifies."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from app.api.receipt_examples import proof_of
from app.domain.acts import Act, Entry, Where
from app.services.attestations import attestation_digest

_AT = datetime(2021, 9, 20, 8, 0, tzinfo=UTC)
_ID = "5b0c9f1e-2d3a-4b5c-8d7e-6f5a4b3c2d1e"
_CLERK = "Greffe, Mme Exemple"


def attestation_examples(assessment: dict[str, Any], order_id: str) -> dict[str, Any]:
    """The examples, of an order whose assessment is given."""
    body: dict[str, Any] = {
        "format": "bordereau-attestation/1",
        "attestation_id": _ID,
        "order_id": order_id,
        "number": 1,
        "issued_at": "2021-09-20T08:00:00Z",
        "issued_at_court": "2021-09-20T10:00:00+02:00",
        "issued_by": _CLERK,
        "time_zone": "Europe/Paris",
        "court": "Tribunal judiciaire de Paris",
        "docket_numbers": ["RG 20/53181"],
        "matter_title": "UEJF et autres c. Twitter International Company",
        "parties": [
            {"name": "UEJF", "side": "requesting"},
            {"name": "Twitter International Company", "side": "producing"},
        ],
        "order_title": "Jugement en état de référé du 6 juillet 2021",
        "order_made_on": "2021-07-06",
        "as_of": "2021-09-14T21:59:59.999999Z",
        "as_of_court": "2021-09-14T23:59:59+02:00",
        "known_at": "2021-09-20T08:00:00Z",
        "known_at_court": "2021-09-20T10:00:00+02:00",
        "assessed": {"en": assessment},
        "salt": "0123456789abcdef0123456789abcdef",
    }
    digest = attestation_digest(body)
    entry = Entry(
        index=0,
        act=Act.attestation_issued,
        at=_AT,
        actor_id=UUID("ab12cd34-ef56-4789-90ab-cdef12345678"),
        where=Where(None, None, UUID(order_id), None),
        record=sha256(b"what the record holds beside it").hexdigest(),
        salt=bytes(range(16)),
        facts={"digest": digest},
    )
    line = {
        "id": _ID,
        "issued_by": _CLERK,
        "digest": digest,
        **{name: body[name] for name in ("number", "issued_at", "as_of", "known_at")},
    }
    return {
        "Attestation": {**body, "digest": digest, "proof": proof_of(entry)},
        "AttestationsOut": {"items": [line]},
    }
