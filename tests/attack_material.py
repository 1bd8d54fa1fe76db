"""What attacks are made of."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import NamedTuple

from format_samples import picture
from making import XMP_HEADER, behind_app0, segment
from xmp_material import rdf

MIB = 1 << 20


class Attack(NamedTuple):
    """A file, built when it is asked for, and a code with which it must be answered."""

    make: Callable[[], bytes]
    answer: str


def bomb(octets: int, fill: bytes = b" ") -> bytes:
    """A zlib stream of so many octets, a thousandth of it long."""
    engine = zlib.compressobj(9)
    mib = fill * MIB
    return b"".join(engine.compress(mib) for _ in range(octets // MIB)) + engine.flush()


def jpeg(*segments: bytes) -> bytes:
    """A small picture with whole segments."""
    return behind_app0(picture(), b"".join(segments))


def naming(guid: str) -> bytes:
    """A packet that names an extended packet."""
    return segment(0xE1, XMP_HEADER + rdf("", f' xmpNote:HasExtendedXMP="{guid}"').encode())


def photoshop(*blocks: bytes) -> bytes:
    """A picture with APP13 segments."""
    return jpeg(*(segment(0xED, b"Photoshop 3.0\x00" + one) for one in blocks))


def dataset(number: int, length: bytes, data: bytes = b"") -> bytes:
    """An IIM dataset of record 2 with a length field of the attacker\'s."""
    return bytes((0x1C, 2, number)) + length + data


def attributes(each: int, elements: int) -> bytes:
    """A packet of elements with so many attributes each."""
    many = "".join(f' a{n:x}=""' for n in range(each))
    return rdf(f"<q:a{many}/>" * elements).encode()
