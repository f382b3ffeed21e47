"""Archives that attack are refused whole; an entry that cannot be taken is told."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest

from app.errors import ArchiveRefused, UploadRefused, UploadTooLarge
from app.storage.archive import read_archive, unpacked
from tests.zips import zipped

MIB = 2**20
END = struct.Struct("<4s4H2LH")


def read(body, *, file_bytes_max=100 * MIB, total_bytes_max=1000 * MIB):
    return read_archive(
        io.BytesIO(body), file_bytes_max=file_bytes_max, total_bytes_max=total_bytes_max
    )


def bytes_of(body, member):
    return b"".join(unpacked(io.BytesIO(body), member))


def info(name, mode=0o100644):
    made = zipfile.ZipInfo(name)
    made.external_attr = mode << 16
    return made


def with_raw_name(raw: bytes) -> bytes:
    """An archive whose one entry has these bytes as its name, and no UTF-8 flag."""
    stand_in = "x" * len(raw)
    return zipped({stand_in: b"body"}).replace(stand_in.encode(), raw)


def reasons(body, **limits):
    _, refused = read(body, **limits)
    return {r.name: str(r.reason) for r in refused}


@pytest.mark.parametrize("how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_files_are_read_in_their_order_with_their_folders(how):
    files = {"b.txt": b"b" * 3 * MIB, "Dossier/Pièce 1.pdf": b"%PDF", "Dossier/vide": b""}
    body = zipped({**files, "Dossier/": b""}, how)
    members, refused = read(body)
    assert refused == []
    assert [(m.folder, m.filename) for m in members] == [
        ("", "b.txt"), ("Dossier", "Pièce 1.pdf"), ("Dossier", "vide"),
    ]  # fmt: skip
    assert [bytes_of(body, m) for m in members] == list(files.values())


def test_an_archive_written_as_a_stream_and_one_with_zip64_headers_are_read():
    class Unseekable(io.RawIOBase):
        def __init__(self):
            self.held = b""

        def writable(self):
            return True

        def write(self, block):
            self.held += bytes(block)
            return len(block)

    streamed = Unseekable()
    with zipfile.ZipFile(streamed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"streamed" * 100)
        with archive.open("b.txt", "w", force_zip64=True) as file:
            file.write(b"long")
    members, _ = read(streamed.held)
    assert [bytes_of(streamed.held, m) for m in members] == [b"streamed" * 100, b"long"]


def test_more_entries_than_two_bytes_count_are_told_by_zip64_and_are_too_many():
    body = zipped({f"{n}": b"" for n in range(65_536)}, zipfile.ZIP_STORED)
    with pytest.raises(ArchiveRefused, match="too many entries"):
        read(body)


def test_ten_thousand_entries_are_taken_and_one_more_is_not():
    files = {f"{n}": b"" for n in range(10_000)}
    assert len(read(zipped(files))[0]) == 10_000
    with pytest.raises(ArchiveRefused, match="too many entries"):
        read(zipped({**files, "one more": b""}))


@pytest.mark.parametrize(
    "name",
    ["../out", "/abs", "a/../../up", "C:\\win", "C:/win", "\\\\host\\share", "a\\b", "a//b", "./a",
     "new\nline", "x" * 256, "a/" * 600 + "b", "a/", "\x7f"],
)  # fmt: skip
def test_an_unsafe_name_is_refused_alone(name):
    body = zipped({info(name): b"x", "ok.txt": b"ok"})
    members, refused = read(body)
    assert [m.filename for m in members] == ["ok.txt"]
    assert [r.name for r in refused] == [name]


def test_a_nul_in_a_name_is_refused():
    (name,) = reasons(with_raw_name(b"a.pdf\0.exe"))
    assert name == "a.pdf\0.exe"


@pytest.mark.parametrize("kind", [0o120777, 0o020666, 0o060666, 0o010666, 0o140777, 0o040755])
def test_links_devices_and_pipes_are_refused(kind):
    body = zipped({info("link", kind): b"/etc/passwd", "ok": b""})
    assert list(reasons(body)) == ["link"]


def test_an_encrypted_entry_is_refused_and_the_others_are_taken():
    body = bytearray(zipped({"secret": b"x", "open": b"y"}))
    for signature, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        body[body.index(signature) + at] |= 1
    assert reasons(bytes(body)) == {"secret": "It is encrypted."}


def test_an_entry_over_the_limit_an_unknown_method_and_a_second_of_a_name_are_refused():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("large", b"x" * 11)
        archive.writestr("packed", b"x", compress_type=zipfile.ZIP_BZIP2)
        archive.writestr("twice", b"1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("twice", b"2")
        archive.writestr("__MACOSX/._a.pdf", b"")
        archive.writestr("a/.DS_Store", b"")
    members, refused = read(held.getvalue(), file_bytes_max=10)
    assert [m.filename for m in members] == ["twice"]
    assert [r.name for r in refused] == [
        "large", "packed", "twice", "__MACOSX/._a.pdf", "a/.DS_Store",
    ]  # fmt: skip


def test_all_together_may_not_be_over_the_limit():
    body = zipped({"a": b"x" * 60, "b": b"y" * 60})
    with pytest.raises(UploadTooLarge, match="120"):
        read(body, total_bytes_max=119)


def test_a_bomb_is_refused_before_it_is_opened():
    body = zipped({"ok": b"x", "bomb": bytes(11 * MIB)})
    with pytest.raises(ArchiveRefused, match="200 times"):
        read(body)


def test_a_nested_archive_is_a_file_whatever_it_holds():
    bomb = zipped({"bomb": bytes(11 * MIB)})
    body = zipped({"inner.zip": bomb})
    (member,) = read(body)[0]
    assert bytes_of(body, member) == bomb


def test_an_entry_that_unpacks_to_more_than_it_says_is_an_attack():
    body = bytearray(zipped({"a": b"x" * 5 * MIB}))
    for signature, at in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        struct.pack_into("<L", body, body.index(signature) + at, 10)
    (member,) = read(bytes(body))[0]
    with pytest.raises(ArchiveRefused, match="contradicts"):
        bytes_of(bytes(body), member)


def test_damaged_bytes_and_a_wrong_check_sum_are_told():
    sound = zipped({"a": bytes(range(256)) * 100})
    (member,) = read(sound)[0]
    broken = bytearray(sound)
    broken[member.entry.starts_at + 20] ^= 0xFF
    with pytest.raises(UploadRefused, match="damaged"):
        bytes_of(bytes(broken), member)
    lying = bytearray(sound)
    for signature, at in ((b"PK\3\4", 14), (b"PK\1\2", 16)):
        struct.pack_into("<L", lying, lying.index(signature) + at, zlib.crc32(b"other"))
    (member,) = read(bytes(lying))[0]
    with pytest.raises(UploadRefused, match="damaged"):
        bytes_of(bytes(lying), member)


@pytest.mark.parametrize("cut", [1, 4, 21, 22, 30, 60])
def test_an_archive_cut_off_anywhere_is_refused(cut):
    with pytest.raises(ArchiveRefused):
        read(zipped({"a": b"x" * 100, "b": b"y"})[:-cut])


@pytest.mark.parametrize("body", [b"", b"PK", b"not a zip" * 100, b"PK\5\6", bytes(5 * MIB)])
def test_what_is_no_archive_is_refused(body):
    with pytest.raises(ArchiveRefused):
        read(body)


def test_an_archive_of_nothing_is_refused():
    for body in (zipped({}), zipped({"only/a/folder/": b""})):
        with pytest.raises(ArchiveRefused, match="no file"):
            read(body)


def test_something_before_or_after_the_archive_is_refused():
    body = zipped({"a": b"x"})
    for polyglot in (b"%PDF-1.4\n" + body, b"MZ" + body, body + b"tail"):
        with pytest.raises(ArchiveRefused):
            read(polyglot)
    shifted = bytearray(b"%PDF-1.4\n" + body)  # as a self-extractor would, offsets set right
    for signature, at in ((b"PK\1\2", 42), (b"PK\5\6", 16)):
        place = shifted.index(signature) + at
        (offset,) = struct.unpack_from("<L", shifted, place)
        struct.pack_into("<L", shifted, place, offset + 9)
    with pytest.raises(ArchiveRefused, match="before"):
        read(bytes(shifted))


def test_a_second_end_of_directory_in_the_comment_is_refused():
    held = io.BytesIO(zipped({"a": b"x"}))
    with zipfile.ZipFile(held, "a") as archive:
        archive.comment = END.pack(b"PK\5\6", 0, 0, 0, 0, 0, 0, 0)
    with pytest.raises(ArchiveRefused):
        read(held.getvalue())


def test_a_comment_is_no_reason_to_refuse():
    held = io.BytesIO(zipped({"a": b"x"}))
    with zipfile.ZipFile(held, "a") as archive:
        archive.comment = b"Bordereau de pi\xe8ces"
    assert len(read(held.getvalue())[0]) == 1


def test_overlapping_entries_are_refused():
    body = bytearray(zipped({"a": b"x" * 100, "b": b"y" * 100}))
    second = body.index(b"PK\1\2", body.index(b"PK\1\2") + 4)
    struct.pack_into("<L", body, second + 42, 0)  # both point at the first
    body[second + 46] = ord("a")
    with pytest.raises(ArchiveRefused, match=r"overlap|contradicts"):
        read(bytes(body))


def test_data_that_reaches_over_the_next_header_is_refused():
    body = bytearray(zipped({"a": b"x" * 100, "b": b"y" * 100}, zipfile.ZIP_STORED))
    for signature, at in ((b"PK\3\4", 18), (b"PK\1\2", 20)):
        struct.pack_into("<LL", body, body.index(signature) + at, 150, 150)
    with pytest.raises(ArchiveRefused, match="overlap"):
        read(bytes(body))


@pytest.mark.parametrize(
    ("field", "value"), [(8, 2), (10, 2), (12, 1), (12, 10_000), (16, 1), (16, 2**31), (4, 1)]
)
def test_a_directory_that_lies_of_its_size_place_or_count_is_refused(field, value):
    body = bytearray(zipped({"a": b"x"}))
    form = "<L" if field in (12, 16) else "<H"
    struct.pack_into(form, body, body.index(b"PK\5\6") + field, value)
    with pytest.raises(ArchiveRefused):
        read(bytes(body))


@pytest.mark.parametrize(("at", "value"), [(6, 8), (8, 0), (14, 9), (18, 9), (22, 9), (30, 66)])
def test_a_header_that_contradicts_the_directory_is_refused(at, value):
    body = bytearray(zipped({"a": b"x" * 100}))
    body[at] = value
    with pytest.raises(ArchiveRefused):
        read(bytes(body))


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Pièce n° 1 – été.pdf".encode(), "Pièce n° 1 – été.pdf"),
        ("Pièce 1 été.pdf".encode("cp437"), "Pièce 1 été.pdf"),
        ("Pièce n° 1.pdf".encode("cp1252"), "Pièce n° 1.pdf"),
        ("L’accord.pdf".encode("cp1252"), "L’accord.pdf"),
        ("Reçu à Noël.pdf".encode("cp437"), "Reçu à Noël.pdf"),
        ("Reçu à Noël.pdf".encode("cp1252"), "Reçu à Noël.pdf"),
    ],
)
def test_a_name_is_read_in_the_likelier_code_page(raw, shown):
    ((member,), _) = read(with_raw_name(raw))
    assert member.filename == shown


def test_a_name_that_is_not_the_utf_8_it_says_is_refused():
    body = bytearray(zipped({"é.pdf": b"x"}))
    while (at := body.find("é".encode())) >= 0:
        body[at : at + 2] = b"\xe9\xe9"
    (name,) = reasons(bytes(body))
    assert name == "\ufffd\ufffd.pdf"


def test_every_single_bit_flipped_ends_in_a_verdict_not_in_a_crash():
    sound = zipped({"a.txt": b"some text" * 20, "b/c.txt": b"more"})
    for position in range(len(sound)):
        for bit in (0, 3, 7):
            body = bytearray(sound)
            body[position] ^= 1 << bit
            try:
                members, _ = read(bytes(body))
                for member in members:
                    bytes_of(bytes(body), member)
            except (ArchiveRefused, UploadRefused):
                pass
