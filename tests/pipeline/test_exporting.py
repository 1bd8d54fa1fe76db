"""The report leaves in every form, whole, and is on record by its octets."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from pathlib import Path

import pytest
from desk_material import NOTICE, NOTICES, desk

from provenance import auditlog
from provenance.cli import report_forms
from provenance.errors import StorageError
from provenance.pipeline import Session, audit, compliance_report, give_out, recall, write_report
from provenance.pipeline.reports.exporting import NAMES, Form, baseline, missing, write_file
from provenance.reporting.report import ComplianceReport

QUICK = tuple(one for one in NAMES if one is not Form.PDF)


@pytest.fixture
def told(tmp_path: Path, session: Session) -> ComplianceReport:
    audited = audit(session, [str(desk(tmp_path / "tree"))], [str(NOTICES / NOTICE)])
    return compliance_report(session, audited)


def last_record(session: Session) -> dict:
    with session.registry.read() as tx:
        *_, last = auditlog.entries(tx.connection, 0, 99)
    return last.record


def test_the_forms_of_the_command_line_are_those_that_are_made() -> None:
    assert [one.value for one in report_forms.Form] == [one.value for one in Form]
    assert set(NAMES) == set(Form)


def test_a_folder_has_every_form_and_all_are_on_record(
    told: ComplianceReport, session: Session, tmp_path: Path
) -> None:
    written = write_report(session, told, tmp_path / "report", QUICK)
    names = {NAMES[one] for one in QUICK} | {"findings.json"}
    assert {one.name for one in written} == names == set(os.listdir(tmp_path / "report"))
    assert written[0].name == "index.html"
    record = last_record(session)
    assert record["act"] == "report.export"
    for one in written:
        assert record["detail"][one.name] == hashlib.sha256(one.read_bytes()).hexdigest()
    assert told.log is not None
    assert record["detail"]["checkpointRoot"] == told.log.root_hash
    assert record["detail"]["checkpointSize"] == told.log.size


@pytest.mark.parametrize("form", [Form.CSV, Form.JSON, Form.SARIF, Form.XLSX])
def test_one_form_is_handed_over_and_on_record(
    told: ComplianceReport, session: Session, form: Form
) -> None:
    got: list[bytes] = []
    give_out(session, told, form, got.append)
    detail = last_record(session)["detail"]
    assert detail[NAMES[form]] == hashlib.sha256(got[0]).hexdigest()
    assert len([name for name in detail if "." in name]) == 1


def test_what_could_not_be_handed_over_is_not_on_record(
    told: ComplianceReport, session: Session
) -> None:
    before = last_record(session)

    def refuse(content: bytes) -> None:
        raise StorageError(f"{len(content)} octets did not go")

    with pytest.raises(StorageError):
        give_out(session, told, Form.CSV, refuse)
    assert last_record(session) == before


def test_each_form_names_the_checkpoint(
    told: ComplianceReport, session: Session, tmp_path: Path
) -> None:
    assert told.log is not None
    write_report(session, told, tmp_path / "r", QUICK)
    for form in (Form.HTML, Form.CSV, Form.JSON, Form.SARIF):
        assert told.log.root_hash in (tmp_path / "r" / NAMES[form]).read_text("utf-8")


def test_a_file_is_replaced_whole_and_a_link_is_not_followed(tmp_path: Path) -> None:
    target, victim = tmp_path / "new" / "report.csv", tmp_path / "victim"
    write_file(target, b"one")
    write_file(target, b"two")
    assert target.read_bytes() == b"two"
    victim.write_bytes(b"not a report")
    target.unlink()
    target.symlink_to(victim)
    write_file(target, b"three")
    assert (victim.read_bytes(), target.read_bytes()) == (b"not a report", b"three")
    assert os.listdir(target.parent) == ["report.csv"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe, got = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()), daemon=True)
    reader.start()
    write_file(pipe, b"report")
    reader.join(10)
    assert got == [b"report"]


@pytest.mark.parametrize("place", ["file/report.csv", "folder"])
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_bytes(b"in the way")
    (tmp_path / "folder").mkdir()
    with pytest.raises(StorageError, match=place) as refused:
        write_file(tmp_path / place, b"x")
    assert "-o" in refused.value.remedy


def test_a_missing_library_is_known_beforehand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "xlsxwriter", None)
    assert missing()[Form.XLSX] == "xlsxwriter"


def test_the_baseline_is_the_audit_before_the_last(
    told: ComplianceReport, session: Session, tmp_path: Path
) -> None:
    assert baseline(session, told) is None
    (tree,) = [str(tmp_path / "tree")]
    (old,) = told.items
    desk(tmp_path / "tree", "incoming/broken")
    again = compliance_report(session, audit(session, [tree]))
    before = baseline(session, again)
    assert before is not None
    assert before.run_id == [one.run_id for one in again.runs if one.run_id][-2]
    assert before.known == {old.finding.finding_id}
    assert len(list(again.items)) > 1
    got: list[bytes] = []
    give_out(session, compliance_report(session, recall(session)), Form.SARIF, got.append)
    states = {
        one["properties"]["findingId"]: one["baselineState"]
        for one in json.loads(got[0])["runs"][0]["results"]
    }
    assert states.pop(old.finding.finding_id) == "unchanged"
    assert set(states.values()) == {"new"}
