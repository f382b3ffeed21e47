"""Mail: digests that are due are written, and what is written is sent, again where it failed."""

from __future__ import annotations

import asyncio
import logging
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from uuid import UUID

from anyio import to_thread

from app import models as m
from app.db import Database
from app.papers.digest import digest_message
from app.services import digests
from app.settings import Settings

_LOG = logging.getLogger("bordereau.mail")
EVERY_SECONDS = 60.0
WAIT_SECONDS_MAX = 3600.0


class Post:
    """The server that takes mail, as the settings name it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @contextmanager
    def open(self) -> Iterator[Callable[[EmailMessage], None]]:
        """A connection, guarded and signed in; what it gives sends one mail.

        Raises ``OSError`` or ``smtplib.SMTPException``, as sending does.
        """
        with self._connected() as server:
            password = self._settings.smtp_password.get_secret_value()
            if self._settings.smtp_user:
                server.login(self._settings.smtp_user, password)
            yield lambda message: _send(server, message)

    def _connected(self) -> smtplib.SMTP:
        s = self._settings
        if s.smtp_security == "tls":
            return smtplib.SMTP_SSL(
                s.smtp_host, s.smtp_port, timeout=s.smtp_timeout_seconds, context=self._trust()
            )
        server = smtplib.SMTP(s.smtp_host, s.smtp_port, timeout=s.smtp_timeout_seconds)
        if s.smtp_security == "starttls":
            try:
                server.starttls(context=self._trust())
            except BaseException:
                server.close()
                raise
        return server

    def _trust(self) -> ssl.SSLContext:
        ca_file = self._settings.smtp_ca_file
        return ssl.create_default_context(cafile=str(ca_file) if ca_file else None)


def _send(server: smtplib.SMTP, message: EmailMessage) -> None:
    server.send_message(message)


def write_due(database: Database, settings: Settings, now: datetime) -> int:
    """Write every digest that is due, each in a transaction of its own; how many."""
    url, written = settings.public_url.rstrip("/"), 0
    with database.writing() as session:
        digests.welcome_new(session, now)
    while True:
        with database.reading() as session:
            found = digests.candidates(session, now)
        for user_id in found:
            with database.writing() as session:
                written += digests.write_digest(session, user_id, now, url=url) is not None
        if len(found) < digests.BATCH:
            return written


def send_waiting(database: Database, settings: Settings, clock: Callable[[], datetime]) -> int:
    """Send what waits; how many mails a server took. No transaction is open meanwhile.

    Raises ``OSError`` or ``smtplib.SMTPException`` when the server cannot be reached: what
    waits goes on waiting.
    """
    with database.reading() as session:
        found = digests.waiting(session, clock())
    if not found:
        return 0
    with Post(settings).open() as send:
        return sum(_sent(database, settings, each, send, clock) for each in found)


def _sent(
    database: Database,
    settings: Settings,
    notice_id: UUID,
    send: Callable[[EmailMessage], None],
    clock: Callable[[], datetime],
) -> bool:
    with database.writing() as session:
        notice = digests.take(session, notice_id, clock())
    if notice is None:
        return False
    try:
        send(_message(settings, notice))
    except (OSError, smtplib.SMTPException) as error:
        with database.writing() as session:
            digests.mark_failed(session, notice_id, _told(error), clock())
        if isinstance(error, smtplib.SMTPServerDisconnected | TimeoutError):
            raise
        return False  # this one is refused; the next may be taken
    with database.writing() as session:
        digests.mark_sent(session, notice_id, clock())
    return True


def _told(error: Exception) -> str:
    """What the server said, for the operator: no address of anybody's is in a class's name."""
    code = getattr(error, "smtp_code", "")
    return f"{type(error).__name__} {code}".strip()


def _message(settings: Settings, notice: m.Notice) -> EmailMessage:
    return digest_message(
        sender=settings.smtp_from,
        to=notice.address,
        subject=notice.subject,
        body=notice.body,
        language=notice.language,
        message_id=notice.message_id,
        written_at=notice.written_at,
        url=settings.public_url.rstrip("/"),
    )


async def mail_always(
    database: Database, settings: Settings, clock: Callable[[], datetime]
) -> None:
    """Write and send, every minute, until cancelled; later and later while no server answers."""
    wait = EVERY_SECONDS
    while True:
        try:
            await to_thread.run_sync(write_due, database, settings, clock())
            await to_thread.run_sync(send_waiting, database, settings, clock)
            wait = EVERY_SECONDS
        except (OSError, smtplib.SMTPException) as error:
            wait = min(2 * wait, WAIT_SECONDS_MAX)
            _LOG.warning("mail: %s; tried again in %.0f s", _told(error), wait)
        except Exception:
            wait = min(2 * wait, WAIT_SECONDS_MAX)
            _LOG.exception("mail could not be written or sent; tried again in %.0f s", wait)
        await asyncio.sleep(wait)
