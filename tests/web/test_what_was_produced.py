"""What was produced under an order: its page for both sides and the clerk, and taking it all."""

from __future__ import annotations

import pytest

from tests.web.conftest import Visitors
from tests.web.story import Story

LATER = "2021-10-04T09:00:00+00:00"


@pytest.mark.parametrize("role", ["requesting_counsel", "producing_counsel", "clerk"])
def test_each_side_reads_numbers_titles_lateness_and_what_is_withheld(
    visitor: Visitors, story: Story, role: str
) -> None:
    page = visitor(role).get(f"/orders/{story.order}/produced")
    assert page.status_code == 200
    for text in ("Contrat de prestation", "Secret des affaires", "C. com. L151-1", "11 days late"):
        assert text in page.text, text
    assert "Projet secret" not in page.text


def test_it_reads_in_french(visitor: Visitors, story: Story) -> None:
    page = visitor("requesting_counsel", language="fr").get(f"/orders/{story.order}/produced")
    for text in ("retenu", "11 jours de retard", "Chef de demande n° 1"):
        assert text in page.text, text
