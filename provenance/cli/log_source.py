"""Which log a command looks at: the registry's, or one that was closed and is kept as a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from provenance.cli.common import Desk

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from provenance.auditlog.outsiders.proof import Prover

ClosedOption = Annotated[
    str | None,
    typer.Option("--closed", metavar="LOG", help="A log that was closed: its file, or its name."),
]


@dataclass(frozen=True, slots=True)
class Source:
    """A log to look at.

    Attributes:
        connection: where its rows are, inside a transaction that reads one state.
        state: the state folder.
        closed: it is one that was closed.
    """

    connection: Connection
    state: Path
    closed: bool

    def prover(self) -> Prover:
        """Return what gives proofs of this log.

        Raises:
            LogError: as ``Prover``.
        """
        from provenance.auditlog.outsiders.proof import Prover  # noqa: PLC0415 - start-up stays quick

        return Prover(self.connection, self.state, closed=self.closed)

    def follows(self) -> str:
        """Return the name of the closed log that this one follows; empty where there is none."""
        from provenance.auditlog import entries  # noqa: PLC0415 - start-up stays quick
        from provenance.auditlog.checkpoint import valid_origin  # noqa: PLC0415

        first = entries(self.connection, 0, 1)
        detail = first[0].record.get("detail") if first else None
        named = detail.get("closedLog") if isinstance(detail, dict) else None
        return named if isinstance(named, str) and valid_origin(named) else ""


@contextmanager
def source(desk: Desk, closed: str | None) -> Iterator[Source]:
    """Open the registry's log, or the closed one that is named; of that no registry is needed.

    Raises:
        LogError: there is no such closed log, or its file is damaged.
        RegistryError: there is no registry.
    """
    from provenance import auditlog  # noqa: PLC0415 - start-up stays quick

    if closed is None:
        with desk.session(create=False) as session, session.registry.read() as tx:
            yield Source(tx.connection, session.log.state, closed=False)
        return
    from provenance.auditlog.closing.closed import find  # noqa: PLC0415
    from provenance.auditlog.closing.reopened import reopened  # noqa: PLC0415

    state = auditlog.state_dir()
    with reopened(find(state, closed)) as connection:
        yield Source(connection, state, closed=True)
