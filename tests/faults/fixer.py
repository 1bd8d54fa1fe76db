"""A process of its own that applies a plan; what became of it goes to standard output."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from provenance.auditlog import AuditLog
from provenance.fixing import Desk, apply_plan, load_plan
from provenance.pipeline.session import utc_now
from provenance.registry import open_registry


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
    main(Path(sys.argv[1]), sys.argv[2])
