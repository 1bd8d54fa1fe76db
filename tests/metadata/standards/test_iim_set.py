"""IIM blocks: values that are not there yet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from iim_material import UTF8, dataset, edit, refused, said
from making import iim_block

from provenance.errors import RewriteRefusedError
from provenance.metadata.properties import TABLE
from provenance.metadata.standards import iim_edit
from provenance.metadata.standards.iim_wire import datasets

VERSION = dataset(2, 0, b"\x00\x04")
DECLARED = dataset(1, 90, UTF8)


def setting(block: bytes, *pairs: tuple[str, str]) -> bytes:
    return iim_edit.encode(block, [edit(f"IIM {name}", "", after) for name, after in pairs])


def test_a_dataset_is_put_among_the_others_in_ascending_order() -> None:
    block = iim_block({"title": "t", "headline": "h", "caption": "c", "writer": "w"})
    new = setting(block, ("2:110", "AFP"), ("2:80", "Ann"), ("2:80", "Zoe"), ("2:103", "id"))
    numbers = [wire.key[1] for wire in datasets(new)[0] if wire.key[0] == 2]
    assert numbers == [0, 5, 80, 80, 103, 105, 110, 120, 122]
    assert said(new) == said(block) | {
        "IIM 2:80": ("Ann", "Zoe"), "IIM 2:110": ("AFP",), "IIM 2:103": ("id",),
    }  # fmt: skip
    assert new.replace(dataset(2, 110, b"AFP"), b"").endswith(
        dataset(2, 105, b"h") + dataset(2, 120, b"c") + dataset(2, 122, b"w")
    )


def test_an_unsorted_block_keeps_its_order() -> None:
    block = VERSION + dataset(2, 120, b"c") + dataset(2, 80, b"Ann") + dataset(3, 10, b"x")
    new = setting(block, ("2:110", "AFP"))
    assert new == block.replace(
        dataset(3, 10, b"x"), dataset(2, 110, b"AFP") + dataset(3, 10, b"x")
    )


def test_a_block_without_record_2_gets_one() -> None:
    added = VERSION + dataset(2, 80, b"Ann")
    assert setting(b"", ("2:80", "Ann")) == added
    assert setting(bytes(3), ("2:80", "Ann")) == added + bytes(3)
    assert setting(DECLARED + dataset(3, 10, b"x"), ("2:80", "Ann")) == (
        DECLARED + added + dataset(3, 10, b"x")
    )


@pytest.mark.parametrize("blank", [b"", b"  ", b"\x00\x00"])
def test_a_blank_dataset_is_filled_and_not_doubled(blank: bytes) -> None:
    block = VERSION + dataset(2, 80, blank) + dataset(2, 120, b"c")
    assert setting(block, ("2:80", "Ann")) == block.replace(
        dataset(2, 80, blank), dataset(2, 80, b"Ann")
    )
    assert setting(block, ("2:80", "Ann"), ("2:80", "Zoe")) == block.replace(
        dataset(2, 80, blank), dataset(2, 80, b"Ann") + dataset(2, 80, b"Zoe")
    )


def test_text_beyond_ascii_declares_utf_8_first_and_recodes_the_rest() -> None:
    block = VERSION + dataset(2, 90, "Köln".encode("latin-1")) + dataset(8, 10, b"\xff\x1c")
    new = setting(block, ("2:80", "Łukasz"))
    assert new == (
        DECLARED + VERSION + dataset(2, 80, "Łukasz".encode()) + dataset(2, 90, "Köln".encode())
        + dataset(8, 10, b"\xff\x1c")
    )  # fmt: skip


def test_a_late_declaration_goes_first_before_text_beyond_ascii() -> None:
    city = dataset(2, 90, "Plzeň".encode())
    block = VERSION + city + DECLARED
    assert setting(block, ("2:80", "Ann")) == VERSION + dataset(2, 80, b"Ann") + city + DECLARED
    assert setting(block, ("2:80", "Jiří")) == (
        DECLARED + VERSION + dataset(2, 80, "Jiří".encode()) + city
    )


def test_recoding_keeps_a_value_that_was_too_long_already() -> None:
    long = "ü" * 70
    block = VERSION + dataset(2, 25, long.encode("latin-1"))
    assert said(setting(block, ("2:80", "Łukasz")))["IIM 2:25"] == (long,)
    full = VERSION + dataset(2, 25, ("ü" * 60).encode("latin-1"))
    assert refused(full, edit("IIM 2:80", "", "Łukasz")) == "octet-limit"


@pytest.mark.parametrize(
    ("name", "after", "wanted"),
    [
        ("2:55", "2024-12-08", dataset(2, 55, b"20241208")),
        (
            "2:55+2:60",
            "2024-12-08T11:30:00+02:00",
            dataset(2, 55, b"20241208") + dataset(2, 60, b"113000+0200"),
        ),
    ],
)
def test_a_date_is_set(name: str, after: str, wanted: bytes) -> None:
    block = VERSION + dataset(2, 40, b"i") + dataset(2, 80, b"Ann")
    new = setting(block, (name, after))
    assert new == VERSION + dataset(2, 40, b"i") + wanted + dataset(2, 80, b"Ann")
    assert said(new)[f"IIM {name}"] == (after,)


def test_half_a_date_is_not_made_whole() -> None:
    block = VERSION + dataset(2, 60, b"113000+0200")
    assert refused(block, edit("IIM 2:55", "", "2024-12-08")) == "readback-differs"
    there = VERSION + dataset(2, 55, b"20241208")
    assert refused(there, edit("IIM 2:55+2:60", "", "2024-12-08T11:30:00")) == "readback-differs"


def test_a_tail_stays_the_tail() -> None:
    block = VERSION + dataset(2, 120, b"c")
    for tail in (bytes(5), b"broken tail"):
        assert setting(block + tail, ("2:80", "Ann")) == (
            VERSION + dataset(2, 80, b"Ann") + dataset(2, 120, b"c") + tail
        )


@pytest.mark.parametrize(
    ("block", "locator", "after", "code"),
    [
        (VERSION + dataset(2, 80, b"Ann"), "IIM 2:80", "Zoe", "value-changed"),
        (VERSION, "IIM 2:80", "x" * 33, "octet-limit"),
        (VERSION, "IIM 2:110", "", "value-form"),
        (VERSION, "IIM 2:55", "yesterday", "value-form"),
        (b"8BIM\x04\x04", "IIM 2:80", "Ann", "iim-broken"),
    ],
)
def test_what_cannot_be_set_is_refused(block: bytes, locator: str, after: str, code: str) -> None:
    assert refused(block, edit(locator, "", after)) == code


def test_a_dataset_that_may_not_repeat_is_set_once() -> None:
    two = [edit("IIM 2:110", "", "AFP"), edit("IIM 2:110", "", "Getty")]
    assert refused(VERSION, *two) == "value-form"
    assert refused(VERSION, *(edit("IIM 2:55", "", day) for day in ("2024-12-08", "2024-12-09")))


NAMES = [row.iim.name for row in TABLE if row.iim is not None and row.iim.key != (2, 55)]


@given(
    st.dictionaries(st.sampled_from(NAMES), st.text(min_size=1, max_size=60), max_size=4),
    st.dictionaries(st.sampled_from(NAMES), st.text(min_size=1, max_size=60), min_size=1),
)
def test_any_block_keeps_what_it_said(old: dict[str, str], new: dict[str, str]) -> None:
    rows = sorted((int(name[2:]), text.encode("utf-8", "replace")) for name, text in old.items())
    block = DECLARED + VERSION + b"".join(dataset(2, number, text) for number, text in rows)
    before = said(block)
    wanted = {name: text for name, text in new.items() if f"IIM {name}" not in before}
    code, after = "", b""
    try:
        after = setting(block, *wanted.items())
    except RewriteRefusedError as refusal:
        code = refusal.code
    assert code in {"", "octet-limit", "value-form", "readback-differs"}
    if code:
        return
    assert said(after) == before | {f"IIM {name}": (text,) for name, text in wanted.items()}
    kept = [block[wire.start : wire.end] for wire in datasets(block)[0]]
    there = [after[wire.start : wire.end] for wire in datasets(after)[0]]
    blank = [one for one in kept if not one[5:].decode("utf-8", "replace").strip("\x00").strip()]
    assert all(one in there for one in kept if one not in blank)
