"""What editors of press pictures append to a JPEG file: AFCP and FotoStation trailers.

Both may hold one more copy of the IIM. AFCP (AXS File Concatenation Protocol, 1997) refers
to it by offsets from the start of the file, which follow when the picture's header grows;
FotoStation counts from the end of the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

_MARKS: Final[dict[bytes, Literal["big", "little"]]] = {b"AXS!": "big", b"AXS*": "little"}
_FOOTER: Final = 12
_HEADER: Final = 12
_ENTRY: Final = 12
_IIM_ENTRY: Final = b"IPTC"
_TEXT_ENTRY: Final = b"TEXT"
_FOTOSTATION: Final = b"\xa1\xb2\xc3\xd4"
_RECORD_FOOTER: Final = 10
_FOTOSTATION_IIM: Final = 1
_MOST_RECORDS: Final = 64
_LIMIT: Final = 1 << 32


class _Place(NamedTuple):
    """Where a copy stands, by offsets in the file."""

    is_iim: bool
    start: int
    end: int


class Copy(NamedTuple):
    """One more copy of the caption: IIM datasets, or plain text of an unknown charset."""

    is_iim: bool
    content: bytes


class _Afcp(NamedTuple):
    """An AFCP trailer: its byte order, where it begins, and where its offsets stand.

    ``shift`` is what is to be added to its offsets to find what they mean: not 0 where
    somebody edited the picture without them.
    """

    order: Literal["big", "little"]
    start: int
    fields: tuple[int, ...]
    shift: int
    copies: tuple[_Place, ...]


def marked(data: bytes) -> bool:
    """Whether a file ends with such a trailer, by its last octets alone."""
    return data[-_FOOTER:][:4] in _MARKS or data.endswith(_FOTOSTATION)


def copies(data: bytes, begin: int) -> Iterator[Copy]:
    """The copies of the caption behind a picture that ends at offset ``begin``."""
    end = len(data)
    for _ in range(_MOST_RECORDS):
        afcp = _afcp(data, begin, end)
        if afcp is not None:
            for one in afcp.copies:
                yield Copy(one.is_iim, data[one.start : one.end])
            end = afcp.start
            continue
        size = int.from_bytes(data[end - 8 : end - 4], "big")
        start = end - size
        if data[end - 4 : end] != _FOTOSTATION or size < _RECORD_FOOTER or start < begin:
            return
        if int.from_bytes(data[end - 10 : end - 8], "big") == _FOTOSTATION_IIM:
            yield Copy(is_iim=True, content=data[start : end - _RECORD_FOOTER])
        end = start


def masked(data: bytes, begin: int) -> bytes | memoryview:
    """What stands behind the picture, offsets that count from the file's start zeroed."""
    afcp = _afcp(data, begin, len(data))
    if afcp is None:
        return memoryview(data)[begin:]
    out = bytearray(memoryview(data)[begin:])
    for at in afcp.fields:
        out[at - begin : at - begin + 4] = bytes(4)
    return bytes(out)


def moved(data: bytes, begin: int, growth: int) -> list[tuple[int, bytes]]:
    """The offsets of a trailer that moves by ``growth``: where each stands, and its octets."""
    afcp = _afcp(data, begin, len(data))
    if afcp is None:
        return []
    found: list[tuple[int, bytes]] = []
    for at in afcp.fields:
        new = int.from_bytes(data[at : at + 4], afcp.order) + growth
        if 0 <= new < _LIMIT:
            found.append((at, new.to_bytes(4, afcp.order)))
    return found


def _afcp(data: bytes, begin: int, end: int) -> _Afcp | None:
    footer = end - _FOOTER
    mark = data[footer : footer + 4] if footer >= begin else b""
    order = _MARKS.get(mark)
    if order is None:
        return None
    stated = int.from_bytes(data[footer + 4 : footer + 8], order)
    start = stated
    if not begin <= start <= footer - _HEADER or data[start : start + 4] != mark:
        start = data.find(mark, begin, footer)
        if start < 0 or start > footer - _HEADER:
            return None
    shift = start - stated
    count = int.from_bytes(data[start + 6 : start + 8], order)
    table = start + _HEADER
    rows = range(table, min(table + _ENTRY * count, footer - _ENTRY + 1), _ENTRY)
    # Entries may share octets; a place is looked at once.
    found: dict[_Place, None] = {}
    for row in rows:
        tag = data[row : row + 4]
        size, offset = (int.from_bytes(data[row + n : row + n + 4], order) for n in (4, 8))
        if tag in (_IIM_ENTRY, _TEXT_ENTRY) and begin <= offset + shift <= end - size:
            at = offset + shift
            found[_Place(tag == _IIM_ENTRY, at, at + size)] = None
    fields = (*(row + 8 for row in rows), footer + 4)
    return _Afcp(order, start, fields, shift, tuple(found))
