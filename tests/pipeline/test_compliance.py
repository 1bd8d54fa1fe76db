"""The report gathers what stands in registry and log, and its giving out is on record."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from desk_material import NOTICE, NOTICES, PICTURE, desk
from PIL import Image
from sqlalchemy import Engine, event

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
    scan,
    write_report,
)
from provenance.reporting.family import MemberState


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


def test_a_decision_is_told_with_its_entry_in_the_log(audited: Audited, session: Session) -> None:
    (one,) = audited.findings
    decide(session, [one.finding_id], Verdict.WAIVE, "First word", "2026-12-31")
    decide(session, [one.finding_id], Verdict.WAIVE, "Second word", "2026-12-31")
    (item,) = compliance_report(session, recall(session)).notices[0].items
    assert item.decision is not None
    assert item.decision.reason == "Second word"
    assert item.decision_index is not None
    with session.registry.read() as tx:
        (entry,) = auditlog.entries(tx.connection, item.decision_index, 1)
    assert entry.record["act"] == "waive"
    assert entry.record["detail"]["decision"] == one.decision_key


def test_what_is_owed_is_told(audited: Audited, session: Session) -> None:
    (section,) = compliance_report(session, audited).notices
    assert section.clock is not None
    assert [one.duty for one in section.clock.duties] == [
        one.value for one in section.notice.duties
    ]
    assert section.third_parties == ()


def test_the_trend_grows_with_every_audit_and_ends_with_this_moment(
    audited: Audited, session: Session, tmp_path: Path
) -> None:
    (first,) = compliance_report(session, audited).runs
    assert (first.run_id, first.open + first.held, first.settled) == (audited.scanned.run_id, 1, 0)
    decide(session, [audited.findings[0].finding_id], Verdict.DISMISS, "Another picture")
    told = compliance_report(session, recall(session)).runs
    assert [(one.run_id, one.open + one.held, one.settled) for one in told] == [
        (first.run_id, 1, 0),
        ("", 0, 1),
    ]
    again = audit(session, [str(tmp_path / "tree")])
    assert [one.run_id for one in compliance_report(session, again).runs] == [
        first.run_id,
        again.scanned.run_id,
    ]


def test_a_scan_alone_adds_nothing_to_the_trend(
    audited: Audited, session: Session, tmp_path: Path
) -> None:
    before = compliance_report(session, audited).runs
    scan(session, [str(tmp_path / "tree")])
    assert compliance_report(session, recall(session)).runs == before


def test_a_copy_that_is_in_order_again_is_shown_with_its_notice(
    audited: Audited, session: Session
) -> None:
    (one,) = audited.findings
    decide(session, [one.finding_id], Verdict.APPLY, "Seen on the platform")
    remediate(session, plan(session).plan)
    (section,) = compliance_report(session, recall(session)).notices
    assert section.standing is not None
    assert [(ref.uri, state) for ref, state in section.standing.settled] == [
        (one.uri, MemberState.CLEAN)
    ]


def test_more_findings_ask_no_more_of_the_database(tmp_path: Path, session: Session) -> None:
    """Pictures without a credit, that no notice speaks of: one finding each."""

    def asked(copies: int) -> int:
        for number in range(copies):
            Image.new("RGB", (8, 8 + number)).save(folder / f"{number:03}.jpg")
        audited = audit(session, [str(folder)])
        assert len(audited.findings) >= copies
        statements: list[str] = []

        def note(*told: object) -> None:
            statements.append(str(told[2]))

        event.listen(Engine, "before_cursor_execute", note)
        try:
            compliance_report(session, audited)
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        return sum(" audit_" not in one for one in statements)

    folder = tmp_path / "many"
    folder.mkdir()
    few = asked(3)
    assert asked(60) == few


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
    assert told.log is not None
    assert last.record["detail"] == {
        one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in written
    } | {"checkpointSize": told.log.size, "checkpointRoot": told.log.root_hash}
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
