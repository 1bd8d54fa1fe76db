"""When a command ran, on whose word, over what, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from provenance.errors import RegistryError
from provenance.registry import codec
from provenance.registry.registry import Transaction
from provenance.registry.statements import begins_with, chunks
from provenance.registry.tables import RUN


@dataclass(frozen=True, slots=True)
class Run:
    """One run.

    Attributes:
        run_id: unique; time-ordered ids (UUID 7) read best.
        kind: the command: ``scan``, ``audit``, ``fix``, ``undo`` ...
        agent: the person.
        started: RFC 3339.
        roots: the absolute paths it was asked to look at.
        finished: RFC 3339; None while it runs, or where it was interrupted.
        counts: what came of it, by name.
    """

    run_id: str
    kind: str
    agent: str
    started: str
    roots: tuple[str, ...] = ()
    finished: str | None = None
    counts: tuple[tuple[str, int], ...] = ()


def start_run(tx: Transaction, run: Run) -> None:
    """Record that a run began.

    Raises:
        RegistryError: the id is taken.
    """
    connection = tx.writing()
    if _rows(tx, [run.run_id]):
        raise RegistryError(f"There is already a run {run.run_id}.", code="registry-run")
    row = {
        "run_id": run.run_id,
        "kind": run.kind,
        "agent": run.agent,
        "started": run.started,
        "finished": run.finished,
        "document": codec.dump(run),
    }
    connection.execute(insert(RUN), [row])


def finish_run(
    tx: Transaction, run_id: str, finished: str, counts: Mapping[str, int] | None = None
) -> Run:
    """Record that a run ended, and what came of it.

    Raises:
        RegistryError: there is no such run.
    """
    connection = tx.writing()
    former = runs(tx, [run_id])
    if not former:
        raise RegistryError(f"There is no run {run_id}.", code="not-found")
    document = codec.load_plain(codec.dump(former[0]), f"the run {run_id}")
    document |= {"finished": finished, "counts": sorted((counts or {}).items())}
    text = codec.dump_plain(document)
    statement = update(RUN).where(RUN.c.run_id == run_id)
    connection.execute(statement.values(finished=finished, document=text))
    return codec.load(Run, text, f"the run {run_id}")


def runs(tx: Transaction, ids: Iterable[str] | None = None) -> tuple[Run, ...]:
    """Return the runs with these ids, or all of them, in the order they began."""
    rows = _rows(tx, ids)
    found = [codec.load(Run, row.document, f"the run {row.run_id}") for row in rows]
    return tuple(sorted(found, key=lambda run: (run.started, run.run_id)))


def run(tx: Transaction, id_prefix: str) -> Run:
    """Return the one run whose id begins with ``id_prefix``.

    Raises:
        RegistryError: there is none, or more than one (codes ``not-found``, ``ambiguous``).
    """
    query = select(RUN).where(begins_with(RUN.c.run_id, id_prefix))
    rows = tx.connection.execute(query.order_by(RUN.c.run_id).limit(2)).all()
    if id_prefix and len(rows) == 1:
        return codec.load(Run, rows[0].document, f"the run {rows[0].run_id}")
    if not rows or not id_prefix:
        raise RegistryError(f"There is no run {id_prefix!r}.", code="not-found")
    raise RegistryError(
        f"More than one run begins with {id_prefix!r}: {rows[0].run_id}, {rows[1].run_id}.",
        code="ambiguous",
        remedy="Give more of the id.",
    )


def _rows(tx: Transaction, ids: Iterable[str] | None) -> list[Any]:
    if ids is None:
        return list(tx.connection.execute(select(RUN)))
    return [
        row
        for chunk in chunks(dict.fromkeys(ids))
        for row in tx.connection.execute(select(RUN).where(RUN.c.run_id.in_(chunk)))
    ]
