"""A small desk to run commands on: parts of the newsroom folder, notices, tiny pictures."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from making import dress, exif_block, iim_block, photoshop_block, xmp_packet
from PIL import Image
from typer.testing import CliRunner

from provenance.cli import app

NEWSROOM = Path(__file__).resolve().parents[1] / "fixtures" / "newsroom"
NOTICES = NEWSROOM / "notices"

WRONG, RIGHT, CODE = "Ana LIM", "Rosa TEIXEIRA", "000_36QM4RB"
LIFE = "desk/2024-12-05_life"
PICTURE = f"{LIFE}/{CODE}.jpg"
NOTICE = "2024-12-06_36QM4RB.txt"
# One mail, two pictures, one correction: a person must say which.
PAIR = ("archive/2024/000_36NW6CJ.jpg", "archive/2024/000_36NW6DK.jpg")
PAIR_NOTICE = "2024-12-04_two-photos.eml"


@dataclass(frozen=True)
class Done:
    """What a command left: its exit code, its data, its words."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict:
        return json.loads(self.out)


def run(*arguments: str | Path, **environment: str) -> Done:
    """A command in this process; stdout and stderr are no terminals."""
    result = CliRunner().invoke(app, [os.fspath(one) for one in arguments], env=environment)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Done(result.exit_code, result.stdout, result.stderr)


def program(*arguments: str | bytes | Path) -> list[str | bytes]:
    """The command line of a process of its own."""
    return [sys.executable, "-m", "provenance.cli", *(os.fspath(one) for one in arguments)]


def spawn(*arguments: str | bytes | Path, **options: object) -> subprocess.CompletedProcess:
    """Run the program as a process of its own and wait for it."""
    options.setdefault("capture_output", True)
    return subprocess.run(program(*arguments), timeout=60, check=False, **options)  # type: ignore[call-overload]


def desk(folder: Path, *names: str) -> Path:
    """Copy parts of the newsroom folder to ``folder``."""
    for name in names or (LIFE,):
        source, target = NEWSROOM / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)
    return folder


def tiny(
    creator: str = WRONG, *, code: str = CODE, caption: str | None = None, shade: int = 0
) -> bytes:
    """A picture of a few hundred octets in agency dress; ``shade`` makes another picture of it."""
    out = io.BytesIO()
    Image.new("L", (16, 16), shade % 256).save(out, "JPEG", comment=f"scene {shade}".encode())
    words = caption or f"Fishers land their catch in Porto on December 5, 2024, frame {shade}."
    described = f"{words} (Photo by {creator} / AFP)"
    return dress(
        out.getvalue(),
        exif=exif_block({"artist": creator, "description": described}),
        photoshop=photoshop_block(
            iim_block({"byline": creator, "credit": "AFP", "caption": described, "job_id": code})
        ),
        xmp=xmp_packet(
            {
                "dc:creator": creator,
                "dc:description": described,
                "photoshop:Credit": "AFP",
                "plus:ImageSupplierImageID": code,
            }
        ),
    )


def findings(document: dict, rule: str | None = None) -> list[dict]:
    """The findings of an audit, of one rule or of all."""
    return [one for one in document["findings"] if rule in {None, one["rule"]}]


def audit(folder: Path | str, *more: str | Path, notice: str | Path | None = NOTICE) -> dict:
    """Audit ``folder`` in this process, as JSON."""
    brought = () if notice is None else ("--notices", NOTICES / notice)
    return run("audit", folder, *brought, *more, "-f", "json", "-j", "1").document


def the_one(document: dict, rule: str = "erroneous-credit") -> dict:
    """The only finding of a rule."""
    (found,) = findings(document, rule)
    return found
