"""A signed head is written as a note and read back; anything else is refused."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.heads import ORIGIN, Head, SignedHead, instant, key_hash, key_id, parse_note

AT = datetime(2021, 9, 13, 21, 47, 12, 5, tzinfo=UTC)
HEAD = Head(7, bytes(range(32)), AT)
SIGNED = SignedHead(HEAD, b"key!", bytes(64))


def test_a_note_is_text_blank_line_and_signature_line() -> None:
    root = base64.b64encode(bytes(range(32))).decode()
    text = f"bordereau/log\n7\n{root}\ntime 2021-09-13T21:47:12.000005Z\n"
    assert HEAD.text == text
    packed = base64.b64encode(b"key!" + bytes(64)).decode()
    assert SIGNED.note == f"{text}\n— bordereau/log {packed}\n"


@given(
    st.integers(0, 10**15),
    st.binary(min_size=32, max_size=32),
    st.datetimes(min_value=datetime(1970, 1, 1)),
    st.binary(min_size=64, max_size=64),
)
def test_what_is_written_is_read_back(size: int, root: bytes, at: datetime, sig: bytes) -> None:
    signed = SignedHead(Head(size, root, at.replace(tzinfo=UTC)), b"\x00\x01\x02\x03", sig)
    assert parse_note(signed.note) == signed


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("— bordereau/log", "— another/log"),
        ("\n7\n", "\n07\n"),
        ("\n7\n", "\n-7\n"),
        ("time 2021", "at 2021"),
        ("-13T21", "-33T21"),
        ("\n\n", "\n"),
        ("000005Z", "000005+00:00"),
        ("AAECAw", "A*ECAw"),
        ("a2V5IQ", "==="),
        ("a2V5IQ", "a2V5I"),
        ("Hh8=\n", "Hh9=\n"),  # the same bytes, in another writing of base64
        ("AAA=\n", "AAB=\n"),
    ],
)
def test_anything_else_is_no_head(old: str, new: str) -> None:
    changed = SIGNED.note.replace(old, new, 1) if new != "AAB=\n" else SIGNED.note[:-3] + "B=\n"
    assert changed != SIGNED.note
    with pytest.raises(ValueError, match="not a signed head"):
        parse_note(changed)


def test_an_instant_of_the_log_is_utc_to_the_microsecond() -> None:
    assert instant(AT.astimezone(timezone(timedelta(hours=2)))) == "2021-09-13T21:47:12.000005Z"


def test_keys_are_named_as_c2sp_says() -> None:
    # C2SP signed-note: SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key), the first four bytes.
    public = bytes(32)
    assert key_hash(ORIGIN, public) == sha256(b"bordereau/log\n\x01" + public).digest()[:4]
    assert key_id(public) == sha256(public).hexdigest()
