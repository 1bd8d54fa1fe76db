"""Where files are, as URI references: percent-encoded, and relative to what was asked for."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

_ADDRESS: Final = re.compile(r"https?://", re.IGNORECASE)
_IN_ADDRESS: Final = ":/?#[]@!$&'()*+,;=%~"


@dataclass(frozen=True, slots=True)
class Place:
    """One file.

    Attributes:
        uri: a URI reference (RFC 3986).
        base: what it is relative to, a key of ``Places.bases``; empty where it stands alone.
    """

    uri: str
    base: str = ""


class Places:
    """URI references of files below the paths of a report's scope.

    A path that was given relative stays relative. One that was given absolute is told
    relative to the path of the scope that it lies below, and that once, as a base.

    Args:
        scope: the paths that were asked for, as given.
    """

    __slots__ = ("_roots", "bases")

    def __init__(self, scope: Sequence[str]) -> None:
        absolute = dict.fromkeys(_folder(one) for one in scope if os.path.isabs(one))
        named = {folder: f"SCOPE{number}" for number, folder in enumerate(absolute, 1)}
        self._roots = sorted(named.items(), key=lambda one: -len(one[0]))
        self.bases: dict[str, str] = {name: _file(folder) for folder, name in named.items()}

    def of(self, path: str) -> Place:
        """The place of a file, by the path that the report shows.

        Octets of a name that are no UTF-8 are encoded as they are, so the reference names
        the very file.
        """
        if _ADDRESS.match(path):
            return Place(quote(_octets(path), safe=_IN_ADDRESS))
        if not os.path.isabs(path):
            return Place(_quoted(path))
        for folder, name in self._roots:
            if path.startswith(folder) and path != folder:
                return Place(_quoted(path[len(folder) :]), name)
        return Place(_file(path))


def _folder(path: str) -> str:
    return path.rstrip("/") + "/"


def _file(path: str) -> str:
    return f"file://{_quoted(path)}"


def _quoted(path: str) -> str:
    return quote(_octets(path.replace(os.sep, "/")), safe="/~")


def _octets(path: str) -> bytes:
    """A name's octets; halves of surrogate pairs, which only some systems allow, as they are."""
    try:
        return os.fsencode(path)
    except UnicodeEncodeError:
        return path.encode("utf-8", "surrogatepass")
