"""An archive written as it is sent: valid for other programs, its names safe, memory flat."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from app.papers.archive_names import ArchiveNames
from app.papers.zipstream import ZipStream

AT = datetime(2021, 9, 13, 23, 47, 12)


def test_other_programs_find_it_whole(tmp_path: Path) -> None:
    stream, path = ZipStream(), tmp_path / "all.zip"
    with path.open("wb") as file:
        for number in range(50):
            stream.open_member(f"Communication 1/{number} - Pièce « {number} ».pdf", 3_000, AT)
            for _ in range(3):
                stream.write(b"x" * 1_000)
                file.write(stream.take())
            stream.end()
            file.write(stream.take())
        stream.add("LISEZ-MOI.txt", "à lire".encode(), AT)
        file.write(stream.close())
    for command in ([sys.executable, "-m", "zipfile", "-t"], ["unzip", "-tq"]):
        if shutil.which(command[0]):
            done = subprocess.run([*command, str(path)], capture_output=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(path) as archive:
        assert archive.read("LISEZ-MOI.txt").decode() == "à lire"
        info = archive.getinfo("Communication 1/7 - Pièce « 7 ».pdf")
        assert (info.file_size, info.date_time) == (3_000, (2021, 9, 13, 23, 47, 12))


def test_a_file_of_four_gibibytes_is_announced_as_one() -> None:
    stream = ZipStream()
    stream.open_member("film.mp4", 5 << 30, AT)
    header = stream.take()
    # The version needed is 4.5, and the extra field of ZIP64 (id 1) is there.
    assert header[4:6] == b"\x2d\x00"
    assert b"\x01\x00\x10\x00" in header


def test_nothing_waits_but_the_directory() -> None:
    stream = ZipStream()
    stream.open_member("a", 10 << 20, AT)
    for _ in range(10):
        stream.write(b"\0" * (1 << 20))
        assert len(stream.take()) < (1 << 20) + 200
    stream.end()
    assert len(stream.take()) < 100
    assert zipfile.is_zipfile(io.BytesIO(stream.close()))


def test_what_was_cut_off_can_be_let_go_of() -> None:
    stream = ZipStream()
    stream.open_member("a", 10, AT)
    stream.write(b"half")
    stream.abandon()
    stream.abandon()


def test_an_entry_older_than_zip_is_dated_as_early_as_zip_can() -> None:
    stream = ZipStream()
    stream.add("a", b"", datetime(1969, 7, 20))
    whole = io.BytesIO(stream.close())
    assert zipfile.ZipFile(whole).infolist()[0].date_time[0] == 1980


@pytest.mark.parametrize(
    ("title", "filename", "path"),
    [
        ("Contrat de prestation", "c.pdf", "P/12 - Contrat de prestation.pdf"),
        ("../../etc/passwd", "x.PDF", "P/12 - _.._etc_passwd.pdf"),
        ("C:\\Windows\\con", "aux", "P/12 - C__Windows_con"),
        ("a\u202efdp.exe", "a\u202efdp.exe", "P/12 - afdp.exe"),
        ("  \u200f \n ", "scan.tiff", "P/12.tiff"),
        ("Annexe.", "b.d/ocx", "P/12 - Annexe"),
        ("é" * 300, "e.pdf", f"P/12 - {'é' * 72}.pdf"),
        ("e\u0301te\u0301", "e.pdf", "P/12 - été.pdf"),
    ],
)
def test_what_a_party_wrote_becomes_a_name_and_never_a_path(
    title: str, filename: str, path: str
) -> None:
    assert ArchiveNames().path("P", "12", 1, title, filename) == path


def test_names_that_a_system_takes_for_one_are_told_apart() -> None:
    names = ArchiveNames()
    given = [
        names.path("P", "1", 1, title, "a.pdf") for title in ("Note", "NOTE", "note", "Note (2)")
    ]
    assert given == ["P/1 - Note.pdf", "P/1 - NOTE (2).pdf", "P/1 - note (3).pdf",
                     "P/1 - Note (2) (2).pdf"]  # fmt: skip
    assert names.path("P", "1", 2, "Note", "a.pdf") == "P/1 v2 - Note.pdf"
    assert names.path("Q", "1", 1, "Note", "a.pdf") == "Q/1 - Note.pdf"


def test_plain_names_are_of_ascii_alone() -> None:
    names = ArchiveNames(plain=True)
    path = names.path("P", "3 bis", 1, "Œuvre d’été — « prêt » 合同", "a.pdf")
    assert path == "P/3 bis - OEuvre d'ete - _ pret _ __.pdf"
