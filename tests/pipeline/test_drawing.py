"""Small pictures are drawn in a worker; what it says of them is not believed blindly."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest
from desk_material import tiny
from isolation_deeds import crash_on, lie_of

from provenance import isolation
from provenance.model import AssetRef
from provenance.pipeline import Session, drawing
from provenance.pixels import decode
from provenance.reporting.thumbnails import Thumbnail


@pytest.fixture
def picture(tmp_path: Path) -> AssetRef:
    path = tmp_path / "a.jpg"
    path.write_bytes(tiny())
    return AssetRef(str(path), path.stat().st_size, "1", path="a.jpg")


def test_no_picture_is_decoded_in_this_process(
    session: Session, picture: AssetRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    isolation.prepare(drawing.__name__)  # workers come from a process that has no such patch

    def refuse(data: bytes, edge: int) -> None:
        raise AssertionError(f"decoded in process {os.getpid()}")

    monkeypatch.setattr(decode, "small", refuse)
    with drawing.thumbnails(session) as small:
        shown = small.of(picture, 16)
        assert shown.data_uri.startswith("data:image/jpeg;base64,")
        assert max(shown.width, shown.height) <= 16
        gone = small.of(AssetRef(f"{picture.uri}.gone", 10, "1"))
        assert gone.reason
        assert not gone.data_uri


def test_a_picture_that_ends_its_worker_is_told_of_and_the_next_is_drawn(
    session: Session, picture: AssetRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    with drawing.thumbnails(session) as small:
        with monkeypatch.context() as patched:
            patched.setattr(drawing, "draw", crash_on)
            with drawing.thumbnails(session) as dying:
                shown = dying.of(picture)
        assert "SIGSEGV" in shown.reason
        assert "move it out" in shown.reason
        assert small.of(picture).data_uri


def test_a_lie_is_not_shown(
    session: Session, picture: AssetRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    lie = Thumbnail("javascript:alert(1)", 10, 10)
    monkeypatch.setattr(drawing, "draw", partial(lie_of, lie))
    with drawing.thumbnails(session) as small:
        shown = small.of(picture)
    assert shown.data_uri == ""
    assert "no picture" in shown.reason
