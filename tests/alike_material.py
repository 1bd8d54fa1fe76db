"""Folders whose files are nearly one another: what an audit must not compare pair by pair."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

from look_material import SCENE, scene
from making import dress, iim_block, photoshop_block
from notice_material import bracket
from PIL import Image, ImageDraw

MAKER, RIGHT = "Luc MARIN", "Ana DUPOND"
DAY = "2024-12-05"
_SIZE = (240, 160)
_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def code(number: int) -> str:
    """AFP's number of a picture."""
    signs = [_SIGNS[number // 10 // 24**place % 24] for place in range(3)]
    return f"000_36{number % 10}{''.join(signs)}K"


def alike(folder: Path, files: int, notices: int) -> tuple[Path, Path]:
    """Frames of one burst, each with its own number, and a notice on each of the first.

    All are one photographer's, of one day, with captions of one template and looks in which no
    bit or a few differ.

    Returns:
        The pictures' folder and the notices'.
    """
    pictures, mail = _folders(folder)
    for number in range(files):
        said = _said(code(number), f"{SCENE} Boat {number} comes in.")
        (pictures / f"frame{number:05}.jpg").write_bytes(_dressed(_frame(number), said))
    for number in range(notices):
        _notice(mail, number)
    return pictures, mail


def copies(folder: Path, files: int) -> tuple[Path, Path]:
    """Copies of one picture, no two of which say the same, and a notice on it."""
    pictures, mail = _folders(folder)
    for number in range(files):
        said = _said(code(0), f"{_words(number)} {SCENE}") | {
            "byline": f"{_words(number).title()} {MAKER}" if number % 2 else MAKER,
            "credit": f"{_words(number * 7).title()} Press",
            "city": _words(number * 3).title(),
        }
        (pictures / f"copy{number:05}.jpg").write_bytes(_dressed(_frame(0), said))
    _notice(mail, 0)
    return pictures, mail


def numbered(folder: Path, files: int) -> tuple[Path, Path]:
    """Different pictures that all carry the one number that a notice names."""
    pictures, mail = _folders(folder)
    for number in range(files):
        said = _said(code(0), f"{SCENE} Boat {number} comes in.")
        (pictures / f"file{number:05}.jpg").write_bytes(_dressed(_frame(number), said))
    _notice(mail, 0)
    return pictures, mail


def _folders(folder: Path) -> tuple[Path, Path]:
    made = (folder / "pictures", folder / "notices")
    for one in made:
        one.mkdir(parents=True)
    return made


def _said(number: str, caption: str) -> dict[str, str]:
    return {
        "byline": MAKER,
        "credit": "AFP",
        "caption": f"{caption} (Photo by {MAKER} / AFP)",
        "job_id": number,
        "date": DAY.replace("-", ""),
        "city": "Porto",
    }


def _dressed(jpeg: bytes, said: dict[str, str]) -> bytes:
    return dress(jpeg, photoshop=photoshop_block(iim_block(said)))


def _notice(mail: Path, number: int) -> None:
    words = bracket(f"[{RIGHT}] instead of [{MAKER}]", MAKER)
    (mail / f"{number:05}.txt").write_text(f"{code(number)}\n\n{words}\n", encoding="utf-8")


def _words(number: int) -> str:
    """Two words that no other number below 331,776 has."""
    signs = [_SIGNS[number // 24**place % 24].lower() for place in range(4)]
    return f"{signs[0]}o{signs[1]}a {signs[2]}e{signs[3]}u"


@cache
def _plain() -> Image.Image:
    return Image.open(io.BytesIO(scene("road-0"))).convert("RGB").resize(_SIZE)


def _frame(number: int) -> bytes:
    """The scene with a few dots of its own in one corner: other data, the same look."""
    image = _plain().copy()
    draw = ImageDraw.Draw(image)
    for place in range(16):
        if number >> place & 1:
            draw.point((2 + 3 * (place % 4), 2 + 3 * (place // 4)), (250, 250, 250))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
