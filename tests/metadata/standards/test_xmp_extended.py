"""Extended XMP in segments."""

from __future__ import annotations

import hashlib
import random

import pytest

from provenance.errors import RewriteRefusedError
from provenance.metadata.standards import xmp_extended
from provenance.metadata.standards.xmp_extended import HEADER, assemble, chunk, guid_of

PACKET = b"<x/>" + bytes(200_000)


def bodies(packet: bytes) -> list[bytes]:
    return [payload[len(HEADER) :] for payload in chunk(packet)]


@pytest.mark.parametrize("size", [1, 65_324, 65_325, 65_326, 200_000])
def test_a_packet_comes_apart_and_together_in_any_order(size: int) -> None:
    packet = random.Random(size).randbytes(size)
    payloads = chunk(packet)
    assert max(map(len, payloads)) <= 65_400
    assert all(payload.startswith(HEADER + guid_of(packet).encode()) for payload in payloads)
    extension = assemble(list(reversed(bodies(packet))))
    assert extension.packets == {hashlib.md5(packet).hexdigest().upper(): packet}
    assert extension.warnings == ()


def test_packets_of_two_guids_are_kept_apart() -> None:
    one, other = bodies(PACKET), bodies(b"<y/>")
    assert set(assemble([one[0], other[0], *one[1:]]).packets.values()) == {PACKET, b"<y/>"}


def test_a_chunk_that_stands_twice_is_one() -> None:
    parts = bodies(PACKET)
    assert list(assemble([*parts, parts[1]]).packets.values()) == [PACKET]


def _broken() -> dict[str, list[bytes]]:
    parts = bodies(PACKET)
    flipped = parts[1][:-1] + b"\x01"
    return {
        "missing": parts[:-1],
        "first missing": parts[1:],
        "flipped": [parts[0], flipped, *parts[2:]],
        "contradicting": [*parts, flipped],
        "other length": [parts[0], parts[1][:32] + b"\0\0\0\x09" + parts[1][36:], *parts[2:]],
        "too long": [parts[0][:32] + b"\xff\xff\xff\xff" + parts[0][36:]],
        "short header": [b"0" * 39],
        "no guid": [b"\xff" * 32 + parts[0][32:]],
    }


@pytest.mark.parametrize("case", list(_broken()))
def test_what_cannot_be_proven_whole_is_told_and_not_read(case: str) -> None:
    extension = assemble(_broken()[case])
    assert extension.packets == {}
    assert [warning.code for warning in extension.warnings] == ["xmp-extended-broken"]


def test_a_broken_one_does_not_hide_a_sound_one() -> None:
    extension = assemble([*bodies(PACKET)[:-1], *bodies(b"<y/>")])
    assert list(extension.packets.values()) == [b"<y/>"]
    assert len(extension.warnings) == 1


def test_nothing_is_nothing() -> None:
    assert assemble([]) == xmp_extended.Extension({})


def test_what_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xmp_extended, "LARGEST", 1000)
    with pytest.raises(RewriteRefusedError) as refusal:
        chunk(bytes(1001))
    assert refusal.value.code == "segment-too-large"
