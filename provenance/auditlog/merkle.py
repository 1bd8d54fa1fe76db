"""The Merkle tree of the audit log: hashes, roots, proofs. Pure; knows no database.

A tree is stored as the hashes of its complete subtrees: node ``(level, index)`` covers
the leaves from ``index << level`` up to ``(index + 1) << level``; level 0 are the leaf
hashes. Everything else, the ragged right edge, is computed from those.

Sources: RFC 6962 section 2.1 (hashes, proofs), RFC 9162 section 2.1 (verification).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Final

HASH_SIZE: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()

Coordinate = tuple[int, int]
"""``(level, index)`` of a complete subtree."""

GetNode = Callable[[int, int], bytes]
"""Gives the stored hash of the complete subtree ``(level, index)``."""


def leaf_hash(record: bytes) -> bytes:
    """Return the hash of a leaf: SHA-256 over 0x00 and the record (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x00" + record).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node: SHA-256 over 0x01 and both children (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def peaks(size: int, start: int = 0) -> tuple[Coordinate, ...]:
    """Return the complete subtrees that make up the leaves ``start`` to ``start + size``.

    Args:
        size: number of leaves, not negative.
        start: first leaf; a multiple of the largest power of two in ``size``, as the left
            edges of RFC 6962 subtrees are.

    Returns:
        From left to right, that is, from the largest to the smallest.
    """
    found = []
    position = start
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            found.append((level, position >> level))
            position += 1 << level
    return tuple(found)


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the root over the hashes of ``peaks``; the empty tree's root where there are none."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def root_hash(get_node: GetNode, size: int) -> bytes:
    """Return the root of the tree of the first ``size`` leaves."""
    return _subtree(get_node, 0, size)


def inclusion_proof(get_node: GetNode, index: int, size: int) -> tuple[bytes, ...]:
    """Return the audit path of leaf ``index`` in the tree of ``size`` leaves, leaf side first.

    Raises:
        ValueError: the tree has no such leaf.

    Source: RFC 6962 section 2.1.1.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    path = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return tuple(_subtree(get_node, low, high) for low, high in reversed(path))


def consistency_proof(get_node: GetNode, old: int, new: int) -> tuple[bytes, ...]:
    """Return the proof that the tree of ``old`` leaves is a prefix of the tree of ``new``.

    Raises:
        ValueError: not ``0 < old <= new``.

    Source: RFC 6962 section 2.1.2.
    """
    if not 0 < old <= new:
        raise ValueError(f"no consistency proof leads from {old} to {new} leaves")
    path: list[tuple[int, int]] = []
    start, end = 0, new
    whole = True
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
            whole = False
    if not whole:
        path.append((start, end))
    return tuple(_subtree(get_node, low, high) for low, high in reversed(path))


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Tell whether the leaf hash stands at ``index`` in the tree of that size and root.

    Source: RFC 9162 section 2.1.3.2.
    """
    if not 0 <= index < size:
        return False
    node, last = index, size - 1
    result = leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            result = node_hash(sibling, result)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            result = node_hash(result, sibling)
        node >>= 1
        last >>= 1
    return last == 0 and result == root


def verify_consistency(
    old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> bool:
    """Tell whether the tree ``(old, old_root)`` is a prefix of the tree ``(new, new_root)``.

    The empty tree is a prefix of every tree and needs no proof.

    Source: RFC 9162 section 2.1.4.2.
    """
    if not 0 <= old <= new:
        return False
    if old in (0, new):
        expected = EMPTY_ROOT if old == 0 else new_root
        return not proof and old_root == expected
    hashes = list(proof)
    if old & (old - 1) == 0:
        hashes.insert(0, old_root)
    if not hashes:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node >>= 1
        last >>= 1
    old_seen = new_seen = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old_seen = node_hash(sibling, old_seen)
            new_seen = node_hash(sibling, new_seen)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            new_seen = node_hash(new_seen, sibling)
        node >>= 1
        last >>= 1
    return last == 0 and old_seen == old_root and new_seen == new_root


class Frontier:
    """The right edge of a growing tree: all that is needed to append to it.

    Args:
        size: number of leaves so far.
        hashes: the hashes of ``peaks(size)``, in that order.
    """

    __slots__ = ("_hashes", "size")

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if len(hashes) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has not {len(hashes)} complete subtrees")
        self.size = size
        self._hashes = list(hashes)

    def append(self, leaf: bytes) -> Iterator[tuple[Coordinate, bytes]]:
        """Append a leaf hash and return the inner nodes that it completes, lowest first."""
        completed = []
        index, level = self.size, 0
        current = leaf
        while index & 1:
            current = node_hash(self._hashes.pop(), current)
            index >>= 1
            level += 1
            completed.append(((level, index), current))
        self._hashes.append(current)
        self.size += 1
        return iter(completed)

    def root(self) -> bytes:
        """Return the root of the tree as it is now."""
        return fold(self._hashes)


def _split(size: int) -> int:
    """Return the largest power of two smaller than ``size`` (RFC 6962, 2.1)."""
    return 1 << (size - 1).bit_length() - 1


def _subtree(get_node: GetNode, start: int, end: int) -> bytes:
    return fold([get_node(level, index) for level, index in peaks(end - start, start)])
