"""A patch gives the former file back byte for byte, or says why it cannot."""

from __future__ import annotations

import hashlib
import os
import random
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.errors import ConflictError, ProvenanceError, StorageError
from provenance.fixing import patch as patch_module
from provenance.fixing.patch import apply_patch, make_patch, shared_by


@given(st.binary(max_size=400), st.binary(max_size=400))
def test_any_two_files_round_trip(new, old):
    assert apply_patch(new, make_patch(new, old)) == old


@given(st.data())
def test_edited_files_round_trip(data):
    old = data.draw(st.binary(min_size=100, max_size=3000))
    new = bytearray(old)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(new)))
        cut = data.draw(st.integers(0, 200))
        new[at : at + cut] = data.draw(st.binary(max_size=200))
    assert apply_patch(bytes(new), make_patch(bytes(new), old)) == old


def several_edits(old: bytes) -> bytes:
    """EXIF near the front, XMP and IIM further on, as a correction of one credit makes them."""
    new = bytearray(old)
    new[300:310] = b"Bakr ALKASEM"
    new[4_000:4_010] = b"Bakr ALKASEM"
    new[9_000:9_010] = b"Bakr ALKASEM"
    new[30_000:30_010] = b"Bakr ALKASEM"
    return bytes(new)


def test_patch_of_a_usual_correction_is_small_and_quick():
    old = os.urandom(8_000_000)
    new = several_edits(old)
    began = time.perf_counter()
    patch = make_patch(new, old)
    spent = time.perf_counter() - began
    assert apply_patch(new, patch) == old
    assert len(patch) < 300
    assert spent < 1.0


def test_moved_blocks_are_copied_not_stored():
    rng = random.Random(7)
    parts = [rng.randbytes(3_000) for _ in range(5)]
    old, new = b"".join(parts), b"".join(reversed(parts))
    patch = make_patch(new, old)
    assert apply_patch(new, patch) == old
    assert len(patch) < 400


def test_known_digests_are_taken_as_given():
    old, new = b"old file", b"new file"
    digests = (hashlib.sha256(new).hexdigest(), hashlib.sha256(old).hexdigest())
    assert make_patch(new, old, digests=digests) == make_patch(new, old)


def test_another_file_is_refused():
    patch = make_patch(b"new bytes", b"old bytes")
    with pytest.raises(ConflictError) as caught:
        apply_patch(b"new bytes!", patch)
    assert caught.value.code == "changed-since"


def test_every_flipped_octet_is_noticed_or_harmless():
    old = random.Random(3).randbytes(2_000)
    new = old[:700] + b"inserted words" + old[720:]
    patch = make_patch(new, old)
    for at in range(len(patch)):
        broken = bytearray(patch)
        broken[at] ^= 0x41
        noticed = 0
        try:
            assert apply_patch(new, bytes(broken)) == old
        except StorageError:
            noticed = 1
        # The two octets of the zlib header hold hints that change nothing.
        assert noticed or at in {92, 93}


def apart(new: bytes, old: bytes) -> bytes:
    """A patch in the layout for changes that lie far apart, made of both files alone."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("provenance.fixing.patch._CLOSE_OCTETS", -1)
        patch = make_patch(new, old)
    assert patch.startswith(b"PVP1")
    return patch


@given(st.binary(max_size=400), st.binary(max_size=400))
def test_any_two_files_round_trip_by_hunks(new, old):
    assert apply_patch(new, apart(new, old)) == old


def test_every_flipped_octet_of_hunks_is_noticed_or_harmless():
    old = random.Random(3).randbytes(2_000)
    new = old[:700] + b"inserted words" + old[720:]
    patch = apart(new, old)
    for at in range(len(patch)):
        broken = bytearray(patch)
        broken[at] ^= 0x41
        noticed = 0
        try:
            assert apply_patch(new, bytes(broken)) == old
        except StorageError:
            noticed = 1
        assert noticed or at in {76, 77}


def test_what_lies_close_together_is_compressed_beside_what_stands_there_now():
    rng = random.Random(5)
    head, tail = rng.randbytes(20_000), rng.randbytes(500_000)
    old = head[:100] + b"Aaref WATAD" + head[100:] + b"Aaref WATAD / AFP" + tail
    new = head[:100] + b"Bakr ALKASEM" + head[100:] + b"Bakr ALKASEM / AFP" + tail
    patch = make_patch(new, old)
    assert patch.startswith(b"PVP2")
    assert len(patch) < 600
    assert apply_patch(new, patch) == old


def test_what_is_known_to_be_shared_is_not_looked_for():
    old = os.urandom(400) + b"a wrong name" + os.urandom(400)
    new = old[:400] + b"the right name" + old[412:]
    patch = make_patch(new, old, shared=(390, 395))
    assert shared_by(patch) == (390, 395)
    assert apply_patch(new, patch) == old
    assert shared_by(make_patch(new, old)) == (400, 405)
    assert shared_by(apart(new, old)) is None
    assert shared_by(patch[:80]) is None


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_hostile_ends_end_in_our_error(front, back, length):
    new, old = b"the new bytes", b"old bytes"
    patch = make_patch(new, old)
    ends = b"".join(one.to_bytes(8, "big") for one in (length, front, back))
    hostile = patch[:68] + ends + patch[92:]
    if hostile == patch:
        return
    with pytest.raises(StorageError) as caught:
        apply_patch(new, hostile)
    assert caught.value.code == "patch-damaged"


def test_every_cut_is_noticed():
    patch = make_patch(b"new bytes and more", b"old bytes and more")
    for length in range(len(patch)):
        with pytest.raises(StorageError):
            apply_patch(b"new bytes and more", patch[:length])


@given(st.binary(max_size=300), st.binary(max_size=50))
def test_hostile_streams_end_in_our_error(stream, new):
    old = bytes(range(40))
    for head in (apart(new, old)[:76], make_patch(new, old)[:92]):
        for body in (stream, zlib.compress(stream)):
            with pytest.raises(ProvenanceError) as caught:
                apply_patch(new, head + body)
            assert caught.value.code in {"patch-damaged", "changed-since"}


def test_a_bomb_is_not_inflated():
    bomb = zlib.compress(b"\0" * 50_000_000, 9)
    began = time.perf_counter()
    for head in (apart(b"n", b"old")[:76], make_patch(b"n", b"old")[:92]):
        with pytest.raises(StorageError):
            apply_patch(b"n", head + bomb)
    assert time.perf_counter() - began < 1.0


def test_a_large_picture_that_moved_is_copied_not_stored():
    old = os.urandom(6_000_000)
    new = old[:90] + b"12345678" + old[98:200] + b"a longer name" + old[205:-400] + old[-390:]
    new = new[:4_000_000] + b"a word" + new[4_000_000:]
    patch = make_patch(new, old)
    assert apply_patch(new, patch) == old
    assert len(patch) < 300


def test_small_blocks_that_moved_are_found_beside_a_large_picture():
    rng = random.Random(11)
    picture, blocks = rng.randbytes(3_000_000), [rng.randbytes(300) for _ in range(4)]
    old = b"".join((*blocks, picture))
    new = b"".join((b"II*\x00", picture, *reversed(blocks), b"end"))
    patch = make_patch(new, old)
    assert apply_patch(new, patch) == old
    assert len(patch) < 400


@given(st.data())
def test_looking_coarsely_first_gives_the_same_file(data):
    size = st.integers(0, 40)
    pieces = [bytes([n % 5]) * data.draw(size) + os.urandom(data.draw(size)) for n in range(6)]
    old = b"".join(pieces)
    new = b"".join(data.draw(st.permutations(pieces)))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("provenance.fixing.patch._LARGE", 32)
        patched.setattr("provenance.fixing.patch._STRIDE", 16)
        assert apply_patch(new, make_patch(new, old)) == old


class Counting(dict):
    """Anchors that count how often they are asked for."""

    asked = 0

    def get(self, key, default=None):
        self.asked += 1
        return super().get(key, default)


def test_a_file_that_is_wholly_another_costs_little(monkeypatch):
    monkeypatch.setattr(patch_module, "_MOST_ANCHORS", 100)
    monkeypatch.setattr(patch_module, "_MOST_MISSES", 1_000)
    old, new = os.urandom(50_000), os.urandom(60_000)
    anchors = patch_module._anchors(new, [(0, 30_000), (30_000, 60_000)], 8)
    assert 90 <= len(anchors) <= 110
    assert list(patch_module._matches(new, 0, 60_000, old, (0, 50_000))) == []
    counting = Counting(anchors)
    assert list(patch_module._scan(new, (0, 60_000), counting, old, (0, 50_000))) == []
    assert counting.asked == 1_000
    assert apply_patch(new, make_patch(new, old)) == old
