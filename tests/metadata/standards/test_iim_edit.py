"""Writing IIM: what is edited, and that nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from iim_material import UTF8, dataset, edit, refused, said
from making import iim_block
from real_blocks import photoshop_blocks

from provenance.metadata.properties import IIM_ROWS, octet_limit
from provenance.metadata.standards import iim, iim_charset, iim_dates, iim_edit, irb
from provenance.metadata.standards.iim_wire import datasets, pack
from provenance.model import Container, Edit, Property

# --- writing


def test_an_edit_changes_its_dataset_and_nothing_else() -> None:
    head, tail = (
        dataset(1, 0, b"\0\4") + dataset(2, 200, b"\xff\x00"),
        dataset(7, 20, b"\xfe") + b"?",
    )
    block = head + dataset(2, 80, b"Aaref WATAD") + dataset(2, 110, b"AFP") + tail
    new = iim_edit.encode(block, [edit("IIM 2:80", "Aaref WATAD", "Bakr ALKASEM")])
    assert new == head + dataset(2, 80, b"Bakr ALKASEM") + dataset(2, 110, b"AFP") + tail


def test_no_edits_no_change() -> None:
    assert iim_edit.encode(b"anything", ()) == b"anything"


def test_one_of_several_is_edited_or_removed() -> None:
    block = iim_block({"byline": ["A", "B", "A"]})
    assert said(iim_edit.encode(block, [edit("IIM 2:80", "B", "C")])) == {
        "IIM 2:80": ("A", "C", "A")
    }
    assert said(iim_edit.encode(block, [edit("IIM 2:80", "A", None)])) == {"IIM 2:80": ("B",)}
    both = [edit("IIM 2:80", "A", None), edit("IIM 2:80", "B", None)]
    assert iim_edit.encode(block, both) == iim_block({})


def test_edits_of_another_block_prefix_are_found() -> None:
    block = iim_block({"byline": "A"})
    wanted = Edit("", Container.IIM, "IIM#2 2:80", Property.CREATOR_NAMES, "A", "B")
    assert said(iim_edit.encode(block, [wanted])) == {"IIM 2:80": ("B",)}


def test_text_beyond_ascii_declares_utf8_first() -> None:
    block = iim_block({"byline": "A", "credit": "AFP"}, charset=None)
    new = iim_edit.encode(block, [edit("IIM 2:80", "A", "Taneček")])
    assert new == dataset(1, 90, UTF8) + block.replace(
        dataset(2, 80, b"A"), dataset(2, 80, "Taneček".encode())
    )


def test_ascii_into_an_undeclared_block_declares_nothing() -> None:
    block = iim_block({"byline": "A", "caption": "Zoë"}, charset=None, encoding="cp1252")
    new = iim_edit.encode(block, [edit("IIM 2:80", "A", "B")])
    assert new == block.replace(dataset(2, 80, b"A"), dataset(2, 80, b"B"))


def test_text_beyond_the_declared_charset_recodes_all_text_to_utf8() -> None:
    private = dataset(2, 219, b"\xe9\xff") + dataset(3, 10, b"\xe9")
    block = (
        dataset(1, 0, b"\0\4")
        + dataset(1, 90, b"\x1b.A")
        + dataset(2, 80, b"A")
        + dataset(2, 120, "Zoë".encode("latin-1"))
        + dataset(2, 118, "Señor".encode("latin-1"))
        + private
    )
    new = iim_edit.encode(block, [edit("IIM 2:80", "A", "Łukasz")])
    assert new == (
        dataset(1, 90, UTF8)
        + dataset(1, 0, b"\0\4")
        + dataset(2, 80, "Łukasz".encode())
        + dataset(2, 120, "Zoë".encode())
        + dataset(2, 118, "Señor".encode())
        + private
    )


def test_text_within_the_declared_charset_stays_in_it() -> None:
    block = dataset(1, 90, b"\x1b.A") + dataset(2, 80, "Zoë".encode("latin-1"))
    new = iim_edit.encode(block, [edit("IIM 2:80", "Zoë", "Chloé")])
    assert new == dataset(1, 90, b"\x1b.A") + dataset(2, 80, "Chloé".encode("latin-1"))


def test_a_dataset_cut_within_a_character_keeps_its_octets_when_others_are_recoded() -> None:
    cut = dataset(2, 122, "Ž".encode() * 15 + b"x\xc5")
    block = dataset(2, 80, b"A") + cut
    assert iim_edit.encode(block, [edit("IIM 2:80", "A", "Ž")]) == (
        dataset(1, 90, UTF8) + dataset(2, 80, "Ž".encode()) + cut
    )


@pytest.mark.parametrize(
    ("locator", "limit"),
    [("IIM 2:80", 32), ("IIM 2:116", 128), ("IIM 2:105", 256), ("IIM 2:120", 2000)],
)
def test_the_octet_limit_counts_octets_and_never_cuts(locator: str, limit: int) -> None:
    block = dataset(1, 90, UTF8) + dataset(2, int(locator[6:]), b"A")
    fits = "é" * (limit // 2)
    assert said(iim_edit.encode(block, [edit(locator, "A", fits)])) == {locator: (fits,)}
    assert refused(block, edit(locator, "A", fits + "x")) == "octet-limit"


def test_recoding_that_would_pass_a_limit_is_refused() -> None:
    block = dataset(2, 80, b"A") + dataset(2, 122, b"\xe9" * 20)
    assert refused(block, edit("IIM 2:80", "A", "Ž")) == "octet-limit"


def test_a_value_already_over_its_limit_stands_in_nobodys_way() -> None:
    block = dataset(2, 80, b"A") + dataset(2, 122, "é".encode() * 20)
    assert said(iim_edit.encode(block, [edit("IIM 2:80", "A", "Ž")]))["IIM 2:80"] == ("Ž",)


def test_what_is_not_there_exactly_is_refused() -> None:
    block = iim_block({"byline": "Aaref WATAD"})
    for before in ("aaref WATAD", "Aaref WATAD ", "WATAD", ""):
        assert refused(block, edit("IIM 2:80", before, "B")) == "value-changed"
    assert refused(block, edit("IIM 2:110", "Aaref WATAD", "B")) == "value-changed"
    assert refused(b"", edit("IIM 2:80", "A", "B")) == "value-changed"


def test_what_unicode_cannot_encode_is_refused() -> None:
    assert refused(iim_block({"byline": "A"}), edit("IIM 2:80", "A", "\ud800")) == "value-form"


def test_a_value_that_would_read_back_otherwise_is_refused() -> None:
    assert refused(iim_block({"byline": "A"}), edit("IIM 2:80", "A", "B\0")) == "readback-differs"


def test_dates_are_edited_as_one_value() -> None:
    block = iim_block({"date": "20240131", "time": "235901+0130", "byline": "A"})
    locator, before = "IIM 2:55+2:60", "2024-01-31T23:59:01+01:30"
    new = iim_edit.encode(block, [edit(locator, before, "2025-02-01T00:00:00-05:00")])
    assert new == iim_block({"date": "20250201", "time": "000000-0500", "byline": "A"})
    assert iim_edit.encode(block, [edit(locator, before, None)]) == iim_block({"byline": "A"})
    assert refused(block, edit(locator, before, "2025-02-01")) == "value-form"
    assert refused(block, edit(locator, before, "soon")) == "value-form"


def test_a_date_alone_is_edited() -> None:
    block = iim_block({"date": "20240131"})
    assert iim_edit.encode(block, [edit("IIM 2:55", "2024-01-31", "2024-02-01")]) == iim_block(
        {"date": "20240201"}
    )
    assert refused(block, edit("IIM 2:55", "2024-01-31", "2024-02-01T10:00:00")) == "value-form"


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 255), st.binary(max_size=40))))
def test_the_wire_form_comes_apart_and_together(parts: list[tuple[int, int, bytes]]) -> None:
    block = b"".join(pack(*part) for part in parts)
    found, stopped = datasets(block)
    assert not stopped
    assert [(*one.key, block[one.content : one.end]) for one in found] == parts
    assert b"".join(block[one.start : one.end] for one in found) == block


_TEXT = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=8
).filter(lambda text: bool(text.strip()))


@given(
    names=st.lists(_TEXT, min_size=1, max_size=4),
    after=st.one_of(st.none(), _TEXT),
    declared=st.booleans(),
)
def test_edits_read_back_and_touch_nothing_else(
    names: list[str], after: str | None, declared: bool
) -> None:
    charset = UTF8 if declared else None
    block = iim_block({"byline": names, "caption": "Zoë", "keywords": "k"}, charset=charset)
    new = iim_edit.encode(block, [edit("IIM 2:80", names[0], after)])
    expected = [after if name == names[0] else name for name in names]
    left = tuple(name for name in expected if name is not None)
    assert said(new).get("IIM 2:80", ()) == left
    assert {**said(block), "IIM 2:80": ()} == {**said(new), "IIM 2:80": ()}


# --- dates on their own


@pytest.mark.parametrize("text", ["2024-1-1", "20240131x", "", "2024-01-31T10:00", "٢٠٢٤٠١٣١"])
def test_what_is_no_date_has_no_dataset_form(text: str) -> None:
    assert iim_dates.dataset_forms(text) is None
    assert iim_dates.day(text) is None


@pytest.mark.parametrize("charset", [None, "utf-8", "iso8859-1", "iso8859-5"])
def test_what_a_charset_encodes_it_decodes(charset: str | None) -> None:
    for text in ("plain", "Zoë", "Лавров"):
        octets = iim_charset.encode(text, charset)
        if octets is not None:
            assert iim_charset.decode(octets, charset, None)[0] == text


# --- real files


def test_every_real_block_takes_an_edit_of_each_value(shared: Path) -> None:
    edited = 0
    for name, data in photoshop_blocks(shared):
        block = irb.iim_of(data)
        if block is None:
            continue
        before = iim.decode(block)
        for value in before.values:
            if value.property is Property.DATE_CREATED or value.property in IIM_ROWS:
                continue
            wanted = [Edit("", Container.IIM, value.locator, value.property, value.values[0], "Ža")]
            fits = all(
                len(other.encode()) <= (octet_limit(v.property) or 0)
                for v in before.values
                for other in v.values
                if v.property is not Property.DATE_CREATED and v.property not in IIM_ROWS
            )
            if not fits:
                continue
            new = iim_edit.encode(block, wanted)
            others = {v.locator: v.values for v in before.values if v.locator != value.locator}
            assert {k: v for k, v in said(new).items() if k != value.locator} == others, name
            assert "Ža" in said(new)[value.locator], name
            edited += 1
    assert edited > 400


@pytest.mark.parametrize(
    ("locator", "before"),
    [
        ("IIM 2:42", "01"),
        ("IIM 2:45", "AFP"),
        ("IIM 2:47", "20241130"),
        ("IIM 2:50", "12345678"),
        ("IIM 2:30+2:35", "2024-11-30T10:00:00+00:00"),
        ("IIM 2:37", "2025-11-30"),
        ("IIM 2:07", "Correction"),
        ("IIM 2:08", "01"),
        ("IIM 2:42", ""),
        ("IIM 2:37+2:38", ""),
    ],
)
def test_the_senders_own_word_is_not_edited(locator: str, before: str) -> None:
    block = (
        dataset(2, 7, b"Correction") + dataset(2, 8, b"01") + dataset(2, 30, b"20241130")
        + dataset(2, 35, b"100000+0000") + dataset(2, 37, b"20251130") + dataset(2, 42, b"01")
        + dataset(2, 45, b"AFP") + dataset(2, 47, b"20241130") + dataset(2, 50, b"12345678")
    )  # fmt: skip
    assert not before or said(block)[locator] == (before,)
    for after in ("02", None) if before else ("02",):
        assert refused(block, edit(locator, before, after)) == "not-settable"


def test_an_edit_beside_them_leaves_their_octets() -> None:
    kept = dataset(2, 30, b"20241130") + dataset(2, 42, b"01") + dataset(2, 47, b"20241130")
    block = kept + dataset(2, 80, b"Ann")
    assert iim_edit.encode(block, [edit("IIM 2:80", "Ann", "Zoe")]) == kept + dataset(2, 80, b"Zoe")
    again = iim_edit.encode(block, [edit("IIM 2:80", "Ann", "Žoe")])
    assert kept in again
