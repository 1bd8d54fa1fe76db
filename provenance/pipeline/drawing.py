"""Small pictures for reports and pages, drawn in workers and kept between runs.

No picture is decoded in the program itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from threading import Lock
from typing import Final

from provenance import isolation
from provenance.errors import ConflictError
from provenance.model import AssetRef
from provenance.pipeline.session import Session
from provenance.pipeline.thumbnail_cache import ThumbnailCache
from provenance.reporting.page.view import looks
from provenance.reporting.report import ComplianceReport, Picture
from provenance.reporting.thumbnails import (
    EDGE,
    SMALL_EDGE,
    Remembered,
    Thumbnail,
    drawn,
    is_sound,
)
from provenance.storage import LocalStore
from provenance.storage.listing import own_version

_UNTRUE: Final = Thumbnail(reason="What a worker process made of the file is no picture.")
_GONE: Final = Thumbnail(reason="The file is no longer there.")
_MOST_AHEAD: Final = 2_000
"""Drawn ahead where they can only be remembered."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A thumbnail to be made.

    Attributes:
        ref: the file, of the version that was looked at.
        edge: the most pixels of the longer side.
        content: the image digest of that version, where it is known: copies share their
            thumbnail by it, and it stays right after a fix.
    """

    ref: AssetRef
    edge: int = EDGE
    content: str = ""

    @property
    def key(self) -> str:
        """What the thumbnail shows; the same for files that look the same."""
        if self.content:
            return f"image {self.content}"
        return f"version {own_version(self.ref.version)} {self.ref.uri}"


def draw(store: LocalStore, shot: Shot) -> tuple[Thumbnail, bool]:
    """Draw a picture small, or say why that cannot be; work for a worker.

    Returns:
        The thumbnail, and whether it shows the very version that was asked for. A file that
        was changed since is drawn as it is now.
    """
    as_asked = bool(shot.ref.version)

    def read(ref: AssetRef) -> bytes:
        nonlocal as_asked
        try:
            return store.get(ref)
        except ConflictError:
            as_asked = False
            return store.get(replace(ref, version=""))

    made = drawn(read, replace(shot.ref, sidecars=()), shot.edge)
    return made, as_asked


class Gallery:
    """Thumbnails out of memory, out of the folder of kept ones, else drawn by workers.

    May be used by several threads. Never raises for a picture.

    Attributes:
        problem: why thumbnails are not kept on disk; empty where they are.
    """

    def __init__(self, session: Session, cache: ThumbnailCache) -> None:
        self._session = session
        self._cache = cache
        self._remembered = Remembered()
        self._contents: dict[tuple[str, str], str] = {}
        self._lock = Lock()
        self._workers: isolation.Pool | None = None

    @property
    def problem(self) -> str:
        """Why thumbnails are not kept on disk."""
        return self._cache.problem

    def of(self, ref: AssetRef, edge: int = EDGE, content: str = "") -> Thumbnail:
        """A thumbnail, or the reason why there is none.

        Args:
            ref: the file.
            edge: the most pixels of the longer side.
            content: its image digest, where it is known and was not told ahead.
        """
        shot = Shot(ref, edge, content or self._contents.get((ref.uri, ref.version), ""))
        found = self._kept(shot)
        if found is None:
            work = partial(draw, self._session.store)
            (answer,) = self._pool().run(work, [shot], weigh=_size)
            found = self._keep(shot, answer)
        self._remember(shot, found)
        return found

    def prefetch(self, shots: Iterable[Shot]) -> None:
        """Draw what is not kept yet, all workers at once, with progress shown.

        What cannot be kept on disk is drawn ahead only as far as it can be remembered.
        """
        asked = list(shots)
        self._contents |= {(one.ref.uri, one.ref.version): one.content for one in asked}
        distinct = {_in_memory(one): one for one in asked}.values()
        missing = [one for one in distinct if not self._is_kept(one)]
        if self._cache.problem:
            del missing[_MOST_AHEAD:]
        if not missing:
            return
        work = partial(draw, self._session.store)
        with self._session.progress.task("Drawing thumbnails", len(missing)) as advance:
            answers = self._pool().run(work, missing, weigh=_size)
            for shot, answer in zip(missing, answers, strict=True):
                made = self._keep(shot, answer)
                if self._cache.problem or not made.jpeg:
                    self._remember(shot, made)
                advance()

    def close(self) -> None:
        """End the workers, and keep the folder within its bounds."""
        if self._workers is not None:
            self._workers.close()
        self._cache.close()

    def _is_kept(self, shot: Shot) -> bool:
        """Whether there seems to be one; what is then not to be believed is drawn when asked."""
        with self._lock:
            remembered = self._remembered.get(_in_memory(shot)) is not None
        return remembered or self._cache.has(shot.key, shot.edge) or _is_gone(shot.ref.uri)

    def _kept(self, shot: Shot) -> Thumbnail | None:
        if _is_gone(shot.ref.uri):
            # A picture that was taken out on an agency's word shall not live on here.
            self._cache.forget(shot.key, shot.edge)
            return _GONE
        with self._lock:
            found = self._remembered.get(_in_memory(shot))
        return found or self._cache.get(shot.key, shot.edge)

    def _keep(self, shot: Shot, answer: object) -> Thumbnail:
        made, as_asked = told(answer, shot.edge)
        if as_asked:
            self._cache.put(shot.key, shot.edge, made)
        return made

    def _remember(self, shot: Shot, made: Thumbnail) -> None:
        with self._lock:
            self._remembered.put(_in_memory(shot), made)

    def _pool(self) -> isolation.Pool:
        """The workers, started when the first picture is to be drawn."""
        with self._lock:
            if self._workers is None:
                isolation.prepare(__name__)
                self._workers = isolation.Pool(self._session.jobs)
            return self._workers


@contextmanager
def thumbnails(session: Session) -> Iterator[Gallery]:
    """Where reports and pages get their small pictures from, while the context lasts."""
    gallery = Gallery(session, ThumbnailCache())
    try:
        yield gallery
    finally:
        gallery.close()


def shots(report: ComplianceReport, most: int, each: int | None = None) -> list[Shot]:
    """The thumbnails that a report draws, in its order: to be made ahead, all at once.

    Args:
        report: whose.
        most: of the whole report.
        each: entries of one section; None where all of them are drawn.
    """
    found = (_shot(one, EDGE if large else SMALL_EDGE) for one, large in looks(report, each))
    return [one for one in islice(found, most) if one.ref.uri]


def _shot(picture: Picture, edge: int) -> Shot:
    """One without a file where it is no longer known."""
    if picture.record is None:
        return Shot(AssetRef("", 0, ""), edge)
    return Shot(picture.record.ref, edge, picture.record.image_digest or "")


def told(answer: object, edge: int) -> tuple[Thumbnail, bool]:
    """What a worker answered, and whether it may be kept; else why there is no picture."""
    if isinstance(answer, isolation.Died):
        return Thumbnail(reason=f"There is no picture: {answer.reason} {answer.remedy}"), False
    if not isinstance(answer, tuple) or len(answer) != 2:
        return _UNTRUE, False
    made, as_asked = answer
    return (made, as_asked is True) if is_sound(made, edge) else (_UNTRUE, False)


def _is_gone(uri: str) -> bool:
    """Whether the file was taken out of its folder; a share that is not there says nothing."""
    return not os.path.lexists(uri) and os.path.isdir(os.path.dirname(uri))


def _in_memory(shot: Shot) -> str:
    return f"{shot.edge} {shot.key}"


def _size(shot: Shot) -> int:
    return shot.ref.size
