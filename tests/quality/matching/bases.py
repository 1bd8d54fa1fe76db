"""The pictures that an evaluation begins with: real ones where they are at hand, else painted."""

from __future__ import annotations

import csv
import io
import sys
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image, ImageOps, ImageStat

from provenance import pixels
from provenance.errors import PictureError
from provenance.model import PictureHash

ROOT = Path(__file__).resolve().parents[3]
SCENES = ROOT / "fixtures" / "scenes"
LONGEST = 1600
# Pictures nearer than this may be crops or versions of one another: one of them is enough.
APART = 90
_SMALLEST = 300
# A graph or a screen shot has few tones; a photograph has most of them.
_MOST_FLAT = 100
# Two tones that cover so much are paper and ink.
_MOST_PLAIN = 0.7
_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "AVIF", "GIF", "PSD", "JPEG2000")


@dataclass(frozen=True, slots=True)
class Base:
    """One picture of its own: no other base shows it.

    Attributes:
        name: for the tables.
        image: RGB, upright, at most 1,600 pixels long.
        others: further frames of the same scene, in which figures really moved.
    """

    name: str
    image: Image.Image
    others: tuple[Image.Image, ...] = ()


def real(folder: Path, most: int = 1_000) -> list[Base]:
    """Photographs below ``folder``, which has a ``MANIFEST.csv``; each picture once."""
    with (folder / "MANIFEST.csv").open(encoding="utf-8") as table:
        names = sorted(row["file"] for row in csv.DictReader(table))
    return _apart(_opened(folder, names), most)


def own(most: int = 1_000) -> list[Base]:
    """The painted scenes, each with the other frames of its burst."""
    first = _apart(_opened(SCENES, sorted(path.name for path in SCENES.glob("*-0.jpg"))), most)
    return [replace(base, others=_others(base.name.partition("-")[0])) for base in first]


def _others(scene: str) -> tuple[Image.Image, ...]:
    names = sorted(path.name for path in SCENES.glob(f"{scene}-[1-9].jpg"))
    return tuple(base.image for base in _opened(SCENES, names))


def _opened(folder: Path, names: Iterable[str]) -> Iterator[Base]:
    Image.init()
    for name in names:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                image = _upright(folder / name)
        except (OSError, SyntaxError, ValueError, TypeError, Image.DecompressionBombError):
            # A corpus holds broken files on purpose; they are no bases.
            continue
        if image is not None:
            yield Base(name, image)


def _upright(path: Path) -> Image.Image | None:
    with Image.open(path, formats=_FORMATS) as source:
        if min(source.size) < _SMALLEST:
            return None
        source.draft("RGB", (LONGEST, LONGEST))
        image = ImageOps.exif_transpose(source).convert("RGB")
    image.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    grey = image.convert("L").resize((256, 256))
    return image if _is_photograph(grey) and min(image.size) >= _SMALLEST else None


def _is_photograph(grey: Image.Image) -> bool:
    """Whether it has the tones of a photograph: no chart, no page of text, no test strip."""
    histogram = grey.histogram()
    tones = sum(1 for count in histogram if count)
    bins = sorted((sum(histogram[at : at + 8]) for at in range(0, 256, 8)), reverse=True)
    is_graphic = sum(bins[:2]) > _MOST_PLAIN * sum(bins)
    return tones > _MOST_FLAT and not is_graphic and ImageStat.Stat(grey).stddev[0] > 20


def _apart(found: Iterable[Base], most: int) -> list[Base]:
    kept: list[tuple[Base, PictureHash]] = []
    for base in found:
        out = io.BytesIO()
        base.image.save(out, "PNG", compress_level=1)
        try:
            look = pixels.look(out.getvalue())
        except PictureError as error:
            print(f"{base.name}: {error.message}", file=sys.stderr)
            continue
        if look.tells and all(look.distance(other) > APART for _, other in kept):
            kept.append((base, look))
        if len(kept) == most:
            break
    return [base for base, _ in kept]
