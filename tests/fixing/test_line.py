"""One batch is written while the next is drafted; two are never half done."""

from __future__ import annotations

import dataclasses
import os
import signal
import threading
import time

import pytest
from fault_material import in_child
from fixing_material import RIGHT, WRONG, all_fixes, litter, pictures, plan_for

from provenance.errors import RegistryError
from provenance.fixing import ApplyOptions, apply_plan, batch
from provenance.fixing.batch import Batch
from provenance.model import Applied, Conflict
from provenance.storage.replace import Replacer


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr("provenance.fixing.drafting.BATCH_ITEMS", 2)


def results(applying):
    return [type(one.result) for one in applying.outcomes]


def test_next_batch_is_drafted_while_one_is_written(desk, tmp_path, monkeypatch):
    paths = pictures(tmp_path / "desk", 4)
    plan = plan_for(desk, paths)
    read_third = threading.Event()
    take, carry_out, seen = Replacer.take, Batch.carry_out, []

    def taken(self, uri):
        if uri == str(paths[2]):
            read_third.set()
        return take(self, uri)

    def carried(self):
        # The first batch is not written before a file of the second was read.
        seen.append(read_third.wait(20))
        carry_out(self)

    monkeypatch.setattr(Replacer, "take", taken)
    monkeypatch.setattr(Batch, "carry_out", carried)
    assert results(apply_plan(plan, desk)) == [Applied] * 4
    assert seen == [True, True]


def test_batches_are_on_the_disk_one_after_the_other(desk, tmp_path, monkeypatch):
    paths = pictures(tmp_path / "desk", 7)
    plan = plan_for(desk, paths)
    real, under_way, seen = Batch.carry_out, [], []

    def carried(self):
        under_way.append(self)
        seen.append((len(under_way), tuple(litter(tmp_path / "desk"))))
        real(self)
        under_way.remove(self)

    monkeypatch.setattr(Batch, "carry_out", carried)
    assert results(apply_plan(plan, desk)) == [Applied] * 7
    assert seen == [(1, ())] * 4


def test_file_that_an_earlier_item_changed_is_a_conflict(desk, tmp_path):
    paths = pictures(tmp_path / "desk", 3)
    plan = plan_for(desk, paths)
    plan = dataclasses.replace(plan, items=(*plan.items, plan.items[1]))
    applying = apply_plan(plan, desk)
    assert results(applying) == [Applied, Applied, Applied, Conflict]
    assert str(paths[1]) in applying.outcomes[3].result.reason
    assert len(all_fixes(desk.registry)) == 3


def test_batch_that_breaks_ends_the_run_and_begins_no_other(desk, tmp_path, monkeypatch):
    paths = pictures(tmp_path / "desk", 6)
    plan = plan_for(desk, paths)
    real, broken = batch.settle, []

    def settle(*arguments):
        if broken:
            raise RegistryError("the disk is full")
        broken.append(None)
        real(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr("provenance.fixing.batch.settle", settle)
        with pytest.raises(RegistryError):
            apply_plan(plan, desk)
    stands = [RIGHT.encode() in path.read_bytes() for path in paths]
    assert stands == [True] * 4 + [False] * 2
    assert WRONG.encode() in paths[5].read_bytes()
    again = apply_plan(plan, desk)
    assert results(again) == [Conflict] * 4 + [Applied] * 2
    assert litter(tmp_path / "desk") == []


def test_interruption_waits_for_the_batch_under_way(desk, tmp_path):
    paths = pictures(tmp_path / "desk", 6)
    plan = plan_for(desk, paths)

    def interrupt(done, _all):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apply_plan(plan, desk, ApplyOptions(progress=interrupt))
    assert litter(tmp_path / "desk") == []
    states = [one.state for one in all_fixes(desk.registry)]
    assert states
    assert set(states) == {"commit"}


def test_no_folder_stays_open(desk, tmp_path):
    paths = [pictures(tmp_path / "desk" / f"{n}", 1)[0] for n in range(7)]
    plan = plan_for(desk, paths)
    paths[3].write_bytes(b"changed")
    apply_plan(plan, desk)
    opened = [os.readlink(f"/proc/self/fd/{one}") for one in os.listdir("/proc/self/fd")[:-1]
              if os.path.lexists(f"/proc/self/fd/{one}")]  # fmt: skip
    assert not [one for one in opened if one.startswith(str(tmp_path / "desk"))]


def test_whoever_interrupts_again_waits_for_the_batch_under_way_all_the_same(
    desk, tmp_path, monkeypatch
):
    """The run's lock must not go before the batch has come to its end: others would recover it."""
    plan = plan_for(desk, pictures(tmp_path / "desk", 4))
    begun, go_on, done = threading.Event(), threading.Event(), []
    real = Batch.carry_out

    def carried(self):
        begun.set()
        assert go_on.wait(20)
        real(self)
        done.append(self)

    def impatient():
        assert begun.wait(20)
        for _ in range(3):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.2)
        go_on.set()

    def work():
        monkeypatch.setattr(Batch, "carry_out", carried)
        threading.Thread(target=impatient).start()
        with pytest.raises(KeyboardInterrupt):
            apply_plan(plan, desk)
        assert go_on.is_set()
        assert len(done) == 1

    # In a process of its own: what an interruption interrupts here would be the tests.
    assert in_child(work) == 0
    assert {one.state for one in all_fixes(desk.registry)} == {"commit"}
    assert litter(tmp_path / "desk") == []
