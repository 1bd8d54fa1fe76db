"""The few shapes of SQL statement that every store of the registry uses."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any, Final, TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection, Dialect

from provenance.registry.columns import escape, prefix_bounds

Item = TypeVar("Item")
_ROWS: Final = 5_000
_POSTGRESQL: Final[Dialect] = postgresql.dialect()  # type: ignore[no-untyped-call]
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
    rows: Sequence[Mapping[str, Any]],
    *,
    keep: Sequence[str] = (),
) -> None:
    """Insert rows; where the primary key (or its unique twin ``uri``) is taken, update.

    Where a key comes twice the last row holds.

    Args:
        connection: in a writing transaction.
        table: where to.
        rows: all with the same columns.
        keep: columns that an update leaves as they are.
    """
    if not rows:
        return
    names = tuple(rows[0])
    convert = _converters(table, names, connection.dialect)
    values = [
        tuple(
            name_value if way is None else way(name_value)
            for way, name_value in zip(convert, map(row.__getitem__, names), strict=True)
        )
        for row in rows
    ]
    unique = _unique(table)
    at = [names.index(name) for name in unique]
    latest = {tuple(row[index] for index in at): row for row in values}
    _execute(
        connection, _insert(table, names, tuple(keep), connection.dialect.name), latest.values()
    )


def rows_among(
    connection: Connection, statement: str, values: Collection[str] | Collection[int]
) -> Sequence[Any]:
    """Run a statement in which ``{among}`` asks whether a column is one of ``values``.

    For look-ups that every notice makes several times: as one parameter, the values cost a
    tenth of what SQLAlchemy's own ``IN`` costs to write.

    Args:
        connection: any.
        statement: SQL of our own; ``{among}`` stands behind a column, once or more.
        values: as they are stored (``escape``), texts or numbers; the result is as stored too.
    """
    times = statement.count("{among}")
    if connection.dialect.name == "postgresql":
        kind = "bigint" if isinstance(next(iter(values), ""), int) else "text"
        asked = statement.format(among=f"= ANY(%s::{kind}[])")
        return connection.exec_driver_sql(asked, (list(values),) * times).fetchall()
    asked = statement.format(among="IN (SELECT value FROM json_each(?))")
    return plain_rows(connection, asked, (json.dumps(list(values)),) * times)


def plain_rows(connection: Connection, statement: str, given: tuple[Any, ...] = ()) -> list[Any]:
    """What SQLite says to a statement, by its own cursor.

    SQLAlchemy's costs more than a small look-up does, and for each row as much as the row.

    Args:
        connection: to SQLite.
        statement: SQL of our own.
        given: its parameters, as they are stored; the result is as stored too.
    """
    rows: list[Any] = connection.connection.cursor().execute(statement, given).fetchall()
    return rows


def is_empty(connection: Connection, table: Table) -> bool:
    """Whether a table has no row at all: the cheapest reason to ask it nothing else."""
    statement = f"SELECT 1 FROM {table.name} LIMIT 1"  # noqa: S608 - a name of our own
    if connection.dialect.name == "sqlite":
        return not plain_rows(connection, statement)
    return connection.exec_driver_sql(statement).first() is None


def insert_plain(connection: Connection, table: Table, rows: Collection[tuple[Any, ...]]) -> None:
    """Insert new rows at the least cost that a database has.

    Args:
        connection: in a writing transaction.
        table: where to.
        rows: values of all columns, in the table's order and as they are stored (``escape``,
            ``key_text``): nothing is converted.
    """
    if rows:
        names = tuple(column.name for column in table.columns)
        _execute(connection, _insert(table, names, None, connection.dialect.name), rows)


def _execute(connection: Connection, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    for chunk in chunks(rows, _ROWS):
        if connection.dialect.name == "postgresql":
            # One statement for many rows: a round trip for each would cost ten times as much.
            connection.exec_driver_sql(statement, tuple(map(list, zip(*chunk, strict=True))))
        else:
            connection.exec_driver_sql(statement, chunk)


@cache
def _insert(
    table: Table, names: tuple[str, ...], keep: tuple[str, ...] | None, dialect: str
) -> str:
    """The statement, in the driver's own words; ``keep`` is None where nothing is replaced."""
    into = f"INSERT INTO {table.name} ({', '.join(names)})"
    if dialect == "postgresql":
        kinds = (str(table.c[name].type.compile(_POSTGRESQL)).partition(" ")[0] for name in names)
        arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
        statement = f"{into} SELECT * FROM unnest({arrays})"  # noqa: S608 - names of our own
    else:
        statement = f"{into} VALUES ({', '.join('?' * len(names))})"
    if keep is None:
        return statement
    unique = _unique(table)
    fixed = {*unique, *keep, *(column.name for column in table.primary_key.columns)}
    changed = ", ".join(f"{name} = excluded.{name}" for name in names if name not in fixed)
    action = f"UPDATE SET {changed}" if changed else "NOTHING"
    return f"{statement} ON CONFLICT ({', '.join(unique)}) DO {action}"


@cache
def _unique(table: Table) -> tuple[str, ...]:
    return ("uri",) if table.name == "asset" else tuple(c.name for c in table.primary_key.columns)


@cache
def _converters(
    table: Table, names: tuple[str, ...], dialect: Dialect
) -> tuple[Callable[[Any], Any] | None, ...]:
    """What turns each column's values into what is stored; None where nothing has to be done."""
    kinds = (table.c[name].type.dialect_impl(dialect) for name in names)
    return tuple(kind.bind_processor(dialect) for kind in kinds)


def next_number(connection: Connection, column: ColumnElement[int]) -> int:
    """The number behind the highest one in use. The writer is alone, so nobody else takes it."""
    highest = connection.execute(select(func.max(column))).scalar_one()
    return int(highest or 0) + 1


def begins_with(column: ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    """The condition that a ``SafeText`` column begins with ``prefix``; uses its index."""
    low, high = prefix_bounds(prefix)
    lower = column >= _stored(low)
    return lower if high is None else and_(lower, column < _stored(high))


def under(column: ColumnElement[str], roots: Iterable[str]) -> ColumnElement[bool]:
    """The condition that a uri is one of ``roots`` or stands anywhere below one."""
    tests: list[ColumnElement[bool]] = []
    for root in dict.fromkeys(roots):
        tests.append(column == root)
        tests.append(begins_with(column, root.rstrip("/") + "/"))
    return _any_of(tests)


def _any_of(tests: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    """Halved again and again: SQLite takes no chain of more than a thousand."""
    if len(tests) <= 2:
        return or_(false(), *tests)
    half = len(tests) // 2
    # SQLAlchemy would string its own OR together again.
    return _any_of(tests[:half]).bool_op("OR")(_any_of(tests[half:]))


def page_below(
    connection: Connection,
    query: Select[Any],
    column: ColumnElement[str],
    roots: Iterable[str] | None,
    *,
    after: str,
    size: int,
) -> list[Row[Any]]:
    """Return the next rows of ``query`` at or below the roots, in the order of their uris.

    Reads ``size`` rows, not all that stand below the roots: a condition with ``OR`` would be
    answered in full and sorted for every page.

    Args:
        connection: any.
        query: without order and limit.
        column: of the uri.
        roots: absolute paths of files or folders; None for anywhere.
        after: only uris behind this one.
        size: so many rows.
    """
    rows: list[Row[Any]] = []
    behind = escape(after)
    for low, high in _stretches(roots):
        if after and high is not None and high <= behind:
            continue
        stretch = query.order_by(column).limit(size - len(rows))
        stretch = stretch.where(column >= _stored(low)) if high != low else stretch
        if after:
            stretch = stretch.where(column > _stored(behind))
        if high == low:
            stretch = stretch.where(column == _stored(low))
        elif high is not None:
            stretch = stretch.where(column < _stored(high))
        rows.extend(connection.execute(stretch))
        if len(rows) >= size:
            break
    return rows


def _stretches(roots: Iterable[str] | None) -> list[tuple[str, str | None]]:
    """Stretches of stored uris, in order and apart: a root itself (``low == high``), what is below.

    The upper end of what is below does not belong to it; None is no end.
    """
    if roots is None:
        return [("", None)]
    found: list[tuple[str, str | None]] = []
    given = {root: root.rstrip("/") + "/" for root in roots}
    for root, below in given.items():
        found.append((escape(root), escape(root)))
        found.append(prefix_bounds(below))
    apart: list[tuple[str, str | None]] = []
    for low, high in sorted(found, key=lambda one: (one[0], one[0] == one[1])):
        if apart and _holds(apart[-1], low):
            continue
        apart.append((low, high))
    return apart


def _holds(stretch: tuple[str, str | None], low: str) -> bool:
    begins, ends = stretch
    return begins == low or (begins != ends and begins <= low and (ends is None or low < ends))


def _stored(value: str) -> BindParameter[str]:
    """A text that is in its stored form already."""
    return bindparam(None, value, type_=Text())
