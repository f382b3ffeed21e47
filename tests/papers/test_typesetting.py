"""Documents are made of data: any text, the same bytes each time, under limits."""

from __future__ import annotations

import asyncio
import copy
import json
import threading
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from app.api.receipt_examples import RECEIPT
from app.errors import Busy
from app.papers import glyphs, typeset
from app.papers.glyphs import is_printed_whole, printable
from app.papers.press import WAITING_MAX, Press
from app.papers.receipt_pdf import receipt_document
from app.papers.typeset import Document, LetterMissing, NotTypeset
from tests.papers.pdf import attached, text_of

URL = "https://bordereau.example.org/verify"


def example(count: int = 1, **changed: Any) -> Document:
    receipt = copy.deepcopy(RECEIPT)
    [file] = receipt["files"]
    receipt["files"] = [
        file
        | {"number": str(n), "sha256": sha256(bytes([n % 256, n // 256])).hexdigest()}
        | changed
        for n in range(1, count + 1)
    ]
    receipt["received"] = f"{count} of {count}"
    return receipt_document(receipt, "{}", "fr", URL)


TITLES = [
    "Contrat signé avec l’hébergeur — « œuvre » n° 12 à 5 €",
    '#let x = 1; #eval("1") *gras* _oblique_ $x^2$ @ref <label> // rien \\ #image("/etc/passwd")',
    "Δελτίο αποστολής",
    "Договор аренды помещения",
    "W" * 300,
    ("mot " * 75).strip(),
    '=HYPERLINK("http://x")',
    "../../etc/passwd",
]


@pytest.mark.parametrize("title", TITLES)
def test_a_title_is_text_and_never_markup(title: str) -> None:
    assert is_printed_whole(title)
    found = text_of(example(title=title).typeset())
    assert "".join(title.split()) in "".join(found.split())


@pytest.mark.parametrize(
    "title",
    [
        "عقد الإيجار الموقع في باريس",
        "חוזה שכירות",
        "Contrat عقد 2021 (חוזה) fin",
        "e\u0301ve\u0301nement de\u0301compose\u0301",
    ],
)
def test_other_scripts_and_directions_are_printed(title: str) -> None:
    assert is_printed_whole(unicodedata.normalize("NFC", title))
    assert "⟨U+" not in text_of(example(title=title).typeset())


@pytest.mark.parametrize(
    ("title", "printed"),
    [
        ("合同", "⟨U+5408⟩⟨U+540C⟩"),
        ("ok 😀", "ok ⟨U+1F600⟩"),
        ("facture\u202efdp.exe", "facture⟨U+202E⟩fdp.exe"),
        ("a\x00b\tc\x1b", "a⟨U+0000⟩b⟨U+0009⟩c⟨U+001B⟩"),
        ("\ue000 \ufeff", "⟨U+E000⟩ ⟨U+FEFF⟩"),
        ("\ud800", "⟨U+D800⟩"),
    ],
)
def test_what_cannot_be_printed_is_spelt_out_and_the_reader_told(title: str, printed: str) -> None:
    assert not is_printed_whole(title)
    found = text_of(example(title=title).typeset())
    assert printed in found
    assert "Les signes pour lesquels ce document n’a pas de lettres" in found


def test_nothing_is_told_where_every_letter_is_there() -> None:
    assert "pas de lettres" not in text_of(example(title="Contrat signé").typeset())


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=300), min_size=1, max_size=20))
def test_any_text_at_all_gives_a_document(texts: list[str]) -> None:
    receipt = copy.deepcopy(RECEIPT)
    [file] = receipt["files"]
    receipt["files"] = [file | {"title": t, "filename": t, "number": t} for t in texts]
    receipt |= {"court": texts[0], "deposited_by": texts[-1], "docket_numbers": texts[:3]}
    document = receipt_document(receipt, "{}", "en", URL)
    try:
        made = document.typeset()
    except LetterMissing:
        # A cluster that no font shapes although it has each letter: then Latin alone.
        made = receipt_document(receipt, "{}", "en", URL, plain=True).typeset()
    assert made.startswith(b"%PDF-")


@given(st.text())
def test_plain_text_keeps_to_latin_letters(text: str) -> None:
    shown = printable(text, plain=True)
    assert all(ord(c) < 0x2100 or c in "⟨⟩" for c in shown)


def test_the_list_of_letters_is_that_of_the_fonts(tmp_path: Path) -> None:
    firsts, lasts = glyphs._ranges()
    listed = [chr(c) for a, b in zip(firsts, lasts, strict=True) for c in range(a, b + 1)]
    assert len(listed) > 7000
    (tmp_path / "probe.typ").write_text(
        '#set document(title: "x")\n#set text(lang: "en", font: ("Libertinus Serif", '
        '"DejaVu Sans Mono", "New Computer Modern"))\n'
        "#for c in json(bytes(sys.inputs.c)) { box(c); h(2pt) }"
    )
    source = str(tmp_path / "probe.typ")

    def compile_with(characters: list[str]) -> None:
        compiler = typst.Compiler(source, root=str(tmp_path), ignore_system_fonts=True)
        inputs = {"c": json.dumps(characters)}
        standard: Any = typeset.STANDARD
        compiler.compile(format="pdf", pdf_standards=standard, sys_inputs=inputs)

    compile_with(listed)
    for beyond in ("一", "あ", "한", "😀"):
        assert beyond not in listed
        with pytest.raises(typst.TypstError, match="could not be displayed"):
            compile_with([beyond])


def test_the_same_document_is_the_same_bytes() -> None:
    one, two = example(3), example(3)
    assert one.key == two.key
    assert one.typeset() == two.typeset()


def test_whatever_changes_has_another_key() -> None:
    document = example()
    later = document.at.replace(year=2022)
    others = [
        replace(document, at=later),
        replace(document, attached="{ }"),
        replace(document, data={**document.data, "lang": "en"}),
        replace(document, template="bordereau.typ"),
    ]
    assert len({document.key, *(other.key for other in others)}) == 5


def test_a_document_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typeset, "SECONDS_MAX", 0.001)
    with pytest.raises(NotTypeset, match="not done after"):
        example().typeset()


def test_a_document_that_cannot_be_made_says_why() -> None:
    document = example()
    with pytest.raises(NotTypeset, match=r"receipt\.typ: status 1"):
        replace(document, data={"lang": "fr"}).typeset()


def test_a_letter_that_a_font_refuses_is_told_apart() -> None:
    document = example()
    with pytest.raises(LetterMissing):
        replace(document, data={**document.data, "received": "中"}).typeset()


def test_a_template_reads_no_file_outside_its_folder(tmp_path: Path) -> None:
    with pytest.raises(NotTypeset, match=r"status 1"):
        replace(example(), template="../../../../etc/passwd").typeset()


# -- the press


class Counted:
    """A way to make a document that counts how often it was made."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.asked: list[bool] = []

    def __call__(self, plain: bool) -> Document:
        self.asked.append(plain)
        return self.document


SHELF = "ab" * 32


@pytest.fixture
def press(tmp_path: Path) -> Any:
    made = Press(tmp_path / "papers")
    yield made
    made.close()


def test_a_receipt_is_kept_and_made_again_when_it_is_gone(press: Press) -> None:
    document = example()
    first = press.printed(Counted(document), SHELF)
    [path] = (p for p in press.folder.rglob("*") if p.is_file())
    assert path.read_bytes() == first and path.parent.name == SHELF
    path.write_bytes(b"as kept")
    assert press.printed(Counted(document), SHELF) == b"as kept"
    path.unlink()
    assert press.printed(Counted(document), SHELF) == first
    press.forget(SHELF)
    assert not path.exists()
    assert press.printed(Counted(document), SHELF) == first


def test_what_is_no_receipt_s_is_not_kept(press: Press) -> None:
    assert press.printed(Counted(example()), None).startswith(b"%PDF-")
    assert not press.folder.exists()


@pytest.mark.parametrize("shelf", ["", "..", "AB" * 32, "ab" * 31 + "/."])
def test_a_shelf_is_a_digest(press: Press, shelf: str) -> None:
    with pytest.raises(ValueError, match="not the digest"):
        press.printed(Counted(example()), shelf)


def test_a_disk_that_refuses_costs_the_copy_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "papers").write_text("a file where the folder should be")
    press = Press(tmp_path / "papers")
    assert press.printed(Counted(example()), SHELF).startswith(b"%PDF-")
    assert "could not be kept" in caplog.text
    press.close()


def test_where_a_font_fails_latin_letters_are_used(press: Press) -> None:
    document = example()
    broken = replace(document, data={**document.data, "received": "中"})

    def make(plain: bool) -> Document:
        return document if plain else broken

    assert press.printed(make, None) == document.typeset()


def test_the_loop_goes_on_while_documents_are_made(press: Press) -> None:
    async def many() -> tuple[list[bytes], float]:
        longest, last = 0.0, time.monotonic()
        asked = asyncio.gather(*(press.print(Counted(example(n))) for n in (40, 41, 42)))
        while not asked.done():
            await asyncio.sleep(0.005)
            longest, last = max(longest, time.monotonic() - last), time.monotonic()
        return await asked, longest

    pdfs, longest = asyncio.run(many())
    assert len(set(pdfs)) == 3
    assert longest < 0.5


def test_too_many_at_once_are_told_to_come_again(press: Press) -> None:
    gate = threading.Event()

    def held(plain: bool) -> Document:
        gate.wait(20)
        return example()

    async def crowd() -> None:
        waiting = [asyncio.create_task(press.print(held)) for _ in range(WAITING_MAX)]
        await asyncio.sleep(0.05)
        with pytest.raises(Busy):
            await press.print(held)
        for task in waiting[1:]:
            task.cancel()
        gate.set()
        assert (await waiting[0]).startswith(b"%PDF-")

    asyncio.run(crowd())


def test_several_threads_may_ask_at_once(press: Press) -> None:
    documents = [example(n) for n in range(1, 5)]
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda d: press.printed(Counted(d), SHELF), documents * 2))
    assert made[:4] == made[4:] == [d.typeset() for d in documents]
    assert not list(press.folder.rglob("*.part"))


@pytest.mark.slow
def test_ten_thousand_files_are_printed_in_time() -> None:
    started = time.monotonic()
    pdf = example(10_000).typeset()
    assert time.monotonic() - started < 15
    assert "page 1 sur" in text_of(pdf)
    assert attached(pdf) == {"receipt.json": b"{}"}
