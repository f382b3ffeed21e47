"""The nouns the law reasons about, as enumerations and limits."""

from __future__ import annotations

from enum import StrEnum

NAME_CHARS_MAX = 300
TEXT_CHARS_MAX = 100_000
REASON_CHARS_MAX = 5_000
CATEGORIES_MAX = 200
ELEMENTS_MAX = 200
MILESTONES_MAX = 20
PARTIES_MAX = 200
EXHIBITS_MAX = 20_000
EVENTS_MAX = 5_000
EVENT_FILES_MAX = 5
OBSERVATIONS_MAX = 5_000


class CategoryKind(StrEnum):
    """What a category (*chef de demande*) asks for."""

    documents = "documents"
    figures = "figures"
    list = "list"
    statement = "statement"


class PartySide(StrEnum):
    """Where a party stands in the matter."""

    requesting = "requesting"
    producing = "producing"
    third = "third"


class Declaration(StrEnum):
    """What the producing party declares of a category in a production."""

    complete = "complete"
    partial = "partial"
    nothing_responsive = "nothing_responsive"
    objection = "objection"


class Confidentiality(StrEnum):
    """Who may read an exhibit once it is deposited."""

    ordinary = "ordinary"
    restricted = "restricted"
    sealed = "sealed"


class ExhibitState(StrEnum):
    """What a deposited exhibit is at some instant."""

    produced = "produced"
    replaced = "replaced"
    withdrawn = "withdrawn"


class NumberScheme(StrEnum):
    """Which numbers: those of exhibits, or Bates numbers of their pages."""

    exhibit = "exhibit"
    bates = "bates"


class StampStyle(StrEnum):
    """What a stamped copy bears."""

    exhibit_number = "exhibit_number"
    bates = "bates"
