"""Programs that stand in for ExifTool, and files that only ExifTool reads."""

from __future__ import annotations

import base64
import io
import json
import os
import stat
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from provenance.metadata import read
from provenance.metadata.exiftool.program import VARIABLE
from provenance.metadata.exiftool.session import _Held
from provenance.model import AssetRef

_FAKE = """#!{python}
import json, os, sys, time
here = os.path.dirname(os.path.abspath(__file__))
def note(name, line):
    try:
        with open(os.path.join(here, name), "a") as log:
            log.write(line + "\\n")
    except PermissionError:
        pass  # started by a confined worker, it writes no diary
note("started", "%d" % os.getpid())
args = []
for line in sys.stdin:
    line = line.rstrip("\\n")
    if not line.startswith("-execute"):
        args.append(line)
        continue
    out, err = {version!r}, ""
    if "-ver" not in args:
        note("asked", json.dumps([args, sys.argv]))
        out = {output!r}
        {act}
    sys.stdout.write(out + "\\n{{ready" + line[len("-execute"):] + "}}\\n")
    sys.stdout.flush()
    sys.stderr.write(err + args[args.index("-echo4") + 1] + "\\n")
    sys.stderr.flush()
    args = []
"""


class Fake:
    """A program that talks as ExifTool does with ``-stay_open``, and keeps a diary."""

    def __init__(
        self,
        folder: Path,
        *,
        output: str = "",
        act: str = "pass",
        version: str = "13.59",
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.path = folder / "exiftool"
        text = _FAKE.format(python=sys.executable, version=version, output=output, act=act)
        self.path.write_text(text, encoding="utf-8")
        self.path.chmod(self.path.stat().st_mode | stat.S_IXUSR)

    @property
    def started(self) -> list[int]:
        """The numbers of the processes that were started, in order."""
        return [int(line) for line in self._lines("started")]

    @property
    def asked(self) -> list[tuple[list[str], list[str]]]:
        """What it was asked, the version left out: arguments, and the command line."""
        return [tuple(json.loads(line)) for line in self._lines("asked")]

    def _lines(self, name: str) -> list[str]:
        diary = self.folder / name
        return diary.read_text("utf-8").splitlines() if diary.exists() else []


def told(values: Mapping[str, str | bytes]) -> str:
    """ExifTool's answer with these tags; octets are those of a binary value."""
    shown = {
        name: f"={value}"
        if isinstance(value, str)
        else "base64:" + base64.b64encode(b"=" + value).decode()
        for name, value in values.items()
    }
    return json.dumps([{"SourceFile": "x", **shown}])


def lives(process: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        state = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def gone(process: int, seconds: float = 5.0) -> bool:
    """Whether a process ends within some seconds."""
    latest = time.monotonic() + seconds
    while lives(process):
        if time.monotonic() > latest:
            return False
        time.sleep(0.02)
    return True


def jpeg() -> bytes:
    """A JPEG picture without metadata."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize((16, 16)).save(out, "JPEG")
    return out.getvalue()


def gif(*blocks: bytes, last: bytes = b"") -> bytes:
    """A GIF picture, with extensions before its image data and at its end (GIF89a, 26)."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize((16, 16)).save(out, "GIF")
    data = out.getvalue()
    assert data[10] & 0x80, "a global colour table"
    start = 13 + 3 * 2 ** ((data[10] & 7) + 1)
    return b"GIF89a" + data[6:start] + b"".join(blocks) + data[start:-1] + last + data[-1:]


def xmp_extension(packet: bytes) -> bytes:
    """An XMP packet as GIF holds it (XMP part 3, 1.1.2)."""
    landing = b"\x01" + bytes(range(255, -1, -1)) + b"\x00"
    return b"\x21\xff\x0bXMP DataXMP" + packet + landing


def ref(name: str = "/pool/a.gif", size: int = 0) -> AssetRef:
    """A reference to a file that is nowhere."""
    return AssetRef(name, size, "")


def read_in_worker(item: tuple[str, bytes]) -> tuple[int, int, str]:
    """Read a file in a pool's worker by a certain program: worker, program, media type."""
    program, data = item
    os.environ[VARIABLE] = program
    found = read(ref(), data).media_type
    assert _Held.process is not None
    return os.getpid(), _Held.process._process.pid, found
