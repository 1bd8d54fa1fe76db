from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from provenance.auditlog import outside
from provenance.auditlog.checkpoint import issue
from provenance.auditlog.outside import CheckpointStore
from provenance.auditlog.statefiles import write_lines
from provenance.errors import LogError
from provenance.model import Checkpoint

ORIGIN = "provenance-auditor/0123456789abcdef"
WHEN = "2026-11-22T12:05:13.123Z"
KEY = Ed25519PrivateKey.generate()


def made(size: int) -> Checkpoint:
    return issue(ORIGIN, size, bytes([size] * 32), KEY)


@pytest.fixture
def store(tmp_path: Path) -> CheckpointStore:
    return CheckpointStore(tmp_path / "state", ORIGIN)


def put(store: CheckpointStore, expected: str | None, size: int) -> str:
    note = made(size).note
    with store.exclusive():
        store.replace(expected, made(size), WHEN)
    return note


def test_empty_store_makes_nothing(store, tmp_path) -> None:
    assert store.newest() is None
    assert store.history() == outside.History(())
    assert not (tmp_path / "state").exists()


def test_newest_and_history(store) -> None:
    first = put(store, None, 1)
    second = put(store, first, 2)
    assert store.newest() == second
    kept = store.history()
    assert [(one.note, one.issued) for one in kept.issued] == [(first, WHEN), (second, WHEN)]
    assert kept.damaged == ()
    names = sorted(path.name for path in store.folder.iterdir())
    safe = "provenance-auditor%2F0123456789abcdef"
    assert names == [safe, f"{safe}.lock", f"{safe}.log"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in store.folder.iterdir()} == {0o600}
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700


def test_replace_compares_first(store) -> None:
    first = put(store, None, 1)
    for expected in (None, made(9).note):
        with pytest.raises(LogError) as caught:
            put(store, expected, 2)
        assert caught.value.code == "checkpoint-conflict"
    assert store.newest() == first
    assert len(store.history().issued) == 1


def test_newest_that_is_gone_is_taken_from_the_history(store) -> None:
    second = put(store, put(store, None, 1), 2)
    (store.folder / "provenance-auditor%2F0123456789abcdef").unlink()
    assert store.newest() == second


def test_line_cut_by_a_crash_does_not_count_and_does_not_spoil_the_next(store) -> None:
    first = put(store, None, 1)
    log = store.folder / "provenance-auditor%2F0123456789abcdef.log"
    with log.open("ab") as file:
        file.write(b'{"issued": "2026')
    assert [one.note for one in store.history().issued] == [first]
    second = put(store, first, 2)
    kept = store.history()
    assert [one.note for one in kept.issued] == [first, second]
    assert kept.damaged == ()
    log.write_bytes(log.read_bytes()[:-1] + b"\x0b")
    assert store.history().damaged == (2,), "not cut but altered"
    third = put(store, second, 3)
    assert [one.note for one in store.history().issued] == [first, third]
    assert store.history().damaged == (2,)
    assert store.time_of(first) is not None
    assert store.time_of("nothing") is None


@pytest.mark.parametrize("line", [b"x\n", b"[]\n", b'{"note": 1}\n', b"[" * 100_000 + b"\n"])
def test_damaged_lines_are_told(store, line: bytes) -> None:
    put(store, None, 1)
    log = store.folder / "provenance-auditor%2F0123456789abcdef.log"
    log.write_bytes(line + log.read_bytes())
    kept = store.history()
    assert kept.damaged == (1,)
    assert len(kept.issued) == 1


def test_hostile_origin_names_no_file(tmp_path) -> None:
    for origin in ("../../etc/passwd", "..", "", "a\x00b", "/abs"):
        with pytest.raises(LogError) as caught:
            CheckpointStore(tmp_path, origin)
        assert caught.value.code == "origin-malformed"
    odd = CheckpointStore(tmp_path, "a/../../b")
    with odd.exclusive():
        assert odd.folder == tmp_path / "checkpoints"
        assert [path.name for path in odd.folder.iterdir()] == ["a%2F..%2F..%2Fb.lock"]


def test_exclusive_shuts_others_out(store) -> None:
    entered = threading.Event()

    def enter() -> None:
        with CheckpointStore(store.folder.parent, ORIGIN).exclusive():
            entered.set()

    with store.exclusive():
        other = threading.Thread(target=enter)
        other.start()
        assert not entered.wait(0.1)
    assert entered.wait(5)
    other.join()


def test_failed_rename_leaves_the_old_note(store, monkeypatch) -> None:
    first = put(store, None, 1)

    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(LogError, match="No space left") as caught:
        put(store, first, 2)
    assert caught.value.code == "state-unwritable"
    assert store.newest() == first
    assert not [path for path in store.folder.iterdir() if path.name.endswith(".tmp")]


def test_failed_sync_is_told_and_leaves_no_file(tmp_path, monkeypatch) -> None:
    def broken(descriptor):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="Input/output"):
        write_lines(tmp_path / "new", (b"data",))
    assert not (tmp_path / "new").exists()


def test_logs_opened_at_a_place_are_remembered_in_order(tmp_path) -> None:
    assert outside.remembered(tmp_path, "/a/registry.db") == ()
    for origin in ("x/1", "x/2", "x/1"):
        outside.remember(tmp_path, "/a/registry.db", origin)
    assert outside.remembered(tmp_path, "/a/registry.db") == ("x/1", "x/2")
    assert outside.remembered(tmp_path, "/b/registry.db") == ()
    outside.remember(tmp_path, "/a/\udcff.db", "x/3")
    assert outside.remembered(tmp_path, "/a/\udcff.db") == ("x/3",)


def test_place_without_a_name_is_not_remembered(tmp_path) -> None:
    outside.remember(tmp_path, "", "x/1")
    assert outside.remembered(tmp_path, "") == ()
    assert list(tmp_path.iterdir()) == []
