"""Hashes as pictures have them: balanced in all, correlated among themselves.

PDQ is a threshold on 256 DCT coefficients, and the coefficients of two pictures laid over one
another are the sums of theirs. So the hash of such a blend is had for the price of an addition,
and millions of hashes as real as their ingredients from a few hundred photographs (those of the
corpus, where pdqhash is there to read them; else noise with the spectrum of photographs, 1/f).
"""

from __future__ import annotations

import importlib
import random
from pathlib import Path

import numpy as np
from PIL import Image

from provenance.model.look import Look, PictureHash
from tests.benchmarks.scale.archive import original

_CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "images"
_CUTS = 16
_EDGE = 320
_SMALLEST = 200


class Looks:
    """Hash ``n`` of an archive, the same again for the same ingredients."""

    def __init__(self, pool: np.ndarray) -> None:
        self._pool = pool.astype(np.float32)

    def batch(self, first: int, count: int) -> list[Look]:
        """The looks of pictures ``first`` and on; one in twenty is a burst frame of the one before.

        A copy looks like its original, up to the few bits that a new encoding turns over. Where
        the original stands before ``first``, the copy is a picture of its own.
        """
        rng = np.random.default_rng([first, count, 7])
        which = rng.integers(0, len(self._pool), (4, count))
        shares = rng.dirichlet((3, 3, 3), count).astype(np.float32).T[:, :, None]
        mixed = sum(s * self._pool[w] for s, w in zip(shares, which[:3], strict=True))
        burst = np.flatnonzero(rng.random(count) < 0.05)
        burst = burst[burst > 0]
        mixed[burst] = 0.95 * mixed[burst - 1] + 0.05 * self._pool[which[3][burst]]
        originals = np.array([original(n) for n in range(first, first + count)]) - first
        copies = np.flatnonzero((originals != np.arange(count)) & (originals >= 0))
        mixed[copies] = 0.98 * mixed[originals[copies]] + 0.02 * self._pool[which[3][copies]]
        quality = np.where(rng.random(count) < 0.03, 20, 100)
        return [
            Look("", PictureHash(front.tobytes(), int(good), 3000, 2000), None, behind.tobytes())
            for front, behind, good in zip(
                _octets(mixed), _octets(mixed * _FROM_BEHIND), quality, strict=True
            )
        ]


# Of a picture seen from behind, every second frequency across has the other sign.
_FROM_BEHIND = np.tile(np.array([-1, 1], dtype=np.float32), 128)


def _octets(coefficients: np.ndarray) -> np.ndarray:
    bits = coefficients > np.median(coefficients, axis=1, keepdims=True)
    return np.packbits(bits, axis=1)


def perturbed(pdq: bytes, bits: int, seed: int) -> bytes:
    """The hash with so many bits turned over."""
    rng = random.Random(seed)
    return (int.from_bytes(pdq) ^ sum(1 << at for at in rng.sample(range(256), bits))).to_bytes(32)


def pool(most: int = 400) -> tuple[np.ndarray, str]:
    """The coefficients to mix from, and in a word where they come from."""
    try:
        pdqhash = importlib.import_module("pdqhash")
    except ImportError:
        return _noise(), "noise"
    photographs = sorted(p for p in _CORPUS.rglob("*") if p.suffix.lower() in {".jpg", ".jpeg"})
    found: list[np.ndarray] = []
    for path in random.Random(3).sample(photographs, len(photographs)):
        if len(found) >= most * _CUTS:
            break
        found.extend(_coefficients(path, pdqhash))
    if len(found) < 100:
        return _noise(), "noise"
    return np.stack(found), "photographs"


def _coefficients(path: Path, pdqhash: object) -> list[np.ndarray]:
    try:
        with Image.open(path) as opened:
            opened.draft("L", (_EDGE * 2, _EDGE * 2))
            picture = opened.convert("L")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return []
    if min(picture.size) < _SMALLEST:
        return []
    grey = np.asarray(picture, dtype=np.uint8)
    rng = np.random.default_rng(len(grey))
    found = []
    for cut in range(_CUTS):
        height, width = (int(side * rng.uniform(0.5, 1)) for side in grey.shape)
        top, left = (
            int(rng.integers(0, s - p + 1))
            for s, p in zip(grey.shape, (height, width), strict=True)
        )
        part = grey[top : top + height, left : left + width]
        part = part[:, ::-1] if cut % 2 else part
        floats, quality = pdqhash.compute_float(np.repeat(part[:, :, None], 3, axis=2).copy())  # type: ignore[attr-defined]
        if quality >= 50:
            found.append(np.asarray(floats, dtype=np.float32).ravel())
    return found


def _noise() -> np.ndarray:
    rng = np.random.default_rng(11)
    rows, columns = np.mgrid[1:17, 1:17]
    falls = 1.0 / np.hypot(rows, columns) ** 1.2
    return (rng.normal(size=(2_400, 16, 16)) * falls).reshape(-1, 256).astype(np.float32)
