"""What editors of press pictures append to a JPEG file."""

from __future__ import annotations

import random
import struct

import pytest
from making import iim_block

from provenance.metadata.formats import jpeg_trailer

PICTURE = b"\xff\xd8" + b"picture" * 30 + b"\xff\xd9"
IIM = iim_block({"byline": "Aaref WATAD"})


def afcp(at: int, entries: dict[bytes, bytes], order: str = ">", shift: int = 0) -> bytes:
    """An AFCP trailer for offset ``at``; its offsets are false by ``shift``."""
    mark = b"AXS!" if order == ">" else b"AXS*"
    head = mark + struct.pack(order + "HHI", 256, len(entries), 0)
    where = at + len(head) + 12 * len(entries)
    table, values = b"", b""
    for tag, value in entries.items():
        table += tag + struct.pack(order + "II", len(value), where + len(values) - shift)
        values += value
    return head + table + values + mark + struct.pack(order + "II", at - shift, 0)


def foto_station(records: dict[int, bytes]) -> bytes:
    return b"".join(
        data + struct.pack(">HI", tag, len(data) + 10) + b"\xa1\xb2\xc3\xd4"
        for tag, data in records.items()
    )


def said(data: bytes) -> list[tuple[bool, bytes]]:
    return [tuple(copy) for copy in jpeg_trailer.copies(data, len(PICTURE))]


@pytest.mark.parametrize("order", [">", "<"])
@pytest.mark.parametrize("shift", [0, 100])
def test_copies_of_the_caption_are_found(order: str, shift: int) -> None:
    entries = {b"IPTC": IIM, b"Nail": b"\xff\xd8", b"TEXT": b"A caption"}
    data = PICTURE + afcp(len(PICTURE), entries, order, shift)
    assert jpeg_trailer.marked(data)
    assert said(data) == [(True, IIM), (False, b"A caption")]


def test_stacked_trailers_are_found() -> None:
    data = PICTURE + foto_station({1: IIM, 2: b"soft edit"})
    data += afcp(len(data), {b"IPTC": b"other"})
    assert said(data) == [(True, b"other"), (True, IIM)]
    assert said(PICTURE + foto_station({2: b"soft edit"})) == []


@pytest.mark.parametrize("order", [">", "<"])
@pytest.mark.parametrize("shift", [0, 100])
@pytest.mark.parametrize("growth", [77, -5])
def test_offsets_follow_and_only_they(order: str, shift: int, growth: int) -> None:
    entries = {b"IPTC": IIM, b"TEXT": b"A caption"}
    begin = len(PICTURE)
    data = PICTURE + b"stray" + afcp(begin + 5, entries, order, shift)
    new = bytearray(data)
    moved = jpeg_trailer.moved(data, begin, growth)
    for at, octets in moved:
        new[at : at + 4] = octets
    assert len(moved) == 3
    longer = (b"#" * growth + PICTURE) if growth > 0 else PICTURE[-growth:]
    assert longer + new[begin:] == longer + b"stray" + afcp(
        begin + growth + 5, entries, order, shift
    )
    masked = jpeg_trailer.masked(data, begin)
    assert masked == jpeg_trailer.masked(longer + bytes(new[begin:]), begin + growth)
    assert len(masked) == len(data) - begin


@pytest.mark.parametrize(
    "trailer",
    [
        b"",
        b"AXS!",
        b"AXS!" + bytes(8),
        bytes(40) + b"AXS!" + bytes(8),
        b"\x00\x01\x00\x00\x00\x05\xa1\xb2\xc3\xd4",
        b"\x00\x01\xff\xff\xff\xff\xa1\xb2\xc3\xd4",
    ],
)
def test_what_is_no_trailer_is_left_alone(trailer: bytes) -> None:
    data = PICTURE + trailer
    assert said(data) == []
    assert jpeg_trailer.moved(data, len(PICTURE), 50) == []
    assert bytes(jpeg_trailer.masked(data, len(PICTURE))) == trailer


def test_an_offset_that_cannot_hold_its_new_value_stays() -> None:
    data = PICTURE + afcp(len(PICTURE), {b"Nail": b"\xff\xd8"})
    at = len(PICTURE) + 12 + 8
    data = data[:at] + b"\xff" * 4 + data[at + 4 :]
    assert [where for where, _ in jpeg_trailer.moved(data, len(PICTURE), 50)] == [len(data) - 8]


def test_mutants_never_crash() -> None:
    rng = random.Random(4)
    seed = PICTURE + foto_station({1: IIM}) + bytes(5)
    seed += afcp(len(seed), {b"IPTC": IIM, b"TEXT": b"A caption"})
    found = 0
    for _ in range(3000):
        data = bytearray(seed)
        for _ in range(rng.randint(1, 4)):
            data[rng.randrange(len(PICTURE), len(data))] = rng.choice(
                (0, 1, 255, rng.randrange(256))
            )
        mutant = bytes(data)
        found += len(said(mutant))
        for at, octets in jpeg_trailer.moved(mutant, len(PICTURE), 1000):
            assert len(PICTURE) <= at <= len(mutant) - len(octets)
        assert len(jpeg_trailer.masked(mutant, len(PICTURE))) == len(mutant) - len(PICTURE)
    assert found > 3000
