"""Numbers on the wire: of exhibits, of pages (Bates), the report on them, stamped copies."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from app.domain.bates import PAGES_MAX, TEXT_LENGTH_MAX, WIDTH_MAX
from app.domain.batesreport import BatesOddity
from app.domain.record import EXHIBITS_MAX, NumberScheme, StampStyle
from app.schemas.fields import Instant, Line, ReasonText, Wire, refuse
from app.schemas.placing import ExhibitIds
from app.schemas.productions import BatesText, ExhibitNumberText

SKIPS_MAX = 1_000


class NumberingIn(Wire):
    """How to number a selection of a draft's exhibits.

    ``order``: one after the other, from ``start`` or after the party's highest number.
    ``names``: by what the names say. ``given``: each exhibit the number that ``numbers``
    gives it; two may change places.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "by": "order",
                    "exhibit_ids": ["4d3c2b1a-0f9e-4d8c-b7a6-958473625140"],
                    "start": "12",
                }
            ]
        }
    )

    by: Literal["order", "names", "given"] = "order"
    exhibit_ids: Annotated[
        ExhibitIds | None, Field(description="Absent: the whole draft, as it was uploaded.")
    ] = None
    start: ExhibitNumberText | None = None
    numbers: Annotated[dict[UUID, ExhibitNumberText], Field(max_length=EXHIBITS_MAX)] = {}

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.by == "given") != bool(self.numbers):
            raise refuse("Numbers are given with by: given, and only then.", field="numbers")
        if self.start is not None and self.by != "order":
            raise refuse("A start goes with by: order.", field="start")
        return self


class BatesIn(Wire):
    """How to give Bates numbers to a draft's exhibits, in the order of their numbers."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "prefix": "TIC-",
                    "width": 6,
                    "per": "page",
                    "pages": {"4d3c2b1a-0f9e-4d8c-b7a6-958473625140": 12},
                }
            ]
        }
    )

    prefix: Annotated[str, Field(max_length=TEXT_LENGTH_MAX)] = ""
    purely_numeric: Annotated[bool, Field(description="Numbers without a prefix are meant.")] = (
        False
    )
    width: Annotated[int, Field(ge=1, le=WIDTH_MAX, description="Digits, with zeros.")] = 6
    start: Annotated[
        int | None, Field(ge=1, description="Absent: after the party's highest of the prefix.")
    ] = None
    per: Literal["page", "document"] = "page"
    exhibit_ids: Annotated[
        ExhibitIds | None, Field(description="Absent: every exhibit of the draft.")
    ] = None
    pages: Annotated[
        dict[UUID, Annotated[int, Field(ge=1, le=PAGES_MAX)]],
        Field(max_length=EXHIBITS_MAX, description="Pages of exhibits, where not known."),
    ] = {}


class BatesGiven(Wire):
    """The numbers an exhibit was given."""

    exhibit_id: UUID
    number: str
    bates_first: str
    bates_last: str
    version: int


class BatesOut(Wire):
    """What was given, and with which number the series goes on."""

    given: list[BatesGiven]
    next: str


class SkipIn(Wire):
    """Numbers that no exhibit bears, and why."""

    scheme: NumberScheme = NumberScheme.exhibit
    first: BatesText
    last: BatesText | None = None
    reason: ReasonText


class SkipsIn(Wire):
    """Every range that a draft declares skipped, in the place of those before."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "skips": [
                        {"scheme": "exhibit", "first": "7", "reason": "Pièce retirée avant l’envoi"}
                    ]
                }
            ]
        }
    )

    skips: Annotated[list[SkipIn], Field(max_length=SKIPS_MAX)]


class SkipOut(Wire):
    """A range declared skipped."""

    scheme: NumberScheme
    first: str
    last: str
    reason: str


class SkipsOut(Wire):
    """The ranges that a draft declares skipped."""

    skips: list[SkipOut]


class NumberGap(Wire):
    """Numbers of exhibits that nobody bears; explained by a withheld item or a skip, or not."""

    first: str
    last: str
    count: int
    explained: bool
    reason: Line = ""


class BatesFindingOut(Wire):
    """Something odd in the Bates numbers, and the exhibits concerned."""

    kind: BatesOddity
    first: str
    last: str
    count: int
    exhibits: list[str]


class NumberingFindings(Wire):
    """What was found in a set of productions."""

    exhibits: Annotated[int, Field(description="How many exhibits were looked at.")]
    gaps: list[NumberGap]
    duplicates: Annotated[list[str], Field(description="Numbers written twice (10.1 and 10-1).")]
    bates: list[BatesFindingOut]
    truncated: Annotated[bool, Field(description="There is more than is told.")]


class NumberingReport(Wire):
    """Numbers of a party across its productions: the same for whoever may read the order.

    ``with_drafts`` adds the party's drafts, and is told to the party alone.
    """

    order_id: UUID
    party_id: UUID
    party: str
    deposited: NumberingFindings
    with_drafts: NumberingFindings | None


class StampedOut(Wire):
    """A stamped copy: what it bears, its hash, and what making it costs."""

    exhibit_id: UUID
    style: StampStyle
    label: str
    sha256: str
    size_bytes: int
    made_at: Instant
    breaks_signature: Annotated[
        bool, Field(description="The original is signed; no signature holds on the copy.")
    ]
