"""The operative parts of the real orders are cut into the limbs that their courts numbered."""

from __future__ import annotations

import json
from pathlib import Path

from app.domain.limbs import cut


def test_the_limbs_of_real_orders_are_found_again_however_they_are_marked(
    shared_data: Path,
) -> None:
    """The limbs of ten real orders, set as their courts set them."""
    marks = (lambda n: f"{n}. ", lambda n: f"{n}° ", lambda n: f"({'abcdefghij'[n - 1]}) ",
             lambda n: "- ", lambda n: "– ")  # fmt: skip
    for order in json.loads((shared_data / "orders.json").read_text(encoding="utf-8")):
        limbs = [" ".join(str(c).split()) for c in order["categories"]]
        for mark in marks:
            lines = [f"{mark(n)}{limb} ;" for n, limb in enumerate(limbs, 1)]
            part = "\n".join(["Ordonne de produire :", *lines, "", "Condamne aux dépens."])
            assert [x.text for x in cut(part)] == limbs, order["id"]
