"""Every attack there is, and every malformed file of other projects, through the real workers.

Elsewhere each attack meets the parsers alone (``tests/metadata/test_attacks.py``). Here all stand in
one folder, and the scan and the audit that a person would run go through them.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from attacks import ATTACKS

from provenance.auditlog import AuditLog
from provenance.isolation import nursery
from provenance.isolation.bounds import REMEDIES, Limits
from provenance.model import MetadataRecord, Policy, Rule, Unreadable
from provenance.pipeline import Session, audit, scan
from provenance.registry import open_registry, records

MIB = 1 << 20
MOST_RESIDENT = 512 * MIB
"""What no worker may hold at any moment: half of the address space that it may have."""
JOBS = 2


@dataclass
class Seen:
    """What was seen of the workers: the most that each held, in octets, by its number."""

    most: dict[int, int] = field(default_factory=dict)

    @property
    def peak(self) -> int:
        return max(self.most.values(), default=0)


def mother() -> int:
    """The process that this one's workers are forked from."""
    return nursery.nursery()._process


def workers() -> list[int]:
    """The workers that there are."""
    try:
        text = Path(f"/proc/{mother()}/task/{mother()}/children").read_text()
    except FileNotFoundError:
        return []
    return [int(word) for word in text.split()]


@contextmanager
def watched() -> Iterator[Seen]:
    """Meanwhile look how much each worker holds; the kernel keeps its most."""
    seen, over = Seen(), threading.Event()

    def look() -> None:
        while not over.wait(0.01):
            for worker in workers():
                try:
                    status = Path(f"/proc/{worker}/status").read_text()
                except (FileNotFoundError, ProcessLookupError):
                    continue
                held = [line.split()[1] for line in status.splitlines() if line[:6] == "VmHWM:"]
                seen.most[worker] = max([seen.most.get(worker, 0), *(int(n) << 10 for n in held)])

    # Begun before the thread: a process with two threads starts it the slower way.
    mother()
    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def scan_all(session: Session, folder: Path, number: int) -> dict[str, MetadataRecord]:
    """Scan a folder of hostile files; each must be answered, and nothing be left. The records."""
    with watched() as seen:
        scanned = scan(session, [str(folder)])
    assert (scanned.total, scanned.read, scanned.others) == (number, number, 0)
    with session.registry.read() as tx:
        kept = records(tx, scanned.changed)
    assert len(kept) == number
    known = {uri: one for uri, one in kept.items() if isinstance(one, MetadataRecord)}
    refused = {uri: one for uri, one in kept.items() if isinstance(one, Unreadable)}
    assert set(refused.values()) == set(scanned.unreadable)
    assert len(known) + len(refused) == number
    # What is refused is refused by a parser, in words: no worker died of it.
    codes = Counter(one.error for one in refused.values())
    assert not codes.keys() & REMEDIES.keys(), codes
    assert all(one.reason and one.remedy for one in refused.values())
    assert seen.most, "no worker was seen"
    assert seen.peak <= MOST_RESIDENT < Limits().memory
    must_be_gone()
    print(
        f"{number} files: {len(known)} read, {len(refused)} refused {codes.most_common(5)};"
        f" {len(seen.most)} workers, at most {seen.peak // MIB} MiB"
    )
    return known


def audit_all(session: Session, folder: Path) -> None:
    """Audit what was scanned: each file that could not be read is a finding."""
    audited = audit(session, [str(folder)])
    # What could not be read is tried again each time, and by workers.
    assert audited.scanned.read == len(audited.scanned.unreadable)
    with session.registry.read() as tx:
        kept = records(tx, map(str, folder.iterdir()))
    unreadable = {one.uri for one in audited.findings if one.rule is Rule.UNREADABLE}
    assert unreadable == {one.ref.uri for one in audited.scanned.unreadable}
    assert unreadable == {uri for uri, one in kept.items() if isinstance(one, Unreadable)}
    must_be_gone()


def must_be_gone(seconds: float = 10.0) -> None:
    """No worker is left, not even as a zombie."""
    latest = time.monotonic() + seconds
    while left := workers():
        assert time.monotonic() < latest, f"workers are left: {left}"
        time.sleep(0.02)


@pytest.fixture
def session(own_state: Path) -> Iterator[Session]:
    with open_registry(str(own_state / "registry.db")) as registry:
        yield Session(registry, AuditLog(), "anna.editor", Policy(today="2026-11-22"), jobs=JOBS)


def test_all_attacks_in_one_folder(session: Session, tmp_path: Path) -> None:
    folder = tmp_path / "hostile"
    folder.mkdir()
    for number, attack in enumerate(ATTACKS.values()):
        # The name does not say what it is: the octets do.
        (folder / f"{number:03}.jpg").write_bytes(attack.make())
    scan_all(session, folder, len(ATTACKS))
    audit_all(session, folder)


def test_malformed_files_of_other_projects_in_one_folder(
    shared: Path, session: Session, tmp_path: Path
) -> None:
    corpus = shared / "corpus" / "malformed"
    if not corpus.is_dir():
        pytest.skip("the malformed files of other projects are not on this machine")
    folder = tmp_path / "malformed"
    folder.mkdir()
    files = [one for one in sorted(corpus.rglob("*")) if one.is_file() and one.suffix != ".csv"]
    for number, one in enumerate(files):
        shutil.copyfile(one, folder / f"{number:04}.jpg")
    scan_all(session, folder, len(files))
    audit_all(session, folder)
