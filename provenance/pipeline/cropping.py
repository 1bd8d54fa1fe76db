"""Hold the parts of a notice's picture against the assets that may be crops of it.

That a group of assets was searched is remembered by sums over groups of it, so that the next run
searches only what changed. Brings numpy: imported where there is a picture to look for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from provenance.model import Look
from provenance.pixels.crops import shown
from provenance.registry import Crops

MOST_SEARCHED: Final = 100_000
"""Assets that one notice's picture is looked for among; what that takes: docs/speed.md."""

GROUPS: Final = 64
"""One more picture makes one of so many groups of a window be searched again."""

_WORD: Final = 8
_SHIFT: Final = np.uint64(58)
Words = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """Assets that a picture may have a crop among, each picture's data once.

    Attributes:
        bases: by which their picture data are known.
        codes: a number for each that stands for its basis and its hashes.
        forms: hashes, four words each.
        of: for each hash, the place of its asset in ``bases``: one with a border has two.
        left: how many more there are.
    """

    bases: tuple[str, ...]
    codes: Words
    forms: Words
    of: npt.NDArray[np.intp]
    left: int = 0


def window(looks: Iterable[Look]) -> Window:
    """The assets that look so, as far as their hashes tell."""
    told = {look.basis: look.forms() for look in looks if look.hash.tells}
    codes = b"".join(_code(basis, forms) for basis, forms in told.items())
    hashes = b"".join(form for forms in told.values() for form in forms)
    counts = [len(forms) for forms in told.values()]
    return Window(
        tuple(told),
        np.frombuffer(codes, np.uint64),
        np.frombuffer(hashes, np.uint64).reshape(-1, 4),
        np.repeat(np.arange(len(told)), counts),
    )


def _code(basis: str, forms: Iterable[bytes]) -> bytes:
    told = b"\0".join((basis.encode("utf-8", "surrogatepass"), *forms))
    return hashlib.blake2b(told, digest_size=_WORD).digest()


def joined(windows: Iterable[Window]) -> Window:
    """Several windows as one, each asset once; beyond ``MOST_SEARCHED`` the first ones."""
    every = list(windows)
    codes = np.concatenate([np.zeros(0, np.uint64), *(one.codes for one in every)])
    starts = np.cumsum([0, *(len(one.bases) for one in every)])
    _, first = np.unique(codes, return_index=True)
    first.sort()
    kept = first[:MOST_SEARCHED]
    place = np.full(len(codes), -1, np.intp)
    place[kept] = np.arange(len(kept))
    bases = [basis for one in every for basis in one.bases]
    of = np.concatenate(
        [np.zeros(0, np.intp), *(one.of + start for one, start in zip(every, starts, strict=False))]
    )
    forms = np.concatenate([np.zeros((0, 4), np.uint64), *(one.forms for one in every)])
    wanted = place[of] >= 0
    return Window(
        tuple(bases[at] for at in kept),
        codes[kept],
        forms[wanted],
        place[of[wanted]],
        len(first) - len(kept),
    )


@dataclass(frozen=True, slots=True)
class Found:
    """What holding the parts of a picture against a window came to.

    Attributes:
        hits: by the basis of each asset that looks like a part, the bits that differ.
        searched: what to remember; for ``registry.put_searched``.
    """

    hits: Mapping[str, int]
    searched: bytes


def search(parts: Crops, among: Window, settled: Collection[str]) -> Found:
    """Hold the parts of a picture against the assets that were not searched as they are now.

    A group with hits that are not settled is not remembered: were comparing them cut short, the
    next run would find them again.

    Args:
        parts: the hashes of the parts, and what they were held against before.
        among: the assets.
        settled: the bases of which nothing more is to be known.
    """
    group = (among.codes >> _SHIFT).astype(np.intp)
    sums = np.zeros(GROUPS, np.uint64)
    np.add.at(sums, group, among.codes)
    former = np.zeros(GROUPS, np.uint64)
    if len(parts.searched) == GROUPS * _WORD:
        former = np.frombuffer(parts.searched, np.uint64)
    asked = np.flatnonzero((sums != former)[group[among.of]])
    hits: dict[str, int] = {}
    for at, bits in shown(parts.hashes, among.forms[asked].tobytes()).items():
        own = among.of[asked[at]]
        basis = among.bases[own]
        if basis not in settled:
            hits[basis] = min(bits, hits.get(basis, bits))
            sums[group[own]] = 0
    return Found(hits, sums.tobytes())
