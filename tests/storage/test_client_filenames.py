"""What a client calls a file: kept verbatim, never a path, never a header of its own."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.storage.filenames import (
    ascii_fallback,
    collision_key,
    content_disposition,
    has_bidi,
    original_name,
)

REVERSED = "annexe\u202efdp.exe"


@pytest.mark.parametrize(
    "name",
    [
        "exhibit 12.pdf",
        "Pièce n° 3 – procès-verbal.pdf",
        "e\u0301te\u0301.txt",
        "証拠.pdf",
        "...",
        ".hidden",
        "a..b",
        " spaced ",
        "C:drive",
        "=cmd|'!A1",
        "<script>alert(1)</script>".replace("/", ""),
        REVERSED,
        "family \U0001f468\u200d\U0001f469\u200d\U0001f467.jpg",
        "x" * 255,
        "é" * 127,
    ],
)
def test_a_name_is_kept_verbatim(name):
    assert original_name(name) == name


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "needs a name"),
        (" \u00a0", "needs a name"),
        (".", "names a folder"),
        ("..", "names a folder"),
        ("../x", "holds no path"),
        ("a/b", "holds no path"),
        ("a\\b", "holds no path"),
        ("a\0b", r"U\+0000"),
        ("a\r\nb", r"U\+000D"),
        ("a\x7f", r"U\+007F"),
        ("a\x85", r"U\+0085"),
        ("a\u2028b", r"U\+2028"),
        ("a\ud800b", r"U\+D800"),
        ("x" * 256, "256 bytes"),
        ("é" * 128, "256 bytes"),
    ],
)
def test_a_name_that_is_none_is_refused_with_its_reason(name, reason):
    with pytest.raises(Invalid, match=reason) as refused:
        original_name(name)
    assert [fault.field for fault in refused.value.faults] == ["filename"]


def test_marks_that_turn_the_writing_are_told():
    assert has_bidi(REVERSED)
    assert has_bidi("\u2067x\u2069")
    assert not has_bidi("pièce.pdf")
    assert not has_bidi("עברית.pdf")  # written right to left, which is no mark


def test_names_composed_differently_collide():
    assert collision_key("e\u0301te\u0301") == collision_key("été")
    assert collision_key("A") != collision_key("a")


@pytest.mark.parametrize(
    ("name", "fallback"),
    [
        ("exhibit 12.pdf", "exhibit 12.pdf"),
        ("Pièce n°3.pdf", "Piece n_3.pdf"),
        ('a"b%c.pdf', "a_b_c.pdf"),
        ("証拠.pdf", "__.pdf"),
        ("\uff0f\uff3c\uff02", "___"),  # full-width / \ " decompose to the real ones
        ("\u2025", "file"),  # a two-dot leader decomposes to ..
        (REVERSED, "annexe_fdp.exe"),
    ],
)
def test_the_fallback_is_harmless_ascii(name, fallback):
    assert ascii_fallback(name) == fallback


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("exhibit 12.pdf", 'attachment; filename="exhibit 12.pdf"'),
        (
            "€ rates.pdf",  # RFC 6266 §5
            "attachment; filename=\"_ rates.pdf\"; filename*=UTF-8''%E2%82%AC%20rates.pdf",
        ),
        (
            "it's 100%.pdf",
            "attachment; filename=\"it's 100_.pdf\"; filename*=UTF-8''it%27s%20100%25.pdf",
        ),
    ],
)
def test_a_download_is_always_an_attachment(name, value):
    assert content_disposition(name) == value


@given(st.text(min_size=1, max_size=60))
def test_any_name_taken_survives_the_header_and_adds_nothing_to_it(text):
    try:
        name = original_name(text)
    except Invalid:
        return
    value = content_disposition(name)
    assert value.isascii()
    parts = re.fullmatch(
        r'attachment; filename="([^"\\%/]+)"(?:; filename\*=UTF-8\'\'([^ ";]+))?', value
    )
    assert parts is not None
    assert (unquote(parts[2]) if parts[2] else parts[1]) == name
