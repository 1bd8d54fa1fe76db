"""Looking at pictures: each once, whatever interrupts it, and never without being asked."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from desk_material import tiny
from interruptions import Interrupted
from look_material import credited, resaved, scene

from provenance import registry
from provenance.auditlog import AuditLog
from provenance.model import Look
from provenance.pipeline import Session, decoding, hash_below, scan
from provenance.registry import open_registry

FRAMES = ("road-0", "road-1", "camp-0", "harbour-0", "march-0", "lake-0")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    tree = tmp_path / "tree"
    tree.mkdir()
    for name in FRAMES:
        (tree / f"{name}.jpg").write_bytes(scene(name))
    (tree / "cut.jpg").write_bytes(scene("camp-1")[:9_000])
    (tree / "words.txt").write_text("A text is no picture.\n", encoding="utf-8")
    return tree


def looks(session: Session, tree: Path) -> dict[str, Look]:
    with session.registry.read() as tx:
        found = registry.looks_of(tx, [str(one) for one in tree.iterdir()])
    return {Path(uri).stem: look for uri, look in found.items()}


def forbid_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a picture was decoded")

    monkeypatch.setattr(decoding, "look", refuse)
    monkeypatch.setattr(decoding, "luminance", refuse)


def test_every_picture_once_and_the_second_run_has_nothing_to_do(
    tree: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan(session, [str(tree)])
    done = hash_below(session, [str(tree)])
    assert (done.done, done.skipped) == (len(FRAMES), ())
    (failed,) = done.failed
    assert (failed.path, failed.code) == (str(tree / "cut.jpg"), "not-decoded")
    assert failed.message
    found = looks(session, tree)
    assert set(found) == set(FRAMES)
    assert all(look.hash.tells and look.hash.width for look in found.values())
    assert found["road-0"].hash.distance(found["camp-0"].hash) > 60
    forbid_decoding(monkeypatch)
    again = hash_below(session, [str(tree)])
    assert (again.done, again.failed, again.skipped) == (0, (), ())


def test_only_below_the_roots(tree: Path, session: Session) -> None:
    scan(session, [str(tree)])
    assert hash_below(session, [str(tree / "road-0.jpg")]).done == 1
    assert set(looks(session, tree)) == {"road-0"}


def test_new_metadata_ask_for_no_new_look_and_new_pixels_do(tree: Path, session: Session) -> None:
    scan(session, [str(tree)])
    hash_below(session, [str(tree)])
    before = looks(session, tree)
    (tree / "lake-0.jpg").write_bytes(credited(scene("lake-0")))
    (tree / "road-1.jpg").write_bytes(resaved(scene("march-0")))
    scan(session, [str(tree)])
    assert hash_below(session, [str(tree)]).done == 1
    after = looks(session, tree)
    assert after["lake-0"] == before["lake-0"]
    assert after["road-1"].hash.distance(before["march-0"].hash) < 16


def test_a_file_changed_since_it_was_scanned_waits_for_a_scan(tree: Path, session: Session) -> None:
    scan(session, [str(tree)])
    with (tree / "road-0.jpg").open("ab") as file:
        file.write(b"!")
    (tree / "road-1.jpg").unlink()
    done = hash_below(session, [str(tree)])
    assert done.done == len(FRAMES) - 2
    changed, missing = sorted(done.skipped, key=lambda one: one.path)
    assert (changed.path, changed.code) == (str(tree / "road-0.jpg"), "conflict")
    assert "Scan" in changed.remedy
    assert missing.path == str(tree / "road-1.jpg")
    scan(session, [str(tree)])
    assert hash_below(session, [str(tree)]).done == 1


def test_an_interrupted_run_keeps_what_it_saw(
    tree: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("provenance.pipeline.hashing._TASK", 1)
    monkeypatch.setattr("provenance.pipeline.hashing._STORE", 2)
    monkeypatch.setattr("provenance.pipeline.hashing._PAGE", 3)
    scan(session, [str(tree)])
    with pytest.raises(KeyboardInterrupt):
        hash_below(replace(session, progress=Interrupted("Looking at pictures", 5)), [str(tree)])
    kept = looks(session, tree)
    assert 0 < len(kept) < len(FRAMES)
    rest = hash_below(session, [str(tree)])
    assert rest.done == len(FRAMES) - len(kept)
    assert looks(session, tree).items() >= kept.items()


def test_one_process_or_two_give_the_same(
    tree: Path, tmp_path: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("provenance.pipeline.hashing._FEW", 2)
    told = []
    for jobs in (1, 2):
        with open_registry(str(tmp_path / f"jobs-{jobs}.db")) as opened:
            own = replace(session, registry=opened, log=AuditLog(), jobs=jobs)
            scan(own, [str(tree)])
            told.append((hash_below(own, [str(tree)]), looks(own, tree)))
    assert told[0] == told[1]
    assert told[0][0].done == len(FRAMES)


def test_nobody_pays_for_looking_who_did_not_ask(tmp_path: Path) -> None:
    """Neither a scan nor an audit without notices decodes, or even imports what decodes."""
    (tmp_path / "a.jpg").write_bytes(tiny())
    program = (
        "import sys\n"
        "from provenance.cli import app\n"
        "for command in ('scan', 'audit'):\n"
        f"    app([command, {str(tmp_path)!r}, '-j', '1', '-q'], standalone_mode=False)\n"
        "    assert 'numpy' not in sys.modules, command\n"
        "    assert 'PIL' not in sys.modules, command\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=100, check=False,
        env={**os.environ, "PROVENANCE_REGISTRY": str(tmp_path / "registry.db")},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
