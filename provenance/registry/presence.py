"""Whether an asset that was not met again is gone, or only out of reach (design rule 12).

"Gone" is a strong word: a compliance report will say that the picture was removed. So
an asset is gone only if the folder it was in, or the nearest folder above that is
still there, could be listed and did not show it, on the same device as before. An
unmounted share leaves an empty folder on another device: its assets are offline.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.engine import Connection

from provenance.registry.key_store import Presence
from provenance.registry.registry import Transaction
from provenance.registry.statements import chunks, under, write_rows
from provenance.registry.tables import ASSET, FOLDER


@dataclass(frozen=True, slots=True)
class Walked:
    """What a walk met.

    Attributes:
        roots: the absolute paths that were walked.
        seen: every uri met: assets, and files and folders reported as a problem.
        folders: each folder that was listed to its end, and the device it stands on.
    """

    roots: tuple[str, ...]
    seen: Collection[str]
    folders: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PresenceChanges:
    """The uris whose presence changed."""

    gone: tuple[str, ...] = ()
    offline: tuple[str, ...] = ()
    back: tuple[str, ...] = ()


class _Known(NamedTuple):
    """What is needed of an asset's row here."""

    id: int
    uri: str
    presence: str
    new: bool


@dataclass(frozen=True, slots=True)
class _Judge:
    """Decides by folder, remembering each folder's verdict."""

    walked: Walked
    unmounted: frozenset[str]
    verdicts: dict[str, Presence] = field(default_factory=dict)

    def presence(self, uri: str) -> Presence:
        if uri in self.walked.seen:
            return Presence.PRESENT
        folder = posixpath.dirname(uri)
        if folder not in self.verdicts:
            self.verdicts[folder] = self._missing_from(folder)
        return self.verdicts[folder]

    def _missing_from(self, folder: str) -> Presence:
        """Judge an asset that was not seen by the nearest folder that was listed."""
        while folder not in self.walked.folders:
            above = posixpath.dirname(folder)
            if folder in self.walked.seen or above == folder:
                return Presence.OFFLINE
            folder = above
        return Presence.OFFLINE if folder in self.unmounted else Presence.GONE


def mark_presence(tx: Transaction, walked: Walked, run_id: str) -> PresenceChanges:
    """Record which assets below the walked roots are there, gone or offline.

    Call it after the run's results were registered. Writes only what changed.

    Args:
        tx: a writing transaction.
        walked: what the walk met; ``seen`` should be a set.
        run_id: the run of the walk; assets first met by it say nothing about a folder's past.
    """
    connection = tx.writing()
    known = _known(connection, walked.roots, run_id)
    devices = _devices(connection, walked.folders)
    moved = {
        folder for folder, device in walked.folders.items() if devices.get(folder, device) != device
    }
    alive = _ancestors(a.uri for a in known if not a.new and a.uri in walked.seen) if moved else ()
    judge = _Judge(walked, frozenset(moved.difference(alive)))
    changed = [
        (asset, verdict)
        for asset in known
        if (verdict := judge.presence(asset.uri)).value != asset.presence
    ]
    _write_presence(connection, changed)
    _remember(connection, walked.folders, devices, judge.unmounted)
    named: dict[Presence, list[str]] = {presence: [] for presence in Presence}
    for asset, verdict in changed:
        named[verdict].append(asset.uri)
    return PresenceChanges(
        gone=tuple(named[Presence.GONE]),
        offline=tuple(named[Presence.OFFLINE]),
        back=tuple(named[Presence.PRESENT]),
    )


def set_presence(tx: Transaction, uris: Iterable[str], presence: Presence) -> None:
    """Record whether assets are there, where the program itself moved them."""
    connection = tx.writing()
    for chunk in chunks(dict.fromkeys(uris)):
        statement = update(ASSET).where(ASSET.c.uri.in_(chunk))
        connection.execute(statement.values(presence=presence.value))


def _known(connection: Connection, roots: Sequence[str], run_id: str) -> list[_Known]:
    columns = (ASSET.c.id, ASSET.c.uri, ASSET.c.presence)
    ages = (ASSET.c.scan_run, ASSET.c.first_seen, ASSET.c.last_seen)
    query = select(*columns, *ages).where(under(ASSET.c.uri, roots)).order_by(ASSET.c.uri)
    return [
        _Known(number, uri, presence, new=run == run_id and first == last)
        for number, uri, presence, run, first, last in connection.execute(query)
    ]


def _devices(connection: Connection, folders: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for chunk in chunks(folders):
        query = select(FOLDER.c.uri, FOLDER.c.device).where(FOLDER.c.uri.in_(chunk))
        found.update((uri, device) for uri, device in connection.execute(query))
    return found


def _ancestors(uris: Iterable[str]) -> set[str]:
    folders: set[str] = set()
    for folder in {posixpath.dirname(uri) for uri in uris}:
        above = folder
        while above not in folders:
            folders.add(above)
            above = posixpath.dirname(above)
    return folders


def _write_presence(connection: Connection, changed: list[tuple[_Known, Presence]]) -> None:
    if changed:
        statement = update(ASSET).where(ASSET.c.id == bindparam("asset_id"))
        connection.execute(
            statement.values(presence=bindparam("verdict")),
            [{"asset_id": asset.id, "verdict": verdict.value} for asset, verdict in changed],
        )


def _remember(
    connection: Connection,
    folders: Mapping[str, str],
    devices: Mapping[str, str],
    unmounted: frozenset[str],
) -> None:
    """Keep the device of each folder; an unmounted one keeps its old, until it is back."""
    write_rows(
        connection,
        FOLDER,
        [
            {"uri": folder, "device": device}
            for folder, device in folders.items()
            if folder not in unmounted and devices.get(folder) != device
        ],
    )
