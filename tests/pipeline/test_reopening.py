"""Who is found to have the picture after the duty to inform was closed opens that duty again."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
from desk_material import CODE
from third_party_material import COURIER, PHARE, RADIO, give, held_against, on, tree_of

from provenance.auditlog import entries
from provenance.errors import UsageError
from provenance.model import AnswerKind, Duty, DutyState, Proof
from provenance.pipeline import Session
from provenance.pipeline.duties import Word, act, notice_clock
from provenance.pipeline.noticing import retract
from provenance.pipeline.parties.corresponding import Reply, say_sent, take_answer
from provenance.pipeline.parties.delivering import Told, deliver
from provenance.pipeline.parties.delivery_import import import_deliveries
from provenance.pipeline.parties.lettering import Manner, write_letters

pytestmark = pytest.mark.usefixtures("workers_here")

INFORM = Duty.INFORM_THIRD_PARTIES.value
BEFORE, CLOSED, LATER, LAST = "2024-12-07", "2024-12-08", "2024-12-09", "2024-12-10"


@pytest.fixture
def desk(session: Session, tmp_path: Path) -> tuple[Session, Path, str]:
    """A notice whose picture one third party got and was told of; the duty is closed."""
    tree = tree_of(tmp_path)
    notice = held_against(on(session, BEFORE), tree)
    give(on(session, BEFORE), tree / f"{CODE}.jpg", RADIO)
    write_letters(on(session, BEFORE), notice.notice_id, tmp_path / "out", Manner())
    say_sent(on(session, BEFORE), notice.notice_id, [], every=True)
    act(on(session, CLOSED), notice.notice_id, INFORM, Word(DutyState.DONE))
    return session, tree, notice.notice_id


def stands(session: Session, notice_id: str, day: str = LAST) -> tuple[DutyState, Proof | None]:
    found, _ = notice_clock(on(session, day), notice_id)
    (one,) = (one for one in found.clock.duties if one.duty == INFORM)
    return one.state, None if one.act is None else one.act.proof


def reopenings(session: Session) -> list[dict]:
    with session.registry.read() as tx:
        records = [one.record for one in entries(tx.connection, 0, 10_000)]
    return [one for one in records if one["act"] == "duty.reopen"]


def test_a_new_recipient_opens_the_duty_and_says_who_and_why(
    desk: tuple[Session, Path, str],
) -> None:
    session, tree, notice_id = desk
    assert stands(session, notice_id) == (DutyState.DONE, Proof.PERSON)
    made = deliver(on(session, LATER), str(tree / f"{CODE}.jpg"), Told(COURIER, "2024-12-05"))
    (one,) = made.opened_again
    assert (one.notice_id, one.state, one.made[:10]) == (notice_id, DutyState.OPEN, LATER)
    assert one.reason.endswith(f"not told: {COURIER}.")
    assert stands(session, notice_id) == (DutyState.OPEN, Proof.LEDGER)
    found, _ = notice_clock(on(session, LAST), notice_id)
    assert not found.clock.is_complete
    assert next(one for one in found.clock.duties if one.duty == INFORM).closed is None
    (record,) = reopenings(session)
    assert record["at"][:10] == LATER
    assert record["why"]["notice"] == notice_id
    assert (record["detail"]["proof"], record["detail"]["duty"]) == ("ledger", INFORM)


def test_a_copy_counts_as_the_picture_and_another_picture_does_not(
    desk: tuple[Session, Path, str],
) -> None:
    session, tree, notice_id = desk
    other = deliver(on(session, LATER), str(tree / "other.jpg"), Told(COURIER, "2024-12-05"))
    assert other.opened_again == ()
    assert stands(session, notice_id)[0] is DutyState.DONE
    copy = deliver(on(session, LATER), str(tree / "web" / "copy.jpg"), Told(PHARE, "2024-12-05"))
    assert [one.notice_id for one in copy.opened_again] == [notice_id]


def test_who_was_told_opens_nothing_unless_another_copy_comes_to_light(
    desk: tuple[Session, Path, str],
) -> None:
    session, tree, notice_id = desk
    again = Told(RADIO.upper(), "2024-12-04", "new@radio.example")
    assert deliver(on(session, LATER), str(tree / f"{CODE}.jpg"), again).opened_again == ()
    assert stands(session, notice_id)[0] is DutyState.DONE
    copy = deliver(on(session, LATER), str(tree / "web" / "copy.jpg"), Told(RADIO, "2024-12-04"))
    assert len(copy.opened_again) == 1


def test_who_was_known_when_a_person_closed_it_opens_nothing(
    session: Session, tmp_path: Path
) -> None:
    tree = tree_of(tmp_path)
    notice_id = held_against(on(session, BEFORE), tree).notice_id
    picture = tree / f"{CODE}.jpg"
    give(on(session, BEFORE), picture, RADIO)
    with pytest.raises(UsageError, match="Still to be told"):
        act(on(session, CLOSED), notice_id, INFORM, Word(DutyState.DONE))
    act(on(session, CLOSED), notice_id, INFORM, Word(DutyState.DONE, "All by telephone"))
    told = Told(RADIO, "2024-12-03", "other@radio.example")
    assert deliver(on(session, LATER), str(picture), told).opened_again == ()
    assert stands(session, notice_id)[0] is DutyState.DONE
    # The same file, on a day after the call: of that one nobody spoke.
    assert len(deliver(on(session, LAST), str(picture), Told(RADIO, LAST)).opened_again) == 1


def test_a_waiver_rests_on_who_was_known_too(session: Session, tmp_path: Path) -> None:
    tree = tree_of(tmp_path)
    notice_id = held_against(on(session, BEFORE), tree).notice_id
    act(on(session, CLOSED), notice_id, INFORM, Word(DutyState.WAIVED, "Nobody got it"))
    give(on(session, LATER), tree / f"{CODE}.jpg", COURIER)
    assert stands(session, notice_id) == (DutyState.OPEN, Proof.LEDGER)
    assert len(reopenings(session)) == 1
    give(on(session, LAST), tree / f"{CODE}.jpg", PHARE)
    # What is open is not opened again.
    assert len(reopenings(session)) == 1


def test_once_all_were_told_a_person_closes_it_without_a_reason(
    desk: tuple[Session, Path, str], tmp_path: Path
) -> None:
    session, tree, notice_id = desk
    give(on(session, LATER), tree / f"{CODE}.jpg", COURIER)
    with pytest.raises(UsageError, match=COURIER):
        act(on(session, LATER), notice_id, INFORM, Word(DutyState.DONE))
    write_letters(on(session, LATER), notice_id, tmp_path / "more", Manner())
    say_sent(on(session, LATER), notice_id, [COURIER])
    done = take_answer(on(session, LAST), notice_id, COURIER, Reply(AnswerKind.COMPLIED))
    assert done.may_close
    # What others did is nobody's to prove: the ledger closes nothing.
    assert stands(session, notice_id) == (DutyState.OPEN, Proof.LEDGER)
    act(on(session, LAST), notice_id, INFORM, Word(DutyState.DONE))
    assert stands(session, notice_id) == (DutyState.DONE, Proof.PERSON)


def test_a_list_opens_it_again_once_and_a_dry_look_does_not(
    desk: tuple[Session, Path, str], tmp_path: Path
) -> None:
    session, tree, notice_id = desk
    path = tmp_path / "list.csv"
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["picture", "recipient", "date"])
        rows.writerows([[f"{CODE}.jpg", name, "2024-12-05"] for name in (COURIER, PHARE)])
    seen = import_deliveries(on(session, LATER), str(path), str(tree), preview=True)
    assert (seen.opened_again, stands(session, notice_id)[0]) == ((), DutyState.DONE)
    done = import_deliveries(on(session, LATER), str(path), str(tree))
    (one,) = done.opened_again
    assert f"not told: {COURIER}; {PHARE}." in one.reason
    assert import_deliveries(on(session, LAST), str(path), str(tree)).opened_again == ()
    assert len(reopenings(session)) == 1


def test_a_list_that_was_interrupted_opens_it_when_it_is_given_again(
    desk: tuple[Session, Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, tree, notice_id = desk
    path = tmp_path / "list.json"
    row = {"picture": f"{CODE}.jpg", "recipient": COURIER, "date": "2024-12-05"}
    path.write_text(json.dumps([row]))

    def interrupted(*given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("provenance.pipeline.parties.delivery_import.reopen_all", interrupted)
        with pytest.raises(KeyboardInterrupt):
            import_deliveries(on(session, LATER), str(path), str(tree))
    assert stands(session, notice_id)[0] is DutyState.DONE
    again = import_deliveries(on(session, LAST), str(path), str(tree))
    assert (again.known, len(again.opened_again)) == (1, 1)


def test_a_notice_that_speaks_no_more_stays_as_it_is(desk: tuple[Session, Path, str]) -> None:
    session, tree, notice_id = desk
    retract(on(session, CLOSED), notice_id, "Taken back")
    told = Told(COURIER, "2024-12-05")
    assert deliver(on(session, LATER), str(tree / f"{CODE}.jpg"), told).opened_again == ()
    assert reopenings(session) == []


def test_a_waiver_that_ran_out_is_open_already(session: Session, tmp_path: Path) -> None:
    tree = tree_of(tmp_path)
    notice_id = held_against(on(session, BEFORE), tree).notice_id
    word = Word(DutyState.WAIVED, "Until they are back", until=CLOSED)
    act(on(session, CLOSED), notice_id, INFORM, word)
    late = replace(on(session, LATER), agent="bea.editor")
    told = Told(COURIER, "2024-12-05")
    assert deliver(late, str(tree / f"{CODE}.jpg"), told).opened_again == ()
    assert stands(session, notice_id)[0] is DutyState.OPEN
