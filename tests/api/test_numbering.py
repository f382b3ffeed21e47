"""Numbers of exhibits and pages: given whole or not at all, never twice, and reported on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Api, category_id
from tests.api.test_placing import Desk


@pytest.fixture
def desk(api: Api) -> Desk:
    return Desk(api)


def numbers(desk: Desk) -> dict[str, str]:
    return {name: e["number"] for name, e in desk.exhibits().items()}


def number(desk: Desk, **data: Any) -> Any:
    return desk.api.post(f"{desk.path}/numbering", data)


def test_a_draft_is_numbered_in_the_order_given(api: Api, desk: Desk) -> None:
    desk.api.upload(api.draft(desk.order), "40")
    ids = [desk.upload(f"{name}.pdf", number=str(n))["id"] for n, name in enumerate("abc", 1)]
    assert number(desk, exhibit_ids=[ids[2], ids[0]], start="2").status_code == 409
    assert list(numbers(desk).values()) == ["1", "2", "3"], "nothing is half-renumbered"
    done = number(desk, exhibit_ids=ids[::-1], start="2").json()
    assert numbers(desk) == {"a.pdf": "4", "b.pdf": "3", "c.pdf": "2"}
    assert [c["version"] for c in done["changed"]] == [2, 2, 2]
    number(desk)
    assert numbers(desk) == {"a.pdf": "41", "b.pdf": "42", "c.pdf": "43"}
    number(desk, exhibit_ids=ids[1:], start="41-1")
    assert numbers(desk) == {"a.pdf": "41", "b.pdf": "41-1", "c.pdf": "41-2"}


def test_two_exhibits_of_a_draft_change_places(desk: Desk) -> None:
    a, b = (desk.upload(f"{name}.pdf", number=n)["id"] for name, n in (("a", "1"), ("b", "2")))
    assert number(desk, by="given", numbers={a: "2", b: "1"}).status_code == 200
    assert numbers(desk) == {"a.pdf": "2", "b.pdf": "1"}
    twice = number(desk, by="given", numbers={a: "1"})
    assert twice.status_code == 409
    assert twice.json()["detail"] == "Borne by more than one exhibit: 1."
    wrong = number(desk, by="given", numbers={a: "x", b: "3"})
    assert [e["field"] for e in wrong.json()["errors"]] == [f"numbers.{a}"]


def test_names_number_what_they_are_sure_of(desk: Desk) -> None:
    desk.upload("Pièce 2 - B.pdf", number="1")
    desk.upload("Pièce 1 - A.pdf", number="2")
    desk.upload("divers.pdf", number="3")
    done = number(desk, by="names").json()
    assert numbers(desk) == {"Pièce 2 - B.pdf": "2", "Pièce 1 - A.pdf": "1", "divers.pdf": "3"}
    assert [x["filename"] for x in done["left_out"]] == ["divers.pdf"]


def test_what_was_deposited_or_withheld_is_taken_for_ever(api: Api, desk: Desk) -> None:
    desk.upload("a.pdf", number="5")
    desk.api.made(f"{desk.path}/deposit")
    assert number(desk, start="9").status_code == 409
    later = Desk.__new__(Desk)
    later.order, later.api, later.draft = desk.order, desk.api, api.draft(desk.order)
    later.path = f"/productions/{later.draft['id']}"
    withheld = {
        "category_id": category_id(desk.order, "1"), "ground": "Secret", "number": "6",
    }  # fmt: skip
    desk.api.made(f"{later.path}/withheld", withheld)
    later.upload("b.pdf", number="8")
    for start in ("5", "6"):
        refused = number(later, start=start)
        assert refused.status_code == 409
        assert refused.json()["detail"].endswith(f"never reused: {start}.")
    assert desk.api.upload(later.draft, "6").status_code == 409
    # 5-1 is another number than 5; 05 is not.
    assert number(later, start="05").status_code == 409
    assert number(later, start="5-1").status_code == 200


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"start": "12 bis"}, "start"),
        ({"start": "999999"}, "start"),
        ({"by": "given"}, "numbers"),
        ({"by": "names", "start": "1"}, "start"),
        ({"exhibit_ids": []}, "exhibit_ids"),
    ],
)
def test_what_cannot_be_counted_on_is_refused(desk: Desk, data: dict[str, Any], field: str) -> None:
    desk.upload("a.pdf")
    desk.upload("b.pdf")
    refused = number(desk, **data)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == field


# -- Bates


def bates(desk: Desk, **data: Any) -> Any:
    return desk.api.post(f"{desk.path}/bates", {"prefix": "TIC-", "width": 4, **data})


def test_pages_are_numbered_in_the_order_of_the_exhibits(desk: Desk) -> None:
    b = desk.upload("b.pdf", number="10")["id"]
    a = desk.upload("a.pdf", number="9")["id"]
    unknown = bates(desk)
    assert unknown.status_code == 422
    assert {e["field"] for e in unknown.json()["errors"]} == {f"pages.{a}", f"pages.{b}"}
    done = bates(desk, pages={a: 3, b: 2}).json()
    assert [(g["number"], g["bates_first"], g["bates_last"]) for g in done["given"]] == [
        ("9", "TIC-0001", "TIC-0003"),
        ("10", "TIC-0004", "TIC-0005"),
    ]
    assert (done["next"], done["given"][0]["version"]) == ("TIC-0006", 2)


def test_a_series_goes_on_across_productions_and_gives_nothing_twice(api: Api, desk: Desk) -> None:
    desk.upload("a.pdf")
    assert bates(desk, per="document").json()["given"][0]["bates_last"] == "TIC-0001"
    desk.api.made(f"{desk.path}/deposit")
    later = api.draft(desk.order)
    exhibit = desk.api.upload(later, "2").json()
    desk.path = f"/productions/{later['id']}"
    done = bates(desk, prefix="tic-", pages={exhibit["id"]: 12}).json()
    assert done["given"][0]["bates_first"] == "tic-0002"
    refused = bates(desk, start=1, per="document")
    assert refused.status_code == 409
    assert "TIC-0001 was given already" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"prefix": "TIC 1"}, "prefix"),
        ({"prefix": ""}, "prefix"),
        ({"width": 1, "start": 10}, "width"),
        ({"width": 13}, "width"),
        ({"start": 0}, "start"),
    ],
)
def test_a_series_that_does_not_do_is_refused(desk: Desk, data: dict[str, Any], field: str) -> None:
    desk.upload("a.pdf")
    refused = bates(desk, per="document", **data)
    assert refused.json()["errors"][0]["field"] == field
    numeric = bates(desk, per="document", prefix="", purely_numeric=True)
    assert numeric.json()["given"][0]["bates_first"] == "0001"


# -- the report


def report(api: Api, desk: Desk, role: str) -> Any:
    path = f"/orders/{desk.order['id']}/numbering"
    return api.by(role).get(path, params={"party_id": str(api.cast.obligor)}).json()


def test_the_report_is_the_same_for_both_sides_and_tells_gaps_from_what_explains_them(
    api: Api, desk: Desk
) -> None:
    for n in ("1", "2", "6", "9"):
        hidden: dict[str, Any] = {"confidentiality": "restricted"} if n == "6" else {}
        desk.upload(f"{n}.pdf", number=n, **hidden)
    category = category_id(desk.order, "1")
    desk.api.made(
        f"{desk.path}/withheld", {"category_id": category, "ground": "Secret", "number": "4"}
    )
    skips = {"skips": [{"first": "7", "last": "8", "reason": "Pièces retirées"}]}
    assert desk.api.call("PUT", f"{desk.path}/skips", json=skips).status_code == 200
    drafted = report(api, desk, "producing_counsel")
    assert drafted["deposited"]["exhibits"] == 0
    assert drafted["with_drafts"]["exhibits"] == 4
    desk.api.made(f"{desk.path}/deposit")
    found = report(api, desk, "requesting_counsel")
    gaps = [
        (g["first"], g["last"], g["explained"], g["reason"]) for g in found["deposited"]["gaps"]
    ]
    assert gaps == [
        ("3", "3", False, ""),
        ("4", "4", True, ""),
        ("5", "5", False, ""),
        ("7", "8", True, "Pièces retirées"),
    ]
    assert found["with_drafts"] is None
    for role in ("producing_counsel", "clerk", "third_counsel"):
        assert report(api, desk, role)["deposited"] == found["deposited"]
    late = desk.api.call("PUT", f"{desk.path}/skips", json=skips)
    assert late.status_code == 409


def test_the_report_finds_what_is_odd_in_bates_numbers(api: Api, desk: Desk) -> None:
    for n in range(1, 4):
        desk.upload(f"{n}.pdf", number=str(n))
    table = "file;bates;bates fin\n1.pdf;A0001;A0002\n2.pdf;a0005;a0006\n3.pdf;A007;\n"
    assert desk.table(table).status_code == 200
    skips = {"skips": [{"scheme": "bates", "first": "A0003", "reason": "Page blanche"}]}
    desk.api.call("PUT", f"{desk.path}/skips", json=skips)
    odd = report(api, desk, "producing_assistant")["with_drafts"]["bates"]
    assert [(f["kind"], f["first"], f["last"], f["exhibits"]) for f in odd] == [
        ("explained_gap", "A0003", "A0003", []),
        ("gap", "A0004", "A0004", []),
        ("prefix_case", "a0005", "a0006", ["2"]),
        ("width_change", "A007", "A007", ["3"]),
    ]


def test_withheld_items_explain_the_pages_they_keep_back(api: Api, desk: Desk) -> None:
    for n in (1, 2):
        desk.upload(f"{n}.pdf", number=str(n))
    assert desk.table("file;bates\n1.pdf;A1\n2.pdf;A5\n").status_code == 200
    item = {"category_id": category_id(desk.order, "1"), "ground": "Secret"}
    path = f"{desk.path}/withheld"
    made = desk.api.made(path, {**item, "bates_first": "A2", "bates_last": "A4"})
    assert (made["number"], made["bates_last"]) == ("3", "A4")
    taken = desk.api.post(path, {**item, "bates_first": "a5"})
    assert (taken.status_code, taken.json()["detail"]) == (
        409, "A5 was given already; numbers are never reused.",
    )  # fmt: skip
    assert desk.api.post(path, {**item, "bates_last": "A9"}).status_code == 422
    odd = report(api, desk, "producing_counsel")["with_drafts"]["bates"]
    assert [(f["kind"], f["count"]) for f in odd] == [("explained_gap", 3)]
    first = desk.exhibits()["1.pdf"]
    assert (first["bates_first"], first["bates_last"], first["folder"]) == ("A1", "A1", "")


def test_a_party_of_another_matter_has_no_report_here(api: Api, desk: Desk) -> None:
    path = f"/orders/{desk.order['id']}/numbering"
    refused = desk.api.get(path, params={"party_id": str(api.cast.party("Demandeur"))})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "party_id")


@pytest.mark.parametrize(
    "skip",
    [
        {"first": "9", "last": "7"},
        {"first": "7 bis"},
        {"first": "7", "last": "8-1"},
        {"first": "x"},
        {"scheme": "bates", "first": "A2", "last": "A1"},
    ],
)
def test_a_skip_that_skips_nothing_is_refused(desk: Desk, skip: dict[str, Any]) -> None:
    data = {"skips": [{"reason": "Rien", **skip}]}
    refused = desk.api.call("PUT", f"{desk.path}/skips", json=data)
    assert refused.json()["errors"][0]["field"] == "skips.0.first"
