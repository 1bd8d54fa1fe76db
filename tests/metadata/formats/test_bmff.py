"""Boxes, and the numbers in them."""

from __future__ import annotations

import pytest
from bmff_material import box, uuid
from hypothesis import given
from hypothesis import strategies as st

from provenance.metadata.formats import bmff
from provenance.metadata.source import Window
from provenance.model import ReadWarning

TIFF = b"II*\x00\x08\x00\x00\x00\x00\x00"


def walked(data: bytes) -> tuple[list[bmff.Box], list[str]]:
    told: list[ReadWarning] = []
    found = list(bmff.boxes(Window.over(data, "a.heic"), 0, len(data), told))
    return found, [one.code for one in told]


def test_boxes_of_every_size_are_followed() -> None:
    usertype = bytes(range(16))
    data = (
        box(b"ftyp", b"heic")
        + box(b"wide", b"64 bits", wide=True)
        + uuid(usertype, b"content")
        + box(b"free", b"")
        + box(b"mdat", b"to the end", endless=True)
    )
    found, told = walked(data)
    assert [(one.kind, data[one.body : one.end], one.uuid) for one in found] == [
        (b"ftyp", b"heic", b""),
        (b"wide", b"64 bits", b""),
        (b"uuid", b"content", usertype),
        (b"free", b"", b""),
        (b"mdat", b"to the end", b""),
    ]
    assert found[0].length == 4
    assert told == []


def test_a_cut_box_is_told_by_its_end() -> None:
    found, told = walked(box(b"ftyp", b"heic") + box(b"mdat", b"pixels")[:-2])
    assert (found[-1].kind, found[-1].end) == (b"mdat", 12 + 14)
    assert told == []


@pytest.mark.parametrize(
    "rest",
    [b"\x00", b"\x00\x00\x00\x07free", b"\x00\x00\x00\x01mdat\x00", uuid(b"", b"short")],
    ids=["one octet", "size 7", "no 64-bit size", "no uuid"],
)
def test_what_is_no_box_ends_the_walk_with_a_warning(rest: bytes) -> None:
    found, told = walked(box(b"ftyp", b"heic") + rest)
    assert [one.kind for one in found] == [b"ftyp"]
    assert told == ["boxes-broken"]


def test_the_number_of_boxes_is_limited() -> None:
    found, told = walked(box(b"free", b"") * (bmff.MAX_BOXES + 1))
    assert (len(found), told) == (bmff.MAX_BOXES, ["boxes-broken"])


def test_a_cursor_never_reads_behind_the_end() -> None:
    cursor = bmff.Cursor(b"\x01\x00\x00\x02name\x00\xff\xfe")
    assert cursor.full_box() == (1, 2)
    assert cursor.text() == "name"
    assert (cursor.number(4), cursor.cut) == (0, True)
    assert (cursor.number(2), cursor.text(), cursor.octets(1)) == (0xFFFE, "", b"")


@pytest.mark.parametrize(
    "item",
    [
        b"\x00\x00\x00\x06Exif\x00\x00" + TIFF,
        b"\x00\x00\x00\x00" + TIFF,
        b"\x00\x00\x00\x03odd" + TIFF,
        b"\x00\x00\x00\x00Exif\x00\x00" + TIFF,
        b"Exif\x00\x00" + TIFF,
        TIFF,
        b"\xff\xff\xff\xff" + TIFF,
    ],
    ids=["usual", "no prefix", "odd prefix", "uncounted prefix", "no offset", "bare", "far"],
)
def test_the_tiff_header_of_an_exif_item_is_found(item: bytes) -> None:
    assert bmff.tiff_of(item) == TIFF


def test_exif_without_a_tiff_header_is_handed_on() -> None:
    assert bmff.tiff_of(b"\x00\x00\x00\x00Exif\x00\x00nothing") == b"nothing"
    assert bmff.tiff_of(b"") == b""


def test_the_harvest_counts_what_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bmff, "MAX_BLOCK", 10)
    monkeypatch.setattr(bmff, "MAX_METADATA", 15)
    harvest = bmff.Harvest(Window.over(b"", "a.heic"))
    assert [harvest.admits(octets) for octets in (11, 10, 6, 6, 5, 1)] == [
        False,
        True,
        False,
        False,
        True,
        False,
    ]
    assert {told.code for told in harvest.warnings} == {"limit-metadata"}


@given(st.binary(max_size=200))
def test_any_octets_can_be_walked(data: bytes) -> None:
    found, _told = walked(data)
    assert all(one.start < one.body <= one.end for one in found)
    assert [one.start for one in found[1:]] == [one.end for one in found[:-1]]
