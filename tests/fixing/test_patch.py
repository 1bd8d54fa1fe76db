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
from provenance.fixing.patch import apply_patch, make_patch


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
        assert noticed or at in {76, 77}


def test_every_cut_is_noticed():
    patch = make_patch(b"new bytes and more", b"old bytes and more")
    for length in range(len(patch)):
        with pytest.raises(StorageError):
            apply_patch(b"new bytes and more", patch[:length])


@given(st.binary(max_size=300), st.binary(max_size=50))
def test_hostile_streams_end_in_our_error(stream, new):
    head = make_patch(new, bytes(range(40)))[:76]
    for body in (stream, zlib.compress(stream)):
        with pytest.raises(ProvenanceError) as caught:
            apply_patch(new, head + body)
        assert caught.value.code in {"patch-damaged", "changed-since"}


def test_a_bomb_is_not_inflated():
    head = make_patch(b"n", b"old")[:76]
    bomb = zlib.compress(b"\0" * 50_000_000, 9)
    began = time.perf_counter()
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
