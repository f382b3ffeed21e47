"""Digests by mail: sent to a real server, once a day, never lost, and with no content in them."""

from __future__ import annotations

import email
import smtplib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from aiosmtpd.smtp import Session as SmtpSession
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import select

from app import models as m
from app.db import Database
from app.domain.notices import ATTEMPTS_MAX, Frequency
from app.schemas.events import EVENT_IN
from app.schemas.notices import NoticeSettingsIn
from app.services import digests, notice_settings
from app.services.events import record_event
from app.services.operator import close_account
from app.services.verify import Verified, verify_record
from app.settings import Settings
from app.worker import mail
from tests.cast import PASSWORD
from tests.web.story import Story, record, story_store, tell

AT = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
"""07:30 in Paris: the digest of 07:00 is due."""
URL = "https://bordereau.example"


@dataclass
class Sink:
    """What a mail server took, and what it was told to refuse."""

    taken: list[EmailMessage] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    hang_up: bool = False

    async def handle_RCPT(
        self, server: Any, session: SmtpSession, envelope: Envelope, address: str, _: Any
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: SmtpSession, envelope: Envelope) -> str:
        if self.hang_up:
            server.transport.close()
            return "451 gone"
        assert envelope.content is not None
        content = envelope.content
        raw = content if isinstance(content, bytes) else content.encode()
        read = email.message_from_bytes(raw, policy=policy.SMTP)
        assert isinstance(read, EmailMessage)
        self.taken.append(read)
        return "250 OK"


@pytest.fixture
def sink() -> Sink:
    return Sink()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port: int = held.getsockname()[1]
    return port


@pytest.fixture
def server(sink: Sink) -> Iterator[Controller]:
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def settings(server: Controller, tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path,
        public_url=URL,
        smtp_host="127.0.0.1",
        smtp_port=server.port,
        smtp_security="none",
        smtp_from="greffe@bordereau.example",
        smtp_timeout_seconds=5,
    )


@pytest.fixture
def story(database: Database, tmp_path: Path) -> Iterator[Story]:
    store = story_store(tmp_path)
    yield tell(database, store)
    store.close()


@pytest.fixture
def happened(database: Database, settings: Settings, story: Story) -> Story:
    """Everybody is known since yesterday; since then the clerk recorded a finding."""
    mail.write_due(database, settings, AT - timedelta(days=1))
    with database.writing() as session:
        record(
            session,
            story.cast,
            story.order,
            "2026-11-23T15:00",
            kind="finding",
            outcome="insufficient",
            effective_on="2026-11-20",
            court="Tribunal judiciaire de Paris",
            reference="Secret de l’affaire",
            reason="Motif confidentiel",
        )
    return story


def send(database: Database, settings: Settings, at: datetime = AT) -> int:
    mail.write_due(database, settings, at)
    return mail.send_waiting(database, settings, lambda: at)


def to(sink: Sink, role: str) -> list[EmailMessage]:
    return [x for x in sink.taken if x["To"] == f"{role}@example.org"]


def text_of(message: EmailMessage) -> str:
    return str(message.get_content())


def test_whoever_sees_the_matter_is_told_once_and_nobody_else(
    database: Database, settings: Settings, happened: Story, sink: Sink
) -> None:
    sent = send(database, settings)
    told = {str(x["To"]).partition("@")[0] for x in sink.taken}
    assert told == {
        "producing_counsel",
        "producing_assistant",
        "requesting_counsel",
        "requesting_assistant",
        "third_counsel",
    }
    assert sent == len(sink.taken) == len(told)
    for minutes in (1, 60, 12 * 60):
        assert send(database, settings, AT + timedelta(minutes=minutes)) == 0
    assert send(database, settings, AT + timedelta(days=1)) == 0, "nothing happened since"


def test_a_mail_says_docket_numbers_and_links_and_nothing_of_the_record(
    database: Database, settings: Settings, happened: Story, sink: Sink
) -> None:
    send(database, settings)
    (message,) = to(sink, "requesting_counsel")
    said = text_of(message)
    assert "RG 20/53181" in said
    assert f"{URL}/orders/{happened.order}#event-" in said
    assert "20 November 2026" in said
    assert "20 novembre 2026" in said, "no language chosen: both are said"
    with database.reading() as session:
        order = session.get_one(m.Order, happened.order)
        titles = [order.title, *session.scalars(select(m.Exhibit.title)),
                  *session.scalars(select(m.Matter.title)),
                  *session.scalars(select(m.Party.name))]  # fmt: skip
    for hidden in (*titles, "Motif confidentiel", "Secret de l’affaire", "Projet secret"):
        assert hidden not in said
    assert message["List-Unsubscribe"] == f"<{URL}/notifications/settings>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"] == "Bordereau <greffe@bordereau.example>"
    assert "1 thing happened" in message["Subject"]


def test_the_account_s_language_alone_is_spoken_where_there_is_one(
    database: Database, settings: Settings, happened: Story, sink: Sink
) -> None:
    with database.writing() as session:
        user = session.get_one(m.User, happened.cast.users["requesting_counsel"])
        user.language = "fr"
    send(database, settings)
    (message,) = to(sink, "requesting_counsel")
    assert "constatation" in text_of(message).lower() or "jug" in text_of(message).lower()
    assert "matters" not in text_of(message)
    assert message["Subject"] == "Bordereau\xa0: un fait nouveau dans vos affaires"


def test_what_was_sent_is_kept_as_evidence(
    database: Database, settings: Settings, happened: Story, sink: Sink
) -> None:
    send(database, settings)
    (message,) = to(sink, "requesting_counsel")
    with database.reading() as session:
        user = happened.cast.users["requesting_counsel"]
        kept = session.scalars(select(m.Notice).where(m.Notice.user_id == user)).one()
        assert kept.body.split() == text_of(message).split()
        assert kept.address == "requesting_counsel@example.org"
        assert kept.sent_at == AT
        assert kept.court_day == date(2026, 11, 24)
        assert f"<{kept.message_id}>" == message["Message-ID"]
        assert list(verify_record(session, Verified(), ())) == []
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE notices SET body = 'something else'")
    with database.reading() as session:
        found = list(verify_record(session, Verified(), ()))
    assert any("notices" in str(wrong.where) for wrong in found)


def test_a_crash_after_the_sending_repeats_the_mail_and_loses_none(
    database: Database, settings: Settings, happened: Story, sink: Sink
) -> None:
    mail.write_due(database, settings, AT)
    with database.writing() as session:
        waiting = digests.waiting(session, AT)
        for each in waiting:
            assert digests.take(session, each, AT) is not None
            assert digests.take(session, each, AT) is None, "another process took it"
    # Here the process was killed: nothing is marked. While the lease lasts, nobody sends.
    assert mail.send_waiting(database, settings, lambda: AT) == 0
    later = AT + timedelta(minutes=11)
    assert mail.send_waiting(database, settings, lambda: later) == len(waiting)
    first = {str(x["Message-ID"]) for x in sink.taken}
    with database.writing() as session:
        for row in session.scalars(select(m.Notice)):
            row.attempts = 0
    with database.engine.begin() as connection:
        connection.execute(m.Notice.__table__.update().values(sent_at=None, next_try_at=later))  # type: ignore[attr-defined]
    mail.send_waiting(database, settings, lambda: later + timedelta(minutes=1))
    assert {str(x["Message-ID"]) for x in sink.taken} == first, "the same mail, by its identifier"


def kept(database: Database, user: UUID) -> Any:
    """When somebody's notice is tried again, how often it was, when sent, and the trouble."""
    n = m.Notice
    with database.reading() as session:
        query = select(n.next_try_at, n.attempts, n.sent_at, n.trouble).where(n.user_id == user)
        return session.execute(query).one()


def test_an_address_that_is_refused_is_tried_later_and_later_and_keeps_nobody_else(
    database: Database, settings: Settings, happened: Story, sink: Sink
) -> None:
    sink.refuse["requesting_counsel@example.org"] = "550 no such user"
    assert send(database, settings) == 4
    user = happened.cast.users["requesting_counsel"]
    at = AT
    waits: list[timedelta] = []
    while (row := kept(database, user))[0] is not None:
        next_try_at = row[0]
        assert len(waits) < ATTEMPTS_MAX
        waits.append(next_try_at - at)
        at = next_try_at
        assert mail.send_waiting(database, settings, lambda: at) == 0  # noqa: B023
    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert max(waits) == timedelta(hours=6)
    _, attempts, sent_at, trouble = row
    assert attempts == ATTEMPTS_MAX
    assert sent_at is None
    assert "SMTPRecipientsRefused" in trouble
    assert mail.send_waiting(database, settings, lambda: at + timedelta(days=30)) == 0


def test_a_server_that_does_not_answer_loses_nothing(
    database: Database, settings: Settings, happened: Story, server: Controller, sink: Sink
) -> None:
    mail.write_due(database, settings, AT)
    away = settings.model_copy(update={"smtp_port": free_port()})
    with pytest.raises(OSError):
        mail.send_waiting(database, away, lambda: AT)
    sink.hang_up = True
    with pytest.raises((OSError, smtplib.SMTPException)):
        mail.send_waiting(database, settings, lambda: AT)
    sink.hang_up = False
    later = AT + timedelta(minutes=20)
    assert mail.send_waiting(database, settings, lambda: later) == 5


def test_never_means_never_and_what_happened_meanwhile_is_not_told_later(
    database: Database, settings: Settings, happened: Story, sink: Sink
) -> None:
    cast = happened.cast

    def choose(frequency: Frequency, at: datetime, **more: Any) -> None:
        with database.writing() as session:
            data = NoticeSettingsIn(frequency=frequency, **more)
            actor = cast.actor(session, "requesting_counsel")
            notice_settings.change_settings(session, actor, data, at)

    choose(Frequency.never, AT - timedelta(hours=2))
    send(database, settings)
    assert to(sink, "requesting_counsel") == []
    choose(Frequency.daily, AT + timedelta(hours=1))
    send(database, settings, AT + timedelta(days=2))
    assert to(sink, "requesting_counsel") == []


def test_the_hour_is_the_court_s_and_the_courts_are_those_chosen(
    database: Database, settings: Settings, happened: Story, sink: Sink
) -> None:
    with database.writing() as session:
        for role, hour, own in (("requesting_counsel", 18, True), ("third_counsel", 7, False)):
            actor = happened.cast.actor(session, role)
            row = session.get_one(m.NoticeSettings, actor.user_id)
            row.hour, row.every_court = hour, own
            row.next_at = AT - timedelta(days=1)
    send(database, settings, datetime(2026, 11, 23, 16, 59, tzinfo=UTC))
    assert to(sink, "requesting_counsel") == []
    send(database, settings, datetime(2026, 11, 23, 17, 1, tzinfo=UTC))
    assert len(to(sink, "requesting_counsel")) == 1
    send(database, settings)
    assert len(to(sink, "requesting_counsel")) == 1
    assert len(to(sink, "producing_counsel")) == 1
    assert to(sink, "third_counsel") == []


def test_a_closed_account_is_not_written_to(
    database: Database, settings: Settings, happened: Story, sink: Sink
) -> None:
    with database.writing() as session:
        close_account(session, "third_counsel@example.org", AT)
    send(database, settings)
    assert to(sink, "third_counsel") == []
    assert len(sink.taken) == 4


def test_a_deadline_is_told_of_before_it_lapses_and_once_it_has(
    database: Database, settings: Settings, story: Story, sink: Sink
) -> None:
    service = datetime(2021, 9, 1, 6, 0, tzinfo=UTC)
    mail.write_due(database, settings, service)
    told = []
    for day in range(1, 25):
        at = service + timedelta(days=day)
        before = len(to(sink, "clerk"))
        send(database, settings, at)
        told += [(day, text_of(x)) for x in to(sink, "clerk")[before:]]
    soon = [day for day, text in told if "deadline lapses soon" in text]
    lapsed = [day for day, text in told if "deadline lapsed" in text]
    # Last day 13 September 2021, 24:00 in Paris.
    assert (soon, lapsed) == ([10], [13])


def certificate(folder: Path) -> tuple[Path, Path]:
    """A server's certificate of its own making, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return cert_file, key_file


def test_mail_goes_guarded_and_signed_in_and_an_unknown_certificate_gets_none(
    database: Database, settings: Settings, happened: Story, sink: Sink, tmp_path: Path
) -> None:
    cert_file, key_file = certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert_file, key_file)

    def known(
        _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any
    ) -> AuthResult:
        good = (data.login, data.password) == (b"post", PASSWORD.encode())
        return AuthResult(success=good)

    guarded = Controller(
        sink,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=context,
        require_starttls=True,
        authenticator=known,
        auth_required=True,
    )
    guarded.start()
    try:
        trusting = Settings(
            data_dir=tmp_path,
            public_url=URL,
            smtp_host="localhost",
            smtp_port=guarded.port,
            smtp_ca_file=cert_file,
            smtp_user="post",
            smtp_password=PASSWORD,
            smtp_from="greffe@bordereau.example",
        )
        mail.write_due(database, trusting, AT)
        wary = trusting.model_copy(update={"smtp_ca_file": None})
        with pytest.raises(ssl.SSLError):
            mail.send_waiting(database, wary, lambda: AT)
        assert sink.taken == []
        assert mail.send_waiting(database, trusting, lambda: AT) == 5
    finally:
        guarded.stop()


@pytest.mark.parametrize(
    "wrong",
    [
        {"smtp_host": "mail.example", "smtp_security": "none", "smtp_from": "a@b"},
        {"smtp_host": "mail.example"},
        {"accessibility_audit": "partial"},
    ],
)
def test_settings_that_would_send_unguarded_or_claim_undated_are_refused(
    wrong: dict[str, Any],
) -> None:
    with pytest.raises(ValueError, match=r"needs|only for"):
        Settings(**wrong)


def test_what_one_recorded_oneself_hides_nothing_of_what_others_did(
    database: Database,
    settings: Settings,
    story: Story,
    sink: Sink,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(digests, "LINES_MAX", 2)
    mail.write_due(database, settings, AT - timedelta(days=1))
    said = {"kind": "dispute", "effective_on": "2026-11-20", "text": "Incomplet"}
    with database.writing() as session:
        counsel = story.cast.actor(session, "requesting_counsel")
        data = EVENT_IN.validate_python(said | {"reason": "Conclusions"})
        record_event(session, counsel, story.order, data, AT - timedelta(hours=20))
        for hour in range(10, 14):
            record(
                session, story.cast, story.order, f"2026-11-23T{hour}:45",
                kind="finding", outcome="insufficient", effective_on="2026-11-20",
                court="Tribunal judiciaire de Paris", reference=str(hour), reason="Motif",
            )  # fmt: skip
    send(database, settings)
    (to_clerk,) = to(sink, "clerk")
    assert text_of(to_clerk).count("#event-") == 2, "said in both languages"
    (to_counsel,) = to(sink, "requesting_counsel")
    assert "There is more than fits here" in text_of(to_counsel)
