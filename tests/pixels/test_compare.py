"""Copies, crops and neighbours: told apart on pictures made here."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from provenance.model.look import LikenessKind
from provenance.pixels.compare import compare
from provenance.pixels.decode import Luminance, luminance

SEEDS = (1, 2, 3, 4)
CONFIRMED = (LikenessKind.SAME, LikenessKind.CROP, LikenessKind.MIRRORED)


def scene(seed: int, size: tuple[int, int] = (1200, 800)) -> Image.Image:
    """Overlapping things of all sizes on a ground with grain: as much detail as a street has."""
    draw_from = np.random.default_rng(seed)
    width, height = size
    grain = draw_from.normal(128, 40, (height // 8, width // 8, 3)).clip(0, 255).astype(np.uint8)
    picture = Image.fromarray(grain).resize(size, Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(picture)
    for _ in range(220):
        x, y = draw_from.uniform(0, width), draw_from.uniform(0, height)
        half = draw_from.uniform(6, 70, 2)
        # Tinted greys: a curve on each colour is one curve of greys only where colours are not loud.
        level = draw_from.integers(10, 245)
        ink = tuple(int(each) for each in np.clip(level + draw_from.integers(-25, 26, 3), 0, 255))
        shape = pen.ellipse if draw_from.random() < 0.5 else pen.rectangle
        shape((x - half[0], y - half[1], x + half[0], y + half[1]), fill=ink)
    return picture.filter(ImageFilter.GaussianBlur(1.2))


def saved(picture: Image.Image, quality: int = 85, kind: str = "JPEG") -> Image.Image:
    buffer = io.BytesIO()
    picture.save(buffer, kind, quality=quality)
    return Image.open(io.BytesIO(buffer.getvalue())).convert("RGB")


def seen(picture: Image.Image, edge: int = 512) -> Luminance:
    grey = picture.convert("L")
    grey.thumbnail((edge, edge), Image.Resampling.BOX)
    return Luminance(np.asarray(grey, np.float32), *picture.size)


def window(picture: Image.Image, x: float, y: float, share: float = 0.9) -> Image.Image:
    """A frame that the camera takes of a part of the scene, its corner at shares x and y."""
    width, height = picture.size
    box = (x * width, y * height, (x + share) * width, (y + share) * height)
    return picture.resize(
        (round(width * share), round(height * share)), Image.Resampling.BICUBIC, box=box
    )


def moved(
    picture: Image.Image, centre: tuple[float, float], radius: float, by: float
) -> Image.Image:
    """A part of the scene (shares of the height) that moved to the right, its rim stretched."""
    pixels = np.asarray(picture, np.float32)
    height, width = pixels.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    away = ((x - centre[0] * width) ** 2 + (y - centre[1] * height) ** 2) / (radius * height) ** 2
    source = np.clip(x - np.exp(-away) * by * height, 0, width - 1.001)
    left = source.astype(int)
    part = (source - left)[..., None]
    rows = y.astype(int)
    result = pixels[rows, left] * (1 - part) + pixels[rows, left + 1] * part
    return Image.fromarray(result.clip(0, 255).astype(np.uint8))


def kind(one: Image.Image, other: Image.Image) -> LikenessKind:
    return compare(seen(one), seen(other)).kind


def toned(picture: Image.Image, gamma: float) -> Image.Image:
    return picture.point([round(255 * (each / 255) ** gamma) for each in range(256)] * 3)


COPIES = {
    "quality 95": lambda p: saved(p, 95),
    "quality 30": lambda p: saved(p, 30),
    "webp": lambda p: saved(p, 75, "WEBP"),
    "1000 wide": lambda p: saved(p.resize((1000, 667), Image.Resampling.LANCZOS)),
    "640 wide": lambda p: saved(p.resize((640, 427), Image.Resampling.BICUBIC), 75),
    "320 wide": lambda p: saved(p.resize((320, 213), Image.Resampling.LANCZOS), 70),
    "grey": lambda p: saved(p.convert("L").convert("RGB")),
    "darker": lambda p: saved(toned(p, 1.3)),
    "lighter": lambda p: saved(toned(p, 0.75)),
    "sharpened": lambda p: saved(p.filter(ImageFilter.UnsharpMask(1.5, 100, 2))),
}


@pytest.mark.parametrize("how", COPIES)
@pytest.mark.parametrize("seed", SEEDS[:2])
def test_a_copy_is_the_same(how: str, seed: int) -> None:
    original = scene(seed)
    likeness = compare(seen(saved(original, 92)), seen(COPIES[how](original)))
    assert likeness.kind is LikenessKind.SAME
    assert likeness.shown == 1.0
    assert likeness.difference < 0.28


@pytest.mark.parametrize("ink", [(0, 0, 0), (255, 255, 255)])
def test_a_letterbox_is_the_same(ink: tuple[int, int, int]) -> None:
    original = scene(5)
    boxed = Image.new("RGB", (1200, 1000), ink)
    boxed.paste(original, (0, 100))
    assert kind(original, saved(boxed)) is LikenessKind.SAME


@pytest.mark.parametrize("seed", SEEDS[:2])
def test_a_line_of_letters_and_a_box_at_the_rim_are_the_same_picture(seed: int) -> None:
    original = scene(seed)
    signed, boxed = original.copy(), original.copy()
    ImageDraw.Draw(signed).text((700, 765), "Foto: N. Muster / Agentur Nord", "white", font_size=24)
    ImageDraw.Draw(boxed).rectangle((0, 700, 170, 799), fill=(190, 10, 20))
    assert kind(original, saved(signed)) is LikenessKind.SAME
    assert kind(original, saved(boxed)) is LikenessKind.SAME


@pytest.mark.parametrize(
    "box",
    [
        (60, 40, 1140, 760),  # 90 % of each side
        (200, 100, 1160, 740),  # 80 %
        (300, 200, 1140, 760),  # 70 %
        (150, 0, 1050, 800),  # upright sides cut, another aspect
        (380, 30, 1180, 790),  # nearly square, off-centre
    ],
)
@pytest.mark.parametrize("edge", [512, 320])
def test_a_crop_is_a_crop_and_says_how_much_it_shows(
    box: tuple[int, int, int, int], edge: int
) -> None:
    original = scene(6)
    cut = saved(original.crop(box), 80)
    likeness = compare(seen(original), seen(cut, edge))
    share = (box[2] - box[0]) * (box[3] - box[1]) / (1200 * 800)
    assert likeness.kind is LikenessKind.CROP
    assert likeness.shown == pytest.approx(share, abs=0.01)


def test_the_whole_picture_and_a_crop_from_behind_are_mirrored() -> None:
    original = scene(7)
    behind = original.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    assert kind(original, saved(behind)) is LikenessKind.MIRRORED
    assert kind(original, saved(behind.crop((100, 60, 1060, 700)))) is LikenessKind.MIRRORED


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("by", [(0.01, 0.0), (0.0, 0.02), (0.005, 0.005), (-0.03, 0.015)])
def test_a_pan_over_a_scene_where_nothing_moved_is_another_frame(
    seed: int, by: tuple[float, float]
) -> None:
    whole = scene(seed)
    first = saved(window(whole, 0.05, 0.05))
    second = saved(window(whole, 0.05 + by[0], 0.05 + by[1]))
    assert kind(first, second) is LikenessKind.OTHER


@pytest.mark.parametrize("zoom", [1.01, 1.02, 1.03])
def test_a_small_zoom_is_never_called_a_crop(zoom: float) -> None:
    whole = scene(8)
    closer = window(whole, 0.5 - 0.45 / zoom, 0.5 - 0.45 / zoom, 0.9 / zoom)
    assert kind(saved(window(whole, 0.05, 0.05)), saved(closer)) not in CONFIRMED


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("radius", "by"), [(0.12, 0.03), (0.1, 0.015), (0.08, 0.012)])
def test_somebody_who_moved_makes_another_frame(seed: int, radius: float, by: float) -> None:
    original = scene(seed)
    later = moved(original, (0.4 + 0.05 * seed, 0.5), radius, by)
    assert kind(saved(original), saved(later)) is LikenessKind.OTHER


@pytest.mark.parametrize("seed", SEEDS)
def test_a_thing_in_the_middle_or_a_shadow_makes_another_frame(seed: int) -> None:
    original = scene(seed)
    with_ball, in_shadow = original.copy(), original.copy()
    ImageDraw.Draw(with_ball).ellipse((560, 340, 660, 440), fill=(240, 240, 240))
    shadow = Image.new("L", original.size, 0)
    ImageDraw.Draw(shadow).polygon([(300, 0), (550, 0), (750, 800), (450, 800)], fill=130)
    in_shadow = Image.composite(Image.new("RGB", original.size), in_shadow, shadow)
    assert kind(saved(original), saved(with_ball)) is LikenessKind.OTHER
    assert kind(saved(original), saved(in_shadow)) is LikenessKind.OTHER


@pytest.mark.parametrize("corner", [(60, 60), (1080, 60), (60, 700)])
def test_a_thing_that_came_in_at_a_corner_is_never_taken_for_print(
    corner: tuple[int, int],
) -> None:
    original = scene(9)
    later = original.copy()
    patch = scene(10).crop((400, 300, 500, 400))
    mask = Image.new("L", patch.size, 0)
    ImageDraw.Draw(mask).ellipse((2, 2, 98, 98), fill=255)
    later.paste(patch, corner, mask)
    assert kind(saved(original), saved(later)) not in CONFIRMED


@pytest.mark.parametrize("seed", SEEDS[:2])
def test_somebody_who_moved_in_the_haze_is_not_called_the_same(seed: int) -> None:
    # Too faint to say what it is; but no compression wears one window alone.
    original = scene(seed)
    haze = Image.new("L", original.size, 0)
    ImageDraw.Draw(haze).rectangle((0, 0, 1200, 400), fill=225)
    original = Image.composite(Image.new("RGB", original.size, (180, 180, 180)), original, haze)
    later = moved(original, (0.5, 0.25), 0.1, 0.03)
    assert kind(saved(original, 92), saved(later, 92)) not in CONFIRMED


def test_decoded_files_compare_as_their_pictures() -> None:
    original, small = io.BytesIO(), io.BytesIO()
    picture = scene(3)
    picture.save(original, "JPEG", quality=90)
    picture.crop((100, 80, 1060, 720)).resize((640, 427)).save(small, "PNG")
    one, other = luminance(original.getvalue()), luminance(small.getvalue())
    assert compare(one, one).kind is LikenessKind.SAME
    assert compare(one, other).kind is LikenessKind.CROP


def test_a_camera_held_differently_makes_another_frame() -> None:
    whole = scene(11)
    turned = whole.rotate(0.4, Image.Resampling.BICUBIC)
    assert kind(saved(window(whole, 0.05, 0.05)), saved(window(turned, 0.05, 0.05))) is (
        LikenessKind.OTHER
    )


def test_another_picture_is_other() -> None:
    likeness = compare(seen(scene(12)), seen(scene(13)))
    assert likeness.kind is LikenessKind.OTHER
    assert likeness.difference == 1.0


def test_a_night_sky_is_no_border() -> None:
    # Tilted up, a frame gains a strip of even black; what it lost at its foot is no border.
    whole = scene(14, (1200, 1000))
    whole.paste((5, 5, 8), (0, 0, 1200, 300))
    first, second = whole.crop((0, 100, 1200, 900)), whole.crop((0, 60, 1200, 860))
    assert kind(saved(first), saved(second)) not in CONFIRMED


@pytest.mark.parametrize("other", ["copy", "crop", "pan", "stranger"])
def test_the_order_does_not_matter(other: str) -> None:
    whole = scene(15)
    one = seen(whole)
    two = {
        "copy": lambda: seen(saved(whole, 60), 320),
        "crop": lambda: seen(whole.crop((100, 100, 1000, 700))),
        "pan": lambda: seen(window(whole, 0.06, 0.05)),
        "stranger": lambda: seen(scene(16)),
    }[other]()
    assert compare(one, two) == compare(two, one) == compare(one, two)


@dataclass
class Odd:
    """What a decoder might hand over at its worst."""

    pixels: np.ndarray
    width: int = 1
    height: int = 1


@pytest.mark.parametrize("shape", [(1, 1), (1, 4000), (4000, 1), (47, 300), (60, 3000)])
def test_too_small_or_too_narrow_is_unsure(shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).uniform(0, 255, shape).astype(np.float32)
    picture = seen(scene(1))
    assert compare(Odd(noise), Odd(noise)).kind is LikenessKind.UNSURE
    assert compare(picture, Odd(noise)).kind is LikenessKind.UNSURE


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((300, 400), np.float32),
        np.full((300, 400), 255, np.float32),
        np.tile(np.linspace(0, 255, 400, dtype=np.float32), (300, 1)),
        np.tile(np.linspace(0, 255, 300, dtype=np.float32)[:, None], (1, 400)),
        np.full((300, 400), np.nan, np.float32),
    ],
    ids=["black", "white", "across", "down", "nothing"],
)
def test_a_picture_without_detail_is_unsure_even_with_itself(pixels: np.ndarray) -> None:
    assert compare(Odd(pixels), Odd(pixels)).kind is LikenessKind.UNSURE


def test_a_picture_of_stripes_does_not_fix_its_own_position() -> None:
    stripes = np.tile((np.sin(np.arange(400) / 6) * 100 + 128).astype(np.float32), (300, 1))
    assert compare(Odd(stripes), Odd(stripes)).kind is LikenessKind.UNSURE


@settings(max_examples=25, deadline=None)
@given(
    st.tuples(st.integers(1, 90), st.integers(1, 90)),
    st.tuples(st.integers(1, 90), st.integers(1, 90)),
    st.integers(0, 9),
    st.sampled_from(["noise", "dots", "steps"]),
)
def test_no_pixels_make_it_raise(
    one: tuple[int, int], other: tuple[int, int], seed: int, what: str
) -> None:
    def made(shape: tuple[int, int]) -> Odd:
        draw_from = np.random.default_rng(seed)
        pixels = draw_from.uniform(0, 255, shape)
        if what == "dots":
            pixels = (pixels > 250) * 255.0
        if what == "steps":
            pixels = np.floor(np.cumsum(pixels, axis=1) / 2000) % 2 * 255.0
        return Odd(pixels.astype(np.float32))

    likeness = compare(made(one), made(other))
    assert 0.0 <= likeness.difference <= 1.0
    assert 0.0 <= likeness.shown <= 1.0
