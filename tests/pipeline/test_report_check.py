"""A report is what was given out, octet for octet, or the check says what is wrong."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import socket
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from auditlog.insider import Insider, Victim
from desk_material import NOTICE, NOTICES, desk

from provenance.auditlog import AuditLog
from provenance.errors import UsageError
from provenance.model import Event
from provenance.pipeline import (
    Session,
    audit,
    check_report,
    compliance_report,
    give_out,
    recall,
    write_report,
)
from provenance.pipeline.reports.exporting import NAMES, Form, write_file
from provenance.pipeline.reports.report_check import Verdict
from provenance.registry import open_registry
from provenance.reporting.report import ComplianceReport

FORMS = tuple(one for one in NAMES if one is not Form.PDF)


@pytest.fixture
def told(tmp_path: Path, session: Session) -> ComplianceReport:
    audited = audit(session, [str(desk(tmp_path / "tree"))], [str(NOTICES / NOTICE)])
    return compliance_report(session, audited)


@pytest.fixture
def folder(told: ComplianceReport, session: Session, tmp_path: Path) -> Path:
    write_report(session, told, tmp_path / "report", FORMS)
    return tmp_path / "report"


def broken(own_state: Path, *statements: str) -> None:
    """Do what somebody does who can write to the database: first away with the guards."""
    connection = sqlite3.connect(own_state / "registry.db")
    guards = connection.execute("select name from sqlite_master where type = 'trigger'").fetchall()
    with connection:
        for one in (*(f"drop trigger {name}" for (name,) in guards), *statements):
            connection.execute(one)
    connection.close()


def test_every_file_of_a_folder_is_known(
    folder: Path, session: Session, told: ComplianceReport
) -> None:
    assert told.log is not None
    for path in sorted(folder.iterdir()):
        checked = check_report(session, path)
        assert checked.ok, checked.message
        assert checked.given_out is not None
        assert checked.given_out.name == path.name
        assert checked.given_out.by == "anna.editor"
        assert checked.given_out.program.startswith("pkg:pypi/provenance-auditor@")
        assert checked.given_out.checkpoint_size == told.log.size
        assert checked.given_out.checkpoint_root == told.log.root_hash
        assert checked.given_out.index >= told.log.size
        assert checked.covered_by == checked.log_size
        assert checked.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_file_that_was_written_alone_is_known_under_any_name(
    told: ComplianceReport, session: Session, tmp_path: Path
) -> None:
    target = tmp_path / "for the lawyer.csv"
    give_out(session, told, Form.CSV, lambda content: write_file(target, content))
    moved = target.rename(tmp_path / "renamed")
    assert check_report(session, moved).ok


def test_the_log_may_have_grown_since(folder: Path, session: Session, tmp_path: Path) -> None:
    for number in range(40):
        with session.registry.write() as tx:
            session.record(tx, Event("report.export", detail=(("n", number),)))
    session.log.checkpoint(session.registry)
    checked = check_report(session, folder / "findings.sarif")
    assert checked.ok
    assert checked.log_size > 40


def test_the_same_file_given_out_twice_is_told_once(
    folder: Path, told: ComplianceReport, session: Session
) -> None:
    give_out(session, told, Form.JSON, lambda _: None)
    checked = check_report(session, folder / "compliance.json")
    assert checked.given_out is not None
    assert checked.given_out.again == 1


@pytest.mark.parametrize("name", [NAMES[one] for one in FORMS] + ["findings.json"])
def test_one_altered_octet_is_told(folder: Path, session: Session, name: str) -> None:
    path = folder / name
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))
    checked = check_report(session, path)
    assert (checked.ok, checked.verdict) == (False, Verdict.ALTERED)
    assert "altered" in checked.message
    assert checked.given_out is None


def test_a_foreign_report_is_unknown(
    folder: Path, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign = tmp_path / "foreign.json"
    foreign.write_text('{"checkpoint": {"origin": "provenance-auditor/0000000000000000"}}')
    checked = check_report(session, foreign)
    assert checked.verdict is Verdict.UNKNOWN
    assert "comes from elsewhere" in checked.message
    (tmp_path / "empty").touch()
    assert check_report(session, tmp_path / "empty").verdict is Verdict.UNKNOWN


def test_a_registry_without_a_log_knows_no_report(session: Session, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"x")
    assert check_report(session, tmp_path / "x").verdict is Verdict.UNKNOWN


def test_a_file_that_is_not_there_or_too_large(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match=r"none\.csv"):
        check_report(session, tmp_path / "none.csv")
    monkeypatch.setattr("provenance.pipeline.reports.report_check._LARGEST", 2)
    (tmp_path / "large").write_bytes(b"xyz")
    with pytest.raises(UsageError, match="larger"):
        check_report(session, tmp_path / "large")


@pytest.mark.parametrize(
    "cut",
    [
        ("delete from audit_leaf where idx = (select max(idx) from audit_leaf)",),
        ("delete from audit_leaf where idx = 1",),
        ("update audit_leaf set rec = x'7b7d' where idx = 2",),
        ("delete from audit_head",),
    ],
)
def test_a_broken_log_proves_nothing(
    folder: Path, session: Session, own_state: Path, cut: tuple[str, ...]
) -> None:
    broken(own_state, *cut)
    checked = check_report(session, folder / "findings.csv")
    assert (checked.ok, checked.verdict) == (False, Verdict.LOG_BROKEN)
    assert checked.problems
    assert "does not verify" in checked.message


def test_a_log_that_was_put_back_to_an_earlier_day_is_told(
    told: ComplianceReport, session: Session, own_state: Path, tmp_path: Path
) -> None:
    """Whoever restores the database of last week takes the record of this week's report away."""
    shutil.copy(own_state / "registry.db", tmp_path / "then.db")
    write_report(session, told, tmp_path / "report", (Form.HTML,))
    session.registry.close()
    for leftover in own_state.glob("registry.db*"):
        leftover.unlink()
    shutil.copy(tmp_path / "then.db", own_state / "registry.db")
    with open_registry(str(own_state / "registry.db")) as registry:
        again = Session(registry, session.log, session.agent, session.policy)
        checked = check_report(again, tmp_path / "report" / "index.html")
    assert checked.verdict is Verdict.LOG_BROKEN
    assert "no record of this file" in checked.message


@pytest.mark.parametrize(
    ("size", "root"),
    [(1, "0" * 64), (10**9, "0" * 64), (0, "0" * 64), (2, "not a hash")],
)
def test_a_checkpoint_that_the_log_never_had_is_told(
    told: ComplianceReport, session: Session, tmp_path: Path, size: int, root: str
) -> None:
    path = tmp_path / "report.csv"
    path.write_bytes(b"a report of another past")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    detail = (("findings.csv", digest), ("checkpointSize", size), ("checkpointRoot", root))
    with session.registry.write() as tx:
        session.record(tx, Event("report.export", agents=session.agents(), detail=detail))
    session.log.checkpoint(session.registry)
    checked = check_report(session, path)
    assert (checked.ok, checked.verdict) == (False, Verdict.INCONSISTENT)


def test_a_record_of_an_older_program_names_no_checkpoint_and_is_proven_all_the_same(
    told: ComplianceReport, session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "report.csv"
    path.write_bytes(b"an old report")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with session.registry.write() as tx:
        session.record(tx, Event("report.export", detail=(("findings.csv", digest),)))
    session.log.checkpoint(session.registry)
    checked = check_report(session, path)
    assert checked.ok
    assert checked.given_out is not None
    assert (checked.given_out.checkpoint_size, checked.given_out.by) == (None, "")


def test_a_record_that_no_checkpoint_covers_is_not_proven(
    told: ComplianceReport, session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "report.csv"
    path.write_bytes(b"a report just now")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with session.registry.write() as tx:
        session.record(tx, Event("report.export", detail=(("findings.csv", digest),)))
    checked = check_report(session, path)
    assert not checked.ok
    assert checked.verdict in {Verdict.NOT_PROVEN, Verdict.LOG_BROKEN}


def test_the_root_of_a_checkpoint_is_no_file(folder: Path, session: Session) -> None:
    """A file cannot pass for a report by having a digest that the log holds for another reason."""
    with session.registry.write() as tx:
        root = hashlib.sha256(b"forged").hexdigest()
        event = Event("report.export", detail=(("checkpointRoot", root), ("checkpointSize", 1)))
        session.record(tx, event)
    session.log.checkpoint(session.registry)
    (folder / "forged").write_bytes(b"forged")
    assert check_report(session, folder / "forged").verdict is Verdict.UNKNOWN


def packed(fill: Callable[[zipfile.ZipFile], None]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        fill(file)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        packed(lambda file: file.writestr("bomb", b"\0" * (80 << 20))),
        packed(lambda file: [file.writestr(str(n), b"") for n in range(2_000)]),  # type: ignore[arg-type,return-value]
        packed(lambda file: file.writestr("a", b"x" * 999))[:-40],
        b"PK\x03\x04" + b"\xff" * 500,
        packed(lambda file: file.writestr("a", b"x" * 9_999)).replace(b"\x78", b"\x00"),
    ],
    ids=["bomb", "many", "cut", "garbage", "damaged"],
)
def test_a_hostile_archive_is_unknown(
    folder: Path, session: Session, tmp_path: Path, data: bytes
) -> None:
    (tmp_path / "x.xlsx").write_bytes(data)
    assert check_report(session, tmp_path / "x.xlsx").verdict is Verdict.UNKNOWN


def test_a_report_of_what_is_known_now_is_another_file(
    folder: Path, session: Session, tmp_path: Path
) -> None:
    again = compliance_report(session, recall(session))
    write_report(session, again, tmp_path / "second", (Form.JSON,))
    first, second = folder / "compliance.json", tmp_path / "second" / "compliance.json"
    one, two = check_report(session, first), check_report(session, second)
    assert one.given_out is not None
    assert two.given_out is not None
    assert one.given_out.index < two.given_out.index


def test_octets_behind_a_report_are_told(folder: Path, session: Session) -> None:
    for name, more in zip(
        (NAMES[one] for one in FORMS), (b"\n", b" ", b"\0", b"<!-- approved -->") * 2, strict=False
    ):
        path = folder / name
        path.write_bytes(path.read_bytes() + more)
        checked = check_report(session, path)
        assert (checked.ok, checked.verdict) == (False, Verdict.ALTERED)


def test_a_true_report_of_another_log_is_unknown_here(
    folder: Path, tmp_path: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another desk's, with a log and a key of its own, over the same pictures and notices."""
    monkeypatch.setenv("PROVENANCE_STATE", str(tmp_path / "other"))
    with open_registry(str(tmp_path / "other.db")) as registry:
        other = Session(registry, AuditLog(), "ben.desk", session.policy)
        told = compliance_report(other, audit(other, [str(tmp_path / "tree")], []))
        write_report(other, told, tmp_path / "theirs", FORMS)
        for one in (NAMES[form] for form in FORMS):
            assert check_report(other, tmp_path / "theirs" / one).ok
            assert not check_report(other, folder / one).ok
            assert not check_report(session, tmp_path / "theirs" / one).ok


def test_a_log_that_was_rewritten_soundly_but_not_signed_proves_nothing(
    folder: Path, session: Session, tmp_path: Path, own_state: Path
) -> None:
    """Every hash is right, and the record of the forged report stands where one stood before."""
    forged = tmp_path / "forged.csv"
    forged.write_bytes(b"all is well")
    report = folder / "findings.csv"
    was, now = (hashlib.sha256(one.read_bytes()).hexdigest() for one in (report, forged))
    assert check_report(session, report).ok
    session.registry.close()
    guards = sqlite3.connect(own_state / "registry.db")
    for (name,) in guards.execute(
        "select name from sqlite_master where type = 'trigger'"
    ).fetchall():
        guards.execute(f"drop trigger {name}")
    guards.commit()
    guards.close()
    with open_registry(str(own_state / "registry.db")) as registry:
        with registry.write() as tx:
            it = Insider(tx.connection, Victim(registry, session.log))
            it.rebuild([one.replace(was.encode(), now.encode()) for one in it.records()])
        again = Session(registry, session.log, session.agent, session.policy)
        for path in (forged, report):
            checked = check_report(again, path)
            assert (checked.ok, checked.verdict) == (False, Verdict.LOG_BROKEN)
            assert checked.problems


def test_a_report_by_another_way_is_the_same_report(
    folder: Path, session: Session, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to(folder / "findings.csv")
    assert check_report(session, tmp_path / "link").ok
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(UsageError, match="loop"):
        check_report(session, tmp_path / "loop")


@pytest.mark.parametrize("what", ["a pipe", "a folder", "a device", "a socket"])
def test_what_is_no_file_is_refused_at_once(session: Session, tmp_path: Path, what: str) -> None:
    path = tmp_path / "x"
    if what == "a pipe":
        os.mkfifo(path)
    elif what == "a folder":
        path.mkdir()
    elif what == "a device":
        path.symlink_to("/dev/zero")
    else:
        held = socket.socket(socket.AF_UNIX)
        held.bind(str(path))
        held.close()
    with pytest.raises(UsageError) as caught:
        check_report(session, path)
    assert str(path) in caught.value.message
    assert caught.value.remedy


def test_a_file_without_an_end_is_left_at_the_limit(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hole of a terabyte costs no more than the limit."""
    monkeypatch.setattr("provenance.pipeline.reports.report_check._LARGEST", 1 << 20)
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(UsageError, match="larger than any report"):
        check_report(session, tmp_path / "huge")
