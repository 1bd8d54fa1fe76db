"""Private copies of files: all that ExifTool ever sees of them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from provenance.errors import StorageError
from provenance.metadata.source import Window

MAX_FILE: Final = 512 * 1024 * 1024
"""Octets of a file that is copied for ExifTool."""

_PIECE: Final = 1024 * 1024

SUFFIXES: Final = {
    "image/x-adobe-dng": ".dng",
    "image/x-canon-cr2": ".cr2",
    "image/x-canon-cr3": ".cr3",
    "image/x-canon-crw": ".crw",
    "image/x-nikon-nef": ".nef",
    "image/x-nikon-nrw": ".nrw",
    "image/x-sony-arw": ".arw",
    "image/x-sony-sr2": ".sr2",
    "image/x-pentax-pef": ".pef",
    "image/x-samsung-srw": ".srw",
    "image/x-epson-erf": ".erf",
    "image/x-kodak-dcr": ".dcr",
    "image/x-kodak-kdc": ".kdc",
    "image/x-hasselblad-3fr": ".3fr",
    "image/x-hasselblad-fff": ".fff",
    "image/x-mamiya-mef": ".mef",
    "image/x-leaf-mos": ".mos",
    "image/x-phaseone-iiq": ".iiq",
    "image/x-fuji-raf": ".raf",
    "image/x-olympus-orf": ".orf",
    "image/x-panasonic-rw2": ".rw2",
    "image/x-leica-rwl": ".rwl",
    "image/x-minolta-mrw": ".mrw",
    "image/x-sigma-x3f": ".x3f",
    "application/pdf": ".pdf",
    "application/postscript": ".eps",
}
"""What a copy's name ends with: ExifTool tells raw files that are TIFF inside by it."""


@dataclass(frozen=True, slots=True)
class PrivateCopy:
    """A file that is ours alone, in a folder that is ours alone."""

    folder: str
    path: str

    def beside(self, number: int, content: bytes) -> str:
        """Write another file into the folder; its path."""
        path = os.path.join(self.folder, f"value{number}")
        with open(path, "xb") as file:
            file.write(content)
        return path

    def content(self) -> bytes:
        """What the copy holds now."""
        with open(self.path, "rb") as file:
            return file.read()

    def has(self, mark: bytes) -> bool:
        """Whether these octets stand anywhere in it."""
        rest = b""
        with open(self.path, "rb") as file:
            while piece := file.read(_PIECE):
                if mark in rest + piece:
                    return True
                rest = piece[1 - len(mark) :]
        return False


@contextmanager
def private_copy(window: Window, suffix: str) -> Iterator[PrivateCopy]:
    """A copy of a file, removed with its folder at the end, whatever happens.

    Its name is always the same, so that nothing of the file's own name reaches ExifTool.

    Raises:
        StorageError: as the byte source raises it; ``no-copy`` where the copy cannot be
            written or read.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="provenance-") as folder:
            path = os.path.join(os.path.realpath(folder), f"picture{suffix}")
            copy = PrivateCopy(os.path.dirname(path), path)
            _fill(path, window)
            yield copy
    except OSError as error:
        raise StorageError(
            f"{window.name} was not copied for ExifTool to {tempfile.gettempdir()}:"
            f" {error.strerror or error}.",
            code="no-copy",
            remedy="Make room there, or set TMPDIR to another folder.",
        ) from error


def _fill(path: str, window: Window) -> None:
    with open(path, "xb") as file:
        offset = 0
        while offset < window.size and (piece := window.take(offset, _PIECE)):
            file.write(piece)
            offset += len(piece)
