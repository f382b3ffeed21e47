from __future__ import annotations

import pytest

from app.domain.bates import (
    BatesNumber,
    BatesRange,
    allot,
    check_prefix,
    next_start,
    page_suffix_seen,
    parse_bates,
    parse_range,
)
from app.domain.batesreport import FINDINGS_MAX, Numbered, bates_findings, collisions
from app.errors import Invalid


def reasons(fault: pytest.ExceptionInfo[Invalid]) -> tuple[str, str]:
    return fault.value.faults[0].field, str(fault.value.faults[0].message)


@pytest.mark.parametrize(
    ("text", "prefix", "value", "width"),
    [
        ("ABC000123", "ABC", 123, 6),
        ("ABC-0001", "ABC-", 1, 4),
        ("ABC 0001", "ABC ", 1, 4),
        ("2021-0001", "2021-", 1, 4),
        ("ABC0005.001", "ABC0005.", 1, 3),
        ("000123", "", 123, 6),
    ],
)
def test_the_last_run_of_digits_is_the_number(
    text: str, prefix: str, value: int, width: int
) -> None:
    number = parse_bates(f" {text} ")
    assert (number.prefix, number.value, number.width) == (prefix, value, width)
    assert str(number) == text


def test_a_page_suffix_is_one_where_it_is_seen_throughout() -> None:
    seen = ["ABC0005.001", "ABC0006.001"]
    assert page_suffix_seen(seen)
    number = parse_bates(seen[0], page_suffix=True)
    assert (number.value, number.suffix, number.text) == (5, ".001", "ABC0005.001")
    assert not page_suffix_seen(["2021-0001", "2021-0002"])
    assert not page_suffix_seen(["ABC0005.001", "ABC0006.01"])
    assert not page_suffix_seen(["ABC0005.001", "ABC0006"])
    assert not page_suffix_seen([])


@pytest.mark.parametrize("text", ["", "ABC", "ABC12A", "A[1]2", "A" * 60 + "1", "A\n1"])
def test_what_is_no_bates_number_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as fault:
        parse_bates(text, "rows.3.bates")
    assert reasons(fault)[0] == "rows.3.bates"


def test_a_number_has_so_many_digits_and_no_more() -> None:
    with pytest.raises(Invalid) as fault:
        parse_bates("A" + "1" * 19)
    assert "at most 18 digits" in reasons(fault)[1]


def test_numbers_sort_by_what_they_say_and_not_by_their_text() -> None:
    texts = ["abc9", "ABC10", "ABC010", "B1"]
    assert min(parse_bates(t) for t in reversed(texts)).text == "abc9"
    assert parse_bates("B1") > parse_bates("ABC10")
    assert (parse_bates("ABC0009") + 2).text == "ABC0011"


def test_a_range_has_one_prefix_and_goes_up() -> None:
    found = parse_range("ABC0001", "abc0005")
    assert (found.count, found.text) == (5, "ABC0001 - abc0005")
    assert parse_range("ABC0001", None).text == "ABC0001"
    for last, why in (("XYZ0005", "one prefix"), ("ABC0000", "reversed")):
        with pytest.raises(Invalid, match=why):
            parse_range("ABC0001", last)


def test_ranges_overlap_within_a_series() -> None:
    one, two = parse_range("A01", "A05"), parse_range("a5", "a9")
    assert one.overlaps(two)
    assert not one.overlaps(parse_range("A6", "A9"))
    assert not one.overlaps(parse_range("B1", "B9"))


@pytest.mark.parametrize("prefix", ["ABC", "ABC-", "A_b.", "TIC2021-"])
def test_a_prefix_fit_to_be_given_out_is_taken(prefix: str) -> None:
    assert check_prefix(prefix) == prefix


@pytest.mark.parametrize("prefix", ["", "ABC ", "ABC1", "[A]", "-A", "A" * 41, "É"])
def test_another_prefix_is_refused(prefix: str) -> None:
    with pytest.raises(Invalid) as fault:
        check_prefix(prefix)
    assert reasons(fault)[0] == "prefix"


def test_numbers_without_a_prefix_are_given_when_asked_for() -> None:
    assert check_prefix("", purely_numeric=True) == ""


def test_a_series_goes_on_after_its_highest_number() -> None:
    given = [parse_range("ABC0001", "ABC0120"), parse_range("abc0200", None), parse_range("X9", "")]
    assert next_start("ABC", given) == 201
    assert next_start("NEW", given) == 1


def test_ranges_are_allotted_one_after_the_other() -> None:
    assert [r.text for r in allot("ABC", 4, 9, [3, 1])] == ["ABC0009 - ABC0011", "ABC0012"]
    with pytest.raises(Invalid) as fault:
        allot("ABC", 2, 98, [3])
    assert reasons(fault) == ("width", "100 does not fit into 2 digits.")


def numbered(*ranges: tuple[str, str], **pages: int | None) -> list[Numbered]:
    return [
        Numbered(str(i), BatesRange(parse_bates(first), parse_bates(last)), pages.get(f"p{i}"))
        for i, (first, last) in enumerate(ranges, 1)
    ]


def found(items: list[Numbered], **more: list[BatesRange]) -> list[tuple[str, str, str, int]]:
    return [(f.kind.value, f.first, f.last, f.count) for f in bates_findings(items, **more)]


def test_a_numbering_without_holes_has_nothing_odd() -> None:
    assert found(numbered(("A1", "A9"), ("A10", "A10"), ("B5", "B6"))) == []
    assert found([]) == []


def test_a_gap_is_told_apart_by_what_explains_it() -> None:
    items = numbered(("A0001", "A0002"), ("A0010", "A0012"), ("A0015", "A0015"))
    assert found(items) == [("gap", "A0003", "A0009", 7), ("gap", "A0013", "A0014", 2)]
    explained = found(
        items,
        withheld=[parse_range("a4", "a5"), parse_range("A0005", "A0006"), parse_range("B1", None)],
        skipped=[parse_range("A0013", "A0020")],
    )
    assert explained == [
        ("gap", "A0003", "A0003", 1),
        ("explained_gap", "A0004", "A0006", 3),
        ("gap", "A0007", "A0009", 3),
        ("explained_gap", "A0013", "A0014", 2),
    ]


def test_a_number_given_twice_is_found_across_exhibits() -> None:
    items = numbered(("A1", "A5"), ("A1", "A5"), ("A5", "A7"), ("A9", "A9"), ("A8", "A8"))
    kinds = [(f.kind.value, f.first, f.last, f.exhibits) for f in bates_findings(items)]
    assert kinds == [
        ("duplicate", "A1", "A5", ("1", "2")),
        ("overlap", "A5", "A5", ("1", "3")),
        ("overlap", "A5", "A5", ("2", "3")),
    ]


def test_reversed_ranges_widths_and_prefixes_that_change_are_found() -> None:
    items = numbered(("ABC0001", "ABC0002"), ("ABC0004", "ABC0003"), ("ABC00005", "abc0006"))
    assert found(items) == [
        ("gap", "ABC0003", "ABC0004", 2),
        ("reversed", "ABC0004", "ABC0003", 0),
        ("prefix_case", "ABC00005", "abc0006", 2),
        ("width_change", "ABC00005", "abc0006", 2),
    ]
    assert found(numbered(("A2", "A1"))) == [("reversed", "A2", "A1", 0)]


def test_a_fifth_digit_past_9999_is_no_change_of_width() -> None:
    assert found(numbered(("A9998", "A9999"), ("A10000", "A10001"))) == []


def test_pages_that_disagree_with_a_span_are_told_and_unknown_pages_are_not_none() -> None:
    items = numbered(("A1", "A2"), ("A3", "A3"), ("A4", "A4"), p1=2, p2=12)
    assert found(items) == [("page_count", "A3", "A3", 1)]


def test_what_is_told_has_an_end() -> None:
    same = [Numbered(str(i), parse_range("A1", None)) for i in range(200)]
    assert len(bates_findings(same)) == FINDINGS_MAX


def test_a_bates_number_is_its_text() -> None:
    assert BatesNumber("A", 7, 3).text == "A007"


def test_collisions_alone_are_found_in_every_series() -> None:
    items = numbered(("A1", "A3"), ("B1", "B1"), ("A9", "A1"), ("a2", "a2"), ("B1", "B1"))
    assert [(f.kind.value, f.first, f.exhibits) for f in collisions(items)] == [
        ("overlap", "a2", ("1", "4")),
        ("duplicate", "B1", ("2", "5")),
    ]
