"""Each benchmark runs, at sizes that say nothing: so that none of them rots."""

from __future__ import annotations

import gc

import pytest

from bench import (
    assess,
    clerk,
    deadlines,
    deposit,
    lists,
    moves,
    placing,
    requests,
    uploads,
    verify,
)
from bench.measure import Report
from tests.conftest import skip_or_fail
from tests.databases import postgres_binaries

KIB = 1024


@pytest.fixture
def report():
    """A bench collects garbage between its rounds: not that of all the tests before this one."""
    gc.collect()
    gc.freeze()
    yield Report()
    gc.unfreeze()


@pytest.mark.parametrize("kind", lists.KINDS)
def test_the_clerk_s_page_is_measured(report, kind):
    clerk.run(report, orders=24, rounds=1, kinds=(kind,))


@pytest.mark.parametrize("kind", lists.KINDS)
def test_lists_agree_with_bare_sql_and_with_naive_loading(report, kind):
    if kind == "postgresql" and postgres_binaries() is None:
        skip_or_fail("there is no PostgreSQL server")
    lists.run(report, orders=24, rounds=2, calls=1, sample=8, kinds=(kind,))
    assert sum("GOAL" in line for line in report.lines) == 4


def test_assess_runs(report):
    assess.run(report, count=10, rounds=2, calls=1)
    assert any("assess() alone" in line for line in report.lines)


def test_requests_are_answered(report):
    requests.run(report, orders=20, requests=4, connections=2, rounds=2)
    assert any("trivial" in line for line in report.lines)


def test_uploads_are_taken(report):
    sizes = uploads.Sizes(
        files=8,
        many=12,
        file_bytes=4 * KIB,
        large_bytes=2048 * KIB,
        huge_bytes=4096 * KIB,
        connections=2,
        crowd=3,
        rounds=2,
    )
    uploads.run(report, sizes)
    assert sum("GOAL" in line for line in report.lines) == 6


def test_deadlines_agree_with_their_peer(report):
    deadlines.run(report, count=200, rounds=2)
    assert sum("GOAL" in line for line in report.lines) == 2


@pytest.mark.parametrize("kind", lists.KINDS)
def test_what_a_new_holiday_moves_is_what_is_due_that_day(report, kind):
    if kind == "postgresql" and postgres_binaries() is None:
        skip_or_fail("there is no PostgreSQL server")
    moves.run(report, deadlines=1_600, rounds=2, kinds=(kind,))
    assert sum("GOAL" in line for line in report.lines) == 2


@pytest.mark.parametrize("kind", lists.KINDS)
def test_a_draft_is_placed_and_numbered(report, kind):
    if kind == "postgresql" and postgres_binaries() is None:
        skip_or_fail("there is no PostgreSQL server")
    placing.run(report, sizes=(12,), kinds=(kind,))
    assert sum("s  ±" in line for line in report.lines) == 7


@pytest.mark.parametrize("kind", lists.KINDS)
def test_full_drafts_are_deposited(report, kind):
    if kind == "postgresql" and postgres_binaries() is None:
        skip_or_fail("there is no PostgreSQL server")
    deposit.run(report, size=12, rounds=2, kinds=(kind,))
    assert any("the receipt once more" in line for line in report.lines)


def test_every_stored_byte_is_read_back(report):
    verify.run(report, total_bytes=8192 * KIB, rounds=2)
    assert any("sha256sum" in line for line in report.lines)
