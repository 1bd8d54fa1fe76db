"""What every command works with: the registry, its log, who asks, and by which policy."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol
from uuid import uuid4

from provenance.auditlog import PROGRAM, AuditLog
from provenance.model import Agent, Event, Policy
from provenance.registry import Registry, Transaction
from provenance.storage import LocalStore


class Advance(Protocol):
    """Tell that some more of the work is done."""

    def __call__(self, done: int = 1) -> None:
        """``done`` more units."""


class Progress(Protocol):
    """How a long work tells how far it is; the command line draws it."""

    def task(self, label: str, total: int | None) -> AbstractContextManager[Advance]:
        """Begin a task of ``total`` units (None: unknown); it ends with the context."""


class Silence:
    """Progress that nobody looks at."""

    def task(self, label: str, total: int | None) -> AbstractContextManager[Advance]:
        """A task that tells nobody."""
        del label, total

        def nothing(done: int = 1) -> None:
            del done

        return nullcontext(nothing)


def utc_now() -> str:
    """The present moment, RFC 3339 in UTC with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def local_day() -> str:
    """The desk's own day (``YYYY-MM-DD``): what ends today ends at its midnight."""
    return datetime.fromisoformat(utc_now()).astimezone().date().isoformat()


@dataclass(frozen=True, slots=True)
class Session:
    """One command's surroundings.

    Attributes:
        registry: open; the caller closes it.
        log: the registry's audit log.
        agent: the person on whose word things are done.
        policy: the desk's rules.
        jobs: processes to read files with.
        progress: where to tell how far the work is.
        clock: gives RFC 3339.
        store: where the files are.
    """

    registry: Registry
    log: AuditLog
    agent: str
    policy: Policy = field(default_factory=Policy)
    jobs: int = 1
    progress: Progress = field(default_factory=Silence)
    clock: Callable[[], str] = utc_now
    store: LocalStore = field(default_factory=LocalStore)

    def new_run(self, kind: str) -> str:
        """A fresh run id that says what it was and sorts by time."""
        stamp = self.clock()[:19].replace("-", "").replace(":", "")
        return f"{kind}-{stamp}-{uuid4().hex[:8]}"

    def record(self, tx: Transaction, *events: Event) -> None:
        """Append events to the log inside ``tx``."""
        self.log.append(tx.connection, events, self.clock())

    def agents(self) -> tuple[Agent, Agent]:
        """The PREMIS agents of everything this session does: the program and the person."""
        return (PROGRAM, Agent("implementer", f"user:{self.agent}"))
