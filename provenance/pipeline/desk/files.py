"""Read a desk's export, CSV or JSON, a row at a time: the file's size costs no memory.

CSV as in RFC 4180, with the liberties that spreadsheets take: ``,``, ``;`` or tab, a byte order
mark, a line ``sep=;``, any line end. JSON (RFC 8259) as a list of objects, as an object with
such a list, or one object a line. Octets that are not UTF-8 are read as Windows-1252.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple

from provenance.errors import UsageError
from provenance.pipeline.desk.columns import field_of
from provenance.pipeline.desk.structured import Json, is_json_lines, json_lines
from provenance.storage.systems.flags import READ_NAMED

if TYPE_CHECKING:
    _Source = io.BufferedReader[Any]

LONGEST_ROW: Final = 16 << 20
"""Characters in one row, and in one value of JSON."""

_BLOCK: Final = 1 << 20
_DELIMITERS: Final = ",;\t"
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ZIP: Final = b"PK\x03\x04"
_JSON_SUFFIXES: Final = (".json", ".jsonl", ".ndjson")
_CSV_SUFFIXES: Final = (".csv", ".tsv", ".tab")


class Row(NamedTuple):
    """One row: its line (in JSON its position, from 1), the columns' names, their cells.

    ``fault`` says why the row cannot be used; it has no cells then. Plain, since workers are
    sent these by the thousand.
    """

    number: int
    header: tuple[str, ...] = ()
    cells: tuple[str | tuple[str, ...], ...] = ()
    fault: str = ""


@dataclass(slots=True)
class Export:
    """One export while it is read.

    Attributes:
        path: as the user gave it.
        size: octets.
        as_windows: how many lines or blocks were not UTF-8.
    """

    path: str
    size: int
    advance: Callable[[int], None]
    as_windows: int = 0
    _digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    @property
    def sha256(self) -> str:
        """The digest of what was read so far; of the file, once its rows are at their end."""
        return self._digest.hexdigest()

    def heard(self, octets: bytes) -> None:
        """Count octets that were read."""
        self._digest.update(octets)
        self.advance(len(octets))

    def text(self, octets: bytes) -> str:
        """The octets as text."""
        try:
            return octets.decode()
        except UnicodeDecodeError:
            self.as_windows += 1
            return octets.decode("utf-8", _AS_WINDOWS)

    def refuse(self, message: str, remedy: str, code: str = "import-unreadable") -> UsageError:
        """The error that the whole file is refused with; nothing of it is kept."""
        return UsageError(f"{self.path} {message}", code=code, remedy=remedy)


_AS_WINDOWS: Final = "provenance-windows"


def _windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    octets = error.object[error.start : error.end]
    # Five octets mean nothing in Windows-1252; they stay what they are.
    return octets.decode("cp1252", "surrogateescape"), error.end


codecs.register_error(_AS_WINDOWS, _windows)


class _Heard(io.RawIOBase):
    """A file whose octets are digested as they are read."""

    def __init__(self, raw: BinaryIO, export: Export) -> None:
        super().__init__()
        self._raw = raw
        self._export = export

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        octets = self._raw.read(len(buffer))
        buffer[: len(octets)] = octets
        self._export.heard(octets)
        return len(octets)


@contextmanager
def opened(path: str, advance: Callable[[int], None]) -> Iterator[tuple[Export, Iterator[Row]]]:
    """Open an export; give what is known of it, and its rows.

    Args:
        path: a regular file.
        advance: told how many more octets were read.

    Raises:
        UsageError: it is not there, is no CSV or JSON, or ends within a value (while the
            rows are read); code ``import-unreadable``.
    """
    try:
        number = os.open(path, READ_NAMED)
        with open(number, "rb", buffering=0) as raw:
            found = os.fstat(raw.fileno())
            export = Export(path, found.st_size, advance)
            if not stat.S_ISREG(found.st_mode):
                raise export.refuse("is no file.", "Give a CSV or JSON file.")
            heard = io.BufferedReader(_Heard(raw, export), _BLOCK)
            yield export, _rows(heard, export)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}.",
            code="import-unreadable",
            remedy="Check the path, and that you may read the file.",
        ) from error


def _rows(heard: _Source, export: Export) -> Iterator[Row]:
    begin = heard.peek(_BLOCK)[:_BLOCK]
    if begin.startswith(_ZIP):
        raise export.refuse("is a workbook or a zip file.", "Save the sheet as CSV (UTF-8).")
    source = heard
    if begin.startswith(_UTF16):
        little = begin.startswith(codecs.BOM_UTF16_LE)
        decoded = _Utf8(heard, "utf-16-le" if little else "utf-16-be")
        source = io.BufferedReader(decoded, _BLOCK)
        begin = begin.decode("utf-16", "replace").encode("utf-8", "replace")
    elif b"\x00" in begin.partition(b"\n")[0]:
        raise export.refuse("is no text: it holds NUL.", "Give a CSV or JSON file.")
    begin = begin.removeprefix(codecs.BOM_UTF8)
    if not begin.strip():
        raise export.refuse("is empty.", "Export it again.")
    name = export.path.casefold()
    lines = _Lines(source, export, returns=b"\r" in begin and b"\n" not in begin)
    as_json = name.endswith(_JSON_SUFFIXES) or begin.lstrip()[:1] in {b"[", b"{"}
    if not as_json or name.endswith(_CSV_SUFFIXES):
        yield from _csv(lines, export)
    elif name.endswith(_JSON_SUFFIXES[1:]) or is_json_lines(begin):
        for number, found, fault in json_lines(lines):
            yield Row(number, *found, fault)
    else:
        for number, found, fault in Json(lines.blocks(), export.refuse, LONGEST_ROW).objects():
            yield Row(number, *found, fault)


class _Utf8(io.RawIOBase):
    """UTF-16 as UTF-8; what is no character becomes U+FFFD."""

    def __init__(self, source: _Source, encoding: str) -> None:
        super().__init__()
        self._source = source
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._rest = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._rest and not self._ended:
            octets = self._source.read(_BLOCK)
            self._ended = not octets
            self._rest = self._decoder.decode(octets, final=self._ended).encode("utf-8", "replace")
        octets, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(octets)] = octets
        return len(octets)


class _Lines:
    """Lines of text with their ends; a row that grows without end is refused."""

    def __init__(self, source: _Source, export: Export, *, returns: bool) -> None:
        self._source = source
        self._export = export
        self._lines = self._by_return() if returns else iter(self._line, b"")
        self.number = 0
        self.since = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        octets = next(self._lines)
        if not self.number:
            octets = octets.removeprefix(codecs.BOM_UTF8)
        self.number += 1
        self.since += len(octets)
        if self.since > LONGEST_ROW:
            raise self._export.refuse(
                f"has a row that does not end (it holds line {self.number}).",
                "Look there for a quotation mark that is not closed, and export it again.",
            )
        return self._export.text(octets)

    def _line(self) -> bytes:
        return self._source.readline(LONGEST_ROW + 1)

    def _by_return(self) -> Iterator[bytes]:
        """Lines that end with a carriage return alone, as on old Macintoshes."""
        rest = b""
        while octets := self._source.read(_BLOCK):
            *whole, rest = (rest + octets).split(b"\r")
            yield from (line + b"\n" for line in whole)
            if len(rest) > LONGEST_ROW:
                break
        yield rest

    def blocks(self) -> Iterator[str]:
        """The text in blocks, cut anywhere between two characters."""
        rest, first = b"", True
        while octets := self._source.read(_BLOCK):
            octets = rest + (octets.removeprefix(codecs.BOM_UTF8) if first else octets)
            # A character of up to four octets may be cut: its beginning waits for its end.
            cut = next((n for n in (1, 2, 3) if n <= len(octets) and octets[-n] >= 0xC0), 0)
            rest, octets = (octets[-cut:], octets[:-cut]) if cut else (b"", octets)
            first = False
            yield self._export.text(octets)
        yield self._export.text(rest)


@contextmanager
def _long_fields() -> Iterator[None]:
    """The CSV reader's own limit is for the whole program: it is ours while we read."""
    former = csv.field_size_limit(2 * LONGEST_ROW)
    try:
        yield
    finally:
        csv.field_size_limit(former)


def _csv(lines: _Lines, export: Export) -> Iterator[Row]:
    first = next((line for line in lines if line.strip()), "")
    stated = first.strip("\r\n")
    if stated[:4].casefold() == "sep=" and len(stated) == 5:
        delimiter, first = stated[4], next(lines, "")
    else:
        delimiter = max(_DELIMITERS, key=lambda one: _worth(first, one))
    with _long_fields():
        yield from _csv_rows(first, lines, delimiter, export)


def _worth(line: str, delimiter: str) -> tuple[int, int]:
    """How many known columns, then how many at all, a header has if so divided."""
    cells = next(csv.reader([line[: _BLOCK >> 4]], delimiter=delimiter), [])
    return sum(field_of(cell.strip()) is not None for cell in cells), len(cells)


def _csv_rows(first: str, lines: _Lines, delimiter: str, export: Export) -> Iterator[Row]:
    def given() -> Iterator[str]:
        yield first
        yield from lines

    reader = csv.reader(given(), delimiter=delimiter)
    header = tuple(cell.strip() for cell in next(reader, []))
    if not any(header):
        raise export.refuse("has no header.", "Its first line must name the columns.")
    while True:
        lines.since = 0
        began = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(began, fault=f"cannot be read as CSV ({error})")
            continue
        if not any(cells):
            continue
        if len(cells) > len(header) and any(cells[len(header) :]):
            yield Row(began, fault=f"has {len(cells)} cells below {len(header)} columns")
            continue
        yield Row(began, header, tuple(cells))
