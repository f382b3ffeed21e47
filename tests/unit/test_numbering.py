from __future__ import annotations

import pytest

from app.domain.numbering import NUMBER_MAX, ExhibitNumber, gaps, next_number, parse_number
from app.errors import Invalid


def numbers(*texts: str) -> list[ExhibitNumber]:
    return [parse_number(text) for text in texts]


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("12", "12"),
        (" 012 ", "12"),
        ("12 bis", "12 bis"),
        ("12BIS", "12 bis"),
        ("12-1", "12-1"),
        ("3 ter", "3 ter"),
        ("10.1", "10.1"),
        ("10.1.2", "10.1.2"),
        ("12-1 bis", "12-1 bis"),
    ],
)
def test_a_number_is_read_as_lawyers_write_it(written: str, canonical: str) -> None:
    assert str(parse_number(written)) == canonical


@pytest.mark.parametrize(
    "written",
    ["", "0", "12-0", "bis", "12 again", "1-2.3", "-1", "1" * 33, "1-1-1-1-1", "1000000", "1٢"],
)
def test_nonsense_is_not_a_number(written: str) -> None:
    with pytest.raises(Invalid) as fault:
        parse_number(written, "exhibit.number")
    assert fault.value.faults[0].field == "exhibit.number"


def test_numbers_sort_as_a_reader_expects() -> None:
    ordered = ["2", "3", "3 bis", "3 ter", "3-1", "3-2", "3-10", "4", "10"]
    assert [str(number) for number in sorted(numbers(*reversed(ordered)))] == ordered


def test_two_writings_of_one_number_are_equal() -> None:
    assert parse_number("10.1") == parse_number("10-1")
    assert len({parse_number("10.1"), parse_number("10-1")}) == 1


def test_the_next_number_follows_the_highest_ever_given() -> None:
    assert str(next_number([])) == "1"
    assert str(next_number(numbers("1", "7", "12-3", "3 bis"))) == "13"
    with pytest.raises(Invalid):
        next_number(numbers(str(NUMBER_MAX)))


def test_holes_are_found_at_each_level() -> None:
    found = gaps(numbers("2", "4", "4.1", "4.3", "9", "4 bis", "5-1"))
    assert [(str(gap.first), str(gap.last), gap.count) for gap in found] == [
        ("1", "1", 1),
        ("3", "3", 1),
        ("4.2", "4.2", 1),
        ("6", "8", 3),
    ]


def test_a_numbering_without_holes_has_none() -> None:
    assert gaps(numbers("1", "2", "3")) == ()
    assert gaps([]) == ()
