"""A wrong rewrite is a new miscredit: every way on which one could be written, tried."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from desk_material import CODE, NOTICE, NOTICES, RIGHT, WRONG, tiny

from provenance import metadata, registry, rules
from provenance.errors import UsageError
from provenance.fixing import Plan
from provenance.model import (
    AssetRef,
    Confidence,
    Conflict,
    Evidence,
    Finding,
    Fixability,
    Policy,
    Property,
    Rule,
    Status,
    Verdict,
)
from provenance.pipeline import Session, audit, decide, plan, remediate, retract, withdraw
from provenance.pipeline.accepting import accept_notice, acceptable, values_of
from provenance.pipeline.deciding import STALE, Terms, word_of
from provenance.pipeline.reviewing import case
from provenance.pipeline.undoing import take_back

pytestmark = pytest.mark.usefixtures("workers_here")

NOW = "2026-11-22T09:00:00.000Z"
CONTENDED = Evidence("contended", 0.0, "Two notices say different things.")
# What a copy of an accepted picture may have that nobody was shown.
UNSEEN = {
    "candidate": {"confidence": Confidence.LOW, "fixability": Fixability.UNSAFE},
    "display-only": {"fixability": Fixability.DISPLAY_ONLY},
    "contended": {"fixability": Fixability.UNSAFE, "evidence": (CONTENDED,)},
}


@pytest.fixture
def tree(tmp_path: Path, session: Session) -> Path:
    made = tmp_path / "tree"
    made.mkdir()
    (made / f"{CODE}.jpg").write_bytes(tiny())
    (made / "copy.jpg").write_bytes(tiny())
    audit(session, [str(made)], [str(NOTICES / NOTICE)])
    return made


def pair(session: Session) -> list[Finding]:
    """The same finding on the picture and on its copy."""
    with session.registry.read() as tx:
        every = registry.findings(tx, registry.FindingQuery())
    found = [one for one in every if one.rule is Rule.ERRONEOUS_CREDIT]
    assert len({one.decision_key for one in found}) == 1
    return found


def put(session: Session, *found: Finding) -> None:
    with session.registry.write() as tx:
        registry.replace_findings(tx, [one.uri for one in found], found, NOW, "audit-2")


def planned(session: Session) -> set[str]:
    return {item.uri for item in plan(session).plan.items}


def creators(path: Path) -> set[str]:
    record = metadata.read(AssetRef(str(path), 0, ""), path.read_bytes())
    return {text for one in record.of(Property.CREATOR_NAMES) for text in one.values}


def everything(tree: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in tree.iterdir()}


def conflicts(session: Session, made: Plan) -> str:
    """Carry a plan out that must not be; what it is refused with."""
    told = []
    for one in remediate(session, made).outcomes:
        assert isinstance(one.result, Conflict)
        told.append(one.result.reason)
    return " ".join(told)


def test_a_plan_is_not_carried_out_once_its_notice_is_retracted(
    tree: Path, session: Session
) -> None:
    before = everything(tree)
    saved = plan(session).plan
    assert len(saved.items) == 2
    retract(session, pair(session)[0].notice_id or "", "A hoax")
    assert not planned(session)
    assert "was retracted on" in conflicts(session, saved)
    assert everything(tree) == before


def test_an_acceptance_falls_with_its_notice(tree: Path, session: Session) -> None:
    before = everything(tree)
    one = pair(session)[0]
    decide(session, [one.finding_id], Verdict.APPLY, "Seen")
    saved = plan(session).plan
    retract(session, one.notice_id or "", "A hoax")
    assert not planned(session)
    assert "retracted" in conflicts(session, saved)
    assert everything(tree) == before


def test_nothing_is_accepted_once_the_notice_is_retracted(tree: Path, session: Session) -> None:
    """Also where the page was loaded before, and everything else is as it was."""
    one = pair(session)[0]
    terms = Terms(seen={one.finding_id: case(session, one.finding_id).seen})
    retract(session, one.notice_id or "", "A hoax")
    for accept in (
        lambda: decide(session, [one.finding_id], Verdict.APPLY, "Seen", terms=terms),
        lambda: accept_notice(session, one.notice_id or "", "All seen"),
    ):
        with pytest.raises(UsageError, match="was retracted on") as caught:
            accept()
        assert caught.value.code == "notice-silent"
    with session.registry.read() as tx:
        offered = acceptable(session, tx, one.notice_id or "")
        take, left = offered.take, offered.left
    assert not take
    assert {why for _, why in left} == {left[0][1]}
    decide(session, [one.finding_id], Verdict.DISMISS, "It was a hoax", terms=terms)


@pytest.mark.parametrize("how", UNSEEN)
def test_accepting_all_reaches_no_copy_that_needs_a_look(
    tree: Path, session: Session, how: str
) -> None:
    one, other = pair(session)
    put(session, one, replace(other, status=Status.HELD, **UNSEEN[how]))
    with session.registry.read() as tx:
        offered = acceptable(session, tx, one.notice_id or "")
        take, left = offered.take, offered.left
    assert not take
    assert {found.uri for found, _ in left} == {one.uri, other.uri}
    with pytest.raises(UsageError) as caught:
        accept_notice(session, one.notice_id or "", "All seen")
    assert caught.value.code == "nothing-to-accept"
    assert other.uri not in planned(session)


def test_an_acceptance_reaches_no_contended_copy(tree: Path, session: Session) -> None:
    one, other = pair(session)
    put(session, one, replace(other, status=Status.HELD, **UNSEEN["contended"]))
    said = decide(session, [one.finding_id], Verdict.APPLY, "Seen")
    assert [found.uri for found in said] == [one.uri]
    assert planned(session) == {one.uri}
    # Who names it, decides about it.
    assert len(decide(session, [one.finding_id, other.finding_id], Verdict.APPLY, "Both")) == 2
    assert planned(session) == {one.uri, other.uri}


@pytest.mark.parametrize("amend", [False, True])
def test_an_acceptance_reaches_no_copy_that_would_get_another_value(
    tree: Path, session: Session, amend: bool
) -> None:
    one, other = pair(session)
    edits = tuple(replace(edit, after=f"{edit.after} EVIL") for edit in other.edits)
    put(session, one, replace(other, edits=edits, fixability=Fixability.UNSAFE, status=Status.HELD))
    values = values_of(session, one.finding_id, ["creatorNames=Rosa M. TEIXEIRA"]) if amend else {}
    decide(session, [one.finding_id], Verdict.APPLY, "Seen", terms=Terms(values))
    assert planned(session) == {one.uri}
    with session.registry.read() as tx:
        decision = registry.decisions(tx, [one.decision_key])[one.decision_key]
    judged = rules.judge(rules.undecided(replace(other, edits=edits)), decision, session.policy)
    assert judged.verdict is Verdict.HOLD
    assert judged.finding.edits == edits


def test_the_value_that_stands_there_is_no_correction(tree: Path, session: Session) -> None:
    one = pair(session)[0]
    for same in (WRONG, f"  {WRONG} "):
        values = values_of(session, one.finding_id, [f"creatorNames={same}"])
        with pytest.raises(UsageError, match="stands there now") as caught:
            decide(session, [one.finding_id], Verdict.APPLY, "Seen", terms=Terms(values))
        assert "reject" in caught.value.remedy


@pytest.mark.parametrize(
    "value",
    ["Ñandú Ōsawa 大沢", "Rosa <b>& 'M.' \"T\" ]]>", "=cmd|' /C calc'!A0", "{{ 7 * 7 }}", "x" * 32],
)
def test_a_persons_value_is_written_as_typed_and_taken_back_whole(
    tree: Path, session: Session, value: str
) -> None:
    before = everything(tree)
    one = pair(session)[0]
    values = values_of(session, one.finding_id, [f"creatorNames={value}"])
    decide(session, [one.finding_id], Verdict.APPLY, "Seen", terms=Terms(values))
    done = remediate(session, plan(session).plan)
    assert {frozenset(creators(path)) for path in tree.iterdir()} == {frozenset({value})}
    audit(session, [str(tree)])
    assert not planned(session)
    take_back(session, done.run_id)
    assert everything(tree) == before


def test_a_value_that_does_not_fit_is_refused_before_anything_is_decided(
    tree: Path, session: Session
) -> None:
    one = pair(session)[0]
    for value, told in (("大" * 11, "33 octets"), ("a\0b", "U[+]0000"), ("a\x1b[2J", "U[+]001B")):
        values = values_of(session, one.finding_id, [f"creatorNames={value}"])
        with pytest.raises(UsageError, match=told):
            decide(session, [one.finding_id], Verdict.APPLY, "Seen", terms=Terms(values))
    assert not [found for found in pair(session) if found.proposed]


def test_what_was_withdrawn_takes_its_value_out_of_a_saved_plan(
    tree: Path, session: Session
) -> None:
    before = everything(tree)
    one = pair(session)[0]
    values = values_of(session, one.finding_id, ["creatorNames=Rosa M. TEIXEIRA"])
    decide(session, [one.finding_id], Verdict.APPLY, "Seen", terms=Terms(values))
    saved = plan(session).plan
    withdraw(session, [one.finding_id], "A mistake")
    assert "withdrew the decision" in conflicts(session, saved)
    assert everything(tree) == before
    assert {edit.after for item in plan(session).plan.items for edit in item.edits} >= {RIGHT}


def test_an_amended_value_reaches_no_file_that_changed_meanwhile(
    tree: Path, session: Session
) -> None:
    one = pair(session)[0]
    values = values_of(session, one.finding_id, ["creatorNames=Rosa M. TEIXEIRA"])
    decide(session, [one.finding_id], Verdict.APPLY, "Seen", terms=Terms(values))
    saved = plan(session).plan
    (tree / "copy.jpg").write_bytes(tiny("Jon BJORN"))
    outcomes = {Path(done.uri).name: done.result for done in remediate(session, saved).outcomes}
    assert isinstance(outcomes["copy.jpg"], Conflict)
    assert creators(tree / "copy.jpg") == {"Jon BJORN"}
    # Nor after an audit has met the other value.
    audit(session, [str(tree)])
    assert str(tree / "copy.jpg") not in planned(session)


def test_nobodys_newer_word_is_taken_back_by_an_old_page(tree: Path, session: Session) -> None:
    one = pair(session)[0]
    decide(session, [one.finding_id], Verdict.APPLY, "Seen")
    with session.registry.read() as tx:
        shown = word_of(registry.decisions(tx, [one.decision_key])[one.decision_key])
    decide(replace(session, agent="ben.desk"), [one.finding_id], Verdict.DISMISS, "Ours")
    for given in (one.finding_id, one.decision_key):
        with pytest.raises(UsageError, match="changed while you were looking") as caught:
            withdraw(session, [given], "Undo", {given: shown})
        assert caught.value.code == STALE
    assert {found.status for found in pair(session)} == {Status.REJECTED}
    assert not planned(session)


def test_an_acceptance_that_ran_out_writes_nothing(tree: Path, session: Session) -> None:
    one, other = pair(session)
    put(
        session,
        *(replace(f, fixability=Fixability.UNSAFE, status=Status.HELD) for f in (one, other)),
    )
    decide(session, [one.finding_id], Verdict.APPLY, "For a day", until="2026-11-22")
    saved = plan(session).plan
    assert len(saved.items) == 2
    later = replace(session, policy=Policy(today="2026-11-23"))
    assert not planned(later)
    assert "ran out" in conflicts(later, saved)


def test_of_two_contending_notices_no_value_is_written_over_the_other(
    tree: Path, session: Session, tmp_path: Path
) -> None:
    """Each is accepted by name: the plan writes at most one value in one place."""
    words = (NOTICES / NOTICE).read_text("utf-8").replace(RIGHT, "Rosa COSTA")
    (tmp_path / "other.txt").write_text(words, "utf-8")
    audit(session, [str(tree)], [str(tmp_path / "other.txt")])
    with session.registry.read() as tx:
        every = registry.findings(tx, registry.FindingQuery(statuses=(Status.OPEN, Status.HELD)))
    found = [one for one in every if one.edits and one.uri.endswith("copy.jpg")]
    assert len({one.notice_id for one in found}) == 2
    assert not planned(session)
    for one in found:
        decide(session, [one.finding_id], Verdict.APPLY, "Both")
    shutil.copy(tree / "copy.jpg", tmp_path / "kept.jpg")
    for item in plan(session).plan.items:
        places: dict[tuple[str, str, str], set[str | None]] = {}
        for edit in item.edits:
            places.setdefault((edit.uri, edit.locator, edit.before), set()).add(edit.after)
        assert all(len(values) == 1 for values in places.values())
    remediate(session, plan(session).plan)
    assert creators(tree / "copy.jpg") in ({WRONG}, {RIGHT}, {"Rosa COSTA"})
