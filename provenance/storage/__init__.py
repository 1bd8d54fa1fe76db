"""Storage: find assets, read them whole or in part; ``replace`` is the only way to write."""

from provenance.storage.contract import (
    ByteSource,
    ListedFolder,
    OtherFile,
    Store,
    StoreProblem,
    WalkEntry,
)
from provenance.storage.local import LocalStore, version_of

__all__ = [
    "ByteSource",
    "ListedFolder",
    "LocalStore",
    "OtherFile",
    "Store",
    "StoreProblem",
    "WalkEntry",
    "version_of",
]
