"""``python -m bench [one …] [--orders N]``: measure everything, or what is named."""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
from collections.abc import Callable
from importlib.metadata import version
from time import perf_counter

from bench import (
    assess,
    clerk,
    deadlines,
    deposit,
    lists,
    moves,
    pages,
    placing,
    requests,
    uploads,
    verify,
)
from bench.measure import Report

ALL: dict[str, Callable[..., None]] = {
    "lists": lists.run,
    "clerk": clerk.run,
    "assess": assess.run,
    "requests": requests.run,
    "uploads": uploads.run,
    "deadlines": deadlines.run,
    "moves": moves.run,
    "placing": placing.run,
    "pages": pages.run,
    "deposit": deposit.run,
    "verify": verify.run,
}


def main() -> None:
    """Run, then say which goals were missed."""
    asked = _asked()
    report, start = Report(), perf_counter()
    report.note(_machine())
    for name in asked.which or ALL:
        options: dict[str, object] = {}
        if name == "lists":
            options = {"orders": asked.orders, "naive_full": asked.naive_full}
            if asked.database:
                options["kinds"] = (asked.database,)
        if name == "clerk":
            options["orders"] = asked.orders
        if name in {"clerk", "moves", "placing", "pages", "deposit"} and asked.database:
            options["kinds"] = (asked.database,)
        ALL[name](report, **options)
    report.title(f"done in {perf_counter() - start:,.0f} s: {len(report.missed)} goals missed")
    for line in report.missed:
        report.note(f"  missed: {line}")


def _asked() -> argparse.Namespace:
    asks = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    asks.add_argument("which", nargs="*", metavar="one", help=f"of {', '.join(ALL)}; default all")
    asks.add_argument(
        "--orders", type=int, default=100_000, help="of lists, clerk (default 100,000)"
    )
    asks.add_argument(
        "--database",
        choices=lists.KINDS,
        help="of lists, clerk, moves, placing, pages, deposit (default both)",
    )
    asks.add_argument(
        "--naive-full", action="store_true", help="lists: load all by ORM, not a sample (minutes)"
    )
    asked = asks.parse_args()
    for name in asked.which:
        if name not in ALL:
            asks.error(f"there is no {name}; there are {', '.join(ALL)}")
    return asked


def _machine() -> str:
    packages = ("fastapi", "uvicorn", "h11", "sqlalchemy", "psycopg", "pydantic", "holidays")
    return (
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; "
        + ", ".join(f"{p} {version(p)}" for p in packages)
    )


if __name__ == "__main__":
    main()
