"""What newsrooms do to a picture, and what stands beside it: copies, and neighbours that are none.

Every rendering is given a source of chance of its own, so that a set can be built again.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

Render = Callable[[Image.Image, random.Random], Image.Image]
MARGIN = 0.04
"""Share of a scene on each side that its original does not show, and its neighbours may."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """One way to make a file of a picture.

    Attributes:
        name: as the tables call it.
        render: from the picture to the pixels that are kept.
        kind: Pillow's name of the file format.
        quality: of a lossy format.
        needs: least pixels of the longer side for the rendering to change anything.
    """

    name: str
    render: Render
    kind: str = "JPEG"
    quality: int = 85
    needs: int = 0


def encode(image: Image.Image, kind: str, quality: int) -> bytes:
    """The file, without any metadata."""
    out = io.BytesIO()
    if kind == "JPEG":
        image.save(out, kind, quality=quality)
    elif kind == "WEBP":
        image.save(out, kind, quality=quality, method=2)
    elif kind == "TIFF":
        image.save(out, kind, compression="tiff_lzw")
    else:
        image.save(out, kind, compress_level=3)
    return out.getvalue()


def _as_it_is(image: Image.Image, chance: random.Random) -> Image.Image:
    del chance
    return image


def _longest(edge: int) -> Render:
    def render(image: Image.Image, chance: random.Random) -> Image.Image:
        del chance
        scale = edge / max(image.size)
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        return image.resize(size, Image.Resampling.LANCZOS)

    return render


def _crop(share: float) -> Render:
    """A part with this share of each side, anywhere."""

    def render(image: Image.Image, chance: random.Random) -> Image.Image:
        width, height = round(image.width * share), round(image.height * share)
        left = chance.randint(0, image.width - width)
        top = chance.randint(0, image.height - height)
        return image.crop((left, top, left + width, top + height))

    return render


def _square(image: Image.Image, chance: random.Random) -> Image.Image:
    del chance
    edge = min(image.size)
    return ImageOps.fit(image, (edge, edge))


def _overlay(image: Image.Image, chance: random.Random) -> Image.Image:
    """A logo of a tenth of the width in a corner."""
    image = image.copy()
    edge = max(12, image.width // 10)
    left = chance.choice((edge // 4, image.width - edge - edge // 4))
    top = chance.choice((edge // 4, image.height - edge - edge // 4))
    draw = ImageDraw.Draw(image)
    draw.rectangle((left, top, left + edge, top + edge // 2), fill=(200, 20, 30))
    draw.text((left + edge // 8, top + edge // 8), "NEWS", fill=(255, 255, 255))
    return image


def _grey(image: Image.Image, chance: random.Random) -> Image.Image:
    del chance
    return image.convert("L").convert("RGB")


def _toned(image: Image.Image, chance: random.Random) -> Image.Image:
    bright = ImageEnhance.Brightness(image).enhance(chance.uniform(0.88, 1.12))
    return ImageEnhance.Contrast(bright).enhance(chance.uniform(0.9, 1.15))


def _sharp(image: Image.Image, chance: random.Random) -> Image.Image:
    del chance
    return image.filter(ImageFilter.UnsharpMask(2, 120, 2))


def _mirrored(image: Image.Image, chance: random.Random) -> Image.Image:
    del chance
    return ImageOps.mirror(image)


def _bordered(image: Image.Image, chance: random.Random) -> Image.Image:
    """Bars above and below, as a frame of 16:9 or 1:1 makes them."""
    bar = round(image.height * chance.uniform(0.08, 0.15))
    colour = chance.choice(((0, 0, 0), (255, 255, 255)))
    return ImageOps.expand(image, (0, bar, 0, bar), fill=colour)


def _after(first: Render, then: Render) -> Render:
    def render(image: Image.Image, chance: random.Random) -> Image.Image:
        return then(first(image, chance), chance)

    return render


COPIES = (
    Rendering("re-saved, quality 95", _as_it_is, quality=95),
    Rendering("re-saved, quality 85", _as_it_is),
    Rendering("re-saved, quality 60", _as_it_is, quality=60),
    Rendering("re-saved, quality 35", _as_it_is, quality=35),
    Rendering("resized to 1200", _longest(1200), needs=1201),
    Rendering("resized to 640", _longest(640), needs=641),
    Rendering("resized to 320", _longest(320), needs=321),
    Rendering("resized to 320, quality 50", _longest(320), quality=50, needs=321),
    Rendering("as PNG", _as_it_is, "PNG"),
    Rendering("as WebP", _as_it_is, "WEBP", 80),
    Rendering("as TIFF", _as_it_is, "TIFF"),
    Rendering("resized to 640, as WebP", _longest(640), "WEBP", 75, needs=641),
    Rendering("in grey", _grey),
    Rendering("brightness and contrast", _toned),
    Rendering("sharpened", _sharp),
    Rendering("logo in a corner", _overlay),
    Rendering("bars above and below", _bordered),
    Rendering("mirrored", _mirrored),
    Rendering("cropped to 90 %", _crop(0.9)),
    Rendering("cropped to 80 %", _crop(0.8)),
    Rendering("cropped to 80 %, resized to 640", _after(_crop(0.8), _longest(640)), needs=900),
    Rendering("cropped to a square", _square),
)

WITHIN_TARGET = frozenset(
    one.name for one in COPIES if one.name.startswith(("re-saved", "resized", "as "))
)
"""Copies of which at least 99 % must be found by their look alone."""


def frame(wide: Image.Image, dx: float = 0.0, dy: float = 0.0) -> Image.Image:
    """What the camera took of a scene: all but a margin, moved by these shares of its size."""
    width, height = round(wide.width * (1 - 2 * MARGIN)), round(wide.height * (1 - 2 * MARGIN))
    left, top = round(wide.width * MARGIN + dx * width), round(wide.height * MARGIN + dy * height)
    return wide.crop((left, top, left + width, top + height))


def _pan(share: float) -> Render:
    """The camera moved: what left on one side came in on the other."""

    def render(wide: Image.Image, chance: random.Random) -> Image.Image:
        return frame(wide, share * chance.choice((-1, 1)), share * chance.uniform(-0.5, 0.5))

    return render


def _still(change: Render) -> Render:
    """The camera stood, the scene changed."""
    return _after(lambda wide, _: frame(wide), change)


def _moved(image: Image.Image, chance: random.Random) -> Image.Image:
    """A figure took a step: a part as large as a person is elsewhere, the ground shows instead."""
    width, height = round(image.width * 0.16), round(image.height * 0.4)
    left = chance.randint(0, image.width - 2 * width)
    top = chance.randint(0, image.height - height)
    part = image.crop((left, top, left + width, top + height))
    ground = image.crop((left + width, top, left + 2 * width, top + height))
    mask = Image.new("L", (width, height), 0)
    ImageDraw.Draw(mask).ellipse((0, 0, width - 1, height - 1), fill=255)
    mask = mask.filter(ImageFilter.GaussianBlur(max(1, width // 16)))
    moved = image.copy()
    moved.paste(ImageOps.mirror(ground), (left, top), mask)
    moved.paste(part, (left + round(width * chance.uniform(0.3, 0.8)), top), mask)
    return moved


def _stirred(image: Image.Image, chance: random.Random) -> Image.Image:
    """A crowd, a sea, leaves: every part moved a little, each its own way."""
    cells, mesh = 6, []
    shift = max(2.0, image.width * 0.012)
    step_x, step_y = image.width / cells, image.height / cells
    corner = {
        (x, y): (
            x * step_x + (chance.uniform(-shift, shift) if 0 < x < cells else 0),
            y * step_y + (chance.uniform(-shift, shift) if 0 < y < cells else 0),
        )
        for x in range(cells + 1)
        for y in range(cells + 1)
    }
    for x in range(cells):
        for y in range(cells):
            box = (round(x * step_x), round(y * step_y),
                   round((x + 1) * step_x), round((y + 1) * step_y))  # fmt: skip
            around = (corner[x, y], corner[x, y + 1], corner[x + 1, y + 1], corner[x + 1, y])
            mesh.append((box, tuple(value for point in around for value in point)))
    return image.transform(image.size, Image.Transform.MESH, mesh, Image.Resampling.BICUBIC)


def _colleague(image: Image.Image, chance: random.Random) -> Image.Image:
    """The man beside him: another angle, another lens, another profile of colour."""
    width, height = image.size
    slant = width * chance.uniform(0.05, 0.09)
    near, far = height * 0.05, height * 0.09
    corners = (slant, near, 0, height, width, height - far, width - slant / 2, far)
    turned = image.transform(image.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)
    return ImageEnhance.Color(_toned(turned, chance)).enhance(chance.uniform(0.7, 1.3))


NEIGHBOURS: Mapping[str, Render] = {
    "burst: the camera panned by 1 %": _pan(0.01),
    "burst: the camera panned by 3 %": _pan(0.03),
    "burst: a figure took a step": _still(_moved),
    "burst: everything stirred": _still(_stirred),
    "burst: panned, and a figure stepped": _after(_pan(0.015), _moved),
    "a colleague's frame": _still(_colleague),
}
"""Pictures of the same scene that are other pictures; each is made of the wide scene."""
