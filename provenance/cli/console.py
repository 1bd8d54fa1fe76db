"""stdout is data, stderr is for people: tables, progress, errors."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from provenance.errors import ProvenanceError, StorageError, UsageError
from provenance.pipeline.session import Advance, Silence
from provenance.pipeline.session import Progress as ProgressProtocol
from provenance.reporting.text import printable

_EVERY_SECONDS = 2.0


def err(*, color: bool) -> Console:
    """The console for people, on stderr. File names are never read as markup."""
    return Console(stderr=True, no_color=not color, highlight=False, markup=False, emoji=False)


def say(text: str, *, color: bool) -> None:
    """One line for people, on stderr; whole where it is not a terminal that folds it."""
    err(color=color).print(Text(printable(text)), soft_wrap=True)


def say_error(error: ProvenanceError, *, color: bool) -> None:
    """One error: what happened, and what to do now."""
    console = err(color=color)
    happened = Text(f"provenance: {printable(error.message)}", style="bold red")
    console.print(happened, soft_wrap=True)
    if error.remedy:
        console.print(Text(f"  {printable(error.remedy)}"), soft_wrap=True)


def write(text: str, target: Path | None) -> None:
    """Data to stdout, or to a file named with ``-o``.

    A reader of stdout that goes away (``| head``) has what it wanted: the rest is dropped,
    and the command's verdict stands.

    Raises:
        UsageError: the file cannot be written.
        StorageError: stdout cannot be written.
    """
    if target is None:
        _write_stdout(text)
        return
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(
            f"{target} cannot be written: {error.strerror}.", remedy="Name another file."
        ) from error


def write_octets(data: bytes) -> None:
    """Data to stdout, octet for octet: no line end is turned into another.

    Raises:
        StorageError: stdout cannot be written.
    """

    def put() -> None:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)

    _put(put)


def _write_stdout(text: str) -> None:
    _put(lambda: sys.stdout.write(text))


def _put(work: Callable[[], object]) -> None:
    try:
        work()
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_stdout()
    except OSError as error:
        _drop_stdout()
        raise StorageError(
            f"The output cannot be written: {error.strerror}.",
            remedy="Make room, or name another file with -o.",
        ) from error


def _drop_stdout() -> None:
    """Let what is still buffered go nowhere, so that the interpreter ends without a word."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def progress(kind: str, *, color: bool, quiet: bool) -> ProgressProtocol:
    """The progress that was asked for; ``auto`` is a bar on a terminal and silence elsewhere."""
    if quiet or kind == "none":
        return Silence()
    if kind == "auto":
        kind = "bar" if sys.stderr.isatty() else "none"
    if kind == "bar":
        return _Bars(color=color)
    if kind in {"plain", "json"}:
        return _Lines(as_json=kind == "json")
    return Silence()


class _Rate(ProgressColumn):
    """Files per second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.0f}/s", style="cyan")


class _Bars:
    """Bars on a terminal: done, of how many, per second, time left."""

    def __init__(self, *, color: bool) -> None:
        self._console = err(color=color)

    def task(self, label: str, total: int | None) -> AbstractContextManager[Advance]:
        """A bar for one task."""
        return self._task(label, total)

    @contextmanager
    def _task(self, label: str, total: int | None) -> Iterator[Advance]:
        columns: list[ProgressColumn] = [SpinnerColumn(), TextColumn("{task.description}")]
        if total is not None:
            columns += [BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn()]
        else:
            columns += [TextColumn("{task.completed:,.0f}")]
        # What a command writes while a bar runs is data and stays on stdout.
        with Progress(
            *columns, console=self._console, transient=True, redirect_stdout=False
        ) as bars:
            number = bars.add_task(label, total=total)

            def advance(done: int = 1) -> None:
                bars.advance(number, done)

            yield advance


class _Lines:
    """A line now and then, for logs; with ``as_json`` one JSON object per line."""

    def __init__(self, *, as_json: bool) -> None:
        self._json = as_json

    def task(self, label: str, total: int | None) -> AbstractContextManager[Advance]:
        """Lines for one task."""
        return self._task(label, total)

    @contextmanager
    def _task(self, label: str, total: int | None) -> Iterator[Advance]:
        started = last = time.monotonic()
        count = 0

        def tell(*, finished: bool) -> None:
            seconds = max(time.monotonic() - started, 1e-9)
            rate = count / seconds
            left = (total - count) / rate if total is not None and rate else None
            if self._json:
                line = json.dumps(
                    {
                        "task": label,
                        "done": count,
                        "total": total,
                        "perSecond": round(rate, 1),
                        "secondsLeft": None if left is None else round(left, 1),
                        "finished": finished,
                    }
                )
            else:
                of = "" if total is None else f" of {total}"
                line = f"{label}: {count}{of}, {rate:,.0f}/s"
            sys.stderr.write(line + "\n")
            sys.stderr.flush()

        def advance(done: int = 1) -> None:
            nonlocal count, last
            count += done
            if time.monotonic() - last >= _EVERY_SECONDS:
                last = time.monotonic()
                tell(finished=False)

        yield advance
        tell(finished=True)
