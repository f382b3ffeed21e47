"""Measuring: sides that alternate, round by round; medians, spread, ratios, goals."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median, quantiles
from time import perf_counter

Side = Callable[[], object]


@dataclass(frozen=True)
class Samples:
    """What one side took, in seconds a call, one figure a round."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.values)

    @property
    def spread(self) -> float:
        """Half the distance between the quartiles, as a share of the median."""
        if len(self.values) < 2:
            return 0.0
        low, _, high = quantiles(self.values, n=4, method="inclusive")
        return (high - low) / 2 / self.median


def as_served() -> None:
    """From here on as in the service: the collector leaves alone what is there by now.

    See ``app.main.create_served_app``.
    """
    gc.collect()
    gc.freeze()


def alternate(
    sides: Mapping[str, Side], *, rounds: int, calls: int = 1, warm: int = 1
) -> dict[str, Samples]:
    """Run every side once a round, each round beginning with another one.

    ``calls``: how many calls make one figure, for what is too short to time alone.
    """
    for side in sides.values():
        for _ in range(warm):
            side()
    names = list(sides)
    values: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(rounds):
        shift = turn % len(names)
        for name in names[shift:] + names[:shift]:
            gc.collect()
            side, start = sides[name], perf_counter()
            for _ in range(calls):
                side()
            values[name].append((perf_counter() - start) / calls)
    return {name: Samples(tuple(taken)) for name, taken in values.items()}


@dataclass
class Report:
    """What a benchmark prints: figures, and whether each goal was met."""

    lines: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def title(self, text: str) -> None:
        self._say(f"\n## {text}\n")

    def note(self, text: str) -> None:
        self._say(text)

    def time(self, what: str, samples: Samples) -> None:
        """A duration: median and spread."""
        self._say(f"  {what:<58} {duration(samples.median):>12}  ±{samples.spread:4.0%}")

    def rate(self, what: str, samples: Samples, units: float = 1, unit: str = "s") -> None:
        """A rate: ``units`` done in each sample."""
        said = f"{units / samples.median:,.0f} {unit}/s" if unit != "s" else ""
        said = said or f"{units / samples.median:,.0f}/s"
        self._say(f"  {what:<58} {said:>12}  ±{samples.spread:4.0%}")

    def figure(self, what: str, text: str) -> None:
        self._say(f"  {what:<58} {text:>12}")

    def goal(self, what: str, *, met: bool, figure: str) -> None:
        """A goal, and what was reached."""
        self._say(f"  {'GOAL MET   ' if met else 'GOAL MISSED'} {what}: {figure}")
        if not met:
            self.missed.append(f"{what}: {figure}")

    def _say(self, line: str) -> None:
        self.lines.append(line)
        print(line, flush=True)


def duration(seconds: float) -> str:
    """A duration in the unit in which it reads best."""
    if seconds < 1e-3:
        return f"{seconds * 1e6:,.2f} µs"
    if seconds < 1:
        return f"{seconds * 1e3:,.2f} ms"
    return f"{seconds:,.1f} s"
