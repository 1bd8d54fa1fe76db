"""The style sheet, the script and the marks of the page: a fixed table of names.

The table is made once from the package's own resources; what a request names is looked up in
it, and no path is ever put together from a request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib import resources
from types import MappingProxyType
from typing import Final

FOLDER: Final = "/static"

_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}


@dataclass(frozen=True, slots=True)
class Static:
    """One file that the page loads.

    Attributes:
        content: its octets.
        media_type: for ``Content-Type``.
        etag: for ``ETag``, in its quotation marks.
    """

    content: bytes
    media_type: str
    etag: str

    @classmethod
    def of(cls, content: bytes, media_type: str) -> Static:
        """The file with these octets."""
        return cls(content, media_type, f'"{sha256(content).hexdigest()}"')


@lru_cache(maxsize=1)
def table() -> Mapping[str, Static]:
    """Every file that can be asked for, by its name; read once."""
    found: dict[str, Static] = {}
    for one in resources.files("provenance.web").joinpath("static").iterdir():
        suffix = "." + one.name.rpartition(".")[2]
        if one.is_file() and suffix in _TYPES:
            found[one.name] = Static.of(one.read_bytes(), _TYPES[suffix])
    return MappingProxyType(found)


def static_url(name: str) -> str:
    """The address of a static file; it changes with the content, so no old one is shown.

    Raises:
        KeyError: there is none of this name.
    """
    return f"{FOLDER}/{name}?v={table()[name].etag[1:17]}"
