"""Placing a draft: what names say, what is asked, what a table says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import Api, category_id, element_ids


class Desk:
    """Producing counsel with a draft in hand."""

    def __init__(self, api: Api) -> None:
        self.order = api.order()
        self.api = api.by("producing_counsel")
        self.draft = api.draft(self.order)
        self.path = f"/productions/{self.draft['id']}"

    def upload(self, name: str, body: bytes | None = None, **data: Any) -> Any:
        files = {"file": (name, body or name.encode(), "application/pdf")}
        response = self.api.call("POST", f"{self.path}/exhibits", files=files, data=data)
        assert response.status_code == 201, response.text
        return response.json()

    def exhibits(self) -> dict[str, Any]:
        found = self.api.get(self.path).json()["exhibits"]
        return {e["filename"]: e for e in found}

    def table(self, text: str | bytes, **params: Any) -> Any:
        return self.api.call("PUT", f"{self.path}/placing/csv", content=text, params=params)


@pytest.fixture
def desk(api: Api) -> Desk:
    return Desk(api)


def test_a_name_says_number_title_and_date_at_upload(desk: Desk) -> None:
    first = desk.upload("Pièce 12 - Contrat du 4 mars 2021.pdf")
    assert (first["number"], first["title"], first["dated_on"]) == (
        "12", "Contrat du 4 mars 2021", "2021-03-04",
    )  # fmt: skip
    again = desk.upload("Pièce 12 - Autre.pdf")
    assert (again["number"], again["title"]) == ("13", "Autre"), "12 is taken: the next free one"
    told = desk.upload("Pièce 1 - X.pdf", number="20", title="Y", dated_on="2020-01-01")
    assert (told["number"], told["title"], told["dated_on"]) == ("20", "Y", "2020-01-01")
    assert desk.upload("Pièce adverse 2.pdf")["number"] == "21"
    assert desk.upload("contrat.pdf")["title"] == "contrat.pdf"


def test_suggestions_say_why_and_what_is_to_be_sorted(desk: Desk) -> None:
    sure = desk.upload(
        "Pièce 7 - Contrat.pdf", number="1", category_id=category_id(desk.order, "1")
    )
    adverse = desk.upload("Pièce adverse n° 4.pdf")
    found = desk.api.get(f"{desk.path}/placing").json()
    by_id = {s["exhibit_id"]: s for s in found["suggestions"]}
    first = by_id[sure["id"]]
    assert (first["suggested_number"], first["suggested_title"]) == ("7", "Contrat")
    assert first["evidence"][0]["text"] == "“Pièce 7” in the name of the file."
    assert found["to_sort"] == [adverse["id"]]
    assert [d["about"] for d in by_id[adverse["id"]]["doubts"]] == ["file", "category"]
    french = desk.api.get(f"{desk.path}/placing", headers={"Accept-Language": "fr"}).json()
    assert "pièce de la partie adverse" in french["suggestions"][1]["doubts"][0]["text"]


def test_a_number_that_two_names_say_or_that_is_taken_is_suggested_to_nobody(
    api: Api, desk: Desk
) -> None:
    desk.upload("Pièce 5 - A.pdf")
    desk.upload("Pièce 5 - B.pdf")
    other = api.draft(desk.order)
    desk.api.upload(other, "9")
    desk.upload("Pièce 9 - C.pdf")
    found = desk.api.get(f"{desk.path}/placing").json()["suggestions"]
    assert [s["suggested_number"] for s in found] == [None, None, None]
    texts = [d["text"] for s in found for d in s["doubts"] if d["about"] == "number"]
    assert texts[:2] == ["2 files are called exhibit 5."] * 2
    assert "numbers are never reused" in texts[2]


def test_dates_are_read_as_one_says_they_are_written(desk: Desk) -> None:
    desk.upload("Pièce 1 - Lettre 04-03-2021.pdf")
    plain = desk.api.get(f"{desk.path}/placing").json()["suggestions"][0]
    assert plain["suggested_dated_on"] is None
    for dates, on in (("day_first", "2021-03-04"), ("month_first", "2021-04-03")):
        found = desk.api.get(f"{desk.path}/placing", params={"dates": dates}).json()
        assert found["suggestions"][0]["suggested_dated_on"] == on


def test_a_selection_is_placed_at_once(desk: Desk) -> None:
    ids = [desk.upload(f"Pièce {n}.pdf")["id"] for n in range(1, 4)]
    one, two = (category_id(desk.order, n) for n in "12")
    element = element_ids(desk.order, "2")[0]
    done = desk.api.made(
        f"{desk.path}/placing",
        {
            "exhibit_ids": ids[:2],
            "category_ids": [one],
            "element_ids": [element],
            "confidentiality": "restricted",
            "dated_on": "2021-03-04",
        },
    )
    assert [c["version"] for c in done["changed"]] == [2, 2]
    exhibits = desk.exhibits()
    assert exhibits["Pièce 1.pdf"]["category_ids"] == [one]
    assert exhibits["Pièce 1.pdf"]["element_ids"] == [element]
    assert exhibits["Pièce 1.pdf"]["confidentiality"] == "restricted"
    assert exhibits["Pièce 1.pdf"]["dated_on"] == "2021-03-04"
    assert exhibits["Pièce 1.pdf"]["version"] == 2
    assert exhibits["Pièce 3.pdf"]["version"] == 1
    desk.api.made(f"{desk.path}/placing", {"exhibit_ids": ids[:1], "category_ids": [two]})
    assert sorted(desk.exhibits()["Pièce 1.pdf"]["category_ids"]) == sorted([one, two])
    replaced = {"exhibit_ids": ids[:1], "category_ids": [two], "mode": "replace", "dated_on": None}
    desk.api.made(f"{desk.path}/placing", replaced)
    first = desk.exhibits()["Pièce 1.pdf"]
    assert (first["category_ids"], first["dated_on"]) == ([two], None)
    again = desk.api.made(f"{desk.path}/placing", replaced)
    assert (again["changed"], again["unchanged"]) == ([], 1)


def test_what_does_not_belong_is_refused_whole(api: Api, desk: Desk) -> None:
    mine = desk.upload("Pièce 1.pdf")["id"]
    other = desk.api.upload(api.draft(desk.order), "30").json()["id"]
    refused = desk.api.post(
        f"{desk.path}/placing", {"exhibit_ids": [mine, other, mine], "confidentiality": "sealed"}
    )
    assert refused.status_code == 422
    assert [e["field"] for e in refused.json()["errors"]] == ["exhibit_ids.1", "exhibit_ids.2"]
    wrong = {"exhibit_ids": [mine], "category_ids": [mine]}
    assert desk.api.post(f"{desk.path}/placing", wrong).status_code == 422
    assert desk.exhibits()["Pièce 1.pdf"]["version"] == 1


def test_names_are_applied_where_they_are_sure(desk: Desk) -> None:
    desk.upload("Pièce 7 - Contrat 2021-03-04.pdf", number="1", title="x")
    desk.upload("Pièce 7 bis - Avenant.pdf", number="7", title="y")
    desk.upload("divers.pdf", number="3", title="z")
    done = desk.api.made(f"{desk.path}/placing", {"by": "names", "fields": ["number", "title"]})
    numbers = [(c["number_before"], c["number"]) for c in done["changed"]]
    assert numbers == [("1", "7"), ("7", "7 bis")]
    assert [(x["filename"], x["text"]) for x in done["left_out"]] == [
        ("divers.pdf", "The name says no number.")
    ]
    exhibits = desk.exhibits()
    first = exhibits["Pièce 7 - Contrat 2021-03-04.pdf"]
    assert (first["title"], first["dated_on"]) == ("Contrat 2021-03-04", "2021-03-04")
    assert exhibits["divers.pdf"]["title"] == "z"


def test_either_the_names_say_it_or_one_does(desk: Desk) -> None:
    desk.upload("Pièce 1.pdf")
    refused = desk.api.post(f"{desk.path}/placing", {"by": "names", "confidentiality": "sealed"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "confidentiality")


# -- by a table


def test_the_french_list_places_its_five_exhibits(desk: Desk, shared_data: Path) -> None:
    folder = shared_data / "loadfiles" / "derived" / "fr_bordereau"
    for n, file in enumerate(sorted(folder.glob("*.pdf"), reverse=True)):
        desk.upload(file.name, file.read_bytes(), number=str(50 + n), title="?")
    table = (folder / "bordereau.csv").read_bytes()
    seen = desk.table(table, dry_run=True).json()
    assert (seen["applied"], seen["encoding"], seen["delimiter"]) == (False, "cp1252", ";")
    assert seen["ignored_columns"] == ["Nombre de pages"]
    assert [r["line"] for r in seen["rows"]] == [2, 3, 4, 5, 6]
    assert seen["rows"][2]["changes"] == {
        "number": "3",
        "title": "Courriel de Mme Lemaître à M. Núñez",
        "dated_on": "2019-01-16",
    }
    assert {e["title"] for e in desk.exhibits().values()} == {"?"}, "a dry run changes nothing"
    assert desk.table(table).json()["applied"]
    numbers = {name: e["number"] for name, e in desk.exhibits().items()}
    assert all(name.startswith(f"Pièce {number} ") for name, number in numbers.items())
    assert desk.exhibits()["Pièce 5 - Relevé d'heures.pdf"]["title"] == "Relevé d'heures"


def test_a_bad_row_is_named_and_nothing_is_taken_unless_the_good_are_asked_for(
    desk: Desk,
) -> None:
    desk.upload("a.pdf", number="1")
    desk.upload("b.pdf", number="2")
    table = (
        "File;Number;Title;Date;Category;Element;Confidentiality\n"
        "A.PDF;10;Contract;28/02/2020;2;2.1;Confidentiel\n"
        "b.pdf;2;;31/02/2020;;;\n"
        "c.pdf;3;;;;;\n"
        "a.pdf;11;;;;;\n"
    )
    refused = desk.table(table)
    assert refused.status_code == 422
    assert [(e["field"], e["message"]) for e in refused.json()["errors"]] == [
        ("rows.3.dated_on", "“31/02/2020” is not a day of the calendar."),
        ("rows.4.filename", "No file of the draft is called “c.pdf”."),
        ("rows.5.filename", "Line 2 names the same file."),
    ]
    assert {e["version"] for e in desk.exhibits().values()} == {1}
    done = desk.table(table, apply_good=True).json()
    assert (done["applied"], len(done["rows"]), len(done["faults"])) == (True, 1, 3)
    first = desk.exhibits()["a.pdf"]
    assert (first["number"], first["title"], first["dated_on"]) == ("10", "Contract", "2020-02-28")
    assert first["category_ids"] == [category_id(desk.order, "2")]
    assert first["element_ids"] == element_ids(desk.order, "2")[:1]
    assert first["confidentiality"] == "restricted"
    assert desk.exhibits()["b.pdf"]["version"] == 1


def test_rows_may_exchange_numbers_but_not_take_one_that_stays(api: Api, desk: Desk) -> None:
    for name, number in (("a", "1"), ("b", "2"), ("c", "3"), ("d", "4")):
        desk.upload(f"{name}.pdf", number=number)
    assert desk.table("file,number\na.pdf,2\nb.pdf,1\n").json()["applied"]
    assert [e["number"] for e in desk.exhibits().values()] == ["2", "1", "3", "4"]
    # c takes d's number; d wants one that another production has, so that c cannot have it.
    desk.api.upload(api.draft(desk.order), "9")
    told = desk.table("file,number\nc.pdf,4\nd.pdf,9\n", dry_run=True).json()
    assert [(f["line"], f["text"]) for f in told["faults"]] == [
        (2, "The number 4 is another exhibit’s."),
        (3, "The number 9 is another exhibit’s."),
    ]
    assert told["rows"] == []


def test_elements_categories_and_bates_of_a_table_must_be_there_and_free(desk: Desk) -> None:
    desk.upload("a.pdf")
    desk.upload("b.pdf")
    table = "file\telement\tcategory\tBegBates\tEndBates\na.pdf\tnombre\t\tA001\tA003\n"
    assert desk.table(table).json()["applied"]
    assert desk.exhibits()["a.pdf"]["element_ids"] == element_ids(desk.order, "2")[:1]
    for row, why in (
        ("b.pdf\tage\t\t\t", "no element “age”"),
        ("b.pdf\t\t7\t\t", "no category 7"),
        ("b.pdf\t\t\tA003\tA004", "A003 was given already"),
        ("b.pdf\t\t\tA009\tA004", "reversed"),
        ("b.pdf\t\t\t\tA004", "needs its first"),
        ("b.pdf\t\t\t\t\tx", "more values"),
        ("\tnombre\t\t\t", "No file is named"),
    ):
        told = desk.table(f"file\telement\tcategory\tBegBates\tEndBates\n{row}\n", dry_run=True)
        assert why in told.json()["faults"][0]["text"]


def test_a_row_finds_its_file_by_the_end_of_its_path(desk: Desk) -> None:
    import unicodedata

    desk.upload(unicodedata.normalize("NFD", "Relevé.pdf"))
    told = desk.table("Chemin;Titre\nD:\\Lot 1\\RELEVÉ.pdf;Relevé\n").json()
    assert (told["applied"], told["rows"][0]["changes"]) == (True, {"title": "Relevé"})


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (b"", "There is nothing in this file."),
        (b"%PDF-1.4", "This is not a text file: save the spreadsheet as CSV."),
        (b"Titre;Date\nx;y\n", "No column names the files: call one “Fichier” or “File”"),
        (b"Fichier;File\nx;y\n", "Two columns say the same: “Fichier” and “File”."),
    ],
)
def test_what_is_no_such_table_is_refused(desk: Desk, table: bytes, why: str) -> None:
    refused = desk.table(table)
    assert refused.status_code == 422
    assert why in refused.json()["detail"]
    assert refused.json()["errors"][0]["field"] == "csv"


def test_a_table_that_is_too_large_is_refused(desk: Desk) -> None:
    assert desk.table(b"file\n" + b"x" * (11 << 20)).status_code == 413
