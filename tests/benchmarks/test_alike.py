"""How an audit grows with files that are nearly one another, in processor time of this process."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from alike_material import alike, copies, numbered

from provenance.auditlog import AuditLog
from provenance.model import Policy
from provenance.pipeline import Session, audit
from provenance.registry import open_registry

SIZES = [int(one) for one in os.environ.get("PROVENANCE_BENCH_ALIKE", "250 500 1000").split()]
NOTICES = int(os.environ.get("PROVENANCE_BENCH_NOTICES", "20"))

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(3_000)]

Made = tuple[Path, Path]
KINDS: dict[str, tuple[Callable[[Path, int], Made], bool]] = {
    "copies, no notice": (copies, False),
    "copies, one notice": (copies, True),
    "one number, one notice": (numbered, True),
    f"alike, {NOTICES} notices": (lambda folder, size: alike(folder, size, NOTICES), True),
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_audit_grows_with_its_files(kind: str, tmp_path: Path, own_state: Path) -> None:
    del own_state
    make, with_notice = KINDS[kind]
    taken = []
    for size in SIZES:
        pictures, mail = make(tmp_path / str(size), size)
        with open_registry(str(tmp_path / f"{size}.db")) as opened:
            session = Session(opened, AuditLog(), "anna.editor", Policy(today="2026-11-22"))
            began = time.process_time()
            told = audit(session, [str(pictures)], [str(mail)] if with_notice else [])
            taken.append(time.process_time() - began)
        print(f"\n{kind}: {size} files, {taken[-1]:.1f} s, {len(told.findings)} findings", end="")
        assert told.findings
    for (small, before), (large, after) in pairwise(zip(SIZES, taken, strict=True)):
        grown = math.log(after / before) / math.log(large / small)
        print(f"\n{kind}: from {small} to {large} files by the power of {grown:.2f}", end="")
        assert grown < 2
