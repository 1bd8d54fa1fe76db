"""Typst itself: one sheet of data in, one PDF out. Runs in a confined worker.

Typst may read the one folder that is made here, and nothing else: no file of the machine
(fonts apart), no package, no network.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from typing import Final

from provenance.reporting.printed.pdf_content import Json

_TEMPLATES: Final = ("report.typ", "report_parts.typ", "report_charts.typ")
_STANDARDS: Final = ("a-2a", "ua-1")
_PROBE: Final = """
#set document(title: "probe")
#set text(font: ("Libertinus Serif", "DejaVu Sans Mono"))
#for one in json("probe.json") [#one #h(1em) #text(weight: "bold", one) #parbreak()]
"""
_NOT_SHOWN = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_ESCAPE = re.compile(r"\\u\{([0-9a-fA-F]{1,6})\}")
_ZERO_WIDTH: Final = "\u200b"
_FIRST_UNSURE = 0x250
_TRIES = 3
_LONGEST_WHY = 400


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is to be typeset.

    Attributes:
        told: the report, as ``pdf_content.content`` gives it.
        pictures: JPEG files, by number.
        paper: typst's name of the paper.
        made: seconds since 1970, for the document's date.
    """

    told: Json
    pictures: tuple[bytes, ...]
    paper: str
    made: int


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF, or why there is none."""

    pdf: bytes = b""
    problem: str = ""

    @property
    def is_pdf(self) -> bool:
        """Whether it says so of itself."""
        return type(self.pdf) is bytes and self.pdf.startswith(b"%PDF-")


def typeset(sheet: Sheet) -> Printed:
    """Set the pages; work for a worker.

    Characters that no font has are replaced by their numbers before, and once more where
    typst tells of further ones (a font may lack a letter in one of its styles only).
    """
    import typst  # noqa: PLC0415 - an extra, and heavy

    with tempfile.TemporaryDirectory() as folder:
        _lay_out(folder, sheet)
        told = _without(sheet.told, _missing(folder, sheet.told))
        for _ in range(_TRIES):
            _write(folder, "data.json", told)
            try:
                return Printed(_compile(folder, "report.typ", sheet.made))
            except typst.TypstError as error:
                more = _named(error.diagnostic)
                if not more:
                    return Printed(problem=_why(error.message))
                told = _without(told, more)
    return Printed(problem="too many characters have no font.")


def _compile(folder: str, name: str, made: int) -> bytes:
    import typst  # noqa: PLC0415 - an extra, and heavy

    return typst.compile(
        os.path.join(folder, name),
        root=folder,
        package_path=folder,
        package_cache_path=folder,
        pdf_standards=list(_STANDARDS),
        timestamp=datetime.fromtimestamp(made, UTC),
    )


def _lay_out(folder: str, sheet: Sheet) -> None:
    shipped = resources.files("provenance.reporting") / "templates"
    for name in _TEMPLATES:
        _put(folder, name, (shipped / name).read_bytes())
    for number, jpeg in enumerate(sheet.pictures):
        _put(folder, f"{number}.jpg", jpeg)
    _write(folder, "paper.json", {"paper": sheet.paper})


def _missing(folder: str, told: Json) -> set[str]:
    """Those characters of all texts that no font of this machine has."""
    import typst  # noqa: PLC0415 - an extra, and heavy

    asked = sorted({char for text in _texts(told) for char in text if ord(char) >= _FIRST_UNSURE})
    _put(folder, "probe.typ", _PROBE.encode())
    _write(folder, "probe.json", [one for one in asked if one != _ZERO_WIDTH])
    try:
        _compile(folder, "probe.typ", 0)
    except typst.TypstError as error:
        return _named(error.diagnostic)
    return set()


def _named(diagnostic: str) -> set[str]:
    """The characters that typst says it cannot show, plain letters apart."""
    texts = (_unescaped(found) for found in _NOT_SHOWN.findall(diagnostic))
    return {char for text in texts for char in text if ord(char) >= _FIRST_UNSURE}


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), text)


def _without(told: Json, missing: set[str]) -> Json:
    """The same values with each of those characters as its number, and a word about it."""
    if not missing:
        return told
    table = {ord(char): f"⟨U+{ord(char):04X}⟩" for char in missing}
    before = told.get("missing")
    number = len(missing) + (before if isinstance(before, int) else 0)
    shown = {key: _mapped(one, lambda text: text.translate(table)) for key, one in told.items()}
    return {**shown, "missing": number}


def _mapped(value: object, change: Callable[[str], str]) -> object:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_mapped(one, change) for one in value]
    if isinstance(value, dict):
        return {key: _mapped(one, change) for key, one in value.items()}
    return value


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)


def _write(folder: str, name: str, value: object) -> None:
    _put(folder, name, json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def _put(folder: str, name: str, data: bytes) -> None:
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)


def _why(message: str) -> str:
    return f"typst refused: {message[:_LONGEST_WHY]}"
