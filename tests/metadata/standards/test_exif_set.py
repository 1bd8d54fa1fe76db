"""EXIF blocks: values that are not there yet."""

from __future__ import annotations

import random
import struct

import piexif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiff_making import (
    ARTIST,
    ASCII,
    COPYRIGHT,
    DESCRIPTION,
    FULL,
    FULL_EXIF,
    LONG,
    SHORT,
    TAKEN,
    UNDEFINED,
    block,
)

from provenance.errors import RewriteRefusedError
from provenance.metadata.properties import TABLE
from provenance.metadata.standards import exif, exif_edit, ifd
from provenance.model import Container, Edit, Property

MAKE = (0x010F, ASCII, b"A maker of cameras\x00")
ORIENTATION = (0x0112, SHORT, struct.pack("<H", 6))
PROPERTIES = {row.exif.locator: row.property for row in TABLE if row.exif is not None}
NOTE = (0x927C, UNDEFINED, b"NOTE" * 20)


def setting(locator: str, *after: str) -> list[Edit]:
    prop = PROPERTIES.get(locator, Property.CREATOR_NAMES)
    return [Edit("", Container.EXIF, f"EXIF {locator}", prop, "", one) for one in after]


def texts(data: bytes) -> dict[str, tuple[str, ...]]:
    return {value.locator[5:]: value.values for value in exif.decode(data).values}


def tags(data: bytes, offset: int | None = None) -> list[int]:
    wire = ifd.wire_of(data)
    assert wire is not None
    entries, whole = ifd.read_directory(data, wire, offset or ifd.first_directory(data, wire))
    assert whole
    return [entry.tag for entry in entries]


def refused(data: bytes, edits: list[Edit]) -> str:
    with pytest.raises(RewriteRefusedError) as caught:
        exif_edit.encode(data, edits)
    assert caught.value.remedy
    return caught.value.code


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_missing_entry_is_added_in_tag_order_and_nothing_else_moves(order: str) -> None:
    rows = [MAKE, (0x0112, SHORT, struct.pack(order + "H", 6)), (0xC4A5, UNDEFINED, b"PIM\x00" * 9)]
    data = block(rows, [NOTE], order)
    new = exif_edit.encode(
        data,
        [
            *setting("IFD0:Copyright", "© AFP"),
            *setting("IFD0:Artist", "Bakr ALKASEM"),
            *setting("IFD0:ImageDescription", "A street in Aleppo, 8 December 2024"),
        ],
    )
    assert tags(new) == [0x010E, 0x010F, 0x0112, 0x013B, 0x8298, 0xC4A5, 0x8769]
    assert texts(new) == {
        "IFD0:Artist": ("Bakr ALKASEM",),
        "IFD0:Copyright": ("© AFP",),
        "IFD0:ImageDescription": ("A street in Aleppo, 8 December 2024",),
    }
    table = 8 + 2 + 12 * 4 + 4
    assert new[table : len(data)] == data[table:]
    before, after = (piexif.load(b"Exif\x00\x00" + one) for one in (data, new))
    for tag in (ARTIST, COPYRIGHT, DESCRIPTION):
        del after["0th"][tag]
    assert before == after


def test_the_old_table_is_used_for_the_new_values() -> None:
    data = block([MAKE, ORIENTATION])
    new = exif_edit.encode(data, setting("IFD0:Artist", "Bakr ALKASEM"))
    assert new[8:21] == b"Bakr ALKASEM\x00"
    assert len(new) == len(data) + 2 + 12 * 3 + 4


def test_several_creators_make_one_list() -> None:
    new = exif_edit.encode(block([MAKE]), setting("IFD0:Artist", "Ann", "Smith; Jo", "Zoë"))
    assert texts(new) == {"IFD0:Artist": ("Ann", "Smith; Jo", "Zoë")}
    assert 'Ann; "Smith; Jo"; Zoë\x00'.encode() in new


def test_two_copyrights_are_the_photographers_and_the_editors() -> None:
    new = exif_edit.encode(block([MAKE]), setting("IFD0:Copyright", "Ann", "AFP"))
    assert b"Ann\x00AFP\x00" in new
    assert refused(block([MAKE]), setting("IFD0:Copyright", "A", "B", "C")) == "value-form"
    assert refused(block([MAKE]), setting("IFD0:ImageDescription", "A", "B")) == "value-form"


@pytest.mark.parametrize("blank", [b"\x00", b"   \x00", bytes(64), b" " * 63 + b"\x00"])
def test_a_blank_entry_is_filled(blank: bytes) -> None:
    data = block([MAKE, (ARTIST, ASCII, blank), (COPYRIGHT, ASCII, b"AFP\x00")])
    new = exif_edit.encode(data, setting("IFD0:Artist", "Bakr ALKASEM"))
    assert texts(new) == {"IFD0:Artist": ("Bakr ALKASEM",), "IFD0:Copyright": ("AFP",)}
    assert tags(new) == tags(data)
    if len(blank) > 13:
        assert len(new) == len(data)


def test_an_entry_that_points_outside_is_given_a_value() -> None:
    data = bytearray(block([MAKE, (ARTIST, ASCII, b"Aaref WATAD\x00")]))
    struct.pack_into("<I", data, 10 + 12 + 8, 4000)
    new = exif_edit.encode(bytes(data), setting("IFD0:Artist", "Bakr ALKASEM"))
    assert texts(new) == {"IFD0:Artist": ("Bakr ALKASEM",)}
    assert new[: 10 + 12 + 4] == data[: 10 + 12 + 4]


@pytest.mark.parametrize(
    ("after", "taken", "offset"),
    [
        ("2024-12-08T11:30:00+02:00", b"2024:12:08 11:30:00", b"+02:00"),
        ("2024-12-08T11:30:00", b"2024:12:08 11:30:00", None),
        ("2024-12-08", b"2024:12:08   :  :  ", None),
    ],
)
def test_a_date_is_set_with_its_offset(after: str, taken: bytes, offset: bytes | None) -> None:
    data = block([MAKE], [NOTE])
    new = exif_edit.encode(data, setting("ExifIFD:DateTimeOriginal", after))
    assert texts(new) == {"ExifIFD:DateTimeOriginal": (after,)}
    found = piexif.load(b"Exif\x00\x00" + new)["Exif"]
    assert found[TAKEN] == taken
    assert found.get(0x9011) == offset
    assert new.index(b"NOTENOTE") == data.index(b"NOTENOTE")
    two = setting("ExifIFD:DateTimeOriginal", after, "2023-01-01")
    assert refused(data, two) == "value-form"


def test_a_stale_offset_does_not_join_a_new_date() -> None:
    data = block([MAKE], [(0x9011, ASCII, b"+02:00\x00")])
    new = exif_edit.encode(data, setting("ExifIFD:DateTimeOriginal", "2024-12-08T11:30:00"))
    assert texts(new) == {"ExifIFD:DateTimeOriginal": ("2024-12-08T11:30:00",)}


def test_both_directories_are_written_anew_together() -> None:
    data = block([MAKE], [NOTE])
    edits = [
        *setting("ExifIFD:ImageUniqueID", "0123456789abcdef" * 2),
        *setting("IFD0:Artist", "Bakr ALKASEM"),
        *setting("ExifIFD:DateTimeOriginal", "2024-12-08T11:30:00Z"),
    ]
    new = exif_edit.encode(data, edits)
    assert len(texts(new)) == 3
    wire = ifd.wire_of(new)
    assert wire is not None
    first, _ = ifd.read_directory(new, wire, ifd.first_directory(new, wire))
    assert tags(new, ifd.exif_directory(new, wire, first)) == [0x9003, 0x9011, 0x927C, 0xA420]


def test_the_next_directory_stays_the_next() -> None:
    small = b"\xff\xd8\xff\xda\x00\x04" + b"t" * 40 + b"\xff\xd9"
    thumbnail = piexif.dump({"0th": {271: b"Maker"}, "1st": {259: 6}, "thumbnail": small})[6:]
    new = exif_edit.encode(thumbnail, setting("IFD0:Artist", "Bakr ALKASEM"))
    before, after = (piexif.load(b"Exif\x00\x00" + one) for one in (thumbnail, new))
    assert after["thumbnail"] == before["thumbnail"] == small
    assert after["1st"] == before["1st"]


def test_a_block_that_lacks_its_last_pointer_gets_none() -> None:
    data = block([ORIENTATION], [(0xA001, SHORT, struct.pack("<H", 1))])[:-4]
    new = exif_edit.encode(data, setting("IFD0:Artist", "Bakr ALKASEM"))
    assert texts(new) == {"IFD0:Artist": ("Bakr ALKASEM",)}
    assert exif.decode(new).colour_space == 1
    assert new[len(data) : len(data) + 4] == bytes(4)


def test_changes_and_additions_go_together() -> None:
    data = block([row for row in FULL if row[0] != COPYRIGHT], FULL_EXIF)
    change = Edit(
        "",
        Container.EXIF,
        "EXIF IFD0:Artist",
        Property.CREATOR_NAMES,
        "Aaref WATAD",
        "Bakr ALKASEM",
    )
    new = exif_edit.encode(data, [change, *setting("IFD0:Copyright", "AFP")])
    assert texts(new) == texts(data) | {
        "IFD0:Artist": ("Bakr ALKASEM",),
        "IFD0:Copyright": ("AFP",),
    }


def with_note(size: int, extra: int) -> bytes:
    """A block with a note whose long value stands outside of it, ``extra`` octets of it cut."""
    rows = [(1, SHORT, struct.pack("<H", 1)), (0x0100, UNDEFINED, bytes(size))]

    def made(start: int) -> bytes:
        table = struct.pack("<H", 2)
        table += struct.pack("<HHI4s", 1, SHORT, 1, b"\x01\x00\x00\x00")
        table += struct.pack("<HHII", rows[1][0], UNDEFINED, size, start) + bytes(4)
        return block([MAKE], [(0x927C, UNDEFINED, b"MAKER\x00\x01\x00" + table)])

    start = len(made(0))
    return made(start) + b"v" * (size - extra)


def test_a_broken_reference_of_a_maker_note_is_not_mended() -> None:
    assert refused(with_note(300, 20), setting("IFD0:Artist", "Bakr")) == "exif-dangling-offset"
    for extra in (0, 250):
        data = with_note(300, extra)
        new = exif_edit.encode(data, setting("IFD0:Artist", "Bakr"))
        assert new.count(b"v" * (300 - extra)) == 1
        assert texts(new) == {"IFD0:Artist": ("Bakr",)}


def test_what_a_maker_note_refers_to_is_not_zeroed() -> None:
    places = ((7, 8, 30), (8, 60, 10), (9, 60, 10))
    rows = b"".join(struct.pack("<HHII", tag, UNDEFINED, size, at) for tag, at, size in places)
    note = struct.pack("<H", len(places)) + rows + bytes(4)
    data = block([ORIENTATION], [(0x927C, UNDEFINED, note)])
    assert data.index(note) < 60
    new = exif_edit.encode(data, setting("IFD0:Artist", "Bakr ALKASEM"))
    assert new[8:38] == data[8:38]
    assert texts(new) == {"IFD0:Artist": ("Bakr ALKASEM",)}


# --- refusals


def test_a_place_that_has_a_value_is_refused() -> None:
    assert refused(block(FULL), setting("IFD0:Artist", "X")) == "value-changed"
    assert refused(block(FULL), setting("IFD0:Nowhere", "X")) == "value-changed"


def test_a_block_without_the_directory_is_refused() -> None:
    assert (
        refused(block([MAKE]), setting("ExifIFD:DateTimeOriginal", "2024-12-08")) == "exif-broken"
    )
    assert refused(b"no TIFF header", setting("IFD0:Artist", "X")) == "exif-broken"
    for cut in (8, 9, 20):
        data = block([MAKE, ORIENTATION])[:cut]
        assert refused(data, setting("IFD0:Artist", "X")) == "exif-broken"
    looping = bytearray(block([MAKE]))
    struct.pack_into("<I", looping, 4, 900)
    assert refused(bytes(looping), setting("IFD0:Artist", "X")) == "exif-broken"


def test_an_entry_of_another_kind_is_not_doubled() -> None:
    data = block([MAKE, (ARTIST, LONG, bytes(4))])
    assert refused(data, setting("IFD0:Artist", "Bakr ALKASEM")) == "exif-broken"


@pytest.mark.parametrize("bad", ["8 December 2024", "2024-12", "24-12-08"])
def test_a_date_that_exif_cannot_say_is_refused(bad: str) -> None:
    data = block([MAKE], [NOTE])
    assert refused(data, setting("ExifIFD:DateTimeOriginal", bad)) == "exif-date"


@pytest.mark.parametrize("bad", ["A\x00B", "\ud800"])
def test_what_does_not_read_back_is_refused(bad: str) -> None:
    assert refused(block([MAKE]), setting("IFD0:Artist", bad)) == "readback-differs"


name_text = st.text(
    st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), min_size=1, max_size=40
).filter(str.strip)


@given(names=st.lists(name_text, min_size=1, max_size=4, unique=True))
def test_any_names_are_set(names: list[str]) -> None:
    new = exif_edit.encode(block([MAKE], [NOTE]), setting("IFD0:Artist", *names))
    assert texts(new) == {"IFD0:Artist": tuple(names)}


def test_mutants_never_crash_and_keep_what_they_said() -> None:
    rng = random.Random(20241208)
    seeds = [block([MAKE, ORIENTATION], [NOTE]), with_note(300, 20), with_note(60, 0)]
    done = 0
    for _ in range(4000):
        data = bytearray(rng.choice(seeds))
        for _ in range(rng.randint(1, 6)):
            data[rng.randrange(len(data))] = rng.choice((0, 1, 2, 4, 8, 255, rng.randrange(256)))
        mutant = bytes(data[: rng.randint(0, len(data)) if rng.random() < 0.2 else None])
        before = texts(mutant)
        if "IFD0:Artist" in before:
            continue
        try:
            new = exif_edit.encode(mutant, setting("IFD0:Artist", "Bakr ALKASEM"))
        except RewriteRefusedError:
            continue
        done += 1
        assert texts(new) == before | {"IFD0:Artist": ("Bakr ALKASEM",)}
        assert len(new) <= len(mutant) + 6 + 12 * 300 + 16
    assert done > 1500
