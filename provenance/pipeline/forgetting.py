"""Thumbnails of pictures that went out of reach: they are taken out with them."""

from __future__ import annotations

from collections.abc import Iterable

from provenance.model import AssetRef
from provenance.pipeline.drawing import Shot
from provenance.pipeline.thumbnail_cache import ThumbnailCache
from provenance.reporting.thumbnails import EDGES


def forget(pictures: Iterable[tuple[AssetRef, str | None]]) -> None:
    """Take out what is kept of pictures; what cannot be taken out is drawn by nobody any more.

    Args:
        pictures: each as it was audited, and its image digest where it is known.
    """
    cache = ThumbnailCache()
    for ref, content in pictures:
        for edge in EDGES:
            for told in {content or "", ""}:
                cache.forget(Shot(ref, edge, told).key, edge)
