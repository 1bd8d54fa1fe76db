"""Crops are found by the parts of the whole picture; other pictures are not."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from provenance.pixels import Luminance, crops, hash_of, luminance
from provenance.pixels.crops import WITHIN, shown


def looked(image: Image.Image) -> Luminance:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return luminance(out.getvalue())


def scene(seed: int = 1, size: tuple[int, int] = (900, 600)) -> Image.Image:
    """Blots of all sizes, as a photograph has them."""
    chance = np.random.default_rng(seed)
    total = np.zeros((size[1], size[0]), np.float32)
    for side, weight in ((4, 60), (12, 50), (40, 35)):
        blots = Image.fromarray(chance.integers(0, 256, (side, side), dtype=np.uint8))
        total += (np.asarray(blots.resize(size, Image.Resampling.BICUBIC), np.float32) - 128) * (
            weight / 128
        )
    return Image.fromarray(np.clip(total + 128, 0, 255).astype(np.uint8))


def part(image: Image.Image, wide: float, high: float, x: float, y: float) -> Image.Image:
    width, height = round(image.width * wide), round(image.height * high)
    left, top = round((image.width - width) * x), round((image.height - height) * y)
    return image.crop((left, top, left + width, top + height))


WHOLE = scene()
PARTS = crops(looked(WHOLE))


@settings(max_examples=60, deadline=None)
@given(share=st.sampled_from((0.9, 0.8, 0.7)), x=st.floats(0, 1), y=st.floats(0, 1))
def test_crops_of_the_same_shape_are_found_wherever_they_sit(
    share: float, x: float, y: float
) -> None:
    cut = hash_of(looked(part(WHOLE, share, share, x, y)))[0]
    # The few that lie worst between the parts of the grid may be further; photographs: speed.md.
    assert shown(PARTS, cut, WITHIN + 16).keys() == {0}


@pytest.mark.parametrize("place", [0.0, 0.3, 0.5, 1.0])
@pytest.mark.parametrize("shape", [(1, 1), (4, 5), (16, 9), (2, 1)])
def test_crops_to_another_shape_are_found(shape: tuple[int, int], place: float) -> None:
    wanted = shape[0] / shape[1] / 1.5
    cut = part(WHOLE, min(1.0, wanted), min(1.0, 1 / wanted), place, place)
    smaller = cut.resize((cut.width // 2, cut.height // 2))
    assert 0 in shown(PARTS, hash_of(looked(smaller))[0])


def test_a_part_of_the_grid_is_hashed_as_the_crop_itself_is() -> None:
    cut = hash_of(looked(part(WHOLE, 0.79, 0.79, 0.0, 1.0)))[0]
    assert shown(PARTS, cut)[0] <= 12


def test_other_pictures_are_not_crops() -> None:
    others = [hash_of(looked(scene(seed)))[0] for seed in range(2, 32)]
    assert shown(PARTS, b"".join(others)) == {}
    told = shown(PARTS, b"".join(others), 256)
    assert sorted(told) == list(range(30))
    assert min(told.values()) > WITHIN


def test_as_many_bits_differ_as_are_counted_one_by_one() -> None:
    chance = np.random.default_rng(7)
    others = chance.integers(0, 256, (1_100, 32), dtype=np.uint8)
    own = [int.from_bytes(PARTS[at : at + 32]) for at in range(0, len(PARTS), 32)]
    told = shown(PARTS, others.tobytes(), 256)
    for at in (0, 511, 512, 1_024, 1_099):
        other = int.from_bytes(others[at].tobytes())
        assert told[at] == min((one ^ other).bit_count() for one in own)
    near = shown(PARTS, others.tobytes(), 100)
    assert near == {at: bits for at, bits in told.items() if bits <= 100}


def test_nothing_is_a_crop_of_nothing() -> None:
    assert shown(b"", PARTS) == {}
    assert shown(PARTS, b"") == {}


@pytest.mark.parametrize("shape", [(0, 0), (1, 1), (1, 500), (500, 1), (4, 4)])
def test_a_sliver_has_no_parts(shape: tuple[int, int]) -> None:
    assert crops(Luminance(np.full(shape, 9, np.float32), shape[1], shape[0])) == b""


@pytest.mark.parametrize("size", [(5, 5), (5, 300), (300, 5), (1536, 192)])
def test_the_parts_are_as_many_whatever_the_picture(size: tuple[int, int]) -> None:
    grey = np.asarray(scene(3, size), np.float32)
    assert len(crops(Luminance(grey, *size))) == len(PARTS) == 722 * 32
