"""Events to fill a log with, and the means to tamper with it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from provenance.model import Agent, Change, Event, EventObject

NOW = "2026-11-22T12:05:13.123Z"


def fix_event(number: int, act: str = "fix.commit", *, changes: int = 1) -> Event:
    """An event as the fixing room makes it."""
    path = f"2026/11/picture-{number}.jpg"
    return Event(
        act,
        agents=(Agent("authorizer", "user:anna.editor"),),
        objects=(
            EventObject("source", path, "ab" * 32, "cd" * 32, 4_000 + number),
            EventObject("outcome", path, "ef" * 32, "cd" * 32, 4_002 + number),
        ),
        tx=f"batch-{number // 64}",
        why=(("notice", "n-1"), ("finding", f"f-{number}"), ("rule", "erroneous-credit")),
        changes=tuple(
            Change(f"XMP dc:creator[{one}]", f"Aaref WATAD {number}", "Bakr ALKASEM")
            for one in range(changes)
        ),
        detail=(("number", number),),
    )


def append(registry, log, *events):
    with registry.write() as transaction:
        return log.append(transaction.connection, events, NOW)


def sql(path: Path, *statements: str) -> None:
    """Alter the database as somebody with the file in hand can: no guard stops him."""
    database = sqlite3.connect(path)
    for name, table in (("update", "audit_leaf"), ("delete", "audit_leaf")):
        database.execute(f"DROP TRIGGER IF EXISTS {table}_no_{name}")
    for statement in statements:
        database.execute(statement)
    database.commit()
    database.close()


def codes(found) -> set[str]:
    return {problem.code for problem in found.problems}


def indexes(found) -> set[int | None]:
    return {problem.index for problem in found.problems}
