"""Stamped copies: the words are there, upright where a reader looks; the original untouched."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

from app.errors import NotStampable
from app.papers.stamps import PAGES_MAX, Stamp, stamp_pdf
from tests.papers.pdfs import a_pdf, ink, texts

PIECE = Stamp(["Pièce n° 12 bis"], "top", "Me Éloïse Grünwald – Łódź")


def test_the_first_page_bears_the_number_and_the_name(tmp_path: Path) -> None:
    source = a_pdf(tmp_path / "a.pdf", pages=2)
    before = source.read_bytes()
    made = stamp_pdf(source, tmp_path / "b.pdf", PIECE)
    assert (made.pages, made.signed) == (2, False)
    assert texts(tmp_path / "b.pdf") == ["Pièce n° 12 bis Me Éloïse Grünwald – Łódź", ""]
    assert source.read_bytes() == before


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("corner", ["top", "bottom"])
def test_it_is_upright_in_its_corner_however_the_page_is_turned(
    tmp_path: Path, rotate: int, corner: str
) -> None:
    source = a_pdf(tmp_path / "a.pdf", rotate=rotate)
    stamp_pdf(source, tmp_path / "b.pdf", Stamp(["TIC-000001"], corner))  # type: ignore[arg-type]
    left, top, right, bottom = ink(tmp_path / "b.pdf")
    assert left > 0.7 and 0.9 < right < 1
    assert bottom < 0.1 if corner == "top" else top > 0.9
    landscape = 842 / 595 if rotate in (90, 270) else 595 / 842
    assert (right - left) * landscape > 3 * (bottom - top), "it lies on its side"


def test_each_page_bears_its_bates_number(tmp_path: Path, shared_data: Path) -> None:
    source = shared_data / "pdf" / "py-pdf" / "habibi-rotated.pdf"
    numbers = [f"TIC-{n:06d}" for n in range(1, 5)]
    stamp_pdf(source, tmp_path / "b.pdf", Stamp(numbers, "bottom", each_page=True))
    assert all(n in text for n, text in zip(numbers, texts(tmp_path / "b.pdf"), strict=True))
    for page in range(4):
        _, _, right, bottom = ink(tmp_path / "b.pdf", page)
        assert right > 0.95 and bottom > 0.9


def test_a_small_page_or_one_whose_box_is_elsewhere_has_room(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(120, 90))
        pdf.pages[0].MediaBox = pikepdf.Array([1120, 590, 1000, 500])
        pdf.save(tmp_path / "a.pdf")
    stamp_pdf(tmp_path / "a.pdf", tmp_path / "b.pdf", PIECE)
    assert ink(tmp_path / "b.pdf")[2] > 0.8


def test_numbers_that_do_not_fit_the_pages_are_refused(tmp_path: Path) -> None:
    source = a_pdf(tmp_path / "a.pdf", pages=3)
    with pytest.raises(NotStampable, match="3 pages and 2 Bates numbers"):
        stamp_pdf(source, tmp_path / "b.pdf", Stamp(["A1", "A2"], "bottom", each_page=True))
    with pytest.raises(NotStampable, match=f"At most {PAGES_MAX} pages"):
        stamp_pdf(source, tmp_path / "b.pdf", Stamp(["A1"] * (PAGES_MAX + 1), "bottom"))
    assert not (tmp_path / "b.pdf").exists()


def test_a_signature_that_will_not_hold_is_told(tmp_path: Path) -> None:
    for nth, (made, signed) in enumerate(
        (({"signed": True}, True), ({"field": "signed"}, True), ({"field": "empty"}, False))
    ):
        source = a_pdf(tmp_path / f"{nth}.pdf", **made)  # type: ignore[arg-type]
        assert stamp_pdf(source, tmp_path / "b.pdf", PIECE).signed is signed


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("cabinet-of-horrors/encryption_openpassword.pdf", "encrypted"),
        ("cabinet-of-horrors/encryption_nocopy.pdf", "encrypted"),
        ("py-pdf/libreoffice-writer-password.pdf", "encrypted"),
        ("cabinet-of-horrors/corruptionOneByteMissing.pdf", "damaged"),
        ("py-pdf/smile.tiff", "Only a PDF"),
        ("py-pdf/LICENSE.txt", "Only a PDF"),
    ],
)
def test_what_cannot_be_stamped_says_why(
    shared_data: Path, tmp_path: Path, name: str, why: str
) -> None:
    with pytest.raises(NotStampable, match=why):
        stamp_pdf(shared_data / "pdf" / name, tmp_path / "b.pdf", PIECE)


def test_every_sound_pdf_that_we_have_is_stamped(shared_data: Path, tmp_path: Path) -> None:
    refused = set()
    for source in sorted((shared_data / "pdf").rglob("*.pdf")):
        digest = hashlib.sha256(source.read_bytes()).digest()
        try:
            stamp_pdf(source, tmp_path / "b.pdf", PIECE)
        except NotStampable:
            refused.add(source.name)
        else:
            assert "Pièce n° 12 bis" in texts(tmp_path / "b.pdf")[0], source.name
        assert hashlib.sha256(source.read_bytes()).digest() == digest
    assert refused == {
        "encryption_nocopy.pdf",
        "encryption_openpassword.pdf",
        "libreoffice-writer-password.pdf",
        "corruptionOneByteMissing.pdf",
    }


def test_a_text_is_never_markup(tmp_path: Path) -> None:
    source = a_pdf(tmp_path / "a.pdf")
    hostile = '#read("/etc/passwd") "\\ $x$ *b* \u202e'
    stamp_pdf(source, tmp_path / "b.pdf", Stamp(["A1"], "top", hostile))
    assert '#read("/etc/passwd")' in texts(tmp_path / "b.pdf")[0]


def test_too_little_memory_is_a_refusal_and_not_a_crash(tmp_path: Path) -> None:
    source = a_pdf(tmp_path / "a.pdf")
    with pytest.raises(NotStampable, match="too large or too complex"):
        stamp_pdf(source, tmp_path / "b.pdf", PIECE, memory_bytes=32 << 20)


PEAK = """
import resource, sys
from pathlib import Path
from app.papers.stamps import Stamp, stamp_pdf
stamp_pdf(Path(sys.argv[1]), Path(sys.argv[2]), Stamp(["Pièce n° 1"], "top"))
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    peaks = []
    for pages in (1, 96):
        source = tmp_path / f"{pages}.pdf"
        with pikepdf.new() as pdf:
            for _ in range(pages):
                page = pdf.add_blank_page(page_size=(595, 842))
                # A scanned page: one stream that nobody has to look into.
                page.Scan = pdf.make_indirect(pikepdf.Stream(pdf, bytes(2 << 20)))
            pdf.save(source, compress_streams=False)
        done = subprocess.run(
            [sys.executable, "-c", PEAK, source, tmp_path / "b.pdf"],
            capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
        )  # fmt: skip
        peaks.append(int(done.stdout))
    assert peaks[1] - peaks[0] < 64 << 20
