"""The quick look into sound EXIF blocks finds what the full one finds, or leaves them to it."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import exif_block
from real_blocks import exif_blocks
from tiff_making import ARTIST, ASCII, COPYRIGHT, FULL, FULL_EXIF, SHORT, UNDEFINED, block

from provenance.metadata.standards import exif
from provenance.metadata.standards.exif_plain import Fields, plain_fields
from provenance.model import ReadWarning


def fully(data: bytes) -> tuple[Fields, list[ReadWarning]]:
    warnings: list[ReadWarning] = []
    return exif._fields(data, "EXIF", warnings), warnings


def agree(data: bytes) -> bool:
    """Whether the quick look found anything; and if so, the same, and nothing to warn of."""
    found = plain_fields(data)
    if found is None:
        return False
    full, warnings = fully(data)
    assert (list(found.texts), *found[1:]) == (list(full.texts), *full[1:])
    assert not warnings
    return True


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_sound_block_is_found_quickly(order: str) -> None:
    short = struct.pack(order + "H", 6)
    ifd0 = [row if row[1] != SHORT else (row[0], SHORT, short) for row in FULL]
    below = [row if row[1] != SHORT else (row[0], SHORT, short) for row in FULL_EXIF]
    assert agree(block(ifd0, below, order))
    found = plain_fields(block(ifd0, below, order))
    assert found is not None
    assert (found.orientation, found.colour_space) == (6, 6)
    assert found.zone.startswith(b"+02:00")


@pytest.mark.parametrize(
    "text", [b"", b"\x00", b"AFP\x00", b"AFP!", b"Ag\x00Ed\x00", b"long enough\x00"]
)
def test_values_in_their_entry_and_outside(text: bytes) -> None:
    assert agree(block([(COPYRIGHT, ASCII, text)]))


ARTIST_ROW = (ARTIST, ASCII, b"Aaref WATAD\x00")
ODD = {
    "no header": b"nothing",
    "a cut header": b"II*\x00\x08\x00",
    "no directory": b"II*\x00" + bytes(4),
    "no entries": b"II*\x00\x08\x00\x00\x00" + bytes(6),
    "a cut table": block([ARTIST_ROW])[:15],
    "a repeated tag": block([ARTIST_ROW, ARTIST_ROW]),
    "an odd type": block([(ARTIST, UNDEFINED, b"Aaref WATAD\x00")]),
    "a number as text": block([(ARTIST, SHORT, b"\x01\x00")]),
    "text as a number": block([(0x0112, ASCII, b"6\x00")]),
    "several numbers": block([(0x0112, SHORT, b"\x01\x00\x02\x00")]),
    "a value out of bounds": block([ARTIST_ROW])[:-4],
    "an empty directory below": block([ARTIST_ROW], []),
}


@pytest.mark.parametrize("data", ODD.values(), ids=ODD)
def test_an_odd_block_is_left_to_the_full_look(data: bytes) -> None:
    assert not agree(data)


def test_every_cut_is_left_or_agrees() -> None:
    data = block(FULL, FULL_EXIF)
    assert agree(data)
    for length in range(len(data)):
        agree(data[:length])


@given(st.data())
def test_mutants_are_left_or_agree(data: st.DataObject) -> None:
    made = bytearray(
        exif_block({"artist": "A", "copyright": "AFP", "taken": "2024:12:08 11:30:00"})[6:]
    )
    for _ in range(data.draw(st.integers(1, 4))):
        made[data.draw(st.integers(0, len(made) - 1))] = data.draw(st.integers(0, 255))
    agree(bytes(made))


def test_real_blocks_and_their_mutants_are_left_or_agree(shared: Path) -> None:
    blocks = [data for _, data in exif_blocks(shared)]
    sound = [data for data in blocks if agree(data)]
    assert len(sound) > 0.8 * len(blocks)
    rnd = random.Random(20241208)
    for _ in range(5_000):
        mutant = bytearray(rnd.choice(sound))
        for _ in range(rnd.choice((1, 1, 2))):
            mutant[rnd.randrange(min(len(mutant), 400))] = rnd.randrange(256)
        agree(bytes(mutant))
