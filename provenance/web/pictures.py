"""Small pictures by opaque names: a JPEG made anew, never the file itself, never by its path.

A name is a keyed hash of the file's uri (HMAC-SHA-256, a key of this server alone), so it tells
nothing, and nobody can make one up: it is looked up among the names that our pages gave out.

Sources: RFC 2104 (HMAC); RFC 9110 section 8.8.3 (ETag); RFC 9111 section 5.2.2 (private).
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections import OrderedDict
from hashlib import sha256
from typing import Final, Protocol

from provenance.model import AssetRef, MetadataRecord
from provenance.registry import Registry, records
from provenance.reporting.thumbnails import EDGES, Thumbnail
from provenance.web.statics import Static

MOST_NAMES: Final = 200_000
"""Names that are remembered; a page that is older than so many pictures is loaded again."""
FOLDER: Final = "/picture"

_EDGES: Final = {str(edge): edge for edge in EDGES}


class Drawer(Protocol):
    """What draws small pictures; ``pipeline.drawing.Gallery`` is one. For threads."""

    def of(self, ref: AssetRef, edge: int, content: str) -> Thumbnail:
        """A thumbnail, or the reason why there is none. Never raises for a picture."""


class Pictures:
    """The small pictures of one server; may be shared by threads.

    Args:
        registry: knows the files.
        drawer: draws them, in workers.
        key: 32 octets that nobody else knows; by default fresh ones.
    """

    def __init__(self, registry: Registry, drawer: Drawer, key: bytes | None = None) -> None:
        self._registry = registry
        self._drawer = drawer
        self._key = key if key is not None else secrets.token_bytes(32)
        self._uris: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    def url(self, uri: str, edge: int) -> str:
        """The address of a picture with one of ``EDGES``."""
        if edge not in EDGES:
            raise ValueError(f"no picture has an edge of {edge}")
        name = hmac.new(self._key, uri.encode("utf-8", "surrogatepass"), sha256).hexdigest()
        with self._lock:
            self._uris[name] = uri
            self._uris.move_to_end(name)
            if len(self._uris) > MOST_NAMES:
                self._uris.popitem(last=False)
        return f"{FOLDER}/{edge}/{name}"

    def of(self, name: str, edge: str) -> Static | None:
        """The picture of this name and edge, as the file stands now.

        Returns:
            None where no page of ours gave the name out, where the registry has lost the
            file, or where there is no picture to be had.

        Raises:
            RegistryError: it cannot be read.
        """
        if edge not in _EDGES:
            return None
        with self._lock:
            uri = self._uris.get(name)
        if uri is None:
            return None
        with self._registry.read() as tx:
            result = records(tx, [uri]).get(uri)
        if result is None:
            return None
        content = result.image_digest or "" if isinstance(result, MetadataRecord) else ""
        drawn = self._drawer.of(result.ref, _EDGES[edge], content)
        return Static.of(drawn.jpeg, "image/jpeg") if drawn.jpeg else None
