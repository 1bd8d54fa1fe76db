"""Scan: everything once, only what changed again, whatever goes wrong."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from desk_material import LIFE, NEWSROOM, PICTURE, desk, tiny
from interruptions import Interrupted

from provenance import auditlog, registry
from provenance.auditlog import AuditLog
from provenance.model import MetadataRecord
from provenance.pipeline import Session, audit, scan
from provenance.registry import open_registry


def stored(session: Session) -> dict[str, object]:
    """All that the registry says of the assets, without the moments."""
    with session.registry.read() as tx:
        uris = registry.known_versions(tx, ("/",))
        records = registry.records(tx, uris)
        keys = {
            uri: registry.by_keys(tx, [("sha256", one.digest)])
            for uri, one in records.items()
            if isinstance(one, MetadataRecord)
        }
    return {"records": records, "versions": dict(uris), "keys": keys}


def test_one_process_or_two_give_the_same(tmp_path: Path, session: Session) -> None:
    tree = tmp_path / "newsroom"
    shutil.copytree(NEWSROOM, tree)
    told = []
    for jobs in (1, 2):
        with open_registry(str(tmp_path / f"jobs-{jobs}.db")) as opened:
            own = replace(session, registry=opened, log=AuditLog(), jobs=jobs)
            audited = audit(own, [str(tree)], [str(tree / "notices")])
            with opened.read() as tx:
                notices = registry.notices(tx)
            told.append(
                (
                    stored(own),
                    [replace(one, received=None) for one in notices],
                    audited.findings,
                    audited.problems,
                    replace(audited.scanned, run_id="", notices=()),
                )
            )
    serial, parallel = told
    assert len(serial[2]) > 40
    assert serial == parallel


def test_unchanged_files_cost_a_look_only(tmp_path: Path, session: Session) -> None:
    tree = desk(tmp_path / "tree")
    first = scan(session, [str(tree)])
    assert (first.total, first.read, first.unchanged) == (3, 3, 0)
    with (tree / PICTURE).open("ab") as file:
        file.write(b"!")
    second = scan(session, [str(tree)])
    assert (second.total, second.read, second.changed) == (3, 1, (str(tree / PICTURE),))
    third = scan(session, [str(tree)])
    assert (third.read, third.unchanged) == (0, 3)


def test_a_changed_sidecar_is_a_changed_picture(tmp_path: Path, session: Session) -> None:
    tree = desk(tmp_path / "tree", "desk/selects")
    scan(session, [str(tree)])
    sidecar = tree / "desk" / "selects" / "0J4A2217.xmp"
    sidecar.write_bytes(sidecar.read_bytes().replace(b"Aaref", b"Aaraf"))
    again = scan(session, [str(tree)])
    assert again.changed == (str(tree / "desk" / "selects" / "0J4A2217.jpg"),)


def test_what_went_away_is_gone_and_what_came_back_is_there(
    tmp_path: Path, session: Session
) -> None:
    tree = desk(tmp_path / "tree")
    scan(session, [str(tree)])
    (tree / PICTURE).rename(tmp_path / "kept.jpg")
    assert scan(session, [str(tree)]).gone == (str(tree / PICTURE),)
    assert scan(session, [str(tree)]).gone == ()
    (tmp_path / "kept.jpg").rename(tree / PICTURE)
    back = scan(session, [str(tree)])
    assert (back.total, back.gone) == (3, ())


def test_a_folder_that_is_not_there_is_offline_not_gone(tmp_path: Path, session: Session) -> None:
    tree = desk(tmp_path / "tree")
    scan(session, [str(tree)])
    tree.rename(tmp_path / "elsewhere")
    away = scan(session, [str(tree)])
    assert away.gone == ()
    assert len(away.offline) == 3
    assert [one.path for one in away.problems] == [str(tree)]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_folder_that_may_not_be_entered_stops_nothing(tmp_path: Path, session: Session) -> None:
    tree = desk(tmp_path / "tree")
    (tree / "closed").mkdir(mode=0o000)
    try:
        done = scan(session, [str(tree)])
    finally:
        (tree / "closed").chmod(0o700)
    assert done.total == 3
    assert [one.path for one in done.problems] == [str(tree / "closed")]


def test_others_are_counted_links_are_told_hidden_ones_are_left(
    tmp_path: Path, session: Session
) -> None:
    tree = desk(tmp_path / "tree")
    (tree / "layout.indd").write_bytes(b"x")
    (tree / ".cache.jpg").write_bytes(tiny())
    (tree / "link.jpg").symlink_to(tree / PICTURE)
    done = scan(session, [str(tree)])
    assert (done.total, done.others) == (3, 1)
    assert [one.expected for one in done.problems if one.path.endswith("link.jpg")] == [True]


def test_a_notice_in_a_caption_is_taken_up_once(tmp_path: Path, session: Session) -> None:
    name = "incoming/000_36NV2QL_retransmission.jpg"
    tree = desk(tmp_path / "tree", name)
    (first,) = scan(session, [str(tree)]).notices
    shutil.copy(tree / name, tree / "copy.jpg")
    (second,) = scan(session, [str(tree)]).notices
    assert first.notice_id == second.notice_id
    with session.registry.read() as tx:
        assert len(registry.notices(tx)) == 1
        records = auditlog.entries(tx.connection, 0, 99)
    assert [one.record["act"] for one in records].count("notice.import") == 1


def test_an_interrupted_scan_keeps_what_it_read(
    tmp_path: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("provenance.pipeline.scanning._STORE", 4)
    tree = tmp_path / "tree"
    tree.mkdir()
    for number in range(10):
        (tree / f"{number}.jpg").write_bytes(tiny(shade=number))
    with pytest.raises(KeyboardInterrupt):
        scan(replace(session, progress=Interrupted("Reading", 4)), [str(tree)])
    with session.registry.read() as tx:
        kept = len(registry.known_versions(tx, (str(tree),)))
        assert auditlog.verify(tx.connection, session.log.state).ok
    assert 0 < kept < 10
    done = scan(session, [str(tree)])
    assert (done.total, done.read, done.unchanged) == (10, 10 - kept, kept)
    with session.registry.read() as tx:
        assert auditlog.verify(tx.connection, session.log.state).ok


def test_every_scan_is_on_record(tmp_path: Path, session: Session) -> None:
    tree = desk(tmp_path / "tree", f"{LIFE}/000_36QM4RC.jpg", "incoming/broken")
    done = scan(session, [str(tree)])
    with session.registry.read() as tx:
        *_, last = auditlog.entries(tx.connection, 0, 99)
    assert last.record["act"] == "scan.run"
    assert last.record["tx"] == done.run_id
    counts = {"assets": 5, "read": 5, "unreadable": 3, "gone": 0, "offline": 0}
    assert {name: int(value) for name, value in last.record["detail"].items()} == counts
