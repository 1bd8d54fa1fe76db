"""Room for new values: nothing moves that need not, and nothing is wasted."""

from __future__ import annotations

import pytest

from provenance.errors import RewriteRefusedError
from provenance.metadata.formats.tiff_room import Room, Splice
from provenance.metadata.standards.ifd import Span

DATA = b"HEADER__" + b"aaaaaaaa" + b"bbbb" + bytes(4) + b"cccc"
A, B, C = Span(8, 16, 1), Span(16, 20, 2), Span(24, 28, 3)


def room(*more: Span, solid: bool = False) -> Room:
    return Room(DATA, [Span(0, 8, -1), A, B, C, *more], solid=solid)


def test_a_value_that_fits_stays_and_is_padded() -> None:
    found = room()
    assert found.keep(A, 3) == 8
    found.write(8, b"new")
    assert found.joined([]) == DATA.replace(b"aaaaaaaa", b"new\0\0\0\0\0")


def test_it_grows_into_zeros_behind_it() -> None:
    found = room()
    assert found.keep(B, 8) == 16
    found.write(16, b"12345678")
    assert found.joined([]) == DATA[:16] + b"12345678" + b"cccc"


def test_it_does_not_where_somebody_may_refer_to_them() -> None:
    assert room(solid=True).keep(B, 8) is None


def test_the_last_value_grows_at_the_end() -> None:
    found = room()
    assert found.keep(C, 6) == 24
    found.write(24, b"123456")
    assert found.joined([]) == DATA[:24] + b"123456"


def test_what_others_give_up_is_used_before_the_file_grows() -> None:
    found = room()
    assert found.keep(B, 20) is None
    found.free(A)
    found.free(B)
    assert found.find(20) == 28
    assert found.find(4) == 16
    assert found.find(5) == 8
    for where, octets in ((28, b"x" * 20), (16, b"four"), (8, b"fives")):
        found.write(where, octets)
    assert found.joined([]) == (
        b"HEADER__" + b"fives\0\0\0" + b"four" + bytes(4) + b"cccc" + b"x" * 20
    )


def test_what_is_left_over_becomes_zeros() -> None:
    found = room()
    found.free(A)
    assert found.joined([]) == DATA.replace(b"aaaaaaaa", bytes(8))


def test_shared_octets_are_neither_used_nor_zeroed() -> None:
    found = room(Span(10, 12, 9))
    assert found.keep(A, 4) is None
    found.free(A)
    assert found.find(4) == 28
    found.write(28, b"four")
    assert found.joined([]) == DATA + b"four"


def test_one_place_is_not_given_twice() -> None:
    found = room()
    found.free(A)
    found.free(A)
    assert [found.find(8), found.find(8)] == [8, 28]


def test_room_begins_at_even_offsets() -> None:
    found = Room(DATA + b"x", [Span(0, 8, -1), Span(9, 16, 4)], solid=True)
    found.free(Span(9, 16, 4))
    assert found.find(6) == 10
    assert found.find(2) == 30
    found.write(10, b"sixsix")
    found.write(30, b"go")
    assert found.joined([]) == DATA[:9] + b"\0sixsix" + DATA[16:] + b"x\0go"


def test_tables_are_put_in_between() -> None:
    found = room()
    found.free(A)
    result = found.joined([Splice(4, 8, b"PTR!")])
    assert result == b"HEADPTR!" + bytes(8) + DATA[16:]


def test_a_broken_reference_behind_the_end_keeps_saying_nothing() -> None:
    found = room(Span(30, 40, 7))
    found.write(found.find(4), b"four")
    with pytest.raises(RewriteRefusedError) as refused:
        found.joined([])
    assert refused.value.code == "tiff-dangling-offset"
