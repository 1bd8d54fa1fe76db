"""What a killed process left in the state folder is removed, and nothing else."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest
from auditlog.events import NOW

from provenance.auditlog import keys, statefiles
from provenance.auditlog.keys import key_path, load_or_make_key
from provenance.auditlog.statefiles import FOLDERS, alone, in_the_making, put_file, sweep
from provenance.errors import LogError

KEY = ".log.pem.0123456789abcdef.tmp"


def test_left_over_files_are_removed_and_all_others_stay(tmp_path: Path) -> None:
    stay = ["log.pem", "x.tmp", ".x.tmp", ".x.0123456789abcde.tmp", "x.0123456789abcdef.tmp"]
    for name in FOLDERS:
        folder = tmp_path / name
        folder.mkdir()
        for each in (*stay, KEY, ".odd\nname.0123456789abcdef.tmp"):
            (folder / each).write_bytes(b"secret")
        (folder / ".folder.0123456789abcdef.tmp").mkdir()
        (folder / ".link.0123456789abcdef.tmp").symlink_to(folder / "log.pem")
    sweep(tmp_path)
    for name in FOLDERS:
        left = sorted(path.name for path in (tmp_path / name).iterdir())
        assert left == sorted([*stay, ".folder.0123456789abcdef.tmp"])
        assert (tmp_path / name / "log.pem").read_bytes() == b"secret"


def test_no_state_folder_is_made_by_sweeping(tmp_path: Path) -> None:
    sweep(tmp_path / "none")
    assert list(tmp_path.iterdir()) == []


def test_file_that_is_being_made_is_waited_for(tmp_path: Path) -> None:
    """A sweep beside a writer takes nothing away from it."""
    folder = tmp_path / "keys"
    ended = []
    with alone(folder):
        made = in_the_making(folder / "log.pem")
        made.write_bytes(b"key")
        other = threading.Thread(target=lambda: ended.append(sweep(tmp_path)))
        other.start()
        other.join(0.3)
        assert not ended
        assert made.exists()
        made.replace(folder / "log.pem")
    other.join(30)
    assert ended == [None]
    assert [path.name for path in folder.iterdir()] == ["log.pem"]


@pytest.mark.parametrize("step", ["write_lines", "sync_folder", "replace_file"])
def test_key_of_a_process_that_was_killed_does_not_stay(tmp_path: Path, step: str) -> None:
    child = os.fork()
    if not child:
        with pytest.MonkeyPatch.context() as patch:
            owner = keys if step == "replace_file" else statefiles
            real = getattr(owner, step)

            def dying(*given: object) -> None:
                real(*given)
                if step != "sync_folder" or key_path(tmp_path).exists():
                    os.kill(os.getpid(), signal.SIGKILL)

            patch.setattr(owner, step, dying)
            load_or_make_key(tmp_path)
        os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    left = [path.name for path in (tmp_path / "keys").iterdir()]
    assert len(left) == 1
    assert (left[0] == "log.pem") == (step != "write_lines")
    load_or_make_key(tmp_path)
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["log.pem"]


def test_every_command_that_signs_sweeps(ready, registry, log, state) -> None:
    for name in ("keys", "checkpoints", "registries"):
        (state / name / KEY).write_bytes(b"secret")
    log.checkpoint(registry, NOW)
    assert not list(state.rglob(".*.tmp"))


def test_full_disk_is_told_and_nothing_is_left(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "registries" / "a"
    put_file(path, b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(LogError, match="No space left") as caught:
            put_file(path, b"new")
    assert caught.value.code == "state-unwritable"
    assert path.read_bytes() == b"old"
    assert [one.name for one in path.parent.iterdir()] == ["a"]


def test_lock_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").write_bytes(b"mine")
    (tmp_path / "keys.lock").symlink_to(tmp_path / "mine")
    with pytest.raises(LogError) as caught:
        load_or_make_key(tmp_path)
    assert caught.value.code == "state-unwritable"
    assert (tmp_path / "mine").read_bytes() == b"mine"
