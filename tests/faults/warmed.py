"""A process that has imported everything and waits: each run is only a fork away.

One JSON object a line. ``{"root": ..., "work": "fix", "seed": 0}`` (or ``"undo"``) is answered
with ``{"pid": ...}``, the number of a child that stands before its work, so that a tracer can attach
to it. The line ``"go"`` lets it begin and is answered with how it ended, ``{"status": ...}``,
negative for a signal. With ``"workers": true`` the new bytes are made by confined workers, as they
really are; else in the child itself. ``"without": "file"`` leaves out a kind of sync, as ``fixer.py``.
"""

from __future__ import annotations

import ctypes
import gc
import hashlib
import json
import os
import secrets
import sys
import time
import traceback
from contextlib import nullcontext
from itertools import count
from pathlib import Path

from fault_material import workers_here
from fixer import leave_out
from fixing_material import open_desk

from provenance import isolation
from provenance.errors import ProvenanceError
from provenance.fixing import Applying, apply_plan, load_plan, undo
from provenance.metadata.making import make
from provenance.model import Failed
from provenance.registry import FixQuery

REFUSED = 3
BROKEN = 99
_PR_SET_PTRACER = 0x59616D61


def be_repeatable(seed: int) -> None:
    """Give the files of a run the same names every time: then the n-th call is the same call."""
    numbers, instants = count(), count(1_795_300_000_000_000_000, 1_000_000)

    def token_hex(size: int = 16) -> str:
        return hashlib.sha256(b"%d %d" % (seed, next(numbers))).hexdigest()[: 2 * size]

    secrets.token_hex = token_hex
    time.time_ns = lambda: next(instants)


def let_be_traced() -> None:
    """Allow any process of the same user to attach, where the kernel asks for that (Yama)."""
    ctypes.CDLL(None).prctl(_PR_SET_PTRACER, ctypes.c_ulong(2**64 - 1), 0, 0, 0)


def told_of(applied: Applying) -> dict[str, object]:
    """What the program said that it had done."""
    return {
        "halted": applied.halted,
        "results": {one.uri: type(one.result).__name__ for one in applied.outcomes},
        "failures": {
            one.uri: (one.result.error, one.result.reason)
            for one in applied.outcomes
            if isinstance(one.result, Failed)
        },
    }


def stand_before(asked: dict, gate: int, ready: int) -> int:
    """Say that all is ready, wait for a byte, then fix or undo; what was said goes to ``told.json``."""
    root, work = Path(asked["root"]), asked["work"]
    be_repeatable(asked["seed"])
    let_be_traced()
    if asked["without"]:
        leave_out(asked["without"], root / "desk")
    plan = load_plan((root / "plan.json").read_bytes())
    told = root / "told.json"
    os.write(ready, b"r")
    os.read(gate, 1)
    try:
        if asked["workers"]:
            isolation.prepare(make.__module__, clean=True)
        desk = open_desk(root / "state")
        with nullcontext() if asked["workers"] else workers_here():
            if work == "fix":
                applied = apply_plan(plan, desk)
            else:
                applied = undo(FixQuery(run_id=(root / "run.txt").read_text()), desk)
    except ProvenanceError as error:
        told.write_text(json.dumps({"refused": error.code, "message": str(error)}))
        return REFUSED
    told.write_text(json.dumps(told_of(applied)))
    return 0


def fork(asked: dict) -> tuple[int, int]:
    """A child before its work, and the end of the pipe that lets it begin."""
    gate, opener = os.pipe()
    waiting, ready = os.pipe()
    child = os.fork()
    if child:
        os.close(gate)
        os.close(ready)
        os.read(waiting, 1)
        os.close(waiting)
        return child, opener
    code = BROKEN
    try:
        os.close(opener)
        os.close(waiting)
        code = stand_before(asked, gate, ready)
    except BaseException:  # noqa: BLE001 - a forked child must never get back to the server
        Path(asked["root"], "broken.txt").write_text(traceback.format_exc())
    finally:
        os._exit(code)


def main() -> None:
    """Serve until standard input ends."""
    # A child that collected what was imported here would copy all of it.
    gc.collect()
    gc.freeze()
    child = opener = 0
    for line in sys.stdin:
        asked = json.loads(line)
        if asked == "go":
            os.write(opener, b"g")
            os.close(opener)
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            answer = {"status": status}
        else:
            child, opener = fork(asked)
            answer = {"pid": child}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
