"""Hostile files: seeded mutations of sound ones, and what must hold of every one of them."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence

from provenance import metadata
from provenance.errors import ProvenanceError, RewriteRefusedError
from provenance.model import AssetRef, Container, Edit, MetadataRecord, Property, PropertyValue

_NUMBERS = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_NEW = "Bakr ALKASEM"
_DATE = "2024-12-09"
_PLAIN = b"\xff\xd8\xff\xda\x00\x02\xff\xd9"

TOKENS = (
    *(b"<rdf:li>", b"</rdf:li>", b"<rdf:Bag>", b"</rdf:Seq>", b"/>", b"<", b">", b'"', b"'", b"="),
    *(
        b"&amp;",
        b"&#0;",
        b"&#x10FFFF;",
        b"&x;",
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"]]>",
        b"<?",
        b"?>",
    ),
    *(b"<!DOCTYPE x [", b"<!ENTITY x '&x;'>", b"xml:lang='fr'", b"xmlns:dc='urn:x'", b"dc:creator"),
    *(b"rdf:parseType='Resource'", b"rdf:value", b"<rdf:Description>", b"photoshop:Credit='x'"),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\xaf", b"\x00", b"\xf8"),
    *(
        b"Exif\x00\x00",
        b"II*\x00",
        b"MM\x00*",
        b"8BIM\x04\x04",
        b"8BIM\x04\x25",
        b"Photoshop 3.0\x00",
    ),
    *(b"\x1c\x02\x50", b"\x1c\x02\x78\x80\x04", b"\x1c\x01\x5a\x00\x03\x1b%G", b"\xff\xff\xff\xff"),
    *(b"\xff\xd8", b"\xff\xd9", b"\xff\xda", b"\xff\xe1\x00\x02", b"\xff\xed", b"MPF\x00", b"AXS!"),
    *(b"eXIf", b"iTXt", b"zTXt", b"IDAT", b"IEND", b"EXIF", b"XMP ", b"VP8X", b"ANMF", b"RIFF"),
    *(b"meta", b"iloc", b"iinf", b"infe", b"uuid", b"mdat", b"moov", b"brob", b"xml ", b"jxlp"),
)
"""What a parser looks out for, where it hurts: dictionary of mutants and of the fuzzer."""


def mutations(samples: Sequence[bytes], count: int, seed: int) -> Iterator[bytes]:
    """``count`` files that are wrong in one to four places each; the same ones for a seed."""
    rng = random.Random(seed)
    for number in range(count):
        data = bytearray(samples[number % len(samples)])
        for _ in range(rng.randint(1, 4)):
            _mutate(data, rng, samples)
        yield bytes(data)


def _mutate(data: bytearray, rng: random.Random, samples: Sequence[bytes]) -> None:
    at = _place(data, rng)
    kind = rng.randrange(9)
    if kind == 0 and data:
        data[at] ^= 1 << rng.randrange(8)
    elif kind == 1 and data:
        data[at] = rng.randrange(256)
    elif kind in (2, 3):
        width = rng.choice((2, 4, 8))
        number = rng.choice((*_NUMBERS, len(data), at, rng.randrange(1 << 16)))
        order = rng.choice(("big", "little"))
        data[at : at + width] = (number % (1 << 8 * width)).to_bytes(width, order)
    elif kind == 4:
        del data[at : at + rng.choice((1, 2, 4, 16, 200))]
    elif kind == 5:
        piece = data[at : at + rng.choice((1, 4, 12, 64, 500))]
        data[at:at] = piece * rng.choice((1, 2, 20))
    elif kind == 6:
        del data[_place(data, rng) :]
    elif kind == 7:
        token = rng.choice(TOKENS)
        data[at : at + rng.choice((0, len(token)))] = token
    else:
        other = rng.choice(samples)
        start = rng.randrange(len(other) + 1)
        data[at : at + 32] = other[start : start + 32]


def _place(data: bytearray, rng: random.Random) -> int:
    """Mostly in the first octets, where the structure is."""
    if not data:
        return 0
    return rng.randrange(min(len(data), rng.choice((64, 512, 4096, 1 << 30))))


def survive(data: bytes, *, write: bool = False) -> str:
    """Read a file, and rewrite it where it can be; how that ended.

    Any exception that is not ours, and any refusal without words, is a failure.
    """
    ref = AssetRef("/pictures/hostile", len(data), "1", path="hostile")
    try:
        record = metadata.read(ref, data, digests=True)
    except ProvenanceError as error:
        return _told(error)
    for told in record.warnings:
        assert told.code, told
        assert told.message, told
    return _rewrite(data, record) if write else "read"


class Counted:
    """A byte source that keeps account of what is read through it."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size = len(data)
        self.octets = 0
        self.reads = 0

    def read(self, offset: int, length: int) -> bytes:
        piece = self._data[offset : offset + length]
        self.octets += len(piece)
        self.reads += 1
        return piece


def suffer(data: bytes, each: Callable[[], object]) -> dict[str, object]:
    """Put an attack through every way into the engine; what was told, what it cost to read.

    Args:
        data: the file.
        each: called before each way.
    """
    ref = AssetRef("/pictures/hostile", len(data), "1", path="hostile")
    codes: dict[str, None] = {}
    messages: dict[str, None] = {}
    source = Counted(data)
    seconds: list[float] = []
    read: list[MetadataRecord] = []
    ways: list[Callable[[], MetadataRecord | str]] = [
        lambda: metadata.read(ref, source),
        lambda: metadata.read(ref, data, digests=True),
        lambda: _rewrite(data, read[0]) if read else "unread",
    ]
    if b"<rdf:RDF" in data[:4096]:
        ways.append(lambda: metadata.read(ref, _PLAIN, sidecars=[(ref, data)]))
    for way in ways:
        each()
        began = time.process_time()
        try:
            answer = way()
        except ProvenanceError as error:
            codes[_told(error)] = None
            messages[error.message] = None
        else:
            if isinstance(answer, str):
                codes[answer] = None
            else:
                read.append(answer)
                codes.update(dict.fromkeys(one.code for one in answer.warnings))
                messages.update(dict.fromkeys(one.message for one in answer.warnings))
                codes["read"] = None
        seconds.append(round(time.process_time() - began, 3))
    return {
        "codes": list(codes),
        "warnings": len(messages),
        "longest": max(map(len, messages), default=0),
        "octets_read": source.octets,
        "reads": source.reads,
        "seconds": seconds,
        "slowest": max(seconds),
    }


def _told(error: ProvenanceError) -> str:
    assert error.message, error.code
    assert error.remedy, error.code
    return error.code


def _rewrite(data: bytes, record: MetadataRecord) -> str:
    """Replace what is there, and set what is not: a change must be made, or be refused."""
    edits = (*replacements(record.ref.uri, record.values), *_addition(record))
    try:
        changed = metadata.rewrite(data, edits)
    except RewriteRefusedError as error:
        return _told(error)
    assert changed != data
    return "rewritten"


def replacements(uri: str, values: Sequence[PropertyValue]) -> list[Edit]:
    """Edits of up to four values, from all over the record."""
    found = [
        Edit(uri, value.container, value.locator, value.property, item, new)
        for value in values
        for item in dict.fromkeys(value.values)
        if item != (new := _DATE if value.property is Property.DATE_CREATED else _NEW)
    ]
    return found[:: max(len(found) // 4, 1)][:4]


def _addition(record: MetadataRecord) -> list[Edit]:
    """An instruction in XMP where there is none: also a new packet where there is none."""
    if record.of(Property.INSTRUCTIONS):
        return []
    is_sidecar = record.media_type == "application/rdf+xml"
    container = Container.SIDECAR if is_sidecar else Container.XMP
    where = "XMP photoshop:Instructions"
    return [Edit(record.ref.uri, container, where, Property.INSTRUCTIONS, "", _NEW)]
