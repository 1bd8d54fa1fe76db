"""The answer to an agency: whole, true, checkable, and about nothing else."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from desk_material import CODE, NOTICES, RIGHT, WRONG
from third_party_material import COURIER, RADIO, give, held_against, tree_of

from provenance import pipeline
from provenance.auditlog import entries
from provenance.errors import LogError, RegistryError, StorageError
from provenance.model import AnswerKind, DutyState, Notice, Verdict
from provenance.pipeline import Session, audit, decide, plan, remediate, scan
from provenance.pipeline import duties as duty_acts
from provenance.pipeline.parties.corresponding import Reply, take_answer
from provenance.pipeline.recalling import Concerning
from provenance.pipeline.reports import answering
from provenance.pipeline.reports.answering import answer_agency
from provenance.reporting.correspondence.statement import Outcome

pytestmark = pytest.mark.usefixtures("workers_here")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return tree_of(tmp_path)


@pytest.fixture
def notice(tree: Path, session: Session) -> Notice:
    scan(session, [str(tree)])
    give(session, tree / f"{CODE}.jpg", RADIO, COURIER)
    give(session, tree / "other.jpg", "Somebody Unconcerned")
    return held_against(session, tree)


def test_it_says_what_was_found_done_and_left(
    notice: Notice, session: Session, tmp_path: Path
) -> None:
    remediate(session, plan(session).plan)
    take_answer(session, notice.notice_id, RADIO, Reply(AnswerKind.COMPLIED, "Replaced it"))
    made = answer_agency(session, notice.notice_id[:8], tmp_path / "out")
    assert dict(made.statement.counts) == {Outcome.CORRECTED: 2}
    assert [path.name for path in made.files] == [
        "statement.html", "statement.txt", "statement.json", "evidence.zip",
    ]  # fmt: skip
    told = (tmp_path / "out" / "statement.txt").read_text()
    for words in ("AFP", WRONG, RIGHT, RADIO, "Replaced it", "1 third party: still to be told"):
        assert words in told.replace("\N{NO-BREAK SPACE}", " ")
    document = json.loads((tmp_path / "out" / "statement.json").read_text())
    deed = document["copies"][0]["deeds"][0]
    assert deed["before"]["sha256"] != deed["after"]["sha256"]
    assert deed["pictureUnchanged"] is True
    assert {one["recipient"] for one in document["thirdParties"]} == {RADIO, COURIER}
    assert document["open"] == list(made.statement.open)


def test_it_leaks_no_folder_person_contact_or_other_business(
    notice: Notice, session: Session, tmp_path: Path, tree: Path
) -> None:
    decide(session, [_finding(session, notice)], Verdict.WAIVE, "Only in the archive")
    audit(session, [str(tree)], [str(NOTICES / "2024-12-05_36QA1SE.txt")])
    out = tmp_path / "out"
    signing = Session(session.registry, session.log, "Vera Signs", session.policy)
    answer_agency(signing, notice.notice_id, out)
    for name in ("statement.html", "statement.txt", "statement.json"):
        told = (out / name).read_text()
        assert "Vera Signs" in told
        assert "Only in the archive" in told
        for secret in (
            str(tmp_path),
            "anna.editor",
            "example.org",
            "Unconcerned",
            "Sarin",
            "36QA1SE",
        ):
            assert secret not in told, (name, secret)


def _finding(session: Session, notice: Notice) -> str:
    found = pipeline.known(session, _first(session, notice)).findings
    return next(one.finding_id for one in found if one.notice_id == notice.notice_id)


def _first(session: Session, notice: Notice) -> str:
    from provenance import registry  # noqa: PLC0415 - one use

    with session.registry.read() as tx:
        query = registry.FindingQuery(notice_id=notice.notice_id)
        return registry.findings(tx, query)[0].uri


def test_the_evidence_beside_it_verifies_and_is_named(
    notice: Notice, session: Session, tmp_path: Path
) -> None:
    remediate(session, plan(session).plan)
    made = answer_agency(session, notice.notice_id, tmp_path / "out")
    bundle = tmp_path / "out" / "evidence.zip"
    assert made.statement.evidence == (
        "evidence.zip",
        hashlib.sha256(bundle.read_bytes()).hexdigest(),
    )
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(tmp_path / "bundle")
        checkpoint = archive.read("checkpoint.txt").decode()
    done = subprocess.run(
        [sys.executable, "verify.py", "."],
        cwd=tmp_path / "bundle",
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert made.statement.log is not None
    assert checkpoint.splitlines()[1] == str(made.statement.log.size)


def test_giving_it_is_logged_with_the_digest_of_every_file(
    notice: Notice, session: Session, tmp_path: Path
) -> None:
    made = answer_agency(session, notice.notice_id, tmp_path / "out", evidence=False)
    assert not (tmp_path / "out" / "evidence.zip").exists()
    with session.registry.read() as tx:
        (event,) = [
            one.record
            for one in entries(tx.connection, 0, 999)
            if one.record["act"] == "report.export"
        ]
    assert event["why"]["notice"] == notice.notice_id
    for path in made.files:
        assert event["detail"][path.name] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_nothing_remains_open_once_all_is_done(
    notice: Notice, session: Session, tmp_path: Path, tree: Path
) -> None:
    remediate(session, plan(session).plan)
    for name in (RADIO, COURIER):
        take_answer(session, notice.notice_id, name, Reply(AnswerKind.NOT_HELD))
    made = answer_agency(session, notice.notice_id, tmp_path / "out", evidence=False)
    for one in made.statement.clock.duties:
        if one.state is DutyState.OPEN:
            word = duty_acts.Word(
                DutyState.DONE, evidence="https://example.org/page?token=secret#x"
            )
            duty_acts.act(session, notice.notice_id, one.duty, word)
    made = answer_agency(session, notice.notice_id, tmp_path / "out", evidence=False)
    assert made.statement.open == ()
    told = (tmp_path / "out" / "statement.txt").read_text()
    assert "Nothing remains open." in told
    assert "https://example.org/page" in told
    assert "secret" not in told


def test_a_notice_that_is_not_there_is_refused(session: Session, tmp_path: Path) -> None:
    with pytest.raises(RegistryError):
        answer_agency(session, "nope", tmp_path / "out")


def test_a_file_in_the_place_of_the_folder_is_refused(
    notice: Notice, session: Session, tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("x")
    with pytest.raises(StorageError, match="cannot be written"):
        answer_agency(session, notice.notice_id, tmp_path / "out")


def test_a_log_without_a_word_about_it_gives_no_evidence(
    notice: Notice, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = answering.concerning

    def nothing(tx: object, notice_id: str) -> Concerning:
        return Concerning((), about(tx, notice_id).about)  # type: ignore[arg-type]

    monkeypatch.setattr(answering, "concerning", nothing)
    with pytest.raises(LogError) as caught:
        answer_agency(session, notice.notice_id, tmp_path / "out")
    assert caught.value.code == "nothing-to-export"
    assert "--without-evidence" in caught.value.remedy
