"""The quick reading of plain IIM blocks says what the full one says, or leaves them to it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from iim_material import UTF8, dataset
from making import iim_block
from real_blocks import photoshop_blocks

from provenance.metadata.standards import iim, irb

FULL = iim_block(
    {
        "byline": ["Aaref WATAD", "Ümit Öz"], "caption": "Zoë walks.", "credit": "AFP",
        "date": "20241208", "keywords": ["street", "town", "quiet"], "time": "113000+0200",
        "edit_status": "OK",
    }
)  # fmt: skip


def agree(block: bytes) -> bool:
    """Whether the quick reading took the block; and if so, whether it says the same."""
    found = iim._plain(block, "IIM#2")
    if found is None:
        return False
    assert found == iim._any(block, "IIM#2")
    return True


PLAIN = {
    "full": FULL,
    "nothing": b"",
    "no charset": iim_block({"byline": "Zoë"}, charset=None),
    "padding of a value": dataset(2, 80, b"Aaref WATAD\x00\x00"),
    "a date alone": dataset(2, 55, b"20241208"),
    "a time alone": dataset(2, 60, b"113000"),
    "two dates": dataset(2, 55, b"20241208") * 2 + dataset(2, 60, b"113000"),
    "two times": dataset(2, 60, b"113000") * 2 + dataset(2, 55, b"20241208"),
    "no date": dataset(2, 55, b"soon") + dataset(2, 60, b"113000"),
    "an unknown month": dataset(2, 55, b"20240008") + dataset(2, 60, b"113000+0200"),
    "numbers we do not read": dataset(2, 0, b"\x00\x04") + dataset(2, 230, b"\xff"),
    "repeated apart": dataset(2, 25, b"a") + dataset(2, 80, b"b") + dataset(2, 25, b"c"),
}


@pytest.mark.parametrize("block", PLAIN.values(), ids=PLAIN)
def test_plain_blocks_are_read_quickly(block: bytes) -> None:
    assert agree(block)


OTHER = {
    "another charset": iim_block({"byline": "Zoë"}, charset=b"\x1b.A", encoding="latin-1"),
    "no UTF-8": dataset(2, 80, b"Zo\xeb"),
    "a blank value": dataset(2, 80, b" "),
    "an empty value": dataset(2, 80, b""),
    "the charset behind": dataset(2, 80, b"a") + dataset(1, 90, UTF8),
    "another record": dataset(2, 80, b"a") + dataset(3, 10, b"a"),
    "text like a marker": dataset(2, 120, b"a\x1c\x02b"),
    "an extended dataset": b"\x1c\x02\x50\x80\x04\x00\x00\x00\x01a",
    "padding behind": dataset(2, 80, b"a") + bytes(3),
    "a cut value": dataset(2, 80, b"abc")[:-1],
    "a cut header": dataset(2, 80, b"abc") + b"\x1c\x02\x50",
    "no block": b"<html>",
}


@pytest.mark.parametrize("block", OTHER.values(), ids=OTHER)
def test_other_blocks_are_left_to_the_full_reading(block: bytes) -> None:
    assert not agree(block)
    assert iim.decode(block) == iim._any(block, "IIM")


def test_an_extended_dataset_that_looks_like_a_standard_one() -> None:
    content = b"a" * 0x8000
    block = b"\x1c\x02\x78\x80\x04" + len(content).to_bytes(4, "big") + content
    (value,) = iim.decode(block).values
    assert value.values == ("a" * 0x8000,)


def test_every_cut_agrees_or_is_left() -> None:
    for length in range(len(FULL)):
        agree(FULL[:length])


@given(st.data())
def test_mutants_agree_or_are_left(data: st.DataObject) -> None:
    block = bytearray(FULL)
    for _ in range(data.draw(st.integers(1, 3))):
        block[data.draw(st.integers(0, len(block) - 1))] = data.draw(st.integers(0, 255))
    agree(bytes(block))


def test_real_blocks_and_their_mutants_agree_or_are_left(shared: Path) -> None:
    blocks = [iim_ for _, data in photoshop_blocks(shared) for iim_ in irb.iims_of(data)]
    plain = [block for block in blocks if agree(block)]
    assert len(plain) > 0.7 * len(blocks)
    rnd = random.Random(20241208)
    for _ in range(5_000):
        mutant = bytearray(rnd.choice(plain) or FULL)
        mutant[rnd.randrange(len(mutant))] = rnd.choice((0, 0x1C, 2, rnd.randrange(256)))
        agree(bytes(mutant))
