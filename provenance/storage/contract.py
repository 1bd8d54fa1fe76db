"""What a store promises, and the values it speaks in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from provenance.model import AssetRef


@dataclass(frozen=True, slots=True)
class StoreProblem:
    """Something met on a walk that could not be looked at: told once, never fatal.

    Attributes:
        path: as the user gave it, joined; for display.
        uri: the absolute path.
        code: a stable machine word.
        message: what happened, naming the file.
        remedy: what the person can do; may be empty.
        expected: it was left out on purpose (a symbolic link); not an error.
    """

    path: str
    uri: str
    code: str
    message: str
    remedy: str = ""
    expected: bool = False


@dataclass(frozen=True, slots=True)
class OtherFile:
    """A file that is no picture, no sidecar and no text; given so that it can be counted."""

    path: str
    uri: str


@dataclass(frozen=True, slots=True)
class ListedFolder:
    """A folder that was listed to its end: what was not in it is not there.

    Attributes:
        uri: the absolute path.
        device: the device it stands on; another one than before means that
            something was mounted or unmounted there.
    """

    uri: str
    device: str


WalkEntry = AssetRef | OtherFile | ListedFolder | StoreProblem


class ByteSource(Protocol):
    """Ranges of one unchanging object."""

    @property
    def size(self) -> int:
        """Octets of the whole object."""

    def read(self, offset: int, length: int) -> bytes:
        """Return ``length`` octets from ``offset`` on; fewer only at the object's end."""


class Store(Protocol):
    """Where assets are. A contract for local folders now and object storage later.

    Reading never changes anything, needs no write permission, and never follows a
    symbolic link out of what the user named.

    Consistency: a reference names one version of one object. ``get`` and
    ``open_source`` give bytes of exactly that version or raise ``ConflictError``; they
    never give a mixture of two. A reference with an empty version asks for whatever
    is there, still never a mixture. The version of a picture with sidecars covers these too.

    Completeness: ``walk`` gives every candidate below each path exactly once, however
    often the paths overlap, in one order for one state of the store. What it cannot
    look at it reports; nothing is left out silently but names that begin with a dot.
    A ``ListedFolder`` comes after everything that stands directly in that folder.

    Concurrency: calls do not share state; a store may be pickled and used by several
    processes. Other programs may change anything at any time.

    Errors: ``StorageError`` with the file's name and a remedy; ``ConflictError`` where
    the object is another version. No exception of the operating system gets out.

    Replacing an object is ``storage.replace``: compare-and-swap on the digest, durable
    once it returns.
    """

    def walk(self, paths: Sequence[str]) -> Iterator[WalkEntry]:
        """Give every asset at or below the paths, with what else there is to tell."""

    def get(self, ref: AssetRef) -> bytes:
        """Return the whole content of the version that ``ref`` names."""

    def open_source(self, ref: AssetRef) -> AbstractContextManager[ByteSource]:
        """Open the version that ``ref`` names for reading ranges."""
