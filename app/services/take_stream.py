"""An archive of exhibits as it is sent: read, checked and named, a block at a time.

Nothing waits in memory but the list of what goes in. A file that no longer has its SHA-256
ends the stream: what was cut is no archive, and is not recorded as taken.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AbstractContextManager, aclosing
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from anyio import to_thread
from sqlalchemy.orm import Session

from app import papers as papers_folder
from app.domain.access import Actor
from app.errors import Busy, Conflict
from app.language import Language, say
from app.papers.archive_names import ArchiveNames
from app.papers.bordereau import Bordereau, bordereau_csv
from app.papers.press import Press
from app.papers.take_readme import Readme, TakenDeposit
from app.papers.typeset import NotTypeset
from app.papers.zipstream import ZipStream
from app.phrases import Phrase, phrase
from app.services.papers import bordereau_of, bordereau_paper
from app.services.receipts import receipt_of
from app.services.taking import File, Part, Plan
from app.storage.store import BLOCK_BYTES, FileStore, ObjectDamaged

_PROGRAM = Path(papers_folder.__file__).parent / "verify.py"
Views = Callable[[], AbstractContextManager[tuple[Session, Actor]]]


class TakeStream:
    """One archive. ``sent`` are the files whose last byte was handed on."""

    def __init__(
        self,
        plan: Plan,
        store: FileStore,
        press: Press,
        views: Views,
        language: Language,
        *,
        plain_names: bool = False,
    ) -> None:
        self._plan = plan
        self._store = store
        self._press = press
        self._views = views
        self._language = language
        self._names = ArchiveNames(plain=plain_names)
        self._zip = ZipStream()
        self._zone = ZoneInfo(plan.time_zone)
        self.sent: list[File] = []

    @property
    def filename(self) -> str:
        """What the archive itself is called."""
        docket = self._names.cleaned("-".join(self._plan.docket_numbers[:1])).replace(" ", "-")
        word = self._said(phrase("Exhibits"))
        day = self._plan.at.astimezone(self._zone).date().isoformat()
        return f"{' '.join(part for part in (word, docket, day) if part)}.zip".replace("/", "-")

    async def blocks(self) -> AsyncGenerator[bytes]:
        """The archive's bytes; ``ObjectDamaged`` or ``ObjectMissing`` where it breaks off."""
        try:
            async with aclosing(self._blocks()) as blocks:
                async for block in blocks:
                    yield block
        finally:
            self._zip.abandon()

    async def _blocks(self) -> AsyncGenerator[bytes]:
        zipped = self._zip
        paths = {part.deposit.id: list(self._paths(part)) for part in self._plan.parts}
        self._add(self._said(phrase("READ-ME")), ".txt", self._readme())
        sums = "".join(f"{f.sha256}  {path}\n" for each in paths.values() for f, path in each)
        self._add("SHA256SUMS", "", sums.encode())
        self._add("verify.py", "", await to_thread.run_sync(_PROGRAM.read_bytes))
        yield zipped.take()
        for part in self._plan.parts:
            listed, digest, receipt = await to_thread.run_sync(self._papers, part)
            if receipt:
                self._add(self._said(phrase("Receipt")), ".json", receipt, part)
            csv = await to_thread.run_sync(bordereau_csv, listed, "spreadsheet")
            self._add(self._said(phrase("List of exhibits")), ".csv", csv, part)
            yield zipped.take()
            for file, path in paths[part.deposit.id]:
                async with aclosing(self._file(file, path, part)) as blocks:
                    async for block in blocks:
                        yield block
                self.sent.append(file)
            self._add(*await self._bordereau(listed, digest), part)
            yield zipped.take()
        yield zipped.close()

    async def _file(self, file: File, path: str, part: Part) -> AsyncGenerator[bytes]:
        digest, read = sha256(), 0
        opened, block = await to_thread.run_sync(self._open, file.sha256)
        with opened:
            self._zip.open_member(path, file.size_bytes, self._local(part.deposit.deposited_at))
            while block:
                digest.update(block)
                self._zip.write(block)
                read += len(block)
                yield self._zip.take()
                more = read < file.size_bytes
                block = await to_thread.run_sync(opened.read, BLOCK_BYTES) if more else b""
        if digest.hexdigest() != file.sha256:
            raise ObjectDamaged(file.sha256)
        self._zip.end()

    def _open(self, sha256_hex: str) -> tuple[BinaryIO, bytes]:
        opened = self._store.open(self._plan.matter_id, sha256_hex)
        try:
            return opened, opened.read(BLOCK_BYTES)
        except BaseException:
            opened.close()
            raise

    def _papers(self, part: Part) -> tuple[Bordereau, str | None, bytes]:
        """List and receipt as the reader may see them now; asked anew for each deposit."""
        with self._views() as (session, actor):
            listed, digest = bordereau_of(session, actor, part.deposit.id)
            try:
                receipt = receipt_of(session, actor, part.deposit.id).model_dump_json().encode()
            except Conflict:
                receipt = b""  # deposited before there were receipts with a proof
            return listed, digest, receipt

    async def _bordereau(self, listed: Bordereau, digest: str | None) -> tuple[str, str, bytes]:
        paper = bordereau_paper(listed, self._language, digest)
        word = self._said(phrase("List of exhibits"))
        try:
            return word, ".pdf", await self._press.print(paper.make, paper.shelf)
        except (Busy, NotTypeset):
            why = phrase("The list of exhibits could not be made as a PDF: the CSV holds it all.")
            return word, ".txt", self._said(why).encode()

    def _paths(self, part: Part) -> Iterator[tuple[File, str]]:
        folder = self._folder(part)
        for f in part.files:
            yield f, self._names.path(folder, f.number, f.edition, f.title, f.filename)

    def _folder(self, part: Part) -> str:
        name = self._said(phrase("Production {number}", number=part.deposit.number))
        if len({one.deposit.party_id for one in self._plan.parts}) > 1:
            name = f"{name} - {part.deposit.party}"
        return self._names.cleaned(name)

    def _add(self, stem: str, ending: str, body: bytes, part: Part | None = None) -> None:
        folder = self._folder(part) if part else ""
        at = part.deposit.deposited_at if part else self._plan.at
        path = self._names.unlike(folder, self._names.cleaned(stem), ending)
        self._zip.add(path, body, self._local(at))

    def _readme(self) -> bytes:
        made = self._plan
        deposits = [
            TakenDeposit(
                part.deposit.number,
                part.deposit.party,
                part.deposit.deposited_at,
                len(part.files),
                [
                    (f"{one.number} v{one.edition}" if one.edition > 1 else one.number, one.why)
                    for one in part.left_out
                ],
            )
            for part in made.parts
        ]
        return Readme(
            made.order_title,
            made.docket_numbers,
            made.time_zone,
            made.at,
            made.category,
            made.size_bytes,
            deposits,
        ).text(self._language)

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self._zone)

    def _said(self, said: Phrase) -> str:
        return say(said, self._language)
