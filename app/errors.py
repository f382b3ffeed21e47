"""Every way to fail.

The first line of a class's docstring is the title a reader sees. What went wrong is a
``Phrase``, rendered in the reader's language at the door; the HTTP status of each class
is decided there too, in one table.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from app.phrases import Phrase, phrase


class Fault(Exception):
    """The request failed."""

    def __init__(self, message: str | Phrase, /, **values: object) -> None:
        self.message = message if isinstance(message, Phrase) else phrase(message, **values)
        super().__init__(str(self.message))

    @classmethod
    def title(cls) -> str:
        """The first line of the class's docstring, without its full stop."""
        return (cls.__doc__ or "").strip().splitlines()[0].rstrip(".")


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One field that cannot be taken: its dotted path, and why."""

    field: str
    message: Phrase


class NotSignedIn(Fault):
    """Sign in first."""


class NotAllowed(Fault):
    """You may not do this."""


class FormOutOfDate(NotAllowed):
    """This form is out of date."""


class NotFound(Fault):
    """Not found."""

    def __init__(self) -> None:
        # One body for what is absent and for what one may not see.
        super().__init__("There is nothing here, or nothing that you may see.")


class Invalid(Fault):
    """Some fields cannot be taken as they are."""

    def __init__(self, *faults: FieldFault) -> None:
        if not faults:
            raise ValueError("Invalid needs at least one field")
        self.faults = faults
        super().__init__(faults[0].message)

    @classmethod
    def field(cls, name: str, message: str, /, **values: object) -> Invalid:
        """One field, one reason."""
        return cls(FieldFault(name, phrase(message, **values)))

    @classmethod
    def all(cls, faults: Iterable[FieldFault]) -> Invalid:
        """Every field that is wrong, at once."""
        return cls(*faults)


class MethodNotAllowed(Fault):
    """This address does not take this method."""


class Unreadable(Fault):
    """The request cannot be read."""


class Conflict(Fault):
    """This conflicts with what is already recorded."""


class StaleVersion(Conflict):
    """Somebody changed this since you read it."""


class VersionRequired(Fault):
    """Say which version you read."""


class AlreadyDeposited(Conflict):
    """This production is deposited and cannot change."""


class Withdrawn(Conflict):
    """This exhibit was withdrawn."""


class NotStampable(Conflict):
    """No stamped copy can be made of this file."""


class ExecutionSuspended(Conflict):
    """Execution of the order is suspended, or what was owed has ended."""


class IdempotencyMismatch(Conflict):
    """This Idempotency-Key was used for another request."""


class Incomputable(Fault):
    """This date cannot be computed."""

    field: str = ""
    """Which part of what was asked the rules do not answer, where one can say."""

    def at(self, field: str) -> Self:
        """The same fault, told under ``field`` of what was asked."""
        self.field = field
        return self


class CalendarUnknown(Incomputable):
    """There is no such calendar."""


class CalendarNotCovered(Incomputable):
    """The calendar does not cover this year."""


class RulePackUnknown(Incomputable):
    """There is no such rule pack."""


class RuleNotInForce(Incomputable):
    """No rule in force answers this."""


class LawNotKept(Incomputable):
    """The law by which this was computed is not at hand."""


class TriggerUnknown(Incomputable):
    """The point of departure is not known."""


class UploadRefused(Fault):
    """The upload was refused."""


class UploadTooLarge(UploadRefused):
    """The file is larger than this service takes."""


class UploadCutOff(UploadRefused):
    """The file was cut off before its end."""


class DigestMismatch(UploadRefused):
    """The file does not match its digest."""


class ChecksumMismatch(DigestMismatch):
    """The bytes sent do not match their checksum."""


class MatterFull(UploadTooLarge):
    """The matter's room for files is used up."""


class ArchiveRefused(Fault):
    """The archive was refused as a whole."""


class MediaTypeRefused(Fault):
    """This address does not take this type of content."""


class ProtocolUnknown(Fault):
    """This version of the protocol is not spoken here."""


class OffsetMismatch(Conflict):
    """The upload stands at another offset."""


class UploadInUse(Conflict):
    """Somebody else is sending to this upload."""

    def __init__(self, message: str, /, *, wait_seconds: int, **values: object) -> None:
        self.wait_seconds = wait_seconds
        super().__init__(message, **values)


class UploadGone(Fault):
    """This upload is over."""


class StorageFull(Fault):
    """There is no room left to store files."""


class KeyMissing(Fault):
    """The signing key is not at hand."""


class TooManyRequests(Fault):
    """Too many attempts."""


class TooOften(TooManyRequests):
    """Too many requests."""


class Busy(Fault):
    """The service is busy; try again shortly."""


class StoreUnavailable(Busy):
    """The file store cannot be reached."""


class DatabaseUnavailable(Busy):
    """The database cannot be reached."""


class StoreUnfit(Fault):
    """The file store that is asked for cannot be used."""
