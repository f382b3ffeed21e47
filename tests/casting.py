"""The standing cast, assembled once on a database of each kind, and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from app.db import Database
from tests.cast import Cast, assemble
from tests.databases import PostgresServer, SqliteTemplates


class Casts:
    """Databases in which the cast was assembled, by kind and day; made when first asked for."""

    def __init__(
        self,
        folder: Path,
        sqlite: Callable[[], SqliteTemplates],
        postgres: Callable[[], PostgresServer],
    ) -> None:
        self._folder, self._sqlite, self._postgres = folder, sqlite, postgres
        self._made: dict[tuple[str, datetime], tuple[str, Cast]] = {}

    def create(self, kind: str, at: datetime, folder: Path) -> str:
        """A database of its own in which the cast was assembled at ``at``; its address."""
        template, _ = self._of(kind, at)
        if kind == "sqlite":
            return f"sqlite:///{shutil.copy(template, folder / 'bordereau.db')}"
        return self._postgres().create(template)

    def cast(self, kind: str, at: datetime) -> Cast:
        """Who is in it."""
        _, cast = self._of(kind, at)
        return replace(cast, users=dict(cast.users), tokens=dict(cast.tokens))

    def _of(self, kind: str, at: datetime) -> tuple[str, Cast]:
        if (kind, at) not in self._made:
            if kind == "sqlite":
                folder = self._folder / str(len(self._made))
                folder.mkdir()
                url = self._sqlite().create(folder)
                template = url.removeprefix("sqlite:///")
            else:
                url = self._postgres().create()
                template = url.partition("@/")[2].partition("?")[0]
            database = Database(url)
            cast = assemble(database, at)
            database.close()
            self._made[kind, at] = template, cast
        return self._made[kind, at]
