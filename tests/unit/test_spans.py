from __future__ import annotations

from app.domain.spans import cut, disjoint


def test_spans_are_made_disjoint_and_the_earlier_reason_counts() -> None:
    spans = [(5, 9, "b"), (1, 6, "a"), (2, 3, "c"), (12, 12, "b"), (10, 11, "b")]
    assert disjoint(spans) == [(1, 6, "a"), (7, 12, "b")]
    assert disjoint([]) == []


def test_a_hole_is_cut_by_what_explains_it() -> None:
    explained = disjoint([(1, 2, "x"), (4, 5, "a"), (9, 20, "b"), (30, 31, "y")])
    assert list(cut(3, 12, explained)) == [
        (3, 3, None), (4, 5, "a"), (6, 8, None), (9, 12, "b"),
    ]  # fmt: skip
    assert list(cut(3, 3, [])) == [(3, 3, None)]
    assert list(cut(10, 25, explained)) == [(10, 20, "b"), (21, 25, None)]
