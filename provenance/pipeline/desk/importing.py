"""Take up what the files cannot say: identifiers, captions, credits, places of publication.

A desk keeps these in its own system (DAM, CMS). An export of it is imported whole or not at
all: one transaction a file, which replaces what the same source said before.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import tee
from typing import Final

from provenance import isolation, registry
from provenance.errors import UsageError
from provenance.model import DeskRecord, Event, EventObject
from provenance.pipeline.carriers import Problem
from provenance.pipeline.desk.columns import Columns, Field
from provenance.pipeline.desk.files import Export, Row, opened
from provenance.pipeline.desk.rows import Fault, Manner, Understood, understand
from provenance.pipeline.session import Session
from provenance.registry import DeskSource, Transaction
from provenance.reporting.text import printable

MOST_PROBLEMS: Final = 1_000
"""Rows of one file that are told of one by one; of the others their number is told."""
MOST_PREVIEWED: Final = 1_000
"""Rows that a dry run shows one by one."""

_BATCH: Final = 500
_HEAVY: Final = 4 << 20
# Smaller exports are read before the processes have started.
_WORTH_A_POOL: Final = 8 << 20
_LONGEST_SOURCE: Final = 256
_KIBI: Final = 1_024
_REMEDIES: Final[Mapping[str, str]] = {
    "no-key": "Give it a path, a file name or a SHA-256.",
    "bad-digest": "The value was left out. Export the file's SHA-256.",
    "bad-date": "The value was left out. Export dates as YYYY-MM-DD.",
    "too-long": "It was cut, or left out where it is no prose.",
    "too-many-values": "The first 50 were taken up.",
    "row-unreadable": "The row was left out. Check quotation marks and separators.",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """How an export is to be read.

    Attributes:
        source: name to keep it under; empty for the file's name.
        root: the folder that relative paths start from, and that stands for a Windows drive
            or share; empty for the folder of the export.
        mapped: the user's own words: a column of theirs, a field of ours.
    """

    source: str = ""
    root: str = ""
    mapped: Mapping[str, Field] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Preview:
    """A row of a dry run: its line, how the asset is named, and the assets it is about."""

    row: int
    places: tuple[tuple[str, str], ...]
    uris: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one export.

    Attributes:
        path: as the user gave it.
        source: the name it is kept under.
        sha256: of the file.
        rows: rows read.
        taken: records taken up (by a dry run: that would be).
        replaced: former records of the source.
        assets: assets to be examined again; by a dry run, assets that rows are about.
        unmet: rows about no registered asset; None where that was not looked for.
        several: rows about several assets (copies); None where that was not looked for.
        columns: their columns and our fields.
        unknown: columns that were not taken up.
        elsewhere: paths that are web addresses, or stand on a drive without ``root``.
        as_windows: lines that were not UTF-8 and were read as Windows-1252.
        faults: how many faults the rows have.
        problems: those that are told of one by one.
        previews: the first rows of a dry run.
    """

    path: str
    source: str
    sha256: str
    rows: int
    taken: int
    replaced: int
    assets: int
    unmet: int | None = None
    several: int | None = None
    columns: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()
    elsewhere: int = 0
    as_windows: int = 0
    faults: int = 0
    problems: tuple[Problem, ...] = ()
    previews: tuple[Preview, ...] = ()


@dataclass(slots=True)
class _Intake:
    """The rows of an export as they come, and what is wrong with them.

    Attributes:
        path: as the user gave it.
        manner: how the rows are meant.
        jobs: processes to understand them with.
    """

    path: str
    manner: Manner
    jobs: int
    columns: Columns
    rows: int = 0
    faults: int = 0
    elsewhere: int = 0
    problems: list[Problem] = field(default_factory=list)

    def understood(self, rows: Iterator[Row], *, keep: bool) -> Iterator[Understood]:
        """What the rows say, a batch at a time.

        Raises:
            UsageError: no column names an asset, or a mapped column is not there.
        """
        for batch in self._batches(rows, keep=keep):
            self.rows += batch.rows
            self.elsewhere += batch.elsewhere
            self.columns.add(batch.columns)
            self._require_key()
            self._tell(batch.faults)
            yield batch
        self.columns.require_mapped(self.path)

    def _batches(self, rows: Iterator[Row], *, keep: bool) -> Iterator[Understood]:
        """What came of each batch; of one that ended its process, of each row of it alone."""
        work = partial(understand, self.manner, keep=keep)
        asked, sent = tee(_batches(rows))
        with isolation.Pool(self.jobs) as workers:
            for batch, done in zip(asked, workers.run(work, sent), strict=True):
                if not isinstance(done, isolation.Died):
                    yield done
                    continue
                alone = workers.run(work, ([row] for row in batch))
                for row, one in zip(batch, alone, strict=True):
                    yield self._ended(row, one) if isinstance(one, isolation.Died) else one

    def _ended(self, row: Row, died: isolation.Died) -> Understood:
        """A row that ended the process that read it is left out, and told of."""
        fault = Fault(row.number, died.code, died.reason.rstrip("."))
        return Understood(1, (), (), (fault,), Columns(self.manner.mapped), 0)

    def _require_key(self) -> None:
        known, unknown = self.columns.known, self.columns.unknown
        if (known or unknown) and not self.columns.has_key():
            there = ", ".join([*(name for name, _ in known), *unknown][:20])
            raise UsageError(
                f"No column of {self.path} is a path, a file name or a SHA-256.",
                code="import-keyless",
                remedy=f"Say which one is: --map theirs=path. Its columns: {there}.",
            )

    def _tell(self, faults: Iterable[Fault]) -> None:
        for one in faults:
            self.faults += 1
            if len(self.problems) < MOST_PROBLEMS:
                message = f"{self.path}, row {one.row}: {one.message}."
                self.problems.append(
                    Problem(self.path, one.code, message, _REMEDIES.get(one.code, ""))
                )


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Rows in lists that are short, and light where the rows are heavy."""
    batch: list[Row] = []
    weight = 0
    for row in rows:
        batch.append(row)
        weight += sum(map(len, row.cells))
        if len(batch) == _BATCH or weight > _HEAVY:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch


@dataclass(slots=True)
class _Met:
    """What the rows of a dry run are about, counted."""

    taken: int = 0
    unmet: int = 0
    several: int = 0
    uris: set[str] = field(default_factory=set)
    previews: list[Preview] = field(default_factory=list)

    def add(self, batch: Sequence[DeskRecord], met: Sequence[tuple[str, ...]]) -> None:
        self.taken += len(batch)
        for record, uris in zip(batch, met, strict=True):
            self.unmet += not uris
            self.several += len(uris) > 1
            self.uris.update(uris)
            if len(self.previews) < MOST_PREVIEWED:
                self.previews.append(Preview(record.row, record.places, uris))


def import_desk(session: Session, path: str, how: Reading | None = None) -> Imported:
    """Take up an export on the word of the session's agent; the assets it names are marked.

    Args:
        session: the command's surroundings.
        path: a CSV or JSON file.
        how: how to read it.

    Returns:
        What became of it. Rows that cannot be used are problems; the others are kept.

    Raises:
        UsageError: the file as a whole cannot be used; nothing of it was kept.
    """
    how = how or Reading()
    run_id = session.new_run("import")
    with session.registry.write() as tx, _intake(session, path, how) as (export, rows, intake):
        source = intake.manner.source
        # Assets that the source named before and names no more have lost what it said.
        registry.mark_desk_assets(tx, source)
        batches = intake.understood(rows, keep=True)
        entries = (entry for batch in batches for entry in batch.entries)
        counts = registry.put_desk_records(tx, source, entries)
        assets = registry.mark_desk_assets(tx, source)
        done = _told(export, intake, taken=counts.taken, replaced=counts.replaced, assets=assets)
        session.record(tx, _event(session, run_id, done, export.size))
    session.log.checkpoint(session.registry, session.clock())
    return done


def preview_desk(session: Session, path: str, how: Reading | None = None) -> Imported:
    """What ``import_desk`` would take up, and which assets each row is about; keeps nothing.

    Raises:
        UsageError: as ``import_desk``.
    """
    met = _Met()
    with (
        session.registry.read() as tx,
        _intake(session, path, how or Reading()) as (export, rows, intake),
    ):
        for batch in intake.understood(rows, keep=False):
            met.add(batch.records, registry.desk_places(tx, batch.records))
        former = _former(tx, intake.manner.source)
    return replace(
        _told(export, intake, taken=met.taken, replaced=former, assets=len(met.uris)),
        unmet=met.unmet,
        several=met.several,
        previews=tuple(met.previews),
    )


def forget_desk(session: Session, source: str) -> int:
    """Take out what a source said; the assets it named are examined again.

    Returns:
        How many records that were.

    Raises:
        UsageError: nothing was imported under that name (code ``not-found``).
    """
    run_id = session.new_run("forget")
    with session.registry.write() as tx:
        assets = registry.mark_desk_assets(tx, source)
        forgotten = registry.forget_desk_records(tx, source)
        if not forgotten:
            known = ", ".join(one.source for one in registry.desk_sources(tx)[:20])
            raise UsageError(
                f"Nothing was imported as {source!r}.",
                code="not-found",
                remedy=f"There is: {known}." if known else "Nothing was imported at all.",
            )
        detail = (("source", printable(source)), ("records", forgotten), ("assets", assets))
        event = Event("desk.forget", agents=session.agents(), tx=run_id, detail=detail)
        session.record(tx, event)
    session.log.checkpoint(session.registry, session.clock())
    return forgotten


def _former(tx: Transaction, source: str) -> int:
    found: Iterable[DeskSource] = registry.desk_sources(tx)
    return next((one.records for one in found if one.source == source), 0)


def source_name(path: str, how: Reading) -> str:
    """The name that an export is kept under.

    Raises:
        UsageError: it is too long.
    """
    name = how.source.strip() or os.path.basename(path)
    if len(name) > _LONGEST_SOURCE:
        raise UsageError(
            f"The name of a source has at most {_LONGEST_SOURCE} characters.",
            code="source-name",
            remedy="Name it with --source.",
        )
    return name


@contextmanager
def _intake(
    session: Session, path: str, how: Reading
) -> Iterator[tuple[Export, Iterator[Row], _Intake]]:
    """The export, opened under a progress bar, its rows, and what makes records of them."""
    manner = Manner(
        base=os.path.abspath(how.root or os.path.dirname(path)),
        rooted=bool(how.root),
        source=source_name(path, how),
        imported=session.clock(),
        imported_by=session.agent,
        mapped=how.mapped,
    )
    size = os.path.getsize(path) if os.path.isfile(path) else 0
    jobs = session.jobs if size > _WORTH_A_POOL else 1
    label = f"Importing {printable(manner.source)} (KiB)"
    with (
        session.progress.task(label, size // _KIBI) as advance,
        opened(path, _by_kibi(advance)) as (export, rows),
    ):
        yield export, rows, _Intake(path, manner, jobs, Columns(how.mapped))


def _by_kibi(advance: Callable[[int], None]) -> Callable[[int], None]:
    """Tell whole KiB; what is left of one waits for the next."""
    rest = 0

    def tell(octets: int) -> None:
        nonlocal rest
        whole, rest = divmod(rest + octets, _KIBI)
        advance(whole)

    return tell


def _told(export: Export, intake: _Intake, *, taken: int, replaced: int, assets: int) -> Imported:
    columns = intake.columns
    untold = intake.faults - len(intake.problems)
    problems = list(intake.problems)
    if untold:
        message = f"{intake.path}: {untold} more problems of its rows are not listed."
        problems.append(Problem(intake.path, "more-problems", message, "Mend the first ones."))
    return Imported(
        path=intake.path,
        source=intake.manner.source,
        sha256=export.sha256,
        rows=intake.rows,
        taken=taken,
        replaced=replaced,
        assets=assets,
        columns=columns.known,
        unknown=columns.unknown,
        elsewhere=intake.elsewhere,
        as_windows=export.as_windows,
        faults=intake.faults,
        problems=tuple(problems),
    )


def _event(session: Session, run_id: str, done: Imported, size: int) -> Event:
    return Event(
        "desk.import",
        agents=session.agents(),
        objects=(EventObject("source", os.path.abspath(done.path), done.sha256, size=size),),
        tx=run_id,
        detail=(
            ("source", printable(done.source)),
            ("rows", done.rows),
            ("records", done.taken),
            ("replaced", done.replaced),
            ("assets", done.assets),
            ("faults", done.faults),
        ),
    )
