"""Runs apart from the service: one document from standard input to standard output.

Typst keeps no promise of being safe in several threads, and a document may ask for more time
or memory than a request is worth. Standard library and typst only; started by ``typeset``.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path

import typst

MEMORY_BYTES_MAX = 3 * 1024**3
CPU_SECONDS_MAX = 120
UNPRINTABLE = 3
"""Exit status when a font lacks a letter."""


def main() -> int:
    """Compile the document that standard input describes."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_MAX, CPU_SECONDS_MAX))
    os.nice(5)
    here = Path(__file__).parent
    asked = json.load(sys.stdin.buffer)
    compiler = typst.Compiler(
        str(here / asked["template"]),
        root=str(here),
        ignore_system_fonts=True,
        package_path=os.devnull,
        package_cache_path=os.devnull,
        sys_inputs=asked["inputs"],
    )
    try:
        pdf = compiler.compile(format="pdf", pdf_standards=asked["standard"], timestamp=asked["at"])
    except typst.TypstError as error:
        sys.stderr.write(str(error))
        return UNPRINTABLE if "could not be displayed" in str(error) else 1
    assert isinstance(pdf, bytes)  # noqa: S101  what one PDF is
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main())
