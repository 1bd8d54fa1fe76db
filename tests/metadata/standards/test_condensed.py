"""The small EXIF block that stands for the entries of a large file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.metadata.standards import exif, exif_edit
from provenance.metadata.standards.condensed import Field, Key, changes, condense, fields_of, keyed
from provenance.metadata.standards.ifd import TYPE_SIZES, Wire, wire_of
from provenance.model import Container, Edit, Property

ARTIST = Field(0x013B, 2, 12, b"Aaref WATAD\x00")
SHORT_ONE = Field(0x8298, 2, 4, b"AFP\x00")
TAKEN = Field(0x9003, 2, 20, b"2024:12:08 11:30:00\x00")


def wire(order: str) -> Wire:
    found = wire_of(b"II*\x00" if order == "<" else b"MM\x00*")
    assert found is not None
    return found


def field(tag: int, kind: int, count: int, fill: int) -> Field:
    return Field(tag, kind, count, bytes([fill]) * (TYPE_SIZES[kind] * count))


_FIELDS = st.lists(
    st.builds(
        field,
        st.integers(1, 0x8700),
        st.sampled_from(sorted(TYPE_SIZES)),
        st.integers(0, 40),
        st.integers(0, 255),
    ),
    max_size=8,
)


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_decoder_reads_a_condensed_block(order: str) -> None:
    reading = exif.decode(condense(wire(order), [ARTIST, SHORT_ONE], [TAKEN]))
    assert [value.values for value in reading.values] == [
        ("Aaref WATAD",),
        ("AFP",),
        ("2024-12-08T11:30:00",),
    ]
    assert reading.warnings == ()


def test_an_empty_block_says_nothing() -> None:
    assert exif.decode(condense(wire("<"), [], None)) == exif.ExifReading()
    assert fields_of(condense(wire("<"), [], [])) == {}
    assert fields_of(b"no block") == {}


@given(first=_FIELDS, second=st.none() | _FIELDS, order=st.sampled_from("<>"))
def test_what_goes_in_comes_out(first: list[Field], second: list[Field] | None, order: str) -> None:
    expected = keyed("IFD0", first) | keyed("ExifIFD", second or [])
    assert fields_of(condense(wire(order), first, second)) == expected


def test_a_value_that_cannot_be_had_lies_outside() -> None:
    lost = Field(0x013B, 2, 400, None)
    block = condense(wire(">"), [lost, SHORT_ONE], None)
    assert fields_of(block)[Key("IFD0", 0x013B, 0)] == lost
    reading = exif.decode(block)
    assert [value.values for value in reading.values] == [("AFP",)]
    assert [told.code for told in reading.warnings] == ["exif-broken-entry"]


def test_an_unknown_type_keeps_its_field() -> None:
    odd = Field(0x013B, 77, 3, b"abcd")
    assert fields_of(condense(wire("<"), [odd], None)) == {Key("IFD0", 0x013B, 0): odd}


def test_a_length_of_64_bits_is_cut_to_what_the_block_counts() -> None:
    lost = Field(0x013B, 2, 1 << 40, None)
    assert fields_of(condense(wire("<"), [lost], None))[Key("IFD0", 0x013B, 0)].length == 0xFFFFFFFF


def test_an_edit_is_found_as_a_change_of_its_entry_alone() -> None:
    block = condense(wire("<"), [ARTIST, ARTIST, SHORT_ONE], [TAKEN])
    edit = Edit(
        "", Container.EXIF, "EXIF IFD0:Copyright", Property.COPYRIGHT_NOTICE, "AFP", "Agence AFP"
    )
    assert changes(block, exif_edit.encode(block, [edit])) == {
        Key("IFD0", 0x8298, 0): Field(0x8298, 2, 11, b"Agence AFP\x00")
    }


def test_entries_that_come_and_go_are_changes() -> None:
    old = condense(wire("<"), [ARTIST, SHORT_ONE], None)
    new = condense(wire("<"), [ARTIST, ARTIST], None)
    assert changes(old, new) == {
        Key("IFD0", 0x013B, 1): ARTIST,
        Key("IFD0", 0x8298, 0): None,
    }
    assert changes(old, old) == {}
