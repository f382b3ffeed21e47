"""A value has one writing, and it is that of RFC 8785."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from app.domain.canonical import DEPTH_MAX, NUMBER_LIMIT, canonical, digest

text = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers(1 - NUMBER_LIMIT, NUMBER_LIMIT - 1) | text,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(text, inner, max_size=5),
    max_leaves=30,
)


@given(values)
def test_it_writes_what_a_library_of_rfc_8785_writes(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(st.dictionaries(text, st.integers(0, 9), min_size=2), st.randoms())
def test_the_order_in_which_members_came_changes_nothing(value: Any, random: Any) -> None:
    shuffled = list(value.items())
    random.shuffle(shuffled)
    assert canonical(dict(shuffled)) == canonical(value)


def test_names_are_ordered_by_utf_16_as_the_rfc_shows() -> None:
    # RFC 8785 §3.2.3, its own example.
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    written = canonical(dict.fromkeys(names, True)).decode()
    places = [written.index(n if n != "\r" else "\\r") for n in names]
    ordered = [name for _, name in sorted(zip(places, names, strict=True))]
    assert ordered == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_a_tuple_is_written_as_a_list() -> None:
    assert canonical({"a": (1, ("b",))}) == b'{"a":[1,["b"]]}'


@pytest.mark.parametrize(
    "value",
    [0.5, 1.0, float("nan"), b"bytes", bytearray(b"x"), {1, 2}, object(), {1: "a"}, {"a": 0.1}],
)
def test_what_has_more_than_one_writing_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"canonical writing|a key is a string"):
        canonical(value)


@pytest.mark.parametrize("number", [NUMBER_LIMIT, -NUMBER_LIMIT])
def test_a_number_that_not_every_reader_holds_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="2\\^53"):
        canonical(number)
    assert canonical(number - (1 if number > 0 else -1)) == str(abs(number) - 1).encode().rjust(
        len(str(number - (1 if number > 0 else -1))), b"-"
    )


@pytest.mark.parametrize("value", ["\ud800", {"\udfff": 1}, ["a\ud83d"]])
def test_half_a_character_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="surrogates"):
        canonical(value)


def test_it_goes_as_deep_as_it_says_and_no_deeper() -> None:
    def nested(depth: int) -> Any:
        value: Any = 1
        for _ in range(depth - 1):
            value = [value]
        return value

    assert canonical(nested(DEPTH_MAX)).count(b"[") == DEPTH_MAX - 1
    with pytest.raises(ValueError, match="deeper"):
        canonical(nested(DEPTH_MAX + 1))


def test_a_commitment_is_the_hash_of_salt_and_writing() -> None:
    salt = bytes(range(16))
    assert digest(salt, {"b": 1, "a": "é"}) == sha256(salt + b'{"a":"\xc3\xa9","b":1}').hexdigest()


@given(values, st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))
def test_another_salt_makes_another_commitment(value: Any, one: bytes, other: bytes) -> None:
    assert (digest(one, value) == digest(other, value)) == (one == other)
