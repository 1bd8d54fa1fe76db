"""How many pictures are corrected in a second, beside what the disk allows at most."""

from __future__ import annotations

import os
import time

import pytest
from fixing_material import credited, open_desk, plain_jpeg, plan_for

from provenance.fixing import apply_plan, undo
from provenance.model import Applied
from provenance.registry import FixQuery

FILES = int(os.environ.get("PROVENANCE_BENCH_FILES", "300"))


@pytest.mark.benchmark
def test_fixes_and_undos_a_second(tmp_path, own_state, capsys):
    folder = tmp_path / "desk"
    folder.mkdir()
    base = plain_jpeg(1, 600)
    paths = []
    for number in range(FILES):
        path = folder / f"{number:05}.jpg"
        path.write_bytes(credited(base[:-2] + b"%08d\xff\xd9" % number))
        paths.append(path)
    desk = open_desk(own_state)
    plan = plan_for(desk, paths)
    os.sync()
    fixing, applying = timed(lambda: apply_plan(plan, desk))
    undoing, undone = timed(lambda: undo(FixQuery(run_id=applying.run_id), desk))
    data = paths[0].read_bytes()
    floor, _ = timed(lambda: [write_durably(folder / f"x{n}", data) for n in range(FILES)])
    results = [one.result for one in (*applying.outcomes, *undone.outcomes)]
    assert all(isinstance(one, Applied) for one in results)
    with capsys.disabled():
        print(
            f"\n{len(data) >> 10} KiB: {FILES / fixing:.0f} fixes/s, {FILES / undoing:.0f} undos/s;"
            f" write, fsync and rename alone, one after the other: {FILES / floor:.0f}/s"
        )
    assert FILES / fixing > 20


def timed(work):
    """Seconds that it took, and its result."""
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def write_durably(path, data):
    """The least that any safe replacement costs."""
    beside = path.with_suffix(".tmp")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
