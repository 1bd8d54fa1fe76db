"""The supervisor's side of one worker: what it was given, what it answered, how long it takes."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from provenance.isolation.bounds import DIED, TOO_LARGE, TOO_SLOW, Died, Limits, Weight
from provenance.isolation.serving import HEAD, Kind

_ROOM: Final = 1 << 20
_PIECES: Final = 256
_START: Final = 120.0  # seconds that a worker has to be ready
_MIB: Final = 1 << 20


@dataclass(slots=True, eq=False)
class Task:
    """One item and what came of it.

    Attributes:
        pieces: what is sent.
        size: their octets.
        weight: what it has to read.
        answer: what came back, or how the worker died; None while it is under way.
        tries: how often workers were lost with it through no fault of its own.
    """

    pieces: list[bytes]
    size: int
    weight: Weight
    answer: Answer | Died | None = None
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker said of a task."""

    kind: Kind
    data: bytearray


class GarbledError(Exception):
    """A worker does not keep to the form of answers."""


@dataclass(slots=True, eq=False)
class Hand:
    """One worker, as the supervisor has it.

    Attributes:
        number: its number.
        conversation: with it; does not block.
        limits: what it may take up.
        unanswered: tasks it has, the first under way.
        ready: it is confined and takes tasks.
        late: it was ended for taking too long.
    """

    number: int
    conversation: socket.socket
    limits: Limits
    unanswered: deque[Task] = field(default_factory=deque)
    ready: bool = False
    late: bool = False
    leaving: bool = False
    _done: int = 0
    _since: float = field(default_factory=time.monotonic)
    _outgoing: deque[memoryview] = field(default_factory=deque)
    _head: bytearray = field(default_factory=bytearray)
    _body: bytearray | None = None
    _filled: int = 0

    @property
    def has_room(self) -> bool:
        """Whether it may be given a task to begin when it is done with the one it has."""
        return len(self.unanswered) == 1 and self._done + 1 < self.limits.tasks

    def give(self, task: Task) -> None:
        """Add a task; ``write`` sends it."""
        if not self.unanswered:
            self._since = time.monotonic()
        self.unanswered.append(task)
        self._outgoing += map(memoryview, task.pieces)

    @property
    def deadline(self) -> float:
        """When it is late, by ``time.monotonic``; infinite while nothing is asked of it."""
        if not self.ready:
            return self._since + _START
        return self._since + self.allowed.seconds if self.unanswered else float("inf")

    @property
    def allowed(self) -> Limits:
        """What it may take up for the task under way."""
        return self.limits.of(self.unanswered[0].weight) if self.unanswered else self.limits

    @property
    def has_more(self) -> bool:
        """Whether something is left to send."""
        return bool(self._outgoing)

    def abandon(self) -> None:
        """Send nothing more: the worker hears no more."""
        self._outgoing.clear()

    def write(self) -> None:
        """Send what can be sent now.

        Raises:
            ConnectionError: the worker is gone.
        """
        while self._outgoing:
            some = [self._outgoing[n] for n in range(min(_PIECES, len(self._outgoing)))]
            try:
                sent = self.conversation.sendmsg(some)
            except BlockingIOError:
                return
            for piece in some:
                if sent < len(piece):
                    self._outgoing[0] = piece[sent:]
                    break
                sent -= len(piece)
                self._outgoing.popleft()

    def read(self) -> Answer | None:
        """The next answer, as far as it has come; None where it has not come whole.

        Raises:
            EOFError, ConnectionError: the worker is gone.
            GarbledError: this is no answer.
        """
        try:
            if self._body is None:
                self._take(self._head, HEAD.size)
                if len(self._head) < HEAD.size:
                    return None
                self._body, self._filled = bytearray(self._length()), 0
            while self._filled < len(self._body):
                view = memoryview(self._body)[self._filled :]
                count = self.conversation.recv_into(view, min(len(view), _ROOM))
                if not count:
                    raise EOFError
                self._filled += count
        except BlockingIOError:
            return None
        kind, last, _ = HEAD.unpack(self._head)
        answer = Answer(Kind(kind), self._body)
        self._head, self._body = bytearray(), None
        self._done += self.ready
        # What a worker says of itself does not keep it longer.
        self.leaving = bool(last) or self._done >= self.limits.tasks
        self._since = time.monotonic()
        return answer

    def _take(self, held: bytearray, length: int) -> None:
        while len(held) < length:
            piece = self.conversation.recv(length - len(held))
            if not piece:
                raise EOFError
            held += piece

    def _length(self) -> int:
        kind, _, length = HEAD.unpack(self._head)
        too_long = length > self.allowed.memory
        if kind not in set(Kind) or too_long or (kind == Kind.READY) == self.ready:
            raise GarbledError
        if self.ready and not self.unanswered:
            raise GarbledError
        return int(length)


def died(hand: Hand, status: int | None) -> Died:
    """How a worker ended, in words.

    Args:
        hand: the worker.
        status: as of ``waitpid``; None where it is not known.
    """
    if hand.late:
        return Died(
            TOO_SLOW,
            f"reading it took more than {hand.allowed.seconds:g} s and was stopped.",
        )
    if status is None:
        return Died(DIED, "the process that read it came to an end.")
    if not os.WIFSIGNALED(status):
        code = os.waitstatus_to_exitcode(status)
        return Died(DIED, f"the process that read it ended in the middle (exit status {code}).")
    number = os.WTERMSIG(status)
    if number == signal.SIGXCPU:
        return Died(
            TOO_SLOW,
            f"reading it took more than {hand.allowed.processor} s of processor time"
            " and was stopped.",
        )
    if number == signal.SIGKILL:
        return Died(
            DIED,
            "the process that read it was killed from outside; the system does so where memory"
            " runs out.",
        )
    name = signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"
    return Died(DIED, f"the process that read it crashed ({name}).")


def no_memory(limits: Limits) -> Died:
    """There was not memory enough."""
    most = limits.memory // _MIB
    return Died(TOO_LARGE, f"reading it needs more than {most} MiB of memory.")


GARBLED: Final = Died(DIED, "the process that read it gave an answer that is none.")
