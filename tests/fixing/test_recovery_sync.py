"""Recovery on a disk that reports an error: a sync that failed is the last thing it does."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager

import pytest
from fixing_material import KilledError, interrupted, litter, pictures, plan_for

from provenance.fixing import apply_plan, batch, recover
from provenance.registry import open_intents
from provenance.storage.folder import FsyncError
from provenance.storage.systems.portable import Portable


@contextmanager
def failing_syncs(monkeypatch):
    """Every sync of a folder fails, and is counted."""
    tried = []

    def fail(_, where):
        tried.append(where)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch:
        patch.setattr(Portable, "sync_folder", fail)
        yield tried


def test_after_a_sync_that_failed_recovery_touches_nothing_more(desk, tmp_path, monkeypatch):
    """The page cache may lie from there on: a second sync would promise what it cannot keep."""
    paths = pictures(tmp_path / "desk", 3)
    interrupted(desk, plan_for(desk, paths), monkeypatch)
    with desk.registry.read() as tx:
        begun = open_intents(tx)
    for fix in begun:
        path = tmp_path / "desk" / os.path.basename(fix.uri)
        path.with_name(fix.tmp_name).write_bytes(path.read_bytes())
    with (
        failing_syncs(monkeypatch) as tried,
        pytest.raises(FsyncError, match="could not be made durable"),
    ):
        recover(desk)
    assert len(tried) == 1
    with desk.registry.read() as tx:
        assert open_intents(tx) == begun
    assert [done.state for done in recover(desk)] == ["abort"] * 3
    assert litter(tmp_path / "desk") == []


def test_after_a_sync_that_failed_nothing_more_is_swept(desk, tmp_path, monkeypatch):
    plan = plan_for(desk, pictures(tmp_path / "desk", 3))

    def end(*_):
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(batch.Batch, "_discard_old", end)
        with pytest.raises(KilledError):
            apply_plan(plan, desk)
    with failing_syncs(monkeypatch) as tried, pytest.raises(FsyncError):
        recover(desk)
    assert len(tried) == 1
    assert len(litter(tmp_path / "desk")) == 2
    assert recover(desk) == ()
    assert litter(tmp_path / "desk") == []
