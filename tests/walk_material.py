"""What the tests of storage build and look at."""

from __future__ import annotations

from pathlib import Path

from provenance.model import AssetRef
from provenance.storage import (
    LocalStore,
    Store,
    StoreProblem,
)

JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 20
STORE: Store = LocalStore()


def touch(folder: Path, *names: str, data: bytes = JPEG) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def walk(*paths: Path | str) -> list[object]:
    return list(STORE.walk([str(path) for path in paths]))


def refs(*paths: Path | str) -> list[AssetRef]:
    return [entry for entry in walk(*paths) if isinstance(entry, AssetRef)]


def names(*paths: Path | str) -> list[str]:
    return [Path(ref.uri).name for ref in refs(*paths)]


def problems(*paths: Path | str) -> list[StoreProblem]:
    return [entry for entry in walk(*paths) if isinstance(entry, StoreProblem)]
