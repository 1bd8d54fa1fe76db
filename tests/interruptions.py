"""Progress that a person ends in the middle."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from provenance.pipeline.session import Advance


class Interrupted:
    """Progress that a person ends with Ctrl-C after ``after`` files of the task ``label``."""

    def __init__(self, label: str, after: int) -> None:
        self._label = label
        self._left = after

    def task(self, label: str, total: int | None) -> AbstractContextManager[Advance]:
        del total

        def advance(done: int = 1) -> None:
            if label == self._label:
                self._left -= done
                if self._left <= 0:
                    raise KeyboardInterrupt

        return nullcontext(advance)
