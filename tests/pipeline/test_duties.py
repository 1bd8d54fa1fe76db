"""Duties: what persons say about them, what a scan proves, and what the clocks make of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from desk_material import CODE, NOTICE, NOTICES, desk, tiny
from duty_material import DAY, clock_of, fix, logged, on, reached, states, time_of
from sqlalchemy import event

from provenance import registry
from provenance.duties import BROUGHT, COPIES
from provenance.errors import RegistryError, UsageError
from provenance.model import (
    Authority,
    Deadlines,
    Duty,
    DutyAct,
    DutyState,
    Limits,
    Milestone,
    Notice,
    NoticeKind,
    Policy,
    Proof,
    Pubstatus,
    Status,
    Verdict,
)
from provenance.pipeline import (
    Session,
    audit,
    bring,
    decide,
    recall,
    retract,
    scan,
    undo,
)
from provenance.pipeline.duties import Word, act, clocks, due
from provenance.pipeline.quarantining import plan_quarantine, quarantine, release
from provenance.reporting import owed

KILL, KILLED = "2024-12-03_mandatory-kill.eml", "archive/2024/000_36PX5GD.jpg"
DONE = Word(DutyState.DONE)


@pytest.fixture
def corrected(tmp_path: Path, session: Session) -> tuple[Path, str]:
    """A picture with a wrong credit, audited at eight; a correction that asks for three things."""
    made = tmp_path / "tree"
    made.mkdir()
    (made / f"{CODE}.jpg").write_bytes(tiny())
    (notice,) = audit(on(session, 8), [str(made)], [str(NOTICES / NOTICE)]).notices
    assert set(notice.duties) == set(Duty)
    return made, notice.notice_id


@pytest.fixture
def killed(tmp_path: Path, session: Session) -> tuple[Path, str]:
    """A withdrawn picture, audited at eight."""
    tree = desk(tmp_path / "tree", KILLED)
    (notice,) = audit(on(session, 8), [str(tree)], [str(NOTICES / KILL)]).notices
    assert notice.duties == (Duty.REMOVE_ONLINE, Duty.DELETE_SERVERS)
    return tree, notice.notice_id


def test_a_correction_from_receipt_to_the_last_duty(
    session: Session, corrected: tuple[Path, str]
) -> None:
    tree, notice_id = corrected
    assert reached(on(session, 9), notice_id) == (time_of(8), None, None)
    fix(session, 10)
    # The scan proves what it saw, and nothing that it cannot see.
    assert states(session, notice_id) == {
        "remove-online": "open", "delete-servers": "done", "inform-third-parties": "open",
    }  # fmt: skip
    assert reached(session, notice_id) == (time_of(8), None, None)
    act(
        on(session, 11),
        notice_id,
        "remove-online",
        Word(DutyState.DONE, evidence="https://x.example/1"),
    )
    act(on(session, 12), notice_id, "inform-third-parties", Word(DutyState.WAIVED, "Nobody has it"))
    for hour in (13, 23):
        assert reached(on(session, hour), notice_id) == (time_of(8), time_of(11), time_of(12))
    audit(on(session, 14), [str(tree)])
    assert reached(on(session, 15), notice_id) == (time_of(8), time_of(11), time_of(12))
    assert due(on(session, 16)) == ()
    assert [one.clock.is_complete for one in due(session, every=True)] == [True]


def test_an_undo_takes_the_proof_back_and_another_fix_gives_it_anew(
    session: Session, corrected: tuple[Path, str]
) -> None:
    _, notice_id = corrected
    run = fix(session, 10)
    undo(on(session, 11), run)
    assert states(session, notice_id)["delete-servers"] == "open"
    (again,) = logged(session, "duty.reopen")
    assert again["detail"]["proof"] == "scan"
    assert "1 with open findings" in again["detail"]["reason"]
    fix(session, 12)
    made = clock_of(on(session, 13), notice_id)
    assert made.duties[1].closed == time_of(12)
    assert len(logged(session, "duty.done")) == 2


def test_every_word_is_logged_with_who_when_and_the_evidence(
    session: Session, corrected: tuple[Path, str], tmp_path: Path
) -> None:
    _, notice_id = corrected
    paper = tmp_path / "mail.eml"
    paper.write_bytes(b"They did.")
    act(
        on(session, 9),
        notice_id[:8],
        "inform-third-parties",
        Word(DutyState.DONE, "All", str(paper)),
    )
    (record,) = logged(session, "duty.done")
    assert record["at"] == time_of(9)
    assert record["why"]["notice"] == notice_id
    assert {"role": "implementer", "id": "user:anna.editor"} in record["agents"]
    assert record["detail"] == {
        "duty": "inform-third-parties",
        "proof": "person",
        "reason": "All",
        "evidence": str(paper),
        "evidenceSha256": hashlib.sha256(b"They did.").hexdigest(),
    }
    act(session, notice_id, "inform-third-parties", Word(DutyState.OPEN, "One was forgotten"))
    assert states(session, notice_id)["inform-third-parties"] == "open"
    assert len(logged(session, "duty.reopen")) == 1


def test_evidence_whose_name_is_no_text_is_taken(
    session: Session, corrected: tuple[Path, str], tmp_path: Path
) -> None:
    _, notice_id = corrected
    paper = str(tmp_path / "odd-\udcff.pdf")
    Path(paper).write_bytes(b"x")
    act(session, notice_id, "remove-online", Word(DutyState.DONE, evidence=paper))
    assert clock_of(session, notice_id).duties[0].act.evidence == paper  # type: ignore[union-attr]
    assert logged(session, "duty.done")[0]["detail"]["evidence"].endswith("odd-\\udcff.pdf")


@pytest.mark.parametrize(
    ("duty", "word", "told"),
    [
        ("remove-online", Word(DutyState.WAIVED), "needs a reason"),
        ("remove-online", Word(DutyState.OPEN, " "), "needs a reason"),
        ("remove-online", Word(DutyState.OPEN, "Why not"), "is open"),
        ("remove-online", Word(DutyState.WAIVED, "x", until="2026-11-21"), "is past"),
        ("remove-online", Word(DutyState.WAIVED, "x", until="soon"), "not a date"),
        ("remove-online", Word(DutyState.DONE, until="2026-12-01"), "last day of a waiver"),
        ("remove-online", Word(DutyState.WAIVED, "x", evidence="https://x.example"), "--done"),
        ("remove-online", Word(DutyState.DONE, "x" * 2_001), "longer than 2,000"),
        ("remove-online", Word(DutyState.DONE, evidence="no-such.pdf"), "no-such.pdf cannot be"),
        ("remove-online", Word(DutyState.DONE, evidence="a\0b"), "cannot be read"),
        ("remove-online", Word(DutyState.DONE, evidence="/"), "not a file"),
        ("remove-online", Word(DutyState.DONE, evidence="https://a:b@x.example/"), "password"),
        ("remove-online", Word(DutyState.DONE, evidence="http://[x/"), "no address"),
        ("remove-online", Word(DutyState.DONE, evidence=f"https://x.example/{'a' * 2_000}"), "longer"),
        ("acknowledged", Word(DutyState.WAIVED, "x"), "can only be said"),
        ("tidy-up", DONE, "of no duty"),
        ("contained", DONE, "of no duty"),
    ],
)  # fmt: skip
def test_a_word_that_does_not_fit_is_refused_and_changes_nothing(
    session: Session, corrected: tuple[Path, str], duty: str, word: Word, told: str
) -> None:
    _, notice_id = corrected
    before = clock_of(on(session, 9), notice_id)
    with pytest.raises(UsageError, match=told) as refused:
        act(session, notice_id, duty, word)
    assert refused.value.remedy
    assert clock_of(on(session, 9), notice_id) == before


def test_what_speaks_no_more_takes_no_word(session: Session, corrected: tuple[Path, str]) -> None:
    _, notice_id = corrected
    retract(session, notice_id, "Sent in error")
    with pytest.raises(UsageError, match="was retracted"):
        act(session, notice_id, "remove-online", DONE)
    with pytest.raises(RegistryError):
        act(session, "n-none", "remove-online", DONE)
    assert due(session, every=True) == ()


def test_a_withdrawn_picture_in_quarantine_is_deleted_from_the_servers(
    session: Session, killed: tuple[Path, str], tmp_path: Path
) -> None:
    _, notice_id = killed
    there = on(session, 9)
    quarantine(there, plan_quarantine(there, notice_id), str(tmp_path / "away"))
    made = clock_of(session, notice_id)
    assert (made.duties[1].state, made.duties[1].closed) == (DutyState.DONE, time_of(9))
    proof = made.duties[1].act
    assert proof is not None
    assert (proof.proof, proof.agent) == (Proof.SCAN, "anna.editor")
    assert proof.reason == "Every known copy was seen to be out of reach: 1 in quarantine."
    act(on(session, 10), notice_id, "remove-online", DONE)
    assert reached(session, notice_id) == (time_of(8), time_of(10), time_of(10))
    with session.registry.read() as tx:
        kept = registry.moves(tx, registry.MoveQuery(notice_id=notice_id))
    release(on(session, 11), kept, "Wrong one")
    # The picture is back: the scan takes back its own word, and not the person's.
    assert states(session, notice_id) == {"remove-online": "done", "delete-servers": "open"}
    assert reached(session, notice_id) == (time_of(8), None, None)


def test_a_picture_that_was_deleted_by_hand_is_gone_when_a_scan_has_seen_it(
    session: Session, killed: tuple[Path, str]
) -> None:
    tree, notice_id = killed
    (tree / KILLED).unlink()
    assert states(session, notice_id)["delete-servers"] == "open"
    audit(on(session, 12), [str(tree)])
    made = clock_of(on(session, 20), notice_id)
    assert made.duties[1].closed == time_of(12)
    assert made.duties[1].act.reason.endswith("1 copy no longer there.")  # type: ignore[union-attr]


def test_a_share_out_of_reach_proves_nothing_and_takes_nothing_back(
    session: Session, corrected: tuple[Path, str], tmp_path: Path
) -> None:
    tree, notice_id = corrected
    with session.registry.write() as tx:
        registry.set_presence(tx, [str(tree / f"{CODE}.jpg")], registry.Presence.OFFLINE)
    audit(on(session, 9), [str(tmp_path / "state-of-test")])
    assert states(session, notice_id)["delete-servers"] == "open"
    assert reached(session, notice_id)[1] is None
    audit(on(session, 9.5), [str(tree)])
    fix(session, 10)
    act(on(session, 11), notice_id, "remove-online", DONE)
    before = reached(on(session, 12), notice_id)
    assert before[1] == time_of(11)
    with session.registry.write() as tx:
        registry.set_presence(tx, [str(tree / f"{CODE}.jpg")], registry.Presence.OFFLINE)
    audit(on(session, 12), [str(tmp_path / "state-of-test")])
    assert reached(on(session, 13), notice_id) == before
    assert states(session, notice_id)["delete-servers"] == "done"


def test_a_waived_copy_is_contained_but_not_proven_to_be_corrected(
    session: Session, corrected: tuple[Path, str]
) -> None:
    tree, notice_id = corrected
    found = recall(session, [str(tree)]).findings
    ids = [one.finding_id for one in found if one.status is not Status.FIXED]
    decide(on(session, 10), ids, Verdict.WAIVE, "Print only", "2026-11-30")
    act(on(session, 9), notice_id, "remove-online", DONE)
    assert reached(on(session, 11), notice_id)[1] == time_of(10)
    audit(on(session, 12), [str(tree)])
    assert reached(on(session, 13), notice_id)[1] == time_of(10)
    assert states(session, notice_id)["delete-servers"] == "open"
    said = owed.remark(clock_of(on(session, 13), notice_id))
    assert "waived or rejected by a named person" in said
    assert "nothing was corrected there" in said
    # The waiver runs out: the next audit finds the error again.
    audit(on(session, 9, "2026-12-01"), [str(tree)])
    assert reached(on(session, 10, "2026-12-01"), notice_id)[1] is None
    assert owed.remark(clock_of(on(session, 11, "2026-12-01"), notice_id)) == ""


def test_what_a_person_opened_again_only_a_person_closes(
    session: Session, corrected: tuple[Path, str]
) -> None:
    tree, notice_id = corrected
    fix(session, 10)
    act(on(session, 11), notice_id, "delete-servers", Word(DutyState.OPEN, "The mirror"))
    audit(on(session, 12), [str(tree)])
    assert states(session, notice_id)["delete-servers"] == "open"
    act(on(session, 13), notice_id, "delete-servers", DONE)
    assert states(session, notice_id)["delete-servers"] == "done"


def test_nothing_found_is_contained_once_an_audit_has_looked(
    session: Session, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    ((notice,), _) = bring(on(session, 8), [str(NOTICES / KILL)])
    assert reached(on(session, 9), notice.notice_id) == (time_of(8), None, None)
    audit(on(session, 10), [str(empty)])
    act(on(session, 9), notice.notice_id, "remove-online", DONE)
    assert reached(on(session, 12), notice.notice_id)[1] == time_of(10)
    # No copy was ever seen: that one was deleted is for a person to say.
    assert states(session, notice.notice_id)["delete-servers"] == "open"


def test_a_notice_in_a_file_waits_for_a_person_and_bringing_it_is_one(session: Session) -> None:
    found = Notice(
        "n-1", "AFP", NoticeKind.CORRECTION, Pubstatus.USABLE, "Wrong.", received=time_of(6)
    )
    with session.registry.write() as tx:
        registry.put_notices(tx, [found], time_of(6))
    assert reached(on(session, 7), "n-1")[0] is None
    timed = act(on(session, 8), "n-1", Milestone.ACKNOWLEDGED.value, DONE)
    assert timed.clock.milestones[0].reached == time_of(8)
    assert len(logged(session, "duty.done")) == 1
    ((brought,), _) = bring(on(session, 9), [str(NOTICES / NOTICE)])
    with session.registry.read() as tx:
        (note,) = registry.duty_acts(tx, [brought.notice_id])[brought.notice_id]
    assert (note.duty, note.made, note.agent) == (BROUGHT, time_of(9), "anna.editor")


def test_limits_are_those_of_the_agency_and_overdue_comes_first(session: Session) -> None:
    policy = Policy(today=DAY, deadlines=Deadlines(Limits(), (("AFP", Limits(1, 2, 3)),)))
    strict = replace(session, policy=policy)
    made = [
        Notice(name, agency, NoticeKind.CORRECTION, Pubstatus.USABLE, "x", received=time_of(hour),
               authority=Authority.BROUGHT)
        for name, agency, hour in (("n-1", "Reuters", 6), ("n-2", "AFP", 7), ("n-3", None, 5))
    ]  # fmt: skip
    with session.registry.write() as tx:
        registry.put_notices(tx, made, time_of(7))
    found = due(on(strict, 9.5))
    assert [one.notice.notice_id for one in found] == ["n-2", "n-3", "n-1"]
    assert [one.clock.next_due for one in found] == sorted(
        one.clock.next_due or "" for one in found
    )
    by_id = {one.notice.notice_id: one.clock for one in found}
    assert [one.milestone for one in by_id["n-2"].overdue] == [
        Milestone.ACKNOWLEDGED, Milestone.CONTAINED,
    ]  # fmt: skip
    assert by_id["n-1"].overdue == ()


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """The statements that a block sends."""
    sent: list[str] = []

    def note(*given: object) -> None:
        sent.append(str(given[2]))

    engine = session.registry._engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_the_clocks_of_thousands_take_few_queries(session: Session) -> None:
    many = [
        Notice(f"n-{at:04}", "AFP", NoticeKind.CORRECTION, Pubstatus.USABLE, "x",
               duties=tuple(Duty), received=time_of(6))
        for at in range(1_500)
    ]  # fmt: skip
    acts = [
        DutyAct(one.notice_id, COPIES, DutyState.DONE, "anna", time_of(7), Proof.SCAN)
        for one in many
    ]
    with session.registry.write() as tx:
        registry.put_notices(tx, many, time_of(6))
        registry.put_duty_acts(tx, acts)
    with counted(session) as sent, session.registry.read() as tx:
        found = clocks(tx, many, {}, session.policy, time_of(9))
    assert len(found) == 1_500
    # Three chunks: one query for the acts of each, five for its moments.
    assert len([one for one in sent if one.lstrip().upper().startswith("SELECT")]) <= 3 * 6
    with counted(session) as sent:
        assert len(due(on(session, 9))) == 1_500
    assert len([one for one in sent if one.lstrip().upper().startswith("SELECT")]) <= 2 * 3 * 6 + 2


def test_what_is_due_and_what_is_shown_agree_behind_a_bare_scan(
    session: Session, corrected: tuple[Path, str]
) -> None:
    tree, name = corrected
    fix(session, 9)
    later = on(session, 10)
    act(later, name, Duty.REMOVE_ONLINE.value, DONE)
    contained = {one.notice.notice_id: one.clock for one in due(later)}[name].milestones[1]
    assert contained.reached is not None
    (tree / "again.jpg").write_bytes(tiny())
    scan(later, [str(tree)])
    told = {one.notice.notice_id: one.clock for one in due(later)}[name]
    assert told == clock_of(later, name)
    assert told.milestones[1].reached is None
