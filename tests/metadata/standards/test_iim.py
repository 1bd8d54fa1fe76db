"""IIM blocks: what they say, and edits of it."""

from __future__ import annotations

import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from iim_material import UTF8, dataset, said
from making import iim_block

from provenance.metadata.properties import DATASETS, ROWS
from provenance.metadata.standards import iim
from provenance.metadata.standards.iim_wire import datasets, pack
from provenance.model import Container, Property

# --- reading


def test_every_dataset_of_the_table_is_read_with_its_property() -> None:
    parts = [row.iim for row in ROWS.values() if row.iim is not None and row.iim.number != 55]
    block = b"".join(dataset(part.record, part.number, b"x") for part in parts)
    values = iim.decode(block).values
    assert [value.locator for value in values] == [f"IIM {part.name}" for part in parts]
    assert all(
        DATASETS[part.key] is value.property for part, value in zip(parts, values, strict=True)
    )
    assert {value.container for value in values} == {Container.IIM}


def test_what_iim_alone_has_is_read_and_times_join_their_dates() -> None:
    block = (
        dataset(2, 7, b"Correction") + dataset(2, 8, b"01")
        + dataset(2, 38, b"120000+0100") + dataset(2, 37, b"20251130")
        + dataset(2, 30, b"20241130") + dataset(2, 35, b"noon") + dataset(2, 42, b"02")
        + dataset(2, 45, b"AFP") + dataset(2, 45, b"AP") + dataset(2, 47, b"20241130")
        + dataset(2, 50, b"00000123")
    )  # fmt: skip
    expected = {
        "IIM 2:07": (Property.EDIT_STATUS, ("Correction",)),
        "IIM 2:08": (Property.EDITORIAL_UPDATE, ("01",)),
        "IIM 2:37+2:38": (Property.EXPIRATION_DATE, ("2025-11-30T12:00:00+01:00",)),
        "IIM 2:30": (Property.RELEASE_DATE, ("2024-11-30",)),
        "IIM 2:42": (Property.ACTION_ADVISED, ("02",)),
        "IIM 2:45": (Property.REFERENCE_SERVICE, ("AFP", "AP")),
        "IIM 2:47": (Property.REFERENCE_DATE, ("20241130",)),
        "IIM 2:50": (Property.REFERENCE_NUMBER, ("00000123",)),
    }
    for whole in (block, dataset(2, 80, b"\xe9") + block):
        found = {one.locator: (one.property, one.values) for one in iim.decode(whole).values}
        assert {key: told for key, told in found.items() if key != "IIM 2:80"} == expected


def test_repeated_datasets_are_one_value_in_order_wherever_they_stand() -> None:
    block = iim_block({"byline": ["A", "B"], "credit": "AFP"}) + dataset(2, 80, b"C")
    assert said(block) == {"IIM 2:80": ("A", "B", "C"), "IIM 2:110": ("AFP",)}


def test_the_locator_prefix_is_the_one_asked_for() -> None:
    values = iim.decode(iim_block({"credit": "AFP"}), locator_prefix="IIM#2").values
    assert values[0].locator == "IIM#2 2:110"


def test_empty_and_blank_values_are_no_values_and_nuls_are_padding() -> None:
    block = dataset(2, 80, b"") + dataset(2, 110, b"   ") + dataset(2, 115, b"AFP\0\0")
    assert said(block) == {"IIM 2:115": ("AFP",)}


@pytest.mark.parametrize(
    ("date", "clock", "expected"),
    [
        (b"20240131", b"235901+0130", {"IIM 2:55+2:60": ("2024-01-31T23:59:01+01:30",)}),
        (b"20240131", b"235901", {"IIM 2:55+2:60": ("2024-01-31T23:59:01",)}),
        (b"20240131", b"235901Z", {"IIM 2:55+2:60": ("2024-01-31T23:59:01+00:00",)}),
        (b"20240131", None, {"IIM 2:55": ("2024-01-31",)}),
        (b"20240100", None, {"IIM 2:55": ("2024-01",)}),
        (b"20240000", b"235901", {"IIM 2:55": ("2024",)}),
        (b"20240131", b"noon", {"IIM 2:55": ("2024-01-31",)}),
        (b"yesterday", b"235901", {"IIM 2:55": ("yesterday",)}),
        (b"00000000", None, {"IIM 2:55": ("00000000",)}),
        (b"2024:01:31", None, {"IIM 2:55": ("2024-01-31",)}),
    ],
)
def test_date_and_time_make_one_value(
    date: bytes, clock: bytes | None, expected: dict[str, tuple[str, ...]]
) -> None:
    block = dataset(2, 55, date) + (b"" if clock is None else dataset(2, 60, clock))
    assert said(block) == expected


def test_a_time_without_a_date_says_nothing() -> None:
    assert said(dataset(2, 60, b"235901+0100")) == {}


@pytest.mark.parametrize("first", [True, False])
def test_the_charset_is_honoured_before_and_behind_the_text(first: bool) -> None:
    text = dataset(2, 80, "Taneček".encode())
    declaration = dataset(1, 90, UTF8)
    block = declaration + text if first else text + declaration
    reading = iim.decode(block)
    assert (reading.charset, reading.values[0].values, reading.warnings) == (
        "utf-8",
        ("Taneček",),
        (),
    )


@pytest.mark.parametrize(
    ("escape", "charset"),
    [
        (b"\x1b.A", "latin-1"),
        (b"\x1b-A", "latin-1"),
        (b"\x1b.B", "iso8859-2"),
        (b"\x1b-L", "iso8859-5"),
        (b"\x1b.F", "iso8859-7"),
        (b"\x1b%/I", "utf-8"),
        (b"\x1b%G\0", "utf-8"),
    ],
)
def test_declared_character_sets(escape: bytes, charset: str) -> None:
    text = {"iso8859-5": "Лавров", "iso8859-7": "Αθήνα", "iso8859-2": "Łódź"}.get(charset, "Zoë")
    reading = iim.decode(dataset(1, 90, escape) + dataset(2, 90, text.encode(charset)))
    assert reading.values[0].values == (text,)
    assert reading.warnings == ()


@pytest.mark.parametrize("escape", [b"\x1b%5", b"", b"UTF-8", b"\x1b(B"])
def test_an_unknown_charset_counts_as_none(escape: bytes) -> None:
    head = dataset(1, 90, escape)
    utf8 = iim.decode(head + dataset(2, 80, "Zoë".encode()))
    assert (utf8.charset, utf8.values[0].values, utf8.warnings) == (None, ("Zoë",), ())
    western = iim.decode(head + dataset(2, 80, "Zoë – “x”".encode("cp1252")))
    assert western.values[0].values == ("Zoë – “x”",)
    assert [warning.code for warning in western.warnings] == ["iim-charset-guessed"]
    assert "2:80" in western.warnings[0].message


def test_undefined_octets_of_windows_1252_are_kept() -> None:
    reading = iim.decode(dataset(2, 80, b"A\x81\x8d\x8f\x90\x9dB\xe9"))
    assert reading.values[0].values == ("A\x81\x8d\x8f\x90\x9dBé",)


def test_a_false_declaration_is_told() -> None:
    reading = iim.decode(dataset(1, 90, UTF8) + dataset(2, 80, "Zoë B".encode("latin-1")))
    assert reading.values[0].values == ("Zoë B",)
    assert "UTF-8" in reading.warnings[0].message


def test_a_character_cut_at_the_limit_is_left_out_and_told() -> None:
    cut = "Ž".encode() * 15 + b"x\xc5"
    assert len(cut) == 32
    reading = iim.decode(dataset(1, 90, UTF8) + dataset(2, 80, cut))
    assert reading.values[0].values == ("Ž" * 15 + "x",)
    assert [warning.code for warning in reading.warnings] == ["iim-character-cut"]
    undeclared = iim.decode(dataset(2, 80, cut))
    assert undeclared.values[0].values == ("Ž" * 15 + "x",)


def test_western_text_that_ends_with_an_accent_is_not_taken_for_cut() -> None:
    name = "Jean-Christophe de la Bonne-René".encode("latin-1")
    assert len(name) == 32
    assert said(dataset(2, 80, name)) == {"IIM 2:80": ("Jean-Christophe de la Bonne-René",)}
    assert said(dataset(1, 90, UTF8) + dataset(2, 80, b"Ren\xe9")) == {"IIM 2:80": ("René",)}


def test_an_extended_dataset_is_read() -> None:
    text = b"x" * 70_000
    block = b"\x1c\x02\x78\x80\x04" + struct.pack(">I", len(text)) + text + dataset(2, 110, b"AFP")
    assert said(block) == {"IIM 2:120": ("x" * 70_000,), "IIM 2:110": ("AFP",)}
    assert pack(2, 120, text) + dataset(2, 110, b"AFP") == block


@pytest.mark.parametrize(
    "tail",
    [
        b"\x1c",
        b"\x1c\x02\x50",
        b"\x1c\x02\x50\x00\x09short",
        b"\x1c\x02\x50\xff\xff",
        b"\x1c\x02\x50\x80\x04\xff\xff\xff\xff",
        b"garbage",
    ],
)
def test_a_broken_tail_is_told_and_the_rest_is_read(tail: bytes) -> None:
    reading = iim.decode(iim_block({"credit": "AFP"}) + tail)
    assert reading.values[0].values == ("AFP",)
    assert [warning.code for warning in reading.warnings] == ["iim-broken"]


def test_padding_with_nuls_is_no_damage() -> None:
    assert iim.decode(iim_block({"credit": "AFP"}) + bytes(9)).warnings == ()
    assert iim.decode(b"") == iim.IimReading(())


def test_a_flood_of_datasets_is_bounded() -> None:
    started = time.perf_counter()
    reading = iim.decode(dataset(2, 25, b"") * 300_000)
    assert [warning.code for warning in reading.warnings] == ["iim-broken"]
    assert len(datasets(dataset(2, 25, b"") * 300_000)[0]) == 100_000
    assert time.perf_counter() - started < 5


@given(st.binary(max_size=200))
def test_no_octets_raise(data: bytes) -> None:
    iim.decode(data)
    iim.decode(b"\x1c\x02\x50" + data)
    iim.decode(b"\x1c\x01\x5a\x00\x03" + data)
