"""Small pictures go with the pictures that they show."""

from __future__ import annotations

from pathlib import Path

import pytest

from provenance.model import AssetRef
from provenance.pipeline.drawing import Shot
from provenance.pipeline.forgetting import EDGES, forget
from provenance.pipeline.thumbnail_cache import VARIABLE, ThumbnailCache
from provenance.reporting.thumbnails import Thumbnail
from provenance.web import pictures

JPEG = b"\xff\xd8\xff\xe0 made anew \xff\xd9"


def test_every_edge_that_pages_draw_is_forgotten() -> None:
    assert set(pictures.EDGES) <= set(EDGES)


def test_by_content_and_by_version_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    gone, other = AssetRef("/p/a.jpg", 9, "v1"), AssetRef("/p/b.jpg", 9, "v1")
    cache = ThumbnailCache()
    shots = [Shot(one, edge, told) for one, told in ((gone, "d1"), (gone, ""), (other, "d2"))
             for edge in EDGES]  # fmt: skip
    for one in shots:
        cache.put(one.key, one.edge, Thumbnail(JPEG, 3, 2))
    forget([(gone, "d1")])
    kept = [(one.ref.uri, one.content) for one in shots if cache.has(one.key, one.edge)]
    assert kept == [(other.uri, "d2")] * len(EDGES)
