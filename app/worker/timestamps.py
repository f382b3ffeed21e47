"""Time-stamps (RFC 3161): a token from an authority over each signed head, after its deposit.

Nothing waits for it. An authority that is down, slow or lies leaves a head without a token;
it is asked again, less and less often.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import httpx2
from anyio import to_thread
from cryptography import x509

from app.db import Database
from app.errors import Conflict
from app.services.timestamps import heads_without_token, keep_token

_LOG = logging.getLogger("bordereau.timestamps")
QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
REPLY_BYTES_MAX = 128 * 1024
SECONDS_MAX = 10.0
HEADS_AT_ONCE = 20
EVERY_SECONDS = 5.0
WAIT_SECONDS_MAX = 3600.0
CLOCKS_APART = timedelta(minutes=5)
_SHA256 = x509.ObjectIdentifier("2.16.840.1.101.3.4.2.1")


class NoToken(Exception):
    """The authority gave none that holds; the text is for the operator."""


class Authority:
    """A time-stamping authority, and the certificates that its tokens are checked against.

    Raises ``ImportError`` without the extra ``tsa``, ``ValueError`` or ``OSError`` when the
    certificates cannot be read.
    """

    def __init__(self, url: str, ca_file: Path) -> None:
        # The extra is asked for here, so that the service runs without it.
        import rfc3161_client  # noqa: PLC0415

        self._tsp = rfc3161_client
        self.url = url
        found = x509.load_pem_x509_certificates(ca_file.read_bytes())
        self._roots = [c for c in found if c.issuer == c.subject]
        self._between = [c for c in found if c.issuer != c.subject]
        if not self._roots:
            raise ValueError(f"{ca_file} holds no root certificate")

    def token(self, note: str, head_at: datetime, now: datetime) -> bytes:
        """A checked token over the SHA-256 of a head's note, DER. Raises ``NoToken``."""
        data = note.encode()
        asked = (
            self._tsp.TimestampRequestBuilder()
            .data(data)
            .hash_algorithm(self._tsp.HashAlgorithm.SHA256)
            .cert_request(cert_request=True)
            .build()
        )
        raw = self._post(asked.as_bytes())
        try:
            reply = self._tsp.decode_timestamp_response(raw)
        except ValueError as error:
            raise NoToken(f"no time-stamp reply: {error}") from error
        verifier = self._tsp.VerifierBuilder(
            roots=list(self._roots), intermediates=list(self._between), nonce=asked.nonce
        ).build()
        try:
            verifier.verify(reply, sha256(data).digest())
            info = reply.tst_info
        except (self._tsp.VerificationError, ValueError) as error:
            raise NoToken(f"a token that does not hold: {error}") from error
        if info.message_imprint.hash_algorithm != _SHA256:
            raise NoToken("a token over another hash than SHA-256")
        if not head_at - CLOCKS_APART <= info.gen_time <= now + CLOCKS_APART:
            raise NoToken(f"a token of an impossible time: {info.gen_time.isoformat()}")
        return bytes(reply.time_stamp_token())

    def _post(self, query: bytes) -> bytes:
        body = b""
        try:
            with (
                httpx2.Client(timeout=SECONDS_MAX, follow_redirects=False) as client,
                client.stream(
                    "POST", self.url, content=query, headers={"Content-Type": QUERY}
                ) as reply,
            ):
                kind = reply.headers.get("content-type", "").partition(";")[0].strip()
                if reply.status_code != 200 or kind != REPLY:
                    raise NoToken(f"it answered {reply.status_code} {kind}")
                for block in reply.iter_bytes():
                    body += block
                    if len(body) > REPLY_BYTES_MAX:
                        raise NoToken("its answer is too long")
        except httpx2.HTTPError as error:
            raise NoToken(f"it did not answer: {error}") from error
        return body


def stamp_heads(
    database: Database, authority: Authority, clock: Callable[[], datetime]
) -> list[int]:
    """Ask for the tokens that are lacking; the sizes of the heads that got one.

    Raises ``NoToken`` at the first that fails, what was kept before it stays.
    """
    with database.reading() as session:
        lacking = [(h.size, h.note, h.at) for h in heads_without_token(session, HEADS_AT_ONCE)]
    stamped = []
    for size, note, at in lacking:
        # No transaction is open while the authority is asked.
        token = authority.token(note, at, clock())
        try:
            with database.writing() as session:
                keep_token(session, size, token, clock())
        except Conflict:
            continue  # another process was faster
        stamped.append(size)
    return stamped


async def stamp_always(
    database: Database, authority: Authority, clock: Callable[[], datetime]
) -> None:
    """Ask every few seconds, until cancelled; after a failure later and later, up to an hour."""
    wait = EVERY_SECONDS
    while True:
        try:
            await to_thread.run_sync(stamp_heads, database, authority, clock)
            wait = EVERY_SECONDS
        except NoToken as error:
            wait = min(2 * wait, WAIT_SECONDS_MAX)
            _LOG.warning("%s: %s; asked again in %.0f s", authority.url, error, wait)
        except Exception:
            wait = min(2 * wait, WAIT_SECONDS_MAX)
            _LOG.exception("time-stamping failed; tried again in %.0f s", wait)
        await asyncio.sleep(wait)
