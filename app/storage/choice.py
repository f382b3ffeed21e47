"""Which store the settings ask for."""

from __future__ import annotations

from app.errors import StoreUnfit
from app.settings import Settings
from app.storage.local import LocalStore
from app.storage.store import FileStore


def store_of(settings: Settings) -> FileStore:
    """The store that keeps the files, ready for use.

    Raises ``StoreUnfit`` when a bucket is asked for and cannot be used, or the extra ``s3``
    is not installed.
    """
    if settings.storage == "s3":
        return _bucket_store(settings)
    return LocalStore(
        settings.data_dir / "files",
        reserve_bytes=settings.storage_reserve_bytes,
        uploads_at_once=settings.uploads_at_once,
    )


def _bucket_store(settings: Settings) -> FileStore:
    try:
        # Not everybody has boto3, or needs it.
        from app.storage.s3 import S3Store  # noqa: PLC0415
        from app.storage.s3_bucket import Place  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise StoreUnfit(
            "BORDEREAU_STORAGE asks for s3, which needs boto3: install bordereau[s3]."
        ) from error
    access_key = settings.s3_access_key.get_secret_value()
    secret_key = settings.s3_secret_key.get_secret_value()
    if not settings.s3_bucket:
        raise StoreUnfit("BORDEREAU_STORAGE asks for s3: name the bucket in BORDEREAU_S3_BUCKET.")
    if bool(access_key) != bool(secret_key):
        raise StoreUnfit("Give BORDEREAU_S3_ACCESS_KEY and BORDEREAU_S3_SECRET_KEY, or neither.")
    place = Place(
        bucket=settings.s3_bucket,
        prefix=settings.s3_prefix,
        endpoint=settings.s3_endpoint,
        region=settings.s3_region,
        path_style=settings.s3_path_style,
        access_key=access_key,
        secret_key=secret_key,
        checksums=settings.s3_checksums,
        timeout_seconds=settings.s3_timeout_seconds,
        connections=settings.uploads_at_once + settings.page_threads + 8,
    )
    store = S3Store(
        settings.data_dir / "files",
        place,
        reserve_bytes=settings.storage_reserve_bytes,
        uploads_at_once=settings.uploads_at_once,
    )
    try:
        store.probe()
    except BaseException:
        store.close()
        raise
    return store
