from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageOps

from provenance.pixels import Luminance, hash_of, luminance, variants
from provenance.pixels.variants import look, trimmed


def encoded(image: Image.Image, quality: int = 85) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def scene(size: tuple[int, int] = (900, 600), seed: int = 1) -> Image.Image:
    chance = np.random.default_rng(seed)
    blots = chance.integers(30, 226, (16, 24, 3), dtype=np.uint8)
    return Image.fromarray(blots).resize(size, Image.Resampling.BICUBIC)


def looked(image: Image.Image, quality: int = 85) -> Luminance:
    return luminance(encoded(image, quality))


def distance(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


@pytest.mark.parametrize("seed", range(3))
def test_a_mirrored_copy_is_found(seed: int) -> None:
    image = scene(seed=seed)
    found = dict(variants(looked(image)))
    copy = hash_of(looked(ImageOps.mirror(image).resize((450, 300)), 60))[0]
    assert distance(found["mirrored"], copy) <= 12
    assert distance(hash_of(looked(image))[0], copy) > 31


def test_a_picture_upside_down_is_not_its_mirror() -> None:
    image = scene()
    mirrored = dict(variants(looked(image)))["mirrored"]
    assert distance(mirrored, hash_of(looked(ImageOps.flip(image)))[0]) > 31


BORDERS = {
    "letterbox": (0, 90, 0, 90),
    "pillars": (120, 0, 120, 0),
    "frame": (40, 40, 40, 40),
    "one side": (0, 0, 0, 120),
    "instant picture": (30, 30, 30, 140),
}


@pytest.mark.parametrize("level", [0, 128, 255])
@pytest.mark.parametrize("kind", BORDERS)
def test_a_border_is_trimmed(kind: str, level: int) -> None:
    image = scene()
    framed = looked(ImageOps.expand(image, BORDERS[kind], (level,) * 3), 60)
    plain = hash_of(looked(image))[0]
    assert distance(dict(variants(framed))["bordered"], plain) <= 20
    left, top, right, bottom = BORDERS[kind]
    inner = trimmed(framed)
    assert inner is not None
    assert abs(inner.width - 900) <= 6 + (left + right) // 12
    assert abs(inner.height - 600) <= 6 + (top + bottom) // 12


def test_a_picture_without_border_has_no_such_variant() -> None:
    assert [name for name, _ in variants(looked(scene()))] == ["mirrored"]


def test_a_plain_sky_is_not_a_border() -> None:
    image = np.asarray(scene().convert("L"), np.float32)
    grows = np.linspace(0, 1, 600, dtype=np.float32)[:, np.newaxis] ** 3
    sky = Image.fromarray((200 + (image - 200) * grows).astype(np.uint8))
    assert trimmed(looked(sky)) is None


def test_a_thing_on_a_white_table_keeps_its_table() -> None:
    sheet = Image.new("RGB", (900, 900), "white")
    sheet.paste(scene((150, 500)), (380, 200))
    assert trimmed(looked(sheet)) is None


def test_a_speck_in_a_frame_is_not_the_picture() -> None:
    framed = ImageOps.expand(scene((90, 60)), (400, 400, 400, 400), 0)
    assert trimmed(looked(framed)) is None


def test_a_flat_picture_has_nothing_within_its_border() -> None:
    assert trimmed(looked(Image.new("L", (300, 200), 90))) is None


@pytest.mark.parametrize("shape", [(0, 0), (1, 1), (1, 500), (500, 1), (4, 4)])
def test_a_sliver_has_no_variants(shape: tuple[int, int]) -> None:
    lum = Luminance(np.full(shape, 9, np.float32), shape[1], shape[0])
    assert variants(lum) == ()


@pytest.mark.parametrize("size", [(5, 5), (5, 300), (300, 5), (6, 7)])
def test_the_smallest_pictures_have_variants(size: tuple[int, int]) -> None:
    grey = np.asarray(scene(size).convert("L"), np.float32)
    assert dict(variants(Luminance(grey, *size)))["mirrored"]


def test_a_look_has_all_its_forms() -> None:
    image = scene()
    plain = look(encoded(image), "a basis")
    assert (plain.basis, plain.hash.width, plain.hash.height) == ("a basis", 900, 600)
    assert plain.forms() == (hash_of(looked(image))[0],)
    behind = hash_of(looked(ImageOps.mirror(image)))[0]
    assert plain.mirrored is not None
    assert distance(plain.mirrored, behind) <= 12
    framed = look(encoded(ImageOps.expand(image, (0, 90, 0, 90), 0)))
    assert framed.trimmed is not None
    assert distance(framed.hash.pdq, plain.hash.pdq) > 31
    assert distance(framed.trimmed, plain.hash.pdq) <= 20
    assert framed.forms() == (framed.hash.pdq, framed.trimmed)


def test_what_is_within_a_border_must_tell_by_itself() -> None:
    grey = Image.new("RGB", (900, 600), (120,) * 3)
    framed = look(encoded(ImageOps.expand(grey, 90, (255,) * 3)))
    assert framed.trimmed is None
