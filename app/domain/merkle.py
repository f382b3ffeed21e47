"""The Merkle tree of RFC 6962 §2.1 (RFC 9162 §2.1): roots, and proofs of two kinds.

An *inclusion proof* shows that an entry is in the tree with a given root; a *consistency
proof* shows that a larger tree begins with the entries of a smaller one. Hashes are 32 bytes.

A tree is read through ``node(level, index)``: the root of the full subtree over the leaves
from ``index · 2^level`` on, ``2^level`` of them. A tree only grows, so a full subtree never
changes and may be kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

NodeAt = Callable[[int, int], bytes]

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry: SHA-256(0x00 ‖ entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees: SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(slots=True)
class Frontier:
    """The right edge of a growing tree: all that appending and its root need.

    ``peaks`` are the roots of the full subtrees that make up the tree, left to right: one for
    each bit of ``size``.
    """

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def add(self, leaf: bytes) -> list[bytes]:
        """Append a leaf hash; the full subtrees it completes: level 0 (itself), 1, …."""
        found = [leaf]
        for _ in range(_trailing_ones(self.size)):
            found.append(node_hash(self.peaks.pop(), found[-1]))
        self.peaks.append(found[-1])
        self.size += 1
        return found

    @property
    def root(self) -> bytes:
        """The root of the tree as it stands."""
        if not self.peaks:
            return EMPTY_ROOT
        found = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            found = node_hash(peak, found)
        return found


def _trailing_ones(number: int) -> int:
    return (~number & (number + 1)).bit_length() - 1


def root(size: int, node: NodeAt) -> bytes:
    """The root of the tree of the first ``size`` leaves (MTH of RFC 6962)."""
    return _subtree(0, size, node) if size else EMPTY_ROOT


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes at hand."""
    if not leaves:
        return EMPTY_ROOT
    row = list(leaves)
    while len(row) > 1:
        odd = row.pop() if len(row) % 2 else None
        row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row), 2)]
        if odd is not None:
            row.append(odd)
    return row[0]


def inclusion_proof(index: int, size: int, node: NodeAt) -> list[bytes]:
    """The hashes that lead from leaf ``index`` to the root of the tree of ``size`` leaves.

    Raises:
        ValueError: the leaf is not in that tree.
    """
    if not 0 <= index < size:
        raise ValueError(f"entry {index} is not in a tree of {size}")
    return _path(index, 0, size, node)


def consistency_proof(first: int, second: int, node: NodeAt) -> list[bytes]:
    """The hashes by which a tree of ``second`` leaves shows that it extends one of ``first``.

    Raises:
        ValueError: ``first`` is not from 1 to ``second``.
    """
    if not 0 < first <= second:
        raise ValueError(f"a tree of {second} cannot extend one of {first}")
    return _extension(first, 0, second, node, whole=True)


def includes(entry_hash: bytes, index: int, size: int, proof: Sequence[bytes], tree: bytes) -> bool:
    """Whether the inclusion proof leads from the leaf to the root ``tree`` (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, entry_hash
    for step in proof:
        if last == 0:
            return False
        if at % 2 or at == last:
            found = node_hash(step, found)
            while not at % 2 and at:
                at, last = at // 2, last // 2
        else:
            found = node_hash(found, step)
        at, last = at // 2, last // 2
    return last == 0 and found == tree


def extends(
    first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes
) -> bool:
    """Whether the tree of ``second`` leaves extends that of ``first`` (RFC 9162 §2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    steps = list(proof)
    if first & (first - 1) == 0:
        steps.insert(0, first_root)
    if not steps:
        return False
    at, last = first - 1, second - 1
    while at % 2:
        at, last = at // 2, last // 2
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if at % 2 or at == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not at % 2 and at:
                at, last = at // 2, last // 2
        else:
            new = node_hash(new, step)
        at, last = at // 2, last // 2
    return last == 0 and old == first_root and new == second_root


def _subtree(start: int, end: int, node: NodeAt) -> bytes:
    count = end - start
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return node(level, start >> level)
    middle = start + _split(count)
    return node_hash(_subtree(start, middle, node), _subtree(middle, end, node))


def _split(count: int) -> int:
    """The largest power of two below ``count``."""
    return 1 << ((count - 1).bit_length() - 1)


def _path(index: int, start: int, end: int, node: NodeAt) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_path(index, start, middle, node), _subtree(middle, end, node)]
    return [*_path(index, middle, end, node), _subtree(start, middle, node)]


def _extension(first: int, start: int, end: int, node: NodeAt, *, whole: bool) -> list[bytes]:
    if first == end:
        return [] if whole else [_subtree(start, end, node)]
    middle = start + _split(end - start)
    if first <= middle:
        return [
            *_extension(first, start, middle, node, whole=whole),
            _subtree(middle, end, node),
        ]
    return [
        *_extension(first, middle, end, node, whole=False),
        _subtree(start, middle, node),
    ]
