"""Facts found in files are written and read back; what nobody wrote is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.content import (
    COUNT_MAX,
    ContentFacts,
    ContentKind,
    Lock,
    PageKind,
    Trouble,
    content_from_json,
    content_to_json,
)

COUNTS = st.integers(0, COUNT_MAX)
FACTS = st.builds(
    ContentFacts,
    kind=st.sampled_from(ContentKind),
    media_type=st.text(max_size=120),
    trouble=st.none() | st.sampled_from(Trouble),
    page_count=st.none() | COUNTS,
    page_kind=st.none() | st.sampled_from(PageKind),
    lock=st.none() | st.sampled_from(Lock),
    corrupt=st.booleans(),
    active=st.booleans(),
    attachments=COUNTS,
    hidden_text=st.dictionaries(st.integers(1, 5000), COUNTS, max_size=5),
    pages_examined=st.none() | COUNTS,
    created_on=st.none() | st.dates(),
)


@given(FACTS)
def test_facts_are_read_back_as_they_were_written(facts: ContentFacts) -> None:
    assert content_from_json(json.loads(json.dumps(content_to_json(facts)))) == facts


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"kind": "poem"},
        {"kind": 7},
        {"kind": "pdf", "colour": "red"},
        {"kind": "pdf", "corrupt": 1},
        {"kind": "pdf", "page_count": -1},
        {"kind": "pdf", "page_count": True},
        {"kind": "pdf", "page_count": "1"},
        {"kind": "pdf", "page_count": COUNT_MAX + 1},
        {"kind": "pdf", "media_type": "x" * 121},
        {"kind": "pdf", "created_on": "yesterday"},
        {"kind": "pdf", "hidden_text": [1]},
        {"kind": "pdf", "hidden_text": {"a": 1}},
        {"kind": "pdf", "hidden_text": {str(n): 1 for n in range(101)}},
    ],
)
def test_what_is_no_facts_is_refused(data: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        content_from_json(data)
