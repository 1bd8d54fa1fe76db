"""Batches on their way: while one is written and made durable, the next one is drafted.

The order within a batch is that of ``batch``, and a batch begins only when the one before it
has come to its end: two are never on the disk half done. What is drafted meanwhile was only
read. Each batch has the folders it needs open for itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Self

from provenance.fixing.batch import Batch, Group
from provenance.fixing.desk import Desk
from provenance.fixing.drafting import Results, in_batches
from provenance.fixing.run import OpenRun
from provenance.model import Applied, Conflict, Failed
from provenance.storage.replace import Replacer, WriteOptions

STOPPED = Failed("stopped", "The disk reported an error earlier.")
"""The outcome of what is not begun any more."""


class Line:
    """Takes groups as they are drafted to their results; a context manager.

    What one ``carry`` has written, the next one may draft upon.

    Leaving it waits for a batch under way, so that an interruption leaves no file half done.

    Args:
        desk: where it is recorded.
        run: the run it belongs to.
        write: what a person allowed.
        results: told of each batch that has come to its end.

    Attributes:
        replacer: what the next groups are to be read through; another one after each batch.
    """

    def __init__(self, desk: Desk, run: OpenRun, write: WriteOptions, results: Results) -> None:
        self.replacer = Replacer(write)
        self._desk = desk
        self._run = run
        self._write = write
        self._results = results
        self._writer = ThreadPoolExecutor(1, "fixing")
        self._at_rest = Event()
        self._at_rest.set()
        self._under_way: tuple[Future[None], list[Group]] | None = None
        self._written: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._writer.shutdown(wait=False, cancel_futures=True)
            self._wait_out()
        finally:
            self._writer.shutdown(wait=True, cancel_futures=True)
            self.replacer.close_folders()

    def _wait_out(self) -> None:
        """Wait for the batch under way, whoever interrupts again.

        The run's lock goes when this is left; were the batch still at work then, another
        process would recover what is not broken.
        """
        interrupted: KeyboardInterrupt | None = None
        while not self._at_rest.is_set():
            try:
                self._at_rest.wait()
            except KeyboardInterrupt as error:
                interrupted = error
        if interrupted is not None:
            raise interrupted

    def carry(self, drafted: Iterable[Group | None]) -> None:
        """Carry out groups, batch after batch, and wait for the last one.

        Args:
            drafted: as ``in_batches`` takes them; asked for while a batch is being written,
                and read through ``replacer``.

        Raises:
            RegistryError, LogError: as ``Batch.carry_out``; the rest is not begun.
        """
        for groups in in_batches(drafted):
            replacer, self.replacer = self.replacer, Replacer(self._write)
            try:
                needed = {change.original.folder for one in groups for change in one.changes}
                replacer.close_folders(keep=needed)
                self._finish()
            except BaseException:
                replacer.close_folders()
                raise
            self._begin(groups, replacer)
        self._finish()
        # What is drafted from here on sees what was written.
        self._written = set()

    def _begin(self, groups: list[Group], replacer: Replacer) -> None:
        for group in groups:
            overtaken = [c.fix.uri for c in group.changes if c.fix.uri in self._written]
            if self._run.halted:
                group.result = STOPPED
            elif overtaken:
                group.result = Conflict(
                    f"{overtaken[0]}: another item of this run has changed the file; scan it"
                    " again and make a new plan."
                )
        future = self._writer.submit(self._carry_out, groups, replacer)
        self._under_way = future, groups

    def _carry_out(self, groups: Sequence[Group], replacer: Replacer) -> None:
        self._at_rest.clear()
        try:
            with replacer:
                waiting = [group for group in groups if group.result is None]
                Batch(self._desk, self._run, replacer, waiting).carry_out()
        finally:
            self._at_rest.set()

    def _finish(self) -> None:
        """Wait for the batch under way and tell what came of it."""
        if self._under_way is None:
            return
        (future, groups), self._under_way = self._under_way, None
        future.result()
        self._results.take(groups)
        self._written = {
            change.fix.uri
            for group in groups
            if isinstance(group.result, Applied)
            for change in group.changes
        }
