"""How fast pictures are looked at, beside decoding alone and beside other hashes, in one run.

Processor time of one process; every contender has the same octets in memory, in turns.
"""

from __future__ import annotations

import io
import os
import statistics
import time
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from provenance.pixels import look
from provenance.pixels.decode import EDGE

COUNT = int(os.environ.get("PROVENANCE_BENCH_PICTURES", "12"))
ROUNDS = int(os.environ.get("PROVENANCE_BENCH_ROUNDS", "5"))

pytestmark = pytest.mark.benchmark

Work = Callable[[bytes], object]


def scene(width: int, height: int, seed: int) -> Image.Image:
    """Blots, edges and grain: compresses about as a photograph of that size does."""
    chance = np.random.default_rng(seed)
    total = np.zeros((height, width, 3), np.float32)
    for side, weight in ((8, 90), (64, 40), (512, 14)):
        blots = chance.integers(0, 256, (side, side, 3), dtype=np.uint8)
        shown = Image.fromarray(blots).resize((width, height), Image.Resampling.BICUBIC)
        total += (np.asarray(shown, np.float32) - 128) * weight / 128
    total += chance.normal(0, 3, (height, width, 1)).astype(np.float32)
    return Image.fromarray(np.clip(total + 128, 0, 255).astype(np.uint8))


@pytest.fixture(scope="module", params=[(3000, 2000, 88), (1024, 683, 80)], ids=["wire", "web"])
def pictures(request: pytest.FixtureRequest) -> list[bytes]:
    width, height, quality = request.param
    made = []
    for seed in range(COUNT):
        out = io.BytesIO()
        scene(width, height, seed).save(out, "JPEG", quality=quality)
        made.append(out.getvalue())
    octets = statistics.mean(map(len, made))
    print(f"\n\n{COUNT} pictures of {width} x {height}, {octets / 1024:,.0f} KiB", end="")
    return made


def drafted(data: bytes) -> Image.Image:
    """The least that a look can cost: the same decode, and nothing made of it."""
    with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
        image.draft("L", (EDGE, EDGE))
        image.load()
        return image


def decoded(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
        return image.convert("RGB")


def by_imagehash(data: bytes) -> object:
    imagehash = pytest.importorskip("imagehash")
    with Image.open(io.BytesIO(data)) as image:
        return imagehash.phash(image)


def by_pdqhash(data: bytes) -> object:
    pdqhash = pytest.importorskip("pdqhash")
    return pdqhash.compute(np.asarray(decoded(data)))


CONTENDERS: dict[str, Work] = {
    "Pillow, the same reduced decode alone": drafted,
    "Pillow, whole decode alone": decoded,
    "ImageHash.phash (64 bits)": by_imagehash,
    "pdqhash on the whole decode": by_pdqhash,
}


def seconds(work: Work, pictures: list[bytes]) -> float:
    began = time.process_time()
    for data in pictures:
        work(data)
    return (time.process_time() - began) / len(pictures)


def test_looking_against_decoding_and_other_hashes(pictures: list[bytes]) -> None:
    everyone: dict[str, Work] = {"pixels.look": look, **CONTENDERS}
    for work in everyone.values():
        work(pictures[0])
    rounds = [{name: seconds(work, pictures) for name, work in everyone.items()} for _ in range(ROUNDS)]  # fmt: skip
    ratio = {}
    for name in everyone:
        taken = statistics.median(one[name] for one in rounds)
        ratio[name] = statistics.median(one[name] / one["pixels.look"] for one in rounds)
        print(f"\n{name}: {1 / taken:,.0f}/s, {ratio[name]:.2f} x the time of ours", end="")
    assert ratio["Pillow, the same reduced decode alone"] > 0.5
    assert ratio["ImageHash.phash (64 bits)"] > 1.5
    assert ratio["pdqhash on the whole decode"] > 5


def test_the_hash_is_nearly_the_references(pictures: list[bytes]) -> None:
    pdqhash = pytest.importorskip("pdqhash")
    away = []
    for data in pictures:
        vector, _ = pdqhash.compute(np.asarray(decoded(data)))
        theirs = int.from_bytes(np.packbits(vector.astype(np.uint8)).tobytes())
        away.append((theirs ^ int.from_bytes(look(data).pdq)).bit_count())
    print(f"\nbits from pdqhash of the whole: {statistics.mean(away):.1f}, at most {max(away)}", end="")  # fmt: skip
    assert max(away) <= 20
