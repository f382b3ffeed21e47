"""ZIP archives to try: sound ones by the standard library, others bent afterwards."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any


def zipped(files: Mapping[Any, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these files, in this order."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", how) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return held.getvalue()
