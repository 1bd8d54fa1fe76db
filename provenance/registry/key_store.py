"""The keys that lead to assets: written with them, looked up for a notice or a sibling.

Some keys lead nowhere in particular: half an archive may bear one photographer's name, and a
hundred thousand files the name ``image.jpg``. Such a key is called crowded. Nobody can look at
what it leads to, so whoever asks says how many he can take (``at_most``), and is told which
keys lead to more: at the cost of counting that far, never of loading them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import groupby
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.engine import Connection

from provenance.registry.columns import escape, key_text, unescape
from provenance.registry.registry import Transaction
from provenance.registry.statements import chunks, insert_plain, under
from provenance.registry.tables import ASSET, ASSET_KEY

Key = tuple[str, str]


class Presence(StrEnum):
    """Whether an asset is where it was: design rule 12."""

    PRESENT = "present"
    GONE = "gone"
    OFFLINE = "offline"


# SQLite runs in this process, so one small statement for each key costs least. A server is
# asked for all keys of a kind at once.
_BEARERS_SQLITE: Final = (
    "SELECT asset.uri FROM asset_key JOIN asset ON asset.id = asset_key.asset_id"
    " WHERE asset_key.kind = ? AND asset_key.value = ? AND asset.presence <> 'gone'"
)
_BEARERS_POSTGRESQL: Final = (
    "SELECT asset_key.value, asset.uri FROM asset_key JOIN asset ON asset.id = asset_key.asset_id"
    " WHERE asset_key.kind = %s AND asset_key.value = ANY(%s::text[]) AND asset.presence <> 'gone'"
)
_CROWD_SQLITE: Final = (
    "SELECT count(*) FROM (SELECT 1 FROM asset_key WHERE kind = ? AND value = ? LIMIT ?)"
)
_CROWD_POSTGRESQL: Final = (
    "SELECT asked.value FROM unnest(%s::text[]) AS asked(value) WHERE %s < (SELECT count(*) FROM"
    " (SELECT 1 FROM asset_key WHERE kind = %s AND asset_key.value = asked.value LIMIT %s)"
    " AS counted)"
)


class KeyWriter:
    """Makes the keys of assets what they are now, those of many assets at once."""

    def __init__(self, connection: Connection) -> None:
        """Gather for a connection that is in a writing transaction."""
        self._connection = connection
        self._fresh: set[int] = set()
        self._known: dict[int, frozenset[Key]] = {}
        self._rows: dict[str, list[tuple[str, int]]] = {}

    def __len__(self) -> int:
        return len(self._fresh) + len(self._known)

    def add(self, number: int, keys: Iterable[Key], *, known: bool) -> None:
        """Take up the keys of an asset; where one comes twice, its last keys hold.

        Args:
            number: the asset's.
            keys: all that lead to it.
            known: whether it may have keys already.
        """
        if number in self._fresh:
            self.write()
        if known:
            self._known[number] = frozenset(keys)
            return
        self._fresh.add(number)
        self._file(number, set(keys))

    def _file(self, number: int, keys: Iterable[Key]) -> None:
        for kind, value in keys:
            self._rows.setdefault(kind, []).append((key_text(value), number))

    def write(self) -> None:
        """Write what was gathered; known assets whose keys did not change are not touched."""
        stored = _stored(self._connection, self._known)
        none: set[Key] = set()
        changed = [
            number
            for number, keys in self._known.items()
            if stored.get(number, none) != {(escape(kind), key_text(v)) for kind, v in keys}
        ]
        for chunk in chunks(number for number in sorted(changed) if number in stored):
            self._connection.execute(delete(ASSET_KEY).where(ASSET_KEY.c.asset_id.in_(chunk)))
        for number in changed:
            self._file(number, self._known[number])
        # In the order of the index: neighbours share a page. A kind at a time, as texts alone
        # are sorted in a third of the time.
        for kind, rows in sorted(self._rows.items()):
            own = escape(kind)
            rows.sort()
            insert_plain(self._connection, ASSET_KEY, [(own, *row) for row in rows])
        self._fresh, self._known, self._rows = set(), {}, {}


def _stored(connection: Connection, ids: Iterable[int]) -> dict[int, set[Key]]:
    """Keys as they are stored."""
    found: dict[int, set[Key]] = {}
    for chunk in chunks(ids):
        query = select(ASSET_KEY.c.asset_id, ASSET_KEY.c.kind, ASSET_KEY.c.value).where(
            ASSET_KEY.c.asset_id.in_(chunk)
        )
        for number, kind, value in connection.execute(query):
            found.setdefault(number, set()).add((escape(kind), value))
    return found


def by_keys(
    tx: Transaction, keys: Iterable[Key], *, at_most: int | None = None
) -> dict[Key, tuple[str, ...]]:
    """Return, for each key that leads anywhere, the uris of the assets that bear it.

    Assets that are gone are left out; offline ones are still held and stay in. Costs
    grow with the candidates, never with the size of the registry.

    Args:
        tx: any transaction.
        keys: kind and value.
        at_most: keys that more assets bear are left out (``crowded_keys`` names them).
    """
    asked = frozenset(keys)
    if at_most is not None:
        asked -= crowded_keys(tx, asked, at_most)
    found: dict[Key, list[str]] = {}
    for key, uri in _bearers(tx.connection, asked):
        found.setdefault(key, []).append(unescape(uri))
    return {key: tuple(sorted(uris)) for key, uris in found.items()}


def crowded_keys(tx: Transaction, keys: Iterable[Key], at_most: int) -> frozenset[Key]:
    """Return the keys that more than ``at_most`` assets bear, those that are gone among them.

    Costs no more than counting to ``at_most``, however many there are.
    """
    connection = tx.connection
    if connection.dialect.name == "sqlite":
        cursor = _cursor(connection)
        return frozenset(
            (kind, value)
            for kind, value in keys
            if cursor.execute(
                _CROWD_SQLITE, (escape(kind), key_text(value), at_most + 1)
            ).fetchone()[0]
            > at_most
        )
    crowded: set[Key] = set()
    for kind, asked in _by_kind(keys):
        for chunk in chunks(asked):
            given = (chunk, at_most, escape(kind), at_most + 1)
            rows = connection.exec_driver_sql(_CROWD_POSTGRESQL, given)
            crowded.update((kind, asked[value]) for (value,) in rows)
    return frozenset(crowded)


def _bearers(connection: Connection, keys: Iterable[Key]) -> Iterator[tuple[Key, str]]:
    """Each key with the stored uri of each asset that bears it."""
    if connection.dialect.name == "sqlite":
        cursor = _cursor(connection)
        for kind, value in keys:
            for (uri,) in cursor.execute(_BEARERS_SQLITE, (escape(kind), key_text(value))):
                yield (kind, value), uri
        return
    for kind, asked in _by_kind(keys):
        for chunk in chunks(asked):
            rows = connection.exec_driver_sql(_BEARERS_POSTGRESQL, (escape(kind), chunk))
            for value, uri in rows:
                yield (kind, asked[value]), uri


def _by_kind(keys: Iterable[Key]) -> Iterator[tuple[str, dict[str, str]]]:
    """For each kind, the values asked for by their stored form."""
    for kind, group in groupby(sorted(keys), key=lambda key: key[0]):
        yield kind, {key_text(value): value for _, value in group}


def _cursor(connection: Connection) -> Any:
    """SQLite's own cursor: a statement of SQLAlchemy's costs more than such a look-up."""
    return connection.connection.cursor()


def keyed_below(tx: Transaction, key: Key, roots: Sequence[str]) -> tuple[str, ...]:
    """Return the uris at or below the roots that bear ``key``, in order; what is gone left out.

    For a key that many assets bear everywhere, where only one folder is asked about.

    Args:
        tx: any transaction.
        key: kind and value.
        roots: absolute paths of files or folders.
    """
    bears = (
        select(ASSET_KEY.c.asset_id)
        .where(
            ASSET_KEY.c.kind == key[0],
            ASSET_KEY.c.value == key[1],
            ASSET_KEY.c.asset_id == ASSET.c.id,
        )
        .exists()
    )
    query = select(ASSET.c.uri).where(
        under(ASSET.c.uri, roots), ASSET.c.presence != Presence.GONE.value, bears
    )
    return tuple(tx.connection.execute(query.order_by(ASSET.c.uri)).scalars())
