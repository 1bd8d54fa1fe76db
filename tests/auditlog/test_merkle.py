"""The tree against RFC 6962's published vectors, a naive recursion, and its own mutants."""

from __future__ import annotations

import hashlib
import random

import pytest

from provenance.auditlog import merkle

LARGEST = 130

# The reference data of the certificate-transparency project (merkle tree test, SHA-256).
CT_LEAVES = [
    bytes.fromhex(text)
    for text in (
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
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
CT_INCLUSION = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}
CT_CONSISTENCY = {
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


class Tree:
    """Keeps complete subtrees only, as the database does; a missing node is a KeyError."""

    def __init__(self, records: list[bytes]) -> None:
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.roots = [merkle.EMPTY_ROOT]
        frontier = merkle.Frontier()
        for index, record in enumerate(records):
            leaf = merkle.leaf_hash(record)
            self.nodes[0, index] = leaf
            self.nodes.update(frontier.append(leaf))
            self.roots.append(frontier.root())

    def get(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]


def naive_root(records: list[bytes]) -> bytes:
    """MTH as the definition in RFC 6962 section 2.1 says it."""
    if not records:
        return hashlib.sha256(b"").digest()
    if len(records) == 1:
        return hashlib.sha256(b"\x00" + records[0]).digest()
    half = 1
    while half * 2 < len(records):
        half *= 2
    left, right = naive_root(records[:half]), naive_root(records[half:])
    return hashlib.sha256(b"\x01" + left + right).digest()


@pytest.fixture(scope="module")
def tree() -> Tree:
    return Tree([b"record %d" % index for index in range(LARGEST)])


@pytest.fixture(scope="module")
def published() -> Tree:
    return Tree(CT_LEAVES)


def test_roots_published_vectors(published: Tree) -> None:
    assert [root.hex() for root in published.roots[1:]] == CT_ROOTS
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert published.roots[0].hex() == empty


@pytest.mark.parametrize(("where", "path"), CT_INCLUSION.items())
def test_inclusion_published_vectors(published: Tree, where, path) -> None:
    assert [item.hex() for item in merkle.inclusion_proof(published.get, *where)] == path


@pytest.mark.parametrize(("where", "path"), CT_CONSISTENCY.items())
def test_consistency_published_vectors(published: Tree, where, path) -> None:
    assert [item.hex() for item in merkle.consistency_proof(published.get, *where)] == path


def test_roots_equal_the_definition(tree: Tree) -> None:
    records = [b"record %d" % index for index in range(LARGEST)]
    for size in range(LARGEST + 1):
        expected = naive_root(records[:size])
        assert tree.roots[size] == expected
        assert merkle.root_hash(tree.get, size) == expected


def test_stored_nodes_are_the_complete_subtrees(tree: Tree) -> None:
    inner = [where for where in tree.nodes if where[0]]
    assert len(inner) == LARGEST - LARGEST.bit_count()
    assert all((index + 1) << level <= LARGEST for level, index in inner)


def test_inclusion_all_small_trees(tree: Tree) -> None:
    for size in range(1, LARGEST + 1):
        root = tree.roots[size]
        for index in range(size):
            proof = merkle.inclusion_proof(tree.get, index, size)
            leaf = tree.get(0, index)
            assert merkle.verify_inclusion(leaf, index, size, proof, root)


def test_consistency_all_small_trees(tree: Tree) -> None:
    for new in range(1, LARGEST + 1):
        for old in range(1, new + 1):
            proof = merkle.consistency_proof(tree.get, old, new)
            assert merkle.verify_consistency(old, new, proof, tree.roots[old], tree.roots[new])


def flipped(value: bytes, chance: random.Random) -> bytes:
    bit = chance.randrange(len(value) * 8)
    return bytes(
        byte ^ (1 << bit % 8) if position == bit // 8 else byte
        for position, byte in enumerate(value)
    )


def mutants(proof: tuple[bytes, ...], chance: random.Random):
    for position, item in enumerate(proof):
        yield (*proof[:position], flipped(item, chance), *proof[position + 1 :])
        yield (*proof[:position], *proof[position + 1 :])
        yield (*proof[:position], item, *proof[position:])
    for position in range(len(proof) - 1):
        yield (
            *proof[:position],
            proof[position + 1],
            proof[position],
            *proof[position + 2 :],
        )
    yield (*proof, merkle.EMPTY_ROOT)
    yield (merkle.EMPTY_ROOT, *proof)


def test_inclusion_mutants_refused(tree: Tree) -> None:
    chance = random.Random(6962)
    tried = 0
    for size in [*range(1, 34), 64, 65, 100, 127, 128, 129, 130]:
        root = tree.roots[size]
        for index in range(0, size, 1 if size < 34 else 7):
            leaf = tree.get(0, index)
            proof = merkle.inclusion_proof(tree.get, index, size)
            for mutant in mutants(proof, chance):
                assert not merkle.verify_inclusion(leaf, index, size, mutant, root)
                tried += 1
            assert not merkle.verify_inclusion(flipped(leaf, chance), index, size, proof, root)
            assert not merkle.verify_inclusion(leaf, index, size, proof, flipped(root, chance))
            for other in {index - 1, index + 1, size} - {index}:
                assert not merkle.verify_inclusion(leaf, other, size, proof, root)
    assert tried > 5_000


def test_inclusion_other_size_refused(tree: Tree) -> None:
    """A path fits the sizes of its own shape only; the root decides among those."""
    for size in range(2, LARGEST):
        proof = merkle.inclusion_proof(tree.get, size - 1, size)
        leaf = tree.get(0, size - 1)
        root = tree.roots[size + 1]
        assert not merkle.verify_inclusion(leaf, size - 1, size + 1, proof, root)


def test_consistency_mutants_refused(tree: Tree) -> None:
    chance = random.Random(9162)
    for new in [*range(2, 34), 64, 65, 100, 127, 128, 129, 130]:
        for old in range(1, new, 1 if new < 34 else 5):
            proof = merkle.consistency_proof(tree.get, old, new)
            roots = tree.roots[old], tree.roots[new]
            for mutant in mutants(proof, chance):
                assert not merkle.verify_consistency(old, new, mutant, *roots)
            assert not merkle.verify_consistency(
                old, new, proof, flipped(roots[0], chance), roots[1]
            )
            assert not merkle.verify_consistency(
                old, new, proof, roots[0], flipped(roots[1], chance)
            )


def test_consistency_edges() -> None:
    root = merkle.leaf_hash(b"one")
    assert merkle.verify_consistency(0, 1, (), merkle.EMPTY_ROOT, root)
    assert not merkle.verify_consistency(0, 1, (), root, root)
    assert not merkle.verify_consistency(0, 1, (root,), merkle.EMPTY_ROOT, root)
    assert merkle.verify_consistency(1, 1, (), root, root)
    assert not merkle.verify_consistency(1, 1, (), merkle.EMPTY_ROOT, root)
    assert not merkle.verify_consistency(2, 1, (), root, root)
    assert not merkle.verify_consistency(-1, 1, (), root, root)
    assert not merkle.verify_consistency(3, 7, (), root, root)


def test_every_proof_with_another_place_or_size_refused(tree: Tree) -> None:
    """A proof that fits another place or size would prove two things at once.

    Source: RFC 9162 sections 2.1.3.2 and 2.1.4.2, over every tree of up to 130 leaves.
    """
    chance = random.Random(130)
    for size in range(2, LARGEST + 1):
        for index in range(size):
            proof = merkle.inclusion_proof(tree.get, index, size)
            leaf = tree.get(0, index)
            other = chance.choice([one for one in range(size) if one != index])
            assert not merkle.verify_inclusion(leaf, other, size, proof, tree.roots[size])
            assert not merkle.verify_inclusion(leaf, index, size, proof, tree.roots[size - 1])
            mutant = chance.choice(tuple(mutants(proof, chance)))
            assert not merkle.verify_inclusion(leaf, index, size, mutant, tree.roots[size])


def test_every_consistency_proof_with_other_sizes_refused(tree: Tree) -> None:
    chance = random.Random(2962)
    for new in range(2, LARGEST + 1):
        for old in range(1, new):
            proof = merkle.consistency_proof(tree.get, old, new)
            roots = tree.roots[old], tree.roots[new]
            assert not merkle.verify_consistency(new, old, proof, *roots)
            assert not merkle.verify_consistency(old, new, proof, roots[1], roots[0])
            other = chance.choice([one for one in range(1, new) if one != old] or [new])
            assert not merkle.verify_consistency(other, new, proof, tree.roots[other], roots[1])
            mutant = chance.choice(tuple(mutants(proof, chance)))
            assert not merkle.verify_consistency(old, new, mutant, *roots)


def test_proofs_outside_the_tree_refused(tree: Tree) -> None:
    for index, size in ((0, 0), (5, 5), (-1, 5)):
        with pytest.raises(ValueError, match="no leaf"):
            merkle.inclusion_proof(tree.get, index, size)
    for old, new in ((0, 5), (6, 5), (-1, 5)):
        with pytest.raises(ValueError, match="no consistency proof"):
            merkle.consistency_proof(tree.get, old, new)


def test_frontier_needs_all_its_peaks(tree: Tree) -> None:
    with pytest.raises(ValueError, match="complete subtrees"):
        merkle.Frontier(3, (merkle.EMPTY_ROOT,))
    for size in range(LARGEST):
        taken = merkle.Frontier(size, [tree.get(*where) for where in merkle.peaks(size)])
        taken.append(tree.get(0, size))
        assert taken.root() == tree.roots[size + 1]
