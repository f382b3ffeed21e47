"""One step of a computation, and walking the steps to where they lead."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from app.phrases import Phrase


class Step(NamedTuple):
    """One step of a computation. (A tuple, for a bench of a million of them.)

    ``rule`` is a stable code, ``citation`` the text applied, ``verified`` whether that text
    was read by those who wrote the pack. The day moves from ``from_on`` to ``to_on``; a
    remark that moves nothing has neither.
    """

    rule: str
    citation: str
    from_on: date | None
    to_on: date | None
    why: Phrase
    verified: bool = True


def replay(steps: Iterable[Step]) -> date:
    """Walk the steps and give the day they lead to.

    Raises:
        ValueError: a step does not start where the one before it ended, or none moves.
    """
    here: date | None = None
    for step in steps:
        if step.from_on is None or step.to_on is None:
            continue
        if here is not None and step.from_on != here:
            raise ValueError(f"step {step.rule} starts on {step.from_on}, not on {here}")
        here = step.to_on
    if here is None:
        raise ValueError("no step moves a day")
    return here
