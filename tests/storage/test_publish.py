"""A report is written whole, and never through a link that somebody planted."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from provenance.errors import StorageError
from provenance.storage.folder import Folder
from provenance.storage.publish import publish


def listed(folder: Path) -> set[str]:
    return set(os.listdir(folder)) - {"state-of-test"}


def test_a_planted_link_is_replaced_and_its_target_left_alone(tmp_path: Path) -> None:
    folder, victim = tmp_path / "report", tmp_path / "victim.html"
    folder.mkdir()
    victim.write_bytes(b"not a report")
    (folder / "index.html").symlink_to(victim)
    with Folder.open(str(folder)) as opened:
        publish(opened, "index.html", b"the report")
    assert victim.read_bytes() == b"not a report"
    assert not (folder / "index.html").is_symlink()
    assert (folder / "index.html").read_bytes() == b"the report"
    assert listed(folder) == {"index.html"}


def test_a_second_name_of_another_file_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "picture.jpg"
    other.write_bytes(b"picture")
    os.link(other, tmp_path / "index.html")
    with Folder.open(str(tmp_path)) as opened:
        publish(opened, "index.html", b"the report")
    assert other.read_bytes() == b"picture"


def test_the_mask_of_the_user_decides_who_reads(tmp_path: Path) -> None:
    former = os.umask(0o027)
    try:
        with Folder.open(str(tmp_path)) as opened:
            publish(opened, "index.html", b"the report")
    finally:
        os.umask(former)
    assert stat.S_IMODE((tmp_path / "index.html").stat().st_mode) == 0o640


@pytest.mark.parametrize("call", ["write", "fsync", "rename"])
def test_a_failure_leaves_the_former_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    (tmp_path / "index.html").write_bytes(b"the former report")

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, call, fail)
    with Folder.open(str(tmp_path)) as opened, pytest.raises(StorageError) as caught:
        publish(opened, "index.html", b"the report")
    monkeypatch.undo()
    assert "index.html" in caught.value.message
    assert (tmp_path / "index.html").read_bytes() == b"the former report"
    assert listed(tmp_path) == {"index.html"}


def test_a_folder_under_the_name_is_told(tmp_path: Path) -> None:
    (tmp_path / "index.html").mkdir()
    with Folder.open(str(tmp_path)) as opened, pytest.raises(StorageError):
        publish(opened, "index.html", b"the report")
    assert listed(tmp_path) == {"index.html"}
