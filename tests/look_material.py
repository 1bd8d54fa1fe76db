"""Pictures to look at: painted scenes in agency dress, and what becomes of them on the web."""

from __future__ import annotations

import io
from pathlib import Path

from desk_material import CODE, WRONG
from making import dress, iim_block, photoshop_block
from PIL import Image, ImageOps

SCENES = Path(__file__).resolve().parents[1] / "fixtures" / "scenes"
DAY = "2024-12-05"
SCENE = "Fishers land their catch in Porto on December 5, 2024."


def scene(name: str) -> bytes:
    """A painted frame (``road-0``), without any metadata."""
    return (SCENES / f"{name}.jpg").read_bytes()


def sent(
    name: str, *, code: str = CODE, creator: str = WRONG, day: str = DAY, caption: str = SCENE
) -> bytes:
    """A frame as the agency sends it: identifier, day, byline and caption."""
    said = {
        "byline": creator,
        "credit": "AFP",
        "caption": f"{caption} (Photo by {creator} / AFP)",
        "job_id": code,
        "date": day.replace("-", ""),
    }
    return dress(scene(name), photoshop=photoshop_block(iim_block(said)))


def credited(jpeg: bytes, creator: str = WRONG) -> bytes:
    """A picture that says who made it and nothing else."""
    return dress(jpeg, photoshop=photoshop_block(iim_block({"byline": creator})))


def resaved(jpeg: bytes, quality: int = 70, share: float = 0.75) -> bytes:
    """The same picture smaller, encoded again, all metadata lost."""
    picture = Image.open(io.BytesIO(jpeg))
    size = (round(picture.width * share), round(picture.height * share))
    return _encoded(picture.resize(size, Image.Resampling.LANCZOS), quality)


def from_behind(jpeg: bytes) -> bytes:
    """The same picture the other way round."""
    return _encoded(ImageOps.mirror(Image.open(io.BytesIO(jpeg))), 85)


def _encoded(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()
