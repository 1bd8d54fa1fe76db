"""Photoshop image resources: apart, and together with another IIM."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import resource
from real_blocks import photoshop_blocks

from provenance.errors import RewriteRefusedError
from provenance.metadata.standards import irb

OLD, NEW = b"\x1c\x02\x50\x00\x01A", b"\x1c\x02\x50\x00\x04ABCD"


def md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def codes(data: bytes) -> list[str]:
    return [warning.code for warning in irb.read_warnings(data)]


def test_resources_come_apart_with_their_names_and_spans() -> None:
    first, second = resource(0x03ED, b"odd", b"name"), resource(0x0404, b"even")
    one, two = irb.split(first + second)
    assert (one.id, one.name, one.payload, one.start, one.end) == (
        0x03ED,
        b"name",
        b"odd",
        0,
        len(first),
    )
    assert (two.id, two.name, two.payload) == (0x0404, b"", b"even")
    assert (two.start, two.end) == (len(first), len(first + second))


@pytest.mark.parametrize("signature", [b"8BIM", b"MeSa", b"PHUT", b"AgHg", b"DCSR"])
def test_every_known_signature_is_followed(signature: bytes) -> None:
    data = resource(0x0404, OLD).replace(b"8BIM", signature)
    assert irb.iim_of(data) == OLD
    assert irb.with_iim(data, NEW) == resource(0x0404, NEW).replace(b"8BIM", signature)


def test_missing_padding_is_tolerated_between_and_at_the_end() -> None:
    unpadded = resource(0x03ED, b"odd")[:-1]
    data = unpadded + resource(0x0404, b"xyz")[:-1]
    assert [one.payload for one in irb.split(data)] == [b"odd", b"xyz"]
    assert codes(data) == []
    assert irb.with_iim(data, OLD) == unpadded + resource(0x0404, OLD)


@pytest.mark.parametrize(
    "tail", [b"8BIM", b"8BIM\x04\x04\x00\x00\xff\xff\xff\xff", b"XXXX" * 4, b"8BIM\x04\x04\xff" * 2]
)
def test_a_broken_tail_is_told_and_kept(tail: bytes) -> None:
    data = resource(0x0404, OLD) + tail
    assert irb.iim_of(data) == OLD
    assert codes(data) == ["photoshop-broken"]
    assert irb.with_iim(data, NEW) == resource(0x0404, NEW) + tail


def test_zeros_behind_the_last_resource_are_padding() -> None:
    assert codes(resource(0x0404, OLD) + bytes(3)) == []
    assert codes(b"") == []


def test_a_true_digest_stays_true() -> None:
    before, after = resource(0x0BB7, b"<xmp>"), resource(0x040F, b"icc")
    data = before + resource(0x0404, OLD) + resource(0x0425, md5(OLD)) + after
    assert codes(data) == []
    assert irb.with_iim(data, NEW) == (
        before + resource(0x0404, NEW) + resource(0x0425, md5(NEW)) + after
    )


def test_a_digest_before_the_block_stays_true_too() -> None:
    data = resource(0x0425, md5(OLD)) + resource(0x0404, OLD)
    assert irb.with_iim(data, NEW) == resource(0x0425, md5(NEW)) + resource(0x0404, NEW)


@pytest.mark.parametrize("stale", [bytes(16), b"", b"short"])
def test_a_stale_digest_is_told_and_keeps_its_octets(stale: bytes) -> None:
    data = resource(0x0404, OLD) + resource(0x0425, stale)
    assert codes(data) == ["iptc-digest-stale"]
    assert irb.with_iim(data, NEW) == resource(0x0404, NEW) + resource(0x0425, stale)


def test_no_digest_is_added() -> None:
    assert irb.with_iim(resource(0x0404, OLD), NEW) == resource(0x0404, NEW)


def test_several_blocks_are_addressed_by_number() -> None:
    data = resource(0x0404, OLD) + resource(0x0425, md5(OLD)) + resource(0x0404, b"2")
    assert irb.iims_of(data) == (OLD, b"2")
    assert irb.with_iim(data, NEW, index=1) == (
        resource(0x0404, OLD) + resource(0x0425, md5(OLD)) + resource(0x0404, NEW)
    )


def test_a_block_that_is_not_there_is_not_made() -> None:
    data = resource(0x03ED, b"res")
    assert irb.iim_of(data) is None
    with pytest.raises(RewriteRefusedError) as refusal:
        irb.with_iim(data, NEW)
    assert refusal.value.code == "value-changed"


def test_a_flood_of_resources_is_bounded() -> None:
    assert len(irb.split(resource(1, b"") * 20_000)) == 10_000


@given(st.binary(max_size=120))
def test_no_octets_raise(data: bytes) -> None:
    for candidate in (data, b"8BIM" + data, b"8BIM\x04\x04\x00\x00\x00\x00" + data):
        spans = [(one.start, one.end) for one in irb.split(candidate)]
        assert all(0 <= start < end <= len(candidate) for start, end in spans)
        irb.read_warnings(candidate)


@given(
    st.lists(st.tuples(st.integers(0, 0xFFFF), st.binary(max_size=9), st.binary(max_size=9))),
    st.binary(max_size=9),
)
def test_only_the_iim_and_its_true_digest_change(
    parts: list[tuple[int, bytes, bytes]], new: bytes
) -> None:
    data = b"".join(resource(*part) for part in parts) + resource(0x0404, OLD, b"IPTC")
    written = irb.with_iim(data, new, index=sum(part[0] == 0x0404 for part in parts))
    assert written == b"".join(resource(*part) for part in parts) + resource(0x0404, new, b"IPTC")


def test_real_blocks_keep_all_but_the_iim(shared: Path) -> None:
    checked = 0
    for name, data in photoshop_blocks(shared):
        block = irb.iim_of(data)
        if block is None:
            continue
        assert irb.with_iim(data, block) == data, name
        new = irb.with_iim(data, block + b"\x1c")
        before = [(one.id, one.payload) for one in irb.split(data)]
        after = [(one.id, one.payload) for one in irb.split(new)]
        changed = {old[0] for old, now in zip(before, after, strict=True) if old != now}
        assert changed <= {0x0404, 0x0425}, name
        assert codes(new) == codes(data), name
        checked += 1
    assert checked > 100


THREE = resource(0x03ED, b"odd", b"name") + resource(0x0404, OLD) + resource(0x0424, b"<x/>")


def test_resources_are_replaced_and_taken_away_by_their_place() -> None:
    new = irb.with_resources(THREE + b"tail", {2: b"<longer/>", 0: None})
    assert new == resource(0x0404, OLD) + resource(0x0424, b"<longer/>") + b"tail"
    assert (
        irb.with_resources(THREE, {at: one.payload for at, one in enumerate(irb.split(THREE))})
        == THREE
    )
    named = irb.with_resources(THREE, {0: b"even"})
    assert (
        named
        == resource(0x03ED, b"even", b"name") + THREE[len(resource(0x03ED, b"odd", b"name")) :]
    )


def test_a_new_resource_stands_behind_the_last_and_before_padding() -> None:
    new = resource(0x0424, b"<new>")
    assert irb.with_new(b"", 0x0424, b"<new>") == new
    assert irb.with_new(THREE + b"\x00\x00", 0x0424, b"<new>") == THREE + new + b"\x00\x00"
    unpadded = THREE + resource(0x03ED, b"odd")[:-1]
    assert irb.with_new(unpadded, 0x0424, b"<new>") == unpadded + b"\x00" + new


def test_nothing_is_added_behind_a_broken_tail() -> None:
    with pytest.raises(RewriteRefusedError) as caught:
        irb.with_new(THREE + b"8BIM?", 0x0424, b"<new>")
    assert caught.value.code == "photoshop-broken"
