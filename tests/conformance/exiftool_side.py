"""What ExifTool reads, in the terms of the comparison.

One run reads all files: ``-j -a -b -G1:3:4``. ``-b`` hands out octets that are no UTF-8 as
base64 in place of question marks, family 4 keeps repeated tags apart, which JSON would drop,
family 3 tells what belongs to an embedded file, and the filter puts ``=`` before every value,
without which JSON would make numbers and truth values of ``0012`` and ``True``. None of the
tags that are compared has a wording for people that differs from its value.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from conformance import forms
from conformance.exiftool_tags import EXIF, IIM, OFFSET, TIME, XMP
from conformance.triples import Cell, Reading, Said

from provenance.model import Container, Property

Record = Mapping[str, Sequence[str]]
"""What ExifTool says of one file: group:document[:copy]:tag to texts."""

_OPTIONS: Final = ("-j", "-a", "-b", "-G1:3:4", "-api", 'Filter=$_="=$_"')
_FILE_TYPE: Final = "File:Main:FileType"
_ERROR: Final = "ExifTool:Main:Error"
_CHARSET: Final = "IPTC:Main:CodedCharacterSet"
_DECLARED_UTF_8: Final = "UTF8"
_XMP_FILES: Final = frozenset({"XMP", "RDF"})

Cells = dict[Cell, list[Said]]
Tags = Mapping[str, Sequence[str]]


class ExifToolError(Exception):
    """ExifTool is not there, or did not do what it was asked."""


def version(exiftool: str) -> str:
    """ExifTool's version number.

    Raises:
        ExifToolError: where it cannot be run.
    """
    try:
        done = subprocess.run([exiftool, "-ver"], capture_output=True, text=True, check=False)
    except OSError as error:
        raise ExifToolError(f"{exiftool} cannot be run: {error.strerror}") from error
    if done.returncode:
        raise ExifToolError(f"{exiftool} -ver failed: {done.stderr.strip()}")
    return done.stdout.strip()


def printed(
    exiftool: str, paths: Sequence[Path], options: Sequence[str]
) -> dict[Path, dict[str, Any]]:
    """ExifTool's JSON of every path, in one run.

    Args:
        exiftool: the program.
        paths: absolute paths.
        options: one argument each, ``-j`` among them.

    Raises:
        ExifToolError: where it prints no JSON, or leaves a file out.
    """
    if not paths:
        return {}
    with tempfile.NamedTemporaryFile("w", suffix=".args", encoding="utf-8") as arguments:
        arguments.write("".join(f"{line}\n" for line in (*options, *map(str, paths))))
        arguments.flush()
        # Its exit code is 1 as soon as one file has an error; what it prints is what counts.
        done = subprocess.run([exiftool, "-@", arguments.name], capture_output=True, check=False)
    try:
        every = json.loads(done.stdout)
    except ValueError as error:
        told = done.stderr.decode("utf-8", "replace").strip()
        raise ExifToolError(f"ExifTool printed no JSON ({error}): {told}") from error
    found = {Path(one.pop("SourceFile")): one for one in every}
    missing = [path for path in paths if path not in found]
    if missing:
        raise ExifToolError(f"ExifTool says nothing of {len(missing)} files: {missing[0]} ...")
    return found


def records(
    exiftool: str, paths: Sequence[Path], options: Iterable[str] = ()
) -> dict[Path, Record]:
    """What ExifTool prints of the tags that are compared, for every path.

    Args:
        exiftool: the program.
        paths: absolute paths.
        options: more options.

    Raises:
        ExifToolError: as ``printed``.
    """
    every = printed(exiftool, paths, (*_OPTIONS, *options, *_asked_for()))
    return {path: _record(one) for path, one in every.items()}


def _record(printed: Mapping[str, str | list[str]]) -> Record:
    return {
        key: [forms.text(one) for one in ([value] if isinstance(value, str) else value)]
        for key, value in printed.items()
    }


def _asked_for() -> list[str]:
    tags = [f"-EXIF:{name}" for _, name in (*EXIF, OFFSET)]
    spaces = [f"-{space}:all" for space in sorted({space for space, _ in XMP})]
    return [*tags, "-IPTC:all", *spaces, "-FileType", "-Error"]


def may_be_utf8(record: Record) -> bool:
    """Whether the file has IIM that says to be UTF-8, or that does not say what it is.

    IPTC-IIM 4.2, 1:90 names the character set; ``UTF8`` is ExifTool's word for ESC % G.
    """
    has_iim = any(key.startswith("IPTC") for key in record)
    return has_iim and _one(record, _CHARSET) in ("", _DECLARED_UTF_8)


def reading(record: Record) -> Reading:
    """A record in the terms of the comparison; embedded files are left out."""
    kind = _one(record, _FILE_TYPE)
    exif: dict[str, list[str]] = defaultdict(list)
    iim: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    xmp: dict[tuple[str, str], dict[str, Sequence[str]]] = defaultdict(dict)
    for key, texts in record.items():
        group, _, rest = key.partition(":")
        document, _, rest = rest.partition(":")
        copy, _, name = rest.rpartition(":")
        if document != "Main":
            continue
        if group.startswith("IPTC"):
            iim[group][name].extend(texts)
        elif group.startswith("XMP"):
            base, _, language = name.partition("-")
            xmp[copy, f"{group}:{base}"][language.lower()] = texts
        else:
            exif[f"{group}:{name}"].extend(texts)
    cells: Cells = defaultdict(list)
    _exif(cells, exif)
    for datasets in iim.values():
        _iim(cells, datasets)
    for (_, tag), languages in xmp.items():
        _xmp(cells, tag, languages, Container.SIDECAR if kind in _XMP_FILES else Container.XMP)
    values = {cell: tuple(sorted(said)) for cell, said in cells.items()}
    return Reading(values, error=_one(record, _ERROR), kind=kind)


def _one(record: Record, key: str) -> str:
    return next(iter(record.get(key, ())), "")


def _say(cells: Cells, cell: Cell, place: str, texts: Iterable[str]) -> None:
    kept = tuple(text for text in texts if forms.has_content(text))
    if kept:
        cells[cell].append((place, kept))


def _exif(cells: Cells, tags: Tags) -> None:
    offset = next(iter(tags.get(":".join(OFFSET), ())), "").strip()
    for (directory, name), prop in EXIF.items():
        for text in tags.get(f"{directory}:{name}", ()):
            texts = _exif_texts(prop, text, offset)
            _say(cells, (Container.EXIF, prop), f"{directory}:{name}".lower(), texts)


def _exif_texts(prop: Property, text: str, offset: str) -> tuple[str, ...]:
    if prop is Property.CREATOR_NAMES:
        return forms.names(text)
    if prop is Property.DATE_CREATED:
        moment = forms.date(text)
        return (f"{moment}{offset}" if " " in moment else moment,)
    return (text.strip("\n").rstrip(),)


def _iim(cells: Cells, datasets: Tags) -> None:
    """One IIM block; a date and a time that each stand there once are one moment."""
    times = datasets.get(TIME, ())
    for name, (place, prop) in IIM.items():
        texts = datasets.get(name, ())
        if prop is Property.DATE_CREATED:
            joined = len(texts) == len(times) == 1
            texts = [forms.date(f"{text} {times[0]}" if joined else text) for text in texts]
        _say(cells, (Container.IIM, prop), place, texts)


def _xmp(cells: Cells, tag: str, languages: Tags, container: Container) -> None:
    """One XMP property; its first language is the default where none is said to be."""
    group, _, name = tag.partition(":")
    row = XMP.get((group, name))
    if row is None:
        return
    place, prop = row
    default = "" if "" in languages else next(iter(languages))
    for language, texts in languages.items():
        dated = prop is Property.DATE_CREATED
        spelled = [forms.date(text) for text in texts] if dated else texts
        suffix = "" if language == default else f"[{language}]"
        _say(cells, (container, prop), place + suffix, spelled)
