"""``Content-Digest`` (RFC 9530): read as structured fields are, or refused precisely."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.storage.digests import format_content_digest, parse_content_digest

# RFC 9530 appendix D, {"hello": "world"} and a line feed.
HELLO = "RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg="
SHA256 = base64.b64decode(HELLO)
SHA512 = "YMAam51Jz/jOATT6/zvHrLVgOYTGFy1d6GJiOHTohq4yP+pgk4vf2aCsyRZOtw8MjkM7iw7yZ/WkppmM44T3qg=="


def test_the_vector_of_the_rfc_is_what_its_body_hashes_to():
    assert hashlib.sha256(b'{"hello": "world"}\n').digest() == SHA256


@pytest.mark.parametrize(
    "text",
    [
        f"sha-256=:{HELLO}:",
        f"  sha-256=:{HELLO}:  ",
        f"sha-512=:{SHA512}:,sha-256=:{HELLO}:",
        f"sha-256=:{HELLO}: \t,\t sha-512=:{SHA512}:",
        f"*new.-_9=:AA==:, sha-256=:{HELLO}:",
        f'sha-256=:{HELLO}:;a;b=1;c=-2.5;d="x, \\"y\\" z"; e=token/x;f=?0;g=:AA==:',
        f"sha-256=:AAAA:, sha-256=:{HELLO}:",  # the last of a key counts
    ],
)
def test_a_sha256_is_read(text):
    assert parse_content_digest(text) == SHA256


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 1),
        ("sha-256", 1),
        (f"sha-256={HELLO}", 1),
        (f'sha-256="{HELLO}"', 1),
        (f"SHA-256=:{HELLO}:", 1),
        (f"sha-256 =:{HELLO}:", 1),
        (f"sha-256=: {HELLO}:", 1),
        (f"sha-256=:{HELLO}:,", 56),
        (f"sha-256=:{HELLO}: sha-512=:{SHA512}:", 55),
        (f"sha-256=:{HELLO}:;A=1", 55),
        (f"sha-256=:{HELLO}:, sha-512=:{SHA512}", 57),
        (f"sha-256=:{HELLO}:\n", 55),
        (f"sha-256=:{'é' * 44}:", 1),
    ],
)
def test_what_is_malformed_is_refused_with_its_place(text, position):
    with pytest.raises(Invalid) as refused:
        parse_content_digest(text)
    [fault] = refused.value.faults
    assert fault.field == "Content-Digest"
    # Digest members end at 54 characters; the place is counted from 1.
    assert fault.message.values == {"position": position}, str(fault.message)


def test_another_algorithm_alone_is_named_in_the_refusal():
    with pytest.raises(Invalid, match="Only sha-256 is understood here; the field gives sha-512"):
        parse_content_digest(f"sha-512=:{SHA512}:")


@pytest.mark.parametrize(
    "encoded",
    ["", "AA==", HELLO[:-1], HELLO + "=", HELLO[:-2] + "h=", "=" + HELLO[1:], SHA512, "A"],
)
def test_a_sha256_of_another_length_or_spelling_is_refused(encoded):
    with pytest.raises(Invalid, match="32 bytes in base64"):
        parse_content_digest(f"sha-256=:{encoded}:")


@given(st.binary(min_size=32, max_size=32))
def test_what_is_written_is_read_back(sha256):
    assert parse_content_digest(format_content_digest(sha256)) == sha256


@given(st.text(alphabet='sha-256512=:;, \tA/"\\?é\n', max_size=80))
def test_anything_else_is_refused_never_a_crash(text):
    try:
        assert len(parse_content_digest(text)) == 32
    except Invalid as refused:
        assert refused.faults[0].field == "Content-Digest"


def test_a_long_hostile_field_is_answered_at_once():
    with pytest.raises(Invalid):
        parse_content_digest(f"sha-256=:{HELLO}:" + ";a=" * 20_000 + "!")


def test_only_a_sha256_is_written():
    with pytest.raises(ValueError, match="32 bytes"):
        format_content_digest(b"short")
