"""The thread that gives tasks to workers, takes their answers, and starts and ends them.

Tasks are given out in order, one to a worker and, where many wait, one more that the worker
finds when it is done. Nothing here unpickles: answers wait as octets for whoever asked.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Iterable
from typing import Final

from provenance.isolation import nursery
from provenance.isolation.bounds import Died, Limits, WorkerError
from provenance.isolation.hand import (
    GARBLED,
    Answer,
    GarbledError,
    Hand,
    Task,
    died,
    no_memory,
)
from provenance.isolation.nursery import LostError, Nursery
from provenance.isolation.serving import Kind

_MOST_HELD: Final = 256 << 20
"""Octets of answers that wait to be taken; then workers wait."""
_SMALL: Final = 128 << 10
"""Octets of a task that a worker may have waiting for it."""
_TRIES: Final = 3
_FAREWELL: Final = 2.0  # seconds that an idle worker has to end by itself
_LONGEST: Final = 3600.0


class Dispatcher:
    """Workers and their tasks; ``close`` ends them.

    Args:
        jobs: workers at once.
        limits: what each may take up.
    """

    def __init__(self, jobs: int, limits: Limits) -> None:
        self._jobs = jobs
        self._limits = limits
        self._changed = threading.Condition()
        self._waiting: deque[Task] = deque()
        self._module = ""
        self._held = 0
        self._closing = False
        self._broken: BaseException | None = None
        self._hands: list[Hand] = []
        self._misstarts = 0
        self._nursery: Nursery | None = None
        self._selector = selectors.DefaultSelector()
        self._bell, self._rung = socket.socketpair()
        self._bell.settimeout(0)
        self._rung.settimeout(0)
        self._selector.register(self._rung, selectors.EVENT_READ)
        self._thread: threading.Thread | None = None

    # --- for those who ask --------------------------------------------------------------------

    def submit(self, tasks: Iterable[Task], module: str, *, first: bool = False) -> None:
        """Have tasks done, before all that wait where ``first``.

        Raises:
            WorkerError: there are no workers to be had.
        """
        with self._changed:
            self._require_sound()
            self._module = module
            if first:
                self._waiting.extendleft(reversed(list(tasks)))
            else:
                self._waiting.extend(tasks)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="workers", daemon=True)
                self._thread.start()
        self._ring()

    def take(self, task: Task) -> Answer | Died:
        """Wait for what comes of a task.

        Raises:
            WorkerError: there are no workers to be had.
        """
        with self._changed:
            while task.answer is None:
                self._require_sound()
                self._changed.wait()
            was_full = self._held > _MOST_HELD
            self._held -= _weight(task)
        if was_full:
            self._ring()
        return task.answer

    def withdraw(self, tasks: Iterable[Task]) -> None:
        """Take back tasks: those under way are still done, and their answers forgotten."""
        with self._changed:
            gone = set(tasks)
            self._waiting = deque(one for one in self._waiting if one not in gone)
            for task in gone:
                self._held -= _weight(task)
                task.tries = -1

    def close(self) -> None:
        """End the workers, and wait for that, even where a second Ctrl-C comes meanwhile."""
        with self._changed:
            self._closing = True
            self._waiting.clear()
        # One whose start was interrupted is not waited for: it finds that there is nothing to do.
        if self._thread is not None and self._thread.is_alive():
            self._ring()
            try:
                self._thread.join()
            except KeyboardInterrupt:
                # Else the program's end would close the conversation that the thread ends them in.
                self._thread.join()
                raise
        for one in (self._selector, self._bell, self._rung):
            one.close()

    def _require_sound(self) -> None:
        if isinstance(self._broken, WorkerError):
            raise self._broken
        if self._broken is not None:
            raise WorkerError(
                f"The supervisor of the workers failed: {self._broken!r}.",
                code="work-failed",
                remedy="Report this, with what you did.",
            ) from self._broken

    def _ring(self) -> None:
        # Where it has been rung so often that no more goes in, it will be heard.
        with contextlib.suppress(BlockingIOError):
            self._bell.send(b"\0")

    # --- the thread ---------------------------------------------------------------------------

    def _work(self) -> None:
        try:
            while not self._closing:
                self._start_and_give()
                self._hear()
                self._end_the_late()
        except BaseException as error:  # noqa: BLE001 - those who wait for answers raise it
            with self._changed:
                self._broken = error
                self._changed.notify_all()
        finally:
            self._end_all()

    def _start_and_give(self) -> None:
        with self._changed:
            wanted = min(self._jobs, len(self._waiting) + sum(map(_is_busy, self._hands)))
        while len(self._hands) < wanted:
            self._start()
        idle = deque(one for one in self._hands if not one.unanswered)
        busy = deque(one for one in self._hands if one.has_room)
        while (task := self._next(idle, busy)) is not None:
            hand = (idle or busy).popleft()
            hand.give(task)
            self._write(hand)

    def _next(self, idle: deque[Hand], busy: deque[Hand]) -> Task | None:
        """The next task, if there is a worker to give it to."""
        with self._changed:
            if not self._waiting or not (idle or busy):
                return None
            task = self._waiting[0]
            # A task that was given out before must come to its end: others may wait behind it.
            if self._held > _MOST_HELD and not task.tries:
                return None
            if not idle and (len(self._waiting) <= self._jobs or task.size > _SMALL):
                return None
            return self._waiting.popleft()

    def _start(self) -> None:
        if self._nursery is None:
            self._nursery = nursery.nursery()
        try:
            number, conversation = self._nursery.start(self._limits, self._module)
        except LostError:
            self._lose_nursery()
            return
        conversation.settimeout(0)
        hand = Hand(number, conversation, self._limits)
        self._hands.append(hand)
        self._selector.register(conversation, selectors.EVENT_READ, hand)

    def _hear(self) -> None:
        soonest = min((one.deadline for one in self._hands), default=float("inf"))
        patience = min(max(soonest - time.monotonic(), 0.0), _LONGEST)
        for key, events in self._selector.select(patience):
            hand: Hand | None = key.data
            if hand is None:
                with contextlib.suppress(BlockingIOError):
                    self._rung.recv(4096)
            elif hand in self._hands:
                if events & selectors.EVENT_WRITE:
                    self._write(hand)
                if events & selectors.EVENT_READ and hand in self._hands:
                    self._read(hand)

    def _write(self, hand: Hand) -> None:
        try:
            hand.write()
        except ConnectionError:
            # What it said before it ended is still to be read, and then its end.
            hand.abandon()
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if hand.has_more else 0)
        if self._selector.get_key(hand.conversation).events != events:
            self._selector.modify(hand.conversation, events, hand)

    def _read(self, hand: Hand) -> None:
        try:
            while hand in self._hands and (answer := hand.read()) is not None:
                self._answered(hand, answer)
        except (EOFError, ConnectionError):
            self._bury(hand)
        except GarbledError:
            self._bury(hand, GARBLED)

    def _answered(self, hand: Hand, answer: Answer) -> None:
        if answer.kind is Kind.READY:
            hand.ready = True
            self._misstarts = 0
            return
        allowed = hand.allowed
        task = hand.unanswered.popleft()
        self._settle(task, no_memory(allowed) if answer.kind is Kind.NO_MEMORY else answer)
        if hand.leaving:
            self._dismiss(hand)

    def _settle(self, task: Task, answer: Answer | Died) -> None:
        with self._changed:
            task.pieces = []
            if task.tries >= 0:
                task.answer = answer
                self._held += _weight(task)
            self._changed.notify_all()

    def _dismiss(self, hand: Hand) -> None:
        """A worker goes by itself; what it did not begin, another does."""
        self._remove(hand)
        if self._nursery is not None:
            self._nursery.forget(hand.number, _FAREWELL)
        self._give_back(hand)

    def _end_the_late(self) -> None:
        now = time.monotonic()
        for hand in [one for one in self._hands if now >= one.deadline]:
            hand.late = True
            self._bury(hand)

    def _bury(self, hand: Hand, why: Died | None = None) -> None:
        """A worker is gone, or must go: its task is settled, what waited behind it goes on."""
        self._remove(hand)
        assert self._nursery is not None
        try:
            status = self._nursery.end(hand.number)
        except LostError:
            self._give_back(hand)
            self._lose_nursery()
            return
        if not hand.ready:
            self._misstarts += 1
            self._give_back(hand)
            if self._misstarts >= _TRIES:
                how = "none was made" if status is None else (why or died(hand, status)).reason
                raise WorkerError(
                    f"The processes to read files in do not start: {how.rstrip('.')}.",
                    remedy="See that the folder for temporary files (TMPDIR) is there and has"
                    " room; close other programs, or give fewer --jobs.",
                )
        elif hand.unanswered:
            end = why or died(hand, status)
            self._settle(hand.unanswered.popleft(), end)
            self._give_back(hand)

    def _give_back(self, hand: Hand) -> None:
        with self._changed:
            while hand.unanswered:
                task = hand.unanswered.pop()
                if task.tries >= 0:
                    task.tries += 1
                    self._waiting.appendleft(task)

    def _lose_nursery(self) -> None:
        """The mother of the workers is gone: that is no fault of a file, unless it repeats."""
        lost, self._nursery = self._nursery, None
        if lost is not None:
            nursery.drop(lost)
        for hand in list(self._hands):
            self._remove(hand)
            self._give_back(hand)
        self._misstarts += 1
        if self._misstarts > _TRIES:
            raise WorkerError(
                "The process that starts workers came to an end again and again.",
                remedy="Something on this machine ends it; have that looked at.",
            )

    def _remove(self, hand: Hand) -> None:
        self._hands.remove(hand)
        self._selector.unregister(hand.conversation)
        hand.conversation.close()

    def _end_all(self) -> None:
        hands = list(self._hands)
        for hand in hands:
            self._remove(hand)
        if self._nursery is None:
            return
        try:
            for hand in hands:
                self._nursery.end(hand.number, 0.0 if hand.unanswered else _FAREWELL)
        except LostError:  # then they ended with it
            nursery.drop(self._nursery)


def _is_busy(hand: Hand) -> bool:
    return bool(hand.unanswered)


def _weight(task: Task) -> int:
    return len(task.answer.data) if isinstance(task.answer, Answer) else 0
