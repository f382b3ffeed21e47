"""The digest as a mail: docket numbers, what happened, and links. No content of the record.

Mail goes through servers of others: no title, no name, no text of what was handed over is in
it. Whoever follows a link signs in, and sees what they may see then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from app.domain.notices import TURNS, Line
from app.language import Language, long_date, long_instant, say, translate, word
from app.phrases import phrase

_INDENT = "  "


def digest_subject(count: int, language: Language) -> str:
    """How much happened; nothing of what."""
    said = (
        phrase("Bordereau: 1 thing happened on your matters")
        if count == 1
        else phrase("Bordereau: {count} things happened on your matters", count=count)
    )
    return say(said, language)


def digest_text(
    lines: Sequence[Line],
    languages: Sequence[Language],
    zone: str,
    url: str,
    since: datetime,
    until: datetime,
    *,
    more: bool,
) -> str:
    """The mail's text, in each of the languages one after the other."""
    parts = [_told(lines, each, zone, url, since, until, more=more) for each in languages]
    return f"\n\n{'-' * 60}\n\n".join(parts) + "\n"


def _told(
    lines: Sequence[Line],
    language: Language,
    zone: str,
    url: str,
    since: datetime,
    until: datetime,
    *,
    more: bool,
) -> str:
    here = ZoneInfo(zone)
    head = phrase(
        "What happened on your matters from {since} to {until}:", since=since, until=until
    )
    told = [say(head, language, here), ""]
    for line in lines:
        told += [line_text(line, language), f"{_INDENT}{url}{line.path}", ""]
    if more:
        told += [translate("There is more than fits here: see the page below.", language)]
    told += [
        translate("All of it, and what you have not read yet:", language),
        f"{_INDENT}{url}/notifications",
        translate("Whether and when you are written to:", language),
        f"{_INDENT}{url}/notifications/settings",
    ]
    return "\n".join(told)


def line_text(line: Line, language: Language) -> str:
    """One thing that happened, by its docket number."""
    if line.what in TURNS:
        said = phrase(
            "{docket}: {what}, category {category}, last day {on}",
            docket=line.docket,
            what=line.what,
            category=line.category,
            on=line.due_on or line.at.astimezone(ZoneInfo(line.zone)).date(),
        )
        return say(said, language)
    at = long_instant(line.at, language, ZoneInfo(line.zone))
    what = word(line.what, language)
    if line.effective_on is None:
        said = phrase("{docket}: {what}, recorded {at}", docket=line.docket, what=what, at=at)
        return say(said, language)
    on = long_date(line.effective_on, language)
    said = phrase(
        "{docket}: {what}, takes effect {on}, recorded {at}",
        docket=line.docket,
        what=what,
        on=on,
        at=at,
    )
    return say(said, language)


def digest_message(
    *,
    sender: str,
    to: str,
    subject: str,
    body: str,
    language: str,
    message_id: str,
    written_at: datetime,
    url: str,
) -> EmailMessage:
    """The mail itself. The same words and the same Message-ID however often it is tried."""
    message = EmailMessage()
    message["From"] = Address("Bordereau", addr_spec=sender)
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(written_at)
    message["Message-ID"] = f"<{message_id}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = language
    message["List-Unsubscribe"] = f"<{url}/notifications/settings>"
    message.set_content(body)
    return message
