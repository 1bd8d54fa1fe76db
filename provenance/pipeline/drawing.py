"""Small pictures for reports, drawn in a worker: no picture is decoded in the program itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Final

from provenance import isolation
from provenance.model import AssetRef
from provenance.pipeline.session import Session
from provenance.reporting.thumbnails import PictureThumbnails, Thumbnail, drawn, is_sound
from provenance.storage import LocalStore

_UNTRUE: Final = Thumbnail(reason="What a worker process made of the file is no picture.")


def draw(store: LocalStore, asked: tuple[AssetRef, int]) -> Thumbnail:
    """Draw a picture small, or say why that cannot be; work for a worker."""
    ref, edge = asked
    return drawn(store.get, _picture(ref), edge)


@contextmanager
def thumbnails(session: Session) -> Iterator[PictureThumbnails]:
    """Where a report gets its small pictures from, while the context lasts."""
    isolation.prepare(__name__)
    with isolation.Pool(1) as workers:
        work = partial(draw, session.store)

        def asked(ref: AssetRef, edge: int) -> Thumbnail:
            (answer,) = workers.run(work, [(ref, edge)], weigh=lambda one: one[0].size)
            return told(answer, edge)

        yield PictureThumbnails(asked)


def told(answer: object, edge: int) -> Thumbnail:
    """What a worker answered, or why there is no picture."""
    if isinstance(answer, isolation.Died):
        return Thumbnail(reason=f"There is no picture: {answer.reason} {answer.remedy}")
    return answer if is_sound(answer, edge) else _UNTRUE


def _picture(ref: AssetRef) -> AssetRef:
    """The picture alone, whatever its version: a thumbnail may show what stands there now."""
    return replace(ref, version="", sidecars=())
