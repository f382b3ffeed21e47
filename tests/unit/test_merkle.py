"""The tree of RFC 6962: published vectors, and what holds of every size."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    extends,
    includes,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    root_of,
)

SIZES = 131

# The reference tree of google/certificate-transparency, cpp/merkletree/merkle_tree_test.cc
# (also transparency-dev/merkle, testonly): eight entries, their roots, paths and proofs.
ENTRIES = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
_96, _5F, _6B, _BC, _CA = (
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
)
PATHS = [
    (0, 1, []),
    (0, 8, [_96, _5F, _6B]),
    (5, 8, [_BC, _CA, ROOTS[4]]),
    (2, 3, [ROOTS[2]]),
    (1, 5, [ROOTS[1], _5F, _BC]),
]
EXTENSIONS = [
    (1, 1, []),
    (1, 8, [_96, _5F, _6B]),
    (6, 8, ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a", _CA, ROOTS[4]]),
    (2, 5, [_5F, _BC]),
]

NodeAt = Callable[[int, int], bytes]


def nodes_of(leaves: list[bytes]) -> NodeAt:
    """Full subtrees straight from the definition, MTH of RFC 6962 §2.1."""

    def node(level: int, index: int) -> bytes:
        if level == 0:
            return leaves[index]
        return node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))

    return node


def some_leaves(count: int) -> list[bytes]:
    return [leaf_hash(n.to_bytes(4)) for n in range(count)]


def kept(leaves: list[bytes]) -> NodeAt:
    """The nodes as a growing tree hands them out."""
    found: dict[tuple[int, int], bytes] = {}
    tree = Frontier()
    for leaf in leaves:
        at = tree.size
        for level, node in enumerate(tree.add(leaf)):
            found[level, at >> level] = node
    return lambda level, index: found[level, index]


LEAVES = some_leaves(SIZES)
NODE = kept(LEAVES)
ALL_ROOTS = [root(n, NODE) for n in range(SIZES)]


def mth(leaves: list[bytes]) -> bytes:
    """MTH as the RFC writes it: split at the largest power of two below the count."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(mth(leaves[:k]), mth(leaves[k:]))


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_reference_tree(size: int) -> None:
    leaves = [leaf_hash(entry) for entry in ENTRIES[:size]]
    tree = Frontier()
    for leaf in leaves:
        tree.add(leaf)
    assert root_of(leaves).hex() == root(size, nodes_of(leaves)).hex() == ROOTS[size]
    assert tree.root.hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size", "path"), PATHS)
def test_inclusion_proofs_are_those_of_the_reference_tree(
    index: int, size: int, path: list[str]
) -> None:
    leaves = [leaf_hash(entry) for entry in ENTRIES[:size]]
    assert [s.hex() for s in inclusion_proof(index, size, nodes_of(leaves))] == path
    steps = [bytes.fromhex(s) for s in path]
    assert includes(leaves[index], index, size, steps, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("first", "second", "proof"), EXTENSIONS)
def test_consistency_proofs_are_those_of_the_reference_tree(
    first: int, second: int, proof: list[str]
) -> None:
    leaves = [leaf_hash(entry) for entry in ENTRIES[:second]]
    assert [s.hex() for s in consistency_proof(first, second, nodes_of(leaves))] == proof
    steps = [bytes.fromhex(s) for s in proof]
    assert extends(first, second, steps, *(bytes.fromhex(ROOTS[n]) for n in (first, second)))


@pytest.mark.parametrize("size", range(SIZES))
def test_every_way_to_a_root_gives_the_one_of_the_definition(size: int) -> None:
    leaves = LEAVES[:size]
    tree = Frontier()
    for leaf in leaves:
        tree.add(leaf)
    expected = mth(leaves)
    assert expected == tree.root == root_of(leaves) == ALL_ROOTS[size]
    assert len(tree.peaks) == size.bit_count()


@pytest.mark.parametrize("size", range(1, SIZES))
def test_every_entry_is_shown_to_be_in_every_tree_that_has_it(size: int) -> None:
    for index in range(size):
        proof = inclusion_proof(index, size, NODE)
        assert includes(LEAVES[index], index, size, proof, ALL_ROOTS[size])
        assert len(proof) <= size.bit_length()


@pytest.mark.parametrize("second", range(1, SIZES))
def test_every_tree_is_shown_to_extend_each_smaller_one(second: int) -> None:
    for first in range(1, second + 1):
        proof = consistency_proof(first, second, NODE)
        assert extends(first, second, proof, ALL_ROOTS[first], ALL_ROOTS[second])


@st.composite
def entry_in_tree(draw: st.DrawFn) -> tuple[int, int]:
    size = draw(st.integers(1, SIZES - 1))
    return draw(st.integers(0, size - 1)), size


@given(entry_in_tree(), st.data())
def test_an_inclusion_proof_with_anything_changed_is_refused(
    at: tuple[int, int], data: st.DataObject
) -> None:
    index, size = at
    proof, tree = inclusion_proof(index, size, NODE), ALL_ROOTS[size]
    other = data.draw(st.integers(0, SIZES - 1).filter(lambda n: n != index))
    assert not includes(LEAVES[other], index, size, proof, tree)
    assert not includes(LEAVES[index], index, size, proof, leaf_hash(tree))
    assert not includes(LEAVES[index], index, size, [*proof, tree], tree)
    # A proof does not name its place: but as another entry's, or of another tree, it fails
    # unless hashes collide.
    if other < size:
        assert not includes(LEAVES[index], other, size, proof, tree)
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        changed = [*proof]
        changed[place] = leaf_hash(changed[place])
        assert not includes(LEAVES[index], index, size, changed, tree)
        assert not includes(LEAVES[index], index, size, proof[:-1], tree)
        assert not includes(LEAVES[index], index, size, proof[1:], tree)
    assert not includes(LEAVES[index], size, size, proof, tree)
    assert not includes(LEAVES[index], -1, size, proof, tree)


@given(st.integers(1, SIZES - 2), st.data())
def test_a_consistency_proof_with_anything_changed_is_refused(
    first: int, data: st.DataObject
) -> None:
    second = data.draw(st.integers(first + 1, SIZES - 1))
    proof = consistency_proof(first, second, NODE)
    old, new = ALL_ROOTS[first], ALL_ROOTS[second]
    assert not extends(first, second, proof, leaf_hash(old), new)
    assert not extends(first, second, proof, old, leaf_hash(new))
    assert not extends(first, second, [*proof, old], old, new)
    assert not extends(first, second, proof[:-1], old, new)
    assert not extends(first, second, [], old, new)
    assert not extends(second, first, proof, new, old)
    assert not extends(0, second, proof, EMPTY_ROOT, new)
    place = data.draw(st.integers(0, len(proof) - 1))
    changed = [*proof]
    changed[place] = leaf_hash(changed[place])
    assert not extends(first, second, changed, old, new)


def test_a_tree_extends_itself_without_a_proof() -> None:
    assert extends(7, 7, [], ALL_ROOTS[7], ALL_ROOTS[7])
    assert not extends(7, 7, [ALL_ROOTS[7]], ALL_ROOTS[7], ALL_ROOTS[7])
    assert not extends(7, 7, [], ALL_ROOTS[7], ALL_ROOTS[6])
    assert consistency_proof(7, 7, NODE) == []


def test_a_changed_past_shows_in_every_later_root() -> None:
    forged = [*LEAVES]
    forged[3] = leaf_hash(b"another past")
    node = nodes_of(forged)
    for second in range(5, 40):
        proof = consistency_proof(4, second, node)
        assert not extends(4, second, proof, ALL_ROOTS[4], root(second, node))


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_there_is_no_proof_for_an_entry_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="not in a tree"):
        inclusion_proof(index, size, NODE)


@pytest.mark.parametrize(("first", "second"), [(0, 3), (4, 3), (-1, 3)])
def test_there_is_no_proof_that_a_tree_extends_one_that_is_not_smaller(
    first: int, second: int
) -> None:
    with pytest.raises(ValueError, match="cannot extend"):
        consistency_proof(first, second, NODE)


def test_an_entry_cannot_pass_for_a_subtree() -> None:
    # Second-preimage: leaf and node hashes are of different domains (RFC 6962 §2.1).
    left, right = LEAVES[:2]
    assert leaf_hash(left + right) != node_hash(left, right)
