"""From a row of a desk's export to a desk record: words are kept, keys and days are checked."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from provenance import identifiers
from provenance.matching.picture import day_written
from provenance.model import DeskRecord
from provenance.pipeline.desk.columns import Columns, Field
from provenance.pipeline.desk.files import Row
from provenance.registry import DeskEntry, desk_entry

_LONGEST: Final = {
    Field.PATH: 4_096,
    Field.CAPTION: 20_000,
    Field.CREATOR: 500,
    Field.CREDIT: 1_000,
    Field.PUBLICATION: 2_000,
}
_PROSE: Final = _LONGEST.keys() - {Field.PATH}
_LONGEST_WORD: Final = 256
_MOST_VALUES: Final = 50
# A caption may hold any of these.
_SEVERAL: Final = re.compile(r"[\r\n|]")
_DIGEST: Final = re.compile(r"(?:sha-?256|scan|image):|", re.IGNORECASE)
_HEX: Final = re.compile(r"[0-9a-f]{64}")
_OTHER_DIGESTS: Final = {32: "an MD5", 40: "a SHA-1", 128: "a SHA-512"}
_DRIVE: Final = re.compile(r"(?:[A-Za-z]:|\\\\[^\\/]+[\\/]+[^\\/]+)[\\/]+")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_DAY: Final = re.compile(r"(\d{4})([-:/.]?)(\d{2})\2(\d{2})(?![0-9]).{0,40}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row: its line, a stable word, and the words for a person."""

    row: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Manner:
    """How the rows of an export are to be understood.

    Attributes:
        base: the absolute folder that relative paths start from.
        rooted: it was named by the user, and stands for a Windows drive or share.
        source: name under which the records are kept.
        imported: RFC 3339.
        imported_by: the person.
        mapped: the user's own words: a column of theirs, a field of ours.
    """

    base: str
    rooted: bool
    source: str
    imported: str
    imported_by: str
    mapped: Mapping[str, Field] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Understood:
    """What a batch of rows comes to: records, or the entries made of them, and faults."""

    rows: int
    records: tuple[DeskRecord, ...]
    entries: tuple[DeskEntry, ...]
    faults: tuple[Fault, ...]
    columns: Columns
    elsewhere: int


def understand(manner: Manner, rows: Sequence[Row], *, keep: bool = True) -> Understood:
    """Make records of a batch of rows.

    Args:
        manner: how they are meant.
        rows: of one export.
        keep: give them as they are kept in the registry, not as records.
    """
    reader = Reader(manner, Columns(manner.mapped))
    records: list[DeskRecord] = []
    faults: list[Fault] = []
    for row in rows:
        record, wrong = reader.read(row)
        faults += wrong
        if record is not None:
            records.append(record)
    entries = tuple(map(desk_entry, records)) if keep else ()
    return Understood(
        len(rows),
        () if keep else tuple(records),
        entries,
        tuple(faults),
        reader.columns,
        reader.elsewhere,
    )


@dataclass(slots=True)
class Reader:
    """Makes desk records of rows, and notes what is wrong with them.

    Attributes:
        manner: how they are meant.
        columns: which column means what.
        elsewhere: paths that are web addresses, or stand on a drive that is not known here.
    """

    manner: Manner
    columns: Columns
    elsewhere: int = 0
    _header: tuple[str, ...] | None = None
    _plan: tuple[tuple[int, Field], ...] = ()
    _faults: list[Fault] = field(default_factory=list)

    def read(self, row: Row) -> tuple[DeskRecord | None, list[Fault]]:
        """The record, None where the row cannot be used; and what is wrong with the row."""
        self._faults = []
        if row.fault:
            return None, [Fault(row.number, "row-unreadable", row.fault)]
        if row.header is not self._header and row.header != self._header:
            self._plan = self.columns.plan(row.header)
        self._header = row.header
        by_field: dict[Field, tuple[str, ...]] = {}
        for at, one in self._plan:
            if at < len(row.cells) and (cell := row.cells[at]):
                values = self._values(row.number, one, cell)
                if values:
                    by_field[one] = (*by_field[one], *values) if one in by_field else values
        places = tuple(dict.fromkeys(self._places(row.number, by_field)))
        if not places:
            self._fault(row.number, "no-key", "names no asset: no path, file name or SHA-256")
            return None, self._faults
        return self._record(row.number, places, by_field), self._faults

    def _record(
        self,
        number: int,
        places: tuple[tuple[str, str], ...],
        said: dict[Field, tuple[str, ...]],
    ) -> DeskRecord:
        codes = said.get(Field.IDENTIFIER, ())
        # A title is an identifier where an agency's code stands in it, and words elsewhere.
        titles = tuple(one for one in said.get(Field.TITLE, ()) if identifiers.find(one))
        return DeskRecord(
            self.manner.source,
            number,
            places,
            identifiers=_distinct(codes + titles),
            captions=_distinct(said.get(Field.CAPTION, ())),
            creators=_distinct(said.get(Field.CREATOR, ())),
            credits=_distinct(said.get(Field.CREDIT, ())),
            dates=_distinct(tuple(self._days(number, said.get(Field.DATE, ())))),
            publications=_distinct(said.get(Field.PUBLICATION, ())),
            imported=self.manner.imported,
            imported_by=self.manner.imported_by,
        )

    def _values(self, number: int, one: Field, cell: str | tuple[str, ...]) -> tuple[str, ...]:
        """The cell's values; too long ones are cut where they are prose, else left out."""
        longest = _LONGEST.get(one, _LONGEST_WORD)
        if isinstance(cell, str):
            if len(cell) <= longest and (one is Field.CAPTION or not _SEVERAL.search(cell)):
                return (plain,) if (plain := cell.strip()) else ()
            values: Iterable[str] = (cell,) if one is Field.CAPTION else _SEVERAL.split(cell)
        else:
            values = cell
        kept = tuple(value for text in values if (value := text.strip()))
        if len(kept) > _MOST_VALUES:
            self._fault(number, "too-many-values", f"has {len(kept)} values of {one.value}")
            kept = kept[:_MOST_VALUES]
        if all(len(value) <= longest for value in kept):
            return kept
        self._fault(number, "too-long", f"has a {one.value} of more than {longest} characters")
        return tuple(value[:longest] for value in kept if one in _PROSE or len(value) <= longest)

    def _places(self, number: int, said: dict[Field, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
        for text in said.get(Field.PATH, ()):
            path = self._path(text)
            if path is None:
                self.elsewhere += 1
            else:
                yield from (("path", form) for form in _forms(path))
        for one, kind in _DIGEST_FIELDS:
            for text in said.get(one, ()):
                digest = self._digest(number, kind, text)
                if digest is not None:
                    yield digest
        for text in said.get(Field.FILENAME, ()):
            name = text.replace("\\", "/").rpartition("/")[2].strip()
            yield from (("filename", form) for form in _forms(name) if form)

    def _path(self, text: str) -> str | None:
        """The absolute path that a path of the export means; None where that is not known."""
        if _SCHEME.match(text):
            scheme, _, rest = text.partition("://")
            host, _, path = rest.partition("/")
            if scheme.casefold() != "file" or host.casefold() not in {"", "localhost"}:
                return None
            path = unquote(path, errors="surrogateescape")
            text = path if _DRIVE.match(path) else f"/{path}"
        drive = _DRIVE.match(text)
        if drive is not None:
            if not self.manner.rooted:
                return None
            text = text[drive.end() :].replace("\\", "/")
        elif "\\" in text and "/" not in text:
            text = text.replace("\\", "/").lstrip("/")
        return os.path.normpath(os.path.join(self.manner.base, text))

    def _digest(self, number: int, kind: str, text: str) -> tuple[str, str] | None:
        mark = _DIGEST.match(text)
        prefix = mark[0] if mark is not None else ""
        plain = text[len(prefix) :].strip().lower()
        if _HEX.fullmatch(plain):
            said = prefix.rstrip(":").lower()
            return (said if said in {"scan", "image"} else kind), plain
        what = _OTHER_DIGESTS.get(len(plain), "no SHA-256")
        self._fault(number, "bad-digest", f"has a digest that is {what}: {_shown(text)}")
        return None

    def _days(self, number: int, written: tuple[str, ...]) -> Iterator[str]:
        for text in written:
            day = _day(text)
            if day is None:
                self._fault(number, "bad-date", f"has a date that is no day: {_shown(text)}")
            else:
                yield day

    def _fault(self, number: int, code: str, message: str) -> None:
        self._faults.append(Fault(number, code, message))


_DIGEST_FIELDS: Final = (
    (Field.SHA256, "sha256"),
    (Field.SCAN_DIGEST, "scan"),
    (Field.IMAGE_DIGEST, "image"),
)


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:60]}…")


def _distinct(values: tuple[str, ...]) -> tuple[str, ...]:
    return values if len(values) < 2 else tuple(dict.fromkeys(values))


def _forms(text: str) -> tuple[str, ...]:
    """A name as written, and as other systems compose its accents (UAX 15)."""
    if text.isascii():
        return (text,)
    composed = unicodedata.normalize("NFC", text)
    return _distinct((text, composed, unicodedata.normalize("NFD", text)))


@lru_cache(maxsize=4_096)
def _day(text: str) -> str | None:
    """The day that a date names, ``YYYY-MM-DD``; None where it names none, or not clearly."""
    match = _DAY.fullmatch(text)
    if match is None:
        return day_written(text)
    try:
        return date(int(match[1]), int(match[3]), int(match[4])).isoformat()
    except ValueError:
        return None
