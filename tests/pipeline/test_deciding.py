"""Decisions stay: for copies, across moves and saves, until what they rest on changes."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from desk_material import CODE, NOTICE, NOTICES, PICTURE, RIGHT, desk, tiny

from provenance import auditlog, metadata, registry
from provenance.errors import RegistryError, UsageError
from provenance.model import (
    Applied,
    Conflict,
    Container,
    Edit,
    Finding,
    Policy,
    Property,
    Rule,
    Status,
    Verdict,
)
from provenance.pipeline import (
    Session,
    State,
    audit,
    decide,
    every,
    plan,
    recall,
    remediate,
    withdraw,
)

WORDS = NOTICES / NOTICE
CAPTION = "Fishers land their catch in Porto on December 5, 2024, frame 0."


def bare_picture(code: str) -> bytes:
    return tiny(code=code, shade=7, caption=CAPTION)


@pytest.fixture
def tree(tmp_path: Path, session: Session) -> Path:
    """One picture with a wrong credit, and the notice that says so."""
    made = tmp_path / "tree"
    made.mkdir()
    (made / f"{CODE}.jpg").write_bytes(tiny())
    audit(session, [str(made)], [str(WORDS)])
    return made


@pytest.fixture
def unsure(tmp_path: Path, session: Session) -> Path:
    """The same, and ``bare.jpg``: other picture data, the picture by its caption alone."""
    made = tmp_path / "tree"
    made.mkdir()
    (made / f"{CODE}.jpg").write_bytes(tiny())
    (made / "bare.jpg").write_bytes(bare_picture(""))
    audit(session, [str(made)], [str(WORDS)])
    return made


def on(session: Session, day: str) -> Session:
    return replace(session, policy=Policy(today=day), clock=lambda: f"{day}T12:00:00.000Z")


def credits_of(session: Session, path: Path) -> list[Finding]:
    found = recall(session, [str(path)]).findings
    return [one for one in found if one.rule is Rule.ERRONEOUS_CREDIT]


def the_one(session: Session, path: Path) -> Finding:
    (found,) = [one for one in credits_of(session, path) if one.status is not Status.FIXED]
    return found


def again(session: Session, tree: Path) -> tuple[str, ...]:
    """Audit without bringing anything; return the codes of what it has to say."""
    return tuple(one.code for one in audit(session, [str(tree)]).problems)


def acts(session: Session) -> list[str]:
    with session.registry.read() as tx:
        return [one.record["act"] for one in auditlog.entries(tx.connection, 0, 999)]


def saved(data: bytes, uri: str, **properties: str) -> bytes:
    """The file as another program saves it: properties it lacked are set."""
    edits = [
        Edit(uri, Container.XMP, "XMP photoshop:Headline", Property.HEADLINE, "", text)
        for text in properties.values()
    ]
    return metadata.rewrite(data, edits)


def test_one_decision_speaks_for_all_copies(tree: Path, session: Session) -> None:
    shutil.copy(tree / f"{CODE}.jpg", tree / "copy.jpg")
    again(session, tree)
    one, other = credits_of(session, tree)
    settled = decide(session, [other.finding_id], Verdict.DISMISS, "Ours")
    assert [done.finding_id for done in settled] == [other.finding_id, one.finding_id]
    assert {done.status for done in credits_of(session, tree)} == {Status.REJECTED}
    assert acts(session).count("reject") == 1
    shutil.copy(tree / "copy.jpg", tree / "later.jpg")
    again(session, tree)
    assert [done.status for done in credits_of(session, tree)] == [Status.REJECTED] * 3


def test_another_rendering_of_the_picture_is_not_decided_about(
    tree: Path, session: Session
) -> None:
    (tree / "small.jpg").write_bytes(tiny(shade=7))
    again(session, tree)
    decide(session, [the_one(session, tree / f"{CODE}.jpg").finding_id], Verdict.DISMISS, "Ours")
    again(session, tree)
    assert the_one(session, tree / "small.jpg").status is Status.OPEN


@pytest.mark.parametrize("verdict", [Verdict.APPLY, Verdict.DISMISS, Verdict.WAIVE])
def test_a_decision_survives_a_new_name_and_a_save_elsewhere(
    tree: Path, session: Session, verdict: Verdict
) -> None:
    one = the_one(session, tree)
    decide(session, [one.finding_id], verdict, "Seen")
    (status,) = [done.status for done in credits_of(session, tree)]
    data = saved((tree / f"{CODE}.jpg").read_bytes(), one.uri, headline="Morning catch")
    assert data != (tree / f"{CODE}.jpg").read_bytes()
    (tree / f"{CODE}.jpg").unlink()
    (tree / "kept").mkdir()
    (tree / "kept" / "hero.jpg").write_bytes(data)
    assert again(session, tree) == ()
    after = the_one(session, tree / "kept")
    assert (after.status, after.decision_key) == (status, one.decision_key)
    assert "Was" not in after.evidence[-1].detail


def test_the_notice_by_another_carrier_is_no_news(
    tree: Path, session: Session, tmp_path: Path
) -> None:
    one = the_one(session, tree)
    decide(session, [one.finding_id], Verdict.DISMISS, "Not ours")
    other = tmp_path / "again.txt"
    other.write_text(f"TO ALL PICTURE DESKS\n\n{WORDS.read_text('utf-8')}", "utf-8")
    audit(session, [str(tree)], [str(other)])
    assert {done.status for done in credits_of(session, tree)} == {Status.REJECTED}


def test_a_rejected_match_comes_back_held_when_the_evidence_changes(
    unsure: Path, session: Session
) -> None:
    bare = unsure / "bare.jpg"
    one = the_one(session, bare)
    assert not any(reason.name == "identifier" for reason in one.evidence)
    decide(on(session, "2026-11-22"), [one.finding_id], Verdict.DISMISS, "Another scene")
    again(session, unsure)
    assert the_one(session, bare).status is Status.REJECTED
    bare.write_bytes(bare_picture(CODE))
    again(session, unsure)
    after = the_one(session, bare)
    assert after.decision_key == one.decision_key
    assert after.status is Status.HELD
    (told,) = [r.detail for r in after.evidence if r.name == "evidence-changed"]
    assert told.startswith("Was rejected by anna.editor on 2026-11-22 (Another scene); since then:")
    assert "new is identifier" in told
    assert [i.path for i in plan(session, [after.finding_id], unsafe=True).plan.items] == []
    decide(session, [after.finding_id], Verdict.APPLY, "The same after all")
    assert len(plan(session, [after.finding_id]).plan.items) == 1


def test_an_accepted_finding_is_not_applied_on_the_old_word(unsure: Path, session: Session) -> None:
    bare = unsure / "bare.jpg"
    one = the_one(session, bare)
    decide(session, [one.finding_id], Verdict.APPLY, "By its caption")
    saved_plan = plan(session, [one.finding_id]).plan
    assert len(saved_plan.items) == 1
    bare.write_bytes(bare_picture(CODE))
    again(session, unsure)
    assert the_one(session, bare).status is Status.HELD
    assert plan(session, [one.finding_id], unsafe=True).plan.items == ()
    (outcome,) = remediate(session, saved_plan).outcomes
    assert isinstance(outcome.result, Conflict)
    assert "Was accepted by anna.editor" in outcome.result.reason
    assert bare.read_bytes() == bare_picture(CODE)


def test_a_waiver_that_ran_out_is_told(tree: Path, session: Session) -> None:
    one = the_one(session, tree)
    may = on(session, "2031-05-01")
    (waived,) = decide(may, [one.finding_id], Verdict.WAIVE, "Print run", "2031-05-31")
    assert waived.status is Status.WAIVED
    for day, status in (("2031-05-31", Status.WAIVED), ("2031-06-01", Status.OPEN)):
        assert the_one(on(session, day), tree).status is status  # without a new audit
    assert plan(on(session, "2031-05-31")).plan.items == ()
    assert len(plan(on(session, "2031-06-01")).plan.items) == 1
    june = on(session, "2031-06-01")
    again(june, tree)
    after = the_one(june, tree)
    assert after.status is Status.OPEN
    assert after.evidence[-1].detail == "The waiver by anna.editor ran out on 2031-05-31."


@pytest.mark.parametrize("verdict", [Verdict.DISMISS, Verdict.WAIVE])
def test_what_no_notice_reaches_comes_back_too(
    tmp_path: Path, session: Session, verdict: Verdict
) -> None:
    tree = desk(tmp_path / "tree", "web/renditions/hero-0390.jpg")
    (one,) = [f for f in audit(session, [str(tree)]).findings if f.rule is Rule.CREDIT_MISSING]
    decide(on(session, "2031-05-01"), [one.finding_id], verdict, "For now", "2031-05-31")
    for day, status in (("2031-05-31", one.status), ("2031-06-01", one.status)):
        audit(on(session, day), [str(tree)])
        with session.registry.read() as tx:
            stored = registry.finding(tx, one.finding_id)
        assert (stored.status is status) is (day == "2031-06-01")


def test_the_newest_of_two_persons_words_holds(unsure: Path, session: Session) -> None:
    one = the_one(session, unsure / "bare.jpg")
    decide(replace(session, agent="bert"), [one.finding_id], Verdict.APPLY, "Yes")
    decide(replace(session, agent="carla"), [one.finding_id], Verdict.DISMISS, "No")
    again(session, unsure)
    assert the_one(session, unsure / "bare.jpg").status is Status.REJECTED
    told = [(made.decision.agent, made.state) for made in every(session)]
    assert told == [("bert", State.REPLACED), ("carla", State.STANDS)]


def test_withdrawing_opens_again_and_restores_nothing_older(unsure: Path, session: Session) -> None:
    one = the_one(session, unsure / "bare.jpg")
    decide(session, [one.finding_id], Verdict.APPLY, "Yes")
    decide(session, [one.finding_id], Verdict.DISMISS, "No")
    (taken,) = withdraw(session, [one.decision_key[:6]], "Too hasty")
    assert (taken.decision.verdict, [f.status for f in taken.findings]) == (
        Verdict.DISMISS,
        [Status.HELD],
    )
    again(session, unsure)
    assert the_one(session, unsure / "bare.jpg").status is Status.HELD
    assert acts(session).count("withdraw") == 1
    states = [made.state for made in every(session)]
    assert states == [State.REPLACED, State.WITHDRAWN, State.WITHDRAWN]
    with pytest.raises(UsageError, match="No decision stands"):
        withdraw(session, [one.finding_id], "Again")
    with pytest.raises(UsageError, match="reason"):
        withdraw(session, [one.finding_id], " ")
    with pytest.raises(RegistryError):
        withdraw(session, ["d-none"], "Again")


@pytest.mark.parametrize("until", ["2026-11-21", "1999-01-01", "soon", "2026-13-01"])
@pytest.mark.parametrize("verdict", [Verdict.APPLY, Verdict.DISMISS, Verdict.WAIVE])
def test_a_day_that_is_past_or_none_is_refused(
    tree: Path, session: Session, verdict: Verdict, until: str
) -> None:
    one = the_one(session, tree)
    with pytest.raises(UsageError, match=until):
        decide(session, [one.finding_id], verdict, "x", until)
    assert every(session) == ()


def test_today_is_a_last_day(tree: Path, session: Session) -> None:
    decide(session, [the_one(session, tree).finding_id], Verdict.WAIVE, "x", "20261122")
    (made,) = every(session)
    assert (made.state, made.days_left, made.decision.until) == (State.STANDS, 0, "2026-11-22")
    (made,) = every(on(session, "2026-11-23"))
    assert (made.state, made.days_left, made.findings) == (State.EXPIRED, None, ())


def reject(session: Session, one: Finding) -> Session:
    decide(replace(session, agent="carla"), [one.finding_id], Verdict.DISMISS, "Another picture")
    return session


def take_back(session: Session, one: Finding) -> Session:
    withdraw(replace(session, agent="carla"), [one.finding_id], "Too hasty")
    return session


def run_out(session: Session, one: Finding) -> Session:
    assert one.edits
    return on(session, "2026-12-01")


def accept_by_another(session: Session, one: Finding) -> Session:
    decide(replace(session, agent="carla"), [one.finding_id], Verdict.APPLY, "Mine")
    return session


@pytest.mark.parametrize(
    ("since", "reason"),
    [
        (reject, "carla rejected it on"),
        (take_back, "carla withdrew the decision"),
        (run_out, "The acceptance by anna.editor ran out on 2026-11-30."),
        (accept_by_another, "accepted by carla, and the plan rests on anna.editor"),
    ],
)
def test_a_saved_plan_is_not_carried_out_on_a_word_that_fell(
    unsure: Path, session: Session, since: object, reason: str
) -> None:
    one = the_one(session, unsure / "bare.jpg")
    decide(session, [one.finding_id], Verdict.APPLY, "Yes", "2026-11-30")
    made = plan(session).plan
    assert len(made.items) == 2  # the other one is safe on the notice's word
    later = since(session, one)  # type: ignore[operator]
    done = {Path(o.path).name: o.result for o in remediate(later, made).outcomes}
    conflict = done["bare.jpg"]
    assert isinstance(conflict, Conflict)
    assert reason in conflict.reason
    assert isinstance(done[f"{CODE}.jpg"], Applied)
    assert (unsure / "bare.jpg").read_bytes() == bare_picture("")


def test_what_is_safe_is_not_written_once_it_is_rejected(tree: Path, session: Session) -> None:
    made = plan(session).plan
    decide(session, [the_one(session, tree).finding_id], Verdict.WAIVE, "Wait")
    (outcome,) = remediate(session, made).outcomes
    assert isinstance(outcome.result, Conflict)
    assert "anna.editor waived it" in outcome.result.reason
    assert (tree / f"{CODE}.jpg").read_bytes() == tiny()


def test_a_decision_that_meets_nothing_is_told_while_its_file_is_there(
    tree: Path, session: Session, tmp_path: Path
) -> None:
    path = tree / f"{CODE}.jpg"
    decide(session, [the_one(session, tree).finding_id], Verdict.WAIVE, "Known")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert again(session, tree) == ()
    path.write_bytes(tiny(RIGHT))
    (one,) = audit(session, [str(tree)]).problems
    assert (one.path, one.code) == (str(path), "decision-unused")
    assert "waiver by anna.editor" in one.message
    assert "(Known)" in one.message
    assert "provenance decisions withdraw d-" in one.remedy
    assert [made.state for made in every(session)] == [State.UNUSED]
    assert again(session, elsewhere) == ()  # of other folders, nothing is said
    (elsewhere / "copy.jpg").write_bytes(tiny())
    assert again(session, elsewhere) == again(session, tree) == ()  # a copy keeps it in use
    (elsewhere / "copy.jpg").unlink()
    again(session, elsewhere)
    assert again(session, tree) == ("decision-unused",)
    withdraw(session, [every(session)[0].decision.decision_key], "Done")
    assert again(session, tree) == ()
    assert {found.status for found in credits_of(session, tree)} == {Status.FIXED}


def test_nothing_is_said_of_a_decision_whose_file_is_gone(tree: Path, session: Session) -> None:
    decide(session, [the_one(session, tree).finding_id], Verdict.WAIVE, "Known")
    (tree / f"{CODE}.jpg").unlink()
    assert again(session, tree) == ()
    assert [made.state for made in every(session)] == [State.STANDS]


def test_what_was_corrected_stays_so(tree: Path, session: Session) -> None:
    one = the_one(session, tree)
    remediate(session, plan(session).plan)
    (settled,) = decide(session, [one.finding_id], Verdict.DISMISS, "Too late")
    assert settled.status is Status.FIXED
    assert [found.status for found in credits_of(session, tree)] == [Status.FIXED]


def test_the_newsroom_picture(tmp_path: Path, session: Session) -> None:
    """The grounds of a real notice hold over audits that bring it again."""
    tree = desk(tmp_path / "news")
    audit(session, [str(tree)], [str(WORDS)])
    one = the_one(session, tree / PICTURE)
    decide(session, [one.finding_id], Verdict.DISMISS, "Seen")
    for _ in range(2):
        audit(session, [str(tree)], [str(WORDS)])
        assert the_one(session, tree / PICTURE).status is Status.REJECTED
