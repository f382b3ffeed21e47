"""Checks before a deposit: what cannot be deposited, and what counsel should look at.

Pure: from what is known of each exhibit to a list of checks. Only ``cannot_deposit`` blocks;
a warning never does, and neither does a check that is not finished (decision 0016).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.content import ContentFacts, ContentKind, Lock, Trouble
from app.domain.filenames import oddities, twins
from app.domain.filetypes import RUNNABLE, announced_otherwise, extension
from app.phrases import Phrase, phrase


class CheckKind(StrEnum):
    """What a check is about."""

    empty = "empty"
    over_limit = "over_limit"
    missing = "missing"
    wrong_type = "wrong_type"
    unknown_type = "unknown_type"
    dangerous_type = "dangerous_type"
    two_in_one = "two_in_one"
    corrupt = "corrupt"
    damaged = "damaged"
    needs_password = "needs_password"  # noqa: S105  a word, not a secret
    owner_password = "owner_password"  # noqa: S105
    no_text_layer = "no_text_layer"
    hidden_text = "hidden_text"
    javascript = "javascript"
    attachments = "attachments"
    macros = "macros"
    signed = "signed"
    archive = "archive"
    duplicate_here = "duplicate_here"
    duplicate_earlier = "duplicate_earlier"
    outside_period = "outside_period"
    no_date = "no_date"
    odd_name = "odd_name"
    unplaced = "unplaced"
    not_checked_yet = "not_checked_yet"
    could_not_be_checked = "could_not_be_checked"
    partly_checked = "partly_checked"


class Severity(StrEnum):
    """Whether a check stands in the way of the deposit."""

    cannot_deposit = "cannot_deposit"
    look_at = "look_at"


BLOCKING = frozenset({CheckKind.empty, CheckKind.over_limit, CheckKind.missing})
"""What a receipt could not truthfully say was received."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing found about one exhibit."""

    number: str
    kind: CheckKind
    message: Phrase

    @property
    def severity(self) -> Severity:
        """Whether it blocks."""
        return Severity.cannot_deposit if self.kind in BLOCKING else Severity.look_at


@dataclass(frozen=True, slots=True)
class CoveredPeriod:
    """A category that the exhibit answers, with the period it covers, ends included."""

    category: str
    from_on: date | None
    to_on: date | None

    def excludes(self, on: date) -> bool:
        """Whether the day lies outside."""
        early = self.from_on is not None and on < self.from_on
        return early or (self.to_on is not None and on > self.to_on)


@dataclass(frozen=True, slots=True)
class ExhibitFacts:
    """What is known of an exhibit of a draft. ``content`` None: not inspected yet."""

    number: str
    filename: str
    media_type: str
    size_bytes: int
    sha256: str
    dated_on: date | None = None
    answers: tuple[CoveredPeriod, ...] = ()
    stored: bool = True
    content: ContentFacts | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """An exhibit of the same party that was deposited before."""

    number: str
    production: int


def checks(
    exhibits: Sequence[ExhibitFacts], earlier: Mapping[str, Earlier], size_bytes_max: int
) -> list[Check]:
    """Every check of a draft, by exhibit in their order.

    ``earlier``: by SHA-256, what the party deposited before. ``size_bytes_max``: the largest
    file that may be deposited.
    """
    alike = twins({e.number: e.filename for e in exhibits})
    first: dict[str, str] = {}
    found: list[Check] = []
    for exhibit in exhibits:
        same = first.setdefault(exhibit.sha256, exhibit.number)
        found += blocking(exhibit, size_bytes_max)
        found += _about(exhibit, _content(exhibit))
        if same != exhibit.number and exhibit.size_bytes:
            message = phrase("the same file as exhibit {other}", other=same)
            found.append(Check(exhibit.number, CheckKind.duplicate_here, message))
        if exhibit.size_bytes and (before := earlier.get(exhibit.sha256)):
            message = phrase(
                "the same file as exhibit {other}, deposited with production {production}",
                other=before.number,
                production=before.production,
            )
            found.append(Check(exhibit.number, CheckKind.duplicate_earlier, message))
        found += _about(exhibit, _place(exhibit))
        found += [Check(exhibit.number, CheckKind.odd_name, p) for p in oddities(exhibit.filename)]
        if other := alike.get(exhibit.number):
            message = phrase("on most computers the name is that of exhibit {other}", other=other)
            found.append(Check(exhibit.number, CheckKind.odd_name, message))
    return found


def blocking(exhibit: ExhibitFacts, size_bytes_max: int | None) -> list[Check]:
    """What stands in the way of depositing the exhibit."""
    return list(_about(exhibit, _blocking(exhibit, size_bytes_max)))


Found = Iterator[tuple[CheckKind, Phrase]]


def _about(exhibit: ExhibitFacts, found: Iterable[tuple[CheckKind, Phrase]]) -> Iterator[Check]:
    return (Check(exhibit.number, kind, message) for kind, message in found)


def _blocking(exhibit: ExhibitFacts, size_bytes_max: int | None) -> Found:
    if not exhibit.size_bytes:
        yield CheckKind.empty, phrase("the file is empty")
    if size_bytes_max is not None and exhibit.size_bytes > size_bytes_max:
        yield (
            CheckKind.over_limit,
            phrase(
                "the file has {size} bytes; {limit} are possible",
                size=exhibit.size_bytes,
                limit=size_bytes_max,
            ),
        )
    if not exhibit.stored:
        yield CheckKind.missing, phrase("the file is not in the store: upload it again")


def _content(exhibit: ExhibitFacts) -> Found:
    if extension(exhibit.filename) in RUNNABLE or _is_active(exhibit.content):
        yield CheckKind.dangerous_type, phrase("the file can run something when it is opened")
    content = exhibit.content
    if content is None:
        if exhibit.stored and exhibit.size_bytes:
            yield CheckKind.not_checked_yet, phrase("the content is not checked yet")
        return
    if content.trouble is not None:
        yield CheckKind.could_not_be_checked, _TROUBLES[content.trouble]
        return
    if content.kind is ContentKind.empty:
        return
    yield from _type(exhibit, content)
    yield from _opening(content)
    yield from _inside(content)


def _is_active(content: ContentFacts | None) -> bool:
    return content is not None and content.active


_TROUBLES: Mapping[Trouble, Phrase] = {
    Trouble.time: phrase("the content could not be checked: it took too long"),
    Trouble.memory: phrase("the content could not be checked: it needs too much memory"),
    Trouble.broke_off: phrase("the content could not be checked: the check broke off"),
    Trouble.inflates: phrase("the content could not be checked: it unpacks to far more than it is"),
    Trouble.unreadable: phrase("the content could not be checked: no page of it can be read"),
}


def _type(exhibit: ExhibitFacts, content: ContentFacts) -> Found:
    if content.kind is ContentKind.unknown:
        yield CheckKind.unknown_type, phrase("the content is of no type known here")
    elif announced := announced_otherwise(exhibit.filename, exhibit.media_type, content.kind):
        yield (
            CheckKind.wrong_type,
            phrase(
                "named or declared {announced}, by its content it is: {kind}",
                announced=announced,
                kind=content.kind,
            ),
        )
    if content.two_in_one:
        yield CheckKind.two_in_one, phrase("the file can be read as two different documents")
    if content.kind is ContentKind.archive:
        yield CheckKind.archive, phrase("an archive: what is in it is not checked")


def _opening(content: ContentFacts) -> Found:
    if content.corrupt:
        yield CheckKind.corrupt, phrase("the file is corrupt: it does not open")
    elif content.damaged:
        yield CheckKind.damaged, phrase("the file is damaged: not every reader opens it alike")
    if content.lock is Lock.closed:
        yield (
            CheckKind.needs_password,
            phrase("a password is needed to open it; the number of pages is not known"),
        )
    elif content.lock is Lock.rights:
        yield (
            CheckKind.owner_password,
            phrase("it opens, but a password restricts copying, printing or changing it"),
        )


def _inside(content: ContentFacts) -> Found:
    if content.textless_pages:
        yield (
            CheckKind.no_text_layer,
            phrase("pages that are images without text: {count}", count=content.textless_pages),
        )
    if content.hidden_text:
        yield (
            CheckKind.hidden_text,
            phrase("text can still be read under opaque boxes: {count}, on pages {pages}",
                   count=sum(content.hidden_text.values()), pages=tuple(content.hidden_text)),
        )  # fmt: skip
    if content.javascript:
        yield CheckKind.javascript, phrase("it holds JavaScript")
    if content.attachments:
        yield (
            CheckKind.attachments,
            phrase("files attached inside it: {count}", count=content.attachments),
        )
    if content.macros:
        yield CheckKind.macros, phrase("it holds macros")
    if content.signatures:
        yield (
            CheckKind.signed,
            phrase("it is signed electronically: a stamped copy of it is not"),
        )
    if content.pages_examined is not None:
        yield (
            CheckKind.partly_checked,
            phrase("pages looked into: the first {count} only", count=content.pages_examined),
        )


def _place(exhibit: ExhibitFacts) -> Found:
    if not exhibit.answers:
        yield CheckKind.unplaced, phrase("it answers no category yet")
    dated_on = exhibit.dated_on
    for period in exhibit.answers:
        if dated_on is not None and period.excludes(dated_on):
            yield (
                CheckKind.outside_period,
                phrase("dated {on}, outside the period that category {category} covers",
                       on=dated_on, category=period.category),
            )  # fmt: skip
    if dated_on is None and any(p.from_on or p.to_on for p in exhibit.answers):
        yield CheckKind.no_date, _undated(exhibit.content)


def _undated(content: ContentFacts | None) -> Phrase:
    """What the file says of itself is a hint: a date inside it is that of the copy, often."""
    hint = None if content is None else content.created_on or content.modified_on
    if hint is None:
        return phrase("no date is stated, and its category covers a period")
    return phrase(
        "no date is stated, and its category covers a period; the file says {on} of itself", on=hint
    )
