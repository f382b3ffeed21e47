"""Whatever a file is called, its name is read, never wrongly and never with a crash."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.domain.bates import allot, parse_range
from app.domain.batesreport import BatesOddity, Numbered, bates_findings
from app.domain.dating import find_dates, parse_date
from app.domain.numbering import ExhibitNumber
from app.domain.placing import read_name

PIECES = st.lists(
    st.sampled_from(
        ["Pièce", "P", "n°", "12", "12-1", "2021-03-04", "04.03.2021", "mars", "2021", "bis",
         " ", "-", "_", ".", " - ", "Contrat", "et", "adverse", "Bordereau", "0", "Ex.", "a"]
    ),
    max_size=8,
).map("".join)  # fmt: skip
NAMES = st.text(max_size=60) | PIECES
NUMBERS = st.builds(
    ExhibitNumber,
    st.tuples(st.integers(1, 999)) | st.tuples(st.integers(1, 99), st.integers(1, 9)),
    st.integers(0, 3),
)


@given(NAMES, NAMES)
def test_any_name_is_read_and_what_is_not_placed_has_a_doubt(name: str, folder: str) -> None:
    reading = read_name(name, folder)
    assert reading.title or not name
    assert reading.number is not None or reading.doubts
    about = {note.about for note in reading.evidence}
    assert (reading.number is not None) == ("number" in about)
    assert (reading.dated_on is not None) == ("dated_on" in about)
    assert (reading.category is not None) == ("category" in about)
    assert not about & {note.about for note in reading.doubts}


@given(NUMBERS, st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_what_a_name_says_plainly_is_read_back(number: ExhibitNumber, on: date) -> None:
    for label in ("Pièce", "PJ", "Exhibit", "Pièce n°"):
        reading = read_name(f"{label} {number} - Contrat {on.isoformat()}.pdf")
        assert (reading.number, reading.dated_on) == (number, on)
        assert reading.title == f"Contrat {on.isoformat()}"


@given(st.text(max_size=80))
def test_dates_are_found_in_any_text_and_in_order(text: str) -> None:
    found = find_dates(text)
    assert all((each.on is None) != (each.doubt is None) for each in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert (parse_date(text).on is None) != (parse_date(text).doubt is None)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=12), st.data())
def test_a_series_without_what_is_taken_out_has_just_that_gap(
    counts: list[int], data: st.DataObject
) -> None:
    ranges = allot("A", 6, 1, counts)
    assert sum(r.count for r in ranges) == sum(counts)
    assert [parse_range(r.first.text, r.last.text) for r in ranges] == list(ranges)
    out = data.draw(st.integers(0, len(ranges) - 1))
    left = [Numbered(str(i), r) for i, r in enumerate(ranges) if i != out]
    found = bates_findings(data.draw(st.permutations(left)))
    inside = 0 < out < len(ranges) - 1
    missing = [(f.kind, f.first, f.last) for f in found]
    gap = (BatesOddity.gap, ranges[out].first.text, ranges[out].last.text)
    assert missing == ([gap] if inside else [])
