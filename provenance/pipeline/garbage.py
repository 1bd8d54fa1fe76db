"""Seldom look for cyclic garbage while a great many values are made that hold no cycles."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_SELDOM: Final = (50_000, 20, 100)


class _Blocks:
    """The blocks that are open, in all threads, and what held before the first of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open = 0
        self._former = gc.get_threshold()

    def begin(self) -> None:
        with self._lock:
            if not self._open:
                self._former = gc.get_threshold()
                gc.set_threshold(*_SELDOM)
            self._open += 1

    def end(self) -> None:
        with self._lock:
            self._open -= 1
            if not self._open:
                gc.set_threshold(*self._former)


_BLOCKS: Final = _Blocks()


@contextmanager
def collected_seldom() -> Iterator[None]:
    """For a block or, as a decorator, a function: rounds of the collector are far between.

    Ten thousand findings are a million live objects, and each full round walks them all: a
    quarter of the time that gathering them takes. Values of the model are trees, freed without
    the collector; what has cycles is still found. Blocks may be nested, and run in several
    threads: the last one to end puts back what held before the first.
    """
    _BLOCKS.begin()
    try:
        yield
    finally:
        _BLOCKS.end()
