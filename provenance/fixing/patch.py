"""A patch turns a corrected file back into the file that it was, byte for byte.

Both layouts begin alike (integers big-endian): four letters, SHA-256 of the new file, SHA-256
of the old file, length of the old file (8 octets).

``PVP2``, where all that changed lies close together: how many octets the files share at the
front (8 octets) and at the back (8), then a zlib stream (RFC 1950) of what stood between, with
what stands there in the new file as preset dictionary.

``PVP1``, where it lies apart: a zlib stream of hunks. A hunk is three LEB128 numbers and some
octets: how many octets to copy from the new file; where from, as a zigzag distance from the
end of the last copy; how many octets follow literally.

The patch of an ordinary correction is well under 5 KB, whatever the size of the picture.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

from provenance.errors import ConflictError, StorageError
from provenance.metadata.splicing import common_back, common_front

_APART = b"PVP1"
_CLOSE = b"PVP2"
_HEAD = struct.Struct(">4s32s32sQ")
_ENDS = struct.Struct(">QQ")
# What changed and its dictionary must fit the window of the compression, 32 KiB, together
# with what the one has moved against the other.
_CLOSE_OCTETS = 24 << 10
# A patch of this size may be smaller as hunks.
_CLOSE_MOST = 3_000
_BLOCK = 24
_STEP = 8
# From this much between the first and the last change on, few anchors are tried first.
_LARGE = 1 << 20
_STRIDE = 1024
# A hostile file can be made wholly another: that must cost neither minutes nor gigabytes.
_MOST_ANCHORS = 1 << 20
_MOST_MISSES = 4 << 20
_MAX_OLD = 1 << 34
# A hunk accounts for a block of the old file at least, but for the first and last ones,
# and its three numbers take at most ten octets each: no honest stream is longer.
_STREAM_FACTOR = 3
_STREAM_SPARE = 256


def make_patch(
    new: bytes,
    old: bytes,
    *,
    digests: tuple[str, str] | None = None,
    shared: tuple[int, int] | None = None,
) -> bytes:
    """The patch that turns ``new`` back into ``old``.

    Args:
        new: the corrected file.
        old: the file before.
        digests: SHA-256 (hex) of new and old, where they are known already.
        shared: octets that both are known to have alike at the front and at the back, which
            do not overlap in either.

    Returns:
        A self-describing patch for ``apply_patch``.
    """
    new_sha, old_sha = map(bytes.fromhex, digests or (_sha256(new), _sha256(old)))
    front, back = shared or _shared(new, old)
    patch = None
    if max(len(new), len(old)) - front - back <= _CLOSE_OCTETS:
        between = old[front : len(old) - back]
        stream = _compressed(between, new[front : len(new) - back])
        head = _HEAD.pack(_CLOSE, new_sha, old_sha, len(old))
        patch = b"".join((head, _ENDS.pack(front, back), stream))
    if patch is not None and len(patch) <= _CLOSE_MOST:
        return patch
    body = b"".join(_encoded(_hunks(new, old), old))
    apart = _HEAD.pack(_APART, new_sha, old_sha, len(old)) + zlib.compress(body, 9)
    return apart if patch is None or len(apart) < len(patch) else patch


def apply_patch(new: bytes, patch: bytes, *, digests: tuple[str, str] | None = None) -> bytes:
    """The old file, proven by its SHA-256.

    Args:
        new: the corrected file.
        patch: as ``make_patch`` gave it.
        digests: SHA-256 (hex) of ``new``, as this process has taken it, and the one that the
            old file must have.

    Raises:
        ConflictError: ``new`` is not the file that the patch was made from.
        StorageError: the patch is damaged (code ``patch-damaged``).
    """
    _, new_sha, old_sha, _ = _head(patch)
    now, before = digests or (_sha256(new), old_sha.hex())
    if now != new_sha.hex():
        raise ConflictError(
            "The file is not the one that was written: it has changed since.",
            code="changed-since",
            remedy="Scan it and make a new plan for the values that are to change.",
        )
    old = unproven_former(new, patch)
    if not before == old_sha.hex() == _sha256(old):
        raise _damaged("what it gives is not the former file")
    return old


def unproven_former(new: bytes, patch: bytes) -> bytes:
    """What the patch makes of a file, whatever file that is; proven by nothing.

    Raises:
        StorageError: the patch is damaged, or does not fit (code ``patch-damaged``).
    """
    kind, _, _, length = _head(patch)
    if length > _MAX_OLD:
        raise _damaged("it promises a file of impossible size")
    if kind == _CLOSE:
        return _joined(new, patch, length)
    body = _inflated(patch[_HEAD.size :], _STREAM_FACTOR * length + _STREAM_SPARE)
    return _rebuilt(new, body, length)


def _head(patch: bytes) -> tuple[bytes, bytes, bytes, int]:
    """Layout, digest of the new and of the old file, and the old one's length."""
    if len(patch) < _HEAD.size or not patch.startswith((_APART, _CLOSE)):
        raise _damaged("it does not begin as a patch does")
    kind, new_sha, old_sha, length = _HEAD.unpack_from(patch)
    return kind, new_sha, old_sha, length


def shared_by(patch: bytes) -> tuple[int, int] | None:
    """Octets that the two files of a patch share at the front and at the back.

    What it says is true of files between which ``apply_patch`` has succeeded. None where the
    patch does not say it.
    """
    if not patch.startswith(_CLOSE) or len(patch) < _HEAD.size + _ENDS.size:
        return None
    front, back = _ENDS.unpack_from(patch, _HEAD.size)
    return front, back


def _shared(new: bytes, old: bytes) -> tuple[int, int]:
    front = common_front(new, 0, old, 0, min(len(new), len(old)))
    back = common_back(new, len(new), old, len(old), min(len(new), len(old)) - front)
    return front, back


def _compressed(data: bytes, dictionary: bytes) -> bytes:
    deflater = zlib.compressobj(9, zdict=dictionary)
    return deflater.compress(data) + deflater.flush()


def _joined(new: bytes, patch: bytes, length: int) -> bytes:
    """The old file, of what it shares with the new one and of what stood between."""
    if len(patch) < _HEAD.size + _ENDS.size:
        raise _damaged("it is cut off")
    front, back = _ENDS.unpack_from(patch, _HEAD.size)
    if front + back > min(len(new), length):
        raise _damaged("what it copies lies outside the file")
    view, end = memoryview(new), len(new) - back
    if max(end, length - back) - front > _CLOSE_OCTETS:
        raise _damaged("what it changes does not lie close together")
    most = length - front - back
    between = _inflated(patch[_HEAD.size + _ENDS.size :], most, new[front:end])
    if len(between) != most:
        raise _damaged("it does not make up the file")
    return b"".join((view[:front], between, view[end:]))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _damaged(why: str) -> StorageError:
    return StorageError(
        f"The patch kept for undo is damaged: {why}.",
        code="patch-damaged",
        remedy="Restore the registry, or the picture, from a backup.",
    )


_Hunk = tuple[int, int, int, int]
"""Copy length, copy offset in new, literal start in old, literal end in old."""

_Match = tuple[int, int, int]
"""Start in old, start in new, length."""


def _hunks(new: bytes, old: bytes) -> Iterator[_Hunk]:
    front, back = _shared(new, old)
    at, end = front, len(old) - back
    copied, copied_from = front, 0
    for start, found, length in _matches(new, front, len(new) - back, old, (front, end)):
        yield copied, copied_from, at, start
        at, copied, copied_from = start + length, length, found
    yield copied, copied_from, at, end
    yield back, len(new) - back, len(old), len(old)


def _matches(
    new: bytes, low: int, high: int, old: bytes, span: tuple[int, int]
) -> Iterator[_Match]:
    """Runs of ``old[span]`` that stand in ``new[low:high]``, in the order of ``old``.

    Where much lies between the first and the last change (a picture that moved), it is found
    by few anchors first, so that only what is left is looked at closely.
    """
    bounds = (low, high)
    coarse: list[_Match] = []
    if high - low > _LARGE:
        coarse += _scan(new, bounds, _anchors(new, [bounds], _STRIDE), old, span)
    at, end = span
    left = end - at - sum(length for _, _, length in coarse)
    few = left <= _MOST_MISSES
    fine = _anchors(new, _apart_from(coarse, bounds), _STEP) if few else {}
    for start, found, length in coarse:
        yield from _scan(new, bounds, fine, old, (at, start))
        yield start, found, length
        at = start + length
    yield from _scan(new, bounds, fine, old, (at, end))


def _apart_from(matches: Sequence[_Match], bounds: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """The ranges of the new file that no match covers, in order."""
    at, end = bounds
    for found, length in sorted((found, length) for _, found, length in matches):
        if found > at:
            yield at, found
        at = max(at, found + length)
    yield at, end


def _anchors(new: bytes, ranges: Iterable[tuple[int, int]], step: int) -> dict[bytes, int]:
    """Blocks of the new file, every so many octets, to where they stand first.

    Of a file that is wholly another they are fewer, so that they take up no more memory.
    """
    anchors: dict[bytes, int] = {}
    ranges = tuple(ranges)
    step = max(step, sum(high - low for low, high in ranges) // _MOST_ANCHORS)
    for low, high in ranges:
        for at in range(low, high - _BLOCK + 1, step):
            anchors.setdefault(new[at : at + _BLOCK], at)
    return anchors


def _scan(
    new: bytes,
    bounds: tuple[int, int],
    anchors: Mapping[bytes, int],
    old: bytes,
    span: tuple[int, int],
) -> Iterator[_Match]:
    """Runs of ``old[span]`` that hold an anchor, each as long as it is in ``new[bounds]``.

    It is given up where so much was not found: what is left is then kept literally.
    """
    low, high = bounds
    at, end = span
    floor = at
    misses = 0
    while anchors and at + _BLOCK <= end and misses < _MOST_MISSES:
        found = anchors.get(old[at : at + _BLOCK])
        if found is None:
            at += 1
            misses += 1
            continue
        before = common_back(new, found, old, at, min(at - floor, found - low))
        start, source = at - before, found - before
        length = common_front(new, source, old, start, min(high - source, end - start))
        yield start, source, length
        at = floor = start + length


def _encoded(hunks: Iterator[_Hunk], old: bytes) -> Iterator[bytes]:
    here = 0
    for length, offset, start, end in hunks:
        if length == 0 and start == end:
            continue
        # A copy of nothing comes from where the last one ended: its distance is nothing.
        distance = offset - here if length else 0
        yield _varint(length) + _varint(_zigzag(distance)) + _varint(end - start)
        yield old[start:end]
        if length:
            here = offset + length


def _zigzag(number: int) -> int:
    return number * 2 if number >= 0 else -number * 2 - 1


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(0x80 | number & 0x7F)
        number >>= 7
    out.append(number)
    return bytes(out)


def _inflated(stream: bytes, most: int, dictionary: bytes = b"") -> bytes:
    inflater = zlib.decompressobj(zdict=dictionary)
    try:
        # One octet more: nothing would mean without end, and the end must be seen.
        body = inflater.decompress(stream, most + 1)
    except zlib.error as error:
        raise _damaged("its stream cannot be read") from error
    if not inflater.eof or inflater.unused_data:
        raise _damaged("its stream does not end where it should")
    return body


def _rebuilt(new: bytes, body: bytes, length: int) -> bytes:
    pieces: list[bytes | memoryview] = []
    source, at, here, made = memoryview(new), 0, 0, 0
    while at < len(body):
        copy, at = _number(body, at)
        folded, at = _number(body, at)
        literal, at = _number(body, at)
        here += folded // 2 if folded % 2 == 0 else -(folded + 1) // 2
        made += copy + literal
        outside = here < 0 or here + copy > len(new) or at + literal > len(body)
        if outside or made > length:
            raise _damaged("a hunk points outside the file")
        pieces += (source[here : here + copy], body[at : at + literal])
        here += copy
        at += literal
    if made != length:
        raise _damaged("its hunks do not make up the file")
    return b"".join(pieces)


def _number(body: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while at < len(body) and shift < 63:
        octet = body[at]
        at += 1
        number |= (octet & 0x7F) << shift
        if octet < 0x80:
            return number, at
        shift += 7
    raise _damaged("a hunk is cut off")
