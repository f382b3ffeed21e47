"""Where access is tried: everybody who may come, and an order with productions in each state.

Both matrices stand on it, the API's and the pages'.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

from tests.api.conftest import Api, category_id
from tests.attaching import event_with_files

EVERYBODY = (
    "clerk",
    "clerk_elsewhere",
    "administrator",
    "auditor",
    "producing_counsel",
    "producing_assistant",
    "requesting_counsel",
    "requesting_assistant",
    "third_counsel",
    "counsel_elsewhere",
    "nobody_yet",
    "reading_token",
    "elsewhere_token",
    None,
)
DRAFT = "draft"
DEPOSITED = "deposited"
RESTRICTED = "restricted"


def announce(api: Api, production: Mapping[str, Any], length: int = 5) -> Any:
    """Start a resumable upload of so many bytes."""
    headers = {
        "Tus-Resumable": "1.0.0",
        "Upload-Length": str(length),
        "Upload-Metadata": "filename Zi5wZGY=",
    }
    path = f"/productions/{production['id']}/uploads"
    response = api.call("POST", path, headers=headers)
    assert response.status_code == 201, response.text
    return response


class Scene:
    """An order, a draft, and two deposited productions: of an open and a restricted exhibit."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.order = api.order()
        counsel = api.by("producing_counsel")
        self.productions: dict[str, Any] = {}
        self.exhibits: dict[str, Any] = {}
        self.uploads: dict[str, str] = {}
        for number, state in enumerate((DRAFT, DEPOSITED, RESTRICTED), 1):
            production = api.draft(self.order)
            hidden: dict[str, Any] = (
                {"confidentiality": "restricted"} if state == RESTRICTED else {}
            )
            self.exhibits[state] = counsel.upload(production, str(number), **hidden).json()
            self.uploads[state] = announce(counsel, production).headers["Location"]
            if state != DRAFT:
                counsel.made(f"/productions/{production['id']}/deposit")
            self.productions[state] = production

    @cached_property
    def attestation(self) -> dict[str, Any]:
        """An attestation of the order, issued when first asked about."""
        issued: dict[str, Any] = self.api.by("clerk").made(
            f"/orders/{self.order['id']}/attestations"
        )
        return issued

    def attested(self, template: str) -> str:
        """Its identifier, where the address names one."""
        return self.attestation["attestation_id"] if "{attestation_id}" in template else ""

    @cached_property
    def event_file(self) -> tuple[UUID, UUID]:
        """An event recorded with a file on the order, and the file."""
        state: Any = self.api.http.app.state  # type: ignore[attr-defined]
        event_id, (file_id,) = event_with_files(
            state.database,
            state.store,
            self.api.cast,
            UUID(self.order["id"]),
            datetime(2021, 9, 20, 8, tzinfo=UTC),
            ("Acte.pdf", b"%PDF-1.4"),
        )
        return event_id, file_id

    def filed(self, template: str) -> dict[str, UUID]:
        """The identifiers of an event and its file, where the address names them."""
        if "{file_id}" not in template:
            return {}
        event_id, file_id = self.event_file
        return {"event_id": event_id, "file_id": file_id}

    def path(self, template: str, state: str) -> str:
        """The address of what there is in that state."""
        return template.format(
            matter_id=self.api.cast.matter.id,
            order_id=self.order["id"],
            production_id=self.productions[state]["id"],
            exhibit_id=self.exhibits[state]["id"],
            upload_id=self.uploads[state].rsplit("/", 1)[1],
            category_id=category_id(self.order, "1"),
            user_id=self.api.cast.users["nobody_yet"],
            membership_id=uuid4(),
            token_id=uuid4(),
            closure_id=uuid4(),
            attestation_id=self.attested(template),
            observation_id=uuid4(),
            number="90",
            code="tj-paris",
            pack="fr-civil",
            calendar="FR",
            **self.filed(template),
        )

    def absent(self, template: str) -> str:
        """The same address with identifiers that nothing bears."""
        names = ("matter_id", "order_id", "production_id", "exhibit_id", "upload_id")
        values = {name: uuid4() for name in names}
        return template.format(
            **values,
            category_id=category_id(self.order, "1"),
            closure_id=uuid4(),
            attestation_id=uuid4(),
            number="90",
            code="no-such-court",
            pack="no-such-pack",
            calendar="no-such-calendar",
            event_id=uuid4(),
            file_id=uuid4(),
        )


def refused_first(row: Mapping[str | None, int]) -> list[str | None]:
    """Everybody, those who are refused first: what one does must not change what the next may."""
    return sorted(EVERYBODY, key=lambda role: row[role] < 400)
