"""A process of its own that applies a plan; what became of it goes to standard output.

For the tests of the tests it can leave out what makes a step durable: ``--without file``,
``--without folder`` (the syncs of the pictures and of their folder) or ``--without registry``.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.pool import Pool

from provenance.auditlog import AuditLog
from provenance.fixing import Desk, apply_plan, load_plan
from provenance.pipeline.session import utc_now
from provenance.registry import open_registry


def leave_out(step: str, folder: Path) -> None:
    """Break the program: one kind of sync is not made."""
    if step == "registry":
        event.listen(Pool, "checkout", lambda raw, *_: raw.execute("PRAGMA synchronous = OFF"))
        return
    wanted: Callable[[int], bool] = stat.S_ISDIR if step == "folder" else stat.S_ISREG
    sync = os.fsync

    def fsync(descriptor: int) -> None:
        here = os.readlink(f"/proc/self/fd/{descriptor}").startswith(str(folder))
        if not (here and wanted(os.fstat(descriptor).st_mode)):
            sync(descriptor)

    os.fsync = fsync


def main(root: Path, agent: str) -> None:
    """Apply ``plan.json`` at the desk of a test's folder."""
    plan = load_plan((root / "plan.json").read_bytes())
    state = root / "state"
    desk = Desk(open_registry(str(state / "registry.db")), AuditLog(state), agent, utc_now)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    outcomes = apply_plan(plan, desk).outcomes
    sys.stdout.write(json.dumps({one.uri: type(one.result).__name__ for one in outcomes}) + "\n")


if __name__ == "__main__":
    if "--without" in sys.argv:
        leave_out(sys.argv[-1], Path(sys.argv[1]) / "desk")
    main(Path(sys.argv[1]), sys.argv[2])
