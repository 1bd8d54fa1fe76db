"""Who has a notice's picture and must be told; nobody else is."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from desk_material import CODE, tiny
from third_party_material import (
    COURIER,
    DAY,
    PHARE,
    RADIO,
    give,
    held_against,
    on,
    parties,
    states,
    the_notice,
    tree_of,
)

from provenance import pipeline, registry
from provenance.errors import UsageError
from provenance.model import AnswerKind, Confidence, Duty, DutyState, Status, Verdict
from provenance.pipeline import Session, decide, plan, remediate, scan
from provenance.pipeline.duties import Word, act
from provenance.pipeline.parties.corresponding import Reply, say_sent, take_answer
from provenance.pipeline.parties.lettering import Manner, write_letters
from provenance.pipeline.parties.third_parties import of_notices
from provenance.reporting.third_parties import PartyState

pytestmark = pytest.mark.usefixtures("workers_here")

TELL = PartyState.TO_TELL


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return tree_of(tmp_path)


def scanned(session: Session, tree: Path) -> None:
    scan(session, [str(tree)])


def test_an_empty_ledger_has_nobody(tree: Path, session: Session) -> None:
    notice = held_against(session, tree)
    with session.registry.read() as tx:
        assert of_notices(tx, [notice], session.policy) == {}


def test_who_has_a_copy_is_told_and_nobody_else(tree: Path, session: Session) -> None:
    scanned(session, tree)
    give(session, tree / f"{CODE}.jpg", RADIO)
    give(session, tree / "web" / "copy.jpg", COURIER, "RADIO NORTHWIND")
    give(session, tree / "other.jpg", PHARE)
    held_against(session, tree)
    found = parties(session)
    assert {one.recipient.casefold(): len(one.deliveries) for one in found} == {
        RADIO.casefold(): 2,
        COURIER.casefold(): 1,
    }
    assert {one.state for one in found} == {TELL}


def test_what_was_deleted_here_is_still_out_there(tree: Path, session: Session) -> None:
    scanned(session, tree)
    give(session, tree / f"{CODE}.jpg", RADIO)
    give(session, tree / "web" / "copy.jpg", COURIER)
    (tree / f"{CODE}.jpg").unlink()
    (tree / "web" / "copy.jpg").unlink()
    scanned(session, tree)
    held_against(session, tree)
    assert states(session) == {RADIO: TELL, COURIER: TELL}


def test_what_went_out_after_its_correction_needs_no_letter(tree: Path, session: Session) -> None:
    scanned(session, tree)
    give(session, tree / f"{CODE}.jpg", RADIO)
    notice = held_against(session, tree)
    remediate(session, plan(session).plan)
    with session.registry.read() as tx:
        (fix, *_) = registry.fixes(tx, registry.FixQuery(notice_id=notice.notice_id))
    later = on(session, "2099-01-01")
    give(later, tree / f"{CODE}.jpg", COURIER, day="2099-01-01")
    give(later, tree / f"{CODE}.jpg", PHARE, day=(fix.settled or "")[:10])
    assert states(later) == {RADIO: TELL, PHARE: TELL}


def test_what_may_be_the_picture_waits_for_a_person(tree: Path, session: Session) -> None:
    words = "A person walks past the dunes of Ofir in northern Portugal on December 5, 2024, alone."
    (tree / "unsure.jpg").write_bytes(tiny(code="x", caption=words, shade=3))
    scanned(session, tree)
    give(session, tree / "unsure.jpg", RADIO)
    notice = held_against(session, tree)
    with session.registry.write() as tx:
        (sure, *_) = registry.findings(tx, registry.FindingQuery(notice_id=notice.notice_id))
        maybe = replace(
            sure,
            finding_id="f-unsure",
            decision_key="d-unsure",
            uri=str(tree / "unsure.jpg"),
            confidence=Confidence.MEDIUM,
            status=Status.HELD,
        )
        registry.replace_findings(tx, [maybe.uri], [maybe], "2024-12-05T00:00:00Z", "r")
    assert states(session) == {RADIO: PartyState.UNSURE}
    decide(session, ["f-unsure"], Verdict.APPLY, "It is the picture")
    assert states(session) == {RADIO: TELL}
    decide(session, ["f-unsure"], Verdict.DISMISS, "It is not")
    assert states(session) == {}


def test_the_way_from_telling_to_an_answer(tree: Path, session: Session, tmp_path: Path) -> None:
    scanned(session, tree)
    give(on(session, "2026-11-20"), tree / f"{CODE}.jpg", RADIO, COURIER)
    notice = held_against(session, tree)
    first = on(session, "2026-11-22")
    write_letters(first, notice.notice_id, tmp_path / "out", Manner())
    # A letter that was written is not yet a letter that was sent.
    assert states(first) == {RADIO: TELL, COURIER: TELL}
    say_sent(first, notice.notice_id, [RADIO.upper()])
    assert states(first) == {RADIO: PartyState.TOLD, COURIER: TELL}
    assert states(first, "2026-11-28")[RADIO] is PartyState.TOLD
    assert states(first, "2026-11-29")[RADIO] is PartyState.TO_REMIND
    reminding = on(session, "2026-11-29")
    done = write_letters(reminding, notice.notice_id, tmp_path / "out", Manner(reminders=True))
    assert [letter.recipient for letter, _ in done.written] == [RADIO]
    say_sent(reminding, notice.notice_id, (), every=True)
    assert states(reminding)[RADIO] is PartyState.TOLD
    take_answer(reminding, notice.notice_id, RADIO, Reply(AnswerKind.REFUSED))
    assert states(reminding)[RADIO] is PartyState.REFUSED
    done = take_answer(reminding, notice.notice_id, RADIO, Reply(AnswerKind.COMPLIED))
    (radio,) = [one for one in done.parties if one.recipient == RADIO]
    assert (radio.state, radio.is_settled, len(radio.letters)) == (PartyState.ANSWERED, True, 2)
    assert (radio.told or "")[:10] == "2026-11-22"
    # The other one was told by `every`.
    assert done.may_close


def test_a_retracted_notice_tells_only_of_those_who_were_told(
    tree: Path, session: Session, tmp_path: Path
) -> None:
    scanned(session, tree)
    give(session, tree / f"{CODE}.jpg", RADIO, COURIER)
    notice = held_against(session, tree)
    write_letters(session, notice.notice_id, tmp_path / "out", Manner())
    say_sent(session, notice.notice_id, [RADIO])
    pipeline.retract(session, notice.notice_id, "The agency was wrong")
    assert the_notice(session).retracted
    assert set(states(session)) == {RADIO}


def test_a_large_ledger_gives_only_what_concerns_the_notice(tree: Path, session: Session) -> None:
    scanned(session, tree)
    give(session, tree / f"{CODE}.jpg", RADIO)
    with session.registry.write() as tx:
        (one,) = registry.deliveries(tx, [str(tree / f"{CODE}.jpg")])
        crowd = (
            replace(one, delivery_id=f"g-{n}", uri=f"/else/{n}.jpg", scan_digest=f"{n}")
            for n in range(3_000)
        )
        registry.put_deliveries(tx, crowd)
    notice = held_against(session, tree)
    with session.registry.read() as tx:
        found = of_notices(tx, [notice], session.policy)[notice.notice_id]
    assert [(party.recipient, len(party.deliveries)) for party in found] == [(RADIO, 1)]
    assert found[0].deliveries[0].day == DAY


def test_who_answered_and_got_another_copy_is_told_again(
    tree: Path, session: Session, tmp_path: Path
) -> None:
    scanned(session, tree)
    picture, copy = tree / f"{CODE}.jpg", tree / "web" / "copy.jpg"
    give(on(session, "2026-11-20"), picture, RADIO)
    notice = held_against(session, tree)
    first = on(session, "2026-11-21")
    write_letters(first, notice.notice_id, tmp_path, Manner())
    say_sent(first, notice.notice_id, [RADIO])
    take_answer(on(session, "2026-11-22"), notice.notice_id, RADIO, Reply(AnswerKind.COMPLIED))
    # The file that it was told of, on a day before that: no news.
    give(on(session, "2026-11-23"), picture, RADIO, day="2024-12-04")
    assert states(session) == {RADIO: PartyState.ANSWERED}
    give(on(session, "2026-11-24"), copy, RADIO.upper().replace(" ", "  "))
    (radio,) = parties(session)
    assert (radio.state, radio.is_settled) == (TELL, False)
    assert [Path(one.uri).name for one in radio.again] == ["copy.jpg"]
    assert "again" in radio.words

    again = on(session, "2026-11-25")
    done = write_letters(again, notice.notice_id, tmp_path, Manner())
    told = Path(f"{done.written[0][1]}.txt").read_text()
    assert "copy.jpg" in told
    assert f"{CODE}.jpg" not in told
    assert "We wrote to you about this picture on 21 November 2026" in told
    say_sent(again, notice.notice_id, (), every=True)
    # What it answered before says nothing of the new copy.
    assert [*states(session, "2026-11-25").values()] == [PartyState.TOLD]
    assert [*states(session, "2026-12-02").values()] == [PartyState.TO_REMIND]
    take_answer(on(session, "2026-11-26"), notice.notice_id, RADIO, Reply(AnswerKind.NOT_HELD))
    assert [*states(session).values()] == [PartyState.ANSWERED]


def test_an_answer_without_a_letter_covers_what_was_known_then(
    tree: Path, session: Session
) -> None:
    scanned(session, tree)
    give(on(session, "2026-11-20"), tree / f"{CODE}.jpg", RADIO)
    notice = held_against(session, tree)
    take_answer(on(session, "2026-11-21"), notice.notice_id, RADIO, Reply(AnswerKind.COMPLIED))
    assert states(session) == {RADIO: PartyState.ANSWERED}
    give(on(session, "2026-11-22"), tree / "web" / "copy.jpg", RADIO)
    assert states(session) == {RADIO: TELL}


@pytest.mark.parametrize(("zone", "told"), [("UTC", False), ("Asia/Tokyo", True)])
def test_the_day_of_a_correction_is_the_desks_own(
    zone: str, tree: Path, session: Session, monkeypatch: pytest.MonkeyPatch, *, told: bool
) -> None:
    """Corrected at 20:00 UTC: in Tokyo the next day has begun, and what went out on it may be
    what was wrong."""
    scanned(session, tree)
    notice = held_against(session, tree)
    late = replace(session, clock=lambda: "2026-11-22T20:00:00.000Z")
    remediate(late, plan(late).plan)
    give(session, tree / f"{CODE}.jpg", RADIO, day="2026-11-23")
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert states(session) == ({RADIO: TELL} if told else {})
    finally:
        monkeypatch.undo()
        time.tzset()
    assert notice.notice_id


def test_the_duty_is_not_closed_without_a_word_while_somebody_is_to_be_told(
    tree: Path, session: Session
) -> None:
    scanned(session, tree)
    give(session, tree / f"{CODE}.jpg", RADIO)
    notice = held_against(session, tree)
    duty = Duty.INFORM_THIRD_PARTIES.value
    with pytest.raises(UsageError, match=f"Still to be told: {RADIO}") as caught:
        act(session, notice.notice_id, duty, Word(DutyState.DONE))
    assert "--reason" in caught.value.remedy
    done = act(session, notice.notice_id, duty, Word(DutyState.DONE, "Told by telephone"))
    assert [one.state for one in done.clock.duties if one.duty == duty] == [DutyState.DONE]
