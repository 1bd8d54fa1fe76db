"""EXIF blocks: edits that move nothing."""

from __future__ import annotations

import random
import struct
from dataclasses import replace

import piexif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiff_making import (
    ARTIST,
    ASCII,
    COPYRIGHT,
    FULL,
    FULL_EXIF,
    LONG,
    TAKEN,
    UNDEFINED,
    UTF8,
    block,
)

from provenance.errors import RewriteRefusedError
from provenance.metadata.standards import exif, exif_edit, ifd
from provenance.model import Container, Edit, Property


def texts(data: bytes) -> dict[str, tuple[str, ...]]:
    return {value.locator: value.values for value in exif.decode(data).values}


def codes(data: bytes) -> list[str]:
    return [told.code for told in exif.decode(data).warnings]


def artist(before: str, after: str | None) -> Edit:
    return Edit("a.jpg", Container.EXIF, "EXIF IFD0:Artist", Property.CREATOR_NAMES, before, after)


def edit_of(locator: str, before: str, after: str | None) -> Edit:
    return replace(artist(before, after), locator=f"EXIF {locator}")


def test_encode_changes_every_repetition() -> None:
    rows = [(ARTIST, ASCII, b"Aaref WATAD\x00")] * 3
    new = exif_edit.encode(block(rows), [artist("Aaref WATAD", "Bakr ALKASEM X")])
    assert [v.values for v in exif.decode(new).values] == [("Bakr ALKASEM X",)] * 3


def test_encode_refuses_more_repetitions_than_are_read() -> None:
    with pytest.raises(RewriteRefusedError) as caught:
        exif_edit.encode(block([(ARTIST, ASCII, b"Aaref\x00")] * 30), [artist("Aaref", "Bakr")])
    assert caught.value.code == "exif-repeated"


def outside_of(old: bytes, new: bytes, spans: list[tuple[int, int]]) -> bool:
    """Whether old and new agree on all octets of the old block but those of the spans."""
    masked_old, masked_new = bytearray(old), bytearray(new[: len(old)])
    for start, end in spans:
        masked_old[start:end] = masked_new[start:end] = bytes(end - start)
    return masked_old == masked_new


@pytest.mark.parametrize("order", ["<", ">"])
def test_encode_writes_a_shorter_text_in_place(order: str) -> None:
    data = block([(ARTIST, ASCII, b"Aaref WATAD\x00"), (COPYRIGHT, ASCII, b"AFP\x00")], order=order)
    new = exif_edit.encode(data, [artist("Aaref WATAD", "Bakr X")])
    assert texts(new)["EXIF IFD0:Artist"] == ("Bakr X",)
    assert len(new) == len(data)
    assert b"WATAD" not in new
    assert outside_of(data, new, [(14, 22), (38, 50)])
    assert new[38:50] == b"Bakr X" + bytes(6)
    assert struct.unpack_from(order + "I", new, 14) == (7,)


def test_encode_appends_a_longer_text_and_moves_nothing() -> None:
    data = block(FULL, FULL_EXIF)
    after = "Bakr ALKASEM and somebody else"
    new = exif_edit.encode(data, [artist("Aaref WATAD", after)])
    assert texts(new) == texts(data) | {"EXIF IFD0:Artist": (after,)}
    assert new.endswith(after.encode() + b"\x00")
    assert (len(data) + len(data) % 2) == len(new) - len(after) - 1
    assert b"WATAD" not in new
    entry = 8 + 2 + 12 * 2
    value = data.index(b"Aaref")
    assert outside_of(data, new, [(entry + 4, entry + 12), (value, value + 12)])
    assert piexif.load(b"Exif\x00\x00" + new)["0th"][ARTIST] == after.encode()


def test_encode_goes_into_the_entry_and_out_of_it() -> None:
    data = block([(ARTIST, ASCII, b"Aaref WATAD\x00")])
    short = exif_edit.encode(data, [artist("Aaref WATAD", "Bob")])
    assert texts(short) == {"EXIF IFD0:Artist": ("Bob",)}
    assert b"Aaref" not in short
    assert len(short) == len(data)
    long = exif_edit.encode(short, [artist("Bob", "Bakr ALKASEM")])
    assert texts(long) == {"EXIF IFD0:Artist": ("Bakr ALKASEM",)}


@pytest.mark.parametrize("kind", [ASCII, UNDEFINED, UTF8])
def test_encode_writes_utf_8_and_keeps_the_field_type(kind: int) -> None:
    data = block([(ARTIST, kind, b"Andr\xe9; Bob\x00")])
    new = exif_edit.encode(data, [artist("Bob", "Übel")])
    assert new.endswith("André; Übel\x00".encode())
    assert codes(new) == []
    assert struct.unpack_from("<H", new, 12) == (kind,)


@pytest.mark.parametrize(
    ("before", "edits", "after"),
    [
        ("A; B;C", [("B", "X")], "A; X;C"),
        ("A; B;C", [("A", "C"), ("C", "A")], "C; B;A"),
        ("A ;  B;C;", [("A", "Smith; Jo")], '"Smith; Jo" ;  B;C;'),
        ('"Smith; Jo";B', [("Smith; Jo", "X")], "X;B"),
        ("A; B;C", [("A", None)], "B;C"),
        ("A; B;C", [("B", None)], "A; C"),
        ("A; B;C", [("C", None)], "A; B"),
        ("A; B;C", [("B", None), ("C", None)], "A"),
        ("A; B; B", [("B", "X")], "A; X; X"),
        ("A", [("A", '"X" Y')], '"""X"" Y"'),
        ("A;B", [("B", " X ")], 'A;" X "'),
    ],
)
def test_encode_changes_one_name_and_keeps_the_others(
    before: str, edits: list[tuple[str, str | None]], after: str
) -> None:
    data = block([(ARTIST, ASCII, before.encode() + b"\x00")])
    new = exif_edit.encode(data, [artist(*pair) for pair in edits])
    written = piexif.load(b"Exif\x00\x00" + new)["0th"][ARTIST]
    assert written.rstrip(b"\x00").decode() == after


@pytest.mark.parametrize(
    ("raw", "edits", "after"),
    [
        (b"P\x00E\x00", [("P", "Photographer")], b"Photographer\x00E\x00"),
        (b"P\x00Ed\x00", [("Ed", "Editor")], b"P\x00Editor\x00"),
        (b"Ph\x00Edit\x00", [("Ph", None)], b" \x00Edit\x00"),
        (b"Ph\x00Edit\x00", [("Edit", None)], b"Ph\x00"),
        (b" \x00Edit\x00", [("Edit", "New editor")], b" \x00New editor\x00"),
    ],
)
def test_encode_keeps_the_other_copyright(
    raw: bytes, edits: list[tuple[str, str | None]], after: bytes
) -> None:
    data = block([(COPYRIGHT, ASCII, raw)])
    new = exif_edit.encode(data, [edit_of("IFD0:Copyright", *pair) for pair in edits])
    wire = ifd.wire_of(new)
    assert wire is not None
    (entry,), _ = ifd.read_directory(new, wire, 8)
    assert new[entry.where : entry.end] == after


def test_encode_leaves_a_removed_text_blank() -> None:
    data = block(FULL, FULL_EXIF)
    new = exif_edit.encode(data, [artist("Aaref WATAD", None)])
    left = texts(data)
    del left["EXIF IFD0:Artist"]
    assert texts(new) == left
    assert len(new) == len(data)
    assert b"WATAD" not in new
    assert piexif.load(b"Exif\x00\x00" + new)["0th"][ARTIST].strip(b"\x00") == b""


@pytest.mark.parametrize(
    ("after", "taken", "offset"),
    [
        ("2023-01-02T03:04:05+02:00", b"2023:01:02 03:04:05\x00", b"+02:00\x00"),
        ("2023-01-02T03:04:05-10:30", b"2023:01:02 03:04:05\x00", b"-10:30\x00"),
        ("2023-01-02T03:04:05", b"2023:01:02 03:04:05\x00", b"   :  \x00"),
        ("2023-01-02", b"2023:01:02   :  :  \x00", b"+02:00\x00"),
        (None, b"    :  :     :  :  \x00", b"+02:00\x00"),
    ],
)
def test_encode_writes_dates_as_exif(after: str | None, taken: bytes, offset: bytes) -> None:
    data = block(FULL, FULL_EXIF)
    locator = "ExifIFD:DateTimeOriginal"
    new = exif_edit.encode(data, [edit_of(locator, "2024-12-08T11:30:00+02:00", after)])
    at = data.index(b"2024:12:08")
    assert new[at : at + 20] == taken
    at = data.index(b"+02:00")
    assert new[at : at + 7] == offset
    assert texts(new).get(f"EXIF {locator}") == (None if after is None else (after,))
    assert len(new) == len(data)


@pytest.mark.parametrize("after", ["8 December 2024", "2024-12", "2023-01-02T03:04+02:00"])
def test_encode_refuses_a_date_that_exif_cannot_say(after: str) -> None:
    data = block([], [(TAKEN, ASCII, b"2024:12:08 11:30:00\x00")])
    with pytest.raises(RewriteRefusedError) as caught:
        exif_edit.encode(data, [edit_of("ExifIFD:DateTimeOriginal", "2024-12-08T11:30:00", after)])
    assert caught.value.code == "exif-date"


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (artist("Aaref WATAD ", "X"), "value-changed"),
        (artist("Aaref", "X"), "value-changed"),
        (edit_of("IFD0:Nowhere", "AFP", "X"), "value-changed"),
        (artist("Aaref WATAD", "X\x00Y"), "readback-differs"),
        (edit_of("ExifIFD:ImageUniqueID", "0123456789abcdef" * 2, "\x00"), "readback-differs"),
    ],
)
def test_encode_refuses(edit: Edit, code: str) -> None:
    with pytest.raises(RewriteRefusedError) as caught:
        exif_edit.encode(block(FULL, FULL_EXIF), [edit])
    assert caught.value.code == code


def test_encode_refuses_contradicting_edits() -> None:
    edits = [artist("Aaref WATAD", "X"), artist("Aaref WATAD", "Y")]
    with pytest.raises(RewriteRefusedError) as caught:
        exif_edit.encode(block(FULL), edits)
    assert caught.value.code == "edits-conflict"


def test_encode_does_not_write_into_a_value_that_two_entries_share() -> None:
    data = bytearray(
        block([(0x010F, ASCII, b"Aaref WATAD\x00"), (ARTIST, ASCII, b"Aaref WATAD\x00")])
    )
    make = struct.unpack_from("<I", data, 10 + 8)[0]
    struct.pack_into("<I", data, 10 + 12 + 8, make)
    new = exif_edit.encode(bytes(data), [artist("Aaref WATAD", "Bob X")])
    assert new[make : make + 12] == b"Aaref WATAD\x00"
    assert texts(new) == {"EXIF IFD0:Artist": ("Bob X",)}


def test_encode_does_not_write_over_a_directory() -> None:
    data = bytearray(block([(ARTIST, ASCII, b"Aaref WATAD\x00"), (COPYRIGHT, ASCII, b"AFP\x00")]))
    struct.pack_into("<I", data, 10 + 8, 10 + 12)
    before = texts(bytes(data))["EXIF IFD0:Artist"]
    new = exif_edit.encode(bytes(data), [artist(before[0], "Bob Xavier")])
    assert new[22:34] == data[22:34]


def test_encode_adds_the_offset_that_a_date_wants() -> None:
    data = block([], [(TAKEN, ASCII, b"2024:12:08 11:30:00\x00")])
    wanted = edit_of("ExifIFD:DateTimeOriginal", "2024-12-08T11:30:00", "2024-12-08T11:30:00+02:00")
    new = exif_edit.encode(data, [wanted])
    assert texts(new) == {"EXIF ExifIFD:DateTimeOriginal": ("2024-12-08T11:30:00+02:00",)}
    assert piexif.load(b"Exif\x00\x00" + new)["Exif"][0x9011] == b"+02:00"


def thumbnail(start: int, length: int) -> list[tuple[int, int, bytes]]:
    return [(0x0201, LONG, struct.pack("<I", start)), (0x0202, LONG, struct.pack("<I", length))]


def test_encode_refuses_growth_that_would_mend_a_thumbnail() -> None:
    data = block([(ARTIST, ASCII, b"Ann\x00"), *thumbnail(60, 50)]) + b"t" * 40
    with pytest.raises(RewriteRefusedError) as caught:
        exif_edit.encode(data, [artist("Ann", "Bakr ALKASEM and others")])
    assert caught.value.code == "exif-dangling-offset"
    assert texts(exif_edit.encode(data, [artist("Ann", "Bob")])) == {"EXIF IFD0:Artist": ("Bob",)}


def test_encode_grows_where_a_broken_thumbnail_stays_broken() -> None:
    data = block([(ARTIST, ASCII, b"Ann\x00"), *thumbnail(60, 5000)]) + b"t" * 40
    new = exif_edit.encode(data, [artist("Ann", "Bakr ALKASEM")])
    assert texts(new) == {"EXIF IFD0:Artist": ("Bakr ALKASEM",)}
    assert len(new) < 60 + 5000


def test_encode_is_not_stopped_by_a_thumbnail_of_no_octets() -> None:
    data = block([(ARTIST, ASCII, b"Ann\x00"), *thumbnail(60, 0)])
    new = exif_edit.encode(data, [artist("Ann", "Bakr ALKASEM")])
    assert len(data) < 60 < len(new)


def test_encode_continues_a_thumbnail_that_lacks_one_octet_as_the_file_does() -> None:
    rows = [(ARTIST, ASCII, b"Ann\x00"), *thumbnail(0, 21)]
    start = len(block(rows))
    data = block([rows[0], *thumbnail(start, 21)]) + b"\xff\xd8" + b"t" * 16 + b"\xff\xd9"
    new = exif_edit.encode(data, [artist("Ann", "Bakr ALKASEM")])
    assert new[start : start + 21] == data[start:] + b"\xff"
    assert texts(new) == {"EXIF IFD0:Artist": ("Bakr ALKASEM",)}


def test_encode_uses_padding_where_it_must_not_grow() -> None:
    data = block([(ARTIST, ASCII, b"Ann\x00"), *thumbnail(50, 9)]) + b"t" * 9 + bytes(200)
    grown = exif_edit.encode(data, [artist("Ann", "Bakr ALKASEM")])
    assert len(grown) > len(data)
    sparing = exif_edit.encode(data, [artist("Ann", "Bakr ALKASEM")], sparing=True)
    assert len(sparing) == len(data)
    assert texts(sparing) == texts(grown)
    assert sparing[50:100] == data[50:100]
    much = exif_edit.encode(data, [artist("Ann", "B" * 150)], sparing=True)
    assert len(much) > len(data)


name_text = st.text(
    st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), min_size=1, max_size=40
)


@given(names=st.lists(name_text, min_size=1, max_size=4), new=name_text)
def test_encode_round_trips_any_name(names: list[str], new: str) -> None:
    joined = "; ".join('"' + name.replace('"', '""') + '"' for name in names)
    data = block([(ARTIST, UTF8, joined.encode() + b"\x00"), *FULL[3:]])
    values = texts(data).get("EXIF IFD0:Artist", ())
    assert values == tuple(name for name in names if name.strip())
    if not values:
        return
    after = exif_edit.encode(data, [artist(values[0], new)])
    wanted = tuple(new if name == values[0] else name for name in values)
    assert texts(after).get("EXIF IFD0:Artist", ()) == tuple(n for n in wanted if n.strip())
    assert texts(after)["EXIF IFD0:Copyright"] == ("AFP",)


def test_mutants_never_crash_and_never_change_what_they_must_not() -> None:
    rng = random.Random(20241208)
    seed = block(FULL, FULL_EXIF)
    edited = 0
    for _ in range(3000):
        data = bytearray(seed)
        for _ in range(rng.randint(1, 6)):
            data[rng.randrange(len(data))] = rng.choice((0, 1, 2, 4, 8, 255, rng.randrange(256)))
        mutant = bytes(data[: rng.randint(0, len(data)) if rng.random() < 0.2 else None])
        before = texts(mutant)
        for locator, values in before.items():
            try:
                new = exif_edit.encode(
                    mutant, [edit_of(locator[5:], values[0], "2020-01-01 a new value, quite long")]
                )
            except RewriteRefusedError:
                continue
            edited += 1
            others = {where: value for where, value in before.items() if where != locator}
            assert {w: v for w, v in texts(new).items() if w != locator} == others
    assert edited > 2000
