"""Find room in a TIFF file for new values: nothing that stands there moves.

A value is written where the old one stood if it fits and nothing else refers to those octets;
it grows into free octets behind it, or at the end of the file; else it goes to octets that
other values gave up, or is appended.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import Final, NamedTuple

from provenance.errors import RewriteRefusedError
from provenance.metadata.standards.ifd import Span

_MOST: Final = 0xFFFFFFFF
_WIDEST_GAP: Final = 65_536


class Splice(NamedTuple):
    """Old octets ``start`` to ``end`` give way to ``new``."""

    start: int
    end: int
    new: bytes


class Room:
    """The octets of a file that are taken, and what was given out of them.

    Args:
        data: the file.
        taken: everything that a directory refers to.
        solid: octets that look free are left alone, because something in the file may refer
            to them in a way that is not known (maker notes do).
    """

    def __init__(self, data: bytes, taken: Iterable[Span], *, solid: bool) -> None:
        self._data = data
        self._solid = solid
        self._taken = sorted(span for span in taken if span.end > span.start)
        self._starts = [span.start for span in self._taken]
        self._reach: list[int] = []
        for span in self._taken:
            self._reach.append(max(span.end, self._reach[-1] if self._reach else 0))
        self._free: list[Span] = []
        self._rooms: dict[int, int] = {}
        self._written: dict[int, bytes] = {}
        self._end = len(data)
        self._edited: set[int] = set()

    def keep(self, old: Span, length: int) -> int | None:
        """Room for a value where its old one stands; the offset, None where it does not fit.

        It may grow into free octets behind it, or, as the last of the file, at its end.
        """
        if not self._is_alone(old):
            return None
        held = old.end - old.start
        if length <= held:
            return self._given(old, old.start, held)
        free, is_last = self._free_behind(old)
        if length <= held + free:
            return self._given(old, old.start, length)
        if is_last:
            self._end = old.start + length
            return self._given(old, old.start, length)
        return None

    def free(self, old: Span | None) -> None:
        """Give up the octets of a value that is gone, where nothing else refers to them.

        They become zeros, or room for what is to come.
        """
        if old is None:
            return
        self._edited.add(old.owner)
        if old not in self._free and self._is_alone(old):
            self._free.append(old)

    def find(self, length: int) -> int:
        """Room for a value that cannot stand where it stood: what was given up, else the end."""
        for area in sorted(self._free, key=lambda one: one.end - one.start):
            start = area.start + (area.start & 1)
            if start + length <= area.end:
                self._free.remove(area)
                rests = (area._replace(end=start), area._replace(start=start + length))
                self._free += [rest for rest in rests if rest.start < rest.end]
                return self._given(area, start, length)
        start = self._end + (self._end & 1)
        self._end = start + length
        self._rooms[start] = length
        return start

    def write(self, where: int, octets: bytes) -> None:
        """Fill room that was given; what is left of it becomes zeros."""
        self._written[where] = octets.ljust(self._rooms[where], b"\x00")

    def joined(self, more: Iterable[Splice]) -> bytes:
        """The new file.

        Args:
            more: octets of tables that give way to as many others.

        Raises:
            RewriteRefusedError: ``tiff-dangling-offset`` where an offset behind the old end
                of the file would meet what was appended; ``tiff-too-large``.
        """
        self._check_growth()
        size = len(self._data)
        zeros = [Splice(one.start, one.end, bytes(one.end - one.start)) for one in self._free]
        within = [
            Splice(where, min(where + len(octets), size), octets)
            for where, octets in self._written.items()
            if where < size
        ]
        pieces: list[bytes | memoryview] = []
        view, at = memoryview(self._data), 0
        for splice in sorted((*zeros, *within, *more)):
            pieces += (view[at : splice.start], splice.new)
            at = splice.end
        pieces.append(view[at:])
        end = max(size, *(splice.start + len(splice.new) for splice in within), 0)
        for where, octets in sorted(self._written.items()):
            if where >= size:
                pieces += (bytes(where - end), octets)
                end = where + len(octets)
        return b"".join(pieces)

    def _given(self, old: Span, where: int, length: int) -> int:
        self._rooms[where] = length
        self._edited.add(old.owner)
        return where

    def _is_alone(self, old: Span) -> bool:
        """Whether the value lies in the file and no other refers to its octets."""
        if old.end > len(self._data):
            return False
        at = bisect_left(self._starts, old.end)
        while at and self._reach[at - 1] > old.start:
            at -= 1
            span = self._taken[at]
            if span.end > old.start and span.owner != old.owner:
                return False
        return True

    def _free_behind(self, old: Span) -> tuple[int, bool]:
        """Free octets behind a value, and whether nothing else comes up to the file's end."""
        following = bisect_left(self._starts, old.end)
        is_last = following == len(self._starts)
        limit = len(self._data) if is_last else min(self._starts[following], len(self._data))
        if limit - old.end > _WIDEST_GAP:
            return 0, False
        gap = self._data[old.end : limit]
        if gap.strip(b"\x00") or (gap and self._solid):
            return 0, False
        return len(gap), is_last and self._end == len(self._data)

    def _check_growth(self) -> None:
        size = len(self._data)
        if self._end > _MOST:
            raise RewriteRefusedError(
                f"The file would have {self._end} octets; a TIFF file counts up to {_MOST}.",
                code="tiff-too-large",
                remedy="Write the correction to an XMP sidecar.",
            )
        if self._end <= size:
            return
        for span in self._taken:
            if span.end > size and span.start < self._end and span.owner not in self._edited:
                raise RewriteRefusedError(
                    f"The TIFF file holds a reference to octets {span.start}-{span.end}, behind"
                    f" its end at {size}; what is appended there would be taken for that value.",
                    code="tiff-dangling-offset",
                    remedy="Fetch the file again; if it is whole, correct it with another editor.",
                )
