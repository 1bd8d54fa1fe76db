"""Small pictures are drawn in a worker; what it says of them is not believed blindly."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from desk_material import tiny
from isolation_deeds import crash_on, lie_of

from provenance import isolation
from provenance.model import AssetRef
from provenance.pipeline import Session, drawing
from provenance.pipeline.drawing import Shot
from provenance.pipeline.session import Advance
from provenance.pixels import decode
from provenance.reporting.thumbnails import Thumbnail
from provenance.storage.listing import version_of


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
    lies = ((Thumbnail(b"javascript:alert(1)", 10, 10), True), "a word", (1, 2, 3), ("x", True))
    for lie in lies:
        monkeypatch.setattr(drawing, "draw", partial(lie_of, lie))
        with drawing.thumbnails(session) as small:
            shown = small.of(picture)
        assert shown.data_uri == ""
        assert "no picture" in shown.reason


def refuse_to_draw(_store: object, shot: drawing.Shot) -> tuple[Thumbnail, bool]:
    """What stands where no picture may be drawn any more."""
    return Thumbnail(reason=f"drawn again: {shot.ref.path}"), True


def seen(path: Path, name: str) -> AssetRef:
    """The file as a scan would have it."""
    found = path / name
    return AssetRef(str(found), found.stat().st_size, version_of(found.stat()), path=name)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(6):
        (tmp_path / f"{number}.jpg").write_bytes(tiny(shade=40 * number))
    return tmp_path


def test_what_was_drawn_ahead_is_not_drawn_again_by_the_next_run(
    session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refs = [seen(folder, f"{number}.jpg") for number in range(6)]
    with drawing.thumbnails(session) as first:
        first.prefetch(Shot(ref, 16) for ref in refs)
        made = [first.of(ref, 16) for ref in refs]
    assert len({one.jpeg for one in made}) == 6
    monkeypatch.setattr(drawing, "draw", refuse_to_draw)
    with drawing.thumbnails(session) as second:
        second.prefetch(Shot(ref, 16) for ref in refs)
        assert [second.of(ref, 16) for ref in refs] == made
        assert "drawn again" in second.of(refs[0], 17).reason


def test_copies_share_their_thumbnail_by_what_they_show(
    session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = seen(folder, "0.jpg"), seen(folder, "1.jpg")
    with drawing.thumbnails(session) as small:
        made = small.of(first, 16, "a" * 64)
    monkeypatch.setattr(drawing, "draw", refuse_to_draw)
    with drawing.thumbnails(session) as small:
        assert small.of(second, 16, "a" * 64) == made
        small.prefetch([Shot(second, 16, "a" * 64)])
        assert small.of(second, 16) == made
        assert "drawn again" in small.of(replace(second, version="2"), 16).reason


def test_another_picture_under_the_same_name_is_shown_as_it_is_and_not_kept(
    session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = seen(folder, "0.jpg")
    (folder / "0.jpg").write_bytes(tiny(shade=77) + b"longer")
    with drawing.thumbnails(session) as small:
        assert small.of(former, 16, "b" * 64).jpeg
    monkeypatch.setattr(drawing, "draw", refuse_to_draw)
    with drawing.thumbnails(session) as small:
        assert "drawn again" in small.of(former, 16, "b" * 64).reason


def test_a_picture_that_was_taken_out_does_not_live_on(
    session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = seen(folder, "0.jpg")
    data = (folder / "0.jpg").read_bytes()
    with drawing.thumbnails(session) as small:
        assert small.of(ref, 16).jpeg
        (folder / "0.jpg").unlink()
        assert "no longer there" in small.of(ref, 16).reason
    (folder / "0.jpg").write_bytes(data)
    monkeypatch.setattr(drawing, "draw", refuse_to_draw)
    with drawing.thumbnails(session) as small:
        assert "drawn again" in small.of(ref, 16).reason


def test_what_cannot_be_kept_is_still_drawn(
    session: Session, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "thumbnails").write_text("a file", encoding="utf-8")
    monkeypatch.setenv("PROVENANCE_CACHE", str(tmp_path / "taken"))
    ref = seen(folder, "0.jpg")
    with drawing.thumbnails(session) as small:
        small.prefetch([Shot(ref, 16)])
        assert small.of(ref, 16).jpeg
        assert "is no folder" in small.problem


def test_progress_tells_only_of_what_is_drawn(session: Session, folder: Path) -> None:
    told: list[tuple[str, int | None, int]] = []
    refs = [seen(folder, f"{number}.jpg") for number in range(6)]
    watched = replace(session, progress=Counting(told))
    with drawing.thumbnails(watched) as small:
        small.prefetch([Shot(ref, 24) for ref in refs[:4]])
        small.prefetch([Shot(ref, 24) for ref in refs])
        small.prefetch([Shot(ref, 24) for ref in refs])
    assert [(total, done) for _, total, done in told] == [(4, 4), (2, 2)]


class Counting:
    """Progress that is written down."""

    def __init__(self, told: list[tuple[str, int | None, int]]) -> None:
        self._told = told

    @contextmanager
    def task(self, label: str, total: int | None) -> Iterator[Advance]:
        steps: list[int] = []

        def advance(done: int = 1) -> None:
            steps.append(done)

        yield advance
        self._told.append((label, total, sum(steps)))
