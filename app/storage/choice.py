"""Which store keeps the files, as the settings say."""

from __future__ import annotations

from app.settings import Settings
from app.storage.local import LocalStore
from app.storage.store import FileStore


def open_store(settings: Settings) -> FileStore:
    """The store of these settings."""
    return LocalStore(
        settings.data_dir / "files",
        reserve_bytes=settings.storage_reserve_bytes,
        uploads_at_once=settings.uploads_at_once,
    )
