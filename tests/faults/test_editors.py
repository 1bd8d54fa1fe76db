"""Another program saves a picture while it is corrected, at each step, also before a kill.

Nothing that it saved may be lost, and no save may go unreported: the run says ``conflict`` or
names the file that keeps the bytes, or the next run does. A save over the corrected file, once
that stands under its name, is simply its next version: the registry must not take it for ours.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from pathlib import Path

import pytest
from fault_material import assert_accounted_for, carry_out, make_scene, reset, snapshot_of
from fixing_material import all_fixes, litter, open_desk
from steps_material import STEPS, Editor, die, run_with, told_of

from provenance.registry import records

MANNERS = ("rename", "in place", "held")
# From here on the corrected file has the name.
_AFTER = STEPS.index("exchanged")


def save_during(scene, victim: Path, saved: bytes, how: tuple[str, str, str | None]):
    """A run with a save at a step, and perhaps a kill at the same or a later one."""
    step, manner, killed = how
    editor = Editor(victim, manner)
    acts = {step: lambda: editor.save(saved)}
    if killed == step:
        acts[step] = lambda: (editor.save(saved), die())
    elif killed is not None:
        acts[killed] = die
    try:
        return run_with(scene, victim, acts)
    finally:
        editor.close()


def assert_kept_and_told(
    scene, victim: Path, saved: bytes, how: tuple[str, str, str | None]
) -> str:
    """Where the save is now, and by what it was reported."""
    step, _, killed = how
    status, first = save_during(scene, victim, saved, how)
    # A save can end the fix of this file before it comes to the step of the kill.
    assert status in ({0} if killed is None else {0, -9}), how
    desk = open_desk(scene.state)
    then = told_of(carry_out(scene, desk))
    uri = str(victim)
    kept = {path.name for path in scene.folder.iterdir() if path.read_bytes() == saved}
    assert kept, f"what another program saved is lost: {how}"
    reported = None
    if first and first["results"][uri] == "Conflict":
        reported = "conflict"
    elif any(name in first.get("notes", {}).get(uri, "") for name in kept):
        reported = "note"
    elif uri in then["recovered"]:
        state, beside = then["recovered"][uri]
        if state == "conflict" or os.path.basename(beside) in kept:
            reported = "recovered"
    if reported is None:
        # What stands there is what was saved, over whatever we had written.
        assert victim.name in kept, how
        assert then["results"][uri] == "Conflict", how
        with desk.registry.read() as tx:
            known = records(tx, [uri])[uri]
        found = victim.stat()
        assert known.ref.version != f"{found.st_mtime_ns}-{found.st_ino}-{found.st_size}", how
        reported = "next version"
    early = STEPS.index(step) < _AFTER
    assert not (early and killed is None and reported != "conflict"), (how, reported)
    beside = set(litter(scene.folder))
    ended = " ".join(one.reason for one in all_fixes(desk.registry))
    said = " ".join((ended, *first.get("notes", {}).values(), *first.get("reasons", {}).values()))
    said += " ".join(name for _, name in then["recovered"].values())
    assert all(name in said for name in beside), f"kept and not told: {beside} {how}"
    assert_accounted_for(scene, desk.registry, str(how), written=())
    desk.registry.close()
    return reported


def saves(tmp_path: Path, times: int, *, killed: bool, seed: int) -> Counter:
    scene = make_scene(tmp_path / "scene", 2)
    victim = next(iter(scene.old))
    snapshot = snapshot_of(scene)
    rng = random.Random(seed)
    told: Counter = Counter()
    for step in STEPS:
        for number in range(times):
            manner = MANNERS[number % len(MANNERS)]
            later = STEPS[STEPS.index(step) :]
            how = (step, manner, rng.choice(later) if killed else None)
            saved = f"saved at {step} by {manner}, {number}".encode() * rng.randrange(1, 400)
            told[assert_kept_and_told(scene, victim, saved, how)] += 1
            reset(scene, snapshot)
    print(f"seed {seed}: {sum(told.values())} saves, 0 lost, reported as {dict(told)}")
    return told


@pytest.mark.parametrize("killed", [False, True], ids=["alone", "and a kill"])
def test_a_save_at_each_step(tmp_path, killed):
    told = saves(tmp_path, 3, killed=killed, seed=20261122)
    assert set(told) >= {"recovered"} if killed else {"conflict", "note", "next version"}


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("killed", [False, True], ids=["alone", "and a kill"])
def test_a_hundred_saves_at_each_step(tmp_path, killed):
    seed = random.SystemRandom().randrange(1 << 32)
    assert sum(saves(tmp_path, 100, killed=killed, seed=seed).values()) == 100 * len(STEPS)
