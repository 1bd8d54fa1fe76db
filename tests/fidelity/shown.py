"""What ExifTool shows of the files, before and after: ``-a -G1 -s -j``.

Family 4 is asked for as well, because JSON would drop repeated tags else. It counts copies of a
name over all groups, so that the number says nothing of the place: the values of one tag are
gathered instead.
"""

from __future__ import annotations

import base64
import hashlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from conformance.exiftool_side import printed
from conformance.repairs import repaired
from fidelity import kinds
from fidelity.attempts import Attempt
from fidelity.jpeg_pieces import jpeg
from fidelity.pieces import differing
from fidelity.tiff_pieces import tiff

_OPTIONS: Final = ("-a", "-G1:4", "-s", "-j")
_AS_UTF_8: Final = ("-charset", "iptc=utf8")
_BINARY: Final = (
    "EXIF", "ICC_Profile", "ThumbnailImage", "PreviewImage", "OtherImage", "JpgFromRaw",
    "PhotoshopThumbnail", "MPImage2", "MPImage3", "JUMBF", "ImageDataHash",
)  # fmt: skip

_CODED: Final = "base64:"

Tags = Mapping[str, tuple[Any, ...]]
"""Group and name, ``IFD0:Artist``, to its values."""

Shown = tuple[Tags, Tags, Tags]
"""Before, before with IIM that does not say so read as UTF-8, and after."""


def shown(exiftool: str, attempts: Sequence[Attempt]) -> dict[Path, Shown]:
    """What ExifTool shows of each file that was written, by its path.

    Raises:
        ExifToolError: where ExifTool cannot be run.
    """
    with tempfile.TemporaryDirectory() as folder:
        copies = dict(_copies(Path(folder), attempts))
        before = _tags(exiftool, [old for old, _ in copies.values()])
        after = _tags(exiftool, [new for _, new in copies.values()])
        doubtful = [old for old, _ in copies.values() if _is_undeclared(before[old])]
        utf_8 = _tags(exiftool, doubtful, _AS_UTF_8)
        return {
            path: (before[old], utf_8.get(old, before[old]), after[new])
            for path, (old, new) in copies.items()
        }


def _copies(folder: Path, attempts: Sequence[Attempt]) -> Iterator[tuple[Path, tuple[Path, Path]]]:
    """Old and new file, such that ExifTool finds what is in them."""
    for number, one in enumerate(attempts):
        if one.written is None:
            continue
        new = folder / f"{number}{one.path.suffix}"
        help_for = repaired(one.path.read_bytes())
        if help_for is None:
            new.write_bytes(one.written.result)
            yield one.path, (one.path, new)
        else:
            old = folder / f"{number}-before{one.path.suffix}"
            old.write_bytes(help_for)
            new.write_bytes(repaired(one.written.result) or one.written.result)
            yield one.path, (old, new)


def _tags(exiftool: str, paths: Sequence[Path], options: Sequence[str] = ()) -> dict[Path, Tags]:
    every = printed(exiftool, paths, (*_OPTIONS, *options))
    return {path: gathered(one) for path, one in every.items()}


def gathered(printed_tags: Mapping[str, Any]) -> Tags:
    """``IFD0:Copy1:Artist`` as one more value of ``IFD0:Artist``."""
    found: dict[str, list[tuple[int, Any]]] = {}
    for key, value in printed_tags.items():
        group, *copy, name = key.split(":")
        number = int(copy[0].removeprefix("Copy")) if copy else 0
        found.setdefault(f"{group}:{name}", []).append((number, value))
    return {
        tag: tuple(value for _, value in sorted(values, key=lambda one: one[0]))
        for tag, values in found.items()
    }


def _is_undeclared(tags: Tags) -> bool:
    """Whether the file has IIM that is, or may be, UTF-8 which ExifTool does not see."""
    has_iim = any(tag.startswith("IPTC") for tag in tags)
    return has_iim and tags.get("IPTC:CodedCharacterSet", ("UTF8",))[0] == "UTF8"


def changed_binaries(exiftool: str, attempts: Sequence[Attempt]) -> dict[Path, list[str]]:
    """Of files that ExifTool wrote: what it hands out with ``-b`` and is not the same.

    EXIF blocks are taken apart, so that only their credit may differ.

    Raises:
        ExifToolError: where ExifTool cannot be run.
    """
    with tempfile.TemporaryDirectory() as folder:
        copies = dict(_copies(Path(folder), [one for one in attempts if one.aided]))
        options = ("-a", "-G1:4", "-s", "-j", "-b", *(f"-{name}" for name in _BINARY))
        before = printed(exiftool, [old for old, _ in copies.values()], options)
        after = printed(exiftool, [new for _, new in copies.values()], options)
        return {
            one.path: differing(_binaries(one.kind, before[old]), _binaries(one.kind, after[new]))
            for one in attempts
            if one.path in copies
            for old, new in [copies[one.path]]
        }


def _binaries(kind: str, tags: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    for key, value in sorted(tags.items()):
        text = str(value)
        coded = text.startswith(_CODED)
        octets = base64.b64decode(text.removeprefix(_CODED)) if coded else text.encode()
        if key == "EXIF:EXIF":
            yield from () if kind == kinds.RAW else tiff(octets)
        elif key != "File:PreviewImage":
            yield key, hashlib.sha256(octets).digest()
        else:
            # The preview of a RAF file is a JPEG file that holds the metadata of the whole.
            yield from jpeg(octets, placed=False)
