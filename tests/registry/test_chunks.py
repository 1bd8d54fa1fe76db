from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.errors import RegistryError
from provenance.registry.chunks import PIECES, as_number, buckets, probes

HASHES = st.binary(min_size=32, max_size=32)


def flipped(pdq: bytes, bits: list[int]) -> bytes:
    return (int.from_bytes(pdq) ^ sum(1 << bit for bit in bits)).to_bytes(32)


def test_every_bit_is_in_one_bucket() -> None:
    empty = buckets(bytes(32))
    for bit in range(256):
        one = buckets(flipped(bytes(32), [bit]))
        changed = [a ^ b for a, b in zip(empty, one, strict=True) if a != b]
        assert len(changed) == 1
        assert changed[0].bit_count() == 1
    full = buckets(b"\xff" * 32)
    assert sum((a ^ b).bit_count() for a, b in zip(empty, full, strict=True)) == 256


def test_pieces_never_share_a_bucket() -> None:
    assert len(set(probes(bytes(32)))) == len(probes(bytes(32)))
    assert len({bucket >> 24 for bucket in probes(b"\xff" * 32)}) == PIECES


def test_the_search_asks_a_bounded_number_of_questions() -> None:
    assert len(probes(bytes(32))) == 3 * (1 + 24 + 276) + 7 * (1 + 23 + 253) + (1 + 23)
    assert len(probes(bytes(32), 0)) == 1


@given(
    pdq=HASHES, bits=st.sets(st.integers(0, 255), max_size=31), pieces=st.sampled_from([11, 12, 16])
)
def test_whatever_is_near_shares_a_bucket(pdq: bytes, bits: set[int], pieces: int) -> None:
    other = flipped(pdq, sorted(bits))
    asked = set(probes(pdq, len(bits), pieces))
    assert asked & set(buckets(other, pieces))
    assert set(probes(pdq, 31, pieces)) & set(buckets(other, pieces))


@pytest.mark.parametrize("pieces", [11, 12, 16])
def test_differences_spread_as_evilly_as_they_can(pieces: int) -> None:
    """As many differences in each piece as its radius does not cover, but for one of them."""
    rng = random.Random(5)
    for _ in range(50):
        pdq = rng.randbytes(32)
        whole, over = divmod(32, pieces)
        spared = rng.randrange(pieces)
        bits: list[int] = []
        for piece in range(pieces):
            radius = whole - 1 + (piece < over)
            members = [255 - at for at in range(piece, 256, pieces)]
            bits += rng.sample(members, radius + (piece != spared))
        assert len(bits) == 31
        assert set(probes(pdq, 31, pieces)) & set(buckets(flipped(pdq, bits), pieces))


@pytest.mark.parametrize("within", [-1, 32])
def test_a_distance_that_the_search_is_not_made_for_is_refused(within: int) -> None:
    with pytest.raises(RegistryError, match="0 to 31"):
        probes(bytes(32), within)


@pytest.mark.parametrize("pdq", [b"", bytes(31), bytes(33)])
def test_what_is_no_hash_is_refused(pdq: bytes) -> None:
    with pytest.raises(RegistryError, match="32 octets"):
        buckets(pdq)
    with pytest.raises(RegistryError, match="32 octets"):
        as_number(pdq)
