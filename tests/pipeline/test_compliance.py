"""The report gathers what stands in registry and log, and its giving out is on record."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from desk_material import NOTICE, NOTICES, PICTURE, desk

from provenance import auditlog
from provenance.errors import StorageError
from provenance.model import Verdict
from provenance.pipeline import (
    Audited,
    Session,
    audit,
    compliance_report,
    decide,
    plan,
    recall,
    remediate,
    write_report,
)


@pytest.fixture
def audited(tmp_path: Path, session: Session) -> Audited:
    return audit(session, [str(desk(tmp_path / "tree"))], [str(NOTICES / NOTICE)])


def test_sums_stamp_and_log_are_those_of_the_moment(audited: Audited, session: Session) -> None:
    told = compliance_report(session, audited, ["the tree"])
    assert (told.assets, len(told.notices), len(told.listed())) == (3, 1, 1)
    with session.registry.read() as tx:
        size = auditlog.log_size(tx.connection)
    assert told.log is not None
    assert told.log.size == size
    assert told.stamp.scope == ("the tree",)
    assert told.stamp.generated_by == "anna.editor"


def test_fixes_and_decisions_are_told(audited: Audited, session: Session) -> None:
    (one,) = audited.findings
    decide(session, [one.finding_id], Verdict.APPLY, "Seen on the platform")
    done = remediate(session, plan(session).plan)
    told = compliance_report(session, recall(session))
    (item,) = told.notices[0].items
    assert [fix.run_id for fix in item.fixes] == [done.run_id]
    assert told.listed() == ()
    assert len(told.listed(every=True)) == 1


def test_what_is_written_is_on_record_by_its_digests(
    audited: Audited, session: Session, tmp_path: Path
) -> None:
    folder = tmp_path / "new" / "report"
    told = compliance_report(session, audited)
    written = write_report(session, told, folder)
    assert {one.name for one in written} == {"index.html", "findings.json", "findings.csv"}
    with session.registry.read() as tx:
        *_, last = auditlog.entries(tx.connection, 0, 99)
    assert last.record["act"] == "report.export"
    assert last.record["detail"] == {
        one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in written
    }
    # It names no notice: evidence for one agency would show that others had sent some.
    assert "why" not in last.record
    document = json.loads((folder / "findings.json").read_text("utf-8"))
    assert document["findings"][0]["path"].endswith(PICTURE)


def test_a_folder_that_cannot_be_written(
    audited: Audited, session: Session, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"in the way")
    with pytest.raises(StorageError, match="file"):
        write_report(session, compliance_report(session, audited), blocked)
    assert blocked.read_bytes() == b"in the way"


def test_a_link_planted_in_the_folder_is_not_written_through(
    audited: Audited, session: Session, tmp_path: Path
) -> None:
    folder, victim = tmp_path / "report", tmp_path / "victim"
    folder.mkdir()
    victim.write_bytes(b"not a report")
    for name in ("index.html", "findings.json", "findings.csv"):
        (folder / name).symlink_to(victim)
    write_report(session, compliance_report(session, audited), folder)
    assert victim.read_bytes() == b"not a report"
    assert sorted(one.name for one in folder.iterdir() if one.is_file()) == [
        "findings.csv",
        "findings.json",
        "index.html",
    ]
    assert not any(one.is_symlink() for one in folder.iterdir())


def test_thumbnails_of_pictures_that_went_away_cost_nothing(
    audited: Audited, session: Session, tmp_path: Path
) -> None:
    (tmp_path / "tree" / PICTURE).unlink()
    written = write_report(session, compliance_report(session, audited), tmp_path / "report")
    assert "000_36QM4RB" in written[0].read_text("utf-8")
