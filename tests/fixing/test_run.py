"""The lock by which a run shows that it lives: taken, refused, and no foreign error from it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from provenance.errors import StorageError
from provenance.fixing.run import forget_lock, has_lock, hold_lock
from provenance.storage import systems

RUN = "0123456789abcdef"


def broken(number: int):
    def call(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return call


def test_a_lock_is_held_once(tmp_path: Path) -> None:
    with hold_lock(tmp_path, RUN, make=True) as held:
        assert held
        assert has_lock(tmp_path, RUN)
        with hold_lock(tmp_path, RUN, make=True) as again:
            assert not again
    with hold_lock(tmp_path, RUN, make=False) as after:
        assert after
    forget_lock(tmp_path, RUN)
    assert not has_lock(tmp_path, RUN)
    with hold_lock(tmp_path, RUN, make=False) as gone:
        assert not gone


def test_an_error_of_close_neither_keeps_the_lock_nor_ends_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    close = os.close

    def closing(descriptor: int) -> None:
        close(descriptor)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with hold_lock(tmp_path, RUN, make=True), monkeypatch.context() as patched:
        patched.setattr(os, "close", closing)
        with hold_lock(tmp_path, RUN, make=True) as second:
            assert not second
    with monkeypatch.context() as patched:
        patched.setattr(os, "close", closing)
        with hold_lock(tmp_path, RUN, make=True) as held:
            assert held
    with hold_lock(tmp_path, RUN, make=False) as held:
        assert held


def test_a_disk_that_knows_no_locks_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(systems, "lock", broken(errno.ENOLCK))
    with (
        pytest.raises(StorageError, match=f"{RUN}.lock: the run cannot be locked") as caught,
        hold_lock(tmp_path, RUN, make=True),
    ):
        pytest.fail("the body must not begin")
    assert caught.value.code == "state-unwritable"
    assert caught.value.remedy


def test_a_state_folder_that_cannot_be_looked_at_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(os, "stat", broken(errno.EIO))
        with pytest.raises(StorageError, match=f"{RUN}.lock") as caught:
            has_lock(tmp_path, RUN)
    assert caught.value.code == "state-unwritable"
