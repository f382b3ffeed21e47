"""Receipts and the log on the wire: what a deposit proves, and what one checks it with."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from app.domain.record import EXHIBITS_MAX, Confidentiality, Declaration
from app.schemas.fields import Instant, Wire

FORMAT = "bordereau-receipt/1"
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256, hexadecimal.")]
Salt = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", description="16 bytes, hexadecimal.")]


class DepositIn(Wire):
    """How to deposit, where the order asks for a second thought."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"although_suspended": False}]})

    although_suspended: Annotated[
        bool,
        Field(description="Deposit although execution is suspended, or the obligation ended."),
    ] = False


class ReceiptFile(Wire):
    """One file received: a line of the manifest, and what opens its commitments.

    Of a restricted or sealed one, whoever may not read it learns its number and the hash of
    its line alone.
    """

    number: str
    edition: int = 1
    confidentiality: Confidentiality = Confidentiality.ordinary
    title: str | None
    filename: str | None
    dated_on: date | None = None
    size_bytes: int | None
    sha256: Hash | None
    category_numbers: list[str]
    bates_first: str | None = None
    bates_last: str | None = None
    name: Annotated[Hash | None, Field(description="Commitment to file name, title, date.")]
    name_salt: Salt | None
    salt: Salt | None
    leaf: Annotated[Hash, Field(description="The hash of the line, a leaf of the manifest.")]


class ReceiptAnswer(Wire):
    """What was declared of one category, with what it adds up to so far."""

    category_number: str
    declaration: Declaration
    documents: int
    answered_elements: int
    elements: int
    documents_in_all: Annotated[
        int, Field(description="With the party's earlier productions; later editions once.")
    ] = 0


class ReceiptWithheld(Wire):
    """A placeholder for something held back, as declared."""

    number: str
    category_number: str
    ground: str
    legal_text: str


class ReceiptReplaced(Wire):
    """An exhibit of an earlier production that a file of this one replaces."""

    number: str
    edition: int
    replaced_sha256: Hash
    reason: str


class Manifest(Wire):
    """The tree over the files' lines."""

    root: Hash
    count: int


class Proof(Wire):
    """What leads from the receipt to a head that others hold too."""

    index: Annotated[int, Field(ge=0, description="Of the deposit's entry in the log.")]
    entry: Annotated[str, Field(description="The entry, verbatim: it names digest and root.")]
    inclusion: Annotated[list[Hash], Field(max_length=60)]
    head: Annotated[str, Field(description="Signed note: log, size, root, time, signature.")]
    key_id: Hash
    token: Annotated[
        str | None, Field(description="RFC 3161 token over the head, base64, once fetched.")
    ] = None


class ReceiptBody(Wire):
    """What was received, when, from whom, for whom. Frozen with the deposit."""

    format: str = FORMAT
    production_id: UUID
    order_id: UUID
    number: int
    received: Annotated[str, Field(description='"800 of 800".')]
    deposited_at: Annotated[Instant, Field(description="UTC.")]
    deposited_at_court: Annotated[str, Field(description="Court-local time with its offset.")]
    time_zone: str
    deposited_by: str
    deposited_for: str
    court: str
    docket_numbers: list[str]
    order_title: str
    order_made_on: date
    answers: list[ReceiptAnswer]
    withheld: int
    withheld_items: list[ReceiptWithheld]
    replaced: list[ReceiptReplaced]
    salt: Salt


class Receipt(ReceiptBody):
    """The receipt of a deposit: the same whenever it is asked for.

    ``digest`` covers all that is said beside the files, and the manifest's root; the entry of
    the log names it. Check it with ``verify.py``, without this service.
    """

    files: Annotated[list[ReceiptFile], Field(max_length=EXHIBITS_MAX)]
    manifest: Manifest
    digest: Hash
    proof: Proof


class HeadOut(Wire):
    """A signed head of the log."""

    size: int
    root: Hash
    at: Instant
    note: str
    key_id: Hash


class ExtensionOut(Wire):
    """The proof that the log of ``second`` entries begins with the ``first`` ones."""

    first: int
    second: int
    first_root: Hash
    second_root: Hash
    proof: list[Hash]


class KeyOut(Wire):
    """A key that signs heads, or did."""

    key_id: Hash
    algorithm: str = "Ed25519"
    public_key: Annotated[str, Field(description="32 bytes, hexadecimal.")]
    valid_from: Instant
    valid_until: Instant | None
    succession: Annotated[
        str, Field(description="Signatures of the key before and of this one over the change.")
    ]


class KeysOut(Wire):
    """Every key, oldest first. Publish it elsewhere too: receipts are checked against it."""

    origin: str
    keys: list[KeyOut]


class ReceiptCheckIn(Wire):
    """What the public page asks: hashes only, never a file."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"digest": "0f" * 32, "sha256": ["1e" * 32]}]}
    )

    digest: Hash
    sha256: Annotated[list[Hash], Field(max_length=EXHIBITS_MAX)] = []


class ReceiptCheckOut(Wire):
    """Valid or not, and nothing else."""

    valid: bool
