"""The desk's own table of names: how a name should be, and how else it is printed.

A CSV file, so that a spreadsheet or any editor can keep it. The first row names the
columns ``name``, ``agency`` and ``spelling``; further spellings stand in further columns.
``agency`` may be empty. Commas, semicolons or tabs part the columns, as spreadsheets of
different countries write them; a row that begins with ``#`` is a remark.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from provenance.captions.agencies import agency_named
from provenance.captions.names import is_placeholder, normalise_name
from provenance.errors import UsageError
from provenance.model import Alias, Aliases

LARGEST = 2_000_000
"""Octets a table may have."""

_MOST_ROWS = 20_000
_MOST_SPELLINGS = 50
_LONGEST = 200
_MARKS = (";", "\t", ",")
_HEADER = ("name", "agency")

_Place = tuple[str, str | None]


def parse(data: bytes, source: str) -> Aliases:
    """Read a table.

    Args:
        data: the file's octets: UTF-8, with or without a byte order mark.
        source: how to name the file in messages.

    Raises:
        UsageError: too large, not UTF-8, no header, a row without a name or a spelling, an
            unknown agency, one spelling for two names. The message names file and line.
    """
    if len(data) > LARGEST:
        raise UsageError(
            f"The table of names {source} has {len(data)} octets; {LARGEST} are allowed.",
            remedy="Keep names in it only.",
        )
    rows = tuple(_rows(_decoded(data, source), source))
    return Aliases(tuple(row for _, row in _checked(rows, source)))


def _decoded(data: bytes, source: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(
            f"The table of names {source} is not UTF-8 in line {line}.",
            remedy="Save it as CSV UTF-8.",
        ) from error


def _rows(text: str, source: str) -> Iterator[tuple[int, Alias]]:
    first = next(iter(text.splitlines()), "")
    mark = next((one for one in _MARKS if one in first), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    header = False
    try:
        for row in reader:
            cells = [" ".join(cell.split()) for cell in row]
            if not any(cells) or cells[0].startswith("#"):
                continue
            if header:
                yield reader.line_num, _row(cells, source, reader.line_num)
                continue
            if tuple(cell.casefold() for cell in cells[:2]) != _HEADER or len(cells) < 3:
                raise _error(source, reader.line_num, "the columns are not named")
            header = True
    except csv.Error as error:
        raise _error(source, reader.line_num, f"it is not CSV ({error})") from error


def _row(cells: list[str], source: str, line: int) -> Alias:
    name, stated, *others = cells if len(cells) > 1 else [*cells, ""]
    spellings = tuple(dict.fromkeys(cell for cell in others if cell and cell != name))
    if not name or is_placeholder(name):
        raise _error(source, line, "the first column holds no name")
    if not spellings:
        raise _error(source, line, f"{name[:_LONGEST]} has no other spelling")
    if len(spellings) > _MOST_SPELLINGS:
        raise _error(source, line, f"more than {_MOST_SPELLINGS} spellings")
    for one in (name, *spellings):
        if len(one) > _LONGEST:
            raise _error(source, line, f"a name has more than {_LONGEST} characters")
        if is_placeholder(one) or agency_named(one):
            raise _error(source, line, f"{one!r} is no person's name")
    agency = agency_named(stated) if stated else None
    if stated and agency is None:
        raise _error(source, line, f"there is no agency {stated[:_LONGEST]!r}")
    return Alias(name, spellings, agency)


def _checked(rows: Iterable[tuple[int, Alias]], source: str) -> Iterator[tuple[int, Alias]]:
    """The rows, as long as no spelling stands for two names and there are not too many."""
    meant: dict[_Place, tuple[str, int]] = {}
    for count, (line, row) in enumerate(rows, start=1):
        if count > _MOST_ROWS:
            raise _error(source, line, f"more than {_MOST_ROWS} names")
        own = normalise_name(row.name)
        for key in {normalise_name(one) for one in row.spellings} | {own}:
            other, before = meant.setdefault((key, row.agency), (own, line))
            if other != own:
                raise _error(source, line, f"{key!r} stands for another name in line {before}")
        yield line, row


def _error(source: str, line: int, what: str) -> UsageError:
    return UsageError(
        f"The table of names {source}, line {line}: {what}.",
        remedy="Each row needs: name, agency (or nothing), spelling, further spellings.",
    )


def known_as(table: Aliases, name: str, agencies: Collection[str]) -> frozenset[str]:
    """The normalised spellings that the table gives the person called ``name``, with the name.

    Empty where it does not know the name.

    Args:
        table: the desk's table.
        name: any spelling of it.
        agencies: the agencies of the credit in question; rows of other agencies do not count.
    """
    if not table.rows:
        return frozenset()
    key = normalise_name(name)
    found: set[str] = set()
    for agency in (None, *dict.fromkeys(agencies)):
        for index in _index(table).get((key, agency), ()):
            row = table.rows[index]
            found.update(normalise_name(one) for one in (row.name, *row.spellings))
    return frozenset(found)


@lru_cache(maxsize=4)
def _index(table: Aliases) -> dict[_Place, tuple[int, ...]]:
    """By which rows a spelling is known; tables are told apart by identity."""
    found: dict[_Place, tuple[int, ...]] = {}
    for number, row in enumerate(table.rows):
        for key in {normalise_name(one) for one in (row.name, *row.spellings)}:
            place = key, row.agency
            found[place] = (*found.get(place, ()), number)
    return found
