"""The tree as the records make it, beside the tree as stored."""

from __future__ import annotations

from collections.abc import Mapping

from provenance.auditlog.merkle import EMPTY_ROOT, Coordinate, node_hash


class RebuiltTree:
    """Grows leaf by leaf and tells which stored nodes are not what they must be.

    Where a record is missing, the stored nodes above it take its place, so that one missing
    record does not make all roots unknown. A stored node is only called altered when all
    records under it are sound: else the flaw is theirs.
    """

    __slots__ = ("_peaks", "size")

    def __init__(self) -> None:
        self._peaks: list[tuple[bytes | None, bool]] = []
        self.size = 0

    def append(
        self, leaf: bytes | None, stored: Mapping[Coordinate, bytes | None], *, sound: bool
    ) -> list[Coordinate]:
        """Add a leaf hash, None for a missing record; return the altered nodes above it.

        Args:
            leaf: the hash computed from the record.
            stored: at least the nodes that this leaf completes.
            sound: whether the record may be taken for what was written.
        """
        altered = []
        level, index = 0, self.size
        current, clean = leaf, sound
        while index & 1:
            left, left_clean = self._peaks.pop()
            clean = clean and left_clean
            level += 1
            index >>= 1
            if left is None or current is None:
                current = stored.get((level, index))
                continue
            current = node_hash(left, current)
            if clean and stored.get((level, index)) != current:
                altered.append((level, index))
        self._peaks.append((current, clean))
        self.size += 1
        return altered

    def root(self) -> bytes | None:
        """Return the root as it is now; None where a missing record leaves it unknown."""
        if not self._peaks:
            return EMPTY_ROOT
        current = self._peaks[-1][0]
        for left, _ in reversed(self._peaks[:-1]):
            if left is None or current is None:
                return None
            current = node_hash(left, current)
        return current
