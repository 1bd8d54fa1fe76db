"""Plan, carry out, undo, decide: what is chosen, what is held, what is looked at again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from desk_material import NEWSROOM, NOTICE, NOTICES, PAIR, PAIR_NOTICE, PICTURE, desk

from provenance import auditlog, registry
from provenance.errors import RegistryError, UsageError
from provenance.model import Applied, Finding, Policy, Rule, Status, Verdict
from provenance.pipeline import Session, audit, decide, plan, recall, remediate, undo


@pytest.fixture
def tree(tmp_path: Path, session: Session) -> Path:
    made = desk(tmp_path / "tree")
    audit(session, [str(made)], [str(NOTICES / NOTICE)])
    return made


@pytest.fixture
def pair(tmp_path: Path, session: Session) -> Path:
    made = desk(tmp_path / "pair", *PAIR)
    audit(session, [str(made)], [str(NOTICES / PAIR_NOTICE)])
    return made


def status(session: Session, path: Path) -> list[Status]:
    return [one.status for one in recall(session, [str(path)]).findings]


def test_what_is_safe_is_planned_on_the_word_of_who_brought_the_notice(
    tree: Path, session: Session
) -> None:
    proposed = plan(replace(session, agent="bert"))
    (item,) = proposed.plan.items
    assert (item.path, item.authority) == (str(tree / PICTURE), "anna.editor")
    assert proposed.plan.agent == "bert"
    assert proposed.plan.held == proposed.problems == ()


def test_what_waits_is_held_with_path_and_reason(
    pair: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposed = plan(session)
    assert proposed.plan.items == ()
    assert sorted(one.path for one in proposed.plan.held) == [str(pair / name) for name in PAIR]
    assert all("a person must say" in one.reason for one in proposed.plan.held)
    assert len(plan(session, unsafe=True).plan.items) == 2
    monkeypatch.chdir(pair)


def test_only_what_is_asked_for(pair: Path, session: Session) -> None:
    one, other = recall(session).findings
    assert [held.finding_id for held in plan(session, [one.finding_id]).plan.held] == [
        one.finding_id
    ]
    chosen = plan(session, [other.finding_id[:12]], unsafe=True).plan.items
    assert [item.finding_ids for item in chosen] == [(other.finding_id,)]
    with pytest.raises(RegistryError):
        plan(session, ["f-none"])


def test_after_a_fix_and_after_an_undo_the_findings_are_true_at_once(
    tree: Path, session: Session
) -> None:
    done = remediate(session, plan(session).plan)
    assert [type(one.result) for one in done.outcomes] == [Applied]
    assert status(session, tree) == [Status.FIXED]
    assert plan(session).plan.items == ()
    undone = undo(session, done.run_id)
    assert [type(one.result) for one in undone.outcomes] == [Applied]
    assert status(session, tree) == [Status.OPEN]
    assert (tree / PICTURE).read_bytes() == (NEWSROOM / PICTURE).read_bytes()
    assert len(plan(session).plan.items) == 1


def test_a_flood_is_kept_out_of_the_plan(pair: Path, session: Session) -> None:
    wary = replace(session, policy=Policy(today="2026-11-22", flood_files=1))
    for asked in ((), [one.finding_id for one in recall(session).findings]):
        proposed = plan(wary, asked, unsafe=True)
        assert proposed.plan.items == ()
        assert [one.code for one in proposed.problems] == ["flood-guard"]


@pytest.mark.parametrize("reason", ["", " \n"])
def test_a_decision_without_a_reason_is_none(tree: Path, session: Session, reason: str) -> None:
    (one,) = recall(session, [str(tree)]).findings
    with pytest.raises(UsageError):
        decide(session, [one.finding_id], Verdict.DISMISS, reason)
    assert status(session, tree) == [Status.OPEN]


def test_decisions_about_several_findings_stand_or_fall_together(
    pair: Path, session: Session
) -> None:
    ids = [one.finding_id for one in recall(session).findings]
    with pytest.raises(RegistryError):
        decide(session, [*ids, "f-none"], Verdict.DISMISS, "No")
    assert status(session, pair) == [Status.HELD, Status.HELD]
    decided = decide(session, ids, Verdict.DISMISS, "No")
    assert [one.status for one in decided] == [Status.REJECTED, Status.REJECTED]
    assert status(session, pair) == [Status.REJECTED, Status.REJECTED]
    with session.registry.read() as tx:
        acts = [one.record["act"] for one in auditlog.entries(tx.connection, 0, 99)]
    assert acts.count("reject") == 2


def test_what_can_only_be_shown_is_not_for_accepting(tmp_path: Path, session: Session) -> None:
    tree = desk(tmp_path / "tree", "web/renditions/hero-0390.jpg")
    found: tuple[Finding, ...] = audit(session, [str(tree)]).findings
    one = next(f for f in found if f.rule is Rule.CREDIT_MISSING)
    with pytest.raises(UsageError):
        decide(session, [one.finding_id], Verdict.APPLY, "Yes")
    with session.registry.read() as tx:
        assert registry.decisions(tx, [one.decision_key]) == {}


def test_nothing_to_undo(tree: Path, session: Session) -> None:
    for what in ("run-none", "afp-none", str(tree / PICTURE)):
        with pytest.raises(UsageError, match="Nothing was fixed"):
            undo(session, what)
