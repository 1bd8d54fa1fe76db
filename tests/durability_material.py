"""The order in which a run made things durable, read from a trace, and what it must be.

For each file: the intent is durable before anything of it is in the folder; the new bytes are
durable before they get the name; the name is durable before the commit is written; the commit is
durable before the former bytes go.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

# Names in full, and of what is written enough for a page of the registry.
OPTIONS = (
    "-y", "-s", "70000",
    "-e", "trace=openat,write,pwrite64,fsync,fdatasync,renameat2,renameat,rename,unlinkat,unlink",
)  # fmt: skip
_ON_DESCRIPTORS = frozenset({"write", "pwrite64", "fsync", "fdatasync"})
_LINE = re.compile(r"^(\d+) +(?:<\.\.\. )?(\w+)(?:\(| resumed>)(.*)$")
_NAMES = re.compile(r'\d+<([^<>]*)>, "([^"]*)"')
_FIRST = re.compile(r"^\d+<([^<>]*)>")
_RECORD = re.compile(r'"act\\?":\\?"(?:fix|undo)\.(intent|commit)')
_TX = re.compile(r'"tx\\?":\\?"([0-9a-f]+)')


class WrongOrderError(AssertionError):
    """A step came before what it rests on was durable."""


@dataclass(frozen=True)
class Call:
    """One call that succeeded, or began.

    Attributes:
        moment: ``begin`` or ``end``.
        name: the system call.
        paths: what it is about; for two names, both.
        records: of a write to the registry, the records in it: (intent or commit, tx).
    """

    moment: str
    name: str
    paths: tuple[str, ...]
    records: tuple[tuple[str, str], ...] = ()


def calls_of(trace: Path) -> Iterator[Call]:
    """Each call twice, in the order of the moments; of those that failed, only the beginning."""
    begun: dict[str, Call] = {}
    for line in trace.read_text(errors="surrogateescape").splitlines():
        match = _LINE.match(line)
        if match is None:
            continue
        process, name, rest = match.groups()
        if " resumed>" not in line:
            begun[process] = Call("begin", name, _paths(name, rest), tuple(_records(rest)))
            yield begun[process]
        if "<unfinished" not in line and not re.search(r"\)\s+= -1 ", rest):
            call = begun[process]
            yield Call("end", call.name, call.paths, call.records)


def _paths(name: str, arguments: str) -> tuple[str, ...]:
    if name in _ON_DESCRIPTORS:
        first = _FIRST.match(arguments)
        return (first.group(1),) if first else ()
    return tuple(f"{folder}/{below}" for folder, below in _NAMES.findall(arguments))


def _records(arguments: str) -> Iterator[tuple[str, str]]:
    for match in _RECORD.finditer(arguments):
        tx = _TX.search(arguments, match.end())
        if tx is not None:
            yield match.group(1), tx.group(1)


@dataclass
class _Order:
    """What is durable so far."""

    folder: str
    synced: set[str] = field(default_factory=set)
    exchanged: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    written: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    recorded: set[tuple[str, str]] = field(default_factory=set)
    discarded: set[str] = field(default_factory=set)

    def take(self, call: Call) -> None:
        here = [path for path in call.paths if path.startswith(f"{self.folder}/")]
        if call.moment == "begin":
            self._begins(call, here)
        else:
            self._ended(call, here)

    def _begins(self, call: Call, here: Sequence[str]) -> None:
        temporary = next((path for path in here if path.endswith(".tmp")), None)
        if call.name in {"pwrite64", "write"} and call.records:
            for what, tx in call.records:
                if what == "commit" and tx not in self.named:
                    _refuse(f"the commit of {tx} was written before its name was durable")
        if temporary is None:
            return
        tx = _tx_of(temporary)
        if call.name in {"openat", "write"} and ("intent", tx) not in self.recorded:
            _refuse(f"{temporary} was touched before its intent was durable")
        if call.name == "write":
            self.synced.discard(tx)
        if call.name.startswith("rename") and tx not in self.synced:
            _refuse(f"{temporary} got the name before it was durable")
        if call.name.startswith("unlink"):
            if ("commit", tx) not in self.recorded:
                _refuse(f"the former bytes went before the commit of {tx} was durable")
            self.discarded.add(tx)

    def _ended(self, call: Call, here: Sequence[str]) -> None:
        if call.name in {"pwrite64", "write"}:
            # A page of the journal holds what stood there before; it records nothing.
            if call.paths and not call.paths[0].endswith("-journal"):
                self.written[call.paths[0]] |= set(call.records)
        elif call.name in {"fsync", "fdatasync"} and call.paths:
            if call.paths[0] == self.folder:
                self.named |= self.exchanged
            elif here and here[0].endswith(".tmp"):
                self.synced.add(_tx_of(here[0]))
            else:
                self.recorded |= self.written.pop(call.paths[0], set())
        elif call.name.startswith("rename") and here:
            self.exchanged.add(_tx_of(next(path for path in here if path.endswith(".tmp"))))


def _tx_of(temporary: str) -> str:
    return temporary.split(".")[-2]


def _refuse(why: str) -> None:
    raise WrongOrderError(why)


def must_be_ordered(calls: Sequence[Call], folder: Path, files: int) -> None:
    """Refuse any order that could lose bytes when the power goes.

    Raises:
        WrongOrderError: a step came too early, or a file did not go through all of them.
    """
    order = _Order(str(folder))
    for call in calls:
        order.take(call)
    commits = {tx for what, tx in order.recorded if what == "commit"}
    if not len(order.discarded) == len(commits) == len(order.exchanged) == files:
        _refuse(f"{files} files, {len(order.exchanged)} exchanged, {len(commits)} committed,"
                f" {len(order.discarded)} former ones removed")  # fmt: skip
