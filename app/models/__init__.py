"""The record: what is kept, table by table."""

from app.models.accounts import HalfSignIn, Invitation, RecoveryCode, SecondFactor
from app.models.attestations import Attestation
from app.models.base import Base, Logged
from app.models.courts import Court
from app.models.events import Event, EventFile
from app.models.inspections import Inspection
from app.models.law import Closure, KeptLaw
from app.models.lists import Charge, ListVisit, SearchTerm, SearchWord
from app.models.log import LogEntry, LogHead, LogRecord, LogTail, SigningKey
from app.models.matters import DocketNumber, Matter, Party, Representation
from app.models.notices import Notice, NoticeSettings
from app.models.numbering import SkippedNumbers, StampedCopy
from app.models.observations import Observation, ObservationWithdrawal, Taking
from app.models.orders import (
    Category,
    CategoryBeneficiary,
    Element,
    Milestone,
    MilestoneElement,
    Obligation,
    Order,
    OrderReference,
)
from app.models.people import (
    ApiToken,
    ApiTokenMatter,
    IdempotencyKey,
    Membership,
    SignIn,
    SignInFailure,
    User,
)
from app.models.productions import (
    Answer,
    Exhibit,
    ExhibitCategory,
    ExhibitElement,
    FirstDownload,
    ManifestLine,
    Production,
    StoredFile,
    WithheldItem,
)
from app.models.standings import StandingRow
from app.models.uploads import Upload

__all__ = [
    "Answer",
    "ApiToken",
    "ApiTokenMatter",
    "Attestation",
    "Base",
    "Category",
    "CategoryBeneficiary",
    "Charge",
    "Closure",
    "Court",
    "DocketNumber",
    "Element",
    "Event",
    "EventFile",
    "Exhibit",
    "ExhibitCategory",
    "ExhibitElement",
    "FirstDownload",
    "HalfSignIn",
    "IdempotencyKey",
    "Inspection",
    "Invitation",
    "KeptLaw",
    "ListVisit",
    "LogEntry",
    "LogHead",
    "LogRecord",
    "LogTail",
    "Logged",
    "ManifestLine",
    "Matter",
    "Membership",
    "Milestone",
    "MilestoneElement",
    "Notice",
    "NoticeSettings",
    "Obligation",
    "Observation",
    "ObservationWithdrawal",
    "Order",
    "OrderReference",
    "Party",
    "Production",
    "RecoveryCode",
    "Representation",
    "SearchTerm",
    "SearchWord",
    "SecondFactor",
    "SignIn",
    "SignInFailure",
    "SigningKey",
    "SkippedNumbers",
    "StampedCopy",
    "StandingRow",
    "StoredFile",
    "Taking",
    "Upload",
    "User",
    "WithheldItem",
]
