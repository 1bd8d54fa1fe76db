"""Multi-index hashing: find every hash within some distance by looking up whole numbers.

A hash of 256 bits is cut into pieces. Two hashes that differ in at most ``d`` bits differ
in few bits of at least one piece: if every piece ``i`` had more than ``r_i`` of the
differences, there would be at least ``sum(r_i + 1)`` of them. So with ``sum(r_i + 1) = d + 1``
it is enough to look up, for each piece, all numbers that differ from it in at most ``r_i``
bits. Nothing is missed; what is found too much is told by the whole distance.

Bit ``i`` belongs to piece ``i mod m``: neighbouring bits of a picture's hash go together,
and pieces of neighbours would crowd few numbers.

Source: Norouzi, Punjani, Fleet, "Fast Exact Search in Hamming Space with Multi-Index
Hashing" (2014), section 3 (general form of the pigeonhole argument). Why 11 pieces:
docs/decisions/0005-search-by-look.md.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations
from typing import Final

from provenance.errors import RegistryError
from provenance.model.look import BITS

PIECES: Final = 11
FARTHEST: Final = 31
"""The distance up to which pictures are said to look alike; the search is made for it."""

_OCTETS: Final = BITS // 8
_PIECE_SHIFT: Final = 24


def buckets(pdq: bytes, pieces: int = PIECES) -> tuple[int, ...]:
    """The numbers under which a hash is filed: one for each piece, all different.

    Args:
        pdq: 32 octets.
        pieces: into how many the hash is cut.

    Raises:
        RegistryError: not 32 octets.
    """
    bits = f"{as_number(pdq):0{BITS}b}"
    return tuple(piece << _PIECE_SHIFT | int(bits[piece::pieces], 2) for piece in range(pieces))


def probes(pdq: bytes, within: int = FARTHEST, pieces: int = PIECES) -> list[int]:
    """The numbers under which every hash within ``within`` bits of this one is filed at least once.

    Args:
        pdq: 32 octets.
        within: 0..31.
        pieces: as they were when the hashes were filed.

    Raises:
        RegistryError: not 32 octets, or a distance that the search is not made for.
    """
    if not 0 <= within <= FARTHEST:
        raise RegistryError(
            f"Pictures cannot be looked for within {within} bits, but for 0 to {FARTHEST}.",
            code="registry-distance",
            remedy="This is a fault of the program: please report it.",
        )
    return [
        bucket ^ mask
        for bucket, masks in zip(buckets(pdq, pieces), _masks(within, pieces), strict=True)
        for mask in masks
    ]


def as_number(pdq: bytes) -> int:
    """The hash as one number, whose bits can be counted.

    Raises:
        RegistryError: not 32 octets.
    """
    if len(pdq) != _OCTETS:
        raise RegistryError(
            f"A picture's hash has {_OCTETS} octets, not {len(pdq)}.",
            code="registry-hash",
            remedy="This is a fault of the program: please report it.",
        )
    return int.from_bytes(pdq)


@cache
def _masks(within: int, pieces: int) -> tuple[tuple[int, ...], ...]:
    """For each piece, the differences to look up; none where the other pieces suffice.

    The first pieces are the widest, so that the larger radii go where they cost fewest
    candidates.
    """
    whole, over = divmod(within + 1, pieces)
    return tuple(
        _within(len(range(piece, BITS, pieces)), whole - 1 + (piece < over))
        for piece in range(pieces)
    )


def _within(width: int, radius: int) -> tuple[int, ...]:
    return tuple(
        sum(1 << bit for bit in flipped)
        for count in range(radius + 1)
        for flipped in combinations(range(width), count)
    )
