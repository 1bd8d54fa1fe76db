from __future__ import annotations

import os
import stat
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import x25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from provenance.auditlog.keys import key_path, load_key, load_or_make_key, new_origin, state_dir
from provenance.errors import LogError


def public(state: Path) -> bytes:
    return load_or_make_key(state).public_key().public_bytes_raw()


def test_state_dir_is_named_by_the_environment(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("PROVENANCE_STATE", str(tmp_path / "here"))
    assert state_dir() == tmp_path / "here"
    assert not state_dir().exists()
    monkeypatch.setenv("PROVENANCE_STATE", "")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "xdg"))
    assert state_dir() == tmp_path / "xdg" / "provenance"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PROVENANCE_STATE", "relative")
    assert state_dir() == tmp_path / "relative"


def test_key_is_made_once_for_the_user_alone(tmp_path) -> None:
    state = tmp_path / "a" / "state"
    first = public(state)
    assert public(state) == first
    assert stat.S_IMODE(key_path(state).stat().st_mode) == 0o600
    for folder in (state, key_path(state).parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in key_path(state).parent.iterdir()] == ["log.pem"]


def test_key_made_by_many_processes_at_once_is_one(tmp_path) -> None:
    with ProcessPoolExecutor(8, mp_context=get_context("fork")) as pool:
        assert len(set(pool.map(public, [tmp_path / "state"] * 8))) == 1
    assert [path.name for path in (tmp_path / "state" / "keys").iterdir()] == ["log.pem"]


def test_missing_key_says_what_to_do(tmp_path) -> None:
    with pytest.raises(LogError, match="not there") as caught:
        load_key(tmp_path)
    assert caught.value.code == "key-missing"
    assert "PROVENANCE_STATE" in caught.value.remedy
    assert not (tmp_path / "keys").exists()


def test_exposed_key_is_refused(tmp_path) -> None:
    load_or_make_key(tmp_path)
    key_path(tmp_path).chmod(0o640)
    with pytest.raises(LogError) as caught:
        load_or_make_key(tmp_path)
    assert caught.value.code == "key-exposed"


def other_key() -> bytes:
    key = x25519.X25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize("content", [b"", b"hello", b"\xff" * 9000, other_key()])
def test_damaged_key_is_refused_and_kept(tmp_path, content: bytes) -> None:
    load_or_make_key(tmp_path)
    key_path(tmp_path).write_bytes(content)
    with pytest.raises(LogError) as caught:
        load_or_make_key(tmp_path)
    assert caught.value.code == "key-damaged"
    assert key_path(tmp_path).read_bytes() == content


def test_key_that_is_a_pipe_does_not_hang(tmp_path) -> None:
    key_path(tmp_path).parent.mkdir(parents=True)
    os.mkfifo(key_path(tmp_path), 0o600)
    with pytest.raises(LogError) as caught:
        load_or_make_key(tmp_path)
    assert caught.value.code == "key-damaged"


def test_state_folder_that_is_a_file_is_refused(tmp_path) -> None:
    (tmp_path / "state").write_bytes(b"mine")
    with pytest.raises(LogError) as caught:
        load_or_make_key(tmp_path / "state")
    assert caught.value.code in {"state-unwritable", "key-unreadable"}
    assert (tmp_path / "state").read_bytes() == b"mine"


def test_origins_differ() -> None:
    assert len({new_origin() for _ in range(100)}) == 100
