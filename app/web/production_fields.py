"""The fields of a draft's forms, and a fault's place among them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from app.domain.record import Confidentiality, Declaration
from app.errors import FieldFault
from app.language import Language, word
from app.phrases import Phrase
from app.web.event_form import Shown
from app.web.fields import Field
from app.web.rendering import msg

EXHIBIT = (
    Field("title", msg("Title"), required=True),
    Field("dated_on", msg("Date of the document"), "day", hint=msg("Blank where it has none.")),
    Field(
        "confidentiality",
        msg("Who may read it once deposited"),
        "choice",
        words=Confidentiality,
        hint=msg("Of what is not ordinary, the other side sees the number alone."),
    ),
)
ANSWER = (
    Field(
        "declaration",
        msg("What you declare"),
        "choice",
        words=Declaration,
        required=True,
        hint=msg("Complete: you declare that nothing more is to come. A judge may find otherwise."),
    ),
    Field(
        "statement",
        msg("Statement"),
        "text",
        hint=msg("Needed where nothing is responsive: it is signed with your deposit."),
    ),
    Field("ground", msg("Ground of the objection"), "text", hint=msg("Needed for an objection.")),
    Field(
        "declared_total",
        msg("Documents there are in all (number)"),
        "number",
        hint=msg("If you can say: what is still missing is counted from it."),
    ),
)
WITHHELD = (
    Field("category_id", msg("Category"), "choice", required=True),
    Field("ground", msg("Ground"), required=True, hint=msg("As in “Business secrecy”.")),
    Field("legal_text", msg("Legal text"), hint=msg("As in “C. com. L151-1”.")),
    Field("description", msg("What it is, without revealing it"), "text"),
    Field("number", msg("Number"), hint=msg("Blank: the next free number.")),
)

Choices = Mapping[str, Sequence[tuple[str, str]]]


def shown(
    fields: Iterable[Field],
    values: Mapping[str, str],
    faults: Iterable[FieldFault],
    language: Language,
    choices: Choices | None = None,
) -> tuple[list[Shown], dict[str, Phrase]]:
    """The fields with what was typed and what is wrong, and the faults of other places."""
    at: dict[str, Phrase] = {}
    for fault in faults:
        at.setdefault(fault.field, fault.message)
    listed = list(fields)
    told = [
        Shown(f, (values.get(f.name, ""),), _options(f, language, choices or {}), at.get(f.name))
        for f in listed
    ]
    names = {f.name for f in listed}
    return told, {place: message for place, message in at.items() if place not in names}


def _options(field: Field, language: Language, choices: Choices) -> Sequence[tuple[str, str]]:
    if field.words is not None:
        return [(w.value, word(w, language)) for w in field.words]
    return choices.get(field.name, ())
