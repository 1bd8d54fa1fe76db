"""The queue and its cases; accepting a notice; values in words."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from desk_material import CODE, NOTICE, NOTICES, RIGHT, WRONG, tiny

from provenance import auditlog, registry
from provenance.errors import RegistryError, UsageError
from provenance.model import Policy, Rule, Status, Verdict
from provenance.pipeline import Session, audit, decide, plan, remediate, withdraw
from provenance.pipeline.accepting import accept_notice, acceptable, values_of
from provenance.pipeline.deciding import STALE, Terms, seen_of
from provenance.pipeline.reviewing import Query, case, next_of, place_of, queue
from provenance.registry import View
from provenance.reporting.report import Stage

EVERYTHING = Query()


@pytest.fixture
def tree(tmp_path: Path, session: Session) -> Path:
    made = tmp_path / "tree"
    made.mkdir()
    (made / f"{CODE}.jpg").write_bytes(tiny())
    (made / "copy.jpg").write_bytes(tiny())
    caption = "Fishers land their catch in Porto on December 5, 2024, frame 0."
    (made / "bare.jpg").write_bytes(tiny(code="", shade=7, caption=caption))
    audit(session, [str(made)], [str(NOTICES / NOTICE)])
    return made


def ids(session: Session, query: Query = EVERYTHING) -> list[str]:
    return [row.finding.finding_id for row in queue(session, query).rows]


def named(session: Session, path: Path, rule: Rule = Rule.ERRONEOUS_CREDIT) -> str:
    with session.registry.read() as tx:
        found = registry.findings(tx, registry.FindingQuery(roots=[str(path)]))
    return next(one.finding_id for one in found if one.rule is rule)


def test_pages_join_without_gap_both_ways(tree: Path, session: Session) -> None:
    every = ids(session)
    assert len(every) == len(set(every)) >= 3
    forth, query = [], Query(size=1)
    while True:
        page = queue(session, query)
        assert page.ahead == len(forth)
        forth += [row.finding.finding_id for row in page.rows]
        if not page.next:
            break
        query = Query(size=1, after=page.next)
    assert forth == every
    back = [page.rows[0].finding.finding_id]
    while page.previous:
        page = queue(session, Query(size=1, before=page.previous))
        back.append(page.rows[0].finding.finding_id)
    assert back[::-1] == every


def test_counts_follow_the_decisions(tree: Path, session: Session) -> None:
    one = ids(session)[0]
    before = queue(session, Query()).counts
    settled = decide(session, [one], Verdict.HOLD, "Ask the agency")
    assert {each.status for each in settled} == {Status.HELD}
    counts = queue(session, Query()).counts
    assert counts[View.HOLD] == len(settled)
    assert counts[View.TODO] == before[View.TODO]
    assert one in ids(session, Query(View.HOLD))
    assert ids(session)[-len(settled) :].count(one) == 1, "what is on hold comes last"
    withdraw(session, [one], "Asked")
    assert queue(session, Query()).counts == before
    decide(session, [one], Verdict.DISMISS, "Ours")
    assert queue(session, Query()).counts[View.DISMISSED] == len(settled)


def test_what_is_on_hold_is_not_fixed(tree: Path, session: Session) -> None:
    one = named(session, tree / "copy.jpg")
    decide(session, [one], Verdict.HOLD, "Ask the agency")
    assert one not in {number for item in plan(session).plan.items for number in item.finding_ids}
    audit(session, [str(tree)])
    row = case(session, one).row
    assert row.finding.status is Status.HELD
    assert row.stage is Stage.PERSON
    with session.registry.read() as tx:
        acts = [entry.record["act"] for entry in auditlog.entries(tx.connection, 0, 99)]
    assert "hold" in acts


def test_an_overdue_notice_presses(tree: Path, session: Session) -> None:
    assert not any(row.late for row in queue(session, Query()).rows)
    later = replace(session, clock=lambda: "2099-01-01T00:00:00.000Z")
    assert all(row.late for row in queue(later, Query()).rows if row.notice and row.notice.received)
    unlimited = replace(later.policy.deadlines.general, contained=0.0)
    policy = replace(later.policy, deadlines=replace(later.policy.deadlines, general=unlimited))
    assert not any(row.late for row in queue(replace(later, policy=policy), Query()).rows)


def test_conditions_narrow_the_queue(tree: Path, session: Session) -> None:
    assert ids(session, Query(text="COPY.jpg")) == [named(session, tree / "copy.jpg")]
    assert ids(session, Query(text=WRONG))
    assert not ids(session, Query(text="100%_nobody"))
    assert ids(session, Query(roots=(str(tree / "bare.jpg"),)))
    notice = queue(session, Query()).rows[0].notice
    assert notice is not None
    assert ids(session, Query(notice_id=notice.notice_id)) == ids(
        session, Query(agency=notice.provider)
    )
    assert not ids(session, Query(agency="NOBODY"))
    page = queue(session, Query(rule=Rule.WITHDRAWN))
    assert not page.rows
    assert page.rules[Rule.ERRONEOUS_CREDIT]
    assert notice.provider in page.agencies


@pytest.mark.parametrize("cursor", ["x", "1", "1~", "1~~", "-1~a~b", "٣~a~b", "9999999~a~b"])
def test_no_place_is_told(cursor: str) -> None:
    with pytest.raises(UsageError) as caught:
        place_of(cursor)
    assert caught.value.code == "no-such-place"


def test_a_case_has_its_neighbours_and_its_log_entry(tree: Path, session: Session) -> None:
    every = ids(session)
    found = case(session, every[1])
    assert (found.previous, found.next, found.ahead, found.total) == (
        every[0], every[2] if len(every) > 2 else "", 1, len(every))  # fmt: skip
    assert found.view.changes
    assert found.proposals
    assert len(found.family.members) >= 2
    decide(session, [every[1]], Verdict.APPLY, "Seen")
    found = case(session, every[1])
    (step,) = found.history
    with session.registry.read() as tx:
        entry = auditlog.entries(tx.connection, step.log_index or 0, 1)[0]
    assert entry.record["act"] == "approve"
    assert next_of(session, Query(), "", every[1]) != every[1]
    with pytest.raises(RegistryError):
        case(session, "f-nobody")


def test_a_corrected_finding_tells_of_its_fix(tree: Path, session: Session) -> None:
    one = named(session, tree / "copy.jpg")
    remediate(session, plan(session, [one]).plan)
    found = case(session, one)
    assert found.row.stage is Stage.DONE
    assert found.fixes[0].state == "commit"
    assert one in ids(session, Query(View.DONE))
    assert one not in ids(session)


def test_what_changed_meanwhile_is_not_decided(tree: Path, session: Session) -> None:
    one = case(session, named(session, tree / "copy.jpg"))
    number = one.row.finding.finding_id
    other = replace(session, agent="ben.desk")
    decide(other, [number], Verdict.DISMISS, "Ours")
    with pytest.raises(UsageError, match=r"ben\.desk has rejected it on .*: Ours") as caught:
        decide(session, [number], Verdict.APPLY, "Seen", terms=Terms(seen={number: one.seen}))
    assert caught.value.code == STALE
    assert case(session, number).row.finding.status is Status.REJECTED
    seen = case(session, number).seen
    decide(session, [number], Verdict.APPLY, "Seen again", terms=Terms(seen={number: seen}))


def test_an_audit_that_finds_the_same_is_no_change(tree: Path, session: Session) -> None:
    number = named(session, tree / "copy.jpg")
    seen = case(session, number).seen
    shutil.copy(tree / "copy.jpg", tree / "later.jpg")
    audit(session, [str(tree)])
    assert case(session, number).seen == seen


def test_all_of_a_notice_but_what_needs_a_look(tree: Path, session: Session) -> None:
    sure, candidate = named(session, tree / "copy.jpg"), named(session, tree / "bare.jpg")
    notice = case(session, sure).row.finding.notice_id or ""
    with session.registry.read() as tx:
        offered = acceptable(session, tx, notice)
        take, left = offered.take, offered.left
        seen = seen_of(tx, take)
    with pytest.raises(UsageError, match="changed while you were looking"):
        accept_notice(session, notice, "All seen", "0" * 32)
    made = accept_notice(session, notice, "All seen", seen)
    accepted = {one.finding_id for one in made.accepted}
    assert sure in accepted
    assert accepted >= {one.finding_id for one in take}
    assert made.left == left
    if candidate not in accepted:
        assert candidate in {one.finding_id for one, _ in left}
    with pytest.raises(UsageError) as caught:
        accept_notice(session, notice, "Again")
    assert caught.value.code == "nothing-to-accept"


def test_an_amended_value_is_planned_logged_and_survives_an_audit(
    tree: Path, session: Session
) -> None:
    number = named(session, tree / "copy.jpg")
    values = values_of(session, number, ["creatorNames=Rosa M. TEIXEIRA"])
    decide(session, [number], Verdict.APPLY, "Her full name", terms=Terms(values))
    audit(session, [str(tree)])
    items = plan(session, [number]).plan.items
    written = {edit.after for item in items for edit in item.edits}
    assert "Rosa M. TEIXEIRA" in written
    assert RIGHT not in written
    with session.registry.read() as tx:
        entry = next(
            one for one in auditlog.entries(tx.connection, -9, 9) if one.record["act"] == "approve"
        )
        (decision,) = registry.decision_history(tx, case_key(session, tx, number))
    assert "Rosa M. TEIXEIRA" in entry.words.values()
    assert RIGHT in entry.words.values()
    assert decision.amended
    remediate(session, plan(session, [number]).plan)
    assert b"Rosa M. TEIXEIRA" in (tree / "copy.jpg").read_bytes()


def case_key(session: Session, tx: registry.Transaction, number: str) -> str:
    return registry.finding(tx, number).decision_key


def test_a_copy_that_comes_later_takes_the_amended_value(tree: Path, session: Session) -> None:
    number = named(session, tree / "copy.jpg")
    values = values_of(session, number, ["creatorNames=Rosa M. TEIXEIRA"])
    decide(session, [number], Verdict.APPLY, "Her full name", terms=Terms(values))
    shutil.copy(tree / "copy.jpg", tree / "later.jpg")
    audit(session, [str(tree)])
    (item,) = plan(session, [named(session, tree / "later.jpg")]).plan.items
    assert "Rosa M. TEIXEIRA" in {edit.after for edit in item.edits}


def test_a_value_is_for_one_finding_that_is_accepted(tree: Path, session: Session) -> None:
    number = named(session, tree / "copy.jpg")
    with pytest.raises(UsageError, match="one finding at a time"):
        decide(session, [number], Verdict.DISMISS, "No", terms=Terms({0: "x"}))
    others = [number, named(session, tree / "bare.jpg")]
    with pytest.raises(UsageError, match="one finding at a time"):
        decide(session, others, Verdict.APPLY, "Yes", terms=Terms({0: "x"}))
    with pytest.raises(UsageError, match="values of several fields"):
        values_of(session, number, ["Rosa"])
    today = Policy(today="2026-11-22")
    assert case(replace(session, policy=today), number).row.decision is None
