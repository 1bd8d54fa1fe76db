"""Painted pictures of a road: what reports are drawn with."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageDraw, ImageFilter


def picture(seed: int, size: tuple[int, int] = (720, 480)) -> bytes:
    """A painted road at dusk; another seed, another hour and another hill."""
    chance = random.Random(seed)
    width, height = size
    image = Image.new("RGB", size)
    draw = ImageDraw.Draw(image)
    warm = chance.randint(0, 70)
    horizon = int(height * chance.uniform(0.45, 0.6))
    for y in range(horizon):
        share = y / horizon
        draw.line([(0, y), (width, y)], (int(60 + 150 * share), int(75 + 70 * share), 120 - warm))
    for layer in range(3):
        base, shade = horizon + layer * 26, 95 - layer * 24
        hill = [(x, base - chance.randint(0, 34 - layer * 9)) for x in range(0, width + 60, 60)]
        draw.polygon([*hill, (width, height), (0, height)], (shade, shade - 8, shade + 4))
    middle = width // 2
    draw.polygon(
        [
            (middle - 8, horizon + 40),
            (middle + 8, horizon + 40),
            (width - 90, height),
            (90, height),
        ],
        (58, 54, 52),
    )
    for step in range(5):
        at, wide = horizon + 60 + step * 40, 6 + step * 9
        left = middle - 20 - step * 16 + chance.randint(-6, 6)
        draw.rectangle([left, at, left + wide * 2, at + wide], (28, 27, 30))
        draw.ellipse([left + wide, at + wide - 4, left + wide + 6, at + wide + 2], (240, 205, 130))
    out = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(0.7)).save(out, "JPEG", quality=82)
    return out.getvalue()
