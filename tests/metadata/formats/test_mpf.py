"""The index of a multi-picture file."""

from __future__ import annotations

import struct

import pytest

from provenance.metadata.formats import mpf


def index(images: list[tuple[int, int]], order: str = "<") -> bytes:
    """An MP index IFD: version, number of images, MP entries of (size, offset)."""
    mark = b"II*\x00" if order == "<" else b"MM\x00*"
    entries = b"".join(
        struct.pack(order + "IIIHH", 0x030000, size, offset, 0, 0) for size, offset in images
    )
    table = struct.pack(order + "H", 3)
    table += struct.pack(order + "HHI4s", 0xB000, 7, 4, b"0100")
    table += struct.pack(order + "HHII", 0xB001, 4, 1, len(images))
    table += struct.pack(order + "HHII", 0xB002, 7, len(entries), 8 + 2 + 36 + 4)
    return mark + struct.pack(order + "I", 8) + table + bytes(4) + entries


@pytest.mark.parametrize("order", ["<", ">"])
def test_images_lists_sizes_and_offsets(order: str) -> None:
    found = mpf.images(index([(1000, 0), (200, 900), (30, 1100)], order))
    assert [(image.size, image.offset) for image in found] == [(1000, 0), (200, 900), (30, 1100)]


@pytest.mark.parametrize("order", ["<", ">"])
def test_masked_hides_sizes_and_offsets_and_nothing_else(order: str) -> None:
    one, two = index([(1000, 0), (200, 900)], order), index([(1066, 0), (200, 966)], order)
    assert one != two
    assert mpf.masked(one) == mpf.masked(two)
    assert mpf.masked(one) != mpf.masked(index([(1000, 0), (200, 900), (1, 2)], order))


@pytest.mark.parametrize("order", ["<", ">"])
def test_moved_follows_growth_behind_the_index(order: str) -> None:
    # The index stands at 100; 50 octets are inserted at 400; the second image is at 1000.
    block = index([(950, 0), (200, 900), (99, 1100)], order)
    new = mpf.moved(block, 100, 50, lambda at: at + 50 if at > 400 else at)
    assert new == index([(1000, 0), (200, 950), (99, 1150)], order)


def test_moved_keeps_offsets_where_the_index_moves_too() -> None:
    block = index([(950, 0), (200, 900)])
    assert mpf.moved(block, 100, 50, lambda at: at + 50 if at > 60 else at) == index(
        [(1000, 0), (200, 900)]
    )


@pytest.mark.parametrize(
    "block",
    [b"", b"II*\x00", b"XX*\x00\x08\x00\x00\x00", index([(1, 0), (2, 9)])[:-1]],
    ids=["empty", "cut header", "no byte order", "list outside"],
)
def test_broken_index_is_not_guessed_at(block: bytes) -> None:
    assert not mpf.images(block)
    assert mpf.masked(block) == block


@pytest.mark.parametrize("cut", [1, 16, 40])
def test_an_index_that_cannot_be_read_stays_as_it_is(cut: int) -> None:
    block = index([(1, 0), (2, 9)])[:-cut]
    assert mpf.moved(block, 100, 50, lambda at: at + 50) == block
    assert mpf.moved(b"XX" + block[2:], 100, 50, lambda at: at + 50) == b"XX" + block[2:]


def test_a_field_that_cannot_hold_its_new_value_stays_as_it_is() -> None:
    new = mpf.moved(index([(0xFFFFFFF0, 0), (2, 9)]), 100, 50, lambda at: at + (at > 105) * 50)
    assert new == index([(0xFFFFFFF0, 0), (2, 59)])
    new = mpf.moved(index([(7, 0), (2, 0xFFFFFFF0)]), 100, 50, lambda at: at + (at > 105) * 50)
    assert new == index([(57, 0), (2, 0xFFFFFFF0)])


def test_more_images_than_any_camera_writes_are_followed() -> None:
    many = [(9, 0)] + [(9, 1000 + n) for n in range(2000)]
    moved = mpf.moved(index(many), 100, 50, lambda at: at + (at > 105) * 50)
    assert mpf.images(moved)[-1][1:] == (9, 3049)


def test_attribute_ifd_of_a_later_image_has_no_list() -> None:
    block = b"II*\x00\x08\x00\x00\x00" + struct.pack("<HHHI4sI", 1, 0xB000, 7, 4, b"0100", 0)
    assert mpf.images(block) == []
    assert mpf.moved(block, 10, 5, lambda at: at) == block
