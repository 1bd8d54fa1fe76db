"""The few shapes of SQL statement that every store of the registry uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, Table, Text, and_, bindparam, false, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from provenance.registry.columns import prefix_bounds

Item = TypeVar("Item")
CHUNK: Final = 500
"""Values in one SQL ``IN``: far below every database's limit, few round trips."""


def chunks(items: Iterable[Item], size: int = CHUNK) -> Iterator[list[Item]]:
    """Cut ``items`` into lists of at most ``size``."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


def write_rows(
    connection: Connection,
    table: Table,
    rows: Sequence[dict[str, Any]],
    *,
    keep: Sequence[str] = (),
) -> None:
    """Insert rows; where the primary key (or its unique twin ``uri``) is taken, update.

    Args:
        connection: in a writing transaction.
        table: where to.
        rows: all with the same columns.
        keep: columns that an update leaves as they are.
    """
    if not rows:
        return
    unique = ["uri"] if table.name == "asset" else [c.name for c in table.primary_key.columns]
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(table)
    changed = {
        name: insert.excluded[name]
        for name in rows[0]
        if name not in unique and name not in keep and not table.c[name].primary_key
    }
    connection.execute(insert.on_conflict_do_update(index_elements=unique, set_=changed), rows)


def next_number(connection: Connection, column: ColumnElement[int]) -> int:
    """The number behind the highest one in use. The writer is alone, so nobody else takes it."""
    highest = connection.execute(select(func.max(column))).scalar_one()
    return int(highest or 0) + 1


def begins_with(column: ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    """The condition that a ``SafeText`` column begins with ``prefix``; uses its index."""
    low, high = prefix_bounds(prefix)
    lower = column >= bindparam(None, low, type_=Text())
    if high is None:
        return lower
    return and_(lower, column < bindparam(None, high, type_=Text()))


def under(column: ColumnElement[str], roots: Iterable[str]) -> ColumnElement[bool]:
    """The condition that a uri is one of ``roots`` or stands anywhere below one."""
    tests: list[ColumnElement[bool]] = []
    for root in roots:
        tests.append(column == root)
        tests.append(begins_with(column, root.rstrip("/") + "/"))
    return or_(false(), *tests)
