"""Look at pictures: decode them in worker processes, and keep the hashes as they come.

A metadata scan never decodes a picture. Hashes are made for what a notice can reach
(``looking``), or for everything below a folder (``scan --hash``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice, tee
from typing import TypeVar

from provenance import isolation, registry
from provenance.model import Look
from provenance.pipeline.carriers import Problem
from provenance.pipeline.session import Advance, Session
from provenance.pipeline.sitters import Seen, Sitter, octets_of
from provenance.registry import Unseen

Item = TypeVar("Item")

# Pictures per task: decoding one takes a hundred times what sending it takes.
_TASK = 8
# Pictures per transaction: Ctrl-C or a crash loses half a second of looking.
_STORE = 64
# Of fewer pictures the start of worker processes is the longer part of the work.
_FEW = 64
_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Hashed:
    """What came of looking at pictures.

    Attributes:
        done: pictures that were looked at, and now have a hash.
        failed: those that could not be decoded, with the reason; not tried again until they
            change.
        skipped: those whose file could not be had, or is another than when it was scanned;
            tried again the next time.
    """

    done: int = 0
    failed: tuple[Problem, ...] = ()
    skipped: tuple[Problem, ...] = ()


def hash_pictures(session: Session, unseen: Iterable[Unseen], total: int) -> Hashed:
    """Look at pictures and keep how they look, batch by batch.

    Whatever ends the work, what was stored before stays, and ``registry.to_hash`` gives the
    rest the next time.

    Args:
        session: the command's surroundings.
        unseen: from ``registry.to_hash``; taken up as they are looked at.
        total: about how many they are.
    """
    waiting = iter(unseen)
    first = list(islice(waiting, _TASK))
    if not first:
        return Hashed()
    done = 0
    failed: list[Problem] = []
    skipped: list[Problem] = []
    with session.progress.task("Looking at pictures", total) as advance:
        for batch in _batches(_looked(session, chain(first, waiting), total, advance), _STORE):
            with session.registry.write() as tx:
                registry.put_hashes(tx, filter(None, map(_row, batch)))
            done += sum(one.look is not None for one in batch)
            failed.extend(_undecoded(one) for one in batch if one.failure)
            skipped.extend(
                Problem(one.sitter.refs[0].display, *one.trouble) for one in batch if one.trouble
            )
    return Hashed(done, tuple(failed), tuple(skipped))


def hash_below(session: Session, roots: Sequence[str]) -> Hashed:
    """Look at every picture at or below the roots that was not looked at yet.

    Args:
        session: the command's surroundings.
        roots: absolute paths that were scanned.
    """
    with session.registry.read() as tx:
        total = registry.count_to_hash(tx, roots=roots)
    return hash_pictures(session, _pages(session, roots), total)


def _pages(session: Session, roots: Sequence[str]) -> Iterator[Unseen]:
    """The pictures without a hash, page by page: no transaction is open while one is read."""
    after = ""
    while True:
        with session.registry.read() as tx:
            page = registry.to_hash(tx, roots=roots, after=after, at_most=_PAGE)
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1].ref.uri


def _looked(
    session: Session, unseen: Iterable[Unseen], total: int, advance: Advance
) -> Iterator[Seen]:
    from provenance.pipeline.decoding import look_batch  # noqa: PLC0415 - it brings numpy

    jobs = session.jobs if total >= _FEW else 1
    tasks = _batches((Sitter(one.basis, (one.ref,)) for one in unseen), _TASK)
    asked, sent = tee(tasks)
    done = isolation.run_batches(
        partial(look_batch, session.store), sent, jobs=jobs, weigh=octets_of
    )
    for batch, seen in zip(asked, done, strict=True):
        for sitter, one in zip(batch, seen, strict=True):
            yield _undone(sitter, one) if isinstance(one, isolation.Died) else one
        advance(len(seen))


def _undone(sitter: Sitter, died: isolation.Died) -> Seen:
    """What ended the process that looked at it is not tried again until it changes."""
    said = f"{sitter.refs[0].display}: {died.reason} {died.remedy}"
    return Seen(sitter, failure=said.replace("reading it", "decoding it"))


def _batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def _row(seen: Seen) -> tuple[str, str, Look | str] | None:
    look = seen.look or seen.failure
    return (seen.sitter.refs[0].uri, seen.sitter.basis, look) if look else None


def _undecoded(seen: Seen) -> Problem:
    return Problem(seen.sitter.refs[0].display, "not-decoded", seen.failure)
