"""What a store that speaks S3 answered, in five ways, whatever boto3 raises.

Done; ``Present`` (somebody wrote that key first); ``Absent``; ``Unsure`` (nobody answered,
or with an error of the server's own: it may be done or not); ``Refused``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import botocore.exceptions as told
from botocore.parsers import ResponseParserError

from app.errors import StorageFull, StoreUnavailable
from app.storage.store import ObjectDamaged, ObjectMissing

_LOG = logging.getLogger("bordereau.storage")

_NO_ROOM = {"QuotaExceeded", "InsufficientCapacity", "XMinioStorageFull", "InsufficientStorage"}
_PASSING = {408, 409, 429}
"""Beside 5xx. 409: another write of the key at the same time; 429, 503: slower, please."""
_SPOILT = {"BadDigest", "XAmzContentSHA256Mismatch", "IncompleteBody", "RequestTimeout"}
"""Said with 400, and nothing was written: the bytes did not come through whole."""


class Present(Exception):
    """The key exists: nothing was written."""


class Absent(Exception):
    """There is no such key, or no such upload."""


class Unsure(Exception):
    """No answer, or an error of the server's own: it may have been done or not."""


class Refused(Exception):
    """The store understood, and will not: ``code`` is its word for why."""

    def __init__(self, code: str, text: str) -> None:
        self.code = code
        super().__init__(text)


@contextmanager
def answers() -> Iterator[None]:
    """Turn what boto3 raises into ``Present``, ``Absent``, ``Unsure`` or ``Refused``."""
    try:
        yield
    except told.ClientError as error:
        raise _answered(error) from error
    except told.FlexibleChecksumError as error:
        raise ObjectDamaged(str(error)) from error
    except (
        told.HTTPClientError,
        told.ConnectionError,
        told.IncompleteReadError,
        ResponseParserError,
    ) as error:
        raise Unsure(str(error)) from error
    except told.BotoCoreError as error:
        raise Refused(type(error).__name__, str(error)) from error


def _answered(error: told.ClientError) -> Exception:
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    code = error.response.get("Error", {}).get("Code", "")
    if code in _NO_ROOM or status == 507:
        return StorageFull("There is no room left to store this file.")
    if status == 412:
        return Present(str(error))
    if status == 404 and code != "NoSuchBucket":
        return Absent(str(error))
    # A status of 200 may carry an error in its body: copies and completions, found late.
    if status >= 500 or status in _PASSING or status < 300 or code in _SPOILT:
        return Unsure(str(error))
    return Refused(code, str(error))


@contextmanager
def in_our_words(what: str) -> Iterator[None]:
    """Say ``what`` failed as ``FileStore`` says it, and to the operator in full."""
    try:
        yield
    except Absent as error:
        raise ObjectMissing(what) from error
    except Unsure as error:
        _LOG.warning("%s: the object store did not answer: %s", what, error)
        raise StoreUnavailable("The file store does not answer; try again shortly.") from error
    except Refused as error:
        _LOG.error("%s: the object store refused: %s", what, error)
        raise StoreUnavailable(
            "The file store does not serve this service at the moment; its operator knows."
        ) from error
