"""How safely files can be written, as ``doctor`` tells it, and the policy that refuses."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from desk_material import PICTURE, audit, desk, run

from provenance.cli.safety import folder_check, system_check
from provenance.storage import filesystems, linux
from provenance.storage.systems import System
from provenance.storage.systems.macos import MacOS
from provenance.storage.systems.portable import Portable
from provenance.storage.systems.windows import Windows


def test_a_named_folder_is_tried_and_left_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"picture")
    done = run("doctor", folder)
    (told,) = [line for line in done.out.splitlines() if str(folder) in line]
    assert "exchange yes" in told
    assert "fsync yes" in told
    assert os.listdir(folder) == ["a.jpg"]


def test_a_named_file_stands_for_its_folder(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"picture")
    done = run("doctor", tmp_path / "a.jpg")
    assert f"{tmp_path}/a.jpg: " in done.out
    assert "exchange yes" in done.out


def test_a_path_that_is_not_there_is_refused(tmp_path: Path) -> None:
    done = run("doctor", tmp_path / "absent")
    assert done.code == 2
    assert "absent" in done.err


def test_a_share_without_exchange_is_told_in_plain_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    monkeypatch.setattr(linux, "exchange", refuse)
    monkeypatch.setattr(filesystems, "kind_of", lambda _: "cifs")
    done = run("doctor", tmp_path)
    (told,) = [line for line in done.out.splitlines() if f"{tmp_path}:" in line]
    assert told.startswith("!")
    for words in ("cifs", "exchange no", "could be lost", "require_exchange", "Other machines"):
        assert words in told


@pytest.mark.parametrize("system", [MacOS(object()), Windows(object()), Portable()])
def test_another_system_tells_what_remains(system: System) -> None:
    told = system_check(system.guarantee)
    assert not told.ok
    assert told.cost == system.guarantee.residual
    assert system.guarantee.swaps_by in told.found


def test_links_and_syncing_that_are_missing_are_told() -> None:
    plain = filesystems.FileSystem("exfat", exchange=False, network=False)
    told = folder_check("/card", plain, filesystems.Trial(exchange=False, links=False, sync=False))
    assert not told.ok
    for words in ("exfat", "hard links no", "No hard links", "power cut"):
        assert words in told.found + told.cost


def test_the_policy_of_the_desk_refuses_to_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = desk(tmp_path / "tree")
    audit(tree)
    settings = tmp_path / "provenance.toml"
    settings.write_text("[write]\nrequire_exchange = true\n", encoding="utf-8")
    monkeypatch.setattr(filesystems, "kind_of", lambda _: "nfs4")
    was = (tree / PICTURE).read_bytes()
    done = run("fix", "--apply", "-f", "json", "--config", settings)
    (outcome,) = done.document["outcomes"]
    assert (done.code, outcome["status"]) == (3, "failed")
    assert "require_exchange" in outcome["reason"]
    assert (tree / PICTURE).read_bytes() == was
    monkeypatch.setattr(filesystems, "kind_of", lambda _: "ext4")
    done = run("fix", "--apply", "-f", "json", "--config", settings)
    assert [one["status"] for one in done.document["outcomes"]] == ["applied"]


def test_the_policy_is_yes_or_no(tmp_path: Path) -> None:
    settings = tmp_path / "provenance.toml"
    settings.write_text('[write]\nrequire_exchange = "always"\n', encoding="utf-8")
    done = run("config", "--config", settings)
    assert done.code == 2
    assert "write.require_exchange" in done.err
