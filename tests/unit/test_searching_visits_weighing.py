"""Words to find an order by, what is news to a reader, and which deposits counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.details import (
    CategoryAnswer,
    ExhibitReplaced,
    ExhibitWithdrawn,
    ProductionDeposited,
)
from app.domain.events import Dispute, Event, EventKind
from app.domain.record import Declaration
from app.domain.searching import WORD_CHARS_MAX, endings, words
from app.domain.visits import seen_until
from app.domain.weighing import Counted, WeighedDeposit, weigh

PARIS = ZoneInfo("Europe/Paris")
OBLIGOR, OTHER = UUID(int=1), UUID(int=2)
ONE, TWO = UUID(int=11), UUID(int=12)
PRODUCTION = UUID(int=21)
DUE = datetime(2021, 9, 13, 22, tzinfo=UTC)


def test_accents_case_and_punctuation_do_not_matter() -> None:
    assert words(["Société ÉLAN, RG n° 20/53181", "straße ﬁn elan"]) == (
        "societe", "elan", "rg", "n", "20", "53181", "strasse", "fin",
    )  # fmt: skip


def test_words_are_bounded_in_number_and_length() -> None:
    assert words(["a b c d"], 2) == ("a", "b")
    assert words(["x" * 100]) == ("x" * WORD_CHARS_MAX,)
    assert words(["  ", "_-/"]) == ()


@given(st.text("abcé19", min_size=1, max_size=12), st.data())
def test_any_part_of_three_letters_begins_an_ending(text: str, data: st.DataObject) -> None:
    (word,) = words([text])
    assert endings(word)[0] == word
    if len(word) >= 3:
        start = data.draw(st.integers(0, len(word) - 3))
        stop = data.draw(st.integers(start + 3, len(word)))
        assert any(e.startswith(word[start:stop]) for e in endings(word))


def test_within_a_day_news_stay_and_on_the_next_the_last_look_counts() -> None:
    seen = datetime(2021, 9, 10, 8, tzinfo=UTC)
    opened = datetime(2021, 9, 13, 8, tzinfo=UTC)
    assert seen_until(seen, opened, opened + timedelta(hours=3), PARIS) == seen
    # 22:30 of UTC is half past midnight in Paris: another day there.
    assert seen_until(seen, opened, datetime(2021, 9, 13, 22, 30, tzinfo=UTC), PARIS) == opened
    assert seen_until(opened, seen, opened, PARIS) == opened


def deposit(at: datetime = DUE - timedelta(days=1), documents: int = 2) -> Event:
    answer = CategoryAnswer(ONE, Declaration.partial, documents=documents)
    said = ProductionDeposited(PRODUCTION, (answer,))
    return Event(UUID(int=31), 1, EventKind.production_deposited, at, at, said, OBLIGOR)


def weighed(*events: Event, category: UUID = ONE, due: datetime | None = DUE) -> WeighedDeposit:
    (found,) = weigh(events, OBLIGOR, category, due)
    return found


def withdrawal(exhibit: int) -> Event:
    said = ExhibitWithdrawn(UUID(int=exhibit), PRODUCTION, frozenset({ONE}))
    return Event(UUID(int=exhibit), 2, EventKind.exhibit_withdrawn, DUE, DUE, said)


def test_the_last_instant_is_on_time_and_the_next_is_late() -> None:
    assert weighed(deposit(DUE - timedelta(microseconds=1))).counted is Counted.on_time
    assert weighed(deposit(DUE)).counted is Counted.late
    assert weighed(deposit(), due=None).counted is Counted.no_last_day


def test_a_deposit_for_another_category_did_not_count() -> None:
    found = weighed(deposit(), category=TWO)
    assert (found.counted, found.declaration, found.documents) == (Counted.other_category, None, 0)


def test_a_deposit_of_which_every_document_was_withdrawn_counts_no_more() -> None:
    assert weighed(deposit(), withdrawal(41)).counted is Counted.on_time
    both = weighed(deposit(), withdrawal(41), withdrawal(42))
    assert (both.counted, both.withdrawn) == (Counted.withdrawn, 2)
    assert weighed(deposit(documents=0), withdrawal(41)).counted is Counted.on_time


def test_what_replaces_an_earlier_document_of_the_category_is_told() -> None:
    said = ExhibitReplaced(UUID(int=41), UUID(int=43), PRODUCTION, frozenset({TWO}))
    event = Event(UUID(int=44), 3, EventKind.exhibit_replaced, DUE, DUE, said)
    assert weighed(deposit(), event).replacing == 0
    here = replace(event, details=replace(said, counted_in=frozenset({ONE})))
    assert weighed(deposit(), here).replacing == 1


@pytest.mark.parametrize("obligor", [OTHER])
def test_another_obligor_s_deposit_and_other_events_are_not_told(obligor: UUID) -> None:
    disputed = Event(UUID(int=51), 4, EventKind.dispute, DUE, DUE, Dispute("Incomplet"))
    assert weigh([deposit(), disputed], obligor, ONE, DUE) == []
