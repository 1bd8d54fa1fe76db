from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from provenance.errors import PictureError
from provenance.pixels import Luminance, hash_of, look, luminance
from provenance.pixels.pdq import cells, quality_of, reference

Grey = npt.NDArray[np.uint8]

# Made by the reference (pdqhash 0.2.8) from the pictures of ``waved``: seed, width, height.
FROZEN: dict[tuple[int, int, int], tuple[str, int]] = {
    (1, 640, 480): ("20ab42d6758142fe2189caf6950142fe55d50aa675555ff62781dff6788056f6", 100),
    (2, 333, 517): ("c1308b77d5778b7f0ad783ab02028bd71e028bd7d5958bd741168bd702028bff", 100),
    (3, 129, 128): ("149082072aaa570700ad77f8092a7778450577f85545fffaffff575d55550208", 100),
    (4, 64, 64): ("df7f5eda22ba4e9a9e7c5e9ad8245e8a5c2a89daa82259df057cc959002a495a", 100),
    (5, 1000, 70): ("72a2a768e082876ad28a876a555fd7e87348809df2a2849d0f5dc29fdf7aa691", 100),
    (6, 257, 256): ("0060221e57f50000aaaa55dfbfaa471fffaa075514a005dfad55f80affff5815", 100),
    (7, 1280, 853): ("d75555f5aa0a80a8e80a80a0e14280a0e84880a8fd7fd5f5ea3ed5fdea3bd5ff", 100),
    (8, 97, 301): ("fffc4801ee232a01ffef480992944f59f7d7c241aadbc241badcc241ebabc221", 100),
}  # fmt: skip


def waved(seed: int, width: int, height: int) -> Grey:
    """A picture of whole numbers alone, so that it is the same on every machine."""
    y, x = np.mgrid[0:height, 0:width].astype(np.int64)
    total = np.zeros((height, width), np.int64)
    for number in range(1, 9):
        a, b = (seed * 7 + number * 13) % 23 + 1, (seed * 11 + number * 5) % 19 + 1
        turn = (x * a * 1024) // width + (y * b * 1024) // height + number * 311 * seed
        total += np.abs(turn % 1024 - 512) * (9 - number)
    total += ((x * 2654435761 + y * 40503 + seed) >> 7) % 512
    return ((total - total.min()) * 255 // max(1, int(total.max() - total.min()))).astype(np.uint8)


def whole(grey: Grey) -> Luminance:
    return Luminance(grey.astype(np.float32), grey.shape[1], grey.shape[0])


def distance(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def by_pdqhash(grey: Grey) -> tuple[bytes, int]:
    pdqhash = pytest.importorskip("pdqhash")
    vector, quality = pdqhash.compute(np.repeat(grey[:, :, np.newaxis], 3, axis=2))
    return np.packbits(vector.astype(np.uint8)).tobytes(), quality


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def scene(size: tuple[int, int] = (1024, 768), seed: int = 1) -> Image.Image:
    """Blots of colour with fine noise: about as much detail as a photograph has."""
    chance = np.random.default_rng(seed)
    blots = Image.fromarray(chance.integers(0, 256, (24, 32, 3), dtype=np.uint8))
    smooth = np.asarray(blots.resize(size, Image.Resampling.BICUBIC), np.int16)
    return Image.fromarray(
        np.clip(smooth + chance.integers(-9, 10, smooth.shape), 0, 255).astype(np.uint8)
    )


@pytest.mark.parametrize("key", FROZEN)
def test_it_is_the_reference_to_the_bit(key: tuple[int, int, int]) -> None:
    pdq, quality = reference(whole(waved(*key)))
    assert (pdq.hex(), quality) == FROZEN[key]


def test_it_is_the_reference_over_many_pictures() -> None:
    """A picture now and then has a coefficient on the median, where rounding decides."""
    chance = np.random.default_rng(3)
    found = []
    for number in range(60):
        height, width = (int(side) for side in chance.integers(64, 400, 2))
        kind = number % 3
        if kind == 0:
            grey = chance.integers(0, 256, (height, width), dtype=np.uint8)
        elif kind == 1:
            grey = np.asarray(scene((width, height), number).convert("L"))
        else:
            grey = waved(number, width, height)
        theirs, ours = by_pdqhash(grey), reference(whole(grey))
        assert ours[1] == theirs[1]
        found.append(distance(ours[0], theirs[0]))
    assert max(found) <= 2
    assert sum(one > 0 for one in found) <= 1


def test_photographs_are_hashed_as_the_reference_does(shared) -> None:
    found, reduced = [], []
    for path in sorted((shared / "corpus" / "images").rglob("*.jpg"))[::9]:
        try:
            with Image.open(path) as image:
                if min(image.size) < 200 or image.width * image.height > 2_000_000:
                    continue
                grey = np.asarray(ImageOps.exif_transpose(image).convert("L"))
        except OSError:
            continue
        pdq, quality = by_pdqhash(grey)
        if quality < 50:
            continue
        found.append(distance(reference(whole(grey))[0], pdq))
        reduced.append(distance(reference(luminance(path.read_bytes()))[0], pdq))
    assert len(found) > 4
    assert max(found) <= 2
    assert np.mean(reduced) < 4
    assert max(reduced) <= 16


@pytest.mark.parametrize("size", [(300, 200), (97, 131)])
def test_the_hash_is_the_references_of_the_picture_enlarged(size: tuple[int, int]) -> None:
    grey = waved(5, *size)
    times = [-(-4096 // side) for side in grey.shape]
    enlarged = grey.repeat(times[0], axis=0).repeat(times[1], axis=1)
    assert distance(hash_of(whole(grey))[0], by_pdqhash(enlarged)[0]) <= 2


def test_small_copies_have_nearly_the_same_hash() -> None:
    for seed in range(2):
        image = scene((1200, 800), seed)
        original = look(encoded(image))
        assert original.tells
        assert (original.width, original.height) == (1200, 800)
        for width in (640, 320, 200):
            copy = image.resize((width, width * 800 // 1200), Image.Resampling.LANCZOS)
            for quality in (30, 80):
                assert original.distance(look(encoded(copy, quality=quality))) <= 16
        assert original.distance(look(encoded(image.convert("L"), "PNG"))) <= 4
        assert original.distance(look(encoded(image, "WEBP"))) <= 8


def test_other_pictures_have_other_hashes() -> None:
    looks = [look(encoded(scene((640, 480), seed))) for seed in range(12)]
    away = [one.distance(other) for at, one in enumerate(looks) for other in looks[:at]]
    assert min(away) > 80
    assert 118 < np.mean(away) < 138


def test_half_of_the_bits_are_set() -> None:
    pdq, _ = hash_of(whole(waved(2, 500, 400)))
    assert len(pdq) == 32
    assert int.from_bytes(pdq).bit_count() == 128


def test_a_flat_picture_says_nothing() -> None:
    for level in (0, 128, 255):
        assert not look(encoded(Image.new("L", (300, 200), level))).tells
    assert hash_of(whole(np.full((90, 90), 7, np.uint8)))[1] == 0


def test_changes_under_a_hundredth_do_not_count() -> None:
    slope = np.tile(np.arange(64, dtype=np.float32) * np.float32(2.5), (64, 1))
    assert quality_of(slope) == 0
    # 63 steps in each of 64 rows, each of one hundredth: 4032 // 90.
    assert quality_of(np.tile(np.arange(64, dtype=np.float32) * np.float32(2.56), (64, 1))) == 44
    assert quality_of(np.tile(np.array([0, 255] * 32, np.float32), (64, 1))) == 100


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (4, 400), (400, 4)])
def test_a_sliver_has_no_hash(shape: tuple[int, int]) -> None:
    lum = whole(np.full(shape, 9, np.uint8))
    assert hash_of(lum) == (bytes(32), 0)
    assert reference(lum) == (bytes(32), 0)


def test_no_pixels_have_no_hash() -> None:
    assert hash_of(Luminance(np.zeros((0, 9), np.float32), 9, 9)) == (bytes(32), 0)


@settings(max_examples=60, deadline=None)
@given(st.integers(5, 5_000), st.integers(5, 5_000), st.integers(5, 90), st.integers(5, 90))
def test_the_thinning_keeps_what_is_level(width: int, height: int, columns: int, rows: int) -> None:
    """However the sizes divide, each point is a mean: a flat picture stays flat, and as light."""
    level = Luminance(
        np.full((min(rows, height), min(columns, width)), 200, np.float32), width, height
    )
    for least in (1, 4096):
        assert np.abs(cells(level, least) - 200).max() < 0.01


def test_sizes_that_are_lies_cost_nothing() -> None:
    lum = Luminance(waved(1, 300, 200).astype(np.float32), 2**31 - 1, 2**31 - 1)
    assert hash_of(lum)[1] > 0
    few = Luminance(waved(1, 300, 200).astype(np.float32), 0, 0)
    assert hash_of(few) == hash_of(whole(waved(1, 300, 200)))


def test_what_cannot_be_decoded_is_an_error() -> None:
    with pytest.raises(PictureError):
        look(b"\xff\xd8\xff\xe0 and no more")
